"""The levels that codes are counted at: marker, category, row of a coarser scheme, family, any.

One definition, for agreement and for counts. How a mark of no marker, or of another family than
its marker's, is counted is said by coder.agreement.codes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coder.errors import CoderError
from coder.markers.reading import load
from coder.markers.rolling import crosswalks, roll_up, targets
from coder.markers.scheme import Marker, Scheme, What
from coder.markers.shipped import available

Level = Literal["marker", "category", "row", "family", "any"]
LEVELS: tuple[Level, ...] = get_args(Level)
ROW_SCHEME = "laraway-2015"
ANY = "any"
FAMILIES = {"withdrawal": "Withdrawal", "confrontation": "Confrontation"}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a level: its name for people, what marks count in it, and its default family."""

    id: str
    label: str
    kind: What = "marker"
    family: str | None = None


def code_of(scheme: Scheme, marker: str, level: Level, rows: str = ROW_SCHEME) -> str | None:
    """Return the code that a marker, by its id, counts in at a level; None where it has none.

    Its category is what it is part of, else itself; its row is that of the scheme ``rows``. Of
    family and any, only rupture markers have a code, and a mark’s own family stands before this.
    Raises CoderError when no path of roll-ups leads to ``rows``.
    """
    found = next((each for each in scheme.markers if each.id == marker), None)
    if found is None:
        return None
    if level == "row":
        return roll_up(scheme, marker, rows)
    if level == "category":
        return found.part_of or marker
    if level == "marker":
        return marker
    rupture = found.kind == "marker"
    return (found.family if level == "family" else ANY) if rupture else None


def codes(
    scheme: Scheme, level: Level, rows: str = ROW_SCHEME, kind: What | None = None
) -> tuple[Code, ...]:
    """List the codes that the markers of a scheme (of one kind, or of any) count in at a level.

    They stand in the order of the scheme that has them, and retired ones with them. Raises
    CoderError as ``code_of`` does.
    """
    mine = [each for each in scheme.markers if kind in {None, each.kind}]
    if level == "any":
        return (Code(ANY, "Any rupture"),) if _ruptures(mine) else ()
    if level == "family":
        named = (Code(family, label, family=family) for family, label in FAMILIES.items())
        return tuple(named) if _ruptures(mine) else ()
    kinds: dict[str, What] = {}
    for each in mine:
        code = code_of(scheme, each.id, level, rows)
        if code is not None:
            kinds.setdefault(code, each.kind)
    known = {each.id: each for each in _rows(scheme, level, rows)}
    order = dict.fromkeys(code for code in (*known, *kinds) if code in kinds)
    return tuple(_code(code, known.get(code), kinds[code]) for code in order)


def levels_of(schemes: Sequence[Scheme]) -> tuple[Level, ...]:
    """The levels that there are: a category only where a marker is part of one."""
    parts = any(marker.part_of is not None for scheme in schemes for marker in scheme.markers)
    return tuple(level for level in LEVELS if parts or level != "category")


def row_schemes(schemes: Sequence[Scheme]) -> tuple[str, ...]:
    """The schemes whose rows the markers of all these can be counted in, the nearest first.

    One of them may be among these, and then has itself for rows.
    """
    each = [dict.fromkeys((scheme.id, *_targets(scheme))) for scheme in schemes]
    return tuple(name for name in (each[0] if each else ()) if all(name in led for led in each))


def rows_usual(schemes: Sequence[Scheme]) -> str:
    """The scheme whose rows are looked at unless others are asked for.

    It is that of the form, unless none of these leads there and all lead to another.
    """
    if any(ROW_SCHEME in (scheme.id, *_targets(scheme)) for scheme in schemes):
        return ROW_SCHEME
    own = {scheme.id for scheme in schemes}
    return next((name for name in row_schemes(schemes) if name not in own), ROW_SCHEME)


def _targets(scheme: Scheme) -> tuple[str, ...]:
    """Where a scheme leads; one that a lab’s own scheme names may be none that is known here."""
    try:
        return targets(scheme)
    except CoderError:
        return crosswalks(scheme)


def _rows(scheme: Scheme, level: Level, rows: str) -> Sequence[Marker]:
    """The markers, or rows, that may be codes, in the order of their form."""
    if level != "row" or scheme.id == rows:
        return scheme.markers
    return load(rows).markers if rows in available() else ()


def _code(code: str, known: Marker | None, kind: What) -> Code:
    if known is None:
        return Code(code, code, kind)
    return Code(code, known.label, kind, known.family)


def _ruptures(markers: Iterable[Marker]) -> bool:
    return any(marker.kind == "marker" for marker in markers)
