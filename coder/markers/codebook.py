"""Read a codebook from sheets: columns by plain titles, in any order; only a label is needed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coder.errors import CoderError
from coder.markers.faults import Path
from coder.markers.grids import FACTS, SCALES, Grid
from coder.markers.leading import sound
from coder.markers.naming import Named, Names, called, index
from coder.markers.scheme import Scheme
from coder.markers.tabled import Table, chosen, table
from coder.markers.titles import (
    HEADING,
    SCALE,
    SCHEME,
    column_of,
    family_of,
    field_of,
    id_of,
    plain,
    value_of,
)

_SHORT = 3  # letters of an abbreviation, which may stand in capitals


@dataclass(frozen=True, slots=True)
class Taken:
    """A scheme as a file has it.

    ``left`` names what in the file was not taken over; ``told`` are sentences of what was made of
    what it does not say in so many words.
    """

    scheme: Scheme
    left: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def from_grids(grids: tuple[Grid, ...], name: str, stem: str, sheets: Sequence[str] = ()) -> Taken:
    """Make a scheme of a codebook's sheets; ``name`` is the file's, for what goes wrong.

    ``sheets`` are those that hold the markers, where they are named. A codebook that gives itself
    neither id nor title has both from ``stem``. Raises CoderError.
    """
    tables = chosen(grids, sheets, name)
    used = [each.grid for each in tables]
    by_name = {plain(each.name): each for each in grids if not each.hidden and each not in used}
    facts, scales = by_name.get(plain(FACTS)), by_name.get(plain(SCALES))
    places: dict[Path, str] = {("markers",): tables[0].head.place}
    titles: dict[Path, str] = _titles("markers", tables[0])
    content: dict[str, Any] = {"id": id_of(stem) or "codebook", "version": "1.0", "title": stem}
    left = [each for every in tables for each in every.left]
    told: list[str] = []
    if facts is not None:
        left += _facts(facts, content, places, name, told)
    content.setdefault("source", f"The codebook “{content['title']}”.")
    made = _Markers(name, places)
    for every in tables:
        made.take(every, every.grid.name if len(tables) > 1 else "")
    _link(made.entries, name, places)
    content["markers"] = made.entries
    if made.headings:
        content["columns"] = {**made.headings, **content.get("columns", {})}
    if scales is not None:
        every = table(scales, SCALE, name)
        content["scales"] = _scales(every, name, places)
        titles |= _titles("scales", every)
        left += every.left
    for grid in grids:
        if grid not in (*used, facts, scales):
            left.append(f"{'hidden ' if grid.hidden else ''}sheet “{grid.name}”")

    def where(path: Path) -> str:
        known = (places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in places)
        return next(known, "")

    scheme = sound(content, name, where, titles)
    return Taken(scheme, tuple(left), (*told, *made.told(tables)))


def _titles(kind: str, of: Table) -> dict[Path, str]:
    """The titles of a sheet that are other words than ours for what they head."""
    return {
        (kind, field): title for field, title in of.titles.items() if plain(title) != plain(field)
    }


def _facts(
    grid: Grid, content: dict[str, Any], places: dict[Path, str], name: str, told: list[str]
) -> Iterator[str]:
    """Take what is said of the scheme as a whole; yields what says nothing to us."""
    for row in grid.rows:
        said, value, *more = (*(cell.strip() for cell in row.cells), "", "")
        if any(more):
            cells = ", ".join(f"“{cell}”" for cell in more if cell)
            raise CoderError("codebook_surplus", path=name, place=row.place, cells=cells)
        field = field_of(said, SCHEME)
        if plain(said).startswith(plain(HEADING)) and value:
            content.setdefault("columns", {})[said[len(HEADING) :].strip()] = value
        elif field is not None and value:
            if (field,) in places:
                where = {"path": name, "place": row.place, "first": places[field,]}
                raise CoderError("codebook_fact_twice", said=said, **where)
            content[field] = _fact(field, value)
            places[field,] = row.place
            if field == "version" and 1 in row.numbers:
                told.append(
                    f"The version in {row.place} is a number, and is taken as {value}: "
                    "write it as a text if it is another, such as 1.10."
                )
        elif field is None and plain(said) not in {"field", ""}:
            yield f"“{said}” of {row.place}"


def _fact(field: str, value: str) -> Any:
    if field == "prevalence":
        return [each.strip() for each in value.split(",")]
    return _number(value) if field == "segment_s" else value


class _Markers:
    """Makes the markers of one sheet or several, and the headings that are the codebook's own."""

    def __init__(self, name: str, places: dict[Path, str]) -> None:
        self.entries: list[dict[str, Any]] = []
        self.headings: dict[str, str] = {}
        self._name = name
        self._places = places
        self._made: dict[str, tuple[str, str]] = {}
        self._banners: list[str] = []
        self._families: Counter[str] = Counter()

    def take(self, of: Table, sheet: str) -> None:
        """Take the rows of a table; without a category they stand under the ``sheet``."""
        above, named = "other", ""
        if sheet:
            above, named = self._headed(sheet), sheet
        for n, row in enumerate(of.rows):
            cells = of.cells(row)
            banner = self._banner(of, n)
            heading = row.title or banner or cells.get("column")
            if heading:
                above, named = self._headed(heading), heading
            if not cells or row.title or banner:
                continue
            entry = _marker(cells, len(self.entries) + 1, above)
            family = None if "family" in of.fields.values() else family_of(named)
            if family and entry.get("kind", "marker") == "marker":
                entry |= {"family": family, "certainty": "low"}
                self._families[named] += 1
            self._once(entry, cells, row.place)
            self._places["markers", len(self.entries)] = row.place
            self.entries.append(entry)

    def _headed(self, said: str) -> str:
        column, heading = column_of(said)
        column = column or f"category-{len(self.headings) + 1}"
        self.headings |= {column: heading} if heading else {}
        return column

    def _banner(self, of: Table, n: int) -> str:
        """The heading that a row is which says nothing but a family, or cries it in capitals."""
        row, rows = of.rows[n], of.rows
        if row.title or len(row.filled) > 1 or {"part_of", "column"} & {*of.fields.values()}:
            return ""
        said = of.cells(row).get("label", "")
        below = n + 1 < len(rows) and len(rows[n + 1].filled) > 1
        if not said or not below:
            return ""
        others = (of.cells(each).get("label", "") for each in rows if len(each.filled) > 1)
        cries = said.isupper() and len(said) > _SHORT and not all(each.isupper() for each in others)
        if not (cries or family_of(said)):
            return ""
        self._banners.append(f"“{said}” of {row.place}")
        return said.capitalize() if said.isupper() else said

    def _once(self, entry: Mapping[str, Any], cells: Mapping[str, str], place: str) -> None:
        """Raise CoderError for an id, or a label without one, that stands above already."""
        label = cells.get("label", "")
        if entry["id"] in self._made:
            first, other = self._made[entry["id"]]
            where = {"path": self._name, "place": place, "first": first}
            if "id" in cells:
                raise CoderError("codebook_id_twice", id=entry["id"], **where)
            if plain(label) == plain(other):
                raise CoderError("codebook_twice", label=label, **where)
            raise CoderError("codebook_alike", label=label, id=entry["id"], **where)
        self._made[entry["id"]] = place, label

    def told(self, tables: Sequence[Table]) -> Iterator[str]:
        """Say what was made of the sheets that they do not say themselves."""
        if len(tables) > 1:
            names = ", ".join(f"“{each.grid.name}”" for each in tables)
            yield f"The sheets {names} were taken as one codebook."
        if self._banners:
            yield f"Taken for a heading: {', '.join(self._banners)}."
        if self._families:
            names = ", ".join(f"“{name}” ({n})" for name, n in self._families.items())
            yield f"Markers have their family from their heading, with low certainty: {names}."


