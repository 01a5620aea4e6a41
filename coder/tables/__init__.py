"""Tables of codings made elsewhere: csv, xlsx or json into the marks and episodes of a coding.

The columns are design.md's (section 8). A table that this program wrote (export ``marks``) reads
back: its ``start_ms``, ``end_ms``, ``begin`` and ``stop`` are used where the plain columns say
less, its other columns are passed over, and the apostrophe that keeps a cell of a csv from being
taken for a formula is taken off. ``turn`` may name several turns, or be ``session`` for a mark
that has no place. A span that runs over several turns of one speaker holds them all. A file is
taken whole or not at all.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from coder.coding import (
    REPAIR_KINDS,
    RUPTURE_KINDS,
    Anchor,
    Coding,
    Episode,
    EpisodeId,
    Family,
    Kind,
    Mark,
    MarkId,
    Outcome,
    anchor_on,
)
from coder.errors import CoderError
from coder.markers import Marker, Scheme
from coder.session import Role, Turn, format_clock, new_id, parse_clock
from coder.tables.files import COLUMNS, EPISODE_COLUMNS, EXACT, Cells, Row, guard, sheet
from coder.tables.lists import pairs, taps
from coder.tables.quotes import Passage, Words, find, words_of
from coder.words import say

__all__ = ["COLUMNS", "EPISODE_COLUMNS", "Table", "guard", "pairs", "read", "taps"]

_MOST_REASONS = 20
_NEAR_MS = 60_000
_LEAST, _MOST_CLEAR, _MOST_INTENSE = 1, 3, 5
_NUMBERS = re.compile(r"\d{1,9}(?:[\s,;]+\d{1,9})*")
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_OUTCOME = "outcome"


_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """What a table adds: marks, and the episodes that are new or (under their old id) altered."""

    episodes: tuple[Episode, ...]
    marks: tuple[Mark, ...]
    with_sound: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """What rows are read against, and what they have come to so far."""

    coding: Coding
    scheme: Scheme
    turns: Mapping[int, Turn]
    words: Mapping[Role | None, Words]
    span_ms: tuple[int, int] | None
    episodes: dict[int, Episode]
    outcomes: dict[tuple[int, str], Outcome]
    marks: list[Mark]


def read(
    path: Path,
    *,
    coding: Coding,
    scheme: Scheme,
    turns: Sequence[Turn],
    episodes: Sequence[Episode] = (),
    span_ms: tuple[int, int] | None = None,
) -> Table:
    """Read a table against a session's turns; ``span_ms`` is what the recording covers.

    ``episodes`` are those the coding has. Raises CoderError (``table_…``) when the file cannot be
    read, and once for all the rows that are refused, each named with its reason.
    """
    found = sheet(path)
    words: dict[Role | None, Words] = {None: words_of(turns)}
    words.update({role: words_of([turn for turn in turns if turn.role == role]) for role in Role})
    known = {episode.number: episode for episode in episodes}
    reading = _Reading(
        coding,
        scheme,
        {turn.n: turn for turn in turns},
        words,
        span_ms,
        dict(known),
        {},
        [],
    )
    refused = [
        *_refusals(_take_episode, reading, found.episodes),
        *_refusals(_take_row, reading, found.rows),
    ]
    if refused:
        reasons = "\n".join(refused[:_MOST_REASONS])
        raise CoderError("table_refused", path=path, count=len(refused), reasons=reasons)
    changed = [each for each in reading.episodes.values() if each != known.get(each.number)]
    changed.sort(key=lambda each: each.number)
    texts = {each.id: each.precipitant for each in reading.episodes.values()}
    marks = tuple(_settled(mark, texts) for mark in reading.marks)
    return Table(tuple(changed), marks, found.with_sound)


def _refusals(
    take: Callable[[_Reading, Cells], None], reading: _Reading, rows: Iterable[Row]
) -> Iterator[str]:
    for where, cells in rows:
        try:
            take(reading, cells)
        except CoderError as fault:
            yield f"{where}: {say(fault)}"


def _settled(mark: Mark, texts: Mapping[EpisodeId, str]) -> Mark:
    """Leave a precipitant's text to its episode, unless the episode says more than that."""
    if mark.kind == Kind.PRECIPITANT and mark.text == texts[mark.episodes[0]]:
        return dataclasses.replace(mark, text="")
    return mark


