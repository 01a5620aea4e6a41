"""The columns of a table for analysis: names that SPSS and R take, and what each of them holds."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

LISTING = ("name", "meaning", "unit", "values", "empty")

_LONGEST = 64  # of a variable's name in SPSS, in bytes
_DIGEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it means, in what unit, its values, and what an empty cell says."""

    name: str
    meaning: str
    unit: str = ""
    values: str = ""
    empty: str = "never empty"


def variable(*parts: str) -> str:
    """Make a name of letters, digits and underscores, the same each time, never too long."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", "_".join(parts)).strip("_").lower()
    if len(name) <= _LONGEST:
        return name
    told = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _DIGEST - 1].rstrip('_')}_{told}"


def names(columns: Iterable[Column]) -> tuple[str, ...]:
    """The names of columns, in their order."""
    return tuple(column.name for column in columns)


def apart(columns: Iterable[Column]) -> list[Column]:
    """Number the names that would else stand twice."""
    seen: Counter[str] = Counter()
    kept = []
    for column in columns:
        seen[column.name] += 1
        n = seen[column.name]
        kept.append(column if n == 1 else replace(column, name=variable(column.name, str(n))))
    return kept


def listed(columns: Sequence[Column]) -> list[dict[str, str | int | float | None]]:
    """The codebook of the columns, a row each."""
    return [{name: getattr(column, name) for name in LISTING} for column in columns]
