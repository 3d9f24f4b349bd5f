"""Whose Wireshark it is."""

import os
import pwd

import pytest

from pcapkit.wireshark import account


def become(monkeypatch: pytest.MonkeyPatch, uid: int, sudo_user: str | None) -> None:
    """As the environment and the kernel would say."""
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.delenv("SUDO_USER", raising=False)
    if sudo_user is not None:
        monkeypatch.setenv("SUDO_USER", sudo_user)


def test_ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """SUDO_USER says nothing where nobody is root; the environment stays as it is."""
    become(monkeypatch, 1000, "nobody")
    user = account.current()
    assert not user.root
    assert user.home is None
    assert user.environment() == dict(os.environ)
    assert user.identity() == {}


@pytest.mark.parametrize("sudo_user", [None, "", "root", "no-such-user-here"])
def test_root(monkeypatch: pytest.MonkeyPatch, sudo_user: str | None) -> None:
    """Root proper, or behind a sudo that root called."""
    become(monkeypatch, 0, sudo_user)
    assert account.current() == account.Account("root", root=True)


def test_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user who called: the own home, and no folders that root's environment names."""
    entry = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    assert entry is not None
    become(monkeypatch, 0, entry.pw_name)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/root/.config")
    user = account.current()
    assert (user.root, user.uid, user.gid) == (False, entry.pw_uid, entry.pw_gid)
    assert user.environment()["HOME"] == entry.pw_dir
    assert "XDG_CONFIG_HOME" not in user.environment()
    assert user.identity()["user"] == entry.pw_uid
