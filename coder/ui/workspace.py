"""What the window is looking at: a study, who is coding, a session and its coding.

An act is drawn at once and goes to the store's writer; it is *saved* when the commit returned,
and is taken back from the screen when the store refused it.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from coder.coding import (
    Change,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Item,
    Kind,
    Mark,
    MarkId,
    Presence,
    PresenceId,
    Rater,
    Rating,
    RatingId,
    State,
    alter,
    anchor_on,
    close_episode,
    coding_of,
    in_time,
    marker_of,
    open_episode,
    place,
    remove,
)
from coder.episodes import take_over
from coder.markers import Marker, Scheme
from coder.segments import length_s
from coder.session import (
    Recording,
    Session,
    Turn,
    TurnId,
    is_backchannel,
    new_id,
)
from coder.settings import Settings
from coder.study import Study, Viewer
from coder.ui.tasks import Tasks

KIND_NAMES = {
    Kind.PRECIPITANT: "Precipitant",
    Kind.STATEMENT: "Statement of understanding",
    Kind.SHIFT: "Affective shift",
    Kind.COMPONENT: "Component",
    Kind.PROCESS: "Process",
    Kind.SESSION: "Around the session",
}


def _nothing(_done: object) -> None:
    """Take note of nothing."""


class Workspace(QObject):
    """The state every view shows. Views listen; they never keep a copy."""

    leaving = Signal()
    opened = Signal()
    retimed = Signal()
    changed = Signal(object)
    saved = Signal(bool)
    failed = Signal(object)
    pointed = Signal(object)
    acts_changed = Signal()
    busy = Signal(str)
    said = Signal(str)
    troubled = Signal(object)
    stuck = Signal(object)

    def __init__(self, tasks: Tasks, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.settings = settings
        self.study: Study | None = None
        self.rater: Rater | None = None
        self.scheme_id: str | None = None
        self.session: Session | None = None
        self.recording: Recording | None = None
        self.coding: Coding | None = None
        self.scheme: Scheme | None = None
        self.turns: tuple[Turn, ...] = ()
        self.substantive: frozenset[TurnId] = frozenset()
        self.marks: dict[MarkId, Mark] = {}
        self.episodes: dict[EpisodeId, Episode] = {}
        self.ratings: dict[RatingId, Rating] = {}
        self.presences: dict[PresenceId, Presence] = {}
        self.segment_ms: int | None = None  # how long the scheme's segments are in this study
        self.episode: EpisodeId | None = None
        self.mark: MarkId | None = None
        self.pending = 0
        self.known = False  # whether anybody has said who they are
        self._begun = True  # whether the coding on screen is in the study yet
        self._carried: tuple[Episode, ...] = ()  # what a coding not yet in the study begins with
        self._markers: dict[str, Marker | None] = {}
        self._draft = False

    # What is open

    @property
    def viewer(self) -> Viewer:
        """Whose eyes these are; None is the lead."""
        return None if self.rater is None else self.rater.id

    @property
    def editable(self) -> bool:
        """Whether the coding on screen is the rater's own and not yet submitted."""
        coding = self.coding
        return (
            coding is not None
            and coding.rater_id == self.viewer
            and coding.state != State.SUBMITTED
        )

    def open_study(
        self, study: Study | None, rater: Rater | None = None, *, known: bool = True
    ) -> None:
        """Look at another study, as a rater or (None) the lead; or not ``known`` as whom."""
        self.leave()
        self.study, self.rater, self.known = study, rater, known
        self.session = self.coding = self.recording = None
        self._forget()
        self.opened.emit()

    def open_session(self, session: Session, coding: CodingId | None = None) -> None:
        """Look at a session: the rater's coding, begun if need be, or for the lead any."""
        study = self.study
        assert study is not None  # noqa: S101 - a session is opened from a study's list
        self.leave()
        self._forget()
        self.session = session
        self.turns = study.turns(session.id)
        words = self.settings.backchannels
        self.substantive = frozenset(t.id for t in self.turns if not is_backchannel(t.text, words))
        self.recording = next(iter(study.recordings(session.id)), None)
        self.coding = self._coding(study, session, coding)
        if self.coding is not None:
            self.scheme = study.scheme(self.coding.scheme, self.coding.scheme_version)
            self._read(study, self.coding)
            self.episode = next(reversed(self.episodes), None)
        self.opened.emit()
        self.acts_changed.emit()

    def _read(self, study: Study, coding: Coding) -> None:
        """Take up all that a coding holds, or will begin with."""
        assert self.scheme is not None  # noqa: S101 - a coding has a scheme
        self._markers = {marker.id: marker for marker in self.scheme.markers}
        seconds = length_s(study, self.scheme)
        self.segment_ms = None if seconds is None else seconds * 1000
        self.marks = {mark.id: mark for mark in study.marks(coding.id)}
        self.ratings = {each.id: each for each in study.ratings(coding.id)}
        self.presences = {each.id: each for each in study.presences(coding.id)}
        if not self._begun and self.scheme.of_repair:
            self._carried = take_over(coding, _ruptures(study, coding))
        episodes = study.episodes(coding.id) if self._begun else self._carried
        self.episodes = {each.id: each for each in episodes}

    def leave(self) -> None:
        """Have what is being typed kept and every act written, before looking elsewhere."""
        self.leaving.emit()
        self.tasks.settle()

    def _coding(self, study: Study, session: Session, wanted: CodingId | None) -> Coding | None:
        self._begun = True
        if self.rater is not None and wanted is None:
            # Looking is not coding: a new one is begun with the first act.
            coding = study.coding_or_new(session, self.rater, study.scheme(self.scheme_id))
            self._begun = coding in study.codings(self.viewer, session.id)
            return coding
        codings = study.codings(self.viewer, session.id)
        chosen = [coding for coding in codings if wanted in {None, coding.id}]
        return chosen[0] if chosen else None

    def _forget(self) -> None:
        self.turns, self.substantive = (), frozenset()
        self.marks, self.episodes, self.ratings, self.presences = {}, {}, {}, {}
        self.episode = self.mark = self.scheme = self.segment_ms = None
        self._markers, self._carried = {}, ()

    def label(self, mark: Mark) -> str:
        """The name of what a mark marks."""
        marker = self.marker_of(mark)
        if marker is not None:
            return marker.label
        if mark.marker is not None:
            return f"{mark.marker} (no longer in the scheme)"
        if mark.kind == Kind.FLAG:
            return f"{mark.family or Family.UNSURE} flag"
        return KIND_NAMES.get(mark.kind, mark.kind.value)

    def marker_of(self, mark: Mark) -> Marker | None:
        """What a mark was made with; None where it has no marker, or its scheme has it no longer.

        Found once: a timeline asks it of every mark it draws.
        """
        if mark.marker is None or self.scheme is None:
            return None
        if mark.marker not in self._markers:
            self._markers[mark.marker] = marker_of(mark, self.scheme)
        return self._markers[mark.marker]

    def in_order(self) -> list[Mark]:
        """The marks by moment, then by turn."""
        return in_time(self.marks.values(), self.turns)

    def marks_on(self, turn: TurnId) -> list[Mark]:
        """The marks that begin on a turn, by moment."""
        here = [m for m in self.marks.values() if m.anchor and m.anchor.turns[:1] == (turn,)]
        return sorted(here, key=lambda mark: (mark.anchor and mark.anchor.start_ms) or 0)

    def point(self, mark: MarkId | None) -> None:
        """Choose the mark that the next act is about."""
        self.mark = mark
        self.pointed.emit(mark)

    # Acts

    def mark_turns(
        self,
        turns: Iterable[Turn],
        at_ms: int | None,
        kind: Kind,
        *,
        marker: str | None = None,
        family: Family | None = None,
        clarity: int | None = None,
        text: str = "",
    ) -> Mark | None:
        """Place a mark on turns, in the current episode; None when nothing can be marked."""
        turns = tuple(turns)
        if self.coding is None or not self.editable or not turns:
            return None
        mark = Mark(
            MarkId(new_id()),
            self.coding.id,
            kind,
            marker,
            family,
            clarity,
            person=turns[0].role.value,
            anchor=anchor_on(turns, at_ms),
            text=text,
            episodes=() if self.episode is None else (self.episode,),
        )
        name = str(family) if kind == Kind.FLAG else self.label(mark)
        self.apply(place(self.coding, mark, name))
        self.point(mark.id)
        return mark

    def alter_mark(self, mark: Mark, what: str, **fields: object) -> None:
        """Change something about a mark."""
        altered = dataclasses.replace(mark, **fields)  # type: ignore[arg-type] # names of its fields
        if self.editable and self.coding is not None and altered != mark:
            self.apply(alter(self.coding, mark, altered, f"{what} {self.label(altered)}"))

    def delete_mark(self, mark: Mark) -> None:
        """Take a mark away."""
        if self.editable and self.coding is not None:
            self.apply(remove(self.coding, mark, self.label(mark)))

    def add_episode(self) -> None:
        """Open the next episode; marks made from now on belong to it."""
        if self.editable and self.coding is not None:
            change = open_episode(self.coding, self.episodes.values())
            self.apply(change)
            self.choose_episode(next(reversed(self.episodes)))

    def choose_episode(self, episode: EpisodeId | None) -> None:
        """Make an episode the current one."""
        self.episode = episode
        self.changed.emit(Change("choose an episode"))

    def alter_episode(self, episode: Episode, what: str, **fields: object) -> None:
        """Change something about an episode."""
        altered = dataclasses.replace(episode, **fields)  # type: ignore[arg-type] # names of its fields
        if self.editable and self.coding is not None and altered != episode:
            self.apply(alter(self.coding, episode, altered, f"{what} of episode {episode.number}"))

    def delete_episode(self) -> None:
        """Delete the current episode and what was given about it; its marks stay."""
        episode = self.episodes.get(self.episode) if self.episode else None
        if self.editable and self.coding is not None and episode is not None:
            given: list[Rating | Presence] = [*self.ratings.values(), *self.presences.values()]
            self.apply(close_episode(self.coding, episode, self.marks.values(), given))
            self.choose_episode(next(reversed(self.episodes), None))

    def apply(self, change: Change) -> None:
        """Draw an act now, and have it written; every act of the window goes through here."""
        study = self.study
        assert study is not None  # noqa: S101 - there is no act without a study
        if any(coding_of(item) is not None for item in (*change.added, *change.removed)):
            self.begin()
        self.count(1)
        self.draw(change)

        def kept(_done: object) -> None:
            self.count(-1)
            self.acts_changed.emit()

        def refused(fault: BaseException) -> None:
            self.draw(change.inverse())
            self.count(-1)
            self.failed.emit(fault)

        self.tasks.write(lambda: study.apply(change), kept, refused)

    def begin(self) -> None:
        """Have the coding on screen be in the study, if it is not yet."""
        study, coding = self.study, self.coding
        if self._begun or study is None or coding is None:
            return
        self._begun = True
        begun = Change("begin a coding", added=(coding, *self._carried), by=coding.rater_id)

        def refused(_fault: BaseException) -> None:
            self._begun = False  # the act that needed it is refused too, and says why

        self.tasks.write(lambda: study.apply(begun, "final"), _nothing, refused)

    def set_draft(self, *, on: bool) -> None:
        """Say whether something typed is not yet an act; it is not shown as saved meanwhile."""
        self._draft = on
        self.saved.emit(self.pending == 0 and not on)

    def do(self, told: str, work: Callable[[], Session | None], after: Sequence[str] = ()) -> None:
        """Do something to the study in the writer's order, then show the session it returns.

        ``after`` is what there is to say when it is done.
        """
        self.busy.emit(told)

        def then(session: Session | None) -> None:
            self.busy.emit("")
            self.open_study(self.study, self.rater)
            if session is not None:
                self.open_session(session)
            for each in after:
                self.said.emit(each)

        def refused(fault: BaseException) -> None:
            self.busy.emit("")
            self.troubled.emit(fault)

        self.tasks.write(work, then, refused)

    def reload(self) -> None:
        """Look again at what is open, as it is now."""
        study, session, coding = self.study, self.session, self.coding
        if study is None:
            return
        kept = {each.id: each for each in study.sessions()}
        if session is None or session.id not in kept:
            self.open_study(study, self.rater, known=self.known)
        else:
            self.open_session(kept[session.id], None if self.rater or coding is None else coding.id)

    def retime(self, turns: tuple[Turn, ...], marks: Iterable[Mark]) -> None:
        """Show the same turns with other times, and the marks that follow them."""
        self.turns = turns
        self.marks = {mark.id: mark for mark in marks}
        self.retimed.emit()

    def count(self, by: int) -> None:
        """So many more acts wait for the writer."""
        self.pending += by
        self.saved.emit(self.pending == 0 and not self._draft)

    def draw(self, change: Change) -> None:
        """Bring what is on screen up to date with a change."""
        kept = {item.id for item in change.added}
        gone = [item for item in change.removed if item.id not in kept]
        for item in gone:
            self._drop(item)
        self._begun = self._begun and self.coding not in gone
        for item in change.added:
            self._take(item)
        self.changed.emit(change)

    def _drop(self, item: Item) -> None:
        self._shelf(item).pop(item.id, None)
        if self.mark == item.id:
            self.mark = None
        if self.episode == item.id:
            self.episode = next(reversed(self.episodes), None)

    def _shelf(self, item: Item) -> dict[Any, Any]:
        """Where an item is kept while its coding is on screen."""
        shelves: dict[type, dict[Any, Any]] = {
            Mark: self.marks,
            Episode: self.episodes,
            Rating: self.ratings,
            Presence: self.presences,
        }
        return shelves.get(type(item), {})

    def _take(self, item: Item) -> None:
        coding = None if self.coding is None else self.coding.id
        if coding is not None and coding_of(item) == coding:
            self._shelf(item)[item.id] = item
        elif isinstance(item, Coding) and item.id == coding:
            self.coding, self._begun = item, True
        elif isinstance(item, Session) and self.session is not None:
            self.session = item if item.id == self.session.id else self.session


def _ruptures(study: Study, coding: Coding) -> list[tuple[Coding, list[Episode]]]:
    """The codings of ruptures of the same rater and session, with their episodes."""
    return [
        (each, study.episodes(each.id))
        for each in study.codings(coding.rater_id, coding.session_id)
        if not study.scheme(each.scheme, each.scheme_version).of_repair
    ]
