"""What lies behind the numbers: every unit, who took what for what, and other tolerances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder import markers
from coder.agreement import by_event
from coder.agreement.by_scale import scales_of
from coder.agreement.codes import Codes, codes_at, codes_beside
from coder.agreement.estimate import Floats, Ints
from coder.agreement.events import Event, link
from coder.agreement.panel import Panel, panel
from coder.agreement.plan import Plan
from coder.agreement.report import Agreement
from coder.agreement.result import Result, resampling
from coder.agreement.units import lay_out, mark_up
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.markers import ROW_SCHEME, Level, What

TOLERANCES_MS = tuple(range(1000, 31_000, 1000))


@dataclass(frozen=True, slots=True)
class Line:
    """All results about one code for the same raters; ``cells`` by statistic.

    A directed statistic is found under its name and direction, as “event_recall A>B”.
    """

    level: Level | None
    code: str | None
    raters: tuple[str, ...] | None
    counts: Mapping[str, int]
    cells: Mapping[str, Result]


def lines(found: Agreement, raters: tuple[str, ...] | None = None) -> list[Line]:
    """Gather results by level and code, for two raters by name or (None) all."""
    gathered: dict[tuple[Level | None, str | None], dict[str, Result]] = {}
    for each in found.results:
        if each.raters == raters:
            name = f"{each.statistic} {each.direction}" if each.direction else each.statistic
            gathered.setdefault((each.level, each.code), {})[name] = each
    return [
        Line(level, code, raters, next(iter(cells.values())).counts, cells)
        for (level, code), cells in gathered.items()
    ]


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the diagnosis: what each rater gave a unit, None where they did not see it."""

    session: str
    name: str
    start_ms: int | None
    given: tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every unit of a comparison, rater beside rater."""

    raters: tuple[str, ...]
    units: tuple[Unit, ...]


def diagnosis(codings: Sequence[CodedSession], plan: Plan, level: Level) -> Diagnosis:
    """List every unit with what each rater gave it. Raises CoderError as ``agreement`` does.

    Where events are the unit, a row is a match of two raters or an event that found none; of
    three raters and more, every two are listed after one another.
    """
    everyone = panel(codings)
    if plan.unit == "event":
        return Diagnosis(everyone.names, tuple(_event_units(everyone, plan, level)))
    codes = _codes(level, everyone, plan)
    marked = mark_up(lay_out(everyone, plan, codes.kinds), codes)
    names = [str(code or "rupture") for code in codes.codes]
    units = [
        Unit(
            place.session,
            place.name,
            place.start_ms,
            tuple(
                tuple(names[n] for n in np.flatnonzero(row).tolist()) if seen else None
                for row, seen in zip(rows, sees, strict=True)
            ),
        )
        for place, rows, sees in zip(
            marked.units.places, marked.counts > 0, marked.units.seen, strict=True
        )
    ]
    return Diagnosis(everyone.names, tuple(units))


def _event_units(everyone: Panel, plan: Plan, level: Level) -> list[Unit]:
    made = []
    for columns, pair in everyone.pairs():
        for shared in pair.sessions:
            codes = _codes(level, pair, plan)
            linked, _ = link(shared, codes, plan)
            for row in by_event.rows_of(linked):
                given: list[tuple[str, ...] | None] = [None] * len(everyone.raters)
                for column, event in zip(columns, row, strict=True):
                    given[column] = _given(codes, event)
                start = min(event.start_ms or 0 for event in row if event is not None)
                made.append(Unit(shared.session.address, "event", start, tuple(given)))
    return sorted(made, key=lambda unit: (unit.session, unit.start_ms or 0))


def _given(codes: Codes, event: Event | None) -> tuple[str, ...]:
    if event is None:
        return ()
    counted = codes.of(event.mark, event.coded.scheme)
    return tuple(str(code or "rupture") for code in counted)


def _codes(level: Level, everyone: Panel, plan: Plan) -> Codes:
    codes = codes_at(level, everyone.schemes, plan.rows)
    if codes.reason is not None:
        raise CoderError(codes.reason)
    return codes


def _beside(level: Level, everyone: Panel, plan: Plan) -> list[Codes]:
    """The codes of a level, and those of what is no rupture."""
    return [_codes(level, everyone, plan), *codes_beside(level, everyone.schemes, plan)]


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Two raters' matched events by what each took them for; unmatched ones last.

    ``table`` (states + 1, states + 1) has the first rater's in its rows.
    """

    raters: tuple[str, ...]
    states: tuple[str, ...]
    table: Ints


