"""A document as values: headings, paragraphs, tables and drawn lanes, whatever the format."""

from collections.abc import Sequence
from dataclasses import dataclass

from coder.session import format_clock


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3; the document's title is level 1."""

    text: str
    level: int = 2
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, ``lead`` in bold before it. A notice is set apart; fine print is small."""

    text: str
    lead: str = ""
    notice: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``widths`` are parts of the whole. A row of one cell heads those below it.

    ``centred`` counts the columns that hold numbers, ``run_on`` those whose empty cells continue
    the one above; ``caption`` says what it is of.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    centred: frozenset[int] = frozenset()
    caption: str = ""
    tall: bool = False
    run_on: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """A mark in a lane: from a moment to another (ms), and its name. A point ends as it begins."""

    start_ms: int
    end_ms: int
    name: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of a drawn timeline: ``ink`` names its colour."""

    name: str
    ink: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the session, from a moment to another (ms)."""

    name: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lanes against time. ``said`` tells in words what it shows, for who does not see it."""

    title: str
    said: str
    span: tuple[int, int]
    lanes: tuple[Lane, ...]
    phases: tuple[Phase, ...] = ()


Part = Heading | Text | Grid | Drawing


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its title, and its parts in order; one that is ``wide`` lies down."""

    title: str
    parts: tuple[Part, ...]
    wide: bool = False


_STEPS_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120)
_MOST_TICKS = 10
_NAME_WIDE = 0.1  # of a timeline: room for the name of a phase


def ticks(span: tuple[int, int]) -> list[tuple[int, str]]:
    """The moments (ms) to write below a timeline: whole minutes, ten at most, with their times."""
    minutes = (span[1] - span[0]) / 60_000
    step = next((each for each in _STEPS_MIN if minutes / each <= _MOST_TICKS), _STEPS_MIN[-1])
    every = step * 60_000
    first = -(-span[0] // every) * every
    return [(at, format_clock(at)) for at in range(first, span[1] + 1, every)]


def share(at_ms: int, span: tuple[int, int]) -> float:
    """Where a moment lies in a span: 0 at its beginning, 1 at its end, never beyond."""
    length = max(span[1] - span[0], 1)
    return min(1.0, max(0.0, (at_ms - span[0]) / length))


def crowded(phases: Sequence[Phase], span: tuple[int, int]) -> list[bool]:
    """Which names of phases have no room before the next, and are written to their left."""
    starts = [share(phase.start_ms, span) for phase in phases]
    nexts = [*starts[1:], float("inf")]
    return [after - at < _NAME_WIDE <= at for at, after in zip(starts, nexts, strict=False)]


def longest_first(bars: Sequence[Bar]) -> list[Bar]:
    """Bars in the order to draw them, so that a short one is seen within a long one."""
    return sorted(bars, key=lambda bar: (bar.start_ms - bar.end_ms, bar.start_ms))


def counted(count: int, one: str, several: str = "") -> str:
    """Write a number with its noun: 1 mark, 2 marks."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Set names in a row, the last after “and”."""
    if len(names) < 2:  # noqa: PLR2004 - one name needs no “and”
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
