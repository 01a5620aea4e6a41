"""What the window is looking at: a study, who is coding, a session and its coding.

An act is drawn at once and goes to the store's writer; it is *saved* when the commit returned,
and is taken back from the screen when the store refused it.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

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
    Rater,
    State,
    alter,
    anchor_on,
    close_episode,
    coding_of,
    in_time,
    open_episode,
    place,
    remove,
)
from coder.markers import Scheme
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
        self.episode: EpisodeId | None = None
        self.mark: MarkId | None = None
        self.pending = 0
        self.known = False  # whether anybody has said who they are
        self._begun = True  # whether the coding on screen is in the study yet
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
            self.scheme = study.scheme(self.coding.scheme)
            self.marks = {mark.id: mark for mark in study.marks(self.coding.id)}
            self.episodes = {each.id: each for each in study.episodes(self.coding.id)}
            self.episode = next(reversed(self.episodes), None)
        self.opened.emit()
        self.acts_changed.emit()

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
        self.marks, self.episodes = {}, {}
        self.episode = self.mark = None
        self.scheme = None

    def label(self, mark: Mark) -> str:
        """The name of what a mark marks."""
        if mark.marker is not None and self.scheme is not None:
            return self.scheme.marker(mark.marker).label
        if mark.kind == Kind.FLAG:
            return f"{mark.family or Family.UNSURE} flag"
        return KIND_NAMES.get(mark.kind, mark.kind.value)

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
        """Delete the current episode; its marks stay."""
        episode = self.episodes.get(self.episode) if self.episode else None
        if self.editable and self.coding is not None and episode is not None:
            self.apply(close_episode(self.coding, episode, self.marks.values()))
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
        begun = Change("begin a coding", added=(coding,), by=coding.rater_id)

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
        for item in change.removed:
            if item.id not in kept:
                self._drop(item)
        for item in change.added:
            self._take(item)
        self.changed.emit(change)

    def _drop(self, item: Item) -> None:
        if isinstance(item, Mark):
            self.marks.pop(item.id, None)
            self.mark = None if self.mark == item.id else self.mark
        elif isinstance(item, Episode):
            self.episodes.pop(item.id, None)
            if self.episode == item.id:
                self.episode = next(reversed(self.episodes), None)

    def _take(self, item: Item) -> None:
        coding = None if self.coding is None else self.coding.id
        if isinstance(item, Mark) and item.coding_id == coding:
            self.marks[item.id] = item
        elif isinstance(item, Episode) and item.coding_id == coding:
            self.episodes[item.id] = item
        elif isinstance(item, Coding) and item.id == coding:
            self.coding = item
        elif isinstance(item, Session) and self.session is not None:
            self.session = item if item.id == self.session.id else self.session