def confusions(codings: Sequence[CodedSession], plan: Plan, level: Level) -> tuple[Confusion, ...]:
    """Who took what for what, for every two raters that share a session."""
    made = []
    for _, pair in panel(codings).pairs():
        if pair.sessions:
            codes = _codes(level, pair, plan)
            found = by_event.tally(pair, codes, plan, resampling(pair, plan))
            made.append(Confusion(pair.names, found.states, found.table.sum(axis=0)))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Curve:
    """Event F1 (0-1) of two raters over tolerances (ms), by code and (None) pooled.

    None where nobody marked the code.
    """

    raters: tuple[str, ...]
    tolerances_ms: tuple[int, ...]
    lines: Mapping[str | None, tuple[float | None, ...]]


def curves(
    codings: Sequence[CodedSession],
    plan: Plan,
    level: Level,
    tolerances_ms: Sequence[int] = TOLERANCES_MS,
) -> tuple[Curve, ...]:
    """How event F1 depends on the tolerance, for every two raters."""
    made = []
    for _, pair in panel(codings).pairs():
        if pair.sessions:
            made.append(_curve(pair, plan, _beside(level, pair, plan), tolerances_ms))
    return tuple(made)


def _curve(pair: Panel, plan: Plan, every: list[Codes], tolerances_ms: Sequence[int]) -> Curve:
    f1: dict[str | None, tuple[float | None, ...]] = {}
    for alone in (alone for codes in every for alone in codes.matched_apart()):
        found = np.array([by_event.totals(pair, alone, plan, each) for each in tolerances_ms])
        for n, code in enumerate(alone.codes):
            f1[code] = _f1(found[:, n])
        if alone.pooled and alone.level != "any":
            f1[None] = _f1(found.sum(axis=1))
    return Curve(pair.names, tuple(tolerances_ms), f1)


def _f1(counts: Ints) -> tuple[float | None, ...]:
    return tuple(
        None if first + second == 0 else 2 * both / (first + second)
        for both, first, second in counts.tolist()
    )


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """How often each rater marked a code in each session or segment, (targets, raters)."""

    raters: tuple[str, ...]
    names: tuple[str, ...]
    numbers: Floats


def numbers(codings: Sequence[CodedSession], plan: Plan, level: Level, code: str | None) -> Numbers:
    """Count a code by session or segment, NaN where a rater did not see it."""
    everyone = panel(codings)
    every = _beside(level, everyone, plan)
    codes = next((each for each in every if code in each.codes), every[0])
    marked = mark_up(lay_out(everyone, plan, codes.kinds), codes)
    column = marked.counts[:, :, codes.codes.index(code)]
    found = np.where(marked.units.seen, column, np.nan)
    places = marked.units.places
    named = tuple(f"{each.session} {each.name}".removesuffix(" session") for each in places)
    return Numbers(everyone.names, named, found)


def labels(codings: Sequence[CodedSession], rows: str = ROW_SCHEME) -> dict[str, str]:
    """The label of every code; rows, of the scheme of that id, are “row X”, scales “rating X”."""
    named = {m.id: m.label for m in markers.session_level().markers}
    named |= {m.id: m.label for coded in codings for m in coded.scheme.markers}
    own = (coded.scheme for coded in codings if coded.scheme.id == rows)
    shipped = markers.load(rows) if rows in markers.available() else None
    scheme = next(own, shipped)
    listed = () if scheme is None else scheme.markers
    scales = scales_of([coded.scheme for coded in codings])
    named |= {f"rating {each.id}": each.label for each in scales.values()}
    return named | {f"row {m.id}": m.label for m in listed}


def kinds(codings: Sequence[CodedSession], rows: str = ROW_SCHEME) -> dict[tuple[Level, str], What]:
    """What the codes of a level are: rupture markers, components, processes, or of the session."""
    found: dict[tuple[Level, str], What] = {
        ("marker", each.id): "session" for each in markers.session_level().markers
    }
    of_markers: tuple[Level, ...] = ("marker", "category", "row")
    for scheme in {(c.scheme.id, c.scheme.version): c.scheme for c in codings}.values():
        wanted = of_markers if rows in markers.row_schemes([scheme]) else of_markers[:-1]
        for level in wanted:
            found |= {(level, code.id): code.kind for code in markers.codes(scheme, level, rows)}
    return found
