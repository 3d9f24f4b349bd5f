"""JSON as it may stand on a terminal."""

import json
from typing import Any, Final

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


def json_text(value: Any) -> str:
    """The value as JSON: letters as they are, and escaped whatever would steer the terminal, or has no encoding."""
    text = _ENCODE(value)
    return text if text.isprintable() else "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)
