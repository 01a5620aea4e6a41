"""A table of measures as a file: csv for R, a workbook, or JSON, each with what it was computed by.

A csv has one more column, ``settings``, alike in every row, so that no number goes out without.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from coder.errors import CoderError
from coder.export import delimited, put, workbook
from coder.measures.listing import Cell, Listing

SUFFIXES = (".xlsx", ".csv", ".json")
_SETTINGS = "settings"


def write(of: Listing, path: Path) -> list[Path]:
    """Write a table in the format of the suffix, over what was there.

    The same table makes the same bytes. Raises CoderError, and then leaves no file behind.
    """
    writer = _WRITERS.get(path.suffix.casefold())
    if writer is None:
        known = " or ".join(SUFFIXES)
        raise CoderError("export_unknown_suffix", form=of.name, path=path, known=known)
    put(lambda: writer(of, path), path)
    return [path]


def spelt(settings: Mapping[str, Cell]) -> str:
    """Settings in a line."""
    return ", ".join(f"{name}={_text(value)}" for name, value in settings.items())


def _text(value: Cell) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _csv(of: Listing, _path: Path) -> bytes:
    told = spelt(of.settings)
    return delimited.csv_of([*of.columns, _SETTINGS], ({**row, _SETTINGS: told} for row in of.rows))


def _xlsx(of: Listing, path: Path) -> bytes:
    about: list[dict[str, Cell]] = [{"What": "table", "meaning": of.title}]
    about += [{"What": name, "meaning": _text(value)} for name, value in of.settings.items()]
    about += [{"What": "note", "meaning": told} for told in of.notes]
    meaning = [{"What": name, "meaning": told} for name, told in of.columns.items()]
    heads = ("What", "meaning")
    sheets: dict[str, tuple[Sequence[str], workbook.Rows]] = {
        of.name: (tuple(of.columns), of.rows),
        "Settings": (heads, about),
        "Columns": (heads, meaning),
    }
    return workbook.tables(sheets, path)


def _json(of: Listing, _path: Path) -> bytes:
    content = {
        "table": of.name,
        "title": of.title,
        "settings": dict(of.settings),
        "notes": list(of.notes),
        "columns": dict(of.columns),
        "rows": list(of.rows),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


_WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}
