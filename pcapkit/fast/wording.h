/* How the chosen dissectors' fields read, and all else that comments are made of: prepared by Python, once.
 *
 * pcapkit.annotate.comment.Grammar says what each title and label is; here are its results.
 */
#ifndef PCAPKIT_WORDING_H
#define PCAPKIT_WORDING_H

#include "addresses.h"
#include "phrases.h"

enum {
    MOST_FLAGS = 16,
    MOST_FLAWS = 8,
    LONGEST_HEADERS = 2048, /* bytes: well above what 128 VLAN tags, addresses, options and a quotation take */
    LONGEST_NUMBER = 32,    /* bytes of any number or duration */
    LONGEST_TEXT = 32768,   /* longer comments are Python's: no option of pcapng holds more than twice as much */
    LONGEST_FLAGS = 64      /* bytes of the flags that are kept: six by their names */
};

/* The flags of a TCP header: " [SYN, ACK] seq "; length 0: not made yet. */
typedef struct {
    uint8_t length;
    unsigned char text[127];
} FlagsText;

_Static_assert(LONGEST_FLAGS + SLACK - 1 <= sizeof((FlagsText *)0)->text, "a text that is kept is copied by steps");

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
    /* What is kept from frame to frame: one Wording serves one thread at a time. */
    KeptAddress *kept;
    FlagsText *flags_kept; /* 4096 */
    unsigned char *scratch; /* `bound` bytes */
} Wording;

#endif
