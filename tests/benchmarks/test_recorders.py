"""The recorders: their last words, and a recording of each kind."""

import shutil
from pathlib import Path

import pytest

from tests.benchmarks.programs import Programs
from tests.benchmarks.recorders import ALL, NONE, RECORDERS, Said, dumpcap_said, ending, netsniff_said, tcpdump_said
from tests.benchmarks.recording import record, record_until_signal
from tests.benchmarks.unavailable import Unavailable
from tests.benchmarks.wire import Load, Wire
from tests.needs import need

TCPDUMP = """tcpdump: listening on far, link-type EN10MB (Ethernet), snapshot length 262144 bytes
10654979 packets captured
10873305 packets received by filter
217920 packets dropped by kernel
"""
DUMPCAP = """Capturing on 'far'
File: /dev/null
Packets captured: 100000
Packets received/dropped on interface 'far': 100000/17 (pcap:12/dumpcap:0/flushed:0/ps_ifdrop:5) (100.0%)
"""
OWN = """Capturing on 'far', 'near'
Packets captured: 300
Packets received/dropped on interface 'far': 100/17 (pcapkit: 0/kernel: 17) (85.5%)
Packets received/dropped on interface 'near': 200/3 (pcapkit: 0/kernel: 3) (98.5%)
"""
NETSNIFF = """Running! Hang up with ^C!

      100040  packets incoming (0 unread on exit)
      100000  packets passed filter
          40  packets failed filter (out of space)
      0.0400% packet droprate
           3  sec, 594540 usec in total
"""


def test_last_words_are_read() -> None:
    """Kept, and dropped."""
    assert tcpdump_said(TCPDUMP) == Said(10654979, 217920)
    assert tcpdump_said("1 packet captured\n1 packet received by filter\n0 packets dropped by kernel") == Said(1, 0)
    assert dumpcap_said(DUMPCAP) == Said(100000, 17)
    assert dumpcap_said(OWN) == Said(300, 20)
    assert netsniff_said(NETSNIFF) == Said(100000, 40)


@pytest.mark.parametrize("said", [tcpdump_said, dumpcap_said, netsniff_said])
def test_no_last_words_are_no_figures(said: object) -> None:
    """What a recorder said instead is shown."""
    assert callable(said)
    with pytest.raises(Unavailable, match="No such device"):
        said("far: No such device exists")


@pytest.mark.parametrize("name", [ALL, NONE, "tcpdump", "dumpcap", "netsniff-ng"])
def test_a_recording_counts_what_was_sent(name: str, programs: Programs, made_wire: Wire, tmp_path: Path) -> None:
    """With a load that nobody drops: all that was sent was kept."""
    recorder = RECORDERS[name]
    need(not recorder.peer or shutil.which(recorder.peer) is not None, f"{recorder.peer}")
    output = tmp_path / "recording"
    found = record(programs, made_wire, recorder, Load(frames=2000, rate=20_000, size=64), output, 16)
    assert found.sent == 3000
    assert (found.lost, found.said) == (0, 0)
    assert found.cpu > 0
    assert found.peak > 1_000_000
    assert found.size > 3000 * 60
    assert not output.exists()
    assert not made_wire.listeners()


def test_recordings_end_by_signal_and_by_count(programs: Programs, made_wire: Wire, tmp_path: Path) -> None:
    """The generator's signal, or the recorder's own stop."""
    load = Load(frames=2000, rate=20_000, size=64)
    assert record_until_signal(programs, made_wire, RECORDERS[ALL], load, tmp_path / "one").kept == 2000
    for condition in (("-c", "700"), ("-a", "packets:700")):
        assert record_until_signal(programs, made_wire, ending(*condition), load, tmp_path / "two").kept == 700


def test_a_recorder_that_fails_is_said_to(programs: Programs, made_wire: Wire, tmp_path: Path) -> None:
    """With its own words, and nothing of it left."""
    with pytest.raises(Unavailable, match="absent"):
        record(programs, made_wire, RECORDERS[ALL], Load(10, 0, 64), tmp_path / "absent" / "recording", 16)
    assert not made_wire.listeners()
