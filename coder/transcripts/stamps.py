"""Times between words, and times in forms of their own: frames, Transana, a person's pattern."""

import dataclasses
import re
from collections.abc import Callable, Sequence

from coder.errors import CoderError, Notice
from coder.transcripts.clocks import BRACKETED, CLOCK, alone, clocks
from coder.transcripts.events import Line
from coder.transcripts.source import Options

_LIFTED = re.compile(BRACKETED, re.IGNORECASE)
_LONE_SPAN = re.compile(
    rf"[\[({{<#]?\s*{CLOCK}\s*(?:-->|[-–/])\s*{CLOCK}\s*[\])}}>#]?", re.IGNORECASE
)
_CLOCKISH = re.compile(r"\d:[0-5]\d|\d\.\d\d|minute\s\d", re.IGNORECASE)
# A time with a word: “5:00 min”, “Time 5:00”, “TC 00:05:00”, “Minute 5:”.
_WORDED = re.compile(
    rf"(?:(?:time\s|zeit\s|tc:?|timecode:?|min(?:ute)?[.:]?|@)\s*(?P<after>{CLOCK})"
    rf"|(?P<before>{CLOCK})\s*min(?:ute[ns]?)?\.?|minute\s(?P<minute>\d{{1,3}}):)",
    re.IGNORECASE,
)
_HEADING_TIME = re.compile(r"(?:#{1,6}\s+)?[*_]{0,3}\s*(.*?)\s*[*_]{0,3}")
_CLOSING = re.compile(r"[,.;:!?…)\]”’]+(?=\s|\Z)")

_TRANSANA = re.compile(r"¤?\s?<(\d{1,9})>\s?(?:\(\d{1,2}:[0-5]\d:[0-5]\d\.\d\)\s?)?")
_FRAMES = re.compile(
    r"(?P<clock>(?P<h>\d{1,3}):(?P<m>[0-5]\d):(?P<s>[0-5]\d))(?P<mark>[:;.])(?P<ff>\d\d)(?![\d:;])"
)
_NEAR = 8  # characters before a time in which its bracket stands
_TRAILING = re.compile(
    r"(?P<before>.*\S)(?P<gap>\s+)(?P<time>\d{1,3}(?::[0-5]\d){1,2}(?:[.,]\d{1,3})?)\s*\Z"
)
_HUNDREDTHS = 30  # a fraction that reaches it is no count of frames
_HALF = 0.5
_NAME = 60  # characters

_FIELD = re.compile("(hh|mm|ss|ff)", re.IGNORECASE)
_DIGITS = {"hh": r"\d{1,3}", "mm": r"\d{1,3}", "ss": r"\d{1,2}", "ff": r"\d{1,2}"}


def written(ms: int) -> str:
    """Write a time in ms in the one form that every reader of lines knows."""
    seconds, rest = divmod(ms, 1000)
    fraction = f".{rest:03}" if rest else ""
    return f"[{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}]"


def lone(text: str) -> tuple[int, int | None] | None:
    """Read a line that holds nothing but a time, or a first and a last one; in ms."""
    text = text.strip()
    if len(text) > _NAME or not _CLOCKISH.search(text):
        return None
    found = _HEADING_TIME.fullmatch(text)
    text = found[1] if found else text
    ms = alone(text)
    if ms is not None:
        return ms, None
    worded = _WORDED.fullmatch(text.strip("[](){} \t"))
    if worded:
        return _worded(worded), None
    if not _LONE_SPAN.fullmatch(text):
        return None
    start, end = clocks(text)
    return None if start is None else (start, end)


def _worded(found: re.Match[str]) -> int:
    if found["minute"]:
        return int(found["minute"]) * 60_000
    return clocks(found["after"] or found["before"])[0] or 0


def cut(text: str) -> list[str | int]:
    """Cut words where a time (ms) in brackets stands between them; words and times in order.

    A full stop or comma right behind a time stays with the words before it.
    """
    if ":" not in text:
        return [text.strip()]
    pieces: list[str | int] = []
    at = 0
    for found in _LIFTED.finditer(text):
        pieces.append(text[at : found.start()].strip())
        pieces.append(clocks(found[0])[0] or 0)
        at = found.end()
        closing = _CLOSING.match(text, at)
        if closing and pieces[-2]:
            pieces[-2] = f"{pieces[-2]}{closing[0]}"
            at = closing.end()
    pieces.append(text[at:].strip())
    return [each for each in pieces if each != ""]


def canonical(lines: Sequence[Line], options: Options) -> tuple[list[Line], list[Notice]]:
    """Write times of other forms as all others are; say what is not sure about them."""
    told: list[Notice] = []
    if options.time_pattern:
        lines = _rewritten(lines, _by_pattern(options, told))
    said = "\n".join(line.text for line in lines)
    if "¤" in said or len(_TRANSANA.findall(said)) > 1:
        lines = _rewritten(lines, lambda text: _TRANSANA.sub(_milliseconds, text))
    lines = _rewritten(lines, _by_frames(said, options.frame_rate, told))
    return _at_ends(lines), told


