"""What a study holds, as values. Whose codings one may see is study's to say."""

import dataclasses
from pathlib import Path

from coder import markers
from coder.coding import (
    Change,
    CodingId,
    Episode,
    Mark,
    Presence,
    Rater,
    Rating,
    Relation,
    StudyScheme,
    StudySetting,
)
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import (
    Consent,
    Instrument,
    Participant,
    Recording,
    Role,
    Session,
    SessionId,
    Speaker,
    Therapist,
    Timing,
    Transcript,
    Turn,
    covered,
)
from coder.store import log
from coder.store.file import StudyFile
from coder.transcripts import timed

UNSEGMENTED = "none"  # settled for a scheme that shall have no segments


def segments_of(scheme_id: str) -> str:
    """The name of the setting of how long the segments of a scheme are."""
    return f"segment_s:{scheme_id}"


class Contents:
    """The rows of a study file, put together as the values that they are of."""

    _file: StudyFile
    path: Path

    # The study as a whole

    def scheme_copies(self) -> list[StudyScheme]:
        """The schemes of the study as they are kept, in the order they were taken in."""
        return self._file.read(StudyScheme)

    def schemes(self) -> list[Scheme]:
        """The schemes of the study, in the order they were taken in."""
        kept = self.scheme_copies()
        try:
            return [markers.from_json(each.content) for each in kept]
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            why = "a scheme in it cannot be read"
            raise CoderError("study_damaged", path=self.path, why=why) from fault

    def scheme(self, scheme_id: str | None = None, version: str | None = None) -> Scheme:
        """The study's copy of a scheme: its newest version, or the one asked for.

        Without an id, its first scheme. Raises CoderError.
        """
        schemes = self.schemes()
        scheme_id = schemes[0].id if scheme_id is None and schemes else scheme_id
        for scheme in reversed(schemes):
            if scheme.id == scheme_id and version in {None, scheme.version}:
                return scheme
        named = [each.id if version is None else f"{each.id} {each.version}" for each in schemes]
        wanted = scheme_id if version is None else f"{scheme_id} {version}"
        known = ", ".join(dict.fromkeys(named))
        raise CoderError("scheme_not_in_study", scheme=wanted, known=known, path=self.path)

    def setting(self, name: str) -> StudySetting | None:
        """What was settled for the study as a whole under a name."""
        return next((each for each in self._file.read(StudySetting) if each.id == name), None)

    def segment_s(self, scheme: Scheme) -> int | None:
        """How long the segments of a scheme are (s): as settled here, else its own."""
        settled = self.setting(segments_of(scheme.id))
        if settled is None:
            return scheme.segment_s
        return None if settled.value == UNSEGMENTED else int(settled.value)

    def change(self, entry: log.Entry) -> Change:
        """What an entry of the log did. Raises CoderError when its content was erased."""
        return self._file.change(entry)

    def entries(self) -> list[log.Entry]:
        """Who did what and when, in order."""
        return self._file.entries()

    # People, instruments

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

    def relations(self) -> list[Relation]:
        """What raters declared to be to therapists."""
        return self._file.read(Relation)

    def therapists(self) -> list[Therapist]:
        """Every therapist."""
        return self._file.read(Therapist)

    def consents(self) -> list[Consent]:
        """What participants and therapists agreed to."""
        return self._file.read(Consent)

    def instruments(self) -> list[Instrument]:
        """The study's own instruments."""
        return self._file.read(Instrument)

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

    # Parts of a coding

    def episodes(self, coding: CodingId) -> list[Episode]:
        """The episodes of a coding, by number."""
        return self._file.read(Episode, coding_id=coding)

    def marks(self, coding: CodingId) -> list[Mark]:
        """The marks of a coding, in the order they were made."""
        return self._file.read(Mark, coding_id=coding)

    def ratings(self, coding: CodingId) -> list[Rating]:
        """The ratings of a coding."""
        return self._file.read(Rating, coding_id=coding)

    def presences(self, coding: CodingId) -> list[Presence]:
        """What was settled about the components of a model in a coding."""
        return self._file.read(Presence, coding_id=coding)


def _natural(session: Session) -> tuple[object, ...]:
    """Sort numbers as numbers: session 10 comes after session 9."""
    return tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part.casefold())
        for part in (session.participant, session.number)
    )
