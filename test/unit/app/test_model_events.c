/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "event_stage.h"

#include "app/model_events.h"
#include "wire/structure.h"

static struct ua_qualified_name changes = {.name = {(const uint8_t *)"Changes", 7}};

static void a_change_of_the_model_is_an_event(void **state)
{
    struct event_stage *f = *state;
    struct node *node = stage_add(&f->stage, "camera", UA_INT32, ua_variant_int32(0));
    event_maker_select(&f->maker,
                       (struct ua_simple_attribute_operand){
                           .type_definition_id = ua_nodeid_numeric(0, UA_ID_GENERALMODELCHANGEEVENTTYPE),
                           .browse_path = &changes,
                           .browse_path_len = 1,
                           .attribute_id = ATTRIBUTE_VALUE});
    model_events_tell(f->stage.server, node, UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_NODE_ADDED);
    event_stage_monitor(f, (struct event_wish){0});
    event_stage_assert_quiet(f);
    model_events_tell(f->stage.server, node,
                      UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED |
                          UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED);
    const struct ua_event_notification_list *list = event_stage_next(f);
    assert_int_equal(list->events_len, 1);
    const struct ua_variant *fields = list->events[0].event_fields;
    assert_true(ua_nodeid_is(&fields[EVENT_TYPE].nodeid, UA_ID_GENERALMODELCHANGEEVENTTYPE));
    assert_true(ua_nodeid_is(&fields[SOURCE_NODE].nodeid, UA_ID_SERVER));
    assert_true(slice_is(fields[MESSAGE].localized_text.text, "What belongs to camera has changed"));
    assert_int_equal(fields[FIELDS].len, 1);
    const struct ua_extension_object *object = fields[FIELDS].array;
    assert_ptr_equal(object->structure, &ua_model_change_structure_data_type_structure);
    const struct ua_model_change_structure_data_type *change = object->value;
    assert_true(ua_nodeid_equal(&change->affected, &node->id));
    assert_true(ua_nodeid_is(&change->affected_type, UA_ID_BASEDATAVARIABLETYPE));
    assert_int_equal(change->verb, 4 | 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_change_of_the_model_is_an_event, event_stage_set_up,
                                        event_stage_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
