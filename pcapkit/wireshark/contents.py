"""What is to be installed: a plugin for each dissector, the files of the profile, and the recorder as an extcap."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcapkit.dissector import Dissector, find
from pcapkit.errors import FileError
from pcapkit.wireshark import PROFILE, launcher, profile

PLUGIN: Final = "plugin"
SETTINGS: Final = "profile"
SIGHT: Final = "sight"
EXTCAP: Final = "extcap"


@dataclass(frozen=True, slots=True)
class Item:
    """A file: where, what is in it, and which kind it is of.

    PLUGIN; SETTINGS, which a user may change; SIGHT, which Wireshark itself changes; EXTCAP, which is a program.
    """

    path: Path
    content: bytes
    kind: str

    @property
    def mode(self) -> int:
        """The permissions that it needs, before anybody's umask."""
        return 0o755 if self.kind == EXTCAP else 0o644

    def is_there(self) -> bool:
        """Whether the file is there, just like this."""
        try:
            return self.path.read_bytes() == self.content
        except OSError:
            return False


def plugins() -> dict[str, bytes]:
    """The plugin of every installed dissector, by the dissector's name. Raises PcapkitError."""
    return {dissector.name: _plugin(dissector) for dissector in find()}


def plugin_items(folder: Path) -> list[Item]:
    """The plugins, as files in that folder."""
    return [Item(folder / f"{name}.lua", content, PLUGIN) for name, content in plugins().items()]


def profile_items(configuration: Path) -> list[Item]:
    """The profile, as files in that configuration folder."""
    folder = configuration / "profiles" / PROFILE
    return [Item(folder / name, text.encode(), SETTINGS) for name, text in profile.files().items()]


def sight_items(configuration: Path) -> list[Item]:
    """What the profile looks like at first, as files in that configuration folder."""
    folder = configuration / "profiles" / PROFILE
    return [Item(folder / name, text.encode(), SIGHT) for name, text in profile.first_sight().items()]


def extcap_item(folder: Path) -> Item:
    """The program that starts the recorder, in that folder."""
    return Item(folder / launcher.file_name(), launcher.content(), EXTCAP)


def _plugin(dissector: Dissector) -> bytes:
    """The Lua that lies beside the source, else what the translator makes of the source now."""
    ready = dissector.path.with_suffix(".lua")
    try:
        return ready.read_bytes()
    except FileNotFoundError:
        from pcapkit.translate import translate

        return translate(str(dissector.path)).encode()
    except OSError as error:
        raise FileError(f"{ready}: cannot be read: {error.strerror}") from None
