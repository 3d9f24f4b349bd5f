"""Random traffic for property tests: segments whose numbers are close enough to meet, and bytes that are broken."""

from hypothesis import strategies as st

from tests.dissectors.talk import PORTS, frame_of

BASES = (0, 1000, 2**31 - 2, 2**32 - 3)

FLAGS = st.one_of(
    st.sampled_from([0x02, 0x12, 0x10, 0x18, 0x11, 0x01, 0x04, 0x14]), st.integers(min_value=0, max_value=0x1FF)
)

OPTIONS = st.one_of(
    st.just(b""),
    st.sampled_from([b"\x03\x03\x07\x01", b"\x02\x04\x05\xb4\x01\x03\x03\x0f", b"\x00" * 4, b"\x05\x02\x03\x00"]),
    st.binary(max_size=12),
)


@st.composite
def frames(draw: st.DrawFn, most: int = 40) -> list[bytes]:
    """One capture: a few endpoints that send whatever flags with numbers near each other's."""
    base = draw(st.sampled_from(BASES))
    near = st.one_of(st.integers(min_value=-2, max_value=6), st.sampled_from([100, 70000, 2**30, 2**31]))
    capture: list[bytes] = []
    for _ in range(draw(st.integers(min_value=1, max_value=most))):
        if capture and draw(st.integers(min_value=0, max_value=5)) == 0:
            capture.append(draw(st.sampled_from(capture)))
            continue
        capture.append(
            frame_of(
                draw(st.sampled_from("CS")),
                draw(FLAGS),
                base + draw(near),
                base + draw(near),
                draw(st.sampled_from([0, 0, 0, 1, 2, 3, 1400])),
                draw(st.sampled_from([0, 1, 500, 65535])),
                draw(OPTIONS),
                draw(st.sampled_from([4, 4, 6])),
            )
        )
    return capture


def between(data: bytes, client: int) -> bytes:
    """The same frame to or from another client: its port is that much further."""
    at = 34 if data[12] == 8 else 54
    place = at if data[at : at + 2] == PORTS["C"].to_bytes(2, "big") else at + 2
    return data[:place] + (PORTS["C"] + client).to_bytes(2, "big") + data[place + 2 :]


GAPS = st.one_of(st.integers(0, 2_000_000_000), st.sampled_from([0, 1, 3, 4, 5, 11, 12, 40, -1, -5, -20, 2**22 + 1]))


@st.composite
def long_captures(draw: st.DrawFn) -> list[tuple[int, bytes]]:
    """Times in nanoseconds and frames: many connections, silences between them, clocks that are set back."""
    time = 0
    capture = []
    for data in draw(frames(most=60)):
        gap = draw(GAPS)
        time += gap if gap > 100 else gap * 1_000_000_000
        capture.append((time, between(data, draw(st.integers(0, 5)))))
    return capture


@st.composite
def broken_frames(draw: st.DrawFn) -> list[bytes]:
    """The same, with bytes changed and ends cut off."""
    capture = []
    for frame in draw(frames(most=12)):
        changed = bytearray(frame)
        for _ in range(draw(st.integers(min_value=0, max_value=4))):
            changed[draw(st.integers(min_value=12, max_value=len(changed) - 1))] = draw(st.integers(0, 255))
        cut = draw(st.one_of(st.just(len(changed)), st.integers(min_value=0, max_value=len(changed))))
        capture.append(bytes(changed[:cut]))
    return capture
