"""Participants, sessions, recordings, transcripts and turns: what is coded.

Times are whole milliseconds on the session clock. A recording, or an excerpt of one, may begin
anywhere on that clock. Text positions are Unicode code points, the end exclusive.
"""

import functools
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from coder.errors import CoderError

ParticipantId = NewType("ParticipantId", str)
SessionId = NewType("SessionId", str)
RecordingId = NewType("RecordingId", str)
TranscriptId = NewType("TranscriptId", str)
TurnId = NewType("TurnId", str)
SpeakerId = NewType("SpeakerId", str)
TimingId = NewType("TimingId", str)
TherapistId = NewType("TherapistId", str)
ConsentId = NewType("ConsentId", str)
MeasureId = NewType("MeasureId", str)


class Role(StrEnum):
    """Who a label stands for. Labels are not roles: a person says which is which."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    OTHER = "other"


class TimeSource(StrEnum):
    """Where the times of a turn come from."""

    GIVEN = "given"
    ANCHOR = "anchor"
    TAPPED = "tapped"
    INTERPOLATED = "interpolated"
    ESTIMATED = "estimated"
    NONE = "none"


OF_THE_FILE = frozenset({TimeSource.GIVEN, TimeSource.ANCHOR})
FACTS = OF_THE_FILE | {TimeSource.TAPPED}  # the rest are guesses


class Purpose(StrEnum):
    """What a session is coded for. Agreement of a study is that of its study sessions."""

    STUDY = "study"
    TRAINING = "training"
    CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True)
class Participant:
    """A patient under a pseudonym."""

    id: ParticipantId
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Therapist:
    """A therapist under a pseudonym."""

    id: TherapistId
    pseudonym: str


class Use(StrEnum):
    """What a person may have agreed to."""

    RESEARCH = "research"
    SUPERVISION = "supervision"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a participant or a therapist agreed to, and until when.

    ``person`` is the id of either. Days are ISO 8601; it holds on the day it ``expires``, and no
    longer on the day it was ``withdrawn``. ``synthetic`` says that there is no person to ask.
    """

    id: ConsentId
    person: str
    use: Use
    given: str
    expires: str | None = None
    withdrawn: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting. The measure and the feedback after it begin at points on the session clock."""

    id: SessionId
    participant_id: ParticipantId
    participant: str
    number: str
    measure_ms: int | None = None
    feedback_ms: int | None = None
    purpose: Purpose = Purpose.STUDY
    therapist_id: TherapistId | None = None

    @property
    def address(self) -> str:
        """``P/N``, as every command names it."""
        return f"{self.participant}/{self.number}"


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of sound (or video). Media position 0 is ``offset_ms`` on the session clock.

    ``path`` is relative to the study's folder when the file lies below it, else absolute.
    """

    id: RecordingId
    session_id: SessionId
    path: str
    sha256: str
    size: int
    duration_ms: int
    offset_ms: int


def covered(recordings: Iterable[Recording]) -> tuple[int, int] | None:
    """What recordings cover on the session clock, from first to last (ms); None without one."""
    kept = tuple(recordings)
    if not kept:
        return None
    ends = [each.offset_ms + each.duration_ms for each in kept]
    return min(each.offset_ms for each in kept), max(ends)


@dataclass(frozen=True, slots=True)
class Note:
    """Something not said in words: (sigh), Silence…. Its place is a line, and in a turn a range."""

    line: int
    text: str
    turn: int | None = None
    begin: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time that stands between the words of a turn: the turn's number, the place, and ms."""

    turn: int
    begin: int
    ms: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """A word that was put in the place of names at import: how often, and in which turns.

    What it stands for is not kept: that would undo the pseudonym.
    """

    put: str
    count: int
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A line of the source that was not taken over, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another does. ``n`` counts from 1; ``line`` is the source's."""

    id: TurnId
    n: int
    line: int
    label: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    times: TimeSource = TimeSource.NONE
    role: Role = Role.OTHER


@dataclass(frozen=True, slots=True)
class Timing:
    """When a turn begins (ms), found after the import: tapped, or estimated from the recording.

    A turn has one of a kind at most; a tap goes before an estimate.
    """

    id: TimingId
    session_id: SessionId
    turn_id: TurnId
    start_ms: int
    times: TimeSource


