"""Small tables beside an import: names and what stands in their place, and when turns begin."""

from collections.abc import Collection
from pathlib import Path

from coder.errors import CoderError
from coder.session import parse_clock
from coder.tables.files import rows


def pairs(path: Path) -> tuple[tuple[str, str], ...]:
    """Read a table with the columns find and put. Raises CoderError."""
    found = []
    for place, cells in rows(path, ("find", "put")):
        if not cells.get("find", "").strip() or not cells.get("put", "").strip():
            raise CoderError("names_row", path=path, place=place)
        found.append((cells["find"], cells["put"]))
    return tuple(found)


def taps(path: Path, known: Collection[int]) -> dict[int, int]:
    """Read a table with the columns turn and start, as ms by the turn's number.

    ``known`` are the numbers there are. Raises CoderError.
    """
    found: dict[int, int] = {}
    for place, cells in rows(path, ("turn", "start")):
        number = cells.get("turn", "")
        n = int(number) if number.isdecimal() and len(number) < len("1000000") else 0
        if n not in known or n in found:
            raise CoderError("taps_row", path=path, place=place, turn=number)
        start = cells.get("start", "")
        try:
            found[n] = parse_clock(start)
        except CoderError as told:
            raise CoderError("tap_cell", path=path, place=place, given=start) from told
    return found
