/* SPDX-License-Identifier: Apache-2.0
 * Attributes of nodes (Part 4 §5.11): Read, Write, and the reading that monitored items do. */
#ifndef UACAM_SERVICE_ATTRIBUTE_ATTRIBUTE_H
#define UACAM_SERVICE_ATTRIBUTE_ATTRIBUTE_H

#include "service/request.h"

/* One attribute that is being read: at once, or when its source gives. Lives in the asker. Set `answer`
 * (give, arena, max_age_ms, deadline_ns), zero the rest. */
struct attribute_read {
    struct value_answer answer;
    const struct session *session;     /* for whom UserAccessLevel and UserExecutable speak; NULL: nobody */
    const struct value_source *source; /* not NULL: an answer is awaited from it */
    void *source_user;
};

/* Gives through read->answer.give: a value, or a data value with the status Bad_NodeIdUnknown,
 * Bad_AttributeIdInvalid, Bad_NotReadable... Neither IndexRange nor the server's timestamp have been applied.
 */
void attribute_read_start(struct server *s, const struct ua_nodeid *node, uint32_t attribute,
                          struct attribute_read *read);

/* Call in `give` first: the answer is here. */
static inline void attribute_read_done(struct attribute_read *read)
{
    read->source = NULL;
}

/* Withdraws a read that has not given; does nothing after it has. */
void attribute_read_cancel(struct attribute_read *read);

/* Leaves the timestamps that the client wants (enum ua_timestamps_to_return), adds the server's. Attributes
 * other than Value have no source timestamp. */
void attribute_stamp(const struct server *s, uint32_t attribute, int32_t timestamps_to_return,
                     struct ua_data_value *value);

/* Is this one of the 27 of Part 3? */
bool attribute_is_known(uint32_t attribute);

/* May a client ask for this encoding of the attribute? Only structures have encodings to choose from, and we
 * have the binary one. Bad_DataEncodingInvalid, Bad_DataEncodingUnsupported. */
ua_status attribute_check_encoding(uint32_t attribute, const struct ua_qualified_name *encoding);

/* Does a node of this class have the attribute? */
bool attribute_exists(const struct node *n, uint32_t attribute);

void read_attributes(struct request *r, const void *decoded);
void write_attributes(struct request *r, const void *decoded);

#endif
