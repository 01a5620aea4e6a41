"""Values to rows and to the log's content, and back. ORM objects never leave coder.store."""

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, get_args, get_origin

from sqlalchemy import Table

from coder.coding import (
    Anchor,
    Change,
    Coding,
    Episode,
    Item,
    Mark,
    Presence,
    Rater,
    Rating,
    Relation,
    StudyScheme,
    StudySetting,
)
from coder.session import (
    Consent,
    Instrument,
    Measure,
    Participant,
    Recording,
    Session,
    Speaker,
    Therapist,
    Timing,
    Transcript,
    Turn,
)
from coder.store import tables

TABLES: dict[type[Any], Table] = {
    Participant: tables.participant,
    Session: tables.session,
    Recording: tables.recording,
    Speaker: tables.speaker,
    Transcript: tables.transcript,
    Turn: tables.turn,
    Timing: tables.timing,
    Therapist: tables.therapist,
    Consent: tables.consent,
    Instrument: tables.instrument,
    Measure: tables.measure,
    Rater: tables.rater,
    Relation: tables.relation,
    StudyScheme: tables.scheme,
    StudySetting: tables.setting,
    Coding: tables.coding,
    Episode: tables.episode,
    Mark: tables.mark,
    Rating: tables.rating,
    Presence: tables.presence,
}
_BY_NAME = {kind.__name__: kind for kind in TABLES}

# What a value carries for its readers but another table holds.
_ELSEWHERE = {Session: {"participant"}, Transcript: {"turns"}, Turn: {"role"}}


def row_of(item: Item | Turn) -> dict[str, Any]:
    """Lay a value out as the columns of its table."""
    plain = _plain(item)
    if isinstance(item, Mark):
        anchor = plain.pop("anchor")
        plain |= anchor or dict.fromkeys(_fields(Anchor))
    for name in _ELSEWHERE.get(type(item), ()):
        del plain[name]
    return {name: _packed(value) for name, value in plain.items()}


def item_of(kind: Any, row: Mapping[str, Any], **elsewhere: Any) -> Any:
    """Rebuild a value from its row; ``elsewhere`` holds what other tables say of it."""
    plain = {name: row[name] for name in row if name in _fields(kind)}
    if kind is Mark:
        anchored = row["turns"] is not None
        anchor = {name: row[name] for name in _fields(Anchor)}
        plain["anchor"] = _unpacked(Anchor, anchor) if anchored else None
    return _value(kind, _unpacked(kind, plain) | elsewhere)


def same_row(one: Item, other: Item) -> bool:
    """Tell whether two values are alike in what their own table holds."""
    return type(one) is type(other) and row_of(one) == row_of(other)


def content_of(change: Change) -> str:
    """Write what a change removed and added as canonical JSON."""
    plain = {
        "removed": [[type(item).__name__, _plain(item)] for item in change.removed],
        "added": [[type(item).__name__, _plain(item)] for item in change.added],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def change_of(content: str, **head: Any) -> Change:
    """Rebuild a change from the log's content."""
    plain = json.loads(content)
    return Change(
        removed=tuple(_value(_BY_NAME[kind], item) for kind, item in plain["removed"]),
        added=tuple(_value(_BY_NAME[kind], item) for kind, item in plain["added"]),
        **head,
    )


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name)) for name in _fields(kind)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


def _packed(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _unpacked(kind: Any, plain: dict[str, Any]) -> dict[str, Any]:
    """Undo _packed where the value holds a tuple."""
    packed = _packed_fields(kind)
    return {name: json.loads(v) if name in packed and v else v for name, v in plain.items()}


@functools.cache
def _packed_fields(kind: Any) -> frozenset[str]:
    hints = typing.get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if get_origin(hint) is tuple)


def _value(kind: Any, plain: Mapping[str, Any]) -> Any:
    """Build a dataclass, giving each plain value the type its field asks for."""
    readers = _readers(kind)
    return kind(
        **{
            name: value if value is None or (read := readers[name]) is None else read(value)
            for name, value in plain.items()
        }
    )


@functools.cache
def _readers(kind: Any) -> dict[str, Callable[[Any], Any] | None]:
    """How to read each field; None where JSON and SQL hold the value as it is."""
    return {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) in {typing.Union, types.UnionType}:
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        inner = _reader(get_args(hint)[0])
        return tuple if inner is None else lambda plain: tuple(map(inner, plain))
    if dataclasses.is_dataclass(hint):
        kind = typing.cast("type[Any]", hint)
        return lambda plain: plain if isinstance(plain, kind) else _value(kind, plain)
    if hint is float:
        return _as_a_float
    if hint in {int, str}:
        return functools.partial(_as_it_is, hint)
    return hint if isinstance(hint, type) and issubclass(hint, StrEnum) else None


def _as_it_is(kind: type[Any], plain: Any) -> Any:
    """Return a value if it is of its kind: SQLite keeps whatever it is given. Raises TypeError."""
    if not isinstance(plain, kind):
        raise TypeError(f"a {type(plain).__name__} stands where a {kind.__name__} should")
    return plain


def _as_a_float(plain: Any) -> float:
    """Return a number as the float its field asks for. Raises TypeError."""
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise TypeError(f"a {type(plain).__name__} stands where a number should")
    return float(plain)
