"""What is to be installed: a plugin for each dissector, and the files of the profile."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcapkit.dissector import Dissector, find
from pcapkit.errors import FileError
from pcapkit.wireshark import PROFILE, profile

PLUGIN: Final = "plugin"
SETTINGS: Final = "profile"


@dataclass(frozen=True, slots=True)
class Item:
    """A file: where, what is in it, and which kind it is of (PLUGIN or SETTINGS)."""

    path: Path
    content: bytes
    kind: str


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
