/* SPDX-License-Identifier: Apache-2.0
 * Properties of namespace 0 with a stored value (Part 3 §5.6.3), which describe a node of the model.
 *
 * Each is added when the node lacks it, else stored anew. Bad_OutOfMemory. */
#ifndef UACAM_MODEL_PROPERTY_H
#define UACAM_MODEL_PROPERTY_H

#include "model/model_private.h"

/* `parent` is the path of the node: "Cameras/<id>/CameraImage". */
must_check ua_status property_put(struct model *m, const char *parent, const char *name, uint32_t data_type,
                                  int32_t value_rank, const struct ua_variant *value);

must_check ua_status property_put_text(struct model *m, const char *parent, const char *name,
                                       const char *text);

/* EURange */
must_check ua_status property_put_range(struct model *m, const char *parent, double low, double high);

/* EngineeringUnits, by a text as in struct setting. */
must_check ua_status property_put_unit(struct model *m, const char *parent, const char *unit);

/* EnumStrings */
must_check ua_status property_put_choices(struct model *m, const char *parent, const char *const *choices,
                                          size_t count);

#endif
