/* Made-up TCP traffic, the same for the same seed: connections from opening to closing, many open at once, mostly data. */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"

enum { SEGMENT = 1448 /* the most data in a frame: 1500 less IPv4, TCP and timestamps */, FIN = 1, SYN = 2, PSH = 8, ACK = 16 };
enum phase { OPEN_1, OPEN_2, OPEN_3, DATA, CLOSE_1, CLOSE_2, CLOSE_3, CLOSE_4, ENDED };

struct connection {
    uint32_t id, left, next[2]; /* left: frames before it closes; next: sequence numbers of client and server */
    uint8_t phase, side, owed, closer, quick, six; /* owed: segments not acknowledged; quick: ACK and FIN in one frame */
};

struct traffic {
    uint64_t random, clock; /* clock: ns since 1970 */
    uint32_t connections, begun, open, frames_each;
    struct connection *table;
    unsigned char payload[SEGMENT];
    uint32_t sums[SEGMENT + 1]; /* of the first so many bytes of payload */
};

struct frame {
    uint64_t time;
    uint32_t head_length, payload_length;
    unsigned char head[14 + 40 + 40];
};

static uint32_t traffic_random(struct traffic *t, uint32_t below) /* xorshift64* */
{
    t->random ^= t->random >> 12;
    t->random ^= t->random << 25;
    t->random ^= t->random >> 27;
    return (uint32_t)(((t->random * 2685821657736338717u) >> 32) * below >> 32);
}

static void connection_begin(struct traffic *t, struct connection *c)
{
    memset(c, 0, sizeof *c);
    c->id = t->begun++;
    c->next[0] = traffic_random(t, UINT32_MAX);
    c->next[1] = traffic_random(t, UINT32_MAX);
    /* Few connections are long, most are short; the mean is frames_each. */
    c->left = traffic_random(t, 10) ? traffic_random(t, t->frames_each) + 1 : traffic_random(t, 11 * t->frames_each);
    c->closer = traffic_random(t, 2) != 0;
    c->quick = traffic_random(t, 2) != 0;
    c->six = traffic_random(t, 8) == 0;
}

/* connections: how many in all; open: how many at once; each: their mean number of frames between opening and closing.
 * Returns 0, or -1 without memory. */
static int traffic_begin(struct traffic *t, uint32_t connections, uint32_t open, uint32_t each, uint64_t seed)
{
    memset(t, 0, sizeof *t);
    t->random = seed * 2 + 1;
    t->clock = 1700000000000000000u;
    t->connections = connections;
    t->frames_each = each;
    t->table = calloc(open ? open : 1, sizeof *t->table);
    if (t->table == NULL)
        return -1;
    for (uint32_t at = 0; at < SEGMENT; at++) {
        t->payload[at] = (unsigned char)traffic_random(t, 256);
        t->sums[at + 1] = t->sums[at] + (at % 2 ? t->payload[at] : (uint32_t)t->payload[at] << 8);
    }
    while (t->open < open && t->begun < connections)
        connection_begin(t, &t->table[t->open++]);
    return 0;
}

static void traffic_end(struct traffic *t)
{
    free(t->table);
}

