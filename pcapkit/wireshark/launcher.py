"""The small program in Wireshark's extcap folder that starts pcapkit's recorder, wherever pcapkit is installed."""

import shlex
import sys
from typing import Final

from pcapkit.wireshark.extcap import NAME

MODULE: Final = "pcapkit.cli.extcap"


def file_name() -> str:
    """Its name: Wireshark runs every program in the folder, and on Windows a program needs an ending."""
    return f"{NAME}.bat" if sys.platform == "win32" else NAME


def content() -> bytes:
    """Its text: this very Python by its whole path, since Wireshark knows nothing of virtual environments.

    A shell in between, because the first line of a script takes neither blanks in a path nor a long one. -P: what lies
    in the folder where Wireshark was started is not taken for a part of pcapkit.
    """
    remark = "Written by 'pcapkit wireshark install': pcapkit's recorder as an interface of Wireshark."
    if sys.platform == "win32":
        return f'@echo off\r\nrem {remark}\r\n"{sys.executable}" -P -m {MODULE} %*\r\n'.encode()
    return f'#!/bin/sh\n# {remark}\nexec {shlex.quote(sys.executable)} -P -m {MODULE} "$@"\n'.encode()
