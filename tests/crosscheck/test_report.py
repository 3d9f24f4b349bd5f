"""What is printed of a cross-check."""

from collections import Counter

from pcapkit.crosscheck.compare import DECODE, Comparison, Difference, Outcome
from pcapkit.crosscheck.report import as_json, findings, remarks, shown, table, total
from pcapkit.errors import ReadError
from tests.crosscheck.captures import toy


def comparison() -> Comparison:
    lua = Outcome("lua54", "Lua 5.4", 1000, 900, 1, Counter(), {}, [Difference(7, "sign", (0, 1), (1,))], 3)
    tshark = Outcome("tshark", "4.0.17", 990, 890, 0, Counter({"refused": 10}), {"refused": 991})
    tshark.error, tshark.error_frame = "it fell over", 5
    gone = Outcome("sharkd", missing="no sharkd")
    decode = Outcome(DECODE, "", 990, 890, 1, Counter(), {}, [Difference(3, "len [ip:tcp]", 4, 5)], 1)
    outcomes = [Outcome("python", "CPython 3", 1000, 900), lua, tshark, gone, decode]
    return Comparison("a.pcap", 1000, outcomes, ReadError("a.pcap: cut short"))


def test_the_table() -> None:
    lines = table(total([comparison(), comparison()]))
    assert lines[0].split() == ["runtime", "version", "frames", "labelled", "differing", "not", "reached"]
    assert lines[1].split() == ["python", "CPython", "3", "2,000", "1,800", "0", "0"]
    assert lines[2].split() == ["lua54", "Lua", "5.4", "2,000", "1,800", "2", "0"]
    assert lines[3].split() == ["tshark", "4.0.17", "1,980", "1,780", "0", "20"]
    assert lines[4].split() == ["sharkd", "not", "here", "-", "-", "-", "-"]
    assert lines[5].split()[0] == DECODE


def test_every_finding_names_file_frame_and_runtime() -> None:
    assert findings(comparison(), toy()) == [
        "a.pcap: cut short (compared up to there: 1,000 frames)",
        "a.pcap: frame 7: sign: reference begin (0) + go (1), lua54 go (1)",
        "a.pcap: lua54: 2 more differences (--max shows them)",
        "a.pcap: frame 5: tshark failed: it fell over",
        "a.pcap: frame 3: len [ip:tcp]: pcapkit 4, Wireshark 5",
    ]


def test_remarks() -> None:
    assert remarks(total([comparison()])) == [
        "tshark: not reached: 10 x refused",
        "sharkd: not here: no sharkd",
    ]


def test_values_are_shown_with_their_names() -> None:
    fields = {field.name: field for field in toy().fields}
    assert shown(1, fields["size"]) == "large (1)"
    assert shown(9, fields["size"]) == "no name (9)"
    assert shown((), fields["sign"]) == "none"
    assert shown(None, fields["sign"]) == "nothing"
    assert shown(1234, fields["since"]) == "1,234 ns"
    assert shown(1234, fields["count"]) == "1234"


def test_json() -> None:
    made = as_json([comparison()], toy(), None)
    assert made["dissector"] == "toy"
    assert made["agrees"] is False
    assert made["files"][0]["damage"] == "a.pcap: cut short"
    lua = made["files"][0]["runtimes"][1]
    assert lua["shown"] == [{"frame": 7, "field": "sign", "reference": (0, 1), "other": (1,)}]
    assert made["totals"][2]["not_reached"] == {"refused": 10}
