"""Segments of a session: how long they are, and what the marks of each come to.

They are stretches of the session's clock from 0:00 on, also where a recording begins later, as
agreement by segment has them. A tick of a segment is a mark that spans just it (or what of it lies
in the session, at its ends) and stands on no turn; every other mark counts where it lies.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coder.coding import (
    Anchor,
    Change,
    CodedSession,
    Coding,
    Family,
    Kind,
    Mark,
    MarkId,
    RaterId,
    StudySetting,
)
from coder.contents import UNSEGMENTED, segments_of
from coder.errors import CoderError
from coder.extent import met, time_of
from coder.markers import Marker, Scheme
from coder.session import Role, Turn, covered, format_clock, new_id
from coder.study import Study

_LONGEST_S = 36_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What the marks of a segment with one marker come to.

    ``count`` is how many places in it were marked; a tick of the whole segment is one when no
    place is. ``clarity`` is the greatest that was given, None where none was.
    """

    count: int
    clarity: int | None


def cells(
    marks: Iterable[Mark],
    segment_ms: int,
    span: tuple[int, int],
    turns: Iterable[Turn] = (),
) -> dict[tuple[int, str], Cell]:
    """Sum marks up by segment (its start, ms) and marker, over the segments that meet ``span``.

    A mark counts in every segment that it meets, as in agreement (coder.extent, for both).
    """
    starts = {turn.id: turn.start_ms for turn in turns}
    shown = {start // segment_ms for start in within(segment_ms, span)}
    found: dict[tuple[int, str], list[Mark]] = {}
    for mark in marks:
        when = time_of(mark, starts)
        if mark.marker is None or when is None:
            continue
        for n in met(when, segment_ms):
            if n in shown:
                found.setdefault((n * segment_ms, mark.marker), []).append(mark)
    return {key: _sum(here, segment_ms, span) for key, here in found.items()}


def _sum(marks: list[Mark], segment_ms: int, span: tuple[int, int]) -> Cell:
    places = [mark for mark in marks if not is_tick(mark, segment_ms, span)]
    clarity = [mark.clarity for mark in marks if mark.clarity is not None]
    return Cell(len(places) or 1, max(clarity, default=None))


def within(segment_ms: int, span: tuple[int, int]) -> tuple[int, ...]:
    """The starts (ms) of the segments that meet a span of the session."""
    last = max(span[0], span[1] - 1) // segment_ms
    return tuple(n * segment_ms for n in range(span[0] // segment_ms, last + 1))


def span_of(
    turns: Iterable[Turn], covered: tuple[int, int] | None = None
) -> tuple[int, int] | None:
    """From the first to the last moment (ms) that was said or recorded; None where untimed."""
    bounds = [] if covered is None else [covered]
    for turn in turns:
        if turn.start_ms is not None:
            end = turn.start_ms if turn.end_ms is None else turn.end_ms
            bounds.append((turn.start_ms, max(end, turn.start_ms + 1)))
    if not bounds:
        return None
    return min(begin for begin, _ in bounds), max(end for _, end in bounds)


# Ticks


def is_stretch(mark: Mark) -> bool:
    """Tell whether a mark is about a stretch of time as a whole, and not about what was said."""
    anchor = mark.anchor
    timed = anchor is not None and anchor.start_ms is not None and anchor.end_ms is not None
    return timed and anchor is not None and not anchor.turns


def is_tick(mark: Mark, segment_ms: int, span: tuple[int, int] | None) -> bool:
    """Tell whether a mark is a stretch that is just one segment: no more of it, and no less.

    Of the first and the last segment, what lies in the ``span`` of the session is the whole too.
    """
    anchor = mark.anchor
    if anchor is None or anchor.start_ms is None or anchor.end_ms is None or anchor.turns:
        return False
    begin = anchor.start_ms // segment_ms * segment_ms
    end = begin + segment_ms
    first, last = (begin, end) if span is None else (max(begin, span[0]), min(end, span[1]))
    whole = anchor.start_ms in {begin, first} and anchor.end_ms in {end, last}
    return whole and anchor.start_ms < anchor.end_ms


def of_segment(coded: CodedSession, mark: Mark) -> bool:
    """Tell whether a mark of a coding is the tick of a segment, which has no moment within it."""
    length_s = coded.scheme.segment_s
    if length_s is None or not is_stretch(mark):
        return False
    return is_tick(mark, length_s * 1000, span_of(coded.turns, coded.span_ms))


def stretch(mark: Mark) -> tuple[int, int]:
    """From when to when (ms) a mark is that is about a stretch of time."""
    anchor = mark.anchor or Anchor()
    return anchor.start_ms or 0, anchor.end_ms or 0


def tick_of(
    marks: Iterable[Mark],
    marker: str,
    start_ms: int,
    segment_ms: int,
    span: tuple[int, int] | None = None,
) -> Mark | None:
    """The tick of a segment with a marker, if there is one."""
    for mark in marks:
        at = None if mark.anchor is None else mark.anchor.start_ms
        here = at is not None and at // segment_ms == start_ms // segment_ms
        if mark.marker == marker and here and is_tick(mark, segment_ms, span):
            return mark
    return None


def tick(
    coding: Coding, marker: Marker, start_ms: int, segment_ms: int, clarity: int | None
) -> Mark:
    """Make a tick of a segment; a rupture marker without a default family is unsure."""
    rupture = marker.kind == "marker"
    therapist = marker.person == Role.THERAPIST.value
    return Mark(
        MarkId(new_id()),
        coding.id,
        Kind(marker.kind),
        marker.id,
        Family(marker.family or Family.UNSURE) if rupture else None,
        clarity,
        person=Role.THERAPIST.value if therapist else Role.PATIENT.value,
        anchor=Anchor(start_ms=start_ms, end_ms=start_ms + segment_ms),
    )


# How long they are


def length_s(study: Study, scheme: Scheme) -> int | None:
    """How long the segments of a scheme are in a study (s): as settled there, else its own."""
    return study.segment_s(scheme)


def set_length(study: Study, scheme_id: str, seconds: int | None, by: RaterId | None) -> None:
    """Settle how long the segments of a scheme are (s), None for none; the lead's to say.

    Raises CoderError, also when something was given to segments of another length already.
    """
    scheme = study.scheme(scheme_id)
    if by is not None:
        raise CoderError("segments_lead")
    if seconds is not None and not 1 <= seconds <= _LONGEST_S:
        raise CoderError("segments_length", seconds=seconds)
    before = length_s(study, scheme)
    if seconds == before:
        return
    count = given(study, scheme_id)
    if count and before is not None:
        now = format_clock(before * 1000)
        raise CoderError("segments_in_use", count=count, scheme=scheme_id, length=now)
    old = study.setting(segments_of(scheme_id))
    new = StudySetting(segments_of(scheme_id), str(seconds or UNSEGMENTED))
    change = Change("length of segments", () if old is None else (old,), (new,), by)
    study.apply(change, "final")


def given(study: Study, scheme_id: str) -> int:
    """How many ticks and ratings of segments the codings under a scheme hold."""
    codings = [each for each in study.codings(None) if each.scheme == scheme_id]
    seconds = length_s(study, study.scheme(scheme_id))
    rated = (rating for each in codings for rating in study.ratings(each.id))
    count = sum(rating.segment_ms is not None for rating in rated)
    for each in codings if seconds is not None else ():
        span = span_of(study.turns(each.session_id), covered(study.recordings(each.session_id)))
        marks = study.marks(each.id)
        count += sum(is_tick(mark, (seconds or 0) * 1000, span) for mark in marks)
    return count
