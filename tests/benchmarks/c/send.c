/* send: offers frames to an interface of a network namespace, as fast as one core can or at a rate; bounded, and counted.
 *
 *   send INTERFACE xdp    SIZE COUNT RATE SECONDS [PID SIGNAL]    the interface receives numbered frames (see xdp.h)
 *   send INTERFACE socket SIZE COUNT RATE SECONDS [PID SIGNAL]    they are sent from it: on a veth, the other end receives
 *   send INTERFACE socket mix:CONNECTIONS COUNT RATE SECONDS ...  traffic of traffic.h instead
 *
 * SIZE: bytes of a frame, 60 to 1514. COUNT: frames at most. RATE: frames a second, 0 for all it can. SECONDS: at most.
 * PID SIGNAL: whom to signal as soon as the last frame is out. Prints {"sent": frames, "bytes": of them, "seconds": wall}.
 * Exit code 2: arguments; 3: not allowed here; 4: the kernel does not take it (say socket instead of xdp). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "isolation.h"
#include "numbered.h"
#include "traffic.h"
#include "xdp.h"

enum { BURST = 64 /* frames a sendmmsg */, RUN = 524288 /* frames that are asked of XDP at once: to ask costs 26 ms */ };

struct sender {
    int descriptor; /* of the XDP program, or of the packet socket */
    uint32_t interface, size;
    uint64_t sent, bytes;
    unsigned char frame[NUMBERED_MOST];
    struct traffic *mix; /* NULL: numbered frames */
    unsigned char heads[BURST][NUMBERED_MOST];
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int refuse(int code, const char *what, const char *why)
{
    fprintf(stderr, "send: %s: %s\n", what, why);
    return code;
}

/* Up to `count` frames by the packet socket; returns how many, 0 where there are no more, -1 with errno. */
static int64_t send_by_socket(struct sender *s, uint64_t count)
{
    struct mmsghdr messages[BURST];
    struct iovec parts[BURST][2];
    unsigned ready = 0;
    memset(messages, 0, sizeof messages);
    for (; ready < BURST && ready < count; ready++) {
        struct iovec *part = parts[ready];
        struct frame made;
        part[0] = (struct iovec){s->heads[ready], s->size};
        part[1] = (struct iovec){NULL, 0};
        if (s->mix == NULL) {
            numbered_set(s->heads[ready], s->size, s->sent + ready);
        } else if (traffic_next(s->mix, &made)) {
            memcpy(s->heads[ready], made.head, made.head_length);
            part[0].iov_len = made.head_length;
            part[1] = (struct iovec){s->mix->payload, made.payload_length};
        } else {
            break;
        }
        messages[ready].msg_hdr.msg_iov = part;
        messages[ready].msg_hdr.msg_iovlen = 2;
    }
    for (unsigned out = 0; out < ready;) {
        int went = sendmmsg(s->descriptor, messages + out, ready - out, 0);
        if (went < 0 && errno != EINTR && errno != ENOBUFS && errno != EAGAIN)
            return -1;
        for (int one = 0; one < went; one++)
            s->bytes += messages[out++].msg_len;
    }
    return ready;
}

static int64_t send_by_xdp(struct sender *s, uint64_t count)
{
    uint32_t asked = count < RUN ? (uint32_t)count : RUN;
    if (xdp_send(s->descriptor, s->interface, s->frame, s->size, asked) != 0)
        return -1;
    s->bytes += (uint64_t)asked * s->size;
    return asked;
}

static int open_socket(uint32_t interface)
{
    int one = 1, opened = socket(AF_PACKET, SOCK_RAW, 0); /* protocol 0: it receives nothing */
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)interface};
    if (opened < 0 || bind(opened, (struct sockaddr *)&address, sizeof address) != 0)
        return -1;
    setsockopt(opened, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    return opened;
}

/* Send until count, seconds or traffic end; returns -1 with errno if the kernel refuses. */
static int send_all(struct sender *s, int xdp, uint64_t count, double rate, double seconds, double begun)
{
    while (s->sent < count) {
        double passed = now() - begun;
        if (passed > seconds)
            return 0;
        uint64_t due = count;
        if (rate > 0 && passed * rate < (double)count)
            due = (uint64_t)(passed * rate);
        /* A burst a millisecond, or every BURST frames, whichever is rarer. */
        if (rate > 0 && due < count && (double)(due - s->sent) < (rate / 1000 > BURST ? rate / 1000 : BURST)) {
            nanosleep(&(struct timespec){0, 100000}, NULL);
            continue;
        }
        int64_t went = xdp ? send_by_xdp(s, due - s->sent) : send_by_socket(s, due - s->sent);
        if (went < 0)
            return -1;
        if (went == 0)
            return 0;
        s->sent += (uint64_t)went;
    }
    return 0;
}

int main(int count, char **given)
{
    static struct sender s;
    struct traffic mix;
    if (count != 7 && count != 9)
        return refuse(2, "arguments", "INTERFACE xdp|socket SIZE|mix:CONNECTIONS COUNT RATE SECONDS [PID SIGNAL]");
    int xdp = strcmp(given[2], "xdp") == 0, mixed = strncmp(given[3], "mix:", 4) == 0;
    s.size = mixed ? NUMBERED_LEAST : (uint32_t)atol(given[3]);
    if (s.size < NUMBERED_LEAST || s.size > NUMBERED_MOST || (xdp && mixed))
        return refuse(2, given[3], "a size is from 60 to 1514; mix:CONNECTIONS goes with socket");
    const char *why = isolation_refusal(given[1]);
    if (why != NULL)
        return refuse(3, given[1], why);
    s.interface = if_nametoindex(given[1]);
    if (mixed) {
        if (traffic_begin(&mix, (uint32_t)atol(given[3] + 4), 1000, 13, 1) != 0)
            return refuse(4, given[3], "no memory");
        s.mix = &mix;
    }
    numbered_begin(s.frame, s.size);
    for (int at = 0; at < BURST; at++)
        memcpy(s.heads[at], s.frame, s.size);
    s.descriptor = xdp ? xdp_load(s.size) : open_socket(s.interface);
    double begun = now();
    if (s.descriptor < 0 || send_all(&s, xdp, strtoull(given[4], NULL, 10), atof(given[5]), atof(given[6]), begun) != 0)
        return refuse(4, given[2], strerror(errno));
    if (count == 9)
        kill(atoi(given[7]), atoi(given[8]));
    printf("{\"sent\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"seconds\": %.6f}\n", s.sent, s.bytes, now() - begun);
    if (mixed)
        traffic_end(&mix);
    return 0;
}
