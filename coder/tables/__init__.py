"""Tables of codings made elsewhere: csv, xlsx or json into the marks and episodes of a coding.

The columns are design.md's (section 8). A table that this program wrote (export ``marks``) reads
back: its ``start_ms``, ``end_ms``, ``begin`` and ``stop`` are used where the plain columns say
less, its other columns are passed over, and the apostrophe that keeps a cell of a csv from being
taken for a formula is taken off. ``turn`` may name several turns, or be ``session`` for a mark
that has no place. A span that runs over several turns of one speaker holds them all. A file is
taken whole or not at all.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from coder.coding import (
    REPAIR_KINDS,
    RUPTURE_KINDS,
    Coding,
    Episode,
    EpisodeId,
    Family,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Presence,
    Rating,
)
from coder.errors import CoderError
from coder.markers import Marker, Scheme, session_level
from coder.session import Role, Turn, format_clock, new_id, parse_clock
from coder.tables.cells import episode_numbers, one_of, whole
from coder.tables.files import COLUMNS, EPISODE_COLUMNS, Cells, Row, guard, sheet
from coder.tables.lists import pairs, taps
from coder.tables.places import Said, place
from coder.tables.quotes import Words, words_of
from coder.tables.rated import presence, rating, same_spot, says_same
from coder.words import say

__all__ = ["COLUMNS", "EPISODE_COLUMNS", "Table", "guard", "pairs", "read", "same_spot", "taps"]

_MOST_REASONS = 20
_MOST_CLEAR, _MOST_INTENSE = 3, 5
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Table:
    """What a table adds: marks, and the episodes that are new or (under their old id) altered.

    Its ratings and presences stand in the place of what was said of the same before.
    """

    episodes: tuple[Episode, ...]
    marks: tuple[Mark, ...]
    with_sound: bool
    settled: tuple[Rating | Presence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What rows are read against, and what they have come to so far."""

    coding: Coding
    scheme: Scheme
    said: Said
    episodes: dict[int, Episode]
    outcomes: dict[tuple[int, str], Outcome]
    marks: list[Mark]
    settled: list[Rating | Presence]


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
        Said({turn.n: turn for turn in turns}, words, span_ms),
        dict(known),
        {},
        [],
        [],
    )
    refused = [
        *_refusals(_take_episode, reading, found.episodes),
        *_refusals(_take_row, reading, found.rows),
        *_refusals(_take_rating, reading, found.ratings),
        *_refusals(_take_presence, reading, found.presences),
    ]
    if refused:
        reasons = "\n".join(refused[:_MOST_REASONS])
        raise CoderError("table_refused", path=path, count=len(refused), reasons=reasons)
    changed = [each for each in reading.episodes.values() if each != known.get(each.number)]
    changed.sort(key=lambda each: each.number)
    texts = {each.id: each.precipitant for each in reading.episodes.values()}
    marks = tuple(_settled(mark, texts) for mark in reading.marks)
    return Table(tuple(changed), marks, found.with_sound, tuple(reading.settled))


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
    named = cells.get("kind", "").casefold()
    if named == _OUTCOME:
        _take_outcome(reading, cells)
        return
    kind = _kind(reading.scheme, named, cells.get("marker", ""))
    numbers = episode_numbers(cells)
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
    usual = Role.THERAPIST if marker is not None and marker.person == "therapist" else Role.PATIENT
    person = one_of(Role, cells.get("person", "") or usual, "row_unknown_person")
    # A precipitant is what the therapist did or failed to do: it may stand in anyone's turn.
    speaker = None if kind == Kind.PRECIPITANT and not cells.get("person") else person
    anchor, unfound = place(reading.said, cells, speaker, whole=kind == Kind.SESSION)
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
        clarity=whole(cells, "clarity", _MOST_CLEAR),
        person=person.value,
        anchor=anchor,
        text=text,
        note=note,
        episodes=tuple(_episode(reading, number).id for number in numbers),
    )


# The kinds that a marker is of itself; a flag may name the rupture that it is.
_OWN_KINDS = frozenset({Kind.MARKER, Kind.COMPONENT, Kind.PROCESS, Kind.SESSION})


