"""The integers of the subset: plain ints for a type checker and at run time, with their width as annotation."""

from typing import Annotated, NamedTuple


class Width(NamedTuple):
    """How many bits an integer has, and whether it may be negative."""

    bits: int
    signed: bool = False

    @property
    def low(self) -> int:
        """The least value."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value."""
        return (1 << (self.bits - 1)) - 1 if self.signed else (1 << self.bits) - 1


U8 = Annotated[int, Width(8)]
U16 = Annotated[int, Width(16)]
U32 = Annotated[int, Width(32)]
U52 = Annotated[int, Width(52)]
I64 = Annotated[int, Width(64, signed=True)]
