"""WebVTT, SRT and SBV: files cut into cues, line by line; what stands between them is told of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import cues
from coder.transcripts.cues import STRAY, UNREAD, Cue
from coder.transcripts.events import Event, Kind, Line, Read, plain
from coder.transcripts.source import Format, Source

TIME = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{TIME}\s*--?>\s*{TIME}(?:\s+.*)?", re.DOTALL)
_TIMING_LIKE = re.compile(r"\s*\d[\w:.,;]*\s*-->\s*(?=[\w:.,;]*\d)[\w:.,;]+(?:\s.*)?", re.DOTALL)
_SBV = re.compile(rf"\s*{TIME},{TIME}\s*")
_SBV_LIKE = re.compile(r"\s*\d+:[\w:.]+,\d+:[\w:.]+\s*")
_WEBEX = re.compile(r'\d+ "(?P<label>[^"]{1,80})" \(\d+\)')  # a cue’s name that holds a speaker’s
_ID = re.compile(r"\d+|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\}?(?:/[\d-]+)?")
_SIXTY = 60
_SECOND = "1000"  # ms
_PROSE = 12  # times so many lines of other text at most, in a file of another name

_BLOCKS = {"NOTE": "comment", "STYLE": "style", "REGION": "style"}


@dataclass(frozen=True, slots=True)
class _Style:
    """How a format writes times, and whether a blank line ends a cue and names stand above it."""

    sign: str
    timing: re.Pattern[str]
    like: re.Pattern[str]
    gaps: bool = False
    names: bool = False

    def is_timing(self, text: str) -> bool:
        """Tell whether a line gives the times of a cue, legible or not."""
        return self.sign in text and bool(self.timing.fullmatch(text) or self.like.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file writes fractions of a second: unpadded, or with three digits."""

    unpadded: bool
    thousandths: bool

    def milliseconds(self, fields: Sequence[str | None]) -> int | None:
        """Read hour, minute, second and fraction as ms; None when they are no time."""
        fraction = fields[3] or "0"
        short = self.unpadded and len(fraction) <= len("999")
        return milliseconds(fields, whole=short or (self.thousandths and fraction == _SECOND))


_WEBVTT = _Style(">", _TIMING, _TIMING_LIKE, names=True)
_SRT = _Style(">", _TIMING, _TIMING_LIKE, gaps=True)
_SBV_STYLE = _Style(",", _SBV, _SBV_LIKE)


def knows_webvtt(source: Source) -> bool:
    """Tell WebVTT by its header, or by times with a dot."""
    if _header(source.lines) is not None:
        return True
    if source.suffix == ".srt" or not _many(source, _WEBVTT):
        return False
    return source.suffix == ".vtt" or "," not in _first(source, _WEBVTT)


def knows_srt(source: Source) -> bool:
    """Tell SRT by its times; WebVTT is asked for first."""
    return _many(source, _SRT)


def knows_sbv(source: Source) -> bool:
    """Tell SBV by two times with a comma between them, alone on a line."""
    return _many(source, _SBV_STYLE)


def _many(source: Source, style: _Style) -> bool:
    """Tell whether enough lines are times; prose may quote one."""
    near = [line.text for line in source.lines if style.sign in line.text]
    times = sum(bool(style.timing.fullmatch(text)) for text in near)
    if source.suffix in {".vtt", ".srt", ".sbv"}:
        return bool(times) or any(style.like.fullmatch(text) for text in near)
    full = sum(bool(line.text.strip()) for line in source.lines) if times else 0
    return bool(times) and times * _PROSE >= full


def _first(source: Source, style: _Style) -> str:
    return next(line.text for line in source.lines if style.is_timing(line.text))


def read_webvtt(source: Source) -> Read:
    """Read WebVTT, with or without header, hours, numbers and settings."""
    return _read(source, _WEBVTT)


def read_srt(source: Source) -> Read:
    """Read SRT, with or without numbers, and with a dot for a comma."""
    return _read(source, _SRT)


def read_sbv(source: Source) -> Read:
    """Read SBV, YouTube’s own captions."""
    return _read(source, _SBV_STYLE)


def _read(source: Source, style: _Style) -> Read:
    """Read captions. Fractions of an unpadded file (Teams) are whole ms."""
    manner = _manner(source.lines, style)
    found = list(_blocks(source.lines, style, manner))
    warnings = [Notice("times_unpadded")] if manner.unpadded else []
    if style.names and _header(source.lines) is None:
        warnings.append(Notice("vtt_no_header"))
    return cues.said(found, tuple(source.options.roles), warnings)


def _header(lines: Sequence[Line]) -> int | None:
    """Find the line WEBVTT, the first that is not blank."""
    first = next((n for n, line in enumerate(lines) if line.text.strip()), 0)
    return first if lines and lines[first].text.lstrip().startswith("WEBVTT") else None


def _manner(lines: Sequence[Line], style: _Style) -> _Manner:
    """Tell how a file writes its times.

    Unpadded is any minute or second with one digit after an hour or a minute. Where fractions have
    three digits, one of four is a second that was rounded up to 1000 ms (aTrain).
    """
    unpadded = thousandths = False
    for found in filter(None, (style.timing.fullmatch(line.text) for line in lines)):
        for hour, minute, second, fraction in (found.group(1, 2, 3, 4), found.group(5, 6, 7, 8)):
            unpadded = unpadded or len(second) == 1 or (hour is not None and len(minute) == 1)
            thousandths = thousandths or len(fraction or "") == len("999")
    return _Manner(unpadded=unpadded, thousandths=thousandths)


