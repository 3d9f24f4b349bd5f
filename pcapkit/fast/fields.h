/* What the dissectors say, as pcapkit.annotate.comment.Grammar.format writes it. */
#ifndef PCAPKIT_FIELDS_H
#define PCAPKIT_FIELDS_H

#include "wording.h"

/* Whether any of what is said of a frame is news: pcapkit.annotate.annotator.Quiet. */
static inline int speaker_has_news(const Wording *wording, const Speaker *speaker, const int64_t *told) {
    const Phrase *phrase = phrase_of(speaker, told, 0, wording->scratch);
    return phrase != NULL ? phrase->news : forms_news(speaker, told);
}

static unsigned char *put_rare_fields(
    const Wording *wording, unsigned char *out, const Speaker *speaker, const int64_t *told, int brief
) {
    Part parts[MOST_FORMS + 1];
    phrase_make(speaker, told, brief, wording->scratch, parts);
    return put_phrase(out, parts, wording->scratch, told);
}

static inline unsigned char *put_fields(
    const Wording *wording, unsigned char *out, const Speaker *speaker, const int64_t *told, int brief
) {
    const Phrase *phrase = phrase_of(speaker, told, brief, wording->scratch);
    if (__builtin_expect(phrase == NULL, 0))
        return put_rare_fields(wording, out, speaker, told, brief);
    return put_phrase(out, phrase->parts, phrase->text, told);
}

#endif
