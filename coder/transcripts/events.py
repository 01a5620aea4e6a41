"""The neutral model: what readers find in a file, in file order, and the turns made of it.

A reader never makes turns. It says what each line is; ``assemble`` does the rest, so that joining
lines, giving anchors to turns and finding notes are written once.
"""

import bisect
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coder.errors import Notice
from coder.session import Note, Reported, Stamp, TimeSource, Turn, TurnId, new_id

SKIPPED = "left out as asked"
BEFORE = "stands before the first speaker"


class Kind(StrEnum):
    """What a piece of the file is.

    MORE goes on with the turn before it. An ANCHOR is a time at which the next turn begins, a
    STAMP one between the words of the turn before it.
    """

    TURN = "turn"
    MORE = "more"
    NOTE = "note"
    ANCHOR = "anchor"
    STAMP = "stamp"
    HEADING = "heading"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of the file. Times in ms; a line counts from 1; ``why`` is for what is left out."""

    kind: Kind
    line: int
    text: str
    label: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before the words of a turn: a label, perhaps times, and how sure it is one.

    ``shape`` is colon, tab, bracket, header (two spaces and a time) or weak (one space).
    """

    label: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    shape: str = "colon"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a paragraph of a document, by its number in the file.

    ``prefix`` is set where the file itself says who speaks (a table), ``why`` where a reader
    already knows that the line is not speech.
    """

    number: int
    text: str
    heading: bool = False
    prefix: Prefix | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader found.

    ``cues`` counts timed blocks, None where the format has none. ``spans`` are the times (ms) whose
    order is looked at, where they are not simply those of the events. ``parts`` are the sessions of
    a file with several, ``tiers`` all tiers of a file, each with its count of turns, and ``taken``
    those that were read; ``titles`` are a table's columns, ``columns`` what was read from which.
    """

    events: tuple[Event, ...]
    cues: int | None = None
    warnings: tuple[Notice, ...] = ()
    spans: tuple[tuple[int, int | None], ...] | None = None
    parts: tuple[tuple[str, int], ...] = ()
    tiers: tuple[tuple[str, int], ...] = ()
    taken: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assembled:
    """Turns and all that stands beside them. ``stamps`` are times within turns."""

    turns: tuple[Turn, ...]
    stamps: tuple[Stamp, ...]
    notes: tuple[Note, ...]
    anchors: tuple[tuple[int, int], ...]
    reported: tuple[Reported, ...]
    unused_anchors: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """A turn being put together; ``broken`` when something that is no speech stands before it."""

    label: str
    pieces: list[tuple[int, str]]
    start_ms: int | None
    end_ms: int | None
    times: TimeSource
    broken: bool = False
    stamps: list[tuple[int, int]] = field(default_factory=list)  # how many pieces before it, and ms

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.pieces)


