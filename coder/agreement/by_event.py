"""Agreement on marks as events in time: matched one to one, two raters at a time."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement import kappa, linked
from coder.agreement.chance import chance
from coder.agreement.codes import CODED_KINDS, OTHER_KINDS, Codes, kinds_of, of_kind
from coder.agreement.episodes import OUTCOMES, same_ruptures
from coder.agreement.estimate import Estimate, Ints, Parts
from coder.agreement.events import Event, Linked, events, link
from coder.agreement.panel import Panel
from coder.agreement.plan import Plan
from coder.agreement.result import Resampling, Result, Teller, too_rare
from coder.agreement.units import LeftOut, Place
from coder.errors import Notice

DIRECTED = ("event_precision", "event_recall")
STATISTICS = (
    "event_f1",
    "event_precision",
    "event_recall",
    "event_kappa",
    "event_kappa_max",
    "cohen_kappa",
    "timing_median_ms",
    "timing_mad_ms",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What two raters' events of a panel come to at one level.

    ``counts`` (groups, codes, 3) are matched, of the first and of the second rater;
    ``table`` (groups, q + 1, q + 1) sets each event's one state against the other's, those
    unmatched last; ``lags`` are the signed differences (ms) of matched events, by code and
    (None) all.
    """

    counts: Ints
    states: tuple[str, ...]
    table: Ints
    lags: Mapping[str | None, Sequence[int]]
    events: int
    left_out: LeftOut


def tally(panel: Panel, codes: Codes, plan: Plan, drawn: Resampling) -> Tally:
    """Match the events of two raters in every session and count what came of it."""
    states = codes.states
    found, left = [], set[tuple[str, str]]()
    for shared in panel.sessions:
        sides, gone = link(shared, codes, plan)
        found.append(sides)
        left |= gone
    places = [place for sides in found for place in _places(sides)]
    groups = drawn.of(places)
    many = int(groups.max(initial=0)) + 1
    counts = np.zeros((many, len(codes.codes), 3), np.int64)
    table = np.zeros((many, len(states) + 1, len(states) + 1), np.int64)
    lags: dict[str | None, list[int]] = {code: [] for code in (*codes.codes, None)}
    at = 0
    for sides in found:
        for n, (one, other) in enumerate(rows_of(sides)):
            _count(counts[groups[at + n]], codes, one, other)
            table[groups[at + n], _state(codes, one), _state(codes, other)] += 1
            _lag(lags, codes, one, other)
        at += len(rows_of(sides))
    return Tally(counts, states, table, lags, len(places), frozenset(left))


def rows_of(sides: Linked) -> list[tuple[Event | None, Event | None]]:
    """Every matched pair, and every event that found no match."""
    rows: list[tuple[Event | None, Event | None]] = [
        (sides.first[one], sides.second[other]) for one, other in sides.pairs
    ]
    met = {one for one, _ in sides.pairs}, {other for _, other in sides.pairs}
    rows += [(event, None) for n, event in enumerate(sides.first) if n not in met[0]]
    rows += [(None, event) for n, event in enumerate(sides.second) if n not in met[1]]
    return rows


def _places(sides: Linked) -> list[Place]:
    session = sides.shared.session
    starts = [min(each.start_ms or 0 for each in row if each is not None) for row in rows_of(sides)]
    return [Place(session.address, session.participant, "event", start) for start in starts]


def totals(pair: Panel, codes: Codes, plan: Plan, tolerance_ms: int) -> list[list[int]]:
    """By code, how many events match within another tolerance, and how many each rater has."""
    within = dataclasses.replace(plan, tolerance_ms=tolerance_ms)
    counts = np.zeros((len(codes.codes), 3), np.int64)
    for shared in pair.sessions:
        sides, _ = link(shared, codes, within)
        for one, other in rows_of(sides):
            _count(counts, codes, one, other)
    found: list[list[int]] = counts.tolist()
    return found


def _codes(codes: Codes, event: Event | None) -> tuple[str | None, ...]:
    return () if event is None else codes.of(event.mark, event.coded.scheme)


