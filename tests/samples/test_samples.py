"""The samples: the stored ones against what is expected of them, in every runtime that is here."""

from pathlib import Path

import pytest

from pcapkit.crosscheck.check import Plan, check
from pcapkit.crosscheck.report import total
from pcapkit.dissector import find_one
from pcapkit.lab.expected import differences, read_expected, see
from pcapkit.lab.experiments import all_experiments
from pcapkit.lab.samples import expectation
from pcapkit.translate import translate
from tests.needs import PROJECT

SAMPLES = PROJECT / "samples"
EXPERIMENTS = all_experiments()
RUNTIMES = ("python", "lua54", "tshark", "recorded")


def test_there_is_a_sample_of_every_experiment_and_nothing_else() -> None:
    """Nothing in the folder goes unchecked."""
    assert {path.stem for path in SAMPLES.glob("*.pcapng")} == set(EXPERIMENTS)
    assert {path.stem for path in SAMPLES.glob("*.expected")} == set(EXPERIMENTS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_stored_sample_is_as_expected(name: str) -> None:
    """Also that the comments which were recorded are those that are made today."""
    text = (SAMPLES / f"{name}.expected").read_text(encoding="utf-8")
    assert text == expectation(EXPERIMENTS[name])
    assert differences(see(SAMPLES / f"{name}.pcapng"), read_expected(text)) == []


def test_all_runtimes_say_the_same_of_every_sample() -> None:
    """The dissector as Python, as Lua, inside tshark, and the comments in the files."""
    source = find_one("tcp_handshake").path
    plan = Plan("tcp_handshake", translate(source), source.name, RUNTIMES, None, 60, 5)
    paths = sorted(SAMPLES.glob("*.pcapng"))
    comparisons = list(check(plan, paths, 1))
    assert [comparison.path for comparison in comparisons if not comparison.agrees] == []
    present = {one.name for one in total(comparisons) if not one.missing}
    assert {"python", "recorded"} <= present


def test_a_wrong_expectation_is_found() -> None:
    """The comparison itself can fail: another step, another text, a frame too many."""
    refused = see(SAMPLES / "closed_port.pcapng")
    right = read_expected(EXPERIMENTS["closed_port"].expected)
    assert differences(refused, [right[0], "server: reset RST"]) == [
        "frame 2 is 'server: refused RST', expected 'server: reset RST'"
    ]
    assert differences(refused, [*right, "client: ack"]) == ["2 frames, expected 3"]
    assert differences(see(SAMPLES / "udp_echo.pcapng"), ["UDP"] * 4)[0].startswith("frame 1 is 'ARP")


def test_a_comment_that_differs_from_todays_is_found(tmp_path: Path) -> None:
    """A sample that was recorded by an older dissector is no witness any more."""
    data = (SAMPLES / "closed_port.pcapng").read_bytes()
    assert data.count(b"refused RST") == 1
    older = tmp_path / "older.pcapng"
    older.write_bytes(data.replace(b"refused RST", b"refused RSt"))
    found = differences(see(older), read_expected(EXPERIMENTS["closed_port"].expected))
    assert len(found) == 1
    assert found[0].startswith("frame 2 was recorded as ")
