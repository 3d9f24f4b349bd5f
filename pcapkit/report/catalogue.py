"""The languages that sentences can be had in: a gettext catalogue for each, beside this file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pcapkit.errors import OptionError

DOMAIN: Final = "pcapkit"
LOCALES: Final = Path(__file__).with_name("locale")
ENGLISH: Final = "en"


def languages() -> list[str]:
    """The languages there are, English first."""
    return [ENGLISH, *sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))]


def translation(language: str) -> Callable[[str], str]:
    """A function from an English message to the language. Raises OptionError for one that there is not.

    language: `zh`; or with a country, script, or encoding: `zh_TW`, `zh-Hans`, `zh_CN.UTF-8`, which stand for `zh`.
    """
    import gettext
    import re

    base = re.split("[-_.@]", language)[0].lower()
    if base == ENGLISH:
        return lambda text: text
    if base not in languages():
        raise OptionError(f"--lang {language}: there are {', '.join(languages())}")
    return gettext.translation(DOMAIN, LOCALES, [base]).gettext
