"""An open study: what it holds, and the one place anything in it changes.

``viewer`` says who is looking: a rater's id, or None for the study's lead. While the study is
blind, a rater is given no coding but their own.
"""

import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from coder import consents, markers
from coder.coding import (
    Change,
    CodedSession,
    Coding,
    CodingId,
    Rater,
    RaterId,
    Relationship,
    State,
    StudyScheme,
    StudySetting,
    coding_of,
    marker_of,
    now,
)
from coder.contents import Contents
from coder.errors import CoderError
from coder.following import up_to_date
from coder.markers import Scheme
from coder.session import (
    Measure,
    Session,
    SessionId,
    Transcript,
    Turn,
    covered,
    is_name,
    new_id,
)
from coder.store import backup, copies, log
from coder.store.file import StudyFile

Viewer = RaterId | None
LEAD = None
UNBLIND = "unblind"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in a study: a turn, or a rater's mark."""

    session: Session
    turn: Turn | None
    rater: Rater | None
    start_ms: int | None
    text: str


class Study(Contents):
    """An open study file with the rules of the field around it."""

    def __init__(self, file: StudyFile) -> None:
        self._file = file
        self._listeners: list[Callable[[Change], None]] = []
        # Kept at hand: the menu names the next undo after every act.
        self._acts: dict[Viewer, log.Acts] = {}
        self._acting = threading.RLock()
        self.path = file.path
        self.encrypted = file.encrypted

    @classmethod
    def create(
        cls, path: Path, scheme_ids: Iterable[str], passphrase: str | None = None
    ) -> "Study":
        """Make a study that codes with the given schemes. Raises CoderError."""
        schemes = [markers.load(scheme_id) for scheme_id in scheme_ids]
        kept = tuple(
            StudyScheme(new_id(), scheme.id, scheme.version, markers.to_json(scheme))
            for scheme in schemes
        )
        made = Change("make the study", added=(StudySetting("blind", "yes"), *kept))
        return cls(StudyFile.create(path, passphrase, made))

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None, *, write: bool = True) -> "Study":
        """Open a study; only reading commands do so without ``write``. Raises CoderError."""
        return cls(StudyFile.open(path, passphrase, write=write))

    def close(self) -> None:
        """Close the file and free its lock."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Changing

    def apply(self, change: Change, kind: str = "change", ref: int | None = None) -> Change:
        """Carry a change out, log it, and announce it once; committed on return.

        Raises CoderError, with nothing changed.
        """
        if kind in {"change", "final"}:  # undoing brings back what was, and uses nothing anew
            self._demand_consent(change)
        change = dataclasses.replace(change, at=now())
        with self._acting:
            before = self._acts_of(change.by)
            entry = self._file.apply(change, kind=kind, ref=ref)
            self._acts[change.by] = log.acts([entry], before)
        for listener in tuple(self._listeners):
            listener(change)
        return change

    def _demand_consent(self, change: Change) -> None:
        """Refuse what is made of sessions that may no longer be used: they, their words, codings.

        Raises CoderError.
        """
        gone = {item.id for item in change.removed}
        new = [item for item in change.added if item.id not in gone]
        codings = [item for item in new if isinstance(item, Coding)]
        parts = {coding_of(item) for item in new} - {None, *(each.id for each in codings)}
        codings += [each for part in parts for each in self._file.read(Coding, id=part)]
        sessions = {item.id: item for item in change.added if isinstance(item, Session)}
        used = {item.id for item in new if isinstance(item, Session)}
        used |= {each.session_id for each in codings}
        used |= {item.session_id for item in new if isinstance(item, Transcript)}
        for wanted in used - sessions.keys():
            sessions |= {each.id: each for each in self._file.read(Session, id=wanted)}
        for session in (sessions[each] for each in used if each in sessions):
            use, kept = consents.use_of(session), self.consents()
            fault = consents.refusal(session, self.therapists(), kept, use, consents.today())
            if fault is not None:
                raise fault

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Have every change announced, also those the listener caused."""
        self._listeners.append(listener)

    def undo(self, by: Viewer) -> Change | None:
        """Take back a rater's last act, across restarts; None when there is nothing to undo."""
        done = self._acts_of(by).done
        if not done:
            return None
        inverse = up_to_date(self, self._file.change(done[-1]).inverse())
        # A coder who came in with a coding stays: they may be at work.
        kept = tuple(item for item in inverse.removed if not isinstance(item, Rater))
        inverse = dataclasses.replace(inverse, removed=kept)
        return self.apply(inverse, "undo", done[-1].seq)

    def redo(self, by: Viewer) -> Change | None:
        """Do again what was undone last; None when there is nothing to redo."""
        undone = self._acts_of(by).undone
        if not undone:
            return None
        again = up_to_date(self, self._file.change(undone[-1]))
        new = tuple(item for item in again.added if not isinstance(item, Rater))
        again = dataclasses.replace(again, added=new)
        return self.apply(again, "redo", undone[-1].seq)

    def pass_over(self, by: Viewer) -> None:
        """Let a rater's last act stand for good: it can no longer be undone.

        So that what was done before it can be.
        """
        with self._acting:
            before = self._acts_of(by)
            if before.done:
                last = before.done[-1]
                entry = self._file.note(f"keep: {last.what}", by, kind="skip", ref=last.seq)
                self._acts[by] = log.acts([entry], before)

    def last_session(self, viewer: Viewer) -> SessionId | None:
        """The session a rater left off in."""
        return self._file.last_place(viewer or "lead")

    def _acts_of(self, by: Viewer) -> log.Acts:
        if by not in self._acts:
            with self._acting:
                self._acts[by] = self._file.acts(by)
        return self._acts[by]

    def next_acts(self, by: Viewer) -> tuple[str | None, str | None]:
        """Name what undo and redo would do; None where there is nothing, or it is locked."""
        acts = self._acts_of(by)
        last, again = acts.done[-1:], acts.undone[-1:]
        names = [
            next((entry.what for entry in entries if not self._is_locked(entry)), None)
            for entries in (last, again)
        ]
        return names[0], names[1]

    def _is_locked(self, entry: log.Entry) -> bool:
        """Tell whether an act of a rater is part of a coding that was submitted since."""
        if entry.by is None:
            return False
        try:
            change = self._file.change(entry)
        except CoderError:
            return False  # whoever undoes it is told why it cannot be
        parts = {coding_of(item) for item in (*change.removed, *change.added)}
        codings = (each for part in parts for each in self._file.read(Coding, id=part))
        return None not in parts and any(each.state == State.SUBMITTED for each in codings)

    def note(self, what: str, by: Viewer) -> None:
        """Log an act that changes nothing, such as an export."""
        self._file.note(what, by)

    # The study as a whole

    @property
    def blind(self) -> bool:
        """Whether raters see no coding but their own: until the lead has said otherwise."""
        return not any(s.id == "blind" and s.value == "no" for s in self._file.read(StudySetting))

    def unblind(self, by: Viewer, reason: str) -> None:
        """End blindness for the whole study: one deliberate act, on record, not undone."""
        if not reason.strip():
            raise CoderError("reason_needed")
        old = tuple(s for s in self._file.read(StudySetting) if s.id == "blind")
        new = (StudySetting("blind", "no"),)
        self.apply(Change(f"{UNBLIND}: {reason.strip()}", old, new, by), "final")

    # Raters

    def rater_or_new(self, name: str) -> Rater:
        """Return the rater of a name, or a new one that is not in the study yet."""
        name = " ".join(name.split())
        if not is_name(name) or name.casefold() in {"lead", "consensus"}:
            raise CoderError("rater_name_taken", rater=name)
        for rater in self.raters():
            if rater.name.casefold() == name.casefold():
                return rater
        return Rater(RaterId(new_id()), name)

    def add_rater(self, name: str) -> Rater:
        """Add a rater, or return the one of that name."""
        rater = self.rater_or_new(name)
        if rater not in self.raters():
            self.apply(Change("add a coder", added=(rater,)), "final")
        return rater

    # Sessions, and who they are of

    def measures(self, viewer: Viewer, session: SessionId | None = None) -> list[Measure]:
        """The measures a viewer may see: the lead all; a rater none while they code.

        A rater is given nothing while the study is blind, nor of a session whose coding they have
        not submitted; a therapist never what was answered about their own sessions.
        """
        where: dict[str, object] = {} if session is None else {"session_id": session}
        kept = self._file.read(Measure, **where)
        if viewer is None:
            return kept
        shown = _shown_measures(self, viewer)
        return [measure for measure in kept if measure.session_id in shown]

    # Codings

    def codings(self, viewer: Viewer, session: SessionId | None = None) -> list[Coding]:
        """The codings a viewer may see: all, or while blind a rater's own."""
        where: dict[str, object] = {} if session is None else {"session_id": session}
        if viewer is not None and self.blind:
            where["rater_id"] = viewer
        return self._file.read(Coding, **where)

    def coding_or_new(
        self, session: Session, rater: Rater, scheme: Scheme, *, with_sound: bool = True
    ) -> Coding:
        """Return the rater's coding of a session under a scheme, or one not in the study yet."""
        for coding in self.codings(rater.id, session.id):
            if (coding.rater_id, coding.scheme) == (rater.id, scheme.id):
                return coding
        return Coding(
            CodingId(new_id()),
            session.id,
            rater.id,
            scheme.id,
            scheme.version,
            with_sound=with_sound,
        )

    def begin_coding(
        self, session: Session, rater: Rater, scheme: Scheme, *, with_sound: bool = True
    ) -> Coding:
        """Return the rater's coding of a session under a scheme, begun now if need be."""
        coding = self.coding_or_new(session, rater, scheme, with_sound=with_sound)
        if coding not in self.codings(rater.id, session.id):
            self.apply(Change("begin a coding", added=(coding,), by=rater.id), "final")
        return coding

    def coded(
        self,
        viewer: Viewer,
        *,
        sessions: Iterable[Session] | None = None,
        raters: Iterable[Rater] | None = None,
        scheme: str | None = None,
    ) -> list[CodedSession]:
        """Gather codings with all that reading them needs, by session, then by rater."""
        wanted = None if raters is None else {rater.id for rater in raters}
        gathered = []
        for session in self.sessions() if sessions is None else sessions:
            codings = [
                coding
                for coding in self.codings(viewer, session.id)
                if (wanted is None or coding.rater_id in wanted) and scheme in {None, coding.scheme}
            ]
            gathered += _coded(self, session, codings)
        return gathered

    def place(self, viewer: Viewer, session: SessionId) -> tuple[int, str | None] | None:
        """Where a rater left off in a session: the moment (ms on its clock) and the turn."""
        return self._file.place(viewer or "lead", session)

    def keep_place(self, viewer: Viewer, session: SessionId, at_ms: int, turn: str | None) -> None:
        """Remember where a rater left off."""
        self._file.keep_place(viewer or "lead", session, at_ms, turn)

    def furthest(self, viewer: Viewer, session: SessionId) -> int:
        """How far into a session a rater has come (ms on its clock)."""
        return self._file.furthest(viewer or "lead", session)

    def backup_name(self) -> Path:
        """Where the next backup goes by itself: a folder beside the study, named by the time."""
        folder = self.path.with_name(f"{self.path.stem}.backups")
        return backup.name_at(folder, self.path, datetime.now().astimezone())

    def back_up(self, to: Path, passphrase: str | None = None) -> Path:
        """Write a verified backup. Raises CoderError."""
        return self._file.back_up(to, passphrase)

    def copy_without_measures(
        self, to: Path, passphrase: str | None = None, fresh: str | None = None
    ) -> Path:
        """Write a copy that holds no answer to any questionnaire, for whom they are not meant.

        ``passphrase`` is the study's own; the copy has ``fresh``, if given. Raises CoderError.
        """
        return copies.without(Measure, self._file, to, passphrase, fresh)

    def file_problems(self) -> list[tuple[str, dict[str, object]]]:
        """What is wrong with the file and its log, as keys of coder.words."""
        return self._file.problems()