# rows


def _take_row(reading: _Reading, cells: Cells) -> None:
    named = cells.get("kind", "").casefold() or Kind.MARKER.value
    if named == _OUTCOME:
        _take_outcome(reading, cells)
        return
    kind = _one_of(Kind, named, "row_unknown_kind", also=(_OUTCOME,))
    numbers = _episode_numbers(cells)
    if len(numbers) > 1 and kind not in REPAIR_KINDS:
        raise CoderError("row_one_episode")
    if kind == Kind.PRECIPITANT:
        numbers = numbers or (1,)
        text = cells.get("text", "").strip()
        _add_precipitant(reading, numbers[0], text)
        if text and not any(cells.get(name) for name in ("start", "start_ms", "turn", "quote")):
            return
    reading.marks.append(_mark(reading, cells, kind, numbers))


def _mark(reading: _Reading, cells: Cells, kind: Kind, numbers: Sequence[int]) -> Mark:
    marker = _marker(reading.scheme, kind, cells.get("marker", ""))
    person = _one_of(Role, cells.get("person", "") or Role.PATIENT, "row_unknown_person")
    # A precipitant is what the therapist did or failed to do: it may stand in anyone's turn.
    speaker = None if kind == Kind.PRECIPITANT and not cells.get("person") else person
    anchor, unfound = _anchor(reading, cells, speaker)
    quote, text, note = (cells.get(name, "") for name in ("quote", "text", "note"))
    if kind == Kind.PRECIPITANT:
        text = text.strip()
    elif kind == Kind.STATEMENT:
        # What the anchor holds word for word need not be said again.
        held = "" if anchor is None else anchor.quote.strip()
        text = text or ("" if quote.strip() == held else quote)
    if unfound and text != unfound:
        text, note = text or unfound, f"{note} “{unfound}”".lstrip() if text else note
    return Mark(
        id=MarkId(new_id()),
        coding_id=reading.coding.id,
        kind=kind,
        marker=marker.id if marker else None,
        family=_family(kind, marker, cells.get("family", "")),
        clarity=_whole(cells, "clarity", _MOST_CLEAR),
        person=person.value,
        anchor=anchor,
        text=text,
        note=note,
        episodes=tuple(_episode(reading, number).id for number in numbers),
    )


def _marker(scheme: Scheme, kind: Kind, name: str) -> Marker | None:
    if name:
        return scheme.marker(name)
    if kind in {Kind.MARKER, Kind.COMPONENT}:
        raise CoderError("row_no_marker")
    return None


def _family(kind: Kind, marker: Marker | None, name: str) -> Family | None:
    """Take the family given, else the marker's default; only ruptures have one."""
    if kind not in RUPTURE_KINDS:
        if name:
            raise CoderError("row_no_family", kind=kind.value)
        return None
    if name:
        # Samstag's word for confrontation is control.
        name = Family.CONFRONTATION if name.casefold() == "control" else name
        return _one_of(Family, name, "row_unknown_family")
    if marker is None:
        return Family.UNSURE
    return Family(marker.family) if marker.family else Family.UNSURE


def _take_outcome(reading: _Reading, cells: Cells) -> None:
    when = cells.get("marker", "").casefold()
    if when not in {"before", "after"}:
        raise CoderError("row_unknown_moment")
    outcome = _one_of(Outcome, cells.get("text", "").strip(), "row_unknown_outcome")
    for number in _episode_numbers(cells) or (1,):
        if reading.outcomes.setdefault((number, when), outcome) != outcome:
            raise CoderError("row_outcome_twice", episode=number)
        episode = _episode(reading, number)
        reading.episodes[number] = (
            dataclasses.replace(episode, outcome_before=outcome)
            if when == "before"
            else dataclasses.replace(episode, outcome_after=outcome)
        )


