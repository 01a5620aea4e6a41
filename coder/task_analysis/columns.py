"""What is compared: the episodes, sessions or participants of a rater, each with its outcome.

A repair scheme is coded in a coding of its own. Its episodes are joined to those of the same
rater's coding of ruptures in the session by their number; the outcome is that of the coding of
ruptures, else its own. It is the outcome after the feedback, or before it where none is given
after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coder.coding import (
    REPAIR_KINDS,
    RUPTURE_KINDS,
    CodedSession,
    Episode,
    Mark,
    Rater,
    RaterId,
)
from coder.markers import Scheme
from coder.session import Session, SessionId
from coder.task_analysis.presence import Cell, Index, combined, in_episode, in_session, index

Unit = Literal["session", "episode", "participant"]

GROUPS = {
    "repaired": "Repaired",
    "not": "Unrepaired",
    "partly": "Partly repaired",
    "cannot-tell": "Cannot tell",
    "mixed": "Outcomes differ",
    "not-given": "No outcome given",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A rater's codings of a session: that under the scheme of repair, and that of ruptures."""

    session: Session
    rater: Rater
    repair: CodedSession | None
    ruptures: CodedSession | None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the episodes that either coding has."""
        codings = [each for each in (self.repair, self.ruptures) if each is not None]
        return tuple(sorted({e.number for coded in codings for e in coded.episodes}))

    def outcome(self, number: int) -> str:
        """How the episode of a number ended."""
        for coded in (self.ruptures, self.repair):
            for episode in () if coded is None else coded.episodes:
                if episode.number == number and _final(episode) != "not-given":
                    return _final(episode)
        return "not-given"


@dataclass(frozen=True, slots=True)
class Column:
    """An episode, a session or a participant, as one rater coded it.

    ``number`` is the episode's, None for more than one. ``state`` is that of the coding under the
    scheme, ``none`` without one. ``cells`` are in the order of the rows. The marks are those that
    times and order are taken from: none for a participant, whose sessions have no common clock.
    """

    label: str
    session: Session | None
    participant: str
    rater: Rater
    number: int | None
    outcome: str
    state: str
    ruptures_by: str
    cells: tuple[Cell, ...]
    pair: Pair | None
    components: tuple[Mark, ...] = ()
    ruptures: tuple[Mark, ...] = ()
    repairs: tuple[Mark, ...] = ()


def pairs(coded: Iterable[CodedSession], scheme: str) -> tuple[Pair, ...]:
    """Join each rater's coding of a session under a scheme with their coding of its ruptures.

    Of several codings of ruptures it is the first with episodes.
    """
    codings: dict[tuple[SessionId, RaterId], list[CodedSession]] = {}
    for each in coded:
        codings.setdefault((each.session.id, each.rater.id), []).append(each)
    return tuple(_pair(mine, scheme) for mine in codings.values())


def _pair(codings: Sequence[CodedSession], scheme: str) -> Pair:
    repair = next((each for each in codings if each.scheme.id == scheme), None)
    of_ruptures = [each for each in codings if not each.scheme.of_repair]
    if repair in of_ruptures:
        of_ruptures = [repair]
    ruptures = next((each for each in of_ruptures if each.episodes), None)
    if ruptures is None and of_ruptures:
        ruptures = of_ruptures[0]
    return Pair(codings[0].session, codings[0].rater, repair, ruptures)


def columns(joined: Sequence[Pair], rows: Sequence[str], by: Unit) -> tuple[Column, ...]:
    """Lay out what is compared, its cells in the order of ``rows`` (ids of components)."""
    several = len({pair.rater.id for pair in joined}) > 1
    if by == "episode":
        return tuple(
            _of_episode(pair, coding, number, rows, several=several)
            for pair in joined
            for coding in (index(pair.repair),)
            for number in pair.numbers
        )
    sessions = [_of_session(pair, rows, several=several) for pair in joined]
    if by == "session":
        return tuple(sessions)
    people: dict[tuple[str, RaterId], list[Column]] = {}
    for each in sessions:
        people.setdefault((each.participant, each.rater.id), []).append(each)
    return tuple(_of_participant(each, several=several) for each in people.values())


def _of_episode(
    pair: Pair, coding: Index | None, number: int, rows: Sequence[str], *, several: bool
) -> Column:
    alone = len(pair.numbers) == 1
    return Column(
        label=_named(f"{pair.session.address} #{number}", pair.rater, several=several),
        session=pair.session,
        participant=pair.session.participant,
        rater=pair.rater,
        number=number,
        outcome=pair.outcome(number),
        state=_state(pair),
        ruptures_by=_ruptures_by(pair),
        cells=tuple(in_episode(coding, row, number, alone=alone) for row in rows),
        pair=pair,
        components=_marks(pair.repair, number, alone=alone),
        ruptures=tuple(
            mark
            for mark in _marks(pair.ruptures, number, alone=alone)
            if mark.kind in RUPTURE_KINDS
        ),
        repairs=_repairs(pair, number, alone=alone),
    )


def _of_session(pair: Pair, rows: Sequence[str], *, several: bool) -> Column:
    outcomes = {pair.outcome(number) for number in pair.numbers} or {"not-given"}
    every = () if pair.ruptures is None else pair.ruptures.marks
    coding = index(pair.repair)
    return Column(
        label=_named(pair.session.address, pair.rater, several=several),
        session=pair.session,
        participant=pair.session.participant,
        rater=pair.rater,
        number=None,
        outcome=outcomes.pop() if len(outcomes) == 1 else "mixed",
        state=_state(pair),
        ruptures_by=_ruptures_by(pair),
        cells=tuple(in_session(coding, row) for row in rows),
        pair=pair,
        components=() if pair.repair is None else pair.repair.marks,
        ruptures=tuple(mark for mark in every if mark.kind in RUPTURE_KINDS),
        repairs=_repairs(pair, None, alone=True),
    )


def _of_participant(sessions: Sequence[Column], *, several: bool) -> Column:
    first = sessions[0]
    outcomes = {each.outcome for each in sessions}
    states = {each.state for each in sessions}
    by = {each.ruptures_by for each in sessions}
    return Column(
        label=_named(first.participant, first.rater, several=several),
        session=None,
        participant=first.participant,
        rater=first.rater,
        number=None,
        outcome=outcomes.pop() if len(outcomes) == 1 else "mixed",
        state=", ".join(sorted(states)),
        ruptures_by=", ".join(sorted(filter(None, by))),
        cells=tuple(map(combined, zip(*(each.cells for each in sessions), strict=True))),
        pair=None,
    )


def _final(episode: Episode) -> str:
    outcome = episode.outcome_after or episode.outcome_before
    return "not-given" if outcome is None else outcome.value


def _state(pair: Pair) -> str:
    return "none" if pair.repair is None else pair.repair.coding.state.value


def _ruptures_by(pair: Pair) -> str:
    return "" if pair.ruptures is None else pair.ruptures.scheme.id


def _named(label: str, rater: Rater, *, several: bool) -> str:
    return f"{label} \u00b7 {rater.name}" if several else label


def _marks(coded: CodedSession | None, number: int | None, *, alone: bool) -> tuple[Mark, ...]:
    """The marks of an episode (with those of none if it is ``alone``), without a number all."""
    if coded is None or number is None:
        return () if coded is None else coded.marks
    mine = {each.id for each in coded.episodes if each.number == number}
    return tuple(
        mark for mark in coded.marks if (mine & {*mark.episodes}) or (alone and not mark.episodes)
    )


def _repairs(pair: Pair, number: int | None, *, alone: bool) -> tuple[Mark, ...]:
    """What answers a rupture, in either coding, each mark once."""
    found = {
        mark.id: mark
        for coded in (pair.ruptures, pair.repair)
        for mark in _marks(coded, number, alone=alone)
        if mark.kind in REPAIR_KINDS
    }
    return tuple(found.values())


def scheme_rows(scheme: Scheme, *, parts: bool = False) -> tuple[str, ...]:
    """The rows of a table: those the scheme names, else its categories.

    With ``parts`` they are all its categories, each with its sub-categories. In a scheme that has
    components they alone are rows. What is retired is none.
    """
    components = [each for each in scheme.offered() if each.kind == "component"]
    chosen = components or [each for each in scheme.offered() if each.kind != "session"]
    categories = [each.id for each in chosen if each.part_of is None]
    if not parts:
        return tuple(n for n in scheme.prevalence if not scheme.marker(n).retired) or (*categories,)
    below = {name: [each.id for each in chosen if each.part_of == name] for name in categories}
    return tuple(name for each in categories for name in (each, *below[each]))
