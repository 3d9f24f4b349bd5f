/* What the dissectors say, as pcapkit.annotate.comment.Grammar.format writes it. */
#ifndef PCAPKIT_FIELDS_H
#define PCAPKIT_FIELDS_H

#include "wording.h"

static inline int form_is_there(const Form *form, const int64_t *told, int64_t place) {
    if (form->when >= 0 && told[form->when] == 0)
        return 0;
    return form->kind != FORM_SET || told[place] != 0;
}

/* Whether any of what is said of a frame is news: pcapkit.annotate.annotator.Quiet. */
static int speaker_has_news(const Speaker *speaker, const int64_t *told) {
    if (!speaker->judged)
        return 1;
    for (int64_t place = 0; place < speaker->count; place++) {
        const Form *form = &speaker->forms[place];
        if ((form->judged || form->problem) && form_is_there(form, told, place) &&
            (form->problem || form->kind != FORM_SET || ((uint64_t)told[place] & ~form->quiet) != 0))
            return 1;
    }
    return 0;
}

static unsigned char *put_set(unsigned char *out, const Form *form, uint64_t members) {
    for (int first = 1; members != 0; members &= members - 1, first = 0) {
        if (!first)
            out = PUT(out, " + ");
        int member = __builtin_ctzll(members);
        if (member < form->count)
            out = put_piece(out, form->texts[member]);
    }
    return out;
}

static unsigned char *put_fields(unsigned char *out, const Speaker *speaker, const int64_t *told, int brief) {
    if (speaker->count == 0 || !form_is_there(&speaker->forms[0], told, 0))
        *out++ = '-'; /* pcapkit.annotate.comment.UNSET */
    for (int64_t place = 0; place < speaker->count; place++) {
        const Form *form = &speaker->forms[place];
        int64_t value = told[place];
        if ((brief && !form->brief) || (form->when >= 0 && told[form->when] == 0))
            continue;
        switch (form->kind) {
        case FORM_NAMES:
            if ((uint64_t)value < (uint64_t)form->count)
                out = put_piece(out, form->texts[value]);
            break;
        case FORM_FLAG:
            out = put_piece(out, form->texts[value != 0]);
            break;
        case FORM_SET:
            if (value != 0) {
                out = put_piece(out, form->title);
                out = put_set(out, form, (uint64_t)value);
            }
            break;
        case FORM_DURATION:
            out = put_piece(out, form->title);
            out = put_seconds(out, value);
            break;
        default:
            out = put_piece(out, form->title);
            out = put_i64(out, value);
        }
    }
    return out;
}

#endif
