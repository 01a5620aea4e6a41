"""Marks, episodes, ratings and changes: values, and the rules about them."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from coder.errors import CoderError
from coder.markers import Marker, Scheme, session_level
from coder.session import (
    Consent,
    Instrument,
    Measure,
    Participant,
    Recording,
    Role,
    Session,
    SessionId,
    Speaker,
    Therapist,
    TherapistId,
    Timing,
    Transcript,
    Turn,
    TurnId,
    format_clock,
    is_backchannel,
    new_id,
)

RaterId = NewType("RaterId", str)
CodingId = NewType("CodingId", str)
EpisodeId = NewType("EpisodeId", str)
MarkId = NewType("MarkId", str)
RatingId = NewType("RatingId", str)
PresenceId = NewType("PresenceId", str)
RelationId = NewType("RelationId", str)


class Family(StrEnum):
    """The movement of a rupture: away from the therapist or the work, or against them."""

    WITHDRAWAL = "withdrawal"
    CONFRONTATION = "confrontation"
    BOTH = "both"
    UNSURE = "unsure"


class Kind(StrEnum):
    """What a mark is about. A flag is a rupture seen but not yet named."""

    MARKER = "marker"
    FLAG = "flag"
    PRECIPITANT = "precipitant"
    STATEMENT = "statement"
    SHIFT = "shift"
    COMPONENT = "component"
    PROCESS = "process"  # neither rupture nor repair: collaboration, an intervention
    SESSION = "session"  # about the session as a whole: late, homework not done


RUPTURE_KINDS = frozenset({Kind.MARKER, Kind.FLAG})
REPAIR_KINDS = frozenset({Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT})


class Outcome(StrEnum):
    """How far the rupture of an episode was repaired."""

    REPAIRED = "repaired"
    PARTLY = "partly"
    NOT = "not"
    CANNOT_TELL = "cannot-tell"


class State(StrEnum):
    """Where a coding stands. A submitted one is locked, until it is reopened with a reason."""

    IN_PROGRESS = "in progress"
    SUBMITTED = "submitted"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Rater:
    """A person who codes; on screen, a coder."""

    id: RaterId
    name: str


class Relationship(StrEnum):
    """What a rater is to a therapist whose sessions they may code."""

    SELF = "self"
    SUPERVISEE = "supervisee"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Relation:
    """A rater's declared relation to a therapist: the rater is their …."""

    id: RelationId
    rater_id: RaterId
    therapist_id: TherapistId
    kind: Relationship


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a mark stands: turns, words and moment together. It may join several turns.

    ``begin`` counts code points into the first turn's text and ``stop`` (exclusive) into the
    last one's. ``quote`` is what they held when the mark was made. Times are ms on the session
    clock; without an ``end_ms`` the mark is a point.
    """

    turns: tuple[TurnId, ...] = ()
    start_ms: int | None = None
    end_ms: int | None = None
    begin: int | None = None
    stop: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One act of coding.

    ``family`` is None outside markers and flags. ``text`` is what the form prints for a repair
    entry; entries of the same kind, episodes and text are one, with several times. A repair may
    answer several episodes, a marker belongs to one at most.
    """

    id: MarkId
    coding_id: CodingId
    kind: Kind
    marker: str | None = None
    family: Family | None = None
    clarity: int | None = None
    person: str = Role.PATIENT.value
    anchor: Anchor | None = None
    text: str = ""
    note: str = ""
    episodes: tuple[EpisodeId, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """One rupture, one coding form."""

    id: EpisodeId
    coding_id: CodingId
    number: int
    precipitant: str = ""
    background: str = ""
    intensity: int | None = None
    noticed: bool | None = None
    outcome_before: Outcome | None = None
    outcome_after: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """A number on a scale of the scheme, for the session, an episode or a segment (its start)."""

    id: RatingId
    coding_id: CodingId
    scale: str
    value: int
    episode_id: EpisodeId | None = None
    segment_ms: int | None = None


class Found(StrEnum):
    """Whether a component of a model is in a session or an episode."""

    PRESENT = "present"
    NOT_PRESENT = "not-present"
    NOT_ANALYSED = "not-analysed"
    NOT_OBSERVABLE = "not-observable"


@dataclass(frozen=True, slots=True)
class Presence:
    """What a rater settled about a component, in an episode or (None) the session as a whole."""

    id: PresenceId
    coding_id: CodingId
    component: str
    found: Found
    episode_id: EpisodeId | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """One rater's pass over one session under one version of a scheme.

    It covers the whole session unless ``covers_from_ms``/``covers_to_ms`` say otherwise.
    """

    id: CodingId
    session_id: SessionId
    rater_id: RaterId
    scheme: str
    scheme_version: str
    state: State = State.IN_PROGRESS
    with_sound: bool = True
    covers_from_ms: int | None = None
    covers_to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StudyScheme:
    """The copy of a scheme that a study codes with; ``content`` is its JSON."""

    id: str
    scheme: str
    version: str
    content: str


@dataclass(frozen=True, slots=True)
class StudySetting:
    """A fact about the study as a whole, such as whether its raters are blind."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class CodedSession:
    """One coding with all that reading it needs; ``turns`` carry their roles.

    ``span_ms`` is what the recordings cover on the session clock, None without one.
    """

    session: Session
    rater: Rater
    coding: Coding
    scheme: Scheme
    turns: tuple[Turn, ...]
    episodes: tuple[Episode, ...]
    marks: tuple[Mark, ...]
    ratings: tuple[Rating, ...] = ()
    presences: tuple[Presence, ...] = ()
    span_ms: tuple[int, int] | None = None


Item = (
    Participant
    | Session
    | Recording
    | Speaker
    | Transcript
    | Timing
    | Therapist
    | Consent
    | Instrument
    | Measure
    | Rater
    | Relation
    | StudyScheme
    | StudySetting
    | Coding
    | Episode
    | Mark
    | Rating
    | Presence
)


@dataclass(frozen=True, slots=True)
class Change:
    """What one act added and removed, by whom (None: the study's lead) and when (UTC, ISO 8601).

    An item that was altered is removed as it was and added as it is. ``what`` names the act for
    people and never holds a patient's words.
    """

    what: str
    removed: tuple[Item, ...] = ()
    added: tuple[Item, ...] = ()
    by: RaterId | None = None
    at: str = ""

    def inverse(self) -> "Change":
        """Return the change that takes this one back."""
        return dataclasses.replace(self, removed=self.added, added=self.removed)


SUBMIT = "submit the coding"
REOPEN = "reopen the coding"


def now() -> str:
    """The present moment as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def merge(what: str, changes: Sequence[Change]) -> Change:
    """Make one act of several, in their order."""
    removed: list[Item] = []
    added: list[Item] = []
    for change in changes:
        for item in change.removed:
            if item in added:
                added.remove(item)
            else:
                removed.append(item)
        added.extend(change.added)
    by = changes[0].by if changes else None
    return Change(what, tuple(removed), tuple(added), by)


def heard_turn(
    turns: Sequence[Turn],
    at_ms: int,
    *,
    reaction_ms: int,
    backchannels: Iterable[str],
    role: Role | None = Role.PATIENT,
) -> Turn | None:
    """Return the turn a key pressed at ``at_ms`` is about.

    It is the coded person's last substantive turn begun before the key less the reaction time,
    because a key comes after what was heard and therapists fill the gaps with “Mmm” (design.md
    4). With the role None it is anyone's turn. None when no such turn has begun.
    """
    words = tuple(backchannels)
    begun = [
        (turn.start_ms, n, turn)
        for n, turn in enumerate(turns)
        if role in {None, turn.role}
        and turn.start_ms is not None
        and turn.start_ms <= at_ms - reaction_ms
    ]
    for _start, _n, turn in sorted(begun, key=lambda each: each[:2], reverse=True):
        if not is_backchannel(turn.text, words):
            return turn
    return None


def anchor_on(
    turns: Sequence[Turn], at_ms: int | None = None, *, begin: int = 0, stop: int | None = None
) -> Anchor:
    """Anchor on whole turns, or from ``begin`` in the first to ``stop`` in the last of them.

    Without ``at_ms`` the moment is the first turn's start.
    """
    last = len(turns[-1].text)
    stop = last if stop is None else stop
    whole = begin == 0 and stop == last
    pieces = [turn.text for turn in turns]
    pieces[-1] = pieces[-1][:stop]
    pieces[0] = pieces[0][begin:]
    return Anchor(
        turns=tuple(turn.id for turn in turns),
        start_ms=turns[0].start_ms if at_ms is None else at_ms,
        begin=None if whole else begin,
        stop=None if whole else stop,
        quote=" … ".join(pieces),
    )


def place(coding: Coding, mark: Mark, name: str) -> Change:
    """Add a mark; ``name`` is the label of what it marks."""
    when = "" if mark.anchor is None else _when(mark.anchor)
    return Change(f"{_verb(mark)} {name}{when}", added=(mark,), by=coding.rater_id)


def alter(coding: Coding, old: Item, new: Item, what: str) -> Change:
    """Replace an item of a coding by another state of it."""
    return Change(what, removed=(old,), added=(new,), by=coding.rater_id)


def remove(coding: Coding, mark: Mark, name: str) -> Change:
    """Take a mark away."""
    when = "" if mark.anchor is None else _when(mark.anchor)
    return Change(f"delete {name}{when}", removed=(mark,), by=coding.rater_id)


def open_episode(coding: Coding, episodes: Iterable[Episode]) -> Change:
    """Begin the next episode of a coding."""
    number = max((episode.number for episode in episodes), default=0) + 1
    episode = Episode(EpisodeId(new_id()), coding.id, number)
    return Change(f"open episode {number}", added=(episode,), by=coding.rater_id)


def close_episode(
    coding: Coding,
    episode: Episode,
    marks: Iterable[Mark],
    given: Iterable[Rating | Presence],
) -> Change:
    """Delete an episode, and what was ``given`` about it: ratings and what components it has.

    Its marks stay and belong to none, or to the others they answer.
    """
    about = [item for item in given if item.episode_id == episode.id]
    mine = [mark for mark in marks if episode.id in mark.episodes]
    freed = [
        dataclasses.replace(mark, episodes=tuple(e for e in mark.episodes if e != episode.id))
        for mark in mine
    ]
    return Change(
        f"delete episode {episode.number}",
        removed=(episode, *mine, *about),
        added=tuple(freed),
        by=coding.rater_id,
    )


def submit(coding: Coding) -> Change:
    """Lock a coding. Raises CoderError when it is locked already."""
    if coding.state == State.SUBMITTED:
        raise CoderError("coding_submitted_already")
    locked = dataclasses.replace(coding, state=State.SUBMITTED)
    return Change(SUBMIT, (coding,), (locked,), coding.rater_id)


def reopen(coding: Coding, reason: str, by: RaterId | None) -> Change:
    """Unlock a submitted coding, with a reason that goes on record. Raises CoderError."""
    if coding.state != State.SUBMITTED:
        raise CoderError("coding_not_submitted")
    if not reason.strip():
        raise CoderError("reason_needed")
    opened = dataclasses.replace(coding, state=State.REOPENED)
    return Change(f"{REOPEN}: {' '.join(reason.split())}", (coding,), (opened,), by)


def begin_phase(session: Session, name: str, at_ms: int | None, by: RaterId | None) -> Change:
    """Say when the measure, or the feedback after it, begins; None takes it away.

    ``name`` is measure or feedback. Raises CoderError when the feedback would come first.
    """
    measure_ms = at_ms if name == "measure" else session.measure_ms
    feedback_ms = at_ms if name == "feedback" else session.feedback_ms
    if measure_ms is not None and feedback_ms is not None and feedback_ms <= measure_ms:
        raise CoderError("phases_out_of_order")
    changed = dataclasses.replace(session, measure_ms=measure_ms, feedback_ms=feedback_ms)
    when = "" if at_ms is None else f" at {format_clock(at_ms)}"
    return Change(f"the {name} begins{when}", (session,), (changed,), by)


def carries(change: Change) -> bool:
    """Tell whether marks only follow their transcript, its times or the clock in a change."""
    what = (Transcript, Timing, Recording)
    before = {item.id: _anywhere(item) for item in change.removed if coding_of(item)}
    after = {item.id: _anywhere(item) for item in change.added if coding_of(item)}
    moves = any(isinstance(item, what) for item in (*change.removed, *change.added))
    return moves and before == after


def _anywhere(item: Item) -> Item:
    return dataclasses.replace(item, anchor=None) if isinstance(item, Mark) else item


def in_time(marks: Iterable[Mark], turns: Iterable[Turn]) -> list[Mark]:
    """Sort marks by moment, then those on untimed turns, those of the whole session last."""
    at = {turn.id: (turn.start_ms, turn.n) for turn in turns}

    def moment(mark: Mark) -> tuple[int, int, int]:
        anchor = mark.anchor or Anchor()
        turn_ms, n = next((at[turn] for turn in anchor.turns if turn in at), (None, 0))
        start_ms = turn_ms if anchor.start_ms is None else anchor.start_ms
        if start_ms is not None:
            return 0, start_ms, n
        return (1 if n else 2), 0, n

    return sorted(marks, key=moment)


def marker_of(mark: Mark, scheme: Scheme) -> Marker | None:
    """The marker of a mark: its scheme's, else one of a session as a whole; None for none.

    A mark may outlive its marker, where its coding is moved to another version.
    """
    for marker in scheme.markers:
        if marker.id == mark.marker:
            return marker
    if mark.marker is None:
        return None
    # Only now: it is a file that ships, and a study is opened without reading one.
    return next((marker for marker in session_level().markers if marker.id == mark.marker), None)


def coding_of(item: Item) -> CodingId | None:
    """The coding an item is a part of, if it is a part of one."""
    return item.coding_id if isinstance(item, Mark | Episode | Rating | Presence) else None


def _verb(mark: Mark) -> str:
    return "flag" if mark.kind == Kind.FLAG else "mark"


def _when(anchor: Anchor) -> str:
    return "" if anchor.start_ms is None else f" at {format_clock(anchor.start_ms)}"
