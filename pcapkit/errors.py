"""The errors that reach a user: one clear sentence each, and the exit code that goes with it.

The exit codes are Wireshark's (ws_exit_codes.h), so that scripts written for dumpcap and tshark keep working.
"""

from typing import ClassVar


class PcapkitError(Exception):
    """Something the user can act on. The text names the file, offset or option, and what to do."""

    exit_code: ClassVar[int] = 1


class OptionError(PcapkitError):
    """A command line that cannot be carried out."""

    exit_code = 1


class InterfaceError(PcapkitError):
    """An interface that does not exist, is down, or cannot be captured on."""

    exit_code = 2


class FileError(PcapkitError):
    """A file that cannot be opened, or is no capture file."""

    exit_code = 3


class FilterError(PcapkitError):
    """A capture filter that libpcap does not compile."""

    exit_code = 4


class ReadError(PcapkitError):
    """A capture file that is damaged or cut short; raised after every whole block before it was delivered."""

    exit_code = 14


class WriteError(PcapkitError):
    """Output that could not be written (a full disk, a closed pipe)."""

    exit_code = 15


class CaptureError(PcapkitError):
    """Capturing could not start or go on (no right to, a socket error)."""

    exit_code = 17
