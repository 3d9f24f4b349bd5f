"""Connections for programs: JSON lines, CSV, Parquet; each written as it comes, none held."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final, TextIO

from pcapkit.errors import OptionError
from pcapkit.report.connection import COLUMNS, Connection
from pcapkit.report.values import plain

_GROUP: Final = 65_536  # rows of a Parquet row group
_KINDS: Final = {column.name: column.kind for column in COLUMNS}


def write_json(rows: Iterable[Connection], names: Sequence[str], out: TextIO) -> None:
    """One object a line."""
    for row in rows:
        out.write(json.dumps({name: plain(row, name) for name in names}, ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Connection], names: Sequence[str], out: TextIO) -> None:
    """RFC 4180, with a line of names; several problems are joined by `; `, what is not known is empty."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_flat(plain(row, name)) for name in names])


def _flat(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value


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
    with parquet.ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            columns = [
                arrow.array([plain(row, name) for row in group], type=field.type)
                for name, field in zip(names, schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))


def _groups(rows: Iterable[Connection]) -> Iterator[list[Connection]]:
    each = iter(rows)
    while group := list(islice(each, _GROUP)):
        yield group
