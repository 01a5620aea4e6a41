"""Transcripts: what an import would make of a file, and times for what the file leaves untimed.

Readers fill one neutral model (events); only then are turns made. Nothing of a file vanishes
silently: what is not taken over is reported with its line and the reason.
"""

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coder import words
from coder.errors import CoderError, Notice
from coder.session import Note, Reported, Role, Turn
from coder.transcripts import cues, decoding, labels, prefixed, word
from coder.transcripts.events import Assembled, Event, Line, Read, assemble
from coder.transcripts.timing import interpolate, shift, times_from

__all__ = [
    "FORMATS",
    "Options",
    "Reading",
    "inspect",
    "interpolate",
    "shift",
    "timed_by",
    "times_from",
    "to_json",
]

FORMATS = ("text", "docx", "webvtt", "srt")
_ALSO = {"txt": "text", "vtt": "webvtt"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about a file before it is read; None leaves it to be found out."""

    format: str | None = None
    encoding: str | None = None
    merge_gap_ms: int | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()


_AS_FOUND = Options()


@dataclass(frozen=True, slots=True)
class Reading:
    """The import report: what an import would make of the file.

    ``cues`` counts timed blocks, those without words too; None where the format has none.
    ``speakers`` counts turns by label in order of appearance, under "" where the file names
    nobody. ``first_ms`` is the smallest start and ``last_ms`` the last end that the file gives;
    ``untimed`` counts the turns to which it gives no time. ``anchors`` are (line, ms).
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


@dataclass(frozen=True, slots=True)
class _Source:
    """The lines of a file, and how they were come by."""

    lines: list[Line]
    format: str
    encoding: str
    warnings: list[Notice]


def inspect(path: Path, options: Options = _AS_FOUND) -> Reading:
    """Read a transcript and say what it holds; nothing is written.

    Raises CoderError when the file cannot be read or holds nothing to import, saying what it
    looks like and what to do.
    """
    wanted = _ALSO.get(options.format or "", options.format)
    if wanted is not None and wanted not in FORMATS:
        raise CoderError("unknown_format", format=wanted, known=", ".join(FORMATS))
    data = decoding.load(path)
    source = _source(path, data, wanted, options.encoding)
    if options.tiers:
        raise CoderError("no_tiers", path=path, format=source.format)
    read = _read(path, source, options.roles)
    made = assemble(read.events, options.merge_gap_ms)
    if not made.turns:
        raise CoderError(_nothing(read), path=path)
    speakers = dict(Counter(turn.label for turn in made.turns))
    roles = labels.guess_roles([label for label in speakers if label], options.roles)
    first, last = _first_last(read.events)
    return Reading(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        format=source.format,
        encoding=source.encoding,
        cues=read.cues,
        turns=_with_roles(made.turns, roles),
        speakers=speakers,
        roles=roles,
        notes=made.notes,
        anchors=made.anchors,
        reported=made.reported,
        warnings=(*source.warnings, *read.warnings, *_told(made, speakers, options.roles)),
        first_ms=first,
        last_ms=last,
        untimed=sum(turn.start_ms is None for turn in made.turns),
    )


def timed_by(reading: Reading, other: Reading) -> Reading:
    """Take over the times of another transcript of the same session, and say for how many turns.

    Raises CoderError when the other gives no times, or none of its turns is the same.
    """
    if other.first_ms is None:
        raise CoderError("times_from_untimed", path=other.path)
    turns = times_from(reading.turns, other.turns)
    taken = sum(new is not old for new, old in zip(turns, reading.turns, strict=True))
    if not taken:
        raise CoderError("times_from_nothing", path=reading.path, other=other.path)
    starts = [turn.start_ms for turn in turns if turn.start_ms is not None]
    ends = [turn.start_ms if turn.end_ms is None else turn.end_ms for turn in turns]
    where = {"count": taken, "total": len(turns), "path": other.path.name}
    return dataclasses.replace(
        reading,
        turns=turns,
        first_ms=min(starts),
        last_ms=[end for end in ends if end is not None][-1],
        untimed=len(turns) - len(starts),
        warnings=(*reading.warnings, Notice("times_taken", where)),
    )


def _source(path: Path, data: bytes, wanted: str | None, encoding: str | None) -> _Source:
    if not data.strip():
        raise CoderError("transcript_empty", path=path)
    if wanted in {None, "docx"} and word.is_docx(data):
        lines, warnings = word.read(path, data)
        return _Source(lines, "docx", "utf-8", warnings)
    decoding.refuse_other_kinds(path, data)
    if wanted == "docx" or (wanted is None and path.suffix.lower() == ".docx"):
        raise CoderError("transcript_not_docx", path=path)
    text, name, guessed = decoding.decode(path, data, encoding)
    if not text.strip():
        raise CoderError("transcript_empty", path=path)
    warnings = [Notice("encoding_guessed", {"encoding": name})] if guessed else []
    lines = decoding.lines(text)
    return _Source(lines, wanted or _detect(path, lines), name, warnings)


def _detect(path: Path, lines: Sequence[Line]) -> str:
    """Tell the format from what the file holds, and from its name where that is not enough."""
    if lines[0].text.startswith("WEBVTT"):
        return "webvtt"
    timings = [line.text for line in lines if cues.is_timing(line.text)]
    if timings:
        suffix = path.suffix.lower()
        if suffix in {".vtt", ".srt"}:
            return "webvtt" if suffix == ".vtt" else "srt"
        return "srt" if "," in timings[0] else "webvtt"
    _refuse(path, lines)
    return "text"


_CHAT = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?\t\s?(?:From )?(?P<name>[^\t]{1,60}?)\s?:\t.*"
    r"|\d{1,2}:\d\d(?::\d\d)?\s+From\s.{1,120}?\s?:.*"
    r"|\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?\s?(?:[AaPp][Mm])?\]?"
    r"\s?(?:-\s)?[^:]{1,60}:.*"
)


def _refuse(path: Path, lines: Sequence[Line]) -> None:
    """Raise CoderError for text that is no transcript by its shape: chats, data, markup."""
    said = [line.text.strip() for line in lines if line.text.strip()]
    chat = 0
    for text in said:
        found = _CHAT.fullmatch(text)
        chat += found is not None and not labels.known(found["name"] or "")
    if chat * 2 > len(said):
        raise CoderError("transcript_chat", path=path)
    if said[0].startswith(("{", "[{")) and said[-1].endswith(("}", "]")):
        raise CoderError("transcript_other_format", path=path, looks="JSON")
    if said[0].lower().startswith(("<?xml", "<!doctype", "<html")):
        raise CoderError("transcript_other_format", path=path, looks="XML or HTML")


def _read(path: Path, source: _Source, named: Mapping[str, Role]) -> Read:
    if source.format in {"webvtt", "srt"}:
        return cues.read(source.lines, tuple(named), srt=source.format == "srt")
    if not any(line.text.strip() for line in source.lines):
        raise CoderError("transcript_empty", path=path)
    return prefixed.read(source.lines, tuple(named))


def _nothing(read: Read) -> str:
    """Name the reason why nothing can be imported."""
    if read.cues is None:
        return "transcript_prose"
    return "transcript_no_words" if read.cues else "transcript_no_cues"


def _first_last(events: Sequence[Event]) -> tuple[int | None, int | None]:
    starts = [each.start_ms for each in events if each.start_ms is not None]
    timed = [each for each in events if each.start_ms is not None]
    if not timed:
        return None, None
    last = timed[-1]
    return min(starts), last.start_ms if last.end_ms is None else last.end_ms


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
    }
