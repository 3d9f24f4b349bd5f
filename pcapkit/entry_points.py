"""Entry points of one group among the installed distributions, without importlib.metadata, whose import takes longer
than everything else that `pcapkit --version` does.

The format: packaging.python.org, "Entry points specification". Where distributions may be elsewhere than in folders on
sys.path (in a zip file, or where a finder of somebody's looks), importlib.metadata is asked after all.
"""

import os
import sys
from typing import NamedTuple


class EntryPoint(NamedTuple):
    """Its name, and the module it is in."""

    name: str
    module: str


def entry_points(group: str) -> list[EntryPoint]:
    """Those of a group, by name. Of a distribution that is installed twice, the first on sys.path counts."""
    if _elsewhere():
        return _by_metadata(group)
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for name in names:
            if not name.endswith((".dist-info", ".egg-info")):
                continue
            project = name.rpartition(".")[0].partition("-")[0].lower().replace(".", "_")
            if project in seen:
                continue
            seen.add(project)
            found += _read(os.path.join(folder, name, "entry_points.txt"), group)
    return sorted(found)


def _elsewhere() -> bool:
    """Whether distributions may be found otherwise than by looking into folders."""
    finders = (getattr(finder, "find_distributions", None) for finder in sys.meta_path)
    usual = {"_frozen_importlib_external", "importlib._bootstrap_external"}
    return any(find is not None and getattr(find, "__module__", None) not in usual for find in finders) or any(
        os.path.isfile(folder) for folder in sys.path if folder
    )


def _by_metadata(group: str) -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return sorted(EntryPoint(point.name, point.module) for point in entry_points(group=group))


def _read(path: str, group: str) -> list[EntryPoint]:
    """The group's lines of an entry_points.txt; none if there is no such file."""
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            text = lines.read()
    except OSError:
        return []
    found, section = [], ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            module = value.partition("[")[0].partition(":")[0]  # without extras and attribute
            found.append(EntryPoint(name.strip(), module.strip()))
    return found
