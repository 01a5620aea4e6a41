"""Agreement of spans of time, for marks that have a length; points have none."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from coder.agreement import gamma as gammas
from coder.agreement import unitizing
from coder.agreement.codes import Codes, codes_at
from coder.agreement.estimate import Estimate
from coder.agreement.events import Event, events
from coder.agreement.panel import Panel, Shared
from coder.agreement.plan import Plan
from coder.agreement.result import Result, Teller
from coder.agreement.units import span_of
from coder.errors import Notice

STATISTICS = ("u_alpha", "cu_alpha")
GAMMAS = ("gamma", "gamma_cat")
_Section = tuple[int, int, int]
_Line = tuple[_Section, ...]


def results(everyone: Panel, plan: Plan, tick: Callable[[float], None]) -> Iterator[Result]:
    """u-alpha and, if the plan asks for it, gamma of all raters' spans, at every level."""
    for level in plan.levels:
        tell = Teller(plan, level, None)
        asked = (*STATISTICS, *GAMMAS) if plan.gamma else STATISTICS
        codes = codes_at(level, everyone.schemes, plan.rows)
        if codes.reason is not None:
            yield from tell.nothing(asked, Notice(codes.reason))
            continue
        sessions = [_spans(shared, codes, plan) for shared in everyone.sessions]
        kept = [(span, lines) for span, lines in sessions if any(lines)]
        if not kept:
            points = any(_points(shared, codes, plan) for shared in everyone.sessions)
            why = "agreement_points" if points else "agreement_never_marked"
            yield from tell.nothing(asked, Notice(why))
            continue
        continua = [unitizing.Continuum(*span, tuple(lines)) for span, lines in kept]
        tallied = unitizing.tally(continua, len(codes.states))
        counts = {"spans": sum(len(line) for _, lines in kept for line in lines)}
        yield tell.tell("u_alpha", None, unitizing.u_alpha(tallied), counts)
        share = unitizing.coverage(tallied).estimate().value
        beside = {} if share is None else {"coverage": share}
        yield tell.tell("cu_alpha", None, unitizing.cu_alpha(tallied), counts, beside=beside)
        if plan.gamma:
            yield from _gammas(kept, plan, tell, tick)


def _spans(shared: Shared, codes: Codes, plan: Plan) -> tuple[tuple[int, int], list[_Line]]:
    """What was covered of a session, and each coder's spans in it."""
    lines = []
    for rater, coded in enumerate(shared.codings):
        if coded is not None:
            found, _ = events(shared, rater, plan, codes.kinds)
            lines.append(tuple(_sections(found, codes)))
    span = span_of(shared) or (0, 1)
    ends = [section[1] for line in lines for section in line]
    starts = [section[0] for line in lines for section in line]
    return (min(span[0], *starts, span[0]), max(span[1], *ends, span[1])), lines


def _sections(found: Sequence[Event], codes: Codes) -> Iterator[_Section]:
    for event in found:
        scheme = event.coded.scheme
        if event.start_ms is None or event.end_ms is None or not codes.of(event.mark, scheme):
            continue
        if event.end_ms > event.start_ms:
            yield event.start_ms, event.end_ms, codes.state(event.mark, scheme)


def _points(shared: Shared, codes: Codes, plan: Plan) -> bool:
    """Tell whether anybody marked anything that counts at the level."""
    every = [events(shared, n, plan, codes.kinds)[0] for n in range(len(shared.codings))]
    return any(codes.of(e.mark, e.coded.scheme) for found in every for e in found)


def _gammas(
    kept: Sequence[tuple[tuple[int, int], list[_Line]]],
    plan: Plan,
    tell: Teller,
    tick: Callable[[float], None],
) -> Iterator[Result]:
    """Gamma of several sessions: their mean, each with the weight of its spans."""
    found: list[gammas.Gamma] = []
    for n, (span, lines) in enumerate(kept):

        def progress(share: float, done: int = n) -> bool:
            tick((done + share) / len(kept))
            return True

        one = gammas.gamma(lines, span, seed=plan.seed, progress=progress)
        found.extend(filter(None, [one]))  # nothing stops it but what tick raises
    counts = {"spans": sum(len(line) for _, lines in kept for line in lines), "sessions": len(kept)}
    for statistic in GAMMAS:
        each = [one.gamma if statistic == "gamma" else one.gamma_cat for one in found]
        yield tell.tell(statistic, None, _pooled(each), counts)


def _pooled(found: Sequence[Estimate]) -> Estimate:
    """The mean over sessions, by their units; undefined sessions have no say."""
    known = [each for each in found if each.value is not None]
    if not known:
        reason = found[0].reason if found else "agreement_never_marked"
        return Estimate(None, sum(each.n for each in found), reason=reason)
    weights = np.array([each.n for each in known], np.float64)
    values = np.array([each.value for each in known], np.float64)
    return Estimate(float((values * weights).sum() / weights.sum()), int(weights.sum()))
