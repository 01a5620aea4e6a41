"""How agreement is to be computed: fixed before anyone looks, and printed with every number."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from coder.errors import CoderError
from coder.markers import ROW_SCHEME, Level
from coder.settings import BACKCHANNELS

Unit = Literal["turn", "segment", "second", "event", "session"]
SEED = 20150101
_FEWEST, _MOST = 100, 100_000  # resamples
UNITS: tuple[Unit, ...] = get_args(Unit)
USUAL: tuple[Level, ...] = ("marker", "row", "family", "any")  # of schemes without categories
Method = Literal["percentile", "bca"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The unit, the levels and the rules of a comparison.

    Episodes, precipitants, outcomes, repair and ratings are compared with the level “any”.
    ``rows`` is the scheme whose rows the level “row” is of.

    ``tolerance_ms`` is how far apart two points may be and still match, ``overlap`` how much of
    the longer of two spans must be shared. ``person`` is whose marks are compared: by default the
    patient's where turns or time are the unit, and everyone's where marks are. With
    ``all_turns`` the turns of everybody count, backchannels too. A code that a rater used fewer
    than ``rare`` times is said to be too rare. ``resamples`` 0 computes no interval, ``shifts`` 0
    no level of chance for events.
    """

    unit: Unit = "turn"
    levels: tuple[Level, ...] = USUAL
    rows: str = ROW_SCHEME
    segment_ms: int = 300_000
    tolerance_ms: int = 10_000
    overlap: float = 0.6
    ordered: bool = False
    person: str | None = None
    all_turns: bool = False
    backchannels: tuple[str, ...] = BACKCHANNELS
    rare: int = 5
    resamples: int = 2000
    shifts: int = 1000
    seed: int = SEED
    method: Method = "bca"
    gamma: bool = False

    def as_fixed(self, kept: Mapping[str, Any]) -> "Plan":
        """This plan with what was fixed."""
        # What was fixed before rows could be chosen was fixed with the form's.
        told = {"rows": ROW_SCHEME, **kept, "levels": tuple(kept["levels"])}
        return dataclasses.replace(self, **told)

    def fixed(self) -> dict[str, object]:
        """What is fixed before unblinding: unit, level, tolerance and what they rest on."""
        return {
            "unit": self.unit,
            "levels": list(self.levels),
            "rows": self.rows,
            "segment_ms": self.segment_ms,
            "tolerance_ms": self.tolerance_ms,
            "overlap": self.overlap,
            "ordered": self.ordered,
            "person": self.person,
            "all_turns": self.all_turns,
        }


def departures(plan: Plan, kept: Mapping[str, object]) -> tuple[str, ...]:
    """Name what a plan does otherwise than was fixed: then its numbers are exploratory.

    Only what bears on its unit counts: a tolerance says nothing about turns. A level alone, of
    those fixed, is no departure.
    """
    names = ["unit", "levels", "person"]
    names += ["all_turns"] if plan.unit == "turn" else []
    names += ["segment_ms"] if plan.unit == "segment" else []
    names += ["tolerance_ms"] if plan.unit in {"event", "second"} else []
    names += ["overlap", "ordered"] if plan.unit == "event" else []
    names += ["rows"] if "row" in plan.levels else []
    kept = {"rows": ROW_SCHEME, **kept}
    mine = plan.fixed()
    fixed_levels = kept.get("levels", ())
    levels = fixed_levels if isinstance(fixed_levels, list) else []
    return tuple(
        name
        for name in names
        if (
            not set(plan.levels) <= set(levels)
            if name == "levels"
            else mine[name] != kept.get(name, mine[name])
        )
    )


def check(plan: Plan) -> None:
    """Raise CoderError for a plan that cannot be carried out."""
    if plan.segment_ms < 1:
        raise CoderError("agreement_no_segment")
    if plan.resamples and not _FEWEST <= plan.resamples <= _MOST:
        raise CoderError("agreement_few_resamples", n=plan.resamples)
    if plan.tolerance_ms < 0:
        raise CoderError("not_a_tolerance", text=plan.tolerance_ms / 1000)
