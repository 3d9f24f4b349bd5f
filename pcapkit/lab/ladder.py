"""The ladder of frames: who sends what to whom, the step that it is, and the kernels' states in between."""

from typing import Final

from pcapkit.annotate.addresses import hardware_text, ip_text
from pcapkit.annotate.tcp import flags_text
from pcapkit.lab.expected import Seen, is_as_expected
from pcapkit.lab.kernel import Transition
from pcapkit.lab.run import Result
from pcapkit.layers.packet import Network
from pcapkit.layers.tcp import ACK, SYN

_ARROW: Final = 44
_STATE: Final = 13
_STEPS: Final = 33
_SAME: Final = "as expected"


def ladder(result: Result) -> list[str]:
    """The frames of a run from top to bottom, times in ms since the first; A's side is left."""
    seen = result.seen
    if not seen:
        return ["no frame was captured", *_missing(result, 0)]
    begin = seen[0].frame.time or 0
    rows: list[tuple[int, int, str]] = []
    numbers = _Numbers()
    several = len({one.frame.interface.name for one in seen}) > 1
    ladder_of_segments = any(one.steps for one in seen)
    for place, one in enumerate(seen):
        must = result.expected[place] if place < len(result.expected) else "no frame"
        verdict = _SAME if is_as_expected(one.text, must) else f"EXPECTED {must}"
        moment = one.frame.time or 0
        middle = _segment(one, numbers, result) if one.steps else _other(one)
        where = one.frame.interface.name if several else ""
        if one.steps:
            text = f" {where:<{_STATE}} {middle:<{_ARROW}} {'':<{_STATE}} {' + '.join(one.steps):<{_STEPS}}"
        else:
            text = (
                f" {where:<9}"[: 10 if several else 1]
                + f"{middle:<{_ARROW + 2 * _STATE + 3 + _STEPS if ladder_of_segments else 100}}"
            )
        rows.append((moment, 1, f"{one.frame.number:>3} {(moment - begin) / 1e6:>10.3f}{text} {verdict}"))
    for change in result.transitions:
        rows.append((change.time, 0, f"{'':>3} {(change.time - begin) / 1e6:>10.3f}{_change(change, result)}".rstrip()))
    rows.sort(key=lambda row: row[:2])
    head = [_head(result)] if ladder_of_segments else []
    return [*head, *(text for _, _, text in rows), *_missing(result, len(seen))]


def _missing(result: Result, there: int) -> list[str]:
    return [f"    missing: {must}" for must in result.expected[there:]]


def _head(result: Result) -> str:
    version = 1 if result.experiment.ipv6 else 0
    left, right = (f"{name} {result.hosts[name][version]}" for name in "AB")
    between = " " * max(2, _ARROW - len(left) - len(right))
    return f"  #         ms  {'kernel of A':<{_STATE}} {left}{between}{right} {'kernel of B':<{_STATE}} step"


def _change(change: Transition, result: Result) -> str:
    left = change.address in result.hosts["A"]
    state = "TIME-WAIT" if change in result.testimony.time_waits else change.new
    empty = f"|{'':<{_ARROW - 2}}|"
    return f" {state if left else '':<{_STATE}} {empty} {'' if left else state}"


class _Numbers:
    """Sequence numbers relative to the first of each side, as in other tools."""

    def __init__(self) -> None:
        self._first: dict[tuple[int, bytes], int] = {}

    def relative(self, connection: int, side: bytes, number: int) -> int:
        return (number - self._first.setdefault((connection, side), number)) % 2**32


def _segment(one: Seen, numbers: _Numbers, result: Result) -> str:
    """`|--- SYN, ACK seq 0 ack 1 --->|`, from left to right or from right to left."""
    packet, data = one.packet, one.frame.data
    segment = packet.segment
    at, size = packet.addresses_at, packet.address_length
    source = data[at : at + size] + segment.source_port.to_bytes(2, "big")
    target = data[at + size : at + 2 * size] + segment.destination_port.to_bytes(2, "big")
    seq = numbers.relative(one.connection, source, segment.seq)
    text = f" {flags_text(segment.flags)} seq {_signed(seq)}"
    if segment.flags & ACK:
        # Where the other side's first number was not seen, what is acknowledged is one past it if that was a SYN.
        base = segment.ack - 1 if segment.flags & SYN else segment.ack
        numbers.relative(one.connection, target, base)
        text += f" ack {_signed(numbers.relative(one.connection, target, segment.ack))}"
    if segment.payload_length:
        text += f" length {segment.payload_length}"
    if packet.vlan_tags:
        text += f" VLAN {packet.vlan & 0xFFF}"
    line = f"{text} ".center(_ARROW - 4, "-")
    from_left = ip_text(data[at : at + size]) in result.hosts["A"]
    return f"|-{line}>|" if from_left else f"|<{line}-|"


def _signed(number: int) -> int:
    return number - 2**32 if number >= 2**31 else number


def _other(one: Seen) -> str:
    """A frame that is no segment: from which hardware address to which, with what time to live, and what it says."""
    data, packet = one.frame.data, one.packet
    live = f" TTL {data[packet.network_at + 8]}" if packet.network == Network.IPV4 else ""
    short = one.text.split(" (02:")[0]
    return f"{hardware_text(data[6:12])} > {hardware_text(data[0:6])}{live}  {short}"
