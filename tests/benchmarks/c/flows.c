/* Frames of many connections at once, written into a buffer; a shared library for flows.py.
 *
 * All frames are FLOW_FRAME bytes: Ethernet, IPv4, TCP, 6 bytes of padding or data. First all connections are opened, a
 * thousand at a time: SYN, SYN-ACK, ACK. Then each sends data in turn, in an order in which neighbours are far apart. */
#include <stdint.h>
#include <string.h>

#include "header.h"

enum { FLOW_FRAME = 60, WINDOW = 1000, DATA_BYTES = 6, STRIDE = 7368787 /* a prime */ };

static void write_frame(unsigned char *at, uint32_t connection, int server, uint32_t flags, uint32_t seq, uint32_t ack, uint32_t data)
{
    uint32_t client = 0x0a000000u + connection, port = 1024 + connection % 60000;
    memset(at, 0, FLOW_FRAME);
    at[0] = at[6] = 2;
    put16(at + 12, 0x0800);
    at[14] = 0x45;
    put16(at + 16, 40 + data);
    at[22] = 64;
    at[23] = 6;
    put32(at + 26, server ? 0x0ac80001u : client);
    put32(at + 30, server ? client : 0x0ac80001u);
    put16(at + 34, server ? 50001 : port);
    put16(at + 36, server ? port : 50001);
    put32(at + 38, seq);
    put32(at + 42, ack);
    at[46] = 0x50;
    at[47] = (unsigned char)flags;
    put16(at + 48, 501);
}

/* Frames `first` up to `first + count` of the opening of `connections`, a multiple of WINDOW. */
void flows_open(unsigned char *out, uint64_t first, uint64_t count, uint64_t connections)
{
    (void)connections;
    for (uint64_t n = first; n < first + count; n++, out += FLOW_FRAME) {
        uint32_t connection = (uint32_t)(n / (3 * WINDOW) * WINDOW + n % WINDOW), turn = (uint32_t)(n / WINDOW % 3);
        if (turn == 0)
            write_frame(out, connection, 0, 2, 1000, 0, 0);
        else if (turn == 1)
            write_frame(out, connection, 1, 18, 5000, 1001, 0);
        else
            write_frame(out, connection, 0, 16, 1001, 5001, 0);
    }
}

/* Frames `first` up to `first + count` of data: every `connections` frames, each has sent once more. */
void flows_data(unsigned char *out, uint64_t first, uint64_t count, uint64_t connections)
{
    for (uint64_t n = first; n < first + count; n++, out += FLOW_FRAME) {
        uint32_t connection = (uint32_t)(n % connections * STRIDE % connections), turn = (uint32_t)(n / connections);
        write_frame(out, connection, 0, 24, 1001 + turn * DATA_BYTES, 5001, DATA_BYTES);
    }
}