NOTE = re.compile(r"\(\([^()]*\)\)|\([^()]*\)|\[[^\[\]]*\]")
_PUNCTUATION = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Fold each run of white space into one space."""
    return " ".join(text.split())


def only_notes(text: str) -> bool:
    """Tell whether a text holds nothing but notes, as in “(sigh)”."""
    return not _PUNCTUATION.sub("", NOTE.sub("", text))


def assemble(
    events: Sequence[Event], merge_gap_ms: int | None = None, *, lift_notes: bool = False
) -> Assembled:
    """Make turns of events, in file order. ``merge_gap_ms`` joins neighbours of one speaker.

    ``lift_notes`` takes notes out of the words of turns; they are listed all the same.
    """
    drafts, unused = _drafts(events)
    empty = [draft for draft in drafts if not draft.text]
    drafts = _merged([draft for draft in drafts if draft.text], merge_gap_ms)
    turns = [_turn(n, draft) for n, draft in enumerate(drafts, 1)]
    notes = [Note(each.line, each.text) for each in events if each.kind is Kind.NOTE]
    for turn, draft in zip(turns, drafts, strict=True):
        notes.extend(_notes_within(turn, draft))
    stamps = [each for n, draft in enumerate(drafts, 1) for each in _stamps(n, draft)]
    if lift_notes:
        turns, notes, stamps = _lifted(turns, notes, stamps)
    reported = [
        Reported(each.line, each.text, each.why)
        for each in events
        if each.kind in {Kind.HEADING, Kind.NOISE}
    ]
    reported += [Reported(draft.pieces[0][0], draft.label, "no words follow") for draft in empty]
    return Assembled(
        tuple(turns),
        tuple(stamps),
        tuple(sorted(notes, key=lambda note: note.line)),
        tuple(
            (each.line, each.start_ms)
            for each in events
            if each.kind in {Kind.ANCHOR, Kind.STAMP} and each.start_ms is not None
        ),
        tuple(sorted(reported, key=lambda each: each.line)),
        unused,
    )


def _drafts(events: Iterable[Event]) -> tuple[list[_Draft], int]:
    """Join what belongs to one turn; count the anchors that no turn begins at."""
    drafts: list[_Draft] = []
    waiting: int | None = None
    broken, unused = False, 0
    for each in events:
        if each.kind is Kind.TURN:
            drafts.append(_begun(each, waiting, broken=broken))
            unused += waiting is not None and each.start_ms is not None
            waiting, broken = None, False
        elif each.kind is Kind.MORE:
            waiting = _go_on(drafts, each, waiting)
            unused += waiting is not None
            waiting = None
        elif each.kind is Kind.ANCHOR:
            unused += waiting is not None
            waiting, broken = each.start_ms, True
        elif each.kind is Kind.STAMP:
            unused += not _stamped(drafts, each)
        else:
            broken = broken or each.kind is not Kind.NOISE
    return drafts, unused + (waiting is not None)


def _stamped(drafts: list[_Draft], event: Event) -> bool:
    """Give a time to the place in the last turn where it stands."""
    if not drafts or event.start_ms is None:
        return False
    draft = drafts[-1]
    before = len(draft.pieces) if draft.pieces[0][1] else 0
    draft.stamps.append((before, event.start_ms))
    return True


def _stamps(n: int, draft: _Draft) -> Iterator[Stamp]:
    ends = [0]
    for _, text in draft.pieces:
        ends.append(ends[-1] + len(text) + (ends[-1] > 0))
    for before, ms in draft.stamps:
        at = ends[before]
        yield Stamp(n, at + 1 if 0 < at < ends[-1] else at, ms)


def _lifted(
    turns: Sequence[Turn], notes: Sequence[Note], stamps: Sequence[Stamp]
) -> tuple[list[Turn], list[Note], list[Stamp]]:
    """Take notes out of the words of turns, but for turns that are nothing but notes."""
    words: list[Turn] = []
    spoken: dict[int, list[tuple[int, int, int]]] = {}
    for turn in turns:
        pieces = [(0, len(turn.text))] if only_notes(turn.text) else list(_spoken(turn.text))
        new = 0
        for begin, end in pieces:
            spoken.setdefault(turn.n, []).append((begin, end, new))
            new += end - begin + 1
        text = " ".join(turn.text[begin:end] for begin, end in pieces)
        words.append(dataclasses.replace(turn, text=text))
    placed = [
        note
        if note.turn is None or note.begin is None
        else dataclasses.replace(note, begin=_moved(spoken[note.turn], note.begin, 0))
        for note in notes
    ]
    moved = [
        dataclasses.replace(stamp, begin=_moved(spoken[stamp.turn], stamp.begin, 1))
        for stamp in stamps
    ]
    return words, placed, moved


def _spoken(text: str) -> Iterator[tuple[int, int]]:
    """Find the stretches of words between notes, without the spaces at their ends."""
    at = 0
    for note in [*(found.span() for found in NOTE.finditer(text)), (len(text), len(text))]:
        piece = text[at : note[0]]
        if piece.strip():
            begin = at + len(piece) - len(piece.lstrip())
            yield begin, begin + len(piece.strip())
        at = note[1]


def _moved(spoken: Sequence[tuple[int, int, int]], at: int, on: int) -> int:
    """Find a place anew: what stood among notes is at the end of the words before it.

    With ``on`` = 1 it is at the beginning of those after it, where there are any.
    """
    n = bisect.bisect_right(spoken, at, key=lambda each: each[0]) - 1
    if n >= 0 and (at < spoken[n][1] or n + on == len(spoken) or not on):
        begin, end, new = spoken[n]
        return new + min(at, end) - begin
    return spoken[n + 1][2] if on else 0


def _go_on(drafts: list[_Draft], event: Event, anchor: int | None) -> int | None:
    """Add to the last turn. A time between a label and its first words is the turn's."""
    draft = drafts[-1]
    words_yet = bool(draft.pieces[0][1])
    if not words_yet:
        draft.pieces.clear()
    text = plain(event.text)
    if text or not draft.pieces:
        draft.pieces.append((event.line, text))
    if words_yet or anchor is None or draft.start_ms is not None:
        return anchor
    drafts[-1] = dataclasses.replace(draft, start_ms=anchor, times=TimeSource.ANCHOR)
    return None


def _begun(event: Event, anchor: int | None, *, broken: bool) -> _Draft:
    pieces = [(event.line, plain(event.text))]
    if event.start_ms is None and anchor is not None:
        return _Draft(event.label, pieces, anchor, event.end_ms, TimeSource.ANCHOR, broken)
    times = TimeSource.NONE if event.start_ms is None else TimeSource.GIVEN
    return _Draft(event.label, pieces, event.start_ms, event.end_ms, times, broken)


def _merged(drafts: list[_Draft], gap_ms: int | None) -> list[_Draft]:
    if gap_ms is None:
        return drafts
    merged: list[_Draft] = []
    words_before = False  # what was joined holds words; its text is not looked through again
    for draft in drafts:
        words = not only_notes(draft.text)
        if merged and words_before and words and _near(merged[-1], draft, gap_ms):
            head = merged[-1]
            head.stamps.extend((len(head.pieces) + before, ms) for before, ms in draft.stamps)
            head.pieces.extend(draft.pieces)
            merged[-1] = dataclasses.replace(head, end_ms=draft.end_ms)
        else:
            merged.append(draft)
        words_before = words
    return merged


def _near(before: _Draft, after: _Draft, gap_ms: int) -> bool:
    if before.label != after.label or after.broken or before.end_ms is None:
        return False
    if before.start_ms is None or after.start_ms is None or after.start_ms < before.start_ms:
        return False
    return after.start_ms - before.end_ms <= gap_ms


def _turn(n: int, draft: _Draft) -> Turn:
    return Turn(
        id=TurnId(new_id()),
        n=n,
        line=draft.pieces[0][0],
        label=draft.label,
        text=draft.text,
        start_ms=draft.start_ms,
        end_ms=draft.end_ms,
        times=draft.times,
    )


def _notes_within(turn: Turn, draft: _Draft) -> Iterator[Note]:
    """Find the notes in a turn; a note's line is where it begins."""
    pieces = iter(draft.pieces)
    at, line = 0, turn.line
    for found in NOTE.finditer(turn.text):
        while at <= found.start():
            line, piece = next(pieces)
            at += len(piece) + 1
        yield Note(line, found[0], turn.n, found.start())
