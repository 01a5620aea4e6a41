"""A scheme as a file: yaml, json, xlsx or csv, by its suffix; read, and written."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.markers import Scheme, checked
from coder.markers.codebook import Taken, from_grids
from coder.markers.grids import laid_out
from coder.markers.leading import sound
from coder.markers.reading import Where
from coder.markers.texts import parsed, to_json_text, to_yaml
from coder.tables import grids

_TEXTS = (".yaml", ".yml", ".json")
_SHEETS = (".xlsx", ".csv", ".tsv")
READ = _TEXTS + _SHEETS
WRITTEN = (".yaml", ".json", ".xlsx", ".csv")


def scheme_in(
    path: Path, given: Mapping[str, str] | None = None, sheets: Sequence[str] = ()
) -> Taken:
    """Read a scheme from a file; what is ``given`` (id, title, version) goes before the file's.

    ``sheets`` are those of a workbook that hold the markers; without them it is told by titles.

    Raises CoderError that names the file, and in it the line, or the sheet and the row, at fault.
    """
    suffix, name = path.suffix.casefold(), str(path)
    if suffix not in READ:
        raise CoderError("codebook_suffix", path=path, known=", ".join(READ))
    if suffix in _SHEETS:
        taken = from_grids(grids.read(path, sheets), name, path.stem, sheets)
    else:
        taken = Taken(sound(*_parsed(path, name)))
    if not given:
        return taken
    scheme = checked({**taken.scheme.content, **given}, name)
    return dataclasses.replace(taken, scheme=scheme)


def _parsed(path: Path, name: str) -> tuple[Any, str, Where]:
    content, where = parsed(_text(path), name)
    return content, name, where


def _text(path: Path) -> str:
    data = grids.content(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise CoderError("codebook_not_utf8", path=path, line=line) from fault


def written(scheme: Scheme, path: Path) -> bytes:
    """Write a scheme in the format of a file's suffix. Raises CoderError."""
    writers: Mapping[str, Callable[[], bytes]] = {
        ".yaml": lambda: to_yaml(scheme).encode(),
        ".json": lambda: to_json_text(scheme).encode(),
        ".xlsx": lambda: grids.to_xlsx(laid_out(scheme), path),
        ".csv": lambda: grids.to_csv(laid_out(scheme)),
    }
    suffix = path.suffix.casefold()
    if suffix not in writers:
        raise CoderError("codebook_suffix", path=path, known=", ".join(WRITTEN))
    return writers[suffix]()
