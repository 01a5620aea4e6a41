"""Bring a session in, and put right what was wrong when it came in."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coder import people, recording, transcripts
from coder.coding import Change, Item, Mark
from coder.errors import CoderError, Notice
from coder.session import (
    Participant,
    ParticipantId,
    Purpose,
    Recording,
    RecordingId,
    Role,
    Session,
    SessionId,
    Speaker,
    SpeakerId,
    TimeSource,
    Timing,
    TimingId,
    Transcript,
    TranscriptId,
    Turn,
    Use,
    format_clock,
    is_name,
    later,
    new_id,
)
from coder.study import Study, Viewer
from coder.transcripts import Options, Reading

_MOST_NAMED = 10  # sessions of a file that a sentence lists


@dataclass(frozen=True, slots=True)
class Request:
    """Where a transcript belongs and how its times are to be read.

    ``clock_start_ms`` is the session time of the recording's first moment. Times are taken as
    written, on the session clock, unless ``from_recording`` says they count from the recording's
    first moment; None is as the version before was read. ``keep_names`` lets words come in as they
    are where the version before had names replaced.
    """

    participant: str
    number: str
    media: Path | None = None
    clock_start_ms: int = 0
    from_recording: bool | None = None
    options: Options = field(default_factory=Options)
    new_version: bool = False
    times_from: Path | None = None
    purpose: Purpose = Purpose.STUDY
    keep_names: bool = False


def import_session(
    study: Study, path: Path, request: Request, by: Viewer = None
) -> tuple[Session, Reading]:
    """Import a transcript, and the recording with it, as one act. Raises CoderError."""
    reading = transcripts.inspect(path, request.options)
    if request.times_from is not None:
        as_found = Options(roles=request.options.roles)
        other = transcripts.inspect(request.times_from, as_found)
        reading = transcripts.timed_by(reading, other)
    _refuse_several(reading, request.options)
    session, added = _session(study, request)
    request, told = _as_before(study, session, request)
    removed: list[Item] = []
    old, sound = _sound(study, session, request)
    if sound is not None and sound != old:
        removed += [] if old is None else [old]
        added.append(sound)
    transcript, guessed = _transcript(study, session, reading, request, sound)
    added.append(transcript)
    gone, come = _speakers(study, session, reading, request)
    before, after, unfit = _carried(study, session, transcript, guessed, sound)
    what = f"import session {session.address}"
    if transcript.version > 1:
        what = f"import version {transcript.version} of the transcript of {session.address}"
    removed += [*gone, *before]
    added += [*come, *after]
    study.apply(Change(what, tuple(removed), tuple(added), by))
    told += _unfit_told(study, session, unfit, by)
    if sound is not None:
        told += _outside(transcript.turns, sound.offset_ms, sound.duration_ms)
    return session, _as_imported(study, session, transcript, reading, told)


def _refuse_several(reading: Reading, options: Options) -> None:
    if len(reading.parts) > 1 and options.part is None:
        known = ", ".join(name for name, _ in reading.parts[:_MOST_NAMED])
        count = len(reading.parts)
        raise CoderError("several_parts", path=reading.path, count=count, known=known)


def _as_before(study: Study, session: Session, request: Request) -> tuple[Request, list[Notice]]:
    """Read a new version as the one before, where nothing else was said, or tell of it.

    Raises CoderError where names were replaced before and would come back.
    """
    versions = study.transcripts(session.id)
    if not versions:
        return dataclasses.replace(request, from_recording=bool(request.from_recording)), []
    last = versions[-1]
    if last.replaced and not request.options.names and not request.keep_names:
        raise CoderError("names_before", session=session.address)
    told = []
    if last.settings and last.settings != transcripts.settings_of(request.options):
        told.append(Notice("read_before", {"settings": "; ".join(last.settings)}))
    counted = last.from_recording if request.from_recording is None else request.from_recording
    return dataclasses.replace(request, from_recording=counted), told


def _as_imported(
    study: Study,
    session: Session,
    transcript: Transcript,
    reading: Reading,
    told: Sequence[Notice],
) -> Reading:
    """The report of what is now in the study: its roles, and times on the session clock."""
    by = transcript.shift_ms
    kept = {speaker.label: speaker.role for speaker in study.speakers(session.id)}
    roles = {label: kept.get(label, role) for label, role in reading.roles.items()}
    if Role.PATIENT not in roles.values():
        told = [*told, Notice("no_patient")]
    return dataclasses.replace(
        reading,
        roles=roles,
        first_ms=later(reading.first_ms, by),
        last_ms=later(reading.last_ms, by),
        anchors=tuple((line, ms + by) for line, ms in reading.anchors),
        warnings=(*reading.warnings, *told),
    )


def _transcript(
    study: Study, session: Session, reading: Reading, request: Request, sound: Recording | None
) -> tuple[Transcript, list[Timing]]:
    """The next version of a session's transcript, its times on the session clock.

    What another transcript let us guess of them stands beside it, and gives way to taps.
    """
    start_ms = request.clock_start_ms if sound is None else sound.offset_ms
    shift_ms = start_ms if request.from_recording else 0
    end_ms = None if sound is None else start_ms + sound.duration_ms
    stamps = tuple(dataclasses.replace(s, ms=s.ms + shift_ms) for s in reading.stamps)
    turns = transcripts.shift(reading.turns, shift_ms)
    guessed = [
        Timing(TimingId(new_id()), session.id, turn.id, turn.start_ms, turn.times)
        for turn in turns
        if turn.times is TimeSource.ESTIMATED and turn.start_ms is not None
    ]
    transcript = Transcript(
        TranscriptId(new_id()),
        session.id,
        len(study.transcripts(session.id)) + 1,
        transcripts.pseudonymous(reading.path.name, request.options.names),
        reading.sha256,
        reading.format,
        reading.encoding,
        shift_ms,
        bool(request.from_recording),
        reading.notes,
        reading.reported,
        transcripts.interpolate(turns, end_ms, stamps),
        stamps,
        reading.replaced,
        transcripts.settings_of(request.options),
    )
    return transcript, guessed


def _speakers(
    study: Study, session: Session, reading: Reading, request: Request
) -> tuple[list[Speaker], list[Speaker]]:
    """The speakers that go and come: new labels, and roles that were said anew."""
    known = {speaker.label: speaker for speaker in study.speakers(session.id)}
    gone, come = [], []
    for label, role in reading.roles.items():
        if label not in known:
            come.append(Speaker(SpeakerId(new_id()), session.id, label, role))
        elif label in request.options.roles and known[label].role != role:
            gone.append(known[label])
            come.append(dataclasses.replace(known[label], role=role))
    return gone, come


def _carried(
    study: Study,
    session: Session,
    transcript: Transcript,
    guessed: Sequence[Timing],
    sound: Recording | None,
) -> tuple[list[Item], list[Item], tuple[Mark, ...]]:
    """Marks and times as they are and as they will be, and the marks that no longer fit."""
    old = study.turns(session.id)
    if not old:
        return [], list(guessed), ()
    gone = study.timings(session.id)
    kept = transcripts.carry_timings(gone, old, transcript.turns)
    anew = {(each.turn_id, each.times) for each in guessed}
    come = [*guessed, *(each for each in kept if (each.turn_id, each.times) not in anew)]
    end_ms = None if sound is None else sound.offset_ms + sound.duration_ms
    new = transcripts.timed(transcript.turns, come, transcript.stamps, end_ms)
    marks = [m for c in study.codings(None, session.id) for m in study.marks(c.id)]
    carried = transcripts.carry(marks, old, new)
    moved = [pair for pair in zip(marks, carried.marks, strict=True) if pair[0] != pair[1]]
    removed: list[Item] = [*gone, *(mark for mark, _ in moved)]
    added: list[Item] = [*come, *(mark for _, mark in moved)]
    return removed, added, carried.unfit


def _unfit_told(
    study: Study, session: Session, unfit: Sequence[Mark], viewer: Viewer
) -> list[Notice]:
    """Name the marks that no longer fit, of those a viewer may see."""
    raters = {rater.id: rater.name for rater in study.raters()}
    seen = {c.id: raters.get(c.rater_id, "?") for c in study.codings(viewer, session.id)}
    return [
        Notice("mark_unfit", {"coder": seen[mark.coding_id], "at": _at(mark)})
        for mark in unfit
        if mark.coding_id in seen
    ]


def _at(mark: Mark) -> str:
    start_ms = None if mark.anchor is None else mark.anchor.start_ms
    return "without a time" if start_ms is None else f"at {format_clock(start_ms)}"


def _sound(
    study: Study, session: Session, request: Request
) -> tuple[Recording | None, Recording | None]:
    """The session's recording as the study has it, and as it will be; None where there is none.

    A new version of the transcript keeps the recording, and may say anew where it begins.
    """
    kept = study.recordings(session.id)
    if request.media is None:
        old = kept[0] if kept else None
    else:
        scanned = recording.scan(request.media)
        old = next((each for each in kept if each.sha256 == scanned.sha256), None)
        if old is None:
            start_ms = request.clock_start_ms
            return None, _recording(study, session, request.media, scanned, start_ms)
    if old is None or not request.clock_start_ms:
        return old, old
    return old, dataclasses.replace(old, offset_ms=request.clock_start_ms)


def _outside(turns: Sequence[Turn], start_ms: int, duration_ms: int) -> list[Notice]:
    """Say when turns begin outside the recording: the clock start is then most likely wrong."""
    end_ms = start_ms + duration_ms
    starts = [turn.start_ms for turn in turns if turn.start_ms is not None]
    count = sum(not start_ms <= at <= end_ms for at in starts)
    first, last = format_clock(start_ms), format_clock(end_ms)
    where = {"count": count, "first": first, "last": last}
    return [Notice("times_outside", where)] if count else []


def _session(study: Study, request: Request) -> tuple[Session, list[Item]]:
    """The session to import into, and what must be added for it to exist."""
    participant_name, number = request.participant.strip(), request.number.strip()
    if not is_name(participant_name) or not is_name(number) or "/" in participant_name + number:
        raise CoderError("bad_address", participant=participant_name, number=number)
    added: list[Item] = []
    address = f"{participant_name}/{number}".casefold()
    for session in study.sessions():
        if session.address.casefold() == address:  # as Study.session finds it
            if not request.new_version:
                raise CoderError("session_exists", session=session.address)
            return session, added
    if request.new_version:
        known_ones = ", ".join(each.address for each in study.sessions()) or "none yet"
        wanted = f"{participant_name}/{number}"
        raise CoderError("unknown_session", session=wanted, known=known_ones)
    known = {each.pseudonym.casefold(): each for each in study.participants()}
    participant = known.get(participant_name.casefold())
    if participant is None:
        participant = Participant(ParticipantId(new_id()), participant_name)
        added.append(participant)
    name = participant.pseudonym
    session = Session(SessionId(new_id()), participant.id, name, number, purpose=request.purpose)
    if session.purpose == Purpose.TRAINING:
        people.demand(study, session, Use.TRAINING)
    added.append(session)
    return session, added


def _recording(
    study: Study, session: Session, media: Path, scanned: recording.Scan, offset_ms: int
) -> Recording:
    return Recording(
        RecordingId(new_id()),
        session.id,
        _portable(study, media),
        scanned.sha256,
        scanned.size,
        scanned.duration_ms,
        offset_ms,
    )


def _portable(study: Study, media: Path) -> str:
    """A path that survives moving the study's folder, where the file lies below it."""
    media, home = media.resolve(), study.path.parent.resolve()
    return media.relative_to(home).as_posix() if media.is_relative_to(home) else str(media)


