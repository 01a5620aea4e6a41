"""An open study: what it holds, and the one place anything in it changes.

``viewer`` says who is looking: a rater's id, or None for the study's lead. While the study is
blind, a rater is given no coding but their own.
"""

import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from coder import markers
from coder.coding import (
    Change,
    CodedSession,
    Coding,
    CodingId,
    Episode,
    Mark,
    Rater,
    RaterId,
    Rating,
    StudyScheme,
    StudySetting,
    now,
)
from coder.errors import CoderError
from coder.following import up_to_date
from coder.markers import Scheme
from coder.session import (
    Participant,
    Recording,
    Role,
    Session,
    SessionId,
    Speaker,
    Timing,
    Transcript,
    Turn,
    covered,
    is_name,
    new_id,
)
from coder.store import backup, log
from coder.store.file import StudyFile
from coder.transcripts import timed

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


class Study:
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
        change = dataclasses.replace(change, at=now())
        with self._acting:
            before = self._acts_of(change.by)
            entry = self._file.apply(change, kind=kind, ref=ref)
            self._acts[change.by] = log.acts([entry], before)
        for listener in tuple(self._listeners):
            listener(change)
        return change

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Have every change announced, also those the listener caused."""
        self._listeners.append(listener)

    def undo(self, by: Viewer) -> Change | None:
        """Take back a rater's last act, across restarts; None when there is nothing to undo."""
        done = self._acts_of(by).done
        if not done:
            return None
        inverse = up_to_date(self, self._file.change(done[-1]).inverse())
        return self.apply(inverse, "undo", done[-1].seq)

    def redo(self, by: Viewer) -> Change | None:
        """Do again what was undone last; None when there is nothing to redo."""
        undone = self._acts_of(by).undone
        if not undone:
            return None
        again = up_to_date(self, self._file.change(undone[-1]))
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
        """Name what undo and redo would do."""
        acts = self._acts_of(by)
        undo = acts.done[-1].what if acts.done else None
        return undo, acts.undone[-1].what if acts.undone else None

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

    def schemes(self) -> list[Scheme]:
        """The schemes of the study, in the order they were taken in."""
        kept = self._file.read(StudyScheme)
        try:
            return [markers.from_json(each.content) for each in kept]
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            why = "a scheme in it cannot be read"
            raise CoderError("study_damaged", path=self.path, why=why) from fault

    def scheme(self, scheme_id: str | None = None) -> Scheme:
        """The study's copy of a scheme; its first scheme without an id. Raises CoderError."""
        schemes = self.schemes()
        for scheme in reversed(schemes):
            if scheme_id in {None, scheme.id}:
                return schemes[0] if scheme_id is None else scheme
        known = ", ".join(scheme.id for scheme in schemes)
        raise CoderError("scheme_not_in_study", scheme=scheme_id, known=known, path=self.path)

    def setting(self, name: str) -> StudySetting | None:
        """What was settled for the study as a whole under a name."""
        return next((each for each in self._file.read(StudySetting) if each.id == name), None)

    def change(self, entry: log.Entry) -> Change:
        """What an entry of the log did. Raises CoderError when its content was erased."""
        return self._file.change(entry)

    def entries(self) -> list[log.Entry]:
        """Who did what and when, in order."""
        return self._file.entries()

    # Raters

    def raters(self) -> list[Rater]:
        """Everyone who codes in this study."""
        return self._file.read(Rater)

    def rater(self, name: str) -> Rater:
        """Find a rater by name. Raises CoderError when there is none."""
        for rater in self.raters():
            if rater.name.casefold() == name.strip().casefold():
                return rater
        known = ", ".join(rater.name for rater in self.raters()) or "nobody yet"
        raise CoderError("unknown_rater", rater=name, known=known)

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

    # Sessions

    def participants(self) -> list[Participant]:
        """Every participant."""
        return self._file.read(Participant)

    def sessions(self) -> list[Session]:
        """Every session, by participant and number."""
        return sorted(self._file.read(Session), key=_natural)

    def session(self, address: str) -> Session:
        """Find a session by its address ``P/N``. Raises CoderError when there is none."""
        wanted = address.strip().casefold()
        sessions = self.sessions()
        for session in sessions:
            if wanted == session.address.casefold():
                return session
        known = ", ".join(session.address for session in sessions) or "none yet"
        raise CoderError("unknown_session", session=address, known=known)

    def transcripts(self, session: SessionId) -> list[Transcript]:
        """The versions of a session's transcript, the newest last, without their turns."""
        return sorted(
            self._file.read(Transcript, session_id=session), key=lambda each: each.version
        )

    def speakers(self, session: SessionId) -> list[Speaker]:
        """The labels of a session's transcript and whose they are."""
        return self._file.read(Speaker, session_id=session)

    def turns_of(self, transcript: Transcript) -> tuple[Turn, ...]:
        """The turns of one version of a transcript, as imported."""
        return tuple(self._file.read(Turn, transcript_id=transcript.id))

    def turns(self, session: SessionId) -> tuple[Turn, ...]:
        """The turns of the newest transcript, with the role of each and the best times known."""
        versions = self.transcripts(session)
        if not versions:
            return ()
        roles = {speaker.label: speaker.role for speaker in self.speakers(session)}
        turns = self.turns_of(versions[-1])
        timings = self.timings(session)
        if timings:
            span = covered(self.recordings(session))
            turns = timed(turns, timings, versions[-1].stamps, span[1] if span else None)
        return tuple(
            dataclasses.replace(turn, role=roles.get(turn.label, Role.OTHER)) for turn in turns
        )

    def timings(self, session: SessionId) -> list[Timing]:
        """What was found of the turns' times after the import."""
        return self._file.read(Timing, session_id=session)

    def recordings(self, session: SessionId) -> list[Recording]:
        """The recordings that cover a session."""
        return self._file.read(Recording, session_id=session)

    def media(self, recording: Recording) -> Path:
        """Where a recording's file should be."""
        return self.path.parent / recording.path

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

    def episodes(self, coding: CodingId) -> list[Episode]:
        """The episodes of a coding, by number."""
        return self._file.read(Episode, coding_id=coding)

    def marks(self, coding: CodingId) -> list[Mark]:
        """The marks of a coding, in the order they were made."""
        return self._file.read(Mark, coding_id=coding)

    def ratings(self, coding: CodingId) -> list[Rating]:
        """The ratings of a coding."""
        return self._file.read(Rating, coding_id=coding)

    def coded(
        self,
        viewer: Viewer,
        *,
        sessions: Iterable[Session] | None = None,
        raters: Iterable[Rater] | None = None,
        scheme: str | None = None,
    ) -> list[CodedSession]:
        """Gather codings with all that reading them needs, by session, then by rater."""
        people = {rater.id: rater for rater in self.raters()}
        wanted = None if raters is None else {rater.id for rater in raters}
        gathered = []
        for session in self.sessions() if sessions is None else sessions:
            turns, span = None, None
            for coding in self.codings(viewer, session.id):
                if wanted is not None and coding.rater_id not in wanted:
                    continue
                if scheme is not None and coding.scheme != scheme:
                    continue
                if coding.rater_id not in people:
                    why = "a coding has no coder"
                    raise CoderError("study_damaged", path=self.path, why=why)
                if turns is None:
                    turns, span = self.turns(session.id), covered(self.recordings(session.id))
                gathered.append(
                    CodedSession(
                        session,
                        people[coding.rater_id],
                        coding,
                        self.scheme(coding.scheme),
                        turns,
                        tuple(self.episodes(coding.id)),
                        tuple(self.marks(coding.id)),
                        tuple(self.ratings(coding.id)),
                        span,
                    )
                )
        return gathered

    def place(self, viewer: Viewer, session: SessionId) -> tuple[int, str | None] | None:
        """Where a rater left off in a session: the moment (ms on its clock) and the turn."""
        return self._file.place(viewer or "lead", session)

    def keep_place(self, viewer: Viewer, session: SessionId, at_ms: int, turn: str | None) -> None:
        """Remember where a rater left off."""
        self._file.keep_place(viewer or "lead", session, at_ms, turn)

    def backup_name(self) -> Path:
        """Where the next backup goes by itself: a folder beside the study, named by the time."""
        folder = self.path.with_name(f"{self.path.stem}.backups")
        return backup.name_at(folder, self.path, datetime.now().astimezone())

    def back_up(self, to: Path, passphrase: str | None = None) -> Path:
        """Write a verified backup. Raises CoderError."""
        return self._file.back_up(to, passphrase)

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


def _natural(session: Session) -> tuple[object, ...]:
    """Sort numbers as numbers: session 10 comes after session 9."""
    return tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part.casefold())
        for part in (session.participant, session.number)
    )


def search(study: Study, wanted: str, viewer: Viewer) -> Iterator[Hit]:
    """Yield where words stand in turns, and in the notes and texts a viewer may see."""
    wanted = wanted.casefold()
    for session in study.sessions():
        for turn in study.turns(session.id):
            if wanted in turn.text.casefold():
                yield Hit(session, turn, None, turn.start_ms, turn.text)
        for coded in study.coded(viewer, sessions=[session]):
            for mark in coded.marks:
                label = coded.scheme.marker(mark.marker).label if mark.marker else ""
                said = " · ".join(each for each in (label, mark.text, mark.note) if each)
                if wanted in said.casefold():
                    at = None if mark.anchor is None else mark.anchor.start_ms
                    yield Hit(session, None, coded.rater, at, said)


# Places, backups
