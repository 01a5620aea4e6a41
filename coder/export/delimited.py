"""Rows as comma-separated UTF-8; a cell that a spreadsheet takes for a formula is guarded."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from coder.tables import guard

Row = Mapping[str, str | int | float | None]


def csv_of(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write the columns of rows; None is an empty cell."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow([guard(column) for column in columns])
    for row in rows:
        cells = (row[column] for column in columns)
        writer.writerow(["" if cell is None else guard(str(cell)) for cell in cells])
    return held.getvalue().encode(errors="replace")
