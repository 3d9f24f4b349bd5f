"""What a comparison, an assignment or a loop tells about a local is known where it holds, and forgotten elsewhere."""

from pathlib import Path

import pytest

from pcapkit.translate import TranslationError
from pcapkit.translate.plugin import translate_functions
from tests.translate.running import HEAD as IMPORTS
from tests.translate.running import Twins

HEAD = "def f(frame: Frame, a: U32, b: I64) -> I64:\n"

TAKEN = [
    "if b >= 0:\n        return u8(frame, b)\n    return 0",
    "if b < 0:\n        return 0\n    return u8(frame, b)",
    "if b > -1 and u8(frame, b) == 3:\n        return 1\n    return 0",
    "if b < 0 or u8(frame, b) == 3:\n        return 1\n    return 0",
    "return u8(frame, b) if b >= 0 else 0",
    "if not b < 0:\n        return u8(frame, b)\n    return 0",
    "if 0 <= b:\n        return u8(frame, b)\n    return 0",
    "if 5 < b < 10:\n        return u8(frame, b)\n    return 0",
    "if b == 4:\n        return u8(frame, b)\n    return 0",
    "at = b\n    if at < 0:\n        at = 0\n    return u8(frame, at)",
    "shift = a\n    if shift > 14:\n        shift = 14\n    return (a % 256) << shift",
    "at = 0\n    for _ in range(5):\n        at = at * 2 % 100 + 3\n    return u8(frame, at)",
    "at = 12\n    for i in range(3):\n        at = 10 - i\n    return u8(frame, at)",
    "at = 9\n    for i in range(8):\n        at -= 1\n        if at < 5:\n            at = i\n    return u8(frame, at)",
    "n = a & 7\n    at = 0\n    for i in range(n):\n        at += u8(frame, i + n)\n    return at",
    "at = 5\n    for _ in range(5):\n        at -= 1\n        if at == 2:\n            break\n    return u8(frame, at)",
]

STEP = "at = 5\n    for _ in range(5):\n        "
NOT_TAKEN = [
    "if b >= 0:\n        b = b - 1\n        return u8(frame, §b)\n    return 0",
    "if b >= 0:\n        a = 3\n    return u8(frame, §b)",
    "if b > -5 or a == 3:\n        return u8(frame, §b)\n    return 0",
    "if b >= 0:\n        return 0\n    return u8(frame, §b)",
    "if not (b < 0 and a == 3):\n        return u8(frame, §b)\n    return 0",
    f"{STEP}if at < 3:\n            at = u8(frame, §at)\n        at -= 1\n    return at",
    f"{STEP}at -= 1\n        if a == 2:\n            break\n    return u8(frame, §at)",
    f"{STEP}for j in range(3):\n            at -= 1\n    return u8(frame, §at)",
    "shift = a\n    if shift > 40:\n        shift = 14\n    return a >> §shift",
    "shift = 3\n    for _ in range(50):\n        shift += 1\n    return a >> §shift",
]


@pytest.mark.parametrize("body", TAKEN)
def test_what_is_certain_is_taken(body: str, tmp_path: Path) -> None:
    """No refusal where a test before rules it out; and the result is right."""
    twins = Twins(tmp_path, f"{HEAD}    {body}\n", entries=["f"])
    for b in (-(2**40), -1, 0, 1, 4, 5, 7, 2**31, 2**40):
        for a in (0, 1, 5, 14, 15, 2**32 - 1):
            twins.agree(bytes(range(1, 13)), a, b)


@pytest.mark.parametrize("body", NOT_TAKEN)
def test_what_is_not_certain_is_refused(body: str, tmp_path: Path) -> None:
    """A test that does not cover the place, or does not cover it any more."""
    source = f"{IMPORTS}{HEAD}    {body}\n"
    before = source[: source.index("§")]
    (tmp_path / "case.py").write_text(source.replace("§", ""))
    with pytest.raises(TranslationError) as caught:
        translate_functions(tmp_path / "case.py", ["f"])
    (only,) = caught.value.diagnostics
    assert (only.line, only.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert only.refusal in {"NEGATIVE", "SHIFT"}
