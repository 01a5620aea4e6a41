"""Timed blocks: WebVTT and SRT, read line by line, because libraries drop cues in silence."""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.events import Event, Kind, Line, Prefix, Read, plain

_TIME = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*--?>\s*{_TIME}(?:\s+.*)?", re.DOTALL)
_DIGIT = re.compile(r"\d")
_ID = re.compile(r"\d+|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\}?(?:/[\d-]+)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t\n]+([^<>]*))?>|</v>")
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|lang|ruby|rt|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
_DASH = re.compile(r"\s*[-–—]\s*\S")
_SIXTY = 60

_STRAY = "text without a time line"
_BLOCKS = {"NOTE": "comment", "STYLE": "style", "REGION": "style"}


@dataclass(frozen=True, slots=True)
class _Cue:
    """A timed block as written: its timing line, and the lines of its text."""

    timing: Line
    text: tuple[Line, ...]
    start_ms: int | None
    end_ms: int | None


def is_timing(text: str) -> bool:
    """Tell whether a line gives the times of a cue, legible or not."""
    if _TIMING.fullmatch(text):
        return True
    before, arrow, after = text.partition("-->")
    start, end = before.split()[-1:], after.split()[:1]
    return (
        bool(arrow and start and end) and "<" not in before and all(map(_DIGIT.search, start + end))
    )


def read(lines: Sequence[Line], named: Sequence[str] = (), *, srt: bool) -> Read:
    """Read WebVTT, or SRT, with or without header, hours, numbers and settings.

    Fractions of an unpadded file (Teams) are whole ms. Order and times stay as written.
    """
    unpadded = _unpadded(lines)
    found = list(_blocks(lines, srt=srt, unpadded=unpadded))
    cues = [each for each in found if isinstance(each, _Cue)]
    known = _speakers(cues, named)
    events: list[Event] = []
    speaker = ""
    for each in found:
        if isinstance(each, Event):
            events.append(each)
            continue
        made = _said(each, known, speaker)
        speaker = next((event.label for event in reversed(made) if event.label in known), speaker)
        events.extend(made)
    warnings = list(_warnings(cues))
    if unpadded:
        warnings.append(Notice("times_unpadded"))
    if not srt and not _has_header(lines):
        warnings.append(Notice("vtt_no_header"))
    return Read(tuple(events), len(cues), tuple(warnings))


def _has_header(lines: Sequence[Line]) -> bool:
    return bool(lines) and lines[0].text.startswith("WEBVTT")


def _unpadded(lines: Sequence[Line]) -> bool:
    """Tell whether any minute or second is written with one digit after an hour or a minute."""
    for line in lines:
        found = _TIMING.fullmatch(line.text)
        if found:
            for hour, minute, second in (found.group(1, 2, 3), found.group(5, 6, 7)):
                if len(second) == 1 or (hour is not None and len(minute) == 1):
                    return True
    return False


def _ms(fields: Sequence[str | None], *, unpadded: bool) -> int | None:
    """Read hour, minute, second and fraction as ms; None when they are no time."""
    hours, minutes, seconds = (int(field or 0) for field in fields[:3])
    if seconds >= _SIXTY or (fields[0] is not None and minutes >= _SIXTY):
        return None
    fraction = fields[3] or "0"
    ms = (
        int(fraction)
        if unpadded and len(fraction) <= len("999")
        else int(fraction.ljust(3, "0")[:3])
    )
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _blocks(lines: Sequence[Line], *, srt: bool, unpadded: bool) -> Iterator[_Cue | Event]:
    """Cut the file at its timing lines; what stands between cues is told of."""
    at = [n for n, line in enumerate(lines) if is_timing(line.text)]
    begin = [_begins(lines, n, n_before) for n, n_before in zip(at, [-1, *at], strict=False)]
    yield from _head(lines[: begin[0] if begin else len(lines)])
    for n, first, stop in zip(at, begin, [*begin, len(lines)][1:], strict=True):
        if first < n and not _ID.fullmatch(lines[first].text.strip()):
            yield Event(
                Kind.NOISE, lines[first].number, lines[first].text.strip(), why="name of a cue"
            )
        text, stray = _text(lines[n + 1 : stop], srt=srt)
        found = _TIMING.fullmatch(lines[n].text)
        start = _ms(found.groups()[:4], unpadded=unpadded) if found else None
        end = _ms(found.groups()[4:], unpadded=unpadded) if found else None
        if start is None or end is None:
            start = end = None
            line = lines[n]
            yield Event(Kind.NOISE, line.number, line.text.strip(), why="the times cannot be read")
        yield _Cue(lines[n], text, start, end)
        yield from _strays(stray)


def _begins(lines: Sequence[Line], timing: int, before: int) -> int:
    """Return where a cue begins: at its number or name, if it has one, else at its times."""
    first = timing - 1
    if first <= before or not lines[first].text.strip() or lines[first].text.startswith("WEBVTT"):
        return timing
    after_blank = first == 0 or not lines[first - 1].text.strip()
    if after_blank:
        return first
    # Without a blank line between cues, only the next number can be one: “2022” is a word.
    return first if _number(lines, timing) == _number(lines, before) + 1 else timing


