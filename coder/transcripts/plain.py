"""Readings and options as plain data (JSON), and back; what comes back is checked in full."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from coder.errors import CoderError, Notice
from coder.session import Note, Replaced, Reported, Role, Stamp, TimeSource, Turn, TurnId, new_id
from coder.transcripts.reading import Reading
from coder.transcripts.source import Options
from coder.words import SENTENCES

_MOST = 2**53  # what any program that reads JSON can count to
_LONGEST_NAME = 100
_LONGEST_ARGUMENT = 10_000


def from_options(options: Options) -> dict[str, Any]:
    """Write options as plain data."""
    return {
        each.name: dict(value) if isinstance(value, Mapping) else value
        for each in dataclasses.fields(options)
        for value in [getattr(options, each.name)]
    }


def to_options(plain: Mapping[str, Any]) -> Options:
    """Make options of plain data that this program itself has written."""
    values = {name: _frozen(value) for name, value in plain.items()}
    return Options(
        **{**values, "roles": {label: Role(role) for label, role in plain["roles"].items()}}
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def from_reading(reading: Reading) -> dict[str, Any]:
    """Write a reading as plain data. Path and fingerprint are known to who asked for it."""
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "cues": reading.cues,
        "turns": [
            [each.line, each.label, each.text, each.start_ms, each.end_ms, each.times, each.role]
            for each in reading.turns
        ],
        "speakers": reading.speakers,
        "roles": reading.roles,
        "notes": [[each.line, each.text, each.turn, each.begin] for each in reading.notes],
        "anchors": reading.anchors,
        "reported": [[each.line, each.text, each.why] for each in reading.reported],
        "warnings": [from_told(each) for each in reading.warnings],
        "first_ms": reading.first_ms,
        "last_ms": reading.last_ms,
        "untimed": reading.untimed,
        "stamps": [[each.turn, each.begin, each.ms] for each in reading.stamps],
        "parts": reading.parts,
        "tiers": reading.tiers,
        "taken": reading.taken,
        "titles": reading.titles,
        "columns": dict(reading.columns),
        "replaced": [[each.put, each.count, each.turns] for each in reading.replaced],
    }


def from_told(told: CoderError | Notice) -> list[Any]:
    """Write an error or a notice as plain data."""
    return [told.key, {name: _simple(value) for name, value in told.where.items()}]


def _simple(value: Any) -> bool | int | float | str | None:
    """Take an argument as it is, or as text; nobody reads the midst of a long one."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text, half = str(value), _LONGEST_ARGUMENT // 2
    return text if len(text) <= _LONGEST_ARGUMENT else text[:half] + text[-half:]


def to_error(path: Path, plain: Any) -> CoderError:
    """Make an error of plain data from outside. Raises ValueError when it is none of ours.

    The path is the asker's own: another cannot be put in its place.
    """
    told = _told(plain)
    return CoderError(told.key, **{**told.where, "path": path})


def to_reading(path: Path, sha256: str, plain: Any) -> Reading:
    """Make a reading of plain data from outside. Raises ValueError when it is not one in full."""
    from coder.transcripts.formats import FORMATS

    known = {each.name for each in FORMATS}
    if not isinstance(plain, dict) or plain.get("format") not in known:
        raise ValueError("no reading")
    turns = tuple(_turn(n, each) for n, each in enumerate(_all(plain.get("turns")), 1))
    if not turns:
        raise ValueError("no turns")
    lengths = [len(turn.text) for turn in turns]
    return Reading(
        path=path,
        sha256=sha256,
        format=plain["format"],
        encoding=_text(plain.get("encoding"), _LONGEST_NAME),
        cues=_perhaps(_count, plain.get("cues")),
        turns=turns,
        speakers={label: _count(count) for label, count in _named(plain.get("speakers"))},
        roles={label: Role(_text(role)) for label, role in _named(plain.get("roles"))},
        notes=tuple(_note(each, lengths) for each in _all(plain.get("notes"))),
        anchors=tuple(
            (_count(line), _ms(ms))
            for each in _all(plain.get("anchors"))
            for line, ms in [_all(each, 2)]
        ),
        reported=tuple(
            Reported(_count(line), _text(text), _text(why))
            for each in _all(plain.get("reported"))
            for line, text, why in [_all(each, 3)]
        ),
        warnings=tuple(_told(each) for each in _all(plain.get("warnings"))),
        first_ms=_perhaps(_ms, plain.get("first_ms")),
        last_ms=_perhaps(_ms, plain.get("last_ms")),
        untimed=_count(plain.get("untimed"), len(turns)),
        stamps=tuple(_stamp(each, lengths) for each in _all(plain.get("stamps"))),
        parts=_counted(plain.get("parts")),
        tiers=_counted(plain.get("tiers")),
        taken=tuple(_text(each) for each in _all(plain.get("taken"))),
        titles=tuple(_text(each) for each in _all(plain.get("titles"))),
        columns={name: _text(title) for name, title in _named(plain.get("columns"))},
        replaced=tuple(_replaced(each, len(turns)) for each in _all(plain.get("replaced"))),
    )