def keep_generations(study: Study, passphrase: str | None = None) -> Path | None:
    """Back up if the last automatic backup is a day old, and drop what is stale.

    Returns the backup made, None when there was no need. Raises CoderError.
    """
    to = study.backup_name()
    kept = sorted(to.parent.glob(f"*{study.path.suffix}"))
    at = datetime.now().astimezone()
    if not backup.is_due(kept, at):
        return None
    made = study.back_up(to, passphrase)
    backup.thin([*kept, made], at)
    return made


def _coded(study: Study, session: Session, codings: Sequence[Coding]) -> list[CodedSession]:
    """Lay a session out for some of its codings."""
    if not codings:
        return []
    people = {rater.id: rater for rater in study.raters()}
    turns, span = study.turns(session.id), covered(study.recordings(session.id))
    if any(coding.rater_id not in people for coding in codings):
        raise CoderError("study_damaged", path=study.path, why="a coding has no coder")
    return [
        CodedSession(
            session,
            people[coding.rater_id],
            coding,
            _as_settled(study, study.scheme(coding.scheme, coding.scheme_version)),
            turns,
            tuple(study.episodes(coding.id)),
            tuple(study.marks(coding.id)),
            tuple(study.ratings(coding.id)),
            tuple(study.presences(coding.id)),
            span,
        )
        for coding in codings
    ]


