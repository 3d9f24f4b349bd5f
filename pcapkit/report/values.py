"""The fields of a connection as people read them."""

from typing import Any, Final

from pcapkit.report.connection import COLUMNS, MERGED, UNANSWERED, Connection

_KINDS: Final = {column.name: column.kind for column in COLUMNS}
_STEPS: Final = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"))
_HOUR: Final = 3600 * 1_000_000_000


def span(nanoseconds: int | None) -> str:
    """A span of time for people: `0 s`, `40.2 ms`, `1.50 s`, `3 min 20 s`, `26 h 3 min`, `9 days 2 h`; None: `-`."""
    if nanoseconds is None:
        return "-"
    if nanoseconds >= 48 * _HOUR:
        days, rest = divmod(nanoseconds, 24 * _HOUR)
        return f"{days} days {rest // _HOUR} h"
    if nanoseconds >= _HOUR:
        hours, rest = divmod(nanoseconds, _HOUR)
        return f"{hours} h {rest // 60_000_000_000} min"
    if nanoseconds >= 100_000_000_000:
        minutes, rest = divmod(nanoseconds // 1_000_000_000, 60)
        return f"{minutes} min {rest} s"
    for size, unit in _STEPS:
        if nanoseconds >= size - size // 2000:  # 999.6 us are shown as 1.00 ms
            value = nanoseconds / size
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f} {unit}"
    return f"{nanoseconds} ns" if nanoseconds else "0 s"


def size(count: int) -> str:
    """A number of bytes in at most five characters: `9,936`, `12.4k`, `3.1M`."""
    if count < 10_000:
        return f"{count:,}"
    value = float(count)
    for unit in "kMGTP":
        value /= 1000
        if value < 999.95:
            return f"{value:.1f}{unit}" if value < 99.95 else f"{value:.0f}{unit}"
    return f"{value / 1000:.0f}E"


def endpoint(address: str, port: int) -> str:
    """`10.0.0.1:80`, `[2001:db8::1]:80`."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def opening(one: Connection) -> str:
    """How it opened: `complete`, `no answer (3 tries)`."""
    if one.opened != UNANSWERED:
        return one.opened
    return f"{one.opened} ({one.tries} {'try' if one.tries == 1 else 'tries'})"


def closing(one: Connection) -> str:
    """How it closed: `merged (3 frames)`, which tells why there are not as many frames as one expects."""
    return f"{one.closed} (3 frames)" if one.closed == MERGED else one.closed


def shown(connection: Connection, name: str) -> str:
    """A field for people; `-` where it is not known."""
    from pcapkit.cli.clock import iso_time

    value: Any = getattr(connection, name)
    if value is None:
        return "-"
    match _KINDS[name]:
        case "duration":
            return span(value)
        case "time":
            return iso_time(value)
        case "texts":
            return ", ".join(value)
        case "number" if name.endswith(("_bytes", "_payload")):
            return size(value)
    return str(value)
