/* SPDX-License-Identifier: Apache-2.0
 * One value of the configuration file, as its key wants it. Any thread. */
#ifndef UACAM_APP_CONFIG_VALUE_H
#define UACAM_APP_CONFIG_VALUE_H

#include "app/config.h"

#include <yaml.h>

/* Of a scalar. */
const char *config_value_text(const yaml_node_t *n);

/* Puts it into `field`, which is as the key's kind says; but for a CONFIG_LIST, which has values of its own.
 * NULL, or the node that the key does not allow: then the field may be half of it. */
must_check const yaml_node_t *config_value_take(const struct config_key *k, yaml_document_t *doc,
                                                const yaml_node_t *value, void *field);

#endif
