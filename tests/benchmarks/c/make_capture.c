/* make_capture: writes the traffic of traffic.h as pcapng (Ethernet, times in ns).
 *
 *   make_capture FILE CONNECTIONS OPEN EACH SEED      prints {"frames": N, "bytes": of the file}
 *
 * OPEN: connections at once; EACH: their mean number of frames between opening and closing. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "traffic.h"

enum { BUFFER = 1 << 20, BLOCK_MOST = 32 + 128 + SEGMENT };

static unsigned char buffer[BUFFER];
static uint32_t filled;
static uint64_t written;

static void add(const void *data, uint32_t length)
{
    memcpy(buffer + filled, data, length);
    filled += length;
}

static void add32(uint32_t value)
{
    add(&value, 4);
}

static int flush(int file)
{
    for (uint32_t done = 0; done < filled;) {
        ssize_t went = write(file, buffer + done, filled - done);
        if (went < 0)
            return -1;
        done += (uint32_t)went;
    }
    written += filled;
    filled = 0;
    return 0;
}

/* Section Header Block; Interface Description Block of link type Ethernet, with if_tsresol 9 (draft-ietf-opsawg-pcapng). */
static void add_beginning(void)
{
    const uint32_t section[7] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28};
    const uint32_t interface[8] = {1, 32, 1, 262144, 1u << 16 | 9, 9, 0, 32};
    add(section, sizeof section);
    add(interface, sizeof interface);
}

static void add_packet(const struct frame *f, const unsigned char *payload)
{
    static const unsigned char zeros[4];
    uint32_t length = f->head_length + f->payload_length, padding = -length & 3, total = 32 + length + padding;
    const uint32_t head[7] = {6, total, 0, (uint32_t)(f->time >> 32), (uint32_t)f->time, length, length};
    add(head, sizeof head);
    add(f->head, f->head_length);
    add(payload, f->payload_length);
    add(zeros, padding);
    add32(total);
}

int main(int count, char **given)
{
    static struct traffic t;
    struct frame f;
    if (count != 6) {
        fprintf(stderr, "make_capture: FILE CONNECTIONS OPEN EACH SEED\n");
        return 2;
    }
    int file = open(given[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    uint64_t frames = 0;
    if (file < 0 || traffic_begin(&t, (uint32_t)atol(given[2]), (uint32_t)atol(given[3]), (uint32_t)atol(given[4]),
                                  strtoull(given[5], NULL, 10)) != 0) {
        fprintf(stderr, "make_capture: %s: %s\n", given[1], strerror(errno));
        return 1;
    }
    add_beginning();
    for (; traffic_next(&t, &f); frames++) {
        add_packet(&f, t.payload);
        if (filled > BUFFER - BLOCK_MOST && flush(file) != 0)
            break;
    }
    traffic_end(&t);
    if (flush(file) != 0 || close(file) != 0) {
        fprintf(stderr, "make_capture: %s: %s\n", given[1], strerror(errno));
        return 1;
    }
    printf("{\"frames\": %" PRIu64 ", \"bytes\": %" PRIu64 "}\n", frames, written);
    return 0;
}