def add_recording(
    study: Study, session: Session, media: Path, clock_start_ms: int, by: Viewer = None
) -> Recording:
    """Give a session a recording it came without. Raises CoderError."""
    added = _recording(study, session, media, recording.scan(media), clock_start_ms)
    study.apply(Change(f"add a recording to {session.address}", added=(added,), by=by))
    return added


def is_in_place(study: Study, kept: Recording) -> bool:
    """Tell whether a recording's file is where it was, by its size."""
    path = study.media(kept)
    return path.is_file() and path.stat().st_size == kept.size


def find_media(study: Study, kept: Recording) -> Path | None:
    """Find a recording's file: where it was, or below the study's folder by its hash."""
    if is_in_place(study, kept):
        return study.media(kept)
    return recording.find_by_hash(study.path.parent, kept.size, kept.sha256)


def relink(study: Study, kept: Recording, place: Path, by: Viewer = None) -> Recording:
    """Point a recording at where its file is now: the file itself, or a folder that holds it.

    Only a file with the same bytes is taken. Raises CoderError.
    """
    found = recording.find_by_hash(place, kept.size, kept.sha256) if place.is_dir() else place
    if found is None or not found.is_file():
        raise CoderError("recording_not_found", path=place, name=Path(kept.path).name)
    if recording.fingerprint(found) != kept.sha256:
        raise CoderError("recording_differs", path=found)
    moved = dataclasses.replace(kept, path=_portable(study, found))
    if moved != kept:
        study.apply(Change("find a moved recording", (kept,), (moved,), by), "final")
    return moved