def _marker(cells: Mapping[str, str], n: int, column: str) -> dict[str, Any]:
    entry: dict[str, Any] = {field: value_of(field, cell) for field, cell in cells.items()}
    entry["id"] = id_of(cells.get("id", "")) or id_of(cells.get("label", "")) or f"marker-{n}"
    entry["column"] = column
    if "key" in cells:
        entry["key"] = cells["key"].casefold()
    if "certainty" in cells:
        entry["certainty"] = cells["certainty"].casefold()
    if "also_called" in cells:
        entry["also_called"] = _others(cells["also_called"])
    if "counts_as" in cells:
        pairs = (each.partition(":") for each in cells["counts_as"].split(";") if each.strip())
        entry["counts_as"] = {scheme.strip(): marker.strip() for scheme, _, marker in pairs}
    return entry


def _link(entries: list[dict[str, Any]], name: str, places: Mapping[Path, str]) -> None:
    """Put ids where the sheet names other markers, by id or by what they are called."""
    every = _known(entries)
    wholes = _known([entry for entry in entries if "part_of" not in entry])
    for n, entry in enumerate(entries):
        where = {"path": name, "place": places["markers", n]}
        if "part_of" in entry:
            whole = _meant(entry["part_of"], wholes, where)
            entry["part_of"] = whole or id_of(entry["part_of"])
        if "confused_with" in entry:
            entry["confused_with"] = _listed(entry["confused_with"], every, where)


