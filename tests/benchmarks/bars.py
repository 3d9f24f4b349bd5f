"""The bars: what pcapkit is held to, and whether the figures reach it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import live, offline, plugin
from tests.benchmarks.recorders import ALL
from tests.benchmarks.report import Report, Table
from tests.benchmarks.series import Series
from tests.benchmarks.stopping import CONDITIONED, COUNTED

Figure = Callable[[str], Series]


class NotMeasured(Exception):
    """A figure is absent, or tells nothing; with what there is of it."""


@dataclass(frozen=True)
class Bar:
    """what is measured; the bar in words; what is found in the figures, in words, and whether that is enough."""

    what: str
    wanted: str
    found: Callable[[Figure], tuple[str, bool]]


def _ratio(one: str, other: str, most: float) -> Callable[[Figure], tuple[str, bool]]:
    def found(figure: Figure) -> tuple[str, bool]:
        ratio = figure(one).median / figure(other).median
        return f"{ratio:.2f}x", ratio <= most

    return found


def _at_least(one: str, other: str, least: float) -> Callable[[Figure], tuple[str, bool]]:
    def found(figure: Figure) -> tuple[str, bool]:
        ratio = figure(one).median / figure(other).median
        return f"{ratio:,.0f}x", ratio >= least

    return found


def _most(name: str, most: float, unit: str, factor: float = 1.0) -> Callable[[Figure], tuple[str, bool]]:
    def found(figure: Figure) -> tuple[str, bool]:
        value = figure(name).median * factor
        return f"{value:,.1f} {unit}", value <= most

    return found


def _lost(scene: str, recorder: str) -> str:
    return f"live/{scene}/{recorder} lost"


def _cpu(scene: str, recorder: str) -> str:
    return f"live/{scene}/{recorder} cpu"


def _none_lost(*names: str) -> Callable[[Figure], tuple[str, bool]]:
    def found(figure: Figure) -> tuple[str, bool]:
        """In no round."""
        most = max(figure(name).highest for name in names)
        return f"{most:,.0f} lost", most == 0

    return found


def _large(figure: Figure) -> tuple[str, bool]:
    """A load of which tcpdump loses nothing tells nothing."""
    own, tcpdump = figure(_lost(live.LARGE, ALL)).highest, figure(_lost(live.LARGE, "tcpdump")).median
    found = f"{own:,.0f} lost, tcpdump {tcpdump:,.0f}"
    if own == 0 and tcpdump == 0:
        raise NotMeasured(f"{found}: too small a load")
    return found, own == 0


def _first_frame(figure: Figure) -> tuple[str, bool]:
    """Beside it what Python takes that does nothing: it tells how fast the machine was, and how busy."""
    own, python = (figure(f"startup/{name}").median * 1e3 for name in (ALL, "python"))
    return f"{own:,.0f} ms, python itself {python:,.0f}", own <= 300


def _plugin(figure: Figure) -> tuple[str, bool]:
    """Beside it the least that any post-dissector costs here."""
    cost, least = figure(f"plugin/{plugin.LINES}").median, figure(f"plugin/{plugin.LINES}, empty").median
    return f"{cost:,.1f} us, an empty one {least:,.1f}", cost <= 3.5


BARS: Final = (
    Bar("offline label", "at most 2.5x the floor", _ratio(f"offline/{offline.LABEL}", f"offline/{offline.FLOOR}", 2.5)),
    Bar(
        "offline label",
        "at least 200x as fast as tshark with the plugin",
        _at_least(f"offline/{offline.PLUGIN}", f"offline/{offline.LABEL}", 200),
    ),
    Bar(
        "offline annotate, every frame",
        "faster than tcpdump copies",
        _ratio(f"offline/{offline.ALL}", f"offline/{offline.TCPDUMP}", 1),
    ),
    Bar("live, small frames, full speed", "no drop", _none_lost(_lost(live.SMALL, ALL))),
    Bar("live, small frames, CPU", "at most tcpdump's", _ratio(_cpu(live.SMALL, ALL), _cpu(live.SMALL, "tcpdump"), 1)),
    Bar(
        "live, small frames, CPU",
        "at most 1/12 of dumpcap's",
        _ratio(_cpu(live.SMALL, ALL), _cpu(live.SMALL, "dumpcap"), 1 / 12),
    ),
    Bar(
        "live, mix to disk, CPU", "at most 0.8x tcpdump's", _ratio(_cpu(live.MIX, ALL), _cpu(live.MIX, "tcpdump"), 0.8)
    ),
    Bar("live, 1500 B to disk, full speed", "no drop, where tcpdump drops", _large),
    Bar(
        "frames lost by stopping (Ctrl-C, -c, -a)",
        "none",
        _none_lost(*(f"stopping/{name}" for name in (ALL, COUNTED, CONDITIONED))),
    ),
    Bar("memory, offline", "under 100 MB", _most(f"offline/{offline.ALL} peak", 100, "MB", 1e-6)),
    Bar("many connections open", "at most 160 bytes each", _most("flows/bytes", 160, "bytes")),
    Bar("many connections open, time a frame", "at most 2x that of 50,000", _most("flows/slower", 2, "x")),
    Bar("start-up of --version", "at most 60 ms over python", _most("startup/version", 60, "ms", 1e3)),
    Bar("record to the first frame kept", "at most 300 ms", _first_frame),
    Bar(f"plugin in {plugin.LINES}, mostly data", "at most 3.5 us a frame", _plugin),
)


def compared(report: Report) -> Table:
    """All bars with what was measured: met, MISSED, or not measured."""

    def figure(name: str) -> Series:
        found = report.figures.get(name)
        if found is None or not found.values:
            raise NotMeasured
        return found

    def rows() -> Iterator[tuple[str, str, str, str]]:
        for bar in BARS:
            try:
                value, met = bar.found(figure)
            except NotMeasured as lacking:
                yield bar.what, bar.wanted, str(lacking) or "-", "not measured"
            else:
                yield bar.what, bar.wanted, value, "met" if met else "MISSED"

    return Table("The bars", ["what", "bar", "measured (medians)", ""], list(rows()))
