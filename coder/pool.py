"""The pool: which sessions a rule selects, why, what was found in them, and how they ended.

A rule is whatever gives a session a reason (the PSQ's tension, a drop in the SRS); this module
takes the reasons and follows the sessions. The unit is the session: of 23 that were flagged,
ruptures were found in 8, of which 6 were repaired. What a rule cannot tell of a session is counted
apart: it is neither flagged nor passed by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coder import measures, people
from coder.coding import RUPTURE_KINDS, CodedSession, Outcome, Rater, State
from coder.consents import today, use_of
from coder.errors import Notice
from coder.measures import Verdict
from coder.measures.listing import Cell, Listing, selected_by, yes_no
from coder.session import Purpose, Session, SessionId
from coder.study import Study, Viewer
from coder.words import say


class Stand(StrEnum):
    """How far the coding of a session is."""

    NOT_CODED = "not coded"
    UNDER_WAY = "in progress"
    DONE = "submitted"


@dataclass(frozen=True, slots=True)
class Pooled:
    """A session of the pool.

    ``measured`` says whether the session has what the rule asks about, ``reason`` why it selects
    it, None where it does not; ``undecided`` is the key of why it cannot tell. ``found`` tells
    whether a rupture was coded, None where nothing was coded yet; ``outcome`` is None without a
    rupture, and where no outcome was given.
    """

    session: Session
    measured: bool
    reason: str | None
    stand: Stand
    found: bool | None
    outcome: Outcome | None
    undecided: str | None = None

    @property
    def selected(self) -> bool | None:
        """Whether the rule selects it; None where it cannot be asked, or cannot tell."""
        return self.reason is not None if self.measured and self.undecided is None else None

    @property
    def why(self) -> str:
        """Why it is selected, or is not, in words."""
        if not self.measured:
            return "no measure"
        if self.undecided is not None:
            return f"cannot be told: {say(Notice(self.undecided))}"
        return self.reason or "not selected"


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many sessions are left at each step; ``outcomes`` are of those with a rupture found.

    Those with a measure are ``flagged``, ``passed`` by or ``undecided``. ``elsewhere`` counts
    sessions in which a rupture was found though the rule passed them by, ``beside`` those of which
    it could tell nothing.
    """

    sessions: int
    measured: int
    passed: int
    undecided: int
    flagged: int
    coded: int
    found: int
    outcomes: Mapping[Outcome | None, int]
    elsewhere: int
    beside: int

    def rows(self) -> tuple[tuple[str, int], ...]:
        """The funnel as a table: what is counted, and how many sessions."""
        return (
            ("sessions", self.sessions),
            ("with a measure", self.measured),
            ("of these not flagged", self.passed),
            ("cannot be told", self.undecided),
            ("flagged by the rule", self.flagged),
            ("of these coded", self.coded),
            ("rupture found", self.found),
            *((_TOLD[outcome], n) for outcome, n in self.outcomes.items()),
            ("rupture found, not flagged", self.elsewhere),
            ("rupture found, no measure or cannot be told", self.beside),
        )


_TOLD: dict[Outcome | None, str] = {
    Outcome.REPAIRED: "repaired",
    Outcome.PARTLY: "partly repaired",
    Outcome.NOT: "not repaired",
    Outcome.CANNOT_TELL: "cannot tell",
    None: "no outcome given",
}


@dataclass(frozen=True, slots=True)
class Outside:
    """The sessions of a study that are not in its pool, by address.

    ``ended``: consent to their use has ended; ``elsewhere``: for training or calibration.
    """

    ended: tuple[str, ...]
    elsewhere: tuple[str, ...]

    def notices(self) -> list[Notice]:
        """What is to be said of them."""
        ended = Notice("measures_left_out", {"sessions": ", ".join(self.ended)})
        elsewhere = Notice("pool_elsewhere", {"sessions": ", ".join(self.elsewhere)})
        return [*([ended] if self.ended else []), *([elsewhere] if self.elsewhere else [])]


def outside(study: Study) -> Outside:
    """Name the sessions that are left out of the pool, whatever the rule."""
    on = today()
    every = study.sessions()
    ended = [s for s in every if people.allows(study, s, use_of(s), on) is not None]
    elsewhere = [s for s in every if s not in ended and s.purpose != Purpose.STUDY]
    return Outside(tuple(s.address for s in ended), tuple(s.address for s in elsewhere))


