"""`pcapkit connections`, `ladder` and `explain`, as they are typed."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pcapkit.capfile.reader import read_frames
from pcapkit.cli.main import main
from pcapkit.report.connection import NAMES
from tests.needs import PROJECT, need

SAMPLES = PROJECT / "samples"
TEN = str(SAMPLES / "ten_frames.pcapng")
REFUSED = str(SAMPLES / "closed_port.pcapng")


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of titles, and one for each connection; several files are told apart."""
    assert main(["connections", TEN]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[:4] == ["0", "10.0.0.1:46934", "10.0.0.2:10000", "complete"]
    assert main(["connections", TEN, REFUSED]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["file", TEN, REFUSED]


def test_json_and_csv_have_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    """And the same values."""
    assert main(["connections", "--json", TEN, REFUSED]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [tuple(one) for one in objects] == [NAMES, NAMES]
    assert main(["connections", "--csv", TEN, REFUSED]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row["closed"] for row in table] == [one["closed"] for one in objects] == ["merged", "never open"]
    assert int(table[0]["response_time"]) == objects[0]["response_time"]
    assert table[1]["response_time"] == ""


def test_fields_do_not_depend_on_how_many_files_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads one listing can read the other."""
    assert main(["connections", "--json", TEN]) == 0
    one = json.loads(capsys.readouterr().out)
    assert (tuple(one), one["file"]) == (NAMES, TEN)
    assert main(["connections", "--csv", TEN]) == 0
    assert capsys.readouterr().out.splitlines()[0] == ",".join(NAMES)


def _parquet() -> Any:
    """The module that reads and writes Parquet."""
    try:
        from pyarrow import parquet
    except ImportError:
        need(False, "the Python package pyarrow")
        raise
    return parquet


def test_parquet(tmp_path: Path) -> None:
    """Typed columns of every field, in which what is not known is null."""
    parquet = _parquet()
    out = tmp_path / "run.parquet"
    assert main(["connections", "--parquet", str(out), TEN, REFUSED]) == 0
    table = parquet.read_table(out)
    assert tuple(table.column_names) == NAMES
    assert {name: str(table.schema.field(name).type) for name in ("start", "duration", "server_port", "problems")} == {
        "start": "timestamp[ns, tz=UTC]",
        "duration": "duration[ns]",
        "server_port": "int64",
        "problems": "list<element: string>",
    }
    assert table.column("opened").to_pylist() == ["complete", "refused"]
    assert table.column("closed_first").to_pylist() == ["server", "nobody"]
    response, none = table.column("response_time").cast("int64").to_pylist()
    assert response > 0
    assert none is None


def test_parquet_of_some_fields_and_of_nothing(tmp_path: Path) -> None:
    """Only the fields asked for; a capture without connections makes a file without rows."""
    parquet = _parquet()
    out = str(tmp_path / "run.parquet")
    assert main(["connections", "--columns", "server_port,problems", "--parquet", out, TEN]) == 0
    assert parquet.read_table(out).to_pylist() == [{"server_port": 10000, "problems": []}]
    assert main(["connections", "--parquet", out, str(SAMPLES / "udp_echo.pcapng")]) == 0
    table = parquet.read_table(out)
    assert (table.num_rows, tuple(table.column_names)) == (0, NAMES)


def test_parquet_without_pyarrow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to install, and no file."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["connections", "--parquet", str(tmp_path / "run.parquet"), TEN]) == 1
    assert "pip install pcapkit[parquet]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_where_sort_and_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Which rows, in which order, of which fields."""
    files = [TEN, REFUSED, str(SAMPLES / "eleven_frames.pcapng")]
    arguments = [
        "connections",
        "--where",
        "opened == 'complete'",
        "--sort",
        "duration",
        "-r",
        "--columns",
        "closed",
        *files,
    ]
    assert main(arguments) == 0
    assert capsys.readouterr().out.split() == ["closed", "four-step", "merged"]
    assert main([*arguments[:1], "-c", "1", *arguments[1:]]) == 0
    assert capsys.readouterr().out.split() == ["closed", "four-step"]


@pytest.mark.parametrize(
    ("what", "code"),
    [("refused", 1), ("reset", 0), ("refused,reset", 1), ("half-open", 0), ("problems", 0), ("still-open", 0)],
)
def test_the_exit_code_reports(what: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """For a pipeline that wants its connections closed properly."""
    assert main(["connections", "--fail-on", what, REFUSED]) == code
    assert ("--fail-on: 1 refused" in capsys.readouterr().err) is bool(code)


def test_nobody_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """That is something else than refused, and the table says how often it was tried."""
    silent = str(SAMPLES / "filtered_port.pcapng")
    assert main(["connections", "--fail-on", "refused,no-answer", silent]) == 1
    told = capsys.readouterr()
    assert "no answer (3 tries)" in told.out
    assert "never open" in told.out
    assert "--fail-on: 1 no-answer" in told.err
    assert main(["ladder", silent]) == 0
    assert "opened: no answer (3 tries)" in capsys.readouterr().out
    assert main(["explain", silent]) == 0
    assert "Nobody answered: the SYN was sent 3 times." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "how", "first"),
    [
        ("ten_frames", "merged (3 frames)", "server"),
        ("eleven_frames", "four-step", "client"),
        ("simultaneous_close", "simultaneous", "both"),
        ("rst_after_fin", "reset by server", "client"),
        ("closed_port", "never open", "nobody"),
    ],
)
def test_one_look_tells_who_closed_first_and_how(
    name: str, how: str, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the table, and above the ladder, in the same words."""
    file = str(SAMPLES / f"{name}.pcapng")
    assert main(["connections", file]) == 0
    titles, row = capsys.readouterr().out.splitlines()
    assert row[titles.index("closed ") :].startswith(how)
    assert row[titles.index("closed first") :].startswith(first)
    assert main(["ladder", file]) == 0
    above = " ".join(capsys.readouterr().out.split("\n")[1:3])
    assert f"closed: {how} " in above.replace("   ", " ")
    assert f"closed first: {first}" in above


def test_what_is_not_known_comes_last(capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever way the table is sorted."""
    files = [REFUSED, TEN, str(SAMPLES / "eleven_frames.pcapng")]
    for reverse, wanted in (([], ["157 us", "281 us", "-"]), (["-r"], ["281 us", "157 us", "-"])):
        assert main(["connections", "--sort", "response_time", *reverse, "--columns", "response_time", *files]) == 0
        assert [line.strip() for line in capsys.readouterr().out.splitlines()[1:]] == wanted


def test_nothing_to_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No bare line of titles, but a sentence; and CSV keeps its titles."""
    udp = str(SAMPLES / "udp_echo.pcapng")
    for arguments in (["connections"], ["connections", "--json"], ["ladder"], ["explain"]):
        assert main([*arguments, udp]) == 0
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err == f"pcapkit: {udp}: no TCP connections in its 4 frames\n"
    assert main(["report", udp, "-o", str(tmp_path / "page.html")]) == 0
    assert "no TCP connections in its 4 frames" in capsys.readouterr().err
    assert main(["connections", "--where", "repeats > 5", TEN]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"pcapkit: {TEN}: none of its 1 TCP connections meets --where\n"
    assert main(["connections", "--csv", udp]) == 0
    assert capsys.readouterr().out.startswith("file,number,client")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--where", "nope == 1"], "no field 'nope'"),
        (["--sort", "nope"], "no field 'nope'"),
        (["--columns", "nope"], "no field 'nope'"),
        (["--columns", "closed first"], "did you mean closed_first?"),
        (["--sort", "bytes"], "did you mean client_bytes or server_bytes?"),
        (["--fail-on", "nope"], "nothing that a connection can be: there are wrong-acknowledgement, "),
        (["--fail-on", "refusd"], "did you mean refused?"),
        (["-c", "0"], "use a number of rows from 1 on"),
    ],
)
def test_bad_options(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a file is opened."""
    assert main(["connections", *arguments, "missing.pcapng"]) == 1
    assert told in capsys.readouterr().err


def test_a_missing_file_among_several(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are listed all the same."""
    assert main(["connections", "missing.pcapng", TEN]) == 3
    told = capsys.readouterr()
    assert "missing.pcapng" in told.err
    assert "merged" in told.out


def test_ladder_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    """Of one connection, or of those that there are."""
    assert main(["ladder", TEN]) == 0
    assert "=====" in capsys.readouterr().out
    assert main(["ladder", "--connection", "1", str(SAMPLES / "port_reuse.pcapng")]) == 0
    assert capsys.readouterr().out.startswith("connection 1: ")
    assert main(["explain", "--lang", "zh", TEN]) == 0
    assert "连接 0" in capsys.readouterr().out
    assert main(["ladder", "--svg", TEN]) == 0
    assert capsys.readouterr().out.startswith("<svg ")
    assert main(["ladder", "--mermaid", TEN]) == 0
    assert capsys.readouterr().out.startswith("sequenceDiagram")


def test_a_connection_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """The error says which there are."""
    for command in ("ladder", "explain"):
        assert main([command, "--connection", "7", TEN]) == 1
        assert "its connections are 0 to 0" in capsys.readouterr().err
    assert main(["ladder", str(SAMPLES / "udp_echo.pcapng")]) == 0
    assert "no TCP connections in its 4 frames" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["connections", "ladder", "explain"])
def test_what_precedes_the_damage_is_shown(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a capture that was cut in the middle of its eighth frame, the seven before it; and the exit code tells."""
    offset = [frame.offset for frame in read_frames(TEN)][7]
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(Path(TEN).read_bytes()[: offset + 20])
    assert main([command, str(cut)]) == 14
    told = capsys.readouterr()
    assert "10.0.0.1:46934" in told.out
    assert "cut.pcapng" in told.err


def test_the_report_shows_what_precedes_the_damage(tmp_path: Path) -> None:
    """Its numbers too."""
    offset = [frame.offset for frame in read_frames(TEN)][7]
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(Path(TEN).read_bytes()[: offset + 20])
    assert main(["report", str(cut), "-o", str(tmp_path / "page.html")]) == 14
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<b>1</b> connection" in page
    assert "<b>7</b> TCP frames" in page


def test_a_value_that_a_field_never_has(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen is no empty table."""
    assert main(["connections", "--where", "opened == 'rejected'", TEN]) == 1
    assert "opened is never 'rejected': there are complete, half-open, no answer, refused" in capsys.readouterr().err


def test_a_full_device(tmp_path: Path) -> None:
    """One sentence and the exit code of what could not be written, which is not that of --fail-on."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "pcapkit", "connections", TEN], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert ended.returncode == 15
    assert ended.stderr == b"pcapkit: standard output: cannot be written: No space left on device\n"


def test_a_capture_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By none of the commands that write a file."""
    capture = tmp_path / "a.pcapng"
    capture.write_bytes(Path(TEN).read_bytes())
    for arguments in (["report", "-o"], ["annotate", "-o"], ["connections", "--parquet"]):
        assert main([*arguments, str(capture), str(capture)]) == 3
        assert "is the file that is to be read" in capsys.readouterr().err
        assert capture.read_bytes() == Path(TEN).read_bytes()