def _rewritten(lines: Sequence[Line], change: Callable[[str], str]) -> list[Line]:
    made = []
    for line in lines:
        text = change(line.text)
        made.append(line if text == line.text else dataclasses.replace(line, text=text))
    return made


def _milliseconds(found: re.Match[str]) -> str:
    return f"{written(int(found[1]))} "


def _by_pattern(options: Options, told: list[Notice]) -> Callable[[str], str]:
    """Make what puts a known time in the place of one spelled by a person."""
    patterns = _spelled(options.time_pattern or "")

    def change(found: re.Match[str]) -> str:
        fields = {name: int(value) for name, value in found.groupdict().items() if value}
        hours, minutes, seconds = (fields.get(each, 0) for each in ("hh", "mm", "ss"))
        if seconds > 59 or ("hh" in fields and minutes > 59):  # noqa: PLR2004 - a clock's
            return found[0]
        whole = (hours * 60 + minutes) * 60 + seconds
        if "ff" not in fields:
            return f"{written(whole * 1000)} "
        if options.frame_rate is None:
            if not told:
                told.append(Notice("times_frames"))
            return f"{written(whole * 1000)} "
        return f"{written(_from_frames(whole, fields['ff'], options.frame_rate))} "

    def changed(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(change, text)
        return text

    return changed


def _spelled(spelling: str) -> tuple[re.Pattern[str], ...]:
    """Build the patterns of times that a person spelled. Raises CoderError."""
    parts = _FIELD.split(spelling.strip())
    fields = [each.lower() for each in parts[1::2]]
    if len(set(fields)) != len(fields) or not {"mm", "ss"} <= set(fields):
        raise CoderError("time_pattern_unread", pattern=spelling)
    body = "".join(
        f"(?P<{part.lower()}>{_DIGITS[part.lower()]})"
        if n % 2
        else re.escape(part).replace("\\ ", r"\s")
        for n, part in enumerate(parts)
    )
    if parts[0] and parts[-1]:
        return (re.compile(body),)
    # Bare numbers are a time only where a line begins or ends.
    return re.compile(rf"\A\s*{body}(?!\d)"), re.compile(rf"(?<=\s){body}\s*\Z")


def _from_frames(seconds: int, frames: int, rate: float, *, drop: bool = False) -> int:
    """Reckon ms from a count of frames, as SMPTE has it; ``drop`` leaves out frame numbers."""
    nominal = max(round(rate), 1)
    count = seconds * nominal + frames
    if drop:
        minutes = seconds // 60
        count -= round(nominal / 15) * (minutes - minutes // 10)
    return round(count * 1000 / rate)


def _by_frames(said: str, rate: float | None, told: list[Notice]) -> Callable[[str], str]:
    """Make what reads times in frames: only to the second where their rate is not known."""
    found = [each for each in _FRAMES.finditer(said) if _opens(each)]
    dotted = [int(each["ff"]) for each in found if each["mark"] == "."]
    hundredths = any(each >= (rate or _HUNDREDTHS) for each in dotted) or not any(dotted)
    sure = any(each["mark"] != "." for each in found)
    if rate is None and sure and not told:
        told.append(Notice("times_frames"))
    if rate is None and dotted and not hundredths:
        told.append(Notice("times_frames_or_not", {"count": len(dotted)}))

    def change(each: re.Match[str]) -> str:
        if not _opens(each) or (each["mark"] == "." and hundredths):
            return each[0]
        if rate is None or int(each["ff"]) >= rate:
            return each["clock"]
        seconds = (int(each["h"]) * 60 + int(each["m"])) * 60 + int(each["s"])
        ms = _from_frames(seconds, int(each["ff"]), rate, drop=each["mark"] == ";")
        return written(ms).strip("[]")

    return lambda text: _FRAMES.sub(change, text)


def _opens(found: re.Match[str]) -> bool:
    """Tell whether it stands where a time does: at a line's beginning, or in brackets."""
    before = found.string[max(found.start() - _NEAR, 0) : found.start()]
    line, _, tail = f"\n{before}".rpartition("\n")
    if not tail.strip(" "):
        return bool(line) or found.start() < _NEAR
    return tail.rstrip(" ")[-1] in "[({<#>-–/\t"


def _at_ends(lines: Sequence[Line]) -> list[Line]:
    """Put bare times at the ends of lines into brackets, where half of the lines have one."""
    found = [_trailing(line) for line in lines]
    said = sum(bool(line.text.strip()) for line in lines)
    count = sum(each is not None for each in found)
    if count < 2 or count < _HALF * said:  # noqa: PLR2004 - one is chance
        return list(lines)
    return [
        line
        if each is None
        else dataclasses.replace(line, text=f"{each['before']}{each['gap']}[{each['time']}]")
        for line, each in zip(lines, found, strict=True)
    ]


def _trailing(line: Line) -> re.Match[str] | None:
    """Find words with a bare time behind them; a name with one is a header, and no words."""
    found = _TRAILING.fullmatch(line.text) if line.text.rstrip()[-1:].isdigit() else None
    if not found or lone(line.text) is not None:
        return None
    before = found["before"].strip()
    named = ":" not in before and before[-1] not in ".!?…" and len(before) <= _NAME
    return None if named else found
