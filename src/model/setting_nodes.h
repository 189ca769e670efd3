/* SPDX-License-Identifier: Apache-2.0
 * The settings of one camera as nodes below its Settings object, and who waits for them.
 *
 *     Cameras/<id>/Settings/Gain
 *     Cameras/<id>/Settings/Device/AnalogControl/BlackLevel
 *
 * What the camera lists decides which nodes there are. They stay while it is unplugged, their values then are
 * Bad_NoCommunication. Loop thread only. */
#ifndef UACAM_MODEL_SETTING_NODES_H
#define UACAM_MODEL_SETTING_NODES_H

#include "base/timers.h"
#include "camera/camera.h"
#include "model/setting_shape.h"

struct model;

struct setting_nodes {
    struct model *model;
    struct camera *camera;
    struct list all; /* struct setting_node */

    /* setting_read.c: the device is read once for all that ask meanwhile. */
    struct list gathered;           /* struct setting_read that wait for the next reading */
    struct list asked;              /* struct setting_read of the one that is under way */
    bool wanted;                    /* a reading is wanted for whoever watches */
    struct setting_request request; /* that one */
    struct timer gathering;
    int64_t listed_mono_ns; /* when the camera's list was known to be true */

    struct list changes; /* struct setting_change, setting_change.c: writes and commands under way */
    size_t watch_count;  /* setting_watch.c */
};

/* One setting: what its value source or method handler gets as `user`. */
struct setting_node {
    struct list_link link; /* in owner->all */
    struct setting_nodes *owner;
    struct node *node;
    struct setting_shape shape;
    size_t row; /* its place in the camera's list when the nodes were built */

    bool is_volatile; /* its changes are seen by reading only */

    /* What clients are told. */
    ua_status status;
    struct setting_value value;
    int64_t since_utc_ns;

    struct list watches; /* struct setting_watch */
    char path[SETTING_TEXT + SETTING_NAME];
};

/* Nodes come with setting_nodes_rebuild(). */
void setting_nodes_init(struct setting_nodes *s, struct model *m, struct camera *c);

/* Frees; the nodes stay in the space. Nobody may wait any more. */
void setting_nodes_clear(struct setting_nodes *s);

/* Brings the nodes in line with the camera's list, in place where that can be. Gives which verbs (enum
 * model_verb) tell what became of the Settings; 0: all stands as it stood. */
unsigned setting_nodes_rebuild(struct setting_nodes *s);

/* Takes the values of the camera's list over and tells those who watch. */
void setting_nodes_refresh(struct setting_nodes *s);

/* The optional declarations of CameraType, below "CameraType/Settings". */
must_check ua_status setting_type_build(struct model *m);

/* ---- what the files of this group share ---- */

/* setting_build.c: adds its nodes to the space, with folders where they are wanted; changes bounds and access
 * of those that are there; removes them, and folders that are empty then. */
must_check ua_status setting_build(struct setting_node *n, const struct setting *s);
must_check ua_status setting_adjust(struct setting_node *n, const struct setting *s);
void setting_demolish(struct setting_node *n);

/* The value as clients are told it. */
struct ua_data_value setting_told(const struct setting_node *n);

extern const struct value_source setting_source;
extern const struct method_handler setting_command;

void setting_read(void *user, const struct node *node, struct value_answer *a);
void setting_read_cancel(void *user, struct value_answer *a);

/* Reads the device soon, for whoever watches. */
void setting_look(struct setting_nodes *s);

void setting_write(void *user, const struct node *node, const struct ua_data_value *value,
                   struct value_write *w);
void setting_write_cancel(void *user, struct value_write *w);
ua_status setting_watch(void *user, const struct node *node, struct value_watch *w);
void setting_unwatch(void *user, struct value_watch *w);

/* Everybody who watches is told the value, each at its own pace. */
void setting_tell(struct setting_node *n);

/* `is_volatile` is another: looks at the device at the watches' pace, or no more. */
void setting_repace(struct setting_node *n);

/* The node goes: whoever waits for it gets Bad_NodeIdUnknown. NULL: for any node. */
void setting_reads_end(struct setting_nodes *s, const struct setting_node *n);
void setting_changes_end(struct setting_nodes *s, const struct setting_node *n);
void setting_watches_end(struct setting_node *n);

#endif