def pool(
    study: Study,
    viewer: Viewer,
    reasons: Mapping[SessionId, Verdict],
    rater: Rater | None = None,
) -> list[Pooled]:
    """Follow the study's sessions, as one rater coded them, or (None) as anybody did.

    ``reasons`` holds every session that has what the rule asks about. Left out are sessions for
    training or calibration, and those to whose use consent has ended.
    """
    on = today()
    sessions = [
        each
        for each in study.sessions()
        if each.purpose == Purpose.STUDY and people.allows(study, each, use_of(each), on) is None
    ]
    raters = None if rater is None else [rater]
    coded: dict[SessionId, list[CodedSession]] = {}
    for each in study.coded(viewer, sessions=sessions, raters=raters):
        coded.setdefault(each.session.id, []).append(each)
    return [_followed(each, reasons.get(each.id), coded.get(each.id, ())) for each in sessions]


def funnel(pooled: Iterable[Pooled]) -> Funnel:
    """Count the sessions that are left at each step."""
    every = tuple(pooled)
    flagged = [each for each in every if each.reason is not None]
    found = [each for each in flagged if each.found]
    outcomes = [each.outcome for each in found]
    return Funnel(
        len(every),
        sum(each.measured for each in every),
        sum(each.selected is False for each in every),
        sum(each.undecided is not None for each in every),
        len(flagged),
        sum(each.stand != Stand.NOT_CODED for each in flagged),
        len(found),
        {outcome: outcomes.count(outcome) for outcome in _TOLD},
        sum(bool(each.found) for each in every if each.selected is False),
        sum(bool(each.found) for each in every if each.selected is None),
    )


_COLUMNS = {
    "session": "participant/number",
    "measured": "whether it has what the rule asks about",
    "selected": "whether the rule selects it; empty where that cannot be told",
    "reason": "why, or why that cannot be told",
    "coding": "not coded, in progress or submitted",
    "rupture_found": "whether a rupture was coded; empty where nothing was coded yet",
    "outcome": "of its ruptures together",
}


def listing(
    pooled: Iterable[Pooled], settings: Mapping[str, Cell], notes: Sequence[str] = ()
) -> Listing:
    """The pool as a table to be written out, the funnel among its notes."""
    every = tuple(pooled)
    rows: list[dict[str, Cell]] = [
        {
            "session": each.session.address,
            "measured": yes_no(each.measured),
            "selected": yes_no(each.selected),
            "reason": each.why,
            "coding": each.stand.value,
            "rupture_found": yes_no(each.found),
            "outcome": None if each.outcome is None else each.outcome.value,
        }
        for each in every
    ]
    steps = [f"{step}: {n}" for step, n in funnel(every).rows()]
    return Listing("pool", "Sessions of the pool", _COLUMNS, rows, settings, [*notes, *steps])


def pool_listing(
    study: Study, viewer: Viewer, asked: measures.Selection, rater: Rater | None = None
) -> Listing:
    """The table of the pool that a rule makes. Raises CoderError."""
    found = pool(study, viewer, measures.reasons(study, asked, viewer), rater)
    notes = [say(each) for each in outside(study).notices()]
    return listing(found, selected_by(asked), notes)


def outcome_of(outcomes: Iterable[Outcome | None]) -> Outcome | None:
    """The outcome of a session from those of its ruptures; None where none was given.

    It is repaired, or not, where all its ruptures are; partly, where some are. Otherwise one
    cannot tell: what was left open counts as that beside another.
    """
    given = set(outcomes)
    if not given - {None}:
        return None
    given = {Outcome.CANNOT_TELL if each is None else each for each in given}
    if len(given) == 1:
        return given.pop()
    some = Outcome.PARTLY in given or {Outcome.REPAIRED, Outcome.NOT} <= given
    return Outcome.PARTLY if some else Outcome.CANNOT_TELL


def _followed(session: Session, verdict: Verdict | None, coded: Sequence[CodedSession]) -> Pooled:
    ruptures = any(mark.kind in RUPTURE_KINDS for each in coded for mark in each.marks)
    episodes = _episodes(coded)
    done = bool(coded) and all(each.coding.state == State.SUBMITTED for each in coded)
    stand = Stand.DONE if done else Stand.UNDER_WAY if coded else Stand.NOT_CODED
    return Pooled(
        session,
        verdict is not None,
        verdict.reason if verdict is not None and verdict.selected else None,
        stand,
        (ruptures or bool(episodes)) if coded else None,
        outcome_of(episodes.values()),
        verdict.reason if verdict is not None and verdict.selected is None else None,
    )


def _episodes(coded: Iterable[CodedSession]) -> dict[tuple[str, int], Outcome | None]:
    """The outcome of each rupture: by rater and number, as a coding of repair numbers them too.

    The outcome after the feedback goes before that before it; that of the coding of ruptures
    before that of the coding of repair.
    """
    found: dict[tuple[str, int], Outcome | None] = {}
    for each in sorted(coded, key=lambda one: one.scheme.of_repair):
        for episode in each.episodes:
            outcome = episode.outcome_after or episode.outcome_before
            rupture = (each.rater.id, episode.number)
            found[rupture] = found.get(rupture) or outcome
    return found
