"""Give turns their times after the import: by taps while one listens, or guessed from the sound.

Taps are facts, as the times of the file are. Everything between is interpolated anew with each.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coder import imports, recording, transcripts
from coder.coding import Anchor, Change, Item, Mark
from coder.errors import CoderError
from coder.session import (
    FACTS,
    Session,
    TimeSource,
    Timing,
    TimingId,
    Turn,
    TurnId,
    covered,
    format_clock,
    new_id,
)
from coder.study import Study, Viewer
from coder.transcripts import fitting

TAP = "tap turn"


def tap(study: Study, session: Session, turn: TurnId, at_ms: int, by: Viewer = None) -> Change:
    """Say when a turn begins (ms on the session clock), in the place of an earlier tap.

    Raises CoderError where the file itself gives the time, or a fact before or after the turn
    says otherwise.
    """
    return tap_all(study, session, {turn: at_ms}, by)


def tap_all(
    study: Study, session: Session, taps: Mapping[TurnId, int], by: Viewer = None
) -> Change:
    """Say when several turns begin, as one act. Raises CoderError as ``tap`` does."""
    turns = study.turns(session.id)
    facts = {turn.id: turn for turn in turns}
    for turn in taps:
        if turn not in facts:
            raise CoderError("unknown_turn", session=session.address)
        if facts[turn].times in {TimeSource.GIVEN, TimeSource.ANCHOR}:
            raise CoderError("turn_timed", turn=facts[turn].n)
    _refuse_backward([_as_tapped(turn, taps) for turn in turns if _fact(turn) or turn.id in taps])
    kept = study.timings(session.id)
    gone = [each for each in kept if each.times is TimeSource.TAPPED and each.turn_id in taps]
    come = [
        Timing(TimingId(new_id()), session.id, turn, at_ms, TimeSource.TAPPED)
        for turn, at_ms in taps.items()
    ]
    what = f"tap {len(taps)} turns"
    if len(taps) == 1:
        what = f"{TAP} {facts[next(iter(taps))].n}"
    return _retime(study, session, gone, come, Change(what, by=by))


def untap(study: Study, session: Session, turn: TurnId, by: Viewer = None) -> Change | None:
    """Take a turn's tap away; None when it has none."""
    kept = study.timings(session.id)
    gone = [each for each in kept if each.times is TimeSource.TAPPED and each.turn_id == turn]
    if not gone:
        return None
    return _retime(study, session, gone, [], Change("take a tap away", by=by))


def estimates(
    study: Study,
    session: Session,
    progress: Callable[[float], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> tuple[tuple[TurnId, int], ...]:
    """Guess from the recording when the turns without a fact begin (ms on the session clock).

    Nothing is changed. Raises CoderError without a recording that is in place, and
    Stopped when it was stopped.
    """
    kept = study.recordings(session.id)
    if not kept:
        raise CoderError("no_recording", session=session.address)
    media = imports.find_media(study, kept[0])
    if media is None:
        raise CoderError("recording_missing", path=Path(kept[0].path))
    sound = recording.speech(media, progress, stopped)
    version = study.transcripts(session.id)[-1]
    return fitting.fit(
        [_without_guess(turn) for turn in study.turns(session.id)],
        sound.stretches,
        version.stamps,
        kept[0].offset_ms + kept[0].duration_ms,
        notes=version.notes,
        voice=sound.voice,
        begin_ms=kept[0].offset_ms,
    )


def take_estimates(
    study: Study, session: Session, found: Sequence[tuple[TurnId, int]], by: Viewer = None
) -> Change:
    """Take estimates over as one act, in the place of earlier ones; none takes those away."""
    kept = study.timings(session.id)
    gone = [each for each in kept if each.times is TimeSource.ESTIMATED]
    come = [
        Timing(TimingId(new_id()), session.id, turn, at_ms, TimeSource.ESTIMATED)
        for turn, at_ms in found
    ]
    what = f"estimate the times of {len(come)} turns" if come else "drop the estimated times"
    return _retime(study, session, gone, come, Change(what, by=by))


def _fact(turn: Turn) -> bool:
    return turn.times in FACTS and turn.start_ms is not None


def _as_tapped(turn: Turn, taps: Mapping[TurnId, int]) -> Turn:
    return dataclasses.replace(turn, start_ms=taps.get(turn.id, turn.start_ms))


def _without_guess(turn: Turn) -> Turn:
    if _fact(turn):
        return turn
    return dataclasses.replace(turn, start_ms=None, end_ms=None, times=TimeSource.NONE)


def _refuse_backward(facts: Sequence[Turn]) -> None:
    """Facts rise, but where the file itself steps back: a tap makes no new step."""
    for before, after in itertools.pairwise(facts):
        if (after.start_ms or 0) < (before.start_ms or 0) and _tapped_now(before, after):
            raise CoderError(
                "tap_backward",
                turn=before.n,
                at=format_clock(before.start_ms or 0),
                after=after.n,
                then=format_clock(after.start_ms or 0),
            )


def _tapped_now(before: Turn, after: Turn) -> bool:
    given = {TimeSource.GIVEN, TimeSource.ANCHOR}
    return not (before.times in given and after.times in given)


def _retime(
    study: Study,
    session: Session,
    gone: Sequence[Timing],
    come: Sequence[Timing],
    change: Change,
) -> Change:
    """Change timings, and let the marks whose moment was a guess follow their turns."""
    version = study.transcripts(session.id)[-1]
    span = covered(study.recordings(session.id))
    left = [each for each in study.timings(session.id) if each not in gone]
    base = study.turns_of(version)
    end_ms = None if span is None else span[1]
    after = transcripts.timed(base, [*left, *come], version.stamps, end_ms)
    pairs = list(_following(study, session, study.turns(session.id), after))
    removed: list[Item] = [*gone, *(old for old, _ in pairs)]
    added: list[Item] = [*come, *(new for _, new in pairs)]
    return study.apply(dataclasses.replace(change, removed=tuple(removed), added=tuple(added)))


def _following(
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
            if old is not None and not _given(old) and anchor.start_ms == old.start_ms:
                moved = dataclasses.replace(anchor, start_ms=now[old.id].start_ms)
                pairs += (
                    [(mark, dataclasses.replace(mark, anchor=moved))] if moved != anchor else []
                )
    return pairs


def _given(turn: Turn) -> bool:
    return turn.times in {TimeSource.GIVEN, TimeSource.ANCHOR}
