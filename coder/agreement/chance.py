"""How much two raters' events agree by chance: one lane is shifted round what both covered."""

from collections.abc import Sequence

import numpy as np

from coder.agreement import linked
from coder.agreement.codes import Codes
from coder.agreement.events import Event, Linked, as_arrays, link
from coder.agreement.matching import Events
from coder.agreement.panel import Panel
from coder.agreement.plan import Plan
from coder.agreement.units import covered_by_all


def chance(pair: Panel, codes: Codes, plan: Plan) -> float | None:
    """Event F1 (0-1) by chance, the mean over ``plan.shifts`` shifts or more of all sessions.

    A proposal, not a published coefficient (linked.chance). None where nobody marked anything or
    no shifts are asked for.
    """
    if not plan.shifts:
        return None
    matched, events = 0.0, 0
    for shared in pair.sessions:
        sides, _ = link(shared, codes, plan)
        many = len(sides.first) + len(sides.second)
        matched += _expected(sides, codes, plan, len(pair.sessions)) * many / 2
        events += many
    return 2 * matched / events if events else None


def _expected(sides: Linked, codes: Codes, plan: Plan, sessions: int) -> float:
    """F1 by chance in one session: 0 where nothing is marked, or nothing covered by all."""
    span = covered_by_all(sides.shared)
    if span is None:
        return 0
    first, second = (_as_states(side, codes) for side in (sides.first, sides.second))
    found = linked.chance(
        first,
        second,
        span,
        tolerance_ms=plan.tolerance_ms,
        overlap=plan.overlap,
        shifts=-(-plan.shifts // sessions),
        seed=plan.seed,
    )
    return found or 0


def _as_states(side: Sequence[Event], codes: Codes) -> Events:
    """Events with what each is as the one thing that must be the same."""
    made, _ = as_arrays(side, ())
    if codes.level == "any":
        return Events(made.start_ms, made.end_ms, made.keys[:, :0], made.person)
    states = [codes.state(event.mark, event.coded.scheme) for event in side]
    kinds = np.array(states, np.int64).reshape(len(side), 1)
    return Events(made.start_ms, made.end_ms, kinds, made.person)
