"""A scheme as sheets of cells, as a spreadsheet holds a codebook: laid out, and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coder.markers.scheme import Scheme
from coder.markers.settled import settled
from coder.markers.titles import HEADING, MARKER, SCALE, SCHEME

MARKERS, SCALES, FACTS = "Markers", "Scales", "Scheme"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet; ``place`` is what people call it. A ``title`` goes across the sheet.

    ``numbers`` are the columns whose cell is a number and no text; ``apart`` says that a blank row
    is above.
    """

    place: str
    cells: tuple[str, ...]
    title: str = ""
    numbers: frozenset[int] = frozenset()
    apart: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that say something."""
        return tuple(cell.strip() for cell in self.cells if cell.strip())


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet, or the table of a csv file; blank rows, and those of hidden sheets, are left out."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


def laid_out(scheme: Scheme) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Lay a scheme out: by the name of each sheet its rows, the first of them the titles."""
    content = settled(scheme.content)
    sheets = [
        (FACTS, (("Field", "Value"), *_facts(content))),
        (MARKERS, _table(content["markers"], MARKER)),
    ]
    if content.get("scales"):
        sheets.append((SCALES, _table(content["scales"], SCALE, _meanings(content["scales"]))))
    return tuple(sheets)


def _facts(content: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, titles in SCHEME.items():
        if name in content:
            yield titles[0], _cell(content[name])
    for column, heading in content.get("columns", {}).items():
        yield HEADING + column, heading


def _meanings(scales: Sequence[Mapping[str, Any]]) -> list[str]:
    numbers = {number for scale in scales for number in scale.get("anchors", {})}
    return sorted(numbers, key=int)


def _table(
    entries: Sequence[Mapping[str, Any]],
    titles: Mapping[str, tuple[str, ...]],
    meanings: Sequence[str] = (),
) -> tuple[tuple[str, ...], ...]:
    head = (*(each[0] for each in titles.values()), *(f"Means {n}" for n in meanings))
    rows = (
        (
            *((_others if name == "also_called" else _cell)(entry.get(name)) for name in titles),
            *(entry.get("anchors", {}).get(n, "") for n in meanings),
        )
        for entry in entries
    )
    return (head, *rows)


def _others(names: Sequence[str] | None) -> str:
    """Write other names: one that holds a comma ends with a semicolon, so that it stays one."""
    told = "; ".join(names or ())
    return f"{told};" if "," in told and ";" not in told else told


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{scheme}: {marker}" for scheme, marker in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