def speakers_named(study: Study, session: Session, labels: Iterable[str]) -> dict[str, Speaker]:
    """The speakers of a session by label. Raises CoderError when one of ``labels`` is none."""
    speakers = {speaker.label: speaker for speaker in study.speakers(session.id)}
    if any(not turn.label for turn in study.turns(session.id)):  # nobody is named there
        nobody = Speaker(SpeakerId(new_id()), session.id, "", Role.OTHER)
        speakers.setdefault("", nobody)
    for label in labels:
        if label not in speakers:
            raise CoderError("unknown_label", label=label, known=", ".join(speakers))
    return speakers


def set_roles(study: Study, session: Session, roles: Mapping[str, Role], by: Viewer = None) -> None:
    """Say anew whose the labels of a session are. Raises CoderError for an unknown label."""
    speakers = speakers_named(study, session, roles)
    was = [speakers[label] for label, role in roles.items() if speakers[label].role != role]
    new = [dataclasses.replace(speaker, role=roles[speaker.label]) for speaker in was]
    kept = study.speakers(session.id)
    old = [speaker for speaker in was if speaker in kept]
    if new:
        study.apply(Change(f"set roles in {session.address}", tuple(old), tuple(new), by))


def demand_purpose(study: Study, session: Session, purpose: Purpose) -> None:
    """Raise CoderError where a session would become one for training without consent to it."""
    if purpose == Purpose.TRAINING and purpose != session.purpose:
        people.demand(study, session, Use.TRAINING)


