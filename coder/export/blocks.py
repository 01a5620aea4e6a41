"""The tables of a coding form: the rows of a scheme beside their time points, block by block.

A scheme with two columns of rupture markers has them side by side, as Laraway's form does; any
other has a block for each column. Categories of a repair model stand above their parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from coder.coding import Rating
from coder.markers import Marker, Scale, Scheme, asked

GRID_HEAD = ("Narrative Manner or Tone", "Time Point", "Narrative Content", "Time Point")

Head = tuple[str, str, str, str]

_PRINTED = ("manner", "content")  # whose headings the thesis prints
_SIDE_BY_SIDE = 2
_PART = "\u2013 "


@dataclass(frozen=True, slots=True)
class Entry:
    """A text and its time points, “56:52/57:06/1:01:06”."""

    text: str
    times: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: four cells, two entries side by side."""

    left: Entry
    right: Entry

    def cells(self) -> tuple[str, str, str, str]:
        """The four cells as texts."""
        return self.left.text, self.left.times, self.right.text, self.right.times


@dataclass(frozen=True, slots=True)
class Block:
    """A table of a form under its heading; ``title`` is empty where the form has but one."""

    head: Head
    lines: tuple[Line, ...]
    title: str = ""


NOTHING = Entry("", "")


def lines(left: Iterable[Entry], right: Iterable[Entry]) -> tuple[Line, ...]:
    """Set entries side by side."""
    pairs = zip_longest(left, right, fillvalue=NOTHING)
    return tuple(Line(one, other) for one, other in pairs)


def rupture_columns(form: Scheme) -> tuple[str, ...]:
    """The columns of a form that hold rupture markers."""
    return _columns(form, "marker")


def marker_blocks(form: Scheme, times: Mapping[str, str]) -> tuple[Block, ...]:
    """The rows of a form that are no component of repair, with their time points by row."""
    columns = rupture_columns(form)
    made = []
    if len(columns) == _SIDE_BY_SIDE:
        sides = [_entries(_rows(form, column, "marker", times), times) for column in columns]
        one, other = map(form.column_label, columns)
        head = (one, "Time Point", other, "Time Point")
        made.append(Block(GRID_HEAD if columns == _PRINTED else head, lines(*sides)))
    else:
        made += [_block(form, column, "marker", times) for column in columns]
    for kind in ("process", "session"):
        made += [_block(form, column, kind, times) for column in _columns(form, kind)]
    return tuple(made)


def component_blocks(form: Scheme, times: Mapping[str, str]) -> tuple[Block, ...]:
    """The components of repair of a form, with their time points by row."""
    return tuple(_block(form, each, "component", times) for each in _columns(form, "component"))


def rating_block(form: Scheme, given: Mapping[str, int] | None, *over: str) -> tuple[Block, ...]:
    """The ratings of an episode or the session, each with its number.

    ``given`` None is for paper: the numbers to choose from. None where nothing is asked.
    """
    scales = [scale for scale in asked(form) if scale.over in over]
    if not scales:
        return ()
    entries = [
        Entry(scale.label, _choice(scale) if given is None else str(given.get(scale.id, "")))
        for scale in scales
    ]
    half = (len(entries) + 1) // 2
    head = ("Rating", "Given", "Rating", "Given")
    return (Block(head, lines(entries[:half], entries[half:]), "Ratings"),)


def by_scale(ratings: Iterable[Rating]) -> dict[str, int]:
    """Ratings of one thing, by their scales."""
    return {rating.scale: rating.value for rating in ratings}


def _choice(scale: Scale) -> str:
    return "   ".join(map(str, range(scale.low, scale.high + 1)))


def _columns(form: Scheme, kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.column for each in form.markers if each.kind == kind))


def _rows(form: Scheme, column: str, kind: str, times: Mapping[str, str]) -> list[Marker]:
    """The rows of a column; one that is retired only where there is something to print in it."""
    return [
        marker
        for marker in form.markers
        if (marker.column, marker.kind) == (column, kind)
        and (not marker.retired or marker.id in times)
    ]


def _entries(rows: Iterable[Marker], times: Mapping[str, str]) -> list[Entry]:
    return [Entry(marker.label, times.get(marker.id, "")) for marker in rows]


def _block(form: Scheme, column: str, kind: str, times: Mapping[str, str]) -> Block:
    """A column by itself, flowing down the left half and then the right one."""
    groups: list[list[Entry]] = []
    rows = _rows(form, column, kind, times)
    shown = {marker.id for marker in rows}
    for marker in rows:
        part = marker.part_of in shown
        entry = Entry(f"{_PART}{marker.label}" if part else marker.label, times.get(marker.id, ""))
        if part and groups:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    left, right = _halves(groups)
    what = {"component": "Component", "process": "Process"}.get(kind, "Marker")
    return Block(
        (what, "Time Point", what, "Time Point"), lines(left, right), form.column_label(column)
    )


def _halves(groups: Sequence[Sequence[Entry]]) -> tuple[list[Entry], list[Entry]]:
    """Share groups between two columns, none of them torn apart."""
    whole = sum(map(len, groups))
    left: list[Entry] = []
    right: list[Entry] = []
    for group in groups:
        side = right if right or 2 * len(left) >= whole else left
        side += group
    return left, right
