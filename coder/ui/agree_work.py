"""What the Agree desk computes away from the window: the numbers, and what lies behind them."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder import agreement, markers, reliability
from coder.agreement import Agreement, Level, Moment, Plan
from coder.agreement.behind import Confusion, Curve, confusions, curves, labels
from coder.agreement.report import Tick
from coder.coding import CodedSession, Rater, State
from coder.errors import CoderError, Stopped
from coder.markers import Code
from coder.reliability import Compared, Standing
from coder.session import Session
from coder.study import Study, Viewer
from coder.ui.agree_behind import More, paired, several
from coder.ui.tasks import Task

_UNITS, _EVENTS = 0.6, 0.85  # shares of the work that are done after units, and after events


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for what; ``scheme`` None takes codings under any."""

    study: Study
    viewer: Viewer
    sessions: tuple[Session, ...]
    raters: tuple[Rater, ...]
    scheme: str | None
    plan: Plan


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The numbers of a plan, those of matched marks beside them, and the moments behind both.

    ``pairs`` are the moments of ``confusions``; ``more`` is how many marks of a unit its moment
    does not show.
    """

    compared: Compared
    results: Agreement
    events: Agreement
    standing: Standing
    moments: Mapping[Level | None, tuple[Moment, ...]]
    confusions: Mapping[Level, tuple[Confusion, ...]]
    pairs: Mapping[Level, tuple[Moment, ...]]
    more: Mapping[Level | None, More]

    @property
    def codings(self) -> tuple[CodedSession, ...]:
        """The codings compared."""
        return self.compared.coded


def event_plan(plan: Plan) -> Plan:
    """The same rules with marks as the unit."""
    return dataclasses.replace(plan, unit="event")


def standing(study: Study, plan: Plan) -> Standing:
    """Tell whether a plan is what was fixed, its tolerance included: matched marks rest on it."""
    found = reliability.standing(study, plan)
    beside = reliability.standing(study, event_plan(plan)).departures
    away = tuple(dict.fromkeys((*found.departures, *(each for each in beside if each != "unit"))))
    return dataclasses.replace(
        found, status="exploratory" if away else found.status, departures=away
    )


def compute(request: Request, task: Task) -> Found:
    """Compute all that the desk shows at once. Raises CoderError, and Stopped when asked to."""
    study, viewer, plan = request.study, request.viewer, request.plan
    every = reliability.compared(
        study,
        viewer,
        sessions=request.sessions,
        raters=request.raters,
        scheme=request.scheme,
    )
    codings = dataclasses.replace(every, coded=tuple(filter(_is_meant, every.coded)))
    results = reliability.compute(study, viewer, codings, plan, _tick(task, 0, _UNITS))
    events = _events(request, codings, results, _tick(task, _UNITS, _EVENTS))
    moments: dict[Level | None, tuple[Moment, ...]] = {}
    crossed: dict[Level, tuple[Confusion, ...]] = {}
    pairs: dict[Level, tuple[Moment, ...]] = {}
    more: dict[Level | None, More] = {}
    wanted: tuple[Level | None, ...] = (*plan.levels, None)
    tick = _tick(task, _EVENTS, 1)
    for n, level in enumerate(wanted):
        tick(n / len(wanted))
        try:
            moments[level] = agreement.moments(codings.coded, plan, level)
            if plan.unit != "event":
                more[level] = several(codings.coded, plan, level)
            if level is not None:
                crossed[level] = confusions(codings.coded, event_plan(plan), level)
                pairs[level] = paired(codings.coded, event_plan(plan), level)
        except CoderError:  # a level that these schemes do not share: the table says so
            continue
    where = standing(study, plan)
    return Found(codings, results, events, where, moments, crossed, pairs, more)


def _events(request: Request, codings: Compared, results: Agreement, tick: Tick) -> Agreement:
    """Matched marks, logged as exploratory where more than their unit is not as was fixed."""
    plan = event_plan(request.plan)
    if request.plan.unit == "event":
        return results
    away = set(reliability.standing(request.study, plan).departures) - {"unit"}
    if away:
        return reliability.compute(request.study, request.viewer, codings, plan, tick)
    return agreement.agreement(codings.coded, plan, tick)


def _tick(task: Task, begin: float, end: float) -> Tick:
    def tick(share: float) -> None:
        if task.stopped():
            raise Stopped
        task.progress(begin + share * (end - begin))

    return tick


def _is_meant(coded: CodedSession) -> bool:
    """Tell whether a coding is one: begun and left empty it is none."""
    return bool(coded.marks or coded.episodes) or coded.coding.state != State.IN_PROGRESS


def curves_of(
    codings: Sequence[CodedSession],
    plan: Plan,
    level: Level,
    tolerances_ms: Sequence[int],
    of: Task,
) -> tuple[Curve, ...]:
    """Event F1 over tolerances for every two coders, one tolerance at a time so that it stops."""
    pieces = []
    for n, each in enumerate(tolerances_ms):
        _tick(of, 0, 1)(n / len(tolerances_ms))
        pieces.append(curves(codings, event_plan(plan), level, (each,)))
    return tuple(
        Curve(
            first.raters,
            tuple(tolerances_ms),
            {code: tuple(piece[n].lines[code][0] for piece in pieces) for code in first.lines},
        )
        for n, first in enumerate(pieces[0])
    )


def declared(found: Found, level: Level) -> list[Code]:
    """The codes of a level that codings can be compared in, in the order of their form."""
    rows = found.results.plan.rows
    every = [_codes(scheme, level, rows) for scheme in _schemes(found)]
    if level == "marker":
        every.append(markers.codes(markers.session_level(), level))
    listed: dict[str, Code] = {}
    for code in itertools.chain.from_iterable(every):
        listed.setdefault(code.id, code)
    return list(listed.values())


def names_at(found: Found, level: Level) -> dict[str, str]:
    """The labels of the codes of a level: a row may go by the id of another scheme’s marker."""
    named = labels(found.codings, found.results.plan.rows)
    if level != "row":
        return named
    mine = (each for each in named.items() if each[0].startswith("row "))
    return {code.removeprefix("row "): label for code, label in mine}


def coarser(found: Found, level: Level, code: str | None) -> tuple[Level, str | None] | None:
    """Where a code that is too rare is counted with others: its category, row, or family."""
    if level == "any":
        return None
    known = {each.id: each for each in declared(found, level)}.get(code or "")
    finer: tuple[Level, ...] = ("category", "row") if level == "marker" else ()
    for wider in finer if code is not None else ():
        for scheme in _schemes(found):
            other = _code_of(scheme, code or "", wider, found.results.plan.rows)
            if other is not None and (wider == "row" or other != code):
                return wider, other
    if known is not None and known.family is not None and level != "family":
        return "family", known.family
    return ("any", None) if known is None or known.kind == "marker" else None


def _schemes(found: Found) -> list[markers.Scheme]:
    """The schemes of the codings, each version once."""
    schemes = (each.scheme for each in found.codings)
    return list({(each.id, each.version): each for each in schemes}.values())


def _codes(scheme: markers.Scheme, level: Level, rows: str) -> tuple[Code, ...]:
    try:
        return markers.codes(scheme, level, rows)
    except CoderError:  # it does not lead to these rows
        return ()


def _code_of(scheme: markers.Scheme, code: str, level: Level, rows: str) -> str | None:
    try:
        return markers.code_of(scheme, code, level, rows)
    except CoderError:  # it does not lead to these rows
        return None