def _known(entries: Sequence[Mapping[str, Any]]) -> tuple[frozenset[str], Names]:
    """The ids of markers, and what they are called."""
    named = [
        Named(each["id"], each.get("label", each["id"]), others=tuple(each.get("also_called", ())))
        for each in entries
    ]
    return frozenset(each.id for each in named), index(named)


def _meant(text: str, known: tuple[frozenset[str], Names], where: Mapping[str, str]) -> str | None:
    """The id of the marker that is named, None for none. Raises CoderError for several."""
    ids, names = known
    if text in ids:
        return text
    found = called(names, text)
    if len(found) > 1:
        raise CoderError("codebook_shared", label=text, known=", ".join(found), **where)
    return found[0] if found else None


def _listed(cell: str, known: tuple[frozenset[str], Names], where: Mapping[str, str]) -> list[str]:
    """Split a list of names; a comma may be a part of a name, a semicolon may not."""
    found: list[str] = []
    for part in re.split(r"[;\n]", cell):
        whole = _meant(part.strip(), known, where)
        pieces = [part] if whole else part.split(",")
        found += [_meant(each.strip(), known, where) or id_of(each.strip()) for each in pieces]
    return list(dict.fromkeys(filter(None, found)))


def _others(cell: str) -> list[str]:
    """Split other names: by lines, and by semicolons, or by commas where there are none."""
    names = re.split(r"[;\n]" if ";" in cell else r"[,\n]", cell)
    return list(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))


def _scales(of: Table, name: str, places: dict[Path, str]) -> list[dict[str, Any]]:
    if not of.names:
        raise CoderError("codebook_no_scale_titles", path=name, sheet=of.grid.name)
    scales: list[dict[str, Any]] = []
    made: dict[str, str] = {}
    places["scales",] = of.head.place
    for row in of.rows:
        cells = of.cells(row)
        if not cells:
            continue
        scale: dict[str, Any] = {"low": 1, "high": 5}
        scale |= {field: value_of(field, cell) for field, cell in cells.items() if field in SCALE}
        scale["id"] = id_of(cells.get("id") or cells.get("label", "")) or f"scale-{len(scales) + 1}"
        if scale["id"] in made:
            where = {"path": name, "place": row.place, "first": made[scale["id"]]}
            raise CoderError("codebook_id_twice", id=scale["id"], **where)
        made[scale["id"]] = row.place
        scale |= {end: _number(cells[end]) for end in ("low", "high") if end in cells}
        anchors = {field: cell for field, cell in cells.items() if field not in SCALE}
        places["scales", len(scales)] = row.place
        scales.append({**scale, "anchors": anchors} if anchors else scale)
    return scales


def _number(cell: str) -> int | str:
    return int(cell) if re.fullmatch(r"-?\d{1,9}", cell) else cell
