"""One table for a README: pcapkit's figure of each kind, and how many times that the others take."""

from dataclasses import dataclass
from typing import Final

from tests.benchmarks import live, offline
from tests.benchmarks.recorders import ALL
from tests.benchmarks.report import Report, Table

_RECORDERS: Final = ("tcpdump", "dumpcap", "netsniff-ng")


@dataclass(frozen=True)
class Row:
    """A kind of work: pcapkit's figure, in a unit, and the others' by what they are called."""

    what: str
    own: str
    unit: str
    others: dict[str, str]
    scale: float = 1.0
    digits: int = 0


def _offline(what: str, own: str, *others: str) -> Row:
    return Row(what, f"offline/{own}", "ns a frame", {name: f"offline/{name}" for name in others})


def _live(what: str, scene: str) -> Row:
    others = {name: f"live/{scene}/{name} cpu" for name in _RECORDERS}
    return Row(what, f"live/{scene}/{ALL} cpu", "CPU s a million frames", others, digits=3)


ROWS: Final = (
    _offline(
        "read a capture and label every frame",
        offline.LABEL,
        *("capinfos -c", "tshark -q -z conv,tcp", offline.PLUGIN, "dpkt, parsed to TCP", "python-pcapng"),
    ),
    _offline("copy a capture with a comment on every frame", offline.ALL, offline.TCPDUMP, "editcap (copies)"),
    _live(f"record, {live.SMALL}", live.SMALL),
    _live(f"record, {live.MIX}", live.MIX),
    _live(f"record, {live.LARGE}", live.LARGE),
    Row(
        "from start to the first frame recorded",
        f"startup/{ALL}",
        "ms",
        {name: f"startup/{name}" for name in _RECORDERS},
        1e3,
    ),
)


def summary(report: Report) -> Table:
    """The rows of which pcapkit's figure was measured; a comment is on every frame that it records."""
    table = Table("pcapkit beside others", ["what", "pcapkit", "the others take"])
    for row in ROWS:
        own = report.figure(row.own)
        if not own:
            continue
        ratios = []
        for name, figure in row.others.items():
            other = report.figure(figure)
            if other is not None:
                lost = report.figure(figure.replace(" cpu", " lost")) if figure.endswith(" cpu") else None
                ratios.append(f"{name}: {_times(other / own)}{f', and loses {lost:,.0f}' if lost else ''}")
        table.rows.append([row.what, f"{own * row.scale:,.{row.digits}f} {row.unit}", "; ".join(ratios) or "-"])
    table.notes.append("pcapkit labels every frame that it reads or records, the others only read, copy or record.")
    return table


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.1f}x"
