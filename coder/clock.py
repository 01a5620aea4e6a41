"""The session clock: where a recording begins on it, and what moves when that is put right."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from coder import transcripts
from coder.coding import Anchor, Change, Item, Mark
from coder.errors import CoderError
from coder.session import (
    OF_THE_FILE,
    Session,
    Stamp,
    Timing,
    Transcript,
    TranscriptId,
    Turn,
    covered,
    later,
    new_id,
)
from coder.study import Study, Viewer


@dataclass(frozen=True, slots=True)
class Times:
    """All that the times of a session come from, read once."""

    base: tuple[Turn, ...]
    stamps: tuple[Stamp, ...]
    kept: tuple[Timing, ...]
    end_ms: int | None

    def turns(self, timings: Sequence[Timing]) -> tuple[Turn, ...]:
        """The turns with the times that these timings give them."""
        return transcripts.timed(self.base, timings, self.stamps, self.end_ms)

    @classmethod
    def of(cls, study: Study, session: Session) -> "Times":
        """Read them from a study."""
        version = study.transcripts(session.id)[-1]
        span = covered(study.recordings(session.id))
        timings = tuple(study.timings(session.id))
        end_ms = None if span is None else span[1]
        return cls(study.turns_of(version), version.stamps, timings, end_ms)


def following(
    study: Study, session: Session, before: Sequence[Turn], after: Sequence[Turn]
) -> list[tuple[Mark, Mark]]:
    """Marks as they are and as they follow; one that was heard at its moment stays."""
    was = {turn.id: turn for turn in before}
    now = {turn.id: turn for turn in after}
    pairs = []
    for coding in study.codings(None, session.id):
        for mark in study.marks(coding.id):
            anchor = mark.anchor or Anchor()
            old = was.get(anchor.turns[0]) if anchor.turns else None
            if old is not None and old.times not in OF_THE_FILE and anchor.start_ms == old.start_ms:
                moved = _at_moment(anchor, now[old.id].start_ms)
                pairs += (
                    [(mark, dataclasses.replace(mark, anchor=moved))] if moved != anchor else []
                )
    return pairs


def _at_moment(anchor: Anchor, start_ms: int | None) -> Anchor:
    """An anchor at another moment; a length in time stays as long as it was."""
    if anchor.end_ms is None or anchor.start_ms is None or start_ms is None:
        return dataclasses.replace(anchor, start_ms=start_ms)
    end_ms = anchor.end_ms + start_ms - anchor.start_ms
    return dataclasses.replace(anchor, start_ms=start_ms, end_ms=end_ms)


def set_clock_start(
    study: Study, session: Session, clock_start_ms: int, who: Viewer = None
) -> None:
    """Move a session's recording to where it begins on the session clock.

    Where the transcript's times were counted from the recording, the transcript, every mark and
    the session's phases move with it; where they were on the session clock, they stay, but for
    times that were tapped or estimated by the recording, and marks at them. Raises CoderError.
    """
    recordings = study.recordings(session.id)
    if not recordings:
        raise CoderError("no_recording", session=session.address)
    kept = recordings[0]
    by = clock_start_ms - kept.offset_ms
    moved = dataclasses.replace(kept, offset_ms=clock_start_ms)
    removed: list[Item] = [kept]
    added: list[Item] = [moved]
    transcript = study.transcripts(session.id)[-1]
    if transcript.from_recording:
        removed, added = _shifted(study, session, transcript, by)
        removed, added = [kept, *removed], [moved, *added]
    elif study.timings(session.id):
        times = Times.of(study, session)
        moved_on = tuple(dataclasses.replace(t, start_ms=t.start_ms + by) for t in times.kept)
        end_ms = clock_start_ms + kept.duration_ms
        after = dataclasses.replace(times, end_ms=end_ms).turns(moved_on)
        pairs = following(study, session, times.turns(times.kept), after)
        removed += [*times.kept, *(old for old, _ in pairs)]
        added += [*moved_on, *(new for _, new in pairs)]
    if by:
        what = f"set the clock start of {session.address}"
        study.apply(Change(what, tuple(removed), tuple(added), who))


def _shifted(
    study: Study, session: Session, transcript: Transcript, by: int
) -> tuple[list[Item], list[Item]]:
    """The session, its newest transcript and all marks on it, as they are and moved in time."""
    turns = study.turns_of(transcript)
    old: list[Item] = [session, dataclasses.replace(transcript, turns=turns)]
    new: list[Item] = [
        dataclasses.replace(
            session,
            measure_ms=later(session.measure_ms, by),
            feedback_ms=later(session.feedback_ms, by),
        ),
        dataclasses.replace(
            transcript,
            id=TranscriptId(new_id()),
            shift_ms=transcript.shift_ms + by,
            stamps=tuple(dataclasses.replace(s, ms=s.ms + by) for s in transcript.stamps),
            turns=tuple(_moved_turn(turn, by) for turn in turns),
        ),
    ]
    timings = study.timings(session.id)
    old += timings
    new += [dataclasses.replace(each, start_ms=each.start_ms + by) for each in timings]
    for coding in study.codings(None, session.id):
        marks = [mark for mark in study.marks(coding.id) if mark.anchor is not None]
        old += marks
        new += [_moved_mark(mark, by) for mark in marks]
    return old, new


def _moved_turn(turn: Turn, by: int) -> Turn:
    return dataclasses.replace(
        turn, start_ms=later(turn.start_ms, by), end_ms=later(turn.end_ms, by)
    )


def _moved_mark(mark: Mark, by: int) -> Mark:
    anchor = mark.anchor or Anchor()
    moved = dataclasses.replace(
        anchor, start_ms=later(anchor.start_ms, by), end_ms=later(anchor.end_ms, by)
    )
    return dataclasses.replace(mark, anchor=moved)