@dataclass(frozen=True, slots=True)
class Speaker:
    """A label of a session's transcript and whose it is."""

    id: SpeakerId
    session_id: SessionId
    label: str
    role: Role


@dataclass(frozen=True, slots=True)
class Transcript:
    """One immutable version.

    ``shift_ms`` is what was added to the times as written; ``from_recording`` says that they
    counted from the recording's first moment, so that they move when its place is put right.
    ``stamps`` are times within turns; ``settings`` say how the file was read, where a person
    chose, and ``replaced`` what was put in the place of names.
    """

    id: TranscriptId
    session_id: SessionId
    version: int
    source: str
    sha256: str
    format: str
    encoding: str
    shift_ms: int = 0
    from_recording: bool = False
    notes: tuple[Note, ...] = ()
    reported: tuple[Reported, ...] = ()
    turns: tuple[Turn, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire or a session score: its items, and the range of the score.

    Its words are not ours to hold: an item is a name. ``id`` is its name in commands. A score
    without items is one number. ``by`` says who answers.
    """

    id: str
    title: str
    low: float
    high: float
    higher_is_better: bool = True
    by: str = Role.PATIENT.value
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to an item: a number, or words; None where it was left out."""

    item: str
    value: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A filled-in instrument of a session."""

    id: MeasureId
    session_id: SessionId
    instrument: str
    answers: tuple[Answer, ...]


def later(ms: int | None, by: int) -> int | None:
    """A moment so many ms later; none stays none."""
    return None if ms is None else ms + by


def new_id() -> str:
    """Return an identifier that tells nothing about what else exists."""
    return uuid.uuid4().hex


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST_NAME = 100


def is_name(text: str) -> bool:
    """Tell whether a text can name a person or a session: seen, on one line, and not endless."""
    return bool(text.strip()) and len(text) <= _LONGEST_NAME and not _UNSEEN.search(text)


_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?$")
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,9})?$")
_SIXTY = 60


def parse_clock(text: str) -> int:
    """Read ``h:mm:ss.mmm``, ``m:ss`` (minutes up to 999) or seconds as milliseconds.

    Raises CoderError when the text is no time; no session lasts a million seconds.
    """
    text = text.strip()
    if _SECONDS.match(text):
        return round(float(text) * 1000)
    found = _CLOCK.match(text)
    if not found:
        raise CoderError("not_a_time", text=text)
    hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
    if seconds >= _SIXTY or (found[1] is not None and minutes >= _SIXTY):
        raise CoderError("not_a_time", text=text)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "0").ljust(3, "0"))


def format_clock(ms: int, *, tenths: bool = False) -> str:
    """Write ``m:ss`` below the hour and ``h:mm:ss`` above it, as the coding form does."""
    sign = "-" if ms < 0 else ""
    step = 100 if tenths else 1000
    total, rest = divmod(abs(ms) // step, 1000 // step)
    hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{sign}{head}:{seconds:02}" + (f".{rest}" if tenths else "")


_EDGES = re.compile(r"[^\w]+", re.UNICODE)
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def is_backchannel(text: str, words: Iterable[str]) -> bool:
    """Tell whether a turn is made up only of the listed words, as in “Mmm” or “yeah, right”.

    ``words`` may hold phrases (“uh huh”). Runs of one letter count once: “Hmmmm” is “hmm”. A turn
    with no words at all (a bare note, a silence) is no backchannel: it may itself be evidence.
    """
    said = _squeeze(_NOTE.sub(" ", text)).split()
    if not said:
        return False
    phrases = _phrases(tuple(words))
    at = 0
    while at < len(said):
        for phrase in phrases:
            if said[at : at + len(phrase)] == phrase:
                at += len(phrase)
                break
        else:
            return False
    return True


@functools.cache
def _phrases(words: tuple[str, ...]) -> tuple[list[str], ...]:
    """The listed words as they are compared, the longest phrase first."""
    split = [_squeeze(word).split() for word in words]
    return tuple(sorted(filter(None, split), key=len, reverse=True))


def _squeeze(text: str) -> str:
    """Lower the case, drop what is no letter, and fold each run of one letter into one."""
    return re.sub(r"(\w)\1+", r"\1", _EDGES.sub(" ", text.lower()).strip())
