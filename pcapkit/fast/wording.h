/* How the chosen dissectors' fields read, and all else that comments are made of: prepared by Python, once.
 *
 * pcapkit.annotate.comment.Grammar says what each title and label is; here are its results.
 */
#ifndef PCAPKIT_WORDING_H
#define PCAPKIT_WORDING_H

#include "addresses.h"
#include "digits.h"

enum {
    MOST_FLAGS = 16,
    MOST_FLAWS = 8,
    LONGEST_HEADERS = 2048, /* bytes: well above what 128 VLAN tags, addresses, options and a quotation take */
    LONGEST_NUMBER = 32,    /* bytes of any number or duration */
    LONGEST_TEXT = 32768,   /* longer comments are Python's: no option of pcapng holds more than twice as much */
};

enum { FORM_NUMBER, FORM_DURATION, FORM_FLAG, FORM_NAMES, FORM_SET };

/* One field. A piece that is not the first begins with "; ". */
typedef struct {
    int kind;
    uint64_t quiet; /* of a set: its quiet members, as bits */
    Piece title;    /* what stands before a number, duration or set */
    Piece *texts;   /* of a flag: False, True; of names: each value's, title and all; of a set: each member's label */
    int64_t count;  /* of texts */
} Form;

/* A field that decides which are there: by its being 0 or not. */
typedef struct {
    int64_t place;
    uint64_t waiting; /* forms that are there only where it is not 0 */
    uint64_t self;    /* its own, if it is a set: without members it is not there */
} Decider;

/* The fields of a dissector are members of sets of 64 bits: who has more of them is Python's. */
enum { MOST_FORMS = 64 };

typedef struct {
    Piece name; /* " | NAME: " */
    Form *forms;
    int64_t count;
    uint64_t always; /* forms that wait for no other */
    Decider *deciders;
    int64_t decider_count;
    uint64_t brief;    /* forms of the short text */
    uint64_t judged;   /* forms that were declared to have quiet members; none: all that is said is news */
    uint64_t problems; /* sets whose members are problems: with any, the frame is news */
} Speaker;

/* The flags of a TCP header: " [SYN, ACK] seq "; length 0: not made yet. */
typedef struct {
    unsigned char text[95];
    uint8_t length;
} FlagsText;

/* The layers that are read for the text alone. */
typedef struct {
    void (*options)(Frame frame, int64_t at, int64_t header_length, Options *options);
    int (*udp)(Frame frame, const Packet *packet, Datagram *datagram);
    int (*arp)(Frame frame, const Packet *packet, Resolution *message);
    int (*icmp)(Frame frame, const Packet *packet, Message *message);
    int (*igmp)(Frame frame, const Packet *packet, Membership *membership);
    int (*is_extension)(int64_t protocol);
} Layers;

/* What an ICMP (version 4) or ICMPv6 (6) message of this type and code is called. */
typedef struct {
    int version, type, code;
    Piece name;
} CodeName;

typedef struct {
    Speaker *speakers;
    int64_t count;
    int64_t bound; /* bytes that the longest comment takes, with what may be overwritten behind it */
    Piece flags[MOST_FLAGS]; /* names of the flags in their order; bits: which they stand for */
    uint32_t flag_bits[MOST_FLAGS];
    int64_t flag_count;
    Piece flaws[MOST_FLAWS];         /* ", bad version", by Flaw; of none, nothing */
    Piece message_flaws[MOST_FLAWS]; /* the same for ICMP messages */
    Piece protocols[257];          /* by IP protocol; 256: none */
    unsigned char with_ports[256]; /* protocols whose header begins with both ports */
    Piece types_4[256], types_6[256]; /* of ICMP and ICMPv6, "type 77" and all */
    CodeName *codes;
    int64_t code_count;
    Piece memberships[256]; /* IGMP types that belong to no version */
    Layers layers;
    KeptAddress *kept;    /* what is kept from frame to frame: one Wording serves one thread at a time */
    FlagsText *flags_kept; /* 4096 */
} Wording;

#endif
