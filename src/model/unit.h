/* SPDX-License-Identifier: Apache-2.0
 * Units of measure as EngineeringUnits (Part 8 §5.6.3): a camera's word for one becomes UNECE's code. Any
 * thread. */
#ifndef UACAM_MODEL_UNIT_H
#define UACAM_MODEL_UNIT_H

#include "wire/messages_gen.h"

/* `text` is as in struct setting: "us", "dB", "%". One that is not known keeps its text and has no code.
 * Borrows `text`. */
struct ua_eu_information unit_information(const char *text);

#endif
