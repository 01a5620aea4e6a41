"""What a score sheet shows: per segment and marker how often and how clearly, and the totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coder.coding import CodedSession, Family, Kind, Mark
from coder.export import indices
from coder.export.choices import Choices
from coder.markers import Scale, Scheme, asked
from coder.segments import Cell, cells, within
from coder.session import format_clock

USUAL_S = 300
_KINDS = ("marker", "process", "component")
_FAMILIES = {
    Family.WITHDRAWAL.value: "Any withdrawal",
    Family.CONFRONTATION.value: "Any confrontation",
    "any": "Any rupture",
}


@dataclass(frozen=True, slots=True)
class Score:
    """A row of the sheet: a cell a segment (None: not in it), and what they come to.

    ``marks`` counts each mark once, though it may reach into several segments.
    """

    label: str
    cells: tuple[Cell | None, ...]
    marks: int

    @property
    def segments(self) -> int:
        """In how many segments it is at all."""
        return sum(cell is not None for cell in self.cells)

    @property
    def clarity(self) -> int | None:
        """The greatest clarity that was given."""
        known = (cell.clarity for cell in self.cells if cell is not None)
        return max((each for each in known if each is not None), default=None)


@dataclass(frozen=True, slots=True)
class Part:
    """A column of the scheme with its rows; the families come last."""

    title: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scores of a coding; ``starts`` (ms) are those of its segments.

    ``left`` are the marks that no cell holds: without a marker, without a time, or elsewhere.
    """

    length_s: int
    own_length: bool
    starts: tuple[int, ...]
    parts: tuple[Part, ...]
    left: tuple[Mark, ...]


def sheet(coded: CodedSession, choices: Choices) -> Sheet:
    """Sum a coding up by segment and marker."""
    own = choices.length_s(coded.scheme)
    length_s = own or USUAL_S
    span = indices.covered_span(coded)
    starts = () if span is None else within(length_s * 1000, span)

    def summed(marks: Iterable[Mark]) -> dict[tuple[int, str], Cell]:
        return {} if span is None else cells(marks, length_s * 1000, span, coded.turns)

    def score(marks: Sequence[Mark], label: str) -> Score:
        """A row over one marker or several, whose cells are added up."""
        found: dict[int, list[Cell]] = {}
        for (start, _), cell in summed(marks).items():
            found.setdefault(start, []).append(cell)
        return Score(label, tuple(_added(found.get(start)) for start in starts), len(marks))

    held = [mark for mark in coded.marks if summed([mark]) and _listed(coded.scheme, mark)]
    parts = [
        Part(
            coded.scheme.column_label(column),
            tuple(
                score([mark for mark in held if mark.marker == marker.id], marker.label)
                for marker in coded.scheme.markers
                if marker.column == column and marker.kind in _KINDS
                if not marker.retired or any(mark.marker == marker.id for mark in held)
            ),
        )
        for column in coded.scheme.columns()
    ]
    ruptures = [mark for mark in held if mark.kind == Kind.MARKER]
    families = tuple(score(_of(ruptures, name), label) for name, label in _FAMILIES.items())
    parts.append(Part("Families", families if any(map(_rupture, coded.scheme.markers)) else ()))
    left = tuple(mark for mark in coded.marks if mark not in held)
    return Sheet(length_s, own is not None, starts, tuple(p for p in parts if p.scores), left)


def blank(scheme: Scheme, choices: Choices) -> Sheet:
    """An empty sheet: an hour of segments, two hours where they are long, to write on."""
    own = choices.length_s(scheme)
    length_s = own or USUAL_S
    hour_s = max(3600, 2 * length_s)
    starts = tuple(range(0, hour_s * 1000, length_s * 1000))
    empty: tuple[Cell | None, ...] = (None,) * len(starts)
    parts = [
        Part(
            scheme.column_label(column),
            tuple(
                Score(marker.label, empty, 0)
                for marker in scheme.offered()
                if marker.column == column and marker.kind in _KINDS
            ),
        )
        for column in scheme.columns()
    ]
    return Sheet(length_s, own is not None, starts, tuple(p for p in parts if p.scores), ())


def rated(coded: CodedSession) -> list[tuple[Scale, str, int | None]]:
    """Every rating that is asked for: its scale, what it is of, and the number given.

    Of an episode there is a line for each form, of a segment one for each that was rated.
    """
    found: list[tuple[Scale, str, int | None]] = []
    for scale in asked(coded.scheme):
        mine = [each for each in coded.ratings if each.scale == scale.id]
        if scale.over == "session":
            found.append((scale, "", mine[0].value if mine else None))
        elif scale.over == "episode":
            given = {each.episode_id: each.value for each in mine}
            forms = sorted(coded.episodes, key=lambda each: each.number)
            found += [(scale, f"form {each.number}", given.get(each.id)) for each in forms]
        else:
            placed = sorted((each.segment_ms or 0, each.value) for each in mine)
            found += [(scale, format_clock(at), value) for at, value in placed]
    return found


def _added(held: Sequence[Cell] | None) -> Cell | None:
    if not held:
        return None
    clear = [each.clarity for each in held if each.clarity is not None]
    return Cell(sum(each.count for each in held), max(clear, default=None))


def _of(marks: Sequence[Mark], family: str) -> list[Mark]:
    if family == "any":
        return list(marks)
    return [mark for mark in marks if indices.of_family([mark], Family(family))]


def _listed(scheme: Scheme, mark: Mark) -> bool:
    return any(each.id == mark.marker and each.kind in _KINDS for each in scheme.markers)


def _rupture(marker: object) -> bool:
    return getattr(marker, "kind", "") == "marker"
