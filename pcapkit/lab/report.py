"""What a run shows, as text."""

from pcapkit.lab.ladder import ladder
from pcapkit.lab.run import Result


def verdict(result: Result) -> str:
    """One line."""
    name = result.experiment.name
    again = f", on try {result.tries}" if result.tries > 1 else ""
    if result.matches:
        return f"{name}: {len(result.seen)} frames, all as expected{again}"
    reasons = [*result.differences]
    reasons += [f"the kernel contradicts: {one.side} {one.state}" for one in result.testimony.contradictions]
    return f"{name}: NOT as expected{again}: {'; '.join(reasons)}"


def report(result: Result) -> list[str]:
    """Everything about one run, line by line."""
    one = result.experiment
    lines = [f"{one.name}: {one.title}", ""]
    lines += ladder(result)
    if one.rules:
        lines += ["", "The cable was told:", *(f"  {rule}" for rule in one.rules)]
    if one.injected:
        lines += ["", f"No kernel made these: {one.injected}."]
    if result.notes:
        lines += ["", "The hosts say:", *(f"  {note}" for note in result.notes)]
    lines += _kernel(result)
    lines += ["", *one.lesson.splitlines(), "", verdict(result), ""]
    return lines


def _kernel(result: Result) -> list[str]:
    accounts = result.testimony.accounts
    if not accounts:
        return []
    lines = ["", f"The kernels' own account ({result.source}):"]
    for one in accounts:
        frame = "-" if one.frame is None else str(one.frame)
        when = "-" if one.ahead is None else f"{one.ahead / 1e6:+.3f} ms"
        why = {"same": "", "": "NOT EXPLAINED"}.get(one.why, one.why)
        place = f"{one.connection} {one.side}"
        lines.append(f"  {place:<9} {one.state:<13} since frame {frame:<3} kernel {when:<14} {why}".rstrip())
    listed = [
        f"  on {name}: {one.address}:{one.port} to {one.peer}:{one.peer_port} {one.state}"
        for name, entries in result.sockets.items()
        for one in entries
    ]
    return [*lines, *(["Sockets at the end:", *listed] if listed else [])]