/* The frame that a side of a connection sends; moves that side's sequence number on. */
static void frame_write(struct traffic *t, struct frame *f, struct connection *c, uint32_t side, uint32_t flags, uint32_t length)
{
    uint32_t options = flags & SYN ? 20 : 12;
    uint32_t network = c->six ? 40 : 20;
    unsigned char *ip = f->head + 14, *tcp = ip + network;
    memset(f->head, 0, sizeof f->head);
    f->head[0] = f->head[6] = 2;
    f->head[5] = (unsigned char)(side ? 1 : 2);
    f->head[11] = (unsigned char)(side ? 2 : 1);
    uint32_t client = 0x0a000000u + c->id, server = 0x0ac80000u + c->id % 50;
    uint32_t segment = 20 + options + length, sum;
    if (c->six) {
        put16(f->head + 12, 0x86dd);
        ip[0] = 0x60;
        put16(ip + 4, segment);
        ip[6] = 6;
        ip[7] = 64;
        ip[8] = ip[24] = 0xfd;
        put32(ip + 20, side ? server : client);
        put32(ip + 36, side ? client : server);
        sum = sum_of(ip + 8, 32);
    } else {
        put16(f->head + 12, 0x0800);
        ip[0] = 0x45;
        put16(ip + 2, 20 + segment);
        put16(ip + 4, c->next[side] & 0xffff);
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = 6;
        put32(ip + 12, side ? server : client);
        put32(ip + 16, side ? client : server);
        put16(ip + 10, folded(sum_of(ip, 20)));
        sum = sum_of(ip + 12, 8);
    }
    uint32_t port = 32768 + c->id * 7919 % 28000;
    put16(tcp, side ? 50001 : port);
    put16(tcp + 2, side ? port : 50001);
    put32(tcp + 4, c->next[side]);
    put32(tcp + 8, flags & ACK ? c->next[!side] : 0);
    tcp[12] = (unsigned char)((20 + options) / 4 << 4);
    tcp[13] = (unsigned char)flags;
    put16(tcp + 14, 501);
    static const unsigned char opening[10] = {2, 4, SEGMENT >> 8, SEGMENT & 255, 4, 2, 1, 3, 3, 7}; /* MSS, SACK, scale */
    unsigned char *option = tcp + 20;
    if (flags & SYN)
        option = memcpy(option, opening, sizeof opening), option += sizeof opening;
    else
        *option++ = 1, *option++ = 1;
    option[0] = 8; /* timestamps, in ms */
    option[1] = 10;
    put32(option + 2, (uint32_t)(t->clock / 1000000));
    put32(option + 6, flags & ACK ? (uint32_t)(t->clock / 1000000) - 1 : 0);
    put16(tcp + 16, folded(sum + 6 + segment + sum_of(tcp, 20 + options) + t->sums[length]));
    f->head_length = 14 + network + 20 + options;
    f->payload_length = length;
    f->time = t->clock;
    c->next[side] += length + (flags & (SYN | FIN) ? 1 : 0);
}

static uint32_t payload_size(struct traffic *t)
{
    uint32_t drawn = traffic_random(t, 100);
    if (drawn < 55)
        return SEGMENT - 20;
    return drawn < 80 ? 20 + traffic_random(t, 280) : 300 + traffic_random(t, SEGMENT - 320);
}

static void data_write(struct traffic *t, struct frame *f, struct connection *c)
{
    if (c->owed == 2 || (c->owed == 1 && traffic_random(t, 2))) {
        c->owed = 0;
        frame_write(t, f, c, !c->side, ACK, 0);
    } else {
        if (c->owed == 0)
            c->side = traffic_random(t, 4) != 0; /* mostly the server */
        c->owed++;
        frame_write(t, f, c, c->side, PSH | ACK, payload_size(t));
    }
    if (--c->left == 0)
        c->phase = CLOSE_1;
}

/* The next frame of any connection; its payload is the first payload_length bytes of t->payload. 0: that was all. */
static int traffic_next(struct traffic *t, struct frame *f)
{
    if (t->open == 0)
        return 0;
    struct connection *c = &t->table[traffic_random(t, t->open)];
    t->clock += 500 + traffic_random(t, 4000);
    switch (c->phase) {
    case OPEN_1: c->phase = OPEN_2; frame_write(t, f, c, 0, SYN, 0); break;
    case OPEN_2: c->phase = OPEN_3; frame_write(t, f, c, 1, SYN | ACK, 0); break;
    case OPEN_3: c->phase = c->left ? DATA : CLOSE_1; frame_write(t, f, c, 0, ACK, 0); break;
    case DATA: data_write(t, f, c); break;
    case CLOSE_1: c->phase = c->quick ? CLOSE_3 : CLOSE_2; frame_write(t, f, c, c->closer, FIN | ACK, 0); break;
    case CLOSE_2: c->phase = CLOSE_3; frame_write(t, f, c, !c->closer, ACK, 0); break;
    case CLOSE_3: c->phase = CLOSE_4; frame_write(t, f, c, !c->closer, FIN | ACK, 0); break;
    default: c->phase = ENDED; frame_write(t, f, c, c->closer, ACK, 0); break;
    }
    if (c->phase == ENDED) {
        if (t->begun < t->connections)
            connection_begin(t, c);
        else
            *c = t->table[--t->open];
    }
    return 1;
}

#endif
