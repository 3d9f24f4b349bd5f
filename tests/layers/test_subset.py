"""Every layer is in the subset, so that any dissector may use it."""

from pathlib import Path

import pytest

import pcapkit.layers
from pcapkit.translate.program import check_program

FOLDER = Path(pcapkit.layers.__file__).parent
LAYERS = sorted(path.name for path in FOLDER.glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    """Nothing in it is refused."""
    program = check_program(FOLDER / name, None)
    assert program.modules[-1].name.endswith(name.removesuffix(".py"))


def test_all_layers_are_there() -> None:
    """The list above is not empty by mistake."""
    assert {"decode.py", "tcp.py", "udp.py", "icmp.py", "igmp.py", "arp.py", "tcp_options.py"} <= set(LAYERS)
