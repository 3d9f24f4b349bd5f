"""The form of -a and -b: `kind:value`, in dumpcap's words and units."""

import math
from typing import Final

from pcapkit.errors import OptionError

KILOBYTE: Final = 1000  # dumpcap's filesize unit


def split_condition(option: str, condition: str, kinds: dict[str, str]) -> tuple[str, str]:
    """Kind and value of a condition; kinds: what there is, and what each is followed by. Raises OptionError."""
    kind, separator, value = condition.partition(":")
    if not separator or kind not in kinds:
        forms = [f"{one}:{what}" for one, what in kinds.items()]
        raise OptionError(f"{option} {condition}: use {', '.join(forms[:-1])} or {forms[-1]}")
    return kind, value


def whole(option: str, condition: str, value: str) -> int:
    """A whole number above 0. Raises OptionError."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 15 and int(value) > 0):
        raise OptionError(f"{option} {condition}: {value!r} is no whole number above 0")
    return int(value)


def seconds(option: str, condition: str, value: str) -> float:
    """A number of seconds above 0, with a fraction if wanted. Raises OptionError."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < 1e9:
        raise OptionError(f"{option} {condition}: {value!r} is no number of seconds above 0")
    return number
