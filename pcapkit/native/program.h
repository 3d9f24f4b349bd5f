/* What a compiled dissector offers to other native code, as the capsule PROGRAM of its module.
 *
 * A frame is handed over by pointer and length, what is told of it comes back as one number for each field, in the
 * order of the declarations: a set as its bits, a flag as 0 or 1, all others as they are; 0 where a field is absent.
 */
#ifndef PCAPKIT_PROGRAM_H
#define PCAPKIT_PROGRAM_H

#include <stdint.h>

#define PCAPKIT_FACE 2 /* another number where anything here has another meaning */
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
    /* Decode a frame and say what it means. 1: told; 0: it is none of the dissector's; -1: no memory, -2: a key that
     * is too long: then, and ever after in this run. time: ns since 1970; 0 where the capture does not tell. */
    int (*feed)(void *run, const unsigned char *frame, int64_t captured, int64_t wire, int64_t link, int64_t number,
                int64_t time, int64_t *told);
    /* The same for a frame that was decoded already, by the same layers. */
    int (*dissect)(void *run, void *packet, const unsigned char *frame, int64_t captured, int64_t number, int64_t time,
                   int64_t *told);
    /* feed for `count` frames, the first of which has the number `first`; faster than one by one, since their state is
     * fetched from memory together. told: `fields` numbers for each frame; found: what feed would return. packets: room
     * for a packet of each frame, or NULL. The result is 0, or what is below 0 in `found`. */
    int (*block)(void *run, const Sight *frames, int64_t count, int64_t first, void *packets, int64_t *told,
                 signed char *found);
    void *(*packet)(void *run);      /* what feed's layers made of the latest frame */
    uint64_t (*memory)(void *run);   /* bytes taken, flow tables and all */
} Program;

/* A run and what drives it, as the capsule NativeRun.handle: good as long as that object lives. */
typedef struct {
    const Program *program;
    void *run;
    int busy; /* some thread is at work with it; looked at and set with the interpreter's lock alone */
    int far;  /* the first frame's time has more than 64 bits: only NativeRun.feed can tell what it is from now on */
} RunHandle;

#endif
