"""The version of pcapkit, in the one place that the build and the program both read."""

from typing import Final

VERSION: Final = "0.1.0"
