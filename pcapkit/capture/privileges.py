"""Giving up the right to capture, once the sockets are open and before the first frame is looked at.

A packet socket that is open keeps receiving, and its statistics stay readable, without any privilege; only
opening a new one needs them. So what parses other people's bytes can be as powerless as `nobody`.

Capabilities are not all of it: user 0 without any still owns root's files. So root becomes somebody else, or it is
an error; only an explicit `-Z root`, or a user namespace that maps nobody else, lets the user stay.
"""

import ctypes
import os
import pwd
import socket
from collections.abc import Callable
from struct import Struct
from typing import Final, NamedTuple

from pcapkit.errors import CaptureError, OptionError

_NOBODY: Final = 65534
_PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION: Final = 0x20080522
_CAPABILITY_HEADER: Final = Struct("=Ii")
_NO_CAPABILITIES: Final = bytes(24)
_FOR_FILES: Final = 1 << 0 | 1 << 1 | 1 << 3  # CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER
_CAPABILITY_SETS: Final = Struct("=6I")  # effective, permitted, inheritable, and the same for numbers from 32 on
_EVERY_USER: Final = ["0", "0", "4294967295"]  # uid_map of the initial user namespace, user_namespaces(7)


class Account(NamedTuple):
    """Whom to become. person: a user somebody asked for or the caller of sudo, and so the owner of new files;
    `nobody` owns none, because other services run under that name too."""

    name: str
    uid: int
    gid: int
    person: bool


def account_to_become(user: str | None) -> Account | None:
    """The account to run as; None: stay who we are (not root, or `-Z root`).

    user is the -Z option. Without it: whoever called sudo, else `nobody`. Raises OptionError for an unknown
    user.
    """
    if user is not None:
        return _named(user)
    if os.geteuid() != 0:
        return None
    caller = os.environ.get("SUDO_UID", "")
    if caller.isascii() and caller.isdecimal() and int(caller) != 0:
        try:
            entry = pwd.getpwuid(int(caller))
        except (KeyError, OverflowError):
            pass
        else:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, True)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account("nobody", _NOBODY, _NOBODY, False)
    return Account("nobody", entry.pw_uid, entry.pw_gid, False)


def _named(user: str) -> Account | None:
    try:
        entry = pwd.getpwnam(user)
    except (KeyError, ValueError):
        raise OptionError(f"-Z {user}: there is no such user") from None
    if entry.pw_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise OptionError(f"-Z {user}: only root can become another user")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, True)


def drop(account: Account | None) -> Account | None:
    """Become the account, give up every capability and the way back (no_new_privs), and check that it is so.

    Without an account (`-Z root`) the user stays, without capabilities but still owning that user's files. So it
    is where `nobody` does not exist in the user namespace we are root of. Returns the account that we are now,
    None for the old user. Raises CaptureError if the account cannot be had or a privilege would remain.
    """
    if account is not None:
        account = _become(account)
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(_CAPABILITY_HEADER.pack(_CAPABILITY_VERSION, 0))
    if libc.capset(header, ctypes.create_string_buffer(_NO_CAPABILITIES)) != 0:
        raise CaptureError(f"cannot give up capabilities: {os.strerror(ctypes.get_errno())}")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise CaptureError(f"cannot set no_new_privs: {os.strerror(ctypes.get_errno())}")
    _check(account)
    return account


def keep_only_those_for_files() -> None:
    """Give up every capability but those by which root makes and names files in any folder, and the way back.

    For the process of keeper.py. Raises CaptureError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(_CAPABILITY_HEADER.pack(_CAPABILITY_VERSION, 0))
    held = ctypes.create_string_buffer(_CAPABILITY_SETS.size)
    failed = libc.capget(header, held) != 0
    if not failed:
        kept = _CAPABILITY_SETS.unpack(held.raw)[1] & _FOR_FILES  # one that we do not have cannot be asked for
        wanted = ctypes.create_string_buffer(_CAPABILITY_SETS.pack(kept, kept, 0, 0, 0, 0), _CAPABILITY_SETS.size)
        failed = libc.capset(header, wanted) != 0 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
    if failed:
        raise CaptureError(f"cannot give up capabilities: {os.strerror(ctypes.get_errno())}")


def _become(account: Account) -> Account | None:
    """Change groups, group and user; None: the user stays, since its user namespace has no other."""

    def failure(change: Callable[[], None]) -> OSError | None:
        try:
            change()
        except OSError as error:
            return error
        return None

    # Each on its own: a namespace may forbid setgroups, or map a user and no group, and allow the rest.
    groups = failure(lambda: os.setgroups([]))
    group = failure(lambda: os.setresgid(account.gid, account.gid, account.gid))
    user = failure(lambda: os.setresuid(account.uid, account.uid, account.uid))
    error = user or group or groups
    if error is not None and (account.person or not _in_user_namespace()):
        raise CaptureError(
            f"cannot become user {account.name}: {error.strerror}; choose another with -Z (`-Z root` stays root)"
        ) from error
    return account if user is None else None


def _in_user_namespace() -> bool:
    """Whether we are in a user namespace with users of its own; not if that cannot be told."""
    try:
        with open("/proc/self/uid_map", encoding="ascii") as lines:
            return lines.read().split() != _EVERY_USER
    except OSError:
        return False


def _check(account: Account | None) -> None:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError:
        pass
    else:
        raise CaptureError("privileges are still there after giving them up; not capturing")
    if account is None:
        return
    try:
        os.setuid(0)
    except OSError:
        return
    raise CaptureError("the way back to root is still open after giving it up; not capturing")
