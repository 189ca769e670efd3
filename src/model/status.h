/* SPDX-License-Identifier: Apache-2.0
 * Failures of cameras in the words of OPC UA. Any thread. */
#ifndef UACAM_MODEL_STATUS_H
#define UACAM_MODEL_STATUS_H

#include "base/err.h"
#include "wire/status.h"

/* The status that a picture's value has while its camera fails with `code` (enum err). */
ua_status model_status_of_failure(int code);

#endif
