"""The whole comparison: every statistic that fits, with what it is a number of."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.agreement import by_event, by_scale, by_span, by_unit
from coder.agreement.codes import CODED_KINDS, Codes, codes_at, codes_beside, kinds_of
from coder.agreement.panel import PAIR, Panel, panel
from coder.agreement.plan import Plan, check
from coder.agreement.result import Resampling, Result, Teller, resampling
from coder.agreement.units import LeftOut, Marked, Units, lay_out, mark_up
from coder.coding import RUPTURE_KINDS, CodedSession, Kind
from coder.errors import Notice
from coder.markers import Level, Scheme
from coder.words import say

Tick = Callable[[float], None]
# What is compared as a kind, together where the same turns are looked at.
_BESIDE = (
    (Kind.PRECIPITANT,),
    (Kind.STATEMENT, Kind.SHIFT),
    (Kind.COMPONENT,),
    (Kind.PROCESS,),
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The results of a plan, and the settings they were made with."""

    plan: Plan
    unit: str
    n_units: int
    raters: tuple[str, ...]
    settings: Mapping[str, object]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a panel gives: results, how many units, and what is left out."""

    results: tuple[Result, ...]
    n_units: int
    left_out: LeftOut


def agreement(
    codings: Sequence[CodedSession], plan: Plan | None = None, tick: Tick | None = None
) -> Agreement:
    """Compare the codings of two or more raters over the sessions that two or more coded.

    Of three raters and more, every two are compared, and all together. ``tick`` is told the share
    (0-1) that is done, and may raise to stop. Raises CoderError for fewer than two raters, when
    no two of them share a session, and for a plan that cannot be.
    """
    plan = Plan() if plan is None else plan
    tick = tick or (lambda _share: None)
    check(plan)
    everyone = panel(codings)
    find = _by_event if plan.unit == "event" else _by_unit
    found = find(everyone, plan, tick)
    results = (*found.results, *(_beside(everyone, plan) if "any" in plan.levels else ()))
    left_out = Counter(why for why, _ in found.left_out | _of_sessions(everyone, plan))
    drawn = resampling(everyone, plan)
    tick(1)
    return Agreement(
        plan=plan,
        unit=plan.unit,
        n_units=found.n_units,
        raters=everyone.names,
        settings={
            "unit": describe(plan, everyone.schemes),
            "levels": plan.levels,
            "tolerance_ms": plan.tolerance_ms if plan.unit in {"event", "second"} else None,
            "overlap": plan.overlap if plan.unit == "event" else None,
            "ordered": plan.ordered if plan.unit == "event" else None,
            "segment_ms": plan.segment_ms if plan.unit == "segment" else None,
            "backchannels": len(plan.backchannels) if plan.unit == "turn" else None,
            "person": plan.person,
            "rows": plan.rows,
            "rare": plan.rare,
            "interval": _interval(plan, drawn, results),
            "resampled": drawn.level,
            "reliable_interval": drawn.reliable,
            "resamples": plan.resamples,
            "seed": plan.seed,
            "method": plan.method,
            "sessions": tuple(each.session.address for each in everyone.sessions),
            "double_coded": len(everyone.sessions),
            "coded": len({coded.session.id for coded in codings}),
            "coders_per_session": _coders_per_session(everyone),
            "design": "crossed" if _crossed(everyone) else "changing raters",
            "schemes": tuple(f"{each.id} {each.version}" for each in everyone.schemes),
            "left_out": dict(sorted(left_out.items())),
            **({"ratings": rated} if (rated := by_scale.told(everyone)) else {}),
        },
        results=results,
    )


def to_json(agreement: Agreement) -> dict[str, object]:
    """Write an agreement with the keys of the commands' contract; a reason is a sentence.

    What is no marker has no level; it is written beside any rupture, the coarsest.
    """
    results = [
        {
            **{field.name: getattr(each, field.name) for field in dataclasses.fields(each)},
            "level": each.level or "any",
            "raters": None if each.raters is None else list(each.raters),
            "reason": None if each.reason is None else say(each.reason),
            "note": None if each.note is None else say(each.note),
            "counts": dict(each.counts),
            "beside": dict(each.beside),
        }
        for each in agreement.results
    ]
    return {
        "unit": agreement.unit,
        "n_units": agreement.n_units,
        "raters": list(agreement.raters),
        "settings": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in agreement.settings.items()
        },
        "results": results,
    }


def describe(plan: Plan, schemes: Sequence[Scheme] = ()) -> str:
    """Say in words what a unit is and what n counts, of codings under these schemes."""
    who = "everyone" if plan.person is None else plan.person
    if plan.unit == "event":
        return f"event: each mark of {who}, matched one to one; n counts marks"
    ruptures = kinds_of(schemes) == RUPTURE_KINDS
    whose = f"the {plan.person or 'patient'}" if ruptures or plan.person else "everyone"
    if plan.unit == "turn":
        which = "every turn" if plan.all_turns else f"{whose}’s turns"
        less = "" if plan.all_turns or not plan.backchannels else " but for backchannels"
        anyones = _anyones(plan, schemes)
        rest = f"; {anyones} are looked for in everyone’s turns" if anyones else ""
        return f"turn: {which}{less}; n counts turns, for positive agreement those marked{rest}"
    if plan.unit == "session":
        return f"session: what {whose} did in it, and how often; n counts sessions"
    if plan.unit == "second":
        return "second: each second of the session’s clock; n counts seconds"
    return f"segment: each {plan.segment_ms / 1000:g} s of the session’s clock; n counts segments"


def _anyones(plan: Plan, schemes: Sequence[Scheme]) -> str:
    """What is looked for in everyone’s turns, beside what the unit is of."""
    declared = {marker.kind for scheme in schemes for marker in scheme.markers}
    main = kinds_of(schemes)
    named = ["precipitants"] if "any" in plan.levels else []
    for kind, name in ((Kind.COMPONENT, "components"), (Kind.PROCESS, "processes")):
        if kind.value in declared and kind not in main and plan.person is None:
            named.append(name)
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _interval(plan: Plan, drawn: Resampling, results: Sequence[Result]) -> str | None:
    """Say what the intervals there are rest on; None where there is none."""
    with_one = [each for each in results if each.low is not None]
    told = []
    if any(each.groups is not None for each in with_one):
        how = {"bca": "bias-corrected and accelerated", "percentile": "percentile"}[plan.method]
        told.append(f"{how}, {plan.resamples} resamples of {drawn.level}, seed {plan.seed}")
        if not drawn.independent:
            told[-1] += " (of one session, so they are not independent)"
        elif not drawn.reliable:
            many = len(set(drawn.groups.values()))
            told[-1] += f" (only {many}, so it is not to be relied on)"
    if any(each.groups is None for each in with_one):
        theory = "from theory, as if what is counted were independent"
        told.append(f"where nothing was resampled {theory}" if told else theory)
    return f"95 %, {'; '.join(told)}" if told else None


def _coders_per_session(everyone: Panel) -> dict[str, int]:
    """How many sessions were coded by two, by three and so on."""
    found = Counter(len(each.made) for each in everyone.sessions)
    return {str(coders): n for coders, n in sorted(found.items())}


def _crossed(everyone: Panel) -> bool:
    """Tell whether every session was coded by every rater."""
    return all(None not in each.codings for each in everyone.sessions)


def _label(everyone: Panel, pair: Panel) -> tuple[str, ...] | None:
    """Two raters are named only where there are others."""
    return None if len(everyone.raters) == PAIR else pair.names


def _by_event(everyone: Panel, plan: Plan, tick: Tick) -> _Found:
    results: list[Result] = []
    left: set[tuple[str, str]] = set()
    drawn = resampling(everyone, plan)
    pairs = [pair for _, pair in everyone.pairs()]
    for n, pair in enumerate(pairs):
        for at, level in enumerate(plan.levels):
            tick((n + at / len(plan.levels)) / len(pairs))
            tell = Teller(plan, level, _label(everyone, pair))
            codes = _codes(level, pair, plan)
            if codes.reason is not None:
                results += tell.nothing(by_event.STATISTICS, Notice(codes.reason))
                continue
            for each in (*codes.matched_apart(), *codes_beside(level, pair.schemes, plan)):
                found, counted = by_event.results(pair, each, drawn, tell)
                results += found
                left |= counted.left_out
        if pair.sessions and "any" in plan.levels:
            others, gone = by_event.of_other_kinds(
                pair, drawn, Teller(plan, None, _label(everyone, pair))
            )
            results += others
            left |= gone
    results += by_span.results(everyone, plan, tick)
    return _Found(tuple(results), by_event.compared(everyone, plan), frozenset(left))


def _codes(level: Level, pair: Panel, plan: Plan) -> Codes:
    if not pair.sessions:
        return Codes(level, (), {}, "agreement_no_shared_session")
    return codes_at(level, pair.schemes, plan.rows)


def _by_unit(everyone: Panel, plan: Plan, tick: Tick) -> _Found:
    """Lay the units out once for each kind, and compare every two raters on them, and all."""
    schemes, kinds = everyone.schemes, kinds_of(everyone.schemes)
    laid = {kinds: lay_out(everyone, plan, kinds)}
    left = set(laid[kinds].left_out)
    results: list[Result] = []
    for at, level in enumerate(plan.levels):
        codes = codes_at(level, schemes, plan.rows)
        if codes.reason is not None:
            results += Teller(plan, level, None).nothing(by_unit.OF_TWO, Notice(codes.reason))
        every = (codes, *codes_beside(level, schemes, plan))
        for each in (each for each in every if each.reason is None):
            if each.kinds not in laid:
                laid[each.kinds] = lay_out(everyone, plan, each.kinds)
                left |= {gone for gone in laid[each.kinds].left_out if gone[0].startswith("marks")}
            if each.kinds != {Kind.SESSION} or any(laid[each.kinds].marks):
                marked = mark_up(laid[each.kinds], each)
                left |= marked.left_out
                results += _compared(marked, everyone, plan)
        tick((at + 1) / len(plan.levels))
    results += _of_kinds(everyone, plan) if "any" in plan.levels else ()
    return _Found(tuple(results), len(laid[kinds].places), frozenset(left))


def _of_kinds(everyone: Panel, plan: Plan) -> Iterator[Result]:
    """What is no rupture, each kind as one code."""
    for kinds in _BESIDE:
        units = lay_out(everyone, plan, kinds)
        used = tuple(kind.value for kind in kinds if _used(units, kind))
        yield from _compared(mark_up(units, Codes(None, used, {})), everyone, plan)


def _of_sessions(everyone: Panel, plan: Plan) -> LeftOut:
    """Marks about a session as a whole, which has a place only where sessions are the unit."""
    every = (coded for shared in everyone.sessions for coded in shared.made)
    marks = (mark for coded in every for mark in coded.marks if mark.kind == Kind.SESSION)
    gone = {("marks_about_the_session", mark.id) for mark in marks}
    return frozenset(gone if plan.unit != "session" else ())


def _compared(marked: Marked, everyone: Panel, plan: Plan) -> Iterator[Result]:
    """Compare every two raters, and all where there are more."""
    drawn = resampling(everyone, plan)
    level = marked.codes.level
    for columns, pair in everyone.pairs():
        tell = Teller(plan, level, _label(everyone, pair))
        if pair.sessions:
            yield from by_unit.results(marked, columns, pair.names, drawn, tell)
        else:
            yield from tell.nothing(by_unit.OF_TWO, Notice("agreement_no_shared_session"))
    if len(everyone.raters) > PAIR:
        everybody = range(len(everyone.raters))
        tell = Teller(plan, level, None)
        yield from by_unit.results(marked, everybody, everyone.names, drawn, tell)


def _used(laid: Units, kind: Kind) -> bool:
    """What a scheme need not have is not listed as never marked."""
    if kind not in CODED_KINDS:
        return True
    return any(mark.kind == kind for rater in laid.marks for mark, _, _ in rater)


def _beside(everyone: Panel, plan: Plan) -> Iterator[Result]:
    """What is no marker: episodes and their outcome, and ratings."""
    for _, pair in everyone.pairs():
        if pair.sessions:
            tell = Teller(plan, None, _label(everyone, pair))
            yield from by_event.of_episodes(pair, resampling(everyone, plan), tell)
    yield from by_scale.results(everyone, plan)
