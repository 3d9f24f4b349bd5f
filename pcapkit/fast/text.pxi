# The text of comments: text.h, with what Python decides put into its tables, and the layers that it reads by.

cdef extern from "<stdlib.h>" nogil:
    void *aligned_alloc(size_t alignment, size_t size)

cdef extern from "text.h" nogil:
    ctypedef struct Piece:
        const unsigned char *text
        int64_t length
    ctypedef struct Form:
        int kind
        uint64_t quiet
        Piece title
        Piece *texts
        int64_t count
    ctypedef struct Decider:
        int64_t place
        uint64_t waiting
        uint64_t self
    ctypedef struct Phrase:
        pass
    ctypedef struct KeyBits:
        uint64_t factor
        uint64_t place
    ctypedef struct Speaker:
        Piece name
        Form *forms
        int64_t count
        uint64_t always
        Decider *deciders
        int64_t decider_count
        uint64_t brief
        uint64_t judged
        uint64_t problems
        KeyBits *bits[2]
        int64_t bit_counts[2]
        KeyBits *asked
        int64_t asked_count
        Phrase *phrases
    ctypedef struct CodeName:
        int version
        int type
        int code
        Piece name
    ctypedef struct KeptAddress:
        pass
    ctypedef struct FlagsText:
        pass
    ctypedef struct TextLayers "Layers":
        void (*options)(Frame frame, int64_t at, int64_t header_length, Options *options) noexcept nogil
        int (*udp)(Frame frame, const Packet *packet, Datagram *datagram) noexcept nogil
        int (*arp)(Frame frame, const Packet *packet, Resolution *message) noexcept nogil
        int (*icmp)(Frame frame, const Packet *packet, Message *message) noexcept nogil
        int (*igmp)(Frame frame, const Packet *packet, Membership *membership) noexcept nogil
        int (*is_extension)(int64_t protocol) noexcept nogil
    ctypedef struct WordingTable "Wording":
        Speaker *speakers
        int64_t count
        int64_t bound
        Piece *flags
        uint32_t *flag_bits
        int64_t flag_count
        Piece *flaws
        Piece *message_flaws
        Piece *protocols
        unsigned char *with_ports
        Piece *types_4
        Piece *types_6
        CodeName *codes
        int64_t code_count
        Piece *memberships
        TextLayers layers
        KeptAddress *kept
        FlagsText *flags_kept
        unsigned char *scratch
    int FORM_SET, MOST_FORMS, KEY_WORDS, PHRASES
    int KEPT_ADDRESSES, MOST_FLAGS, MOST_FLAWS, LONGEST_HEADERS, LONGEST_TEXT, LONGEST_NUMBER, SLACK
    int TEXT_OFF, TEXT_STEPS, TEXT_ALL, TEXT_LINE, TEXT_BRIEF
    int TEXT_FULL
    void addresses_begin()
    int64_t text_write(
        const WordingTable *wording,
        Frame frame,
        int64_t wire,
        int64_t link,
        const Packet *packet,
        const int64_t *const *told,
        const signed char *found,
        int level,
        unsigned char *out,
        int64_t room,
    )


addresses_begin()

TEXT_LEVELS = {"none": TEXT_OFF, "steps": TEXT_STEPS, "all": TEXT_ALL, "line": TEXT_LINE, "brief": TEXT_BRIEF}


cdef void text_options(Frame frame, int64_t at, int64_t header_length, Options *options) noexcept nogil:
    tcp_options__read_options(frame, at, header_length, <tcp_options__Options *>options)


cdef int text_udp(Frame frame, const Packet *packet, Datagram *datagram) noexcept nogil:
    return udp__udp(frame, <packet__Packet *>packet, <udp__Datagram *>datagram)


cdef int text_arp(Frame frame, const Packet *packet, Resolution *message) noexcept nogil:
    return arp__resolution(frame, <packet__Packet *>packet, <arp__Resolution *>message)


cdef int text_icmp(Frame frame, const Packet *packet, Message *message) noexcept nogil:
    return icmp__icmp(frame, <packet__Packet *>packet, <icmp__Message *>message)


cdef int text_igmp(Frame frame, const Packet *packet, Membership *membership) noexcept nogil:
    return igmp__igmp(frame, <packet__Packet *>packet, <igmp__Membership *>membership)


cdef int text_is_extension(int64_t protocol) noexcept nogil:
    return ipv6__is_extension(protocol)


