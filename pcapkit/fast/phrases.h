/* What a dissector says of a frame, but for the numbers: made once for each combination of all else, and kept.
 *
 * The fields of most frames say the same as those of many before. A field that is no number is told with few bits:
 * those of all such fields side by side are the key of a phrase, which is text with places for numbers in it.
 */
#ifndef PCAPKIT_PHRASES_H
#define PCAPKIT_PHRASES_H

#include "digits.h"

enum { FORM_NUMBER, FORM_DURATION, FORM_FLAG, FORM_NAMES, FORM_SET, FORM_NONE };

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

enum {
    MOST_FORMS = 64, /* the fields of a dissector are members of sets of 64 bits: who has more of them is Python's */
    KEY_WORDS = 2,   /* of a phrase's key */
    PHRASES = 256,   /* that are kept for each dissector: a power of two */
    PHRASE_PARTS = 12,
    PHRASE_TEXT = 384 /* bytes of a phrase that is kept */
};

/* Text, and the number behind it. kind: FORM_NUMBER or FORM_DURATION; FORM_NONE ends a phrase. place: of the field. */
typedef struct {
    uint16_t length;
    uint8_t kind, place;
} Part;

/* A whole number of lines of the processor's cache. */
typedef struct {
    uint64_t key[KEY_WORDS];
    uint8_t kept; /* 0: nothing; 1: the text; 2: the short text */
    uint8_t news; /* whether what it says is worth a comment where not every frame gets one */
    Part parts[PHRASE_PARTS];
    unsigned char text[PHRASE_TEXT + SLACK - 2];
} Phrase;

_Static_assert(sizeof(Phrase) == 512, "phrases begin where lines begin");

/* Where a field's bits go in the key. factor: a power of two, for its value; in `asked`, for whether that is not 0. */
typedef struct {
    uint64_t factor, place;
} KeyBits;

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
    KeyBits *bits[KEY_WORDS];
    int64_t bit_counts[KEY_WORDS];
    KeyBits *asked; /* numbers on which others depend; in the key's last word */
    int64_t asked_count;
    Phrase *phrases; /* NULL: its key would be too long */
} Speaker;

/* Which fields are there, as pcapkit.dissector.run decides it. */
static uint64_t forms_there(const Speaker *speaker, const int64_t *told) {
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
static int forms_news(const Speaker *speaker, const int64_t *told) {
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

/* Make a phrase, as pcapkit.annotate.comment.Grammar.format has it: its text at `out`, which has room for what the
 * speaker can say, and its parts, up to one more than there are fields. Returns the text's end. */
static unsigned char *phrase_make(
    const Speaker *speaker, const int64_t *told, int brief, unsigned char *out, Part *parts
) {
    uint64_t there = forms_there(speaker, told);
    unsigned char *begin = out;
    out = brief ? PUT(out, " | ") : put_piece(out, speaker->name);
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
        default:
            out = put_piece(out, form->title);
            *parts++ = (Part){(uint16_t)(out - begin), (uint8_t)form->kind, (uint8_t)place};
            begin = out;
        }
    }
    *parts = (Part){(uint16_t)(out - begin), FORM_NONE, 0};
    return out;
}

/* The phrase with its numbers. From any place of `text` SLACK bytes can be read. */
static inline unsigned char *put_phrase(
    unsigned char *out, const Part *part, const unsigned char *text, const int64_t *told
) {
    for (;; part++) {
        out = put_text(out, text, part->length);
        text += part->length;
        if (part->kind == FORM_NONE)
            return out;
        if (part->kind == FORM_NUMBER)
            out = put_i64(out, told[part->place]);
        else
            out = put_seconds(out, told[part->place]);
    }
}

/* Keep a phrase, if it is no longer than others are. */
static const Phrase *phrase_keep(
    const Speaker *speaker, const int64_t *told, int brief, unsigned char *scratch, Phrase *phrase, uint64_t low,
    uint64_t high
) {
    Part parts[MOST_FORMS + 1];
    size_t length = (size_t)(phrase_make(speaker, told, brief, scratch, parts) - scratch), count = 1;
    while (parts[count - 1].kind != FORM_NONE)
        count++;
    if (length > PHRASE_TEXT || count > PHRASE_PARTS)
        return NULL;
    memcpy(phrase->text, scratch, length);
    memcpy(phrase->parts, parts, count * sizeof(Part));
    phrase->key[0] = low;
    phrase->key[1] = high;
    phrase->news = (uint8_t)forms_news(speaker, told);
    phrase->kept = (uint8_t)(1 + brief);
    return phrase;
}

/* One word of the key. */
static inline uint64_t key_word(const KeyBits *bits, int64_t count, const int64_t *told) {
    uint64_t word = 0;
    for (const KeyBits *end = bits + count; bits != end; bits++)
        word |= (uint64_t)told[bits->place] * bits->factor;
    return word;
}

/* The phrase of what is told, kept from now on if it was not. NULL: it is none that is kept. */
static inline const Phrase *phrase_of(
    const Speaker *speaker, const int64_t *told, int brief, unsigned char *scratch
) {
    if (__builtin_expect(speaker->phrases == NULL, 0))
        return NULL;
    uint64_t low = key_word(speaker->bits[0], speaker->bit_counts[0], told);
    uint64_t high = key_word(speaker->bits[1], speaker->bit_counts[1], told);
    for (int64_t at = 0; at < speaker->asked_count; at++)
        high |= (uint64_t)(told[speaker->asked[at].place] != 0) * speaker->asked[at].factor;
    uint64_t mixed = (low ^ (high << 32 | high >> 32)) * 0x9E3779B97F4A7C15u;
    Phrase *phrase = &speaker->phrases[mixed >> 56 & (PHRASES - 1)];
    if (__builtin_expect(phrase->key[0] == low && phrase->key[1] == high && phrase->kept == 1 + brief, 1))
        return phrase;
    return phrase_keep(speaker, told, brief, scratch, phrase, low, high);
}

#endif
