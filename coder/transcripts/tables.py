"""Tables in a document: read where it is plain who speaks, told of where it is not."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.transcripts import labels
from coder.transcripts.clocks import alone
from coder.transcripts.events import Line, Prefix, plain

_HEADS = frozenset((
    "speaker", "speakers", "name", "who", "label", "time", "times", "timespan", "start", "text",
    "content", "words", "transcript", "utterance", "turn", "line", "no", "no.", "#",
))  # fmt: skip
_MANY = 0.6
_LONGEST, _MOST = 40, 8  # characters of a label, speakers of a table


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a table holds what; ``head`` counts the rows of titles.

    ``known`` are the labels that words begin with, where no column says who speaks.
    """

    head: int
    words: int
    who: int | None
    time: int | None
    known: frozenset[str]


def rows_as_lines(rows: Sequence[Sequence[str]], number: int) -> Iterator[Line]:
    """Turn rows into lines from ``number`` on.

    A column of few repeated short labels beside a column of words is a transcript; so is a
    column of words that begin with labels. Any other table is told of, row by row.
    """
    wide = max((len(row) for row in rows), default=0)
    filled = [[plain(cell) for cell in row] + [""] * (wide - len(row)) for row in rows]
    columns = _columns(filled, wide)
    label = ""
    for n, row in enumerate(filled):
        if columns is None or n < columns.head or not row[columns.words]:
            text = " | ".join(filter(None, row))
            yield Line(number + n, text, why="table" if text else "")
            continue
        if columns.who is not None:
            label = row[columns.who].rstrip(":") or label
        yield from _spoken(row, columns, label, number + n)


def _columns(rows: Sequence[Sequence[str]], wide: int) -> _Columns | None:
    """Find the columns of a transcript, None when the table is none."""
    if not wide:
        return None
    titles = [cell.lower() in _HEADS for cell in rows[0] if cell]
    head = int(bool(titles) and sum(titles) * 2 >= len(titles))
    cells = [[row[at] for row in rows[head:]] for at in range(wide)]
    time = next((at for at in range(wide) if _are_times(cells[at])), None)
    words = max(range(wide), key=lambda at: sum(map(len, cells[at])))
    others = [at for at in range(wide) if at not in {time, words}]
    who = next((at for at in others if _are_labels(cells[at])), None)
    known = _labels_within(cells[words]) if who is None else frozenset()
    return None if who is None and not known else _Columns(head, words, who, time, known)


def _spoken(row: Sequence[str], columns: _Columns, label: str, number: int) -> Iterator[Line]:
    """Read a row of a transcript; cells that are no words, label or time are told of."""
    words = row[columns.words]
    start = alone(row[columns.time]) if columns.time is not None else None
    prefix = Prefix(label, words, start) if label else labels.split(words)
    if prefix and not label:
        good = prefix.label in columns.known
        prefix = dataclasses.replace(prefix, start_ms=start) if good and start is not None else None
    yield Line(number, words, prefix=prefix)
    used = {columns.words, columns.who, columns.time if prefix and start is not None else None}
    rest = [cell for at, cell in enumerate(row) if at not in used and cell]
    if rest:
        yield Line(number, " | ".join(rest), why="table")


def _are_times(cells: Sequence[str]) -> bool:
    given = [cell for cell in cells if cell]
    return bool(given) and sum(alone(cell) is not None for cell in given) >= _MANY * len(given)


def _are_labels(cells: Sequence[str]) -> bool:
    given = [cell.rstrip(":") for cell in cells if cell]
    different = set(given)
    if not given or len(different) > _MOST or any(len(cell) > _LONGEST for cell in given):
        return False
    if not all(cell[:1].isalpha() for cell in different):
        return False
    return len(different) > 1 and (
        len(given) >= 2 * len(different) or all(map(labels.known, different))
    )


def _labels_within(cells: Sequence[str]) -> frozenset[str]:
    given = [cell for cell in cells if cell]
    prefixes = [labels.split(cell) for cell in given]
    return labels.accept((each for each in prefixes if each), len(given))