def _take_episode(reading: _Reading, cells: Cells) -> None:
    number = _whole(cells, "number", None)
    if number is None:
        raise CoderError("row_no_number")
    _add_precipitant(reading, number, cells.get("precipitant", "").strip())
    noticed = cells.get("noticed", "").casefold()
    if noticed and noticed not in _YES_NO:
        raise CoderError("row_yes_or_no")
    outcomes = {
        name: _one_of(Outcome, cells[name], "row_unknown_outcome")
        for name in ("outcome_before", "outcome_after")
        if cells.get(name)
    }
    # An episode has no place of its own yet for its bounds; they are not to be lost.
    bounds = [
        f"{name} {format_clock(parse_clock(cells[name]))}"
        for name in ("onset", "end")
        if cells.get(name)
    ]
    episode = _episode(reading, number)
    background = "; ".join(filter(None, (cells.get("background", "").strip(), *bounds)))
    intensity = _whole(cells, "intensity", _MOST_INTENSE)
    reading.episodes[number] = dataclasses.replace(
        episode,
        background=background or episode.background,
        intensity=episode.intensity if intensity is None else intensity,
        noticed=_YES_NO.get(noticed, episode.noticed),
        outcome_before=outcomes.get("outcome_before", episode.outcome_before),
        outcome_after=outcomes.get("outcome_after", episode.outcome_after),
    )


def _add_precipitant(reading: _Reading, number: int, text: str) -> None:
    episode = _episode(reading, number)
    if text and text not in {episode.precipitant, *episode.precipitant.split("\n")}:
        both = "\n".join(filter(None, (episode.precipitant, text)))
        reading.episodes[number] = dataclasses.replace(episode, precipitant=both)


def _episode(reading: _Reading, number: int) -> Episode:
    """Return the episode of a number; one that is not there yet is made."""
    if number not in reading.episodes:
        made = Episode(EpisodeId(new_id()), reading.coding.id, number)
        reading.episodes[number] = made
    return reading.episodes[number]


# cells

_Word = TypeVar("_Word", bound=StrEnum)


def _one_of(words: type[_Word], text: str, key: str, *, also: Sequence[str] = ()) -> _Word:
    try:
        return words(text.casefold())
    except ValueError as fault:
        raise CoderError(key, given=text, known=", ".join((*words, *also))) from fault


def _whole(cells: Cells, name: str, most: int | None) -> int | None:
    text = cells.get(name, "")
    if not text:
        return None
    number = int(text) if _NUMBERS.fullmatch(text) and text.isdigit() else 0
    if number < _LEAST or (most is not None and number > most):
        upper = "" if most is None else f" to {most}"
        raise CoderError("row_not_a_number", name=name, given=text, upper=upper)
    return number


def _numbers(cells: Cells, name: str) -> tuple[int, ...]:
    text = cells.get(name, "")
    if text and not _NUMBERS.fullmatch(text):
        raise CoderError("row_not_a_number", name=name, given=text, upper="")
    return tuple(dict.fromkeys(int(each) for each in re.findall(r"\d+", text)))


def _episode_numbers(cells: Cells) -> tuple[int, ...]:
    numbers = _numbers(cells, "episode")
    if 0 in numbers:
        raise CoderError("row_not_a_number", name="episode", given="0", upper="")
    return numbers


def _time(reading: _Reading, cells: Cells, name: str) -> int | None:
    """Read a time in ms on the session clock."""
    if cells.get(name):
        ms = parse_clock(cells[name])
    elif cells.get(f"{name}_ms"):
        ms = _numbers(cells, f"{name}_ms")[0]
    else:
        return None
    if reading.span_ms is not None and not reading.span_ms[0] <= ms <= reading.span_ms[1]:
        first, last = map(format_clock, reading.span_ms)
        raise CoderError("row_outside", time=format_clock(ms), first=first, last=last)
    return ms


# places


def _anchor(reading: _Reading, cells: Cells, speaker: Role | None) -> tuple[Anchor | None, str]:
    """Anchor a row, and return with it a quote that does not stand in the turns as written."""
    start, end = _time(reading, cells, "start"), _time(reading, cells, "end")
    quote = cells.get("quote", "")
    passage: Passage | None
    if cells.get("turn", "").casefold() == "session":
        return None, quote
    if cells.get("turn"):
        passage, unfound = _in_turns(reading, cells, quote)
    elif quote:
        passage, unfound = _by_quote(reading, quote, start, speaker)
    elif start is not None:
        passage, unfound = _holding(reading, start, speaker), ""
    else:
        raise CoderError("row_no_place")
    if passage is not None and end is not None:
        passage, unfound = _spanning(reading, cells, passage, end, unfound)
    anchor = Anchor(start_ms=start)
    if passage is not None:
        anchor = anchor_on(passage.turns, start, begin=passage.begin, stop=passage.stop)
    if end is not None and (anchor.start_ms is None or end < anchor.start_ms):
        raise CoderError("row_ends_first")
    return dataclasses.replace(anchor, end_ms=end), unfound