def set_purpose(study: Study, session: Session, purpose: Purpose, by: Viewer = None) -> Session:
    """Say what a session is coded for: agreement of a study is that of its study sessions.

    Raises CoderError as ``demand_purpose`` does.
    """
    demand_purpose(study, session, purpose)
    if purpose == session.purpose:
        return session
    changed = dataclasses.replace(session, purpose=purpose)
    study.apply(Change(f"code {session.address} for {purpose}", (session,), (changed,), by))
    return changed


def parts_of(study: Study, session: Session) -> tuple[Item, ...]:
    """Everything that belongs to a session, itself first."""
    parts: list[Item] = [session]
    parts += study.recordings(session.id)
    parts += study.speakers(session.id)
    for transcript in study.transcripts(session.id):
        parts.append(dataclasses.replace(transcript, turns=study.turns_of(transcript)))
    parts += study.timings(session.id)
    parts += study.measures(None, session.id)
    for coding in study.codings(None, session.id):
        parts.append(coding)
        parts += [*study.episodes(coding.id), *study.marks(coding.id), *study.ratings(coding.id)]
        parts += study.presences(coding.id)
    return tuple(parts)


def delete_session(study: Study, session: Session, by: Viewer = None) -> Change:
    """Delete a session with its codings, as one act that can be undone; the lead's.

    What its participant agreed to, or withdrew, stays on record, and they with it. The log keeps
    what was deleted until it is erased for a participant who withdraws.
    """
    if by is not None:
        raise CoderError("only_the_lead")
    parts = parts_of(study, session)
    alone = [s for s in study.sessions() if s.participant_id == session.participant_id]
    agreed = any(each.person == session.participant_id for each in study.consents())
    if len(alone) == 1 and not agreed:
        parts += tuple(p for p in study.participants() if p.id == session.participant_id)
    return study.apply(Change(f"delete session {session.address}", parts))
