/* What a compiled dissector offers to other native code, as the capsule PROGRAM of its module.
 *
 * A frame is handed over by pointer and length, what is told of it comes back as one number for each field, in the
 * order of the declarations: a set as its bits, a flag as 0 or 1, all others as they are; 0 where a field is absent.
 */
#ifndef PCAPKIT_PROGRAM_H
#define PCAPKIT_PROGRAM_H

#include <stdint.h>

#define PCAPKIT_FACE 4 /* another number where anything here has another meaning */
#define PCAPKIT_CAPSULE "pcapkit.native.PROGRAM"
#define PCAPKIT_RUN_CAPSULE "pcapkit.native.RUN"

/* One frame of a block. */
typedef struct {
    const unsigned char *bytes;
    int64_t time; /* ns since 1970; 0 where the capture does not tell */
    uint32_t captured, wire;
    uint32_t link;
    uint32_t mark; /* whatever the caller has to say of the frame; no dissector looks at it */
} Sight;

typedef struct {
    uint32_t face;
    uint32_t fields;       /* numbers that are told of a frame */
    uint64_t packet_size;  /* bytes of the record that decode fills in */
    const char *name;      /* of the dissector */
    /* NULL: no memory. limit: bytes that the run may take, 0 for any number. */
    void *(*begin)(uint64_t limit);
    void (*end)(void *run);
    /* What the layers make of `count` frames. It needs no run and keeps nothing: any thread may do it, at any time. */
    void (*decode)(const Sight *frames, int64_t count, void *packets);
    /* Say what `count` frames mean, the first of which has the number `first`: each was decoded into its packet, by
     * this program's layers. told: `fields` numbers for each frame. found: 1: told; 0: it is none of the dissector's;
     * -2: a key that is too long: then, and ever after in this run. Where memory runs out, nothing is said to have
     * failed: see `lost`. The result is 0, or what is below 0 in `found`. */
    int (*tell)(void *run, const Sight *frames, void *packets, int64_t count, int64_t first, int64_t *told,
                signed char *found);
    uint64_t (*memory)(void *run);   /* bytes taken, flow tables and all */
    /* Frames of which something could not be kept within the limit, so that later ones of the same connection are told
     * as if these had not been captured. All that was known before stays known. */
    uint64_t (*lost)(void *run);
    uint32_t counts;                 /* the integers of the dissector's capture record */
    const char *const *count_names;
    void (*count)(void *run, int64_t *counts);
} Program;

/* A run and what drives it, as the capsule NativeRun.handle: good as long as that object lives. */
typedef struct {
    const Program *program;
    void *run;
    int busy; /* some thread is at work with it; looked at and set with the interpreter's lock alone */
    int far;  /* the first frame's time has more than 64 bits: only NativeRun.feed can tell what it is from now on */
} RunHandle;

#endif
