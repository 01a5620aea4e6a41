"""Tables of presence: a row for each component of a model, a column for each session or expert.

A cell is X (present), – (not present), NA (not analysed) or “not observable”, or these in words,
as Laraway (2015) prints them in Tables 2 and 3. An empty cell says nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.coding import Found
from coder.errors import CoderError
from coder.markers import Scheme
from coder.words import say

_MOST_REASONS = 20

_WORDS = {
    Found.PRESENT: ("x", "✓", "+", "1", "yes", "present"),
    Found.NOT_PRESENT: ("–", "—", "\u2212", "-", "0", "no", "not present", "absent"),
    Found.NOT_ANALYSED: ("na", "n/a", "not analysed", "not analyzed"),
    Found.NOT_OBSERVABLE: ("o", "not observable", "unobservable"),
}
_FOUND = {word: found for found, words in _WORDS.items() for word in words}
_BESIDE = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Said:
    """What a table says of one session: its column's name, and what is found by component."""

    session: str
    found: dict[str, Found]


def read(path: Path, scheme: Scheme) -> tuple[Said, ...]:
    """Read a table of presence, a column at a time.

    A remark in brackets after a session's name, as in “P3/2 (repaired)”, is passed over. Raises
    CoderError when the file cannot be read, and once for all rows, columns and cells refused.
    """
    # It needs numpy, which costs start-up time.
    from coder.tables.ratings import clean, grid

    names, rows = grid(path)
    refused = [*_refused_columns(names)]
    components: dict[str, Sequence[str]] = {}
    for place, cells in rows:
        try:
            _take(components, scheme, names, [clean(cell) for cell in cells])
        except CoderError as fault:
            refused.append(f"{place}: {say(fault)}")
    if refused:
        reasons = "\n".join(refused[:_MOST_REASONS])
        raise CoderError("table_refused", path=path, count=len(refused), reasons=reasons)
    told = tuple(
        Said(session_of(name), _column(components, at))
        for at, name in enumerate(names)
        if at and name
    )
    if not any(each.found for each in told):
        raise CoderError("presence_nothing", path=path)
    return told


def _take(
    components: dict[str, Sequence[str]], scheme: Scheme, names: Sequence[str], cells: Sequence[str]
) -> None:
    """Take a row in: a component's name, then what is found. Raises CoderError."""
    component = scheme.marker(cells[0]).id
    if component in components:
        raise CoderError("presence_twice", component=cells[0])
    components[component] = cells
    for name, cell in zip(names[1:], cells[1:], strict=True):
        if found_of(cell) is not None and not name:
            raise CoderError("presence_no_session", given=cell)


def found_of(text: str) -> Found | None:
    """What X, –, NA, “not observable” or their words mean; None for nothing. Raises CoderError."""
    plain = _BESIDE.sub("", " ".join(text.casefold().split()))
    if plain and plain not in _FOUND:
        raise CoderError("presence_cell", given=text)
    return _FOUND.get(plain)


def session_of(name: str) -> str:
    """The session a column names, without a remark in brackets after it."""
    return _BESIDE.sub("", name.strip())


def _refused_columns(names: Sequence[str]) -> Iterator[str]:
    if not any(names[1:]):
        yield say(CoderError("presence_no_columns"))
    seen: set[str] = set()
    for name in filter(None, names[1:]):
        plain = session_of(name).casefold()
        if plain in seen:
            yield say(CoderError("presence_column_twice", session=name))
        seen.add(plain)


def _column(components: dict[str, Sequence[str]], at: int) -> dict[str, Found]:
    told = {component: found_of(cells[at]) for component, cells in components.items()}
    return {component: found for component, found in told.items() if found is not None}
