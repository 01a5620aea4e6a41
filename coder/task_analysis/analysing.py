"""Components of a model of repair over codings, and all that is counted of them. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coder.coding import CodedSession
from coder.errors import CoderError
from coder.markers import Marker, Scheme
from coder.task_analysis.columns import GROUPS, Column, Pair, Unit, columns, pairs, scheme_rows
from coder.task_analysis.comparing import Compared, Counts, compare, counted
from coder.task_analysis.definitions import definitions
from coder.task_analysis.timing import (
    Between,
    First,
    Followed,
    Span,
    between,
    firsts,
    followed,
    to_repair,
)

UNITS: tuple[Unit, ...] = ("episode", "session", "participant")
WINDOW_S = 300.0
_MOST_S = 36_000

Ends = tuple[Literal["first", "last"], str]
ENDS: tuple[Ends, ...] = (
    ("first", "any"),
    ("first", "statement"),
    ("first", "shift"),
    ("first", "component"),
    ("last", "any"),
)


@dataclass(frozen=True, slots=True)
class Timed:
    """What times tell of a column: the first of each row, and how soon repair came."""

    firsts: tuple[First, ...]
    to_repair: dict[Ends, Span]
    followed: Followed


@dataclass(frozen=True, slots=True)
class Analysis:
    """Components by column, and all that is counted of them; ``timed`` goes with the columns.

    ``compared`` is empty where the columns are of several raters: an episode would count twice.
    ``loose`` counts component marks of no episode, where a session has several.
    """

    scheme: Scheme
    by: Unit
    raters: tuple[str, ...]
    window_s: float
    rows: tuple[Marker, ...]
    columns: tuple[Column, ...]
    compared: tuple[Compared, ...]
    timed: tuple[Timed, ...]
    between: tuple[Between, ...]
    loose: int

    @property
    def groups(self) -> dict[str, int]:
        """How many columns each outcome has, the two that are compared first."""
        outcomes = [column.outcome for column in self.columns]
        names = [name for name in GROUPS if name in {"repaired", "not", *outcomes}]
        return {name: outcomes.count(name) for name in names}

    @property
    def definitions(self) -> dict[str, str]:
        """What the numbers are numbers of."""
        return dict(definitions(self.by, self.window_s))

    def totals(self) -> tuple[Counts, ...]:
        """Over all columns, in how many each row is found so."""
        return tuple(counted(c.cells[at] for c in self.columns) for at in range(len(self.rows)))


def analyse(
    coded: Iterable[CodedSession],
    scheme: Scheme,
    *,
    by: Unit = "episode",
    parts: bool = False,
    window_s: float = WINDOW_S,
    only: Collection[str] = (),
) -> Analysis:
    """Lay out the components of ``scheme`` over codings under it and codings of ruptures.

    ``parts`` gives the sub-categories rows of their own; ``only`` are the episodes looked at, as
    “P/N#1”. Raises CoderError for a window that is none, or an episode that is not there.
    """
    if not 0 <= window_s <= _MOST_S:
        raise CoderError("analysis_window", most=_MOST_S)
    joined = pairs(coded, scheme.id)
    rows = scheme_rows(scheme, parts=parts)
    laid = _chosen(columns(joined, rows, by), only, by)
    timed = () if by == "participant" else tuple(_timed(c, rows, scheme, window_s) for c in laid)
    several = len({column.rater.id for column in laid}) > 1
    return Analysis(
        scheme=scheme,
        by=by,
        raters=tuple(dict.fromkeys(pair.rater.name for pair in joined)),
        window_s=window_s,
        rows=tuple(scheme.marker(row) for row in rows),
        columns=laid,
        compared=() if several else compare(rows, laid),
        timed=timed,
        between=between(rows, [each.firsts for each in timed]),
        loose=sum(map(_loose, joined)) if by == "episode" else 0,
    )


def _chosen(laid: tuple[Column, ...], only: Collection[str], by: Unit) -> tuple[Column, ...]:
    """The columns of the episodes that are named; all where none is."""
    if not only:
        return laid
    if by != "episode":
        raise CoderError("analysis_of_episodes")
    names = {_place(column): column for column in laid}
    wanted = {each.strip().casefold(): each for each in only}
    for name, given in wanted.items():
        if name not in names:
            known = ", ".join(dict.fromkeys(names)) or "none"
            raise CoderError("analysis_no_episode", episode=given, known=known)
    return tuple(column for column in laid if _place(column) in wanted)


def _place(column: Column) -> str:
    address = "" if column.session is None else column.session.address
    return f"{address}#{column.number}".casefold()


def _timed(column: Column, rows: Sequence[str], scheme: Scheme, window_s: float) -> Timed:
    below = {row: frozenset({row, *(each.id for each in scheme.parts(row))}) for row in rows}
    spans = {(end, kind): to_repair(column, kind, last=end == "last") for end, kind in ENDS}
    return Timed(firsts(column, rows, below), spans, followed(column, window_s))


def _loose(pair: Pair) -> int:
    """How many component marks belong to no episode, though there are several."""
    if pair.repair is None or len(pair.numbers) == 1:
        return 0
    return sum(not mark.episodes and mark.anchor is not None for mark in pair.repair.marks)
