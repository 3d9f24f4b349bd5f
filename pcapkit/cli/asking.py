"""What `pcapkit record` answers without capturing: -D, -L, -d."""

from collections.abc import Sequence

from pcapkit.capture.filter import image
from pcapkit.capture.interfaces import ANY, Choice, list_interfaces
from pcapkit.capture.source import program_for


def print_interfaces() -> int:
    """The interfaces, with the numbers by which -i takes them."""
    interfaces = list_interfaces()
    for number, one in enumerate(interfaces, start=1):
        states = [name for name, on in (("up", one.up), ("running", one.running)) if on] or ["down"]
        print(f"{number}. {one.name} ({one.description}) [{', '.join(states)}]")
    print(f"{len(interfaces) + 1}. {ANY} (all of them)")
    return 0


def print_link_types(choices: Sequence[Choice]) -> int:
    """The link types of each interface: on Linux one."""
    for choice in choices:
        print(f"Data link types of interface {choice.interface.name}:")
        print(f"  {choice.interface.link.name} ({choice.interface.link.description})")
    return 0


def print_filter(choices: Sequence[Choice], filter_text: str, snaplen: int) -> int:
    """The filter as it is compiled for each interface. Raises FilterError."""
    for choice in choices:
        if len(choices) > 1:
            print(f"# {choice.interface.name}")
        for line in image(program_for(choice, filter_text, snaplen)):
            print(line)
    return 0