def _kind(scheme: Scheme, named: str, marker: str) -> Kind:
    """The kind of a row: what it says, else what its marker is."""
    if named:
        return one_of(Kind, named, "row_unknown_kind", also=(_OUTCOME,))
    return Kind(_named(scheme, marker).kind) if marker else Kind.MARKER


def _marker(scheme: Scheme, kind: Kind, name: str) -> Marker | None:
    if name:
        marker = _named(scheme, name)
        wanted = Kind.MARKER if kind == Kind.FLAG else kind
        if wanted in _OWN_KINDS and marker.kind != wanted.value:
            told = {"marker": marker.label, "kind": marker.kind, "given": kind.value}
            raise CoderError("row_other_kind", **told)
        return marker
    if kind in _OWN_KINDS:
        raise CoderError("row_no_marker")
    return None


def _named(scheme: Scheme, name: str) -> Marker:
    """A marker of the scheme, else one that any scheme has of the session as a whole."""
    try:
        return scheme.marker(name)
    except CoderError as fault:
        if fault.key != "unknown_marker":  # several have the name
            raise
        try:
            return session_level().marker(name)
        except CoderError:
            raise fault from None


def _family(kind: Kind, marker: Marker | None, name: str) -> Family | None:
    """Take the family given, else the marker's default; only ruptures have one."""
    if kind not in RUPTURE_KINDS:
        if name:
            raise CoderError("row_no_family", kind=kind.value)
        return None
    if name:
        # Samstag's word for confrontation is control.
        name = Family.CONFRONTATION if name.casefold() == "control" else name
        return one_of(Family, name, "row_unknown_family")
    if marker is None:
        return Family.UNSURE
    return Family(marker.family) if marker.family else Family.UNSURE


def _take_outcome(reading: _Reading, cells: Cells) -> None:
    when = cells.get("marker", "").casefold()
    if when not in {"before", "after"}:
        raise CoderError("row_unknown_moment")
    outcome = one_of(Outcome, cells.get("text", "").strip(), "row_unknown_outcome")
    for number in episode_numbers(cells) or (1,):
        if reading.outcomes.setdefault((number, when), outcome) != outcome:
            raise CoderError("row_outcome_twice", episode=number)
        episode = _episode(reading, number)
        reading.episodes[number] = (
            dataclasses.replace(episode, outcome_before=outcome)
            if when == "before"
            else dataclasses.replace(episode, outcome_after=outcome)
        )


def _take_episode(reading: _Reading, cells: Cells) -> None:
    number = whole(cells, "number", None)
    if number is None:
        raise CoderError("row_no_number")
    _add_precipitant(reading, number, cells.get("precipitant", "").strip())
    noticed = cells.get("noticed", "").casefold()
    if noticed and noticed not in _YES_NO:
        raise CoderError("row_yes_or_no")
    outcomes = {
        name: one_of(Outcome, cells[name], "row_unknown_outcome")
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
    intensity = whole(cells, "intensity", _MOST_INTENSE)
    reading.episodes[number] = dataclasses.replace(
        episode,
        background=background or episode.background,
        intensity=episode.intensity if intensity is None else intensity,
        noticed=_YES_NO.get(noticed, episode.noticed),
        outcome_before=outcomes.get("outcome_before", episode.outcome_before),
        outcome_after=outcomes.get("outcome_after", episode.outcome_after),
    )


def _take_rating(reading: _Reading, cells: Cells) -> None:
    _settle(reading, rating(cells, reading.coding, reading.scheme, partial(_of, reading)))


def _take_presence(reading: _Reading, cells: Cells) -> None:
    _settle(reading, presence(cells, reading.coding, reading.scheme, partial(_of, reading)))


def _of(reading: _Reading, cells: Cells) -> EpisodeId | None:
    """The episode that a row is about, if it names one."""
    number = whole(cells, "episode", None)
    return None if number is None else _episode(reading, number).id


def _settle(reading: _Reading, item: Rating | Presence) -> None:
    """Take in what a row says, once; raises CoderError when it was said otherwise before."""
    before = next((each for each in reading.settled if same_spot(each, item)), None)
    if before is None:
        reading.settled.append(item)
    elif not says_same(before, item):
        raise CoderError("row_said_twice")


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
