/* walk: the floor under every reader: reads a capture into one buffer and walks its blocks or records, looking at nothing else.
 *
 *   walk FILE            prints {"frames": N, "comments": 0, "bytes": of the file, "rest": bytes of a cut last block}
 *   walk FILE comments   counts the frames with a comment, too
 *
 * pcapng and pcap of this machine's byte order. Exit code 1: cannot be read, or is neither. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, MOST = BUFFER / 2, PACKET = 6, COMMENT = 1 };

static unsigned char buffer[BUFFER];
static uint64_t frames, comments, bytes;

static uint32_t get32(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

/* Whether an Enhanced Packet Block has an opt_comment. */
static int has_comment(const unsigned char *block, uint32_t total)
{
    uint64_t at = 28 + ((uint64_t)get32(block + 20) + 3) / 4 * 4;
    while (at + 4 <= total - 4) {
        uint16_t option[2];
        memcpy(option, block + at, 4);
        if (option[0] == COMMENT)
            return 1;
        if (option[0] == 0)
            return 0;
        at += 4 + (option[1] + 3u) / 4 * 4;
    }
    return 0;
}

/* Bytes from `begin` to the end of the last whole block. */
static uint32_t walk_blocks(uint32_t begin, uint32_t end, int look)
{
    uint32_t at = begin;
    while (end - at >= 12) {
        uint32_t total = get32(buffer + at + 4);
        if (total < 12 || total > MOST || total > end - at)
            break;
        if (get32(buffer + at) == PACKET) {
            frames++;
            if (look && total >= 32)
                comments += (uint64_t)has_comment(buffer + at, total);
        }
        at += total;
    }
    return at - begin;
}

static uint32_t walk_records(uint32_t begin, uint32_t end)
{
    uint32_t at = begin;
    while (end - at >= 16) {
        uint32_t total = 16 + get32(buffer + at + 8);
        if (total > MOST || total > end - at)
            break;
        frames++;
        at += total;
    }
    return at - begin;
}

int main(int count, char **given)
{
    int file = count >= 2 ? open(given[1], O_RDONLY) : -1;
    uint32_t held = 0;
    int records = 0;
    ssize_t came = -1;
    while (file >= 0 && (came = read(file, buffer + held, BUFFER - held)) > 0) {
        uint32_t at = 0, end = held + (uint32_t)came;
        if (bytes == 0 && end >= 24) {
            uint32_t magic = get32(buffer);
            records = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
            if (!records && magic != 0x0a0d0d0a)
                break;
            at = records ? 24 : 0;
        }
        bytes += (uint64_t)came;
        at += records ? walk_records(at, end) : walk_blocks(at, end, count > 2);
        held = end - at;
        memmove(buffer, buffer + at, held);
        if (held == BUFFER)
            break;
    }
    if (file < 0 || came != 0) {
        fprintf(stderr, "walk: %s: %s\n", given[1], file < 0 || came < 0 ? strerror(errno) : "not a capture, or damaged");
        return 1;
    }
    printf("{\"frames\": %" PRIu64 ", \"comments\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"rest\": %" PRIu32 "}\n", frames,
           comments, bytes, held);
    return 0;
}
