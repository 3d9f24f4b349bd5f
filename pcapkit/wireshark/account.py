"""Whose Wireshark it is: the user who calls, also where sudo stands between."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """A user. home, uid, gid: set only where the process is root and acts for somebody else."""

    name: str
    root: bool
    home: str | None = None
    uid: int = 0
    gid: int = 0

    def environment(self) -> dict[str, str]:
        """What the user's programs find: the own HOME, and folders only as HOME implies them."""
        environment = dict(os.environ)
        if self.home is not None:
            for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
                environment.pop(name, None)
            environment |= {"HOME": self.home, "USER": self.name, "LOGNAME": self.name}
        return environment

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess.run that make the program the user's."""
        if self.home is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": os.getgrouplist(self.name, self.gid)}

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Do what follows with the user's rights.

        So files are the user's own, and a link in the user's folders leads root nowhere that the user may not write.
        """
        if self.home is None:
            yield
            return
        groups, gid = os.getgroups(), os.getegid()
        os.setgroups(os.getgrouplist(self.name, self.gid))
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(gid)
            os.setgroups(groups)


def current() -> Account:
    """The user of this process; where sudo made it root, the one who called sudo."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Account(os.environ.get("USER") or os.environ.get("USERNAME") or "the user", root=False)
    import pwd

    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(os.environ.get("SUDO_USER", ""))
        if entry.pw_uid != 0:
            return Account(entry.pw_name, False, entry.pw_dir, entry.pw_uid, entry.pw_gid)
    return Account("root", root=True)