def _turn(n: int, plain: Any) -> Turn:
    line, label, text, start, end, times, role = _all(plain, 7)
    if not text:
        raise ValueError("no words")
    return Turn(
        id=TurnId(new_id()),
        n=n,
        line=_count(line),
        label=_text(label),
        text=_text(text),
        start_ms=_perhaps(_ms, start),
        end_ms=_perhaps(_ms, end),
        times=TimeSource(_text(times)),
        role=Role(_text(role)),
    )


def _note(plain: Any, lengths: list[int]) -> Note:
    line, text, turn, begin = _all(plain, 4)
    if turn is None and begin is None:
        return Note(_count(line), _text(text))
    return Note(_count(line), _text(text), *_place(turn, begin, lengths))


def _stamp(plain: Any, lengths: list[int]) -> Stamp:
    turn, begin, ms = _all(plain, 3)
    return Stamp(*_place(turn, begin, lengths), _ms(ms))


def _place(turn: Any, begin: Any, lengths: list[int]) -> tuple[int, int]:
    """Take a place in the words of a turn, their end included."""
    if not _count(turn, len(lengths)):
        raise ValueError("no turn")
    return turn, _count(begin, lengths[turn - 1])


def _replaced(plain: Any, turns: int) -> Replaced:
    put, count, where = _all(plain, 3)
    return Replaced(_text(put), _count(count), tuple(_count(each, turns) for each in _all(where)))


def _told(plain: Any) -> Notice:
    key, where = _all(plain, 2)
    if key not in SENTENCES:
        raise ValueError("no sentence")
    kept = {name: _argument(value) for name, value in _named(where)}
    try:
        SENTENCES[key].format_map({"path": "", **kept})
    except KeyError as fault:
        raise ValueError("an argument is missing") from fault
    return Notice(key, kept)


def _argument(value: Any) -> bool | int | float | str | None:
    if value is None or isinstance(value, bool | float):
        return value
    return _ms(value) if isinstance(value, int) else _text(value, _LONGEST_ARGUMENT)


def _perhaps(take: Callable[[Any], int], value: Any) -> int | None:
    return None if value is None else take(value)


def _all(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError("no list of that length")
    return value


def _named(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError("nothing by name")  # noqa: TRY004 - one kind of error for all that is wrong
    return [(_text(name), each) for name, each in value.items()]


def _counted(value: Any) -> tuple[tuple[str, int], ...]:
    return tuple(
        (_text(name), _count(count)) for each in _all(value) for name, count in [_all(each, 2)]
    )


def _text(value: Any, longest: int | None = None) -> str:
    """Take a text that can be stored: whole characters only."""
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise ValueError("no such text")
    value.encode()
    return value


def _count(value: Any, most: int = _MOST) -> int:
    number = _ms(value)
    if not 0 <= number <= most:
        raise ValueError("no such count")
    return number


def _ms(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MOST:
        raise ValueError("no such number")
    return value