def _in_turns(reading: _Reading, cells: Cells, quote: str) -> tuple[Passage, str]:
    numbers = _numbers(cells, "turn")
    for number in numbers:
        if number not in reading.turns:
            raise CoderError("row_no_such_turn", turn=number)
    turns = tuple(reading.turns[number] for number in numbers)
    exact = _exactly(turns, cells)
    if exact is not None:
        return exact, ""
    found = find(words_of(turns), quote)
    return (found[0], "") if found else (Passage(turns), quote)


def _spanning(
    reading: _Reading, cells: Cells, passage: Passage, end: int, unfound: str
) -> tuple[Passage, str]:
    """Take in the turns that the same speaker begins before a span's end.

    What this program wrote names its turns itself, and so does a row with several of them, or
    with a quote that runs over several.
    """
    told = any(cells.get(name) for name in EXACT) or len(_numbers(cells, "turn")) > 1
    first = passage.turns[0]
    more = tuple(
        turn
        for turn in reading.turns.values()
        if (turn.label, turn.role) == (first.label, first.role)
        and turn.n > first.n
        and turn.start_ms is not None
        and (first.start_ms or 0) <= turn.start_ms < end
    )
    if told or not more or len(passage.turns) > 1:
        return passage, unfound
    joined = (first, *more)
    quoted = find(words_of(joined), unfound) if unfound else []
    if quoted:
        return quoted[0], ""
    return Passage(joined, passage.begin), unfound


def _exactly(turns: tuple[Turn, ...], cells: Cells) -> Passage | None:
    """Take the range that an export names, if it still holds the words it held."""
    begin, stop = _numbers(cells, "begin"), _numbers(cells, "stop")
    passage = Passage(turns, begin[0] if begin else 0, stop[0] if stop else None)
    if passage.begin > len(turns[0].text) or (passage.stop or 0) > len(turns[-1].text):
        return None
    held = anchor_on(turns, begin=passage.begin, stop=passage.stop).quote
    return passage if held.strip() == cells.get("quote", "").strip() else None


def _by_quote(
    reading: _Reading, quote: str, start: int | None, speaker: Role | None
) -> tuple[Passage | None, str]:
    """Find a quote; a start settles which of several is meant, and stands alone if none is."""
    found = find(reading.words[speaker], quote) or find(reading.words[None], quote)
    if start is None:
        if not found:
            raise CoderError("row_words_not_found")
        if len(found) > 1:
            turns = ", ".join(dict.fromkeys(str(each.turns[0].n) for each in found))
            raise CoderError("row_words_not_unique", turns=turns)
        return found[0], ""
    timed = [(_far(each, start), n) for n, each in enumerate(found) if _is_timed(each)]
    if timed and min(timed)[0] <= _NEAR_MS:
        return found[min(timed)[1]], ""
    if not timed and len(found) == 1:
        return found[0], ""
    return _holding(reading, start, speaker), quote


def _is_timed(passage: Passage) -> bool:
    return passage.turns[0].start_ms is not None


def _far(passage: Passage, start: int) -> int:
    return abs((passage.turns[0].start_ms or 0) - start)


def _holding(reading: _Reading, start: int, speaker: Role | None) -> Passage | None:
    """Return the turn that holds a moment: the person's last begun at or before it.

    A time in whole seconds means that second: forms round down, so a turn begun within it counts.
    """
    held = None
    start += _SECOND_MS - 1 if start % _SECOND_MS == 0 else 0
    for turn in reading.words[speaker].turns:
        if turn.start_ms is not None and turn.start_ms <= start:
            held = turn if held is None or turn.start_ms >= (held.start_ms or 0) else held
    return None if held is None else Passage((held,))