def _number(lines: Sequence[Line], timing: int) -> int:
    """The number above a timing line; -1 where there is none."""
    text = lines[timing - 1].text.strip() if timing > 0 else ""
    return int(text) if text.isdecimal() else -1


def _text(lines: Sequence[Line], *, srt: bool) -> tuple[tuple[Line, ...], Sequence[Line]]:
    """Split what follows the times: in WebVTT a blank line ends a cue, in SRT it is often text."""
    if srt:
        return tuple(line for line in lines if line.text.strip()), ()
    stop = next((n for n, line in enumerate(lines) if not line.text.strip()), len(lines))
    return tuple(lines[:stop]), lines[stop:]


def _head(lines: Sequence[Line]) -> Iterator[Event]:
    """Tell of the header: a title, and lines up to the first blank one."""
    if not _has_header(lines):
        yield from _strays(lines)
        return
    stop = next((n for n, line in enumerate(lines) if not line.text.strip()), len(lines))
    title = lines[0].text.removeprefix("WEBVTT").strip()
    if title:
        yield Event(Kind.NOISE, lines[0].number, title, why="header")
    for line in lines[1:stop]:
        yield Event(Kind.NOISE, line.number, line.text.strip(), why="header")
    yield from _strays(lines[stop:])


def _strays(lines: Sequence[Line]) -> Iterator[Event]:
    """Tell of what stands between cues, block by block."""
    why = ""
    for line in lines:
        text = line.text.strip()
        if not text:
            why = ""
            continue
        why = why or _BLOCKS.get(text.split()[0], _STRAY)
        yield Event(Kind.NOISE, line.number, text, why=why)


def _speakers(cues: Sequence[_Cue], named: Sequence[str]) -> frozenset[str]:
    """Find the labels of “Name: text”; files with voice tags name speakers there alone."""
    if any(_VOICE.search(line.text) for cue in cues for line in cue.text):
        return frozenset()
    prefixes = [_prefix(line) for cue in cues for line in cue.text[:1]]
    return labels.accept((each for each in prefixes if each), len(prefixes), named)


def _prefix(line: Line) -> Prefix | None:
    found = labels.split(_clean(line.text))
    return found if found and found.shape in {"colon", "bracket"} else None


def _clean(text: str) -> str:
    """Take tags out and put characters in the place of entities."""
    return plain(_ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub("", text)))


def _said(cue: _Cue, known: frozenset[str], speaker: str) -> list[Event]:
    """Make a turn of each voice in a cue, all with its times."""
    if any(_VOICE.search(line.text) for line in cue.text):
        pieces = list(_voices(cue.text))
    else:
        pieces = list(_pieces(cue.text, known, speaker))
    made = [
        Event(Kind.TURN, line, text, label, cue.start_ms, cue.end_ms)
        for line, label, text in pieces
        if text
    ]
    if made:
        return made
    why = "cue without words"
    return [Event(Kind.NOISE, cue.timing.number, "", "", cue.start_ms, cue.end_ms, why)]


def _voices(lines: Sequence[Line]) -> Iterator[tuple[int, str, str]]:
    """Cut a cue at its voice tags; an unclosed voice runs on to the next."""
    text = "\n".join(line.text for line in lines)
    label, at = "", 0
    for found in _VOICE.finditer(text):
        yield _piece(lines, text, at, found.start(), label)
        label, at = _clean(found[1] or ""), found.end()
    yield _piece(lines, text, at, len(text), label)


def _piece(
    lines: Sequence[Line], text: str, begin: int, stop: int, label: str
) -> tuple[int, str, str]:
    row = text.count("\n", 0, begin)
    return lines[row].number, label, _clean(text[begin:stop])


def _pieces(
    lines: Sequence[Line], known: frozenset[str], speaker: str
) -> Iterator[tuple[int, str, str]]:
    """Cut a cue at labels, and at dashes where every line has one.

    Words without a label go on with the speaker before; behind a dash nobody knows who speaks.
    """
    dialogue = len(lines) > 1 and all(_DASH.match(_clean(line.text)) for line in lines)
    number, label, words = (lines[0].number if lines else 0), speaker, ""
    for line in lines:
        prefix = _prefix(line)
        if prefix and prefix.label in known:
            yield number, label, words
            number, label, words = line.number, prefix.label, plain(prefix.text)
        elif dialogue:
            yield number, label, words
            number, label, words = line.number, "", _clean(line.text)
        else:
            words = plain(f"{words} {_clean(line.text)}")
    yield number, label, words


def _warnings(cues: Sequence[_Cue]) -> Iterator[Notice]:
    """Count what is odd about the times. Nothing is mended."""
    unread = sum(cue.start_ms is None for cue in cues)
    timed = [
        (cue.start_ms, cue.end_ms)
        for cue in cues
        if cue.start_ms is not None and cue.end_ms is not None
    ]
    pairs = list(itertools.pairwise(timed))
    counts = {
        "times_unread": unread,
        "times_end_first": sum(end < start for start, end in timed),
        "times_backward": sum(after[0] < before[0] for before, after in pairs),
        "times_overlap": sum(before[0] <= after[0] < before[1] for before, after in pairs),
    }
    for key, count in counts.items():
        if count:
            yield Notice(key, {"count": count})
