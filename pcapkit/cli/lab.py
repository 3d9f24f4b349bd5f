"""`pcapkit lab`: small networks out of namespaces, and experiments on them."""

import argparse
from pathlib import Path
from typing import Final

from pcapkit.errors import InterfaceError, OptionError

DESCRIPTION = """\
Makes small networks out of Linux network namespaces, lets real programs and the real kernel talk on them, records
that with pcapkit's own recorder, and shows what happened: each frame with its step, what it should have been, what the
kernels of both hosts said, and why. Nothing outside the namespaces is touched, and nothing of them remains."""

EPILOG = """\
examples:
  pcapkit lab list
  pcapkit lab run ten_frames -o ten.pcapng     why ten frames, and not eleven?
  pcapkit lab run --all                        every experiment
  pcapkit lab up --rule 'drop the first SYN'   two hosts on such a cable, for programs of your own
  pcapkit lab serve                            the echo server on its own; in another terminal:
  pcapkit lab talk 127.0.0.1"""

INCONCLUSIVE: Final = 1

_EXAMPLES: Final = {
    "list": """\
  pcapkit lab list""",
    "run": """\
  pcapkit lab run ten_frames eleven_frames     why ten frames, and not eleven?
  pcapkit lab run closed_port -o closed.pcapng
  pcapkit lab run --all -q --times 3           each three times, and only the verdicts""",
    "up": """\
  pcapkit lab up                               two hosts on a cable
  pcapkit lab up --rule 'drop the first SYN-ACK'
  pcapkit lab up routers                       two networks, and the routers between them""",
    "samples": """\
  pcapkit lab samples -o samples               all of them
  pcapkit lab samples ten_frames -o folder""",
    "serve": """\
  pcapkit lab serve                            until Ctrl-C; the server closes first
  pcapkit lab serve --once --closes last --port 10001""",
    "talk": """\
  pcapkit lab talk 127.0.0.1
  pcapkit lab talk 127.0.0.1 10001 --closes first -m hello""",
}


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, purpose: str
) -> argparse.ArgumentParser:
    """The parser of a verb, whose help ends with its examples."""
    return verbs.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=f"examples:\n{_EXAMPLES[name]}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _verb(verbs, "list", "the experiments, a line each")
    one = _verb(verbs, "run", "run experiments, as root; exit code 0 only if all match")
    one.add_argument("names", metavar="NAME", nargs="*", help="see 'pcapkit lab list'")
    one.add_argument("--all", action="store_true", help="every experiment")
    one.add_argument("-o", "--output", metavar="FILE", help="keep the capture")
    one.add_argument("-q", "--quiet", action="store_true", help="only the verdicts")
    one.add_argument("--times", metavar="N", type=int, default=1, help="run each N times (1)")
    one.add_argument("--tries", metavar="N", type=int, default=3, help="tries until it matches (3)")
    up = _verb(verbs, "up", "build a network for programs of your own, as root; until Ctrl-C")
    up.add_argument("network", choices=("cable", "switch", "routers"), nargs="?", default="cable", help="which (cable)")
    up.add_argument(
        "--rule",
        dest="rules",
        metavar="RULE",
        action="append",
        default=[],
        help="what the cable does, for example 'drop the first SYN-ACK' (can be repeated)",
    )
    many = _verb(verbs, "samples", "run experiments and keep capture and expectation of each, as root")
    many.add_argument("names", metavar="NAME", nargs="*", help="which (default: every one)")
    many.add_argument("-o", "--output", metavar="FOLDER", default="samples", help="where to put them (samples)")
    for name, purpose in (("serve", "the echo server"), ("talk", "the echo client: one message, one reply")):
        program = _verb(verbs, name, purpose)
        program.add_argument("--udp", action="store_true", help="UDP instead of TCP")
        program.add_argument(
            "--closes",
            choices=("first", "last"),
            default="first" if name == "serve" else "last",
            help="close right after the reply, or after the other side has (default: the server closes first)",
        )
        if name == "serve":
            program.add_argument("--host", default="0.0.0.0", help="address to serve on (0.0.0.0)")
            program.add_argument("--port", type=int, default=10000, help="port to serve on (10000)")
            program.add_argument("--once", action="store_true", help="end after one client")
        else:
            program.add_argument("host", help="address or name of the server")
            program.add_argument("port", type=int, nargs="?", default=10000, help="its port (10000)")
            program.add_argument("-m", "--message", help="what to say, at most 124 bytes")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit lab`; returns the exit code. Raises PcapkitError."""
    verbs = {"list": _list, "run": _run, "up": _up, "samples": _samples, "serve": _serve, "talk": _talk}
    return verbs[options.verb](options)


def _list(options: argparse.Namespace) -> int:
    from pcapkit.lab.experiments import all_experiments

    table = all_experiments()
    width = max(map(len, table))
    for name, one in table.items():
        print(f"{name:<{width}}  {one.title}")
    return 0


def _run(options: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from pcapkit.lab.experiments import all_experiments, find_experiment
    from pcapkit.lab.namespaces import need_rights
    from pcapkit.lab.report import report, verdict
    from pcapkit.lab.run import run as run_experiment
    from pcapkit.lab.termination import orderly

    for option, number in (("--times", options.times), ("--tries", options.tries)):
        if number < 1:
            raise OptionError(f"{option} {number}: use a number from 1 on")
    if bool(options.names) == options.all:
        raise OptionError("name an experiment ('pcapkit lab list' tells which there are), or say --all")
    chosen = list(all_experiments().values()) if options.all else [find_experiment(name) for name in options.names]
    if options.output is not None and len(chosen) * options.times > 1:
        raise OptionError("-o takes the capture of one experiment: run one at a time, or use 'pcapkit lab samples'")
    need_rights()
    code = 0
    with orderly(), TemporaryDirectory(prefix="pcapkit-lab-") as folder:
        for one in chosen:
            for _ in range(options.times):
                file = Path(options.output) if options.output is not None else Path(folder) / "run.pcapng"
                result = run_experiment(one, file, options.tries)
                print("\n".join([verdict(result)] if options.quiet else report(result)), flush=True)
                if not result.matches:
                    code = INCONCLUSIVE
    return code


def _up(options: argparse.Namespace) -> int:
    from pcapkit.lab.namespaces import need_rights
    from pcapkit.lab.rules import parse_rule
    from pcapkit.lab.standing import stand
    from pcapkit.lab.termination import orderly

    rules = [parse_rule(text) for text in options.rules]
    if rules and options.network != "cable":
        raise OptionError("--rule tells a cable what to do: there is none to be told in this network")
    need_rights()
    with orderly():
        stand(options.network, rules, lambda text: print(text, flush=True))
    return 0


def _samples(options: argparse.Namespace) -> int:
    from pcapkit.lab.experiments import all_experiments, find_experiment
    from pcapkit.lab.namespaces import need_rights
    from pcapkit.lab.samples import make
    from pcapkit.lab.termination import orderly

    chosen = [find_experiment(name) for name in options.names] or list(all_experiments().values())
    need_rights()
    code = 0
    with orderly():
        for line, made in make(chosen, Path(options.output)):
            print(line, flush=True)
            if not made:
                code = INCONCLUSIVE
    return code


def _serve(options: argparse.Namespace) -> int:
    from pcapkit.lab.programs import serve

    def say(text: str) -> None:
        print(text, flush=True)

    try:
        serve(
            options.host,
            options.port,
            udp=options.udp,
            closes=options.closes,
            patience=10 if options.once else None,
            once=options.once,
            say=say,
        )
    except OSError as error:
        raise InterfaceError(f"serving on {options.host} port {options.port} failed: {error}") from error
    return 0


def _talk(options: argparse.Namespace) -> int:
    from pcapkit.lab.programs import GREETING, talk

    text = GREETING if options.message is None else options.message
    try:
        reply = talk(options.host, options.port, text, udp=options.udp, closes=options.closes, patience=10)
    except (OSError, OverflowError) as error:
        raise InterfaceError(f"talking to {options.host} port {options.port} failed: {error}") from error
    print(reply)
    return 0