def _count(counts: Ints, codes: Codes, one: Event | None, other: Event | None) -> None:
    first, second = _codes(codes, one), _codes(codes, other)
    for n, code in enumerate(codes.codes):
        counts[n] += (code in first and code in second, code in first, code in second)


def _state(codes: Codes, event: Event | None) -> int:
    """The place of an event's state in a table; the last for no event."""
    if event is None:
        return len(codes.states)
    return codes.state(event.mark, event.coded.scheme)


def _lag(
    lags: Mapping[str | None, list[int]], codes: Codes, one: Event | None, other: Event | None
) -> None:
    if one is None or other is None:
        return
    lag = (other.start_ms or 0) - (one.start_ms or 0)
    both = set(_codes(codes, one)) & set(_codes(codes, other))
    for code in both | {None}:
        lags[code].append(lag)


def results(
    panel: Panel, codes: Codes, drawn: Resampling, tell: Teller
) -> tuple[list[Result], Tally]:
    """Every statistic of two raters' events at one level, code by code and pooled."""
    plan = tell.plan
    found = tally(panel, codes, plan, drawn)
    if not found.events and any(why == "marks_without_time" for why, _ in found.left_out):
        asked = STATISTICS if codes.pooled else ()
        return list(tell.nothing(asked, Notice("agreement_no_times"))), found
    made: list[Result] = []
    for n, code in enumerate(codes.codes):
        counts = found.counts[:, n]
        rare = None if code is None else too_rare(int(counts.sum(axis=0)[1:].max()), plan)
        made += _of_counts(tell, panel.names, code, counts, rare)
        made += _timing(tell, panel.names, code, found.lags[code], rare)
        if code is not None and codes.level is not None and code in found.states:
            one_code = _kappa_of_code(found.table, found.states.index(code))
            told, none = _tallied(counts), _marked_none(panel.names, counts)
            made.append(tell.tell("event_kappa", code, one_code, told, reason=none, note=rare))
    if codes.level is None or not codes.pooled:
        return made, found
    if codes.level != "any":
        pooled = found.counts.sum(axis=1)
        made += _of_counts(tell, panel.names, None, pooled)
        made += _timing(tell, panel.names, None, found.lags[None])
    made = [_with_chance(each, panel, codes, plan) for each in made]
    pooled_code = codes.codes[0] if codes.level == "any" else None
    return [*made, *_of_table(tell, found, pooled_code)], found


def _with_chance(found: Result, pair: Panel, codes: Codes, plan: Plan) -> Result:
    """Set beside F1 over all codes what chance alone gives, and how far above that it lies."""
    if (found.statistic, found.code) != ("event_f1", None) or found.estimate is None:
        return found
    by_chance = chance(pair, codes, plan)
    if by_chance is None or by_chance == 1:
        return found
    above = (found.estimate - by_chance) / (1 - by_chance)
    return dataclasses.replace(found, beside={"chance": by_chance, "above_chance": above})


def _marked_none(names: Sequence[str], counts: Ints) -> Notice | None:
    """Say that one rater alone marked none: kappa would be 0 whatever the other did."""
    _, first, second = counts.sum(axis=0).tolist()
    if bool(first) == bool(second):
        return None
    return Notice("agreement_none_by_one", {"rater": names[0] if not first else names[1]})


def _kappa_of_code(table: Ints, state: int) -> Parts:
    """Kappa of one code against the rest; matched events count twice, so theory has no error."""
    found = kappa.cohen_kappa(linked.collapse_event(table, state))
    return dataclasses.replace(found, se=None, low=None, high=None)


def _tallied(counts: Ints) -> dict[str, int]:
    matched, first, second = counts.sum(axis=0).tolist()
    return {"matched": matched, "only_first": first - matched, "only_second": second - matched}


