"""Whom a recorder becomes. (That it truly does is seen on a running one in test_live.)"""

import os
import pwd
from functools import partial

import pytest

from pcapkit.capture import privileges
from pcapkit.capture.privileges import Account, account_to_become
from pcapkit.errors import CaptureError, OptionError


def as_uid(monkeypatch: pytest.MonkeyPatch, uid: int, sudo: str | None = None) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    if sudo is None:
        monkeypatch.delenv("SUDO_UID", raising=False)
    else:
        monkeypatch.setenv("SUDO_UID", sudo)


DAEMON = pwd.getpwnam("daemon")


def test_the_caller_of_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    as_uid(monkeypatch, 0, str(DAEMON.pw_uid))
    assert account_to_become(None) == Account("daemon", DAEMON.pw_uid, DAEMON.pw_gid, True)


@pytest.mark.parametrize("sudo", [None, "", "0", "x", "-5", "²", "9" * 30, "4000000000"])
def test_real_root_becomes_nobody(monkeypatch: pytest.MonkeyPatch, sudo: str | None) -> None:
    as_uid(monkeypatch, 0, sudo)
    account = account_to_become(None)
    assert account is not None
    assert (account.name, account.person) == ("nobody", False)


def test_who_is_not_root_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    as_uid(monkeypatch, 1000, "0")
    assert account_to_become(None) is None


def test_the_option_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    as_uid(monkeypatch, 0, "1000")
    account = account_to_become("daemon")
    assert account is not None
    assert account.name == "daemon"
    assert account_to_become("root") is None


@pytest.mark.parametrize("user", ["no such user", "", "a\0b"])
def test_an_unknown_user_is_refused(user: str) -> None:
    with pytest.raises(OptionError, match="no such user"):
        account_to_become(user)


def test_only_root_can_change(monkeypatch: pytest.MonkeyPatch) -> None:
    as_uid(monkeypatch, 1000)
    with pytest.raises(OptionError, match="only root"):
        account_to_become("daemon")


NOBODY = Account("nobody", 65534, 65534, False)
PERSON = Account("somebody", 12345, 12345, True)
CHANGES = ("setgroups", "setresgid", "setresuid")


def with_changes(monkeypatch: pytest.MonkeyPatch, refused: tuple[str, ...], *, namespace: bool) -> list[str]:
    """Let the system refuse some changes; returns the list of those that were tried."""
    tried: list[str] = []

    def change(name: str, *_ids: object) -> None:
        tried.append(name)
        if name in refused:
            raise PermissionError(1, "Operation not permitted")

    for name in CHANGES:
        monkeypatch.setattr(os, name, partial(change, name))
    monkeypatch.setattr(privileges, "_in_user_namespace", lambda: namespace)
    return tried


@pytest.mark.parametrize("refused", CHANGES)
@pytest.mark.parametrize(("account", "namespace"), [(NOBODY, False), (PERSON, False), (PERSON, True)])
def test_a_user_that_cannot_be_become_is_an_error(
    monkeypatch: pytest.MonkeyPatch, refused: str, account: Account, namespace: bool
) -> None:
    tried = with_changes(monkeypatch, (refused,), namespace=namespace)
    with pytest.raises(CaptureError, match=f"cannot become user {account.name}: Operation not permitted; .*-Z"):
        privileges.drop(account)
    assert tried == list(CHANGES)


@pytest.mark.parametrize(
    ("refused", "result"),
    [((), NOBODY), (("setgroups",), NOBODY), (("setgroups", "setresgid"), NOBODY), (("setresuid",), None)],
)
def test_in_a_user_namespace_what_can_be_changed_is(
    monkeypatch: pytest.MonkeyPatch, refused: tuple[str, ...], result: Account | None
) -> None:
    tried = with_changes(monkeypatch, refused, namespace=True)
    assert privileges._become(NOBODY) == result
    assert tried == list(CHANGES)
