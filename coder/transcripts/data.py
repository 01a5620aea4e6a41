"""JSON as data: read within bounds, and taken apart without trust in what stands where."""

import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from coder.errors import CoderError
from coder.transcripts.clocks import CLOCK, clock
from coder.transcripts.events import Read, plain
from coder.transcripts.source import Format, Source

_MOST_MS = 1000 * 3_600_000  # no recording is longer than a thousand hours
_MOST_DIGITS = 18
_SLOWEST = 0.1  # letters in a second: speech has 15, and has 0.015 in a ms
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"\s*([-+]?\d{1,15}(?:\.\d{0,30})?(?:[eE][-+]?\d{1,2})?)\s*s?\s*")
_CLOCK = re.compile(CLOCK)
_SPAN = re.compile(
    r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,12})?)S)?)?",
    re.IGNORECASE,
)


def parsed(source: Source) -> Any:
    """Return what the JSON of a file holds; None where it is no JSON.

    Raises CoderError for JSON that is nested too deep, or ends too early.
    """
    text = source.text.strip()
    if not text.startswith(("{", "[")):
        return None
    try:
        return _parsed(text)
    except RecursionError as fault:
        raise CoderError("json_too_deep", path=source.path) from fault
    except ValueError as fault:
        if source.suffix in {".json", ".otr"} and not text.endswith(("}", "]")):
            raise CoderError("transcript_damaged", path=source.path, why="it ends early") from fault
        return None


# Every JSON format looks at the same text in turn: the last one read is kept for the next.
@functools.lru_cache(maxsize=1)
def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=_whole, parse_constant=lambda _: None)


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def format_of(
    name: str,
    title: str,
    knows: Callable[[Source], bool],
    read: Callable[[Source], Read],
    suffix: str = ".json",
) -> Format:
    """Make a format of JSON whose reader, told to read what is not its own, refuses."""

    def checked(source: Source) -> Read:
        if not knows(source):
            raise CoderError("transcript_not_format", path=source.path, format=title)
        return read(source)

    return Format(name, title, (suffix,), knows, checked)


def key(value: object) -> str:
    """Take a value for what others refer to: an id, the number of a channel."""
    return str(value) if isinstance(value, str | int | float) else ""


def record(value: object) -> Mapping[str, Any]:
    """Take a value for an object; one without keys where it is none."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Mapping[str, Any]]:
    """Take a value for a list of objects, and leave out what in it is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def said(value: object) -> str:
    """Take a value for words: on one line, with a sign in the place of what cannot be stored."""
    return plain(_UNSTORABLE.sub("\ufffd", value)) if isinstance(value, str) else ""


def label(value: object) -> str:
    """Take a value for the label of a speaker, as written; a bare number N is “Speaker N”."""
    number = count(value)
    if number is not None:
        return f"Speaker {number}"
    return said(value)


def count(value: object) -> int | None:
    """Take a value for a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _MOST_MS and value == int(value) else None


def milliseconds(value: object) -> int | None:
    """Take a value for a time in ms."""
    return _ms(value, 1)


def seconds(value: object) -> int | None:
    """Take a value for a time in seconds: a number, or text as in “12.9”, “12.900s”, “0:12.9”.

    Also {seconds, nanos}, where what is nought may be left out. Returns ms.
    """
    if isinstance(value, str) and _CLOCK.fullmatch(value.strip()):
        return clock(value.strip())
    if isinstance(value, dict) and value.keys() & {"seconds", "nanos"}:
        whole, nanos = (_number(value.get(key, 0)) for key in ("seconds", "nanos"))
        return None if whole is None or nanos is None else _ms(whole + nanos / 1e9, 1000)
    return _ms(value, 1000)


def counts_ms(found: Sequence[Mapping[str, Any]], key: str = "text") -> bool:
    """Tell whether ``start`` and ``end`` of what is said under a key are ms, and not seconds.

    They are whole numbers, and as seconds they would make speech slower than anybody speaks.
    """
    spans = [(each.get("start"), each.get("end")) for each in found]
    lengths = [end - start for start, end in spans if is_whole(start) and is_whole(end)]
    letters = sum(len(said(each.get(key))) for each in found)
    return len(lengths) == len(spans) and letters < _SLOWEST * sum(lengths)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell a number that is written without a point."""
    return isinstance(value, int) and not isinstance(value, bool)


def ticks(value: object) -> int | None:
    """Take a value for a time in ticks of 100 ns. Returns ms."""
    return _ms(value, 1e-4)


def span(value: object) -> int | None:
    """Take a value for a duration of ISO 8601, as in PT10M29.52S. Returns ms."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, rest = (float(field or 0) for field in found.groups())
    return _ms(((days * 24 + hours) * 60 + minutes) * 60 + rest, 1000)


def _ms(value: object, factor: float) -> int | None:
    number = _number(value)
    if number is None or not 0 <= number * factor < _MOST_MS:
        return None
    return round(number * factor)


def _number(value: object) -> float | None:
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value)
        return float(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value
