/* SPDX-License-Identifier: Apache-2.0
 * What is wrong with a certificate, in OPC UA's words (Part 4 §6.1.3). Any thread. */
#ifndef UACAM_APP_SECURITY_TRUST_STATUS_H
#define UACAM_APP_SECURITY_TRUST_STATUS_H

#include "crypto/certificate_check.h"
#include "wire/status.h"

ua_status trust_status(enum certificate_fault fault);

#endif