def milliseconds(fields: Sequence[str | None], *, whole: bool = False) -> int | None:
    """Read hour, minute, second and fraction as ms; None when they are no time.

    ``whole`` says that the fraction is a number of ms.
    """
    hours, minutes, seconds = (int(field or 0) for field in fields[:3])
    if seconds >= _SIXTY or (fields[0] is not None and minutes >= _SIXTY):
        return None
    fraction = fields[3] or "0"
    ms = int(fraction) if whole else int(fraction.ljust(3, "0")[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _blocks(lines: Sequence[Line], style: _Style, manner: _Manner) -> Iterator[Cue | Event]:
    """Cut the file at its timing lines; what stands between cues is told of."""
    at = [n for n, line in enumerate(lines) if style.is_timing(line.text)]
    head = _header(lines)
    befores = [-1 if head is None else head, *at]
    begin = [_begins(lines, n, before, style) for n, before in zip(at, befores, strict=False)]
    yield from _head(lines[: begin[0] if begin else len(lines)])
    for n, first, stop in zip(at, begin, [*begin, len(lines)][1:], strict=True):
        name = lines[first].text.strip() if first < n else ""
        webex = _WEBEX.fullmatch(name)
        if name and not webex and not _ID.fullmatch(name):
            yield Event(Kind.NOISE, lines[first].number, name, why="name of a cue")
        text, stray = _text(lines[n + 1 : stop], style)
        start, end = _times(lines[n], style, manner)
        if start is None:
            yield Event(Kind.NOISE, lines[n].number, lines[n].text.strip(), why=UNREAD)
        yield Cue(lines[n].number, text, start, end, plain(webex["label"]) if webex else "")
        yield from _strays(stray)


def _times(line: Line, style: _Style, manner: _Manner) -> tuple[int | None, int | None]:
    """Read both times of a cue; none when either is illegible."""
    found = style.timing.fullmatch(line.text)
    if not found:
        return None, None
    start = manner.milliseconds(found.groups()[:4])
    end = manner.milliseconds(found.groups()[4:])
    return (None, None) if start is None or end is None else (start, end)


def _begins(lines: Sequence[Line], timing: int, before: int, style: _Style) -> int:
    """Return where a cue begins: at its number or name, if it has one, else at its times."""
    first = timing - 1
    if first <= before or not lines[first].text.strip():
        return timing
    number = _number(lines, timing)
    if first == 0 or not lines[first - 1].text.strip():
        return first if style.names or number >= 0 else timing
    # Without a blank line between cues, only the next number can be one: “2022” is a word.
    last = _number(lines, before)
    return first if 0 <= last == number - 1 else timing


def _number(lines: Sequence[Line], timing: int) -> int:
    """The number above a timing line; -1 where there is none."""
    text = lines[timing - 1].text.strip() if timing > 0 else ""
    return int(text) if text.isdecimal() and len(text) <= len("999999999") else -1


def _text(lines: Sequence[Line], style: _Style) -> tuple[tuple[Line, ...], Sequence[Line]]:
    """Split what follows the times into the text and what is none.

    A blank line ends a cue, but not in SRT, nor where it holds a space (YouTube), nor inside an
    open voice (Teams).
    """
    stop = _stop(lines, style)
    return tuple(line for line in lines[:stop] if line.text.strip()), lines[stop:]


def _stop(lines: Sequence[Line], style: _Style) -> int:
    """Return where the text of a cue ends, as an index."""
    closing = max((n for n, line in enumerate(lines) if "</v>" in line.text), default=-1)
    opened = False
    for n, line in enumerate(lines):
        if not line.text.strip():
            after = lines[n + 1].text.split() if n + 1 < len(lines) else []
            if style.gaps:
                ends = _is_number(after) and n + 2 < len(lines) and bool(lines[n + 2].text.strip())
            else:
                ends = not (line.text and after) and not (opened and n < closing)
            if ends or (after and after[0] in _BLOCKS and not style.gaps):
                return n
        opened = (opened or "<v" in line.text) and not line.text.rstrip().endswith("</v>")
    return len(lines)


def _is_number(words: Sequence[str]) -> bool:
    """Tell the number of a block, here one without times, from words after a blank line."""
    return len(words) == 1 and words[0].isdecimal()


def _head(lines: Sequence[Line]) -> Iterator[Event]:
    """Tell of the header: a title, and lines up to the first blank one."""
    at = _header(lines)
    if at is None:
        yield from _strays(lines)
        return
    rest = range(at, len(lines))
    stop = next((n for n in rest if not lines[n].text.strip()), len(lines))
    title = lines[at].text.strip().removeprefix("WEBVTT").strip()
    if title:
        yield Event(Kind.NOISE, lines[at].number, title, why="header")
    for line in lines[at + 1 : stop]:
        yield Event(Kind.NOISE, line.number, line.text.strip(), why="header")
    yield from _strays(lines[stop:])


def _strays(lines: Sequence[Line]) -> Iterator[Event]:
    """Tell of what stands between cues, block by block."""
    why = ""
    for line in lines:
        text = line.text.strip()
        why = (why or _BLOCKS.get(text.split()[0], STRAY)) if text else ""
        if text:
            yield Event(Kind.NOISE, line.number, text, why=why)


FORMATS = (
    Format("webvtt", "WebVTT captions", (".vtt",), knows_webvtt, read_webvtt),
    Format("srt", "SRT subtitles", (".srt",), knows_srt, read_srt),
    Format("sbv", "SBV captions", (".sbv",), knows_sbv, read_sbv),
)
