/* The comment of a frame, byte for byte as pcapkit.annotate.annotator writes it:
 *
 *     pcapkit: HEADERS | DISSECTOR: FIELDS | DISSECTOR: ...
 */
#ifndef PCAPKIT_TEXT_H
#define PCAPKIT_TEXT_H

#include "fields.h"
#include "headers.h"

/* How much is wanted: no comment; a comment where a dissector has news; a comment wherever a header was read. The last
 * two are for people and always written: the comment without its prefix, and with the fields that matter most. */
enum { TEXT_OFF, TEXT_STEPS, TEXT_ALL, TEXT_LINE, TEXT_BRIEF };

enum { TEXT_FULL = -2 };

/* What the dissectors say, behind the headers' text; `from`: where that begins, `out`: where it ends. */
static inline unsigned char *put_said(
    const Wording *wording, unsigned char *from, unsigned char *out, int64_t wire, const int64_t *const *told,
    const signed char *found, int level
) {
    for (int64_t place = 0; place < wording->count; place++) {
        if (found[place] <= 0)
            continue;
        if (__builtin_expect(out == from, 0))
            out = put_frame_of(out, wire);
        out = put_fields(wording, out, &wording->speakers[place], told[place], level == TEXT_BRIEF);
    }
    return out;
}

/* The text of a frame of `wire` bytes that was decoded to `packet`. told[d], found[d]: what dissector d says of it, as
 * Program.block has it. The result is bytes written at `out`; 0: nothing to say at this level; TEXT_FULL: there are
 * less than wording->bound bytes of room, whatever this frame would take. */
static inline int64_t text_write(
    const Wording *wording, Frame frame, int64_t wire, int64_t link, const Packet *packet, const int64_t *const *told,
    const signed char *found, int level, unsigned char *out, int64_t room
) {
    unsigned char *begin = out, *from;
    if (level == TEXT_OFF)
        return 0;
    if (level == TEXT_STEPS) {
        int news = 0;
        for (int64_t place = 0; place < wording->count && !news; place++)
            news = found[place] > 0 && speaker_has_news(wording, &wording->speakers[place], told[place]);
        if (!news)
            return 0;
    }
    if (room < wording->bound)
        return TEXT_FULL;
    if (level <= TEXT_ALL)
        out = PUT(out, "pcapkit: ");
    from = out;
    out = put_headers(wording, out, frame, wire, link, packet);
    out = put_said(wording, from, out, wire, told, found, level);
    return out == from ? 0 : out - begin;
}

#endif