def _as_settled(study: Study, scheme: Scheme) -> Scheme:
    """A scheme with the segments that the study has for it."""
    length_s = study.segment_s(scheme)
    return (
        scheme if length_s == scheme.segment_s else dataclasses.replace(scheme, segment_s=length_s)
    )


def _shown_measures(study: Study, rater: RaterId) -> set[SessionId]:
    """The sessions whose measures a rater may see."""
    if study.blind:
        return set()
    own = {
        relation.therapist_id
        for relation in study.relations()
        if relation.rater_id == rater and relation.kind == Relationship.SELF
    }
    coding = {
        each.session_id
        for each in study.codings(rater)
        if each.rater_id == rater and each.state != State.SUBMITTED
    }
    sessions = study.sessions()
    return {s.id for s in sessions if s.id not in coding and s.therapist_id not in own}


def search(study: Study, wanted: str, viewer: Viewer) -> Iterator[Hit]:
    """Yield where words stand in turns, and in the notes and texts a viewer may see."""
    wanted = wanted.casefold()
    for session in study.sessions():
        for turn in study.turns(session.id):
            if wanted in turn.text.casefold():
                yield Hit(session, turn, None, turn.start_ms, turn.text)
        for coded in study.coded(viewer, sessions=[session]):
            for mark in coded.marks:
                marker = marker_of(mark, coded.scheme)
                label = (mark.marker or "") if marker is None else marker.label
                said = " · ".join(each for each in (label, mark.text, mark.note) if each)
                if wanted in said.casefold():
                    at = None if mark.anchor is None else mark.anchor.start_ms
                    yield Hit(session, None, coded.rater, at, said)


# Places, backups
