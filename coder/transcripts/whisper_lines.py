"""Whisper’s tsv, and lrc: times and words on one line."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from coder.errors import Notice
from coder.transcripts import cues
from coder.transcripts.captions import milliseconds
from coder.transcripts.cues import STRAY, UNREAD, Cue
from coder.transcripts.events import Event, Kind, Line, Read, plain
from coder.transcripts.source import Format, Source

_NUMBER = re.compile(r"\d{1,10}")
_STAMP = re.compile(r"\[(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.](\d{1,3}))?\]")
_TAG = re.compile(r"\[([A-Za-z#]{1,16}):([^\[\]]*)\]")
_OFFSET = re.compile(r"[+-]?\d{1,7}")
_EXACT = re.compile(r"\[\d{1,3}:\d\d\.\d{2,3}\](?!\s)")
_NEARLY_ALL, _HALF = 0.9, 0.5

_TITLES = ["start", "end", "text"]


def _full(source: Source) -> Iterator[Line]:
    return (line for line in source.lines if line.text.strip())


def _said(source: Source, found: Sequence[Cue | Event], warnings: Sequence[Notice] = ()) -> Read:
    return cues.said(found, tuple(source.options.roles), warnings)


def knows_tsv(source: Source) -> bool:
    """Tell Whisper’s tsv by its titles, and by times in whole ms."""
    lines = _full(source)
    titles = next(lines).text.strip().lower().split("\t")
    if titles != _TITLES:
        return False
    rows = [_row(line)[0] for line in lines]
    return not rows or sum(start is not None for start in rows) >= _HALF * len(rows)


def _row(line: Line) -> tuple[int | None, int | None, str]:
    """Take a row apart; without times when they are no whole ms."""
    cells = line.text.split("\t", 2)
    if len(cells) == len(_TITLES) and all(_NUMBER.fullmatch(cell.strip()) for cell in cells[:2]):
        return int(cells[0].strip()), int(cells[1].strip()), cells[2]
    return None, None, cells[-1]


def read_tsv(source: Source) -> Read:
    """Read start and end in ms and text, one cue a row."""
    return _said(source, list(_tsv(source)))


def _tsv(source: Source) -> Iterator[Cue | Event]:
    for n, line in enumerate(_full(source)):
        start, end, text = _row(line)
        if n == 0 and line.text.strip().lower().split("\t") == _TITLES:
            yield Event(Kind.NOISE, line.number, plain(line.text), why="titles of the columns")
        elif line.text.count("\t") < len(_TITLES) - 1:
            yield Event(Kind.NOISE, line.number, plain(line.text), why=STRAY)
        else:
            if start is None:
                times = plain(" ".join(line.text.split("\t", 2)[:2]))
                yield Event(Kind.NOISE, line.number, times, why=UNREAD)
            yield Cue(line.number, (Line(line.number, text),), start, end)


def knows_lrc(source: Source) -> bool:
    """Tell lrc by its name and a time, or by hundredths that nearly every line begins with."""
    lines = [line.text.strip() for line in _full(source)]
    if source.suffix == ".lrc":
        tagged = bool(lines) and all(map(_TAG.fullmatch, lines))
        return tagged or any(_STAMP.match(line) for line in lines)
    words = [line for line in lines if not _TAG.fullmatch(line)]
    touching = sum(bool(_EXACT.match(line)) for line in words)
    return touching > 0 and touching >= _NEARLY_ALL * len(words)


def read_lrc(source: Source) -> Read:
    """Read lrc. A time without words only ends the line before it."""
    offset = _offset(source)
    found: list[Cue | Event] = []
    for line in _full(source):
        stamps, words = _stamps(line.text.strip(), offset)
        before = found[-1] if found else None
        if not stamps:
            why = "header" if _TAG.fullmatch(words) else STRAY
            found.append(Event(Kind.NOISE, line.number, plain(words), why=why))
        elif cues.clean(words):
            if None in stamps:
                times = plain(line.text.strip().removesuffix(words))
                found.append(Event(Kind.NOISE, line.number, times, why=UNREAD))
            text = (Line(line.number, words),)
            found.extend(Cue(line.number, text, start, None) for start in stamps)
        elif isinstance(before, Cue) and before.end_ms is None and len(stamps) == 1:
            found[-1] = dataclasses.replace(before, end_ms=stamps[0])
        else:
            why = "a time without words"
            found.append(Event(Kind.NOISE, line.number, line.text.strip(), why=why))
    return _said(source, found, [Notice("lrc_offset", {"ms": offset})] if offset else [])


def _offset(source: Source) -> int:
    """Read by how many ms the words shall come sooner."""
    for line in _full(source):
        tag = _TAG.fullmatch(line.text.strip())
        if tag and tag[1].lower() == "offset" and _OFFSET.fullmatch(tag[2].strip()):
            return int(tag[2])
    return 0


def _stamps(text: str, offset: int) -> tuple[list[int | None], str]:
    """Take the times, in ms, off the beginning of a line."""
    stamps: list[int | None] = []
    at = 0
    while found := _STAMP.match(text, at):
        ms = milliseconds(found.groups())
        stamps.append(None if ms is None or ms < offset else ms - offset)
        at = found.end()
    return stamps, text[at:]


FORMATS = (
    Format("whisper-tsv", "Whisper’s tsv", (".tsv",), knows_tsv, read_tsv),
    Format("lrc", "LRC lines", (".lrc",), knows_lrc, read_lrc),
)
