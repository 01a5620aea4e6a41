"""Find a marker by what people call it: one rule for every table, command and form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Names = tuple[Mapping[str, tuple[str, ...]], ...]

_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
_SEPARATE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Named:
    """What a marker is called; ``under`` is what it stands under: its category, or its column."""

    id: str
    label: str
    key: str = ""
    others: tuple[str, ...] = ()
    under: str = ""


def plain(name: str) -> str:
    """A name as it is compared: capitals, spaces and the shape of quotation marks apart."""
    return " ".join(name.translate(_STRAIGHT).casefold().split())


def letters(name: str) -> str:
    """The letters and digits of a name, or the name where it has none."""
    return _SEPARATE.sub("", name.casefold()) or plain(name)


def index(known: Iterable[Named]) -> Names:
    """Make ready to look names up.

    A name as it is written goes before one with other hyphens and signs, and the label and the
    short code before other names. “Category / Label” is a name as well.
    """
    known = tuple(known)
    alike = ((plain, _own), (plain, _other), (letters, _own), (letters, _other))
    tables = []
    for same, names_of in alike:
        table: dict[str, tuple[str, ...]] = {}
        for each in known:
            for name in dict.fromkeys(same(name) for name in names_of(each)):
                table[name] = (*table.get(name, ()), each.id)
        tables.append(table)
    return tuple(tables)


def _own(named: Named) -> tuple[str, ...]:
    key = (named.key,) if named.key else ()
    return (named.label, f"{named.under} / {named.label}", *key)


def _other(named: Named) -> tuple[str, ...]:
    return (*named.others, *(f"{named.under} / {other}" for other in named.others))


def called(names: Names, name: str) -> tuple[str, ...]:
    """The ids of the markers that a name is the name of: one, none, or several that share it."""
    plainly, loosely = plain(name), letters(name)
    wanted = (plainly, plainly, loosely, loosely)
    found = (table.get(each, ()) for table, each in zip(names, wanted, strict=True))
    return next(filter(None, found), ())