def _of_counts(
    tell: Teller,
    names: Sequence[str],
    code: str | None,
    counts: Ints,
    rare: Notice | None = None,
) -> Iterator[Result]:
    one, other = names
    told = _tallied(counts)
    turned = counts[:, [0, 2, 1]]
    for statistic, parts, direction in (
        ("event_f1", linked.f1(counts), None),
        ("event_precision", linked.precision(counts), f"{one}>{other}"),
        ("event_recall", linked.recall(counts), f"{one}>{other}"),
        ("event_precision", linked.precision(turned), f"{other}>{one}"),
        ("event_recall", linked.recall(turned), f"{other}>{one}"),
    ):
        yield tell.tell(statistic, code, parts, told, direction=direction, note=rare)


def _timing(
    tell: Teller,
    names: Sequence[str],
    code: str | None,
    lags: Sequence[int],
    rare: Notice | None = None,
) -> Iterator[Result]:
    direction = f"{names[0]}>{names[1]}"
    counts = {"matched": len(lags)}
    found = linked.timing(np.array(lags, np.int64))
    for statistic, value in (
        ("timing_median_ms", found.median_ms),
        ("timing_mad_ms", found.mad_ms),
    ):
        reason = "agreement_nothing_linked" if value is None else None
        estimate = Estimate(value, len(lags), reason=reason)
        yield tell.tell(statistic, code, estimate, counts, direction=direction, note=rare)


def _of_table(tell: Teller, found: Tally, code: str | None) -> Iterator[Result]:
    """Event kappa over all codes, and the kappa of those matched alone."""
    cells = found.table.sum(axis=0)
    matched = int(cells[:-1, :-1].sum())
    counts = {
        "matched": matched,
        "only_first": int(cells[:-1, -1].sum()),
        "only_second": int(cells[-1, :-1].sum()),
    }
    yield tell.tell("event_kappa", code, linked.event_kappa(found.table), counts)
    yield tell.tell("event_kappa_max", code, linked.event_kappa_max(found.table), counts)
    without = kappa.cohen_kappa(linked.without_nil(found.table))
    reason = Notice("agreement_nothing_linked") if matched == 0 else None
    yield tell.tell("cohen_kappa", code, without, {"matched": matched}, reason=reason)


def of_other_kinds(panel: Panel, drawn: Resampling, tell: Teller) -> tuple[list[Result], LeftOut]:
    """Precipitants and each kind of repair evidence, matched by time; never pooled."""
    made: list[Result] = []
    left: set[tuple[str, str]] = set()
    for kind in OTHER_KINDS:
        found, counted = results(panel, of_kind(kind), drawn, tell)
        left |= counted.left_out
        if kind not in CODED_KINDS or counted.events:
            made += found
    return made, frozenset(left)


def of_episodes(panel: Panel, drawn: Resampling, tell: Teller) -> list[Result]:
    """Ruptures as wholes: were the same found, and is their outcome judged alike."""
    found = [same_ruptures(shared, tell.plan) for shared in panel.sessions]
    places = [
        Place(each.session.address, each.session.participant, "session", None)
        for each in panel.sessions
    ]
    groups = drawn.of(places)
    many = int(groups.max(initial=0)) + 1
    counts = np.zeros((many, 3), np.int64)
    table = np.zeros((many, len(OUTCOMES), len(OUTCOMES)), np.int64)
    for each, group in zip(found, groups.tolist(), strict=True):
        counts[group] += (len(each.pairs), len(each.first), len(each.second))
        for one, other in each.outcomes():
            table[group, one, other] += 1
    made = list(_of_counts(tell, panel.names, "episode", counts))
    judged = {"judged_by_both": int(table.sum()), "agreed": int(np.trace(table.sum(axis=0)))}
    for statistic, parts in (
        ("percent", kappa.percent(table)),
        ("cohen_kappa", kappa.cohen_kappa(table)),
    ):
        made.append(tell.tell(statistic, "outcome", parts, judged))
    return made


def compared(everyone: Panel, plan: Plan) -> int:
    """How many marks of any level are compared, each once."""
    kinds = kinds_of(everyone.schemes)
    ids: set[str] = set()
    for _, pair in everyone.pairs():
        for shared in pair.sessions:
            for rater in (0, 1):
                found, _ = events(shared, rater, plan, kinds)
                ids |= {each.mark.id for each in found if each.start_ms is not None}
    return len(ids)
