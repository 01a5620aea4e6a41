"""Give turns their times after the import: by taps while one listens, or guessed from the sound.

Taps are facts, as the times of the file are. Everything between is interpolated anew with each.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coder import imports, recording
from coder.clock import Times, following
from coder.coding import Change, Item
from coder.errors import CoderError
from coder.session import (
    OF_THE_FILE,
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
from coder.transcripts.timing import is_firm, unguessed

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
    times = Times.of(study, session)
    turns = times.turns(times.kept)
    facts = {turn.id: turn for turn in turns}
    for turn in taps:
        if turn not in facts:
            raise CoderError("unknown_turn", session=session.address)
        if facts[turn].times in OF_THE_FILE:
            raise CoderError("turn_timed", turn=facts[turn].n)
    for at_ms in taps.values():
        _refuse_outside(study, session, at_ms)
    _refuse_backward([_as_tapped(turn, taps) for turn in turns if is_firm(turn) or turn.id in taps])
    gone = [each for each in times.kept if _is_tap(each) and each.turn_id in taps]
    come = [
        Timing(TimingId(new_id()), session.id, turn, at_ms, TimeSource.TAPPED)
        for turn, at_ms in taps.items()
    ]
    what = f"tap {len(taps)} turns"
    if len(taps) == 1:
        what = f"{TAP} {facts[next(iter(taps))].n}"
    return _retime(study, session, times, (gone, come), Change(what, by=by))


def untap(study: Study, session: Session, turn: TurnId, by: Viewer = None) -> Change | None:
    """Take a turn's tap away; None when it has none."""
    times = Times.of(study, session)
    gone = [each for each in times.kept if _is_tap(each) and each.turn_id == turn]
    if not gone:
        return None
    return _retime(study, session, times, (gone, []), Change("take a tap away", by=by))


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
    from coder.transcripts import fitting  # only now: NumPy takes its time

    return fitting.fit(
        [unguessed(turn) for turn in study.turns(session.id)],
        sound.stretches,
        version.stamps,
        kept[0].offset_ms + kept[0].duration_ms,
        notes=version.notes,
        voice=sound.voice,
        begin_ms=kept[0].offset_ms,
    )


def take_estimates(
    study: Study, session: Session, found: Sequence[tuple[TurnId, int]], by: Viewer = None
) -> Change | None:
    """Take estimates over as one act, in the place of earlier ones; none takes those away.

    None when there is nothing to take, nor to take away.
    """
    times = Times.of(study, session)
    gone = [each for each in times.kept if not _is_tap(each)]
    come = [
        Timing(TimingId(new_id()), session.id, turn, at_ms, TimeSource.ESTIMATED)
        for turn, at_ms in found
    ]
    if not gone and not come:
        return None
    what = f"estimate the times of {len(come)} turns" if come else "drop the estimated times"
    return _retime(study, session, times, (gone, come), Change(what, by=by))


def _is_tap(timing: Timing) -> bool:
    return timing.times is TimeSource.TAPPED


def _as_tapped(turn: Turn, taps: Mapping[TurnId, int]) -> Turn:
    return dataclasses.replace(turn, start_ms=taps.get(turn.id, turn.start_ms))


def _refuse_outside(study: Study, session: Session, at_ms: int) -> None:
    span = covered(study.recordings(session.id))
    if span is not None and not span[0] <= at_ms <= span[1]:
        first, last = map(format_clock, span)
        raise CoderError("tap_outside", at=format_clock(at_ms), first=first, last=last)


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
    return not (before.times in OF_THE_FILE and after.times in OF_THE_FILE)


def _retime(
    study: Study,
    session: Session,
    times: Times,
    swap: tuple[Sequence[Timing], Sequence[Timing]],
    change: Change,
) -> Change:
    """Swap timings for others, and let the marks whose moment was a guess follow their turns."""
    gone, come = swap
    left = [each for each in times.kept if each not in gone]
    before, after = times.turns(times.kept), times.turns([*left, *come])
    pairs = following(study, session, before, after)
    removed: list[Item] = [*gone, *(old for old, _ in pairs)]
    added: list[Item] = [*come, *(new for _, new in pairs)]
    return study.apply(dataclasses.replace(change, removed=tuple(removed), added=tuple(added)))
