"""What an import would make of a file: read, put together, and told of. Nothing is written."""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coder import words
from coder.errors import CoderError, Notice
from coder.session import Note, Replaced, Reported, Role, Stamp, TimeSource, Turn
from coder.transcripts import decoding, labels, names
from coder.transcripts.clocks import oddities
from coder.transcripts.events import BEFORE, SKIPPED, Assembled, Event, Kind, Read, assemble
from coder.transcripts.same_words import times_from
from coder.transcripts.source import Format, Options, Source


@dataclass(frozen=True, slots=True)
class Reading:
    """The import report: what an import would make of the file.

    ``cues`` counts timed blocks, those without words too; None where the format has none.
    ``speakers`` counts turns by label in order of appearance, under "" where the file names
    nobody. ``first_ms`` is the smallest start and ``last_ms`` the last end that the file gives;
    ``untimed`` counts the turns to which it gives no time. ``anchors`` are (line, ms), those
    between the words of a turn included; ``stamps`` say where in a turn they stand. ``parts``,
    ``tiers``, ``taken``, ``titles`` and ``columns`` are what there is to choose from (events.Read);
    ``replaced`` says what was put in the place of names.
    """

    path: Path
    sha256: str
    format: str
    encoding: str
    cues: int | None
    turns: tuple[Turn, ...]
    speakers: dict[str, int]
    roles: dict[str, Role]
    notes: tuple[Note, ...]
    anchors: tuple[tuple[int, int], ...]
    reported: tuple[Reported, ...]
    warnings: tuple[Notice, ...]
    first_ms: int | None
    last_ms: int | None
    untimed: int
    stamps: tuple[Stamp, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    tiers: tuple[tuple[str, int], ...] = ()
    taken: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    replaced: tuple[Replaced, ...] = ()


_AS_FOUND = Options()


def read(path: Path, data: bytes, options: Options = _AS_FOUND) -> Reading:
    """Make a reading of the bytes of a file, in this process: ``apart.inspect`` is the safe way.

    Raises CoderError when the file cannot be read or holds nothing to import.
    """
    named = {label: role for label, role in options.roles.items() if label}
    nobody = options.roles.get("")
    options = dataclasses.replace(options, roles=named)
    known, source, warnings = _opened(path, data, options)
    found = known.read(source)
    if options.tiers and not found.tiers:
        raise CoderError("no_tiers", path=path, format=known.name)
    if options.part is not None and not found.parts:
        raise CoderError("no_parts", path=path, part=options.part)
    events = _as_asked(found.events, options)
    made = assemble(events, options.merge_gap_ms, lift_notes=options.lift_notes)
    if not made.turns:
        raise _nothing(found, known, path)
    begun = [event for event in events if event.start_ms is not None]
    spans = found.spans
    lines: tuple[int, ...] = ()
    if spans is None:
        spans = tuple((e.start_ms, e.end_ms) for e in begun if e.start_ms is not None)
        lines = tuple(event.line for event in begun)
    warnings += [*found.warnings, *oddities(spans, lines), *_idle(events, found, options)]
    first, last = _first_last(events, merged=bool(found.tiers))
    asked = names.Pseudonyms(options.names)
    return _with_speakers(
        asked.put_in(
            Reading(
                path=path,
                sha256=hashlib.sha256(data).hexdigest(),
                format=known.name,
                encoding=source.encoding,
                cues=found.cues,
                turns=made.turns,
                speakers={},
                roles={},
                notes=made.notes,
                anchors=made.anchors,
                reported=made.reported,
                warnings=tuple(warnings),
                first_ms=first,
                last_ms=last,
                untimed=sum(turn.start_ms is None for turn in made.turns),
                stamps=made.stamps,
                parts=found.parts,
                tiers=found.tiers,
                taken=found.taken,
                titles=found.titles,
                columns=found.columns,
            )
        ),
        made,
        {asked.put(label): role for label, role in named.items()},
        nobody,
    )


def _with_speakers(
    reading: Reading, made: Assembled, chosen: Mapping[str, Role], nobody: Role | None
) -> Reading:
    """Count the speakers, guess their roles, and say what a person should look at.

    ``nobody`` is the role of the turns that no label stands before, where a person said one.
    """
    speakers = dict(Counter(turn.label for turn in reading.turns))
    roles = labels.guess_roles([label for label in speakers if label], chosen)
    if nobody is not None and "" in speakers:
        roles[""] = nobody
    return dataclasses.replace(
        reading,
        turns=_with_roles(reading.turns, roles),
        speakers=speakers,
        roles=roles,
        warnings=(*reading.warnings, *_told(made, speakers, chosen)),
    )


def _opened(path: Path, data: bytes, options: Options) -> tuple[Format, Source, list[Notice]]:
    """Find out what the bytes are. Raises CoderError."""
    if not data.strip():
        raise CoderError("transcript_empty", path=path)
    from coder.transcripts import formats  # all readers: who codes does not wait for them

    wanted = None if options.format is None else formats.named(options.format)
    source = Source(path, data, "", (), "utf-8", options)
    packed = formats.packed(source)
    if packed is not None and wanted in {None, packed}:
        return packed, source, []
    formats.refuse_other_kinds(source, wanted)
    text, encoding, guessed = decoding.decode(path, data, options.encoding)
    if not text.strip():
        raise CoderError("transcript_empty", path=path)
    lines = tuple(decoding.lines(text))
    decoding.refuse_too_many(path, text, lines)
    source = Source(path, data, text, lines, encoding, options)
    told = [Notice("encoding_guessed", {"encoding": encoding})] if guessed else []
    return wanted or formats.of(source), source, told


def _idle(events: Sequence[Event], found: Read, options: Options) -> Iterator[Notice]:
    """Name the options that changed nothing in this file."""
    left_out = any(event.why == SKIPPED for event in events)
    later = [line for line, _ in options.offsets]
    moved = any(e.start_ms is not None and e.line >= min(later) for e in events) if later else True
    idle = {
        "--skip": options.skip and not left_out,
        "--offset": not moved,
        "--column": options.columns and not found.titles,
        "--as-written": options.as_written and not any(e.kind is Kind.TURN for e in events),
    }
    for option, is_idle in idle.items():
        if is_idle:
            yield Notice("option_idle", {"option": option})


def _as_asked(events: Sequence[Event], options: Options) -> list[Event]:
    """Leave out the lines, and move the times, that a person said."""
    return [_moved(_left_out(event, options), options) for event in events]


def _left_out(event: Event, options: Options) -> Event:
    if not any(first <= event.line <= last for first, last in options.skip):
        return event
    why = event.why or SKIPPED
    text = f"{event.label}: {event.text}" if event.label else event.text
    return Event(Kind.NOISE, event.line, text, why=why)


def _moved(event: Event, options: Options) -> Event:
    by = sum(ms for line, ms in options.offsets if event.line >= line)
    if not by:
        return event
    start_ms = None if event.start_ms is None else event.start_ms + by
    end_ms = None if event.end_ms is None else event.end_ms + by
    return dataclasses.replace(event, start_ms=start_ms, end_ms=end_ms)


def timed_by(reading: Reading, other: Reading) -> Reading:
    """Take over the times of another transcript of the same session, and say for how many turns.

    Raises CoderError when the other gives no times, or no turn is found in its words.
    """
    if other.first_ms is None:
        raise CoderError("times_from_untimed", path=other.path)
    turns = times_from(reading.turns, other.turns, other.stamps)
    found = [new for new, old in zip(turns, reading.turns, strict=True) if new is not old]
    if not found:
        raise CoderError("times_from_nothing", path=reading.path, other=other.path)
    starts = [turn.start_ms for turn in turns if turn.start_ms is not None]
    ends = [turn.start_ms if turn.end_ms is None else turn.end_ms for turn in turns]
    exact = sum(turn.times is TimeSource.GIVEN for turn in found)
    where = {"count": exact, "total": len(turns), "path": other.path.name}
    told = Notice("times_taken", where)
    if exact < len(found):
        more = {"estimated": len(found) - exact, "left": len(turns) - len(found)}
        told = Notice("times_taken_in_part", where | more)
    return dataclasses.replace(
        reading,
        turns=turns,
        first_ms=min(starts),
        last_ms=[end for end in ends if end is not None][-1],
        untimed=len(turns) - len(starts),
        warnings=(*reading.warnings, told),
    )


def _nothing(read: Read, known: Format, path: Path) -> CoderError:
    """Say why nothing can be imported."""
    if read.cues is not None:
        return CoderError("transcript_no_words" if read.cues else "transcript_no_cues", path=path)
    if not any(event.text for event in read.events):
        return CoderError("transcript_empty", path=path)
    if any(event.why == BEFORE for event in read.events):
        return CoderError("transcript_prose", path=path)
    return CoderError("transcript_no_turns", path=path, format=known.title)


def _first_last(events: Sequence[Event], *, merged: bool) -> tuple[int | None, int | None]:
    """The smallest start, and the end of what stands last: of ``merged`` tiers, the latest end."""
    starts = [each.start_ms for each in events if each.start_ms is not None]
    last = [each.end_ms if each.end_ms is not None else each.start_ms for each in events]
    ends = [end for end in last if end is not None]
    if not starts or not ends:
        return None, None
    return min(starts), max(ends) if merged else ends[-1]


def _with_roles(turns: Sequence[Turn], roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    return tuple(
        dataclasses.replace(turn, role=roles.get(turn.label, Role.OTHER)) for turn in turns
    )


def _told(made: Assembled, speakers: Mapping[str, int], chosen: Mapping[str, Role]) -> list[Notice]:
    """Say what a person should look at before importing."""
    told = []
    if not any(speakers):
        told.append(Notice("no_speakers"))
    if made.unused_anchors:
        told.append(Notice("anchors_unused", {"count": made.unused_anchors}))
    absent = [label for label in chosen if label not in speakers]
    return told + [Notice("role_of_nobody", {"label": label}) for label in absent]


def to_json(reading: Reading) -> dict[str, Any]:
    """Return the report under the keys of the command line; times in ms.

    A file that names nobody has no speakers; in one that names some, "" counts the others.
    """
    named = any(reading.speakers)
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "turns": len(reading.turns),
        "cues": reading.cues,
        "speakers": dict(reading.speakers) if named else {},
        "roles": {label: role.value for label, role in reading.roles.items()},
        "first_ms": reading.first_ms,
        "last_ms": reading.last_ms,
        "untimed": reading.untimed,
        "notes": [{"line": note.line, "text": note.text} for note in reading.notes],
        "anchors": [{"line": line, "ms": ms} for line, ms in reading.anchors],
        "reported": [
            {"line": each.line, "text": each.text, "why": each.why} for each in reading.reported
        ],
        "warnings": [words.say(notice) for notice in reading.warnings],
        **{name: value for name, value in _besides(reading).items() if value},
    }


def _besides(reading: Reading) -> dict[str, Any]:
    """What only some files have: several sessions, tiers, columns, names that were replaced."""
    return {
        "parts": dict(reading.parts),
        "tiers": dict(reading.tiers),
        "columns": dict(reading.columns),
        "replaced": [
            {"put": each.put, "count": each.count, "turns": list(each.turns)}
            for each in reading.replaced
        ],
    }
