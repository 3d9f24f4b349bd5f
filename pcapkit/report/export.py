"""Connections for programs: JSON lines, CSV, Parquet; each written as it comes, none held."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final, TextIO

from pcapkit.errors import OptionError
from pcapkit.report.connection import COLUMNS, NAMES, Connection, Value

_GROUP: Final = 65_536  # rows of a Parquet row group
_GREATEST: Final = 2**63 - 1
_KINDS: Final = {column.name: column.kind for column in COLUMNS}


def write_json(rows: Iterable[Connection], names: Sequence[str], out: TextIO) -> None:
    """One object a line."""
    from pcapkit.cli.jsontext import json_text

    places = [NAMES.index(name) for name in names]
    for row in rows:
        out.write(json_text(dict(zip(names, [row[place] for place in places], strict=True))) + "\n")


def write_csv(rows: Iterable[Connection], names: Sequence[str], out: TextIO) -> None:
    """RFC 4180, with a line of names; several problems are joined by `; `, what is not known is empty."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    places = [NAMES.index(name) for name in names]
    several = [column for column, name in enumerate(names) if _KINDS[name] == "texts"]
    for row in rows:
        cells: list[Any] = [row[place] for place in places]
        for column in several:
            cells[column] = "; ".join(cells[column])
        writer.writerow(cells)


def write_parquet(rows: Iterable[Connection], names: Sequence[str], out: BinaryIO) -> None:
    """A Parquet file. Raises OptionError where pyarrow is not installed, OSError."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise OptionError("--parquet needs pyarrow: install it with 'pip install pcapkit[parquet]'") from None
    types = {
        "number": arrow.int64(),
        "text": arrow.string(),
        "time": arrow.timestamp("ns", tz="UTC"),
        "duration": arrow.duration("ns"),
        "texts": arrow.list_(arrow.string()),
    }
    schema = arrow.schema([(name, types[_KINDS[name]]) for name in names])
    places = [NAMES.index(name) for name in names]
    with parquet.ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            columns = [
                arrow.array([_storable(row[place]) for row in group], type=field.type)
                for place, field in zip(places, schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))


def _storable(value: Value) -> Value:
    """A file's name that is no text, and a span of time that only a damaged capture has, as near as they can be had."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return min(value, _GREATEST) if isinstance(value, int) else value


def _groups(rows: Iterable[Connection]) -> Iterator[list[Connection]]:
    each = iter(rows)
    while group := list(islice(each, _GROUP)):
        yield group
