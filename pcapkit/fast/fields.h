/* What the dissectors say, as pcapkit.annotate.comment.Grammar.format writes it. */
#ifndef PCAPKIT_FIELDS_H
#define PCAPKIT_FIELDS_H

#include "wording.h"

/* Which fields are there, as pcapkit.dissector.run decides it. */
static inline uint64_t forms_there(const Speaker *speaker, const int64_t *told) {
    uint64_t there = speaker->always, empty = 0;
    for (int64_t number = 0; number < speaker->decider_count; number++) {
        const Decider *decider = &speaker->deciders[number];
        uint64_t set = 0 - (uint64_t)(told[decider->place] != 0);
        there |= decider->waiting & set;
        empty |= decider->self & ~set;
    }
    return there & ~empty;
}

/* Whether any of what is said of a frame is news: pcapkit.annotate.annotator.Quiet. */
static inline int speaker_has_news(const Speaker *speaker, const int64_t *told) {
    if (speaker->judged == 0)
        return 1;
    uint64_t there = forms_there(speaker, told);
    if ((there & speaker->problems) != 0)
        return 1;
    for (uint64_t rest = there & speaker->judged; rest != 0; rest &= rest - 1) {
        int place = __builtin_ctzll(rest);
        const Form *form = &speaker->forms[place];
        if (form->kind != FORM_SET || ((uint64_t)told[place] & ~form->quiet) != 0)
            return 1;
    }
    return 0;
}

static inline unsigned char *put_set(unsigned char *out, const Form *form, uint64_t members) {
    for (int first = 1; members != 0; members &= members - 1, first = 0) {
        if (!first)
            out = PUT(out, " + ");
        int member = __builtin_ctzll(members);
        if (member < form->count)
            out = put_piece(out, form->texts[member]);
    }
    return out;
}

static inline unsigned char *put_fields(unsigned char *out, const Speaker *speaker, const int64_t *told, int brief) {
    uint64_t there = forms_there(speaker, told);
    if ((there & 1) == 0)
        *out++ = '-'; /* pcapkit.annotate.comment.UNSET */
    if (brief)
        there &= speaker->brief;
    for (; there != 0; there &= there - 1) {
        int place = __builtin_ctzll(there);
        const Form *form = &speaker->forms[place];
        int64_t value = told[place];
        switch (form->kind) {
        case FORM_NAMES:
            if ((uint64_t)value < (uint64_t)form->count)
                out = put_piece(out, form->texts[value]);
            break;
        case FORM_FLAG:
            out = put_piece(out, form->texts[value != 0]);
            break;
        case FORM_SET:
            out = put_piece(out, form->title);
            out = put_set(out, form, (uint64_t)value);
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
