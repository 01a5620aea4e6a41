"""What a cell of a table says: a word of a list, a whole number, or several."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from coder.errors import CoderError
from coder.tables.files import Cells

_LEAST = 1
_NUMBERS = re.compile(r"\d{1,9}(?:[\s,;]+\d{1,9})*")

Word = TypeVar("Word", bound=StrEnum)


def one_of(words: type[Word], text: str, key: str, *, also: Sequence[str] = ()) -> Word:
    """The word of a list that a cell is; raises CoderError of that key for none of them."""
    try:
        return words(text.casefold())
    except ValueError as fault:
        raise CoderError(key, given=text, known=", ".join((*words, *also))) from fault


def whole(cells: Cells, name: str, most: int | None) -> int | None:
    """A whole number from 1 on, None for an empty cell. Raises CoderError for anything else."""
    text = cells.get(name, "")
    if not text:
        return None
    number = int(text) if _NUMBERS.fullmatch(text) and text.isdigit() else 0
    if number < _LEAST or (most is not None and number > most):
        upper = "" if most is None else f" to {most}"
        raise CoderError("row_not_a_number", name=name, given=text, upper=upper)
    return number


def numbers(cells: Cells, name: str) -> tuple[int, ...]:
    """The numbers in a cell, each once. Raises CoderError for anything else in it."""
    text = cells.get(name, "")
    if text and not _NUMBERS.fullmatch(text):
        raise CoderError("row_not_a_number", name=name, given=text, upper="")
    return tuple(dict.fromkeys(int(each) for each in re.findall(r"\d+", text)))


def episode_numbers(cells: Cells) -> tuple[int, ...]:
    """The numbers of a row's episodes. Raises CoderError for what can be none."""
    found = numbers(cells, "episode")
    if 0 in found:
        raise CoderError("row_not_a_number", name="episode", given="0", upper="")
    return found