cdef class Wording:
    """How the fields of the chosen dissectors, in their order, and all headers read. One thread at a time uses it."""

    cdef WordingTable table
    cdef list kept  # the bytes that pieces point to

    def __init__(self, words):
        """words: pcapkit.fast.wording.Words. Raises ValueError where comments could be longer than pcapng takes."""
        cdef WordingTable *table = &self.table
        if table.speakers != NULL:
            raise RuntimeError("a Wording is made once")
        self.kept = []
        self._fill_names(words)
        table.layers.options = text_options
        table.layers.udp = text_udp
        table.layers.arp = text_arp
        table.layers.icmp = text_icmp
        table.layers.igmp = text_igmp
        table.layers.is_extension = text_is_extension
        table.kept = <KeptAddress *>PyMem_Calloc(KEPT_ADDRESSES, sizeof(KeptAddress))
        table.flags_kept = <FlagsText *>PyMem_Calloc(4096, sizeof(FlagsText))
        table.speakers = <Speaker *>PyMem_Calloc(len(words.speakers) + 1, sizeof(Speaker))
        if table.kept == NULL or table.flags_kept == NULL or table.speakers == NULL:
            raise MemoryError
        table.bound = LONGEST_HEADERS + SLACK
        for name, forms, key in words.speakers:
            table.count += 1
            self._fill_speaker(&table.speakers[table.count - 1], name, forms)
            if key is not None:
                self._fill_key(&table.speakers[table.count - 1], key)
        if table.bound > LONGEST_TEXT:
            raise ValueError(f"comments of up to {table.bound} bytes: more than are written natively")
        table.scratch = <unsigned char *>PyMem_Calloc(table.bound, 1)
        if table.scratch == NULL:
            raise MemoryError

    def __dealloc__(self):
        cdef int64_t place, inner
        if self.table.speakers != NULL:
            for place in range(self.table.count):
                if self.table.speakers[place].forms != NULL:
                    for inner in range(self.table.speakers[place].count):
                        PyMem_Free(self.table.speakers[place].forms[inner].texts)
                PyMem_Free(self.table.speakers[place].forms)
                PyMem_Free(self.table.speakers[place].deciders)
                for inner in range(KEY_WORDS):
                    PyMem_Free(self.table.speakers[place].bits[inner])
                PyMem_Free(self.table.speakers[place].asked)
                free(self.table.speakers[place].phrases)
        PyMem_Free(self.table.speakers)
        PyMem_Free(self.table.codes)
        PyMem_Free(self.table.kept)
        PyMem_Free(self.table.flags_kept)
        PyMem_Free(self.table.scratch)

    @property
    def bound(self):
        """Bytes of room that text_write asks for, whatever the frame."""
        return self.table.bound

    def write(self, bytes data not None, uint32_t wire, uint32_t link, list said, int level, out not None):
        """Write the text of one frame, decoded here, into a buffer; the result is text_write's.

        said: for each dissector an array of type q with what it tells, or None. out: a writable buffer.
        """
        cdef Packet packet
        cdef const int64_t *told[MOST_DISSECTORS]
        cdef signed char found[MOST_DISSECTORS]
        cdef const int64_t[::1] numbers
        cdef unsigned char[::1] room = out
        cdef Frame frame = frame_of(<const unsigned char *>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
        cdef int64_t place
        if len(said) != self.table.count or self.table.count > MOST_DISSECTORS:
            raise ValueError(f"{len(said)} dissectors, words for {self.table.count}")
        for place in range(self.table.count):
            found[place] = said[place] is not None
            if found[place]:
                numbers = said[place]
                if numbers.shape[0] < self.table.speakers[place].count:
                    raise ValueError("less numbers than fields")
                told[place] = &numbers[0] if numbers.shape[0] else NULL
        memset(&packet, 0, sizeof(packet))
        decode__decode(frame, wire, link, <packet__Packet *>&packet)
        return text_write(
            &self.table,
            frame,
            wire,
            link,
            &packet,
            told,
            found,
            level,
            &room[0] if room.shape[0] else NULL,
            room.shape[0],
        )

    cdef Piece piece(self, str text) except *:
        cdef Piece made
        kept = text.encode() + bytes(SLACK)
        self.kept.append(kept)
        made.text = <const unsigned char *>PyBytes_AS_STRING(kept)
        made.length = PyBytes_GET_SIZE(kept) - SLACK
        return made

    cdef int pieces(self, Piece *into, list texts, int64_t count) except -1:
        cdef int64_t place
        if len(texts) > count:
            raise ValueError(f"{len(texts)} texts where {count} are expected")
        for place in range(count):
            into[place] = self.piece(texts[place] if place < len(texts) else "")
        return 0

    cdef int _fill_names(self, words) except -1:
        cdef WordingTable *table = &self.table
        cdef CodeName *row
        self.pieces(table.flags, [text for _, text in words.flags], MOST_FLAGS)
        for bits, _ in words.flags:
            table.flag_bits[table.flag_count] = bits
            table.flag_count += 1
        self.pieces(table.flaws, words.flaws, MOST_FLAWS)
        self.pieces(table.message_flaws, words.message_flaws, MOST_FLAWS)
        self.pieces(table.protocols, words.protocols, 257)
        for number in words.with_ports:
            table.with_ports[<uint8_t>number] = 1
        self.pieces(table.types_4, words.types_4, 256)
        self.pieces(table.types_6, words.types_6, 256)
        self.pieces(table.memberships, words.memberships, 256)
        table.codes = <CodeName *>PyMem_Calloc(len(words.codes) + 1, sizeof(CodeName))
        if table.codes == NULL:
            raise MemoryError
        for version, kind, code, name in words.codes:
            row = &table.codes[table.code_count]
            row.version, row.type, row.code = version, kind, code
            row.name = self.piece(name)
            table.code_count += 1
        return 0

    cdef int _fill_speaker(self, Speaker *speaker, str name, list forms) except -1:
        cdef Form *form
        cdef int64_t place
        cdef uint64_t bit = 1
        if len(forms) > MOST_FORMS:
            raise ValueError(f"{len(forms)} fields: up to {MOST_FORMS} are written natively")
        speaker.name = self.piece(name)
        speaker.forms = <Form *>PyMem_Calloc(len(forms) + 1, sizeof(Form))
        speaker.deciders = <Decider *>PyMem_Calloc(MOST_FORMS, sizeof(Decider))
        if speaker.forms == NULL or speaker.deciders == NULL:
            raise MemoryError
        for place, given in enumerate(forms):
            waiting = [1 << number for number, other in enumerate(forms) if other.when == place]
            if waiting or given.kind == FORM_SET:
                speaker.deciders[speaker.decider_count].place = place
                speaker.deciders[speaker.decider_count].waiting = sum(waiting)
                speaker.deciders[speaker.decider_count].self = (1 << place) if given.kind == FORM_SET else 0
                speaker.decider_count += 1
        self.table.bound += speaker.name.length + 1
        for given in forms:
            form = &speaker.forms[speaker.count]
            speaker.count += 1
            form.kind, form.quiet = given.kind, given.quiet
            speaker.brief |= bit if given.brief else 0
            speaker.judged |= bit if given.judged else 0
            speaker.problems |= bit if given.problem else 0
            speaker.always |= bit if given.when < 0 else 0
            bit <<= 1
            form.title = self.piece(given.title)
            form.texts = <Piece *>PyMem_Calloc(len(given.texts) + 1, sizeof(Piece))
            if form.texts == NULL:
                raise MemoryError
            form.count = len(given.texts)
            self.pieces(form.texts, given.texts, form.count)
            self.table.bound += form.title.length + LONGEST_NUMBER
            lengths = [form.texts[place].length for place in range(form.count)]
            if form.kind == FORM_SET:
                self.table.bound += sum(lengths) + 3 * form.count
            else:
                self.table.bound += max(lengths, default=0)
        return 0

    cdef int _fill_key(self, Speaker *speaker, key) except -1:
        cdef int64_t word
        for word in range(KEY_WORDS):
            speaker.bits[word] = self.key_bits(key.words[word])
            speaker.bit_counts[word] = len(key.words[word])
        speaker.asked = self.key_bits(key.asked)
        speaker.asked_count = len(key.asked)
        speaker.phrases = <Phrase *>aligned_alloc(64, PHRASES * sizeof(Phrase))
        if speaker.phrases == NULL:
            raise MemoryError
        memset(speaker.phrases, 0, PHRASES * sizeof(Phrase))
        return 0

    cdef KeyBits *key_bits(self, list given) except NULL:
        cdef KeyBits *made = <KeyBits *>PyMem_Calloc(len(given) + 1, sizeof(KeyBits))
        if made == NULL:
            raise MemoryError
        for number, (place, shift) in enumerate(given):
            made[number].place, made[number].factor = place, 1 << shift
        return made
