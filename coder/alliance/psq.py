"""The Post Session Questionnaire: which sessions it selects, and what it says of them.

Muran, Safran, Samstag and Winston (1991), sections A and B as Laraway (2015), Appendix G, prints
them. Items are names here; the wording is the authors'. That any degree of tension or of holding
back selects a session is Laraway's rule; the other cuts are ours, and settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HELPFUL, SOLVED = "a1", "a2"
TENSION, TENSION_UPSET = "b1a", "b1b"
HOLDING_BACK, HOLDING_BACK_UPSET = "b2a", "b2b"
PROBLEM, ADDRESSED, RESOLVED, HELPED = "b3", "b4", "b5", "b6"

RANGES = {
    HELPFUL: (1.0, 9.0),
    SOLVED: (1.0, 9.0),
    **dict.fromkeys(
        (TENSION, TENSION_UPSET, HOLDING_BACK, HOLDING_BACK_UPSET, ADDRESSED, RESOLVED), (1.0, 5.0)
    ),
}
WRITTEN = (PROBLEM, HELPED)
LOW_IS_GOOD = frozenset({TENSION, TENSION_UPSET, HOLDING_BACK, HOLDING_BACK_UPSET})
ITEMS = (
    HELPFUL, SOLVED, TENSION, TENSION_UPSET, HOLDING_BACK, HOLDING_BACK_UPSET,
    PROBLEM, ADDRESSED, RESOLVED, HELPED,
)  # fmt: skip

Answers = Mapping[str, float | None]

_UPSET = {TENSION: TENSION_UPSET, HOLDING_BACK: HOLDING_BACK_UPSET}
UNANSWERED = "alliance_unanswered"
NO_PROBLEM = "alliance_no_problem"


class Resolution(StrEnum):
    """How far what was wrong was resolved by the end of the session, as it was answered."""

    UNRESOLVED = "unresolved"
    PARTIAL = "partial"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where answers count; each is reached at its value."""

    selects: float = 2  # tension or holding back, so much or more
    partial: float = 3  # below: unresolved
    resolved: float = 4
    unaddressed: float = 2  # addressed so much or less


@dataclass(frozen=True, slots=True)
class Reading:
    """What a questionnaire says, under ``thresholds``; None stands with its key in ``reasons``.

    ``why`` names the items that select the session: b1a tension, b2a holding back.
    """

    selected: bool | None
    why: tuple[str, ...]
    intensity: float | None
    resolution: Resolution | None
    unaddressed: bool | None
    thresholds: Thresholds
    reasons: Mapping[str, str]


def selects(answers: Answers, at: Thresholds) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether a session is a candidate, and by which items; None where that is not known."""
    given = {item: answers.get(item) for item in _UPSET}
    why = tuple(item for item, value in given.items() if value is not None and value >= at.selects)
    if why:
        return True, why
    return (None if None in given.values() else False), ()


def read(answers: Answers, at: Thresholds | None = None) -> Reading:
    """Read one questionnaire, the patient's or the therapist's."""
    at = at or Thresholds()
    selected, why = selects(answers, at)
    if not selected:
        reason = NO_PROBLEM if selected is False else UNANSWERED
        named = ("resolution", "unaddressed", "intensity", "selected")
        reasons = dict.fromkeys(named if selected is None else named[:1], reason)
        settled = None if selected is None else False
        intensity = None if selected is None else 0.0
        return Reading(selected, (), intensity, None, settled, at, reasons)
    upset = [answers.get(item) for item in _UPSET.values()]
    # An answer that was left out could raise it, unless the item beside it does not select.
    lacking = any(
        answers.get(upset) is None and (item in why or answers.get(item) is None)
        for item, upset in _UPSET.items()
    )
    intensity = None if lacking else max(value for value in upset if value is not None)
    solved, faced = answers.get(RESOLVED), answers.get(ADDRESSED)
    resolution = None if solved is None else resolution_of(solved, at)
    unaddressed = None if faced is None else faced <= at.unaddressed
    found = {"intensity": intensity, "resolution": resolution, "unaddressed": unaddressed}
    reasons = {name: UNANSWERED for name, value in found.items() if value is None}
    return Reading(selected, why, intensity, resolution, unaddressed, at, reasons)


def resolution_of(answer: float, at: Thresholds) -> Resolution:
    """The class of an answer on how far the problem was resolved."""
    if answer < at.partial:
        return Resolution.UNRESOLVED
    return Resolution.PARTIAL if answer < at.resolved else Resolution.RESOLVED


@dataclass(frozen=True, slots=True)
class Yield:
    """From sessions selected to ruptures repaired, counts of sessions.

    ``found`` of those listened to hold a clear rupture; Laraway (2015): 23, 8, 6 and 2.
    """

    flagged: int
    found: int
    repaired: int
    unrepaired: int

    @property
    def share_found(self) -> float | None:
        """The share (0-1) of flagged sessions in which a rupture was found."""
        return self.found / self.flagged if self.flagged else None

    @property
    def share_repaired(self) -> float | None:
        """The share (0-1) of the ruptures found that were repaired."""
        return self.repaired / self.found if self.found else None
