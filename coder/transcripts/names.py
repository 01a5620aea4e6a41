"""Names in a transcript: put pseudonyms in their place, everywhere, and count where."""

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coder.errors import Notice
from coder.session import Replaced

if TYPE_CHECKING:
    from coder.transcripts.reading import Reading


def pseudonymous(text: str, names: Sequence[tuple[str, str]]) -> str:
    """A text, such as a file's name, with every name replaced."""
    return Pseudonyms(names).put(text)


class Pseudonyms:
    """What to put in the place of names: whole words alone, in whatever case they are written.

    All names are replaced in one pass, so that what was put in is not replaced again.
    """

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        wanted = {_plain(name): (name, put) for name, put in names if name.strip()}
        # Of names that begin alike the longest is looked for first.
        ranked = sorted(enumerate(wanted.values(), 1), key=lambda each: -len(each[1][0]))
        self._numbers = [number for number, _ in ranked]
        self._puts = [put for _, (_, put) in ranked]
        each = "|".join(rf"(?<!\w)({_any_way(name)})(?!\w)" for _, (name, _) in ranked)
        self._pattern = re.compile(each or r"(?!)", re.IGNORECASE)

    def put(self, text: str) -> str:
        """Replace every name in a text."""
        return self._pattern.sub(self._instead, text)

    def put_in(self, reading: "Reading") -> "Reading":
        """Replace every name in a reading, but for its warnings, and count what was put where.

        A label counts as a part of its turns, a note in a turn as a part of its words.
        """
        if not self._puts:
            return reading
        moved = {turn.n: self._moves(turn.text) for turn in reading.turns}
        return dataclasses.replace(
            reading,
            turns=tuple(
                dataclasses.replace(turn, label=self.put(turn.label), text=self.put(turn.text))
                for turn in reading.turns
            ),
            notes=tuple(
                dataclasses.replace(
                    note,
                    text=self.put(note.text),
                    begin=_after(note.begin, moved.get(note.turn or 0, ())),
                )
                for note in reading.notes
            ),
            stamps=tuple(
                dataclasses.replace(stamp, begin=_after(stamp.begin, moved[stamp.turn]) or 0)
                for stamp in reading.stamps
            ),
            reported=tuple(
                dataclasses.replace(each, text=self.put(each.text)) for each in reading.reported
            ),
            replaced=tuple(self._counted(reading)),
            warnings=(*reading.warnings, *self._told(reading)),
        )

    def _told(self, reading: "Reading") -> Iterator[Notice]:
        """Say which names were nowhere, by their place in the list, and which labels became one."""
        texts = [f"{turn.label}\n{turn.text}" for turn in reading.turns]
        texts += [note.text for note in reading.notes]
        texts += [each.text for each in reading.reported]
        met = {found.lastindex for text in texts for found in self._pattern.finditer(text)}
        absent = sorted(n for at, n in enumerate(self._numbers, 1) if at not in met)
        if absent:
            yield Notice("names_absent", {"which": ", ".join(map(str, absent))})
        labels = {turn.label for turn in reading.turns}
        if len({self.put(label) for label in labels}) < len(labels):
            yield Notice("labels_joined")

    def _counted(self, reading: "Reading") -> Iterator[Replaced]:
        count: Counter[str] = Counter()
        turns: dict[str, dict[int, None]] = {}
        for turn in reading.turns:
            for found in self._pattern.finditer(f"{turn.label}\n{turn.text}"):
                count[self._instead(found)] += 1
                turns.setdefault(self._instead(found), {})[turn.n] = None
        elsewhere = [note.text for note in reading.notes if note.turn is None]
        elsewhere += [each.text for each in reading.reported]
        count.update(self._instead(f) for text in elsewhere for f in self._pattern.finditer(text))
        for put, times in count.items():
            yield Replaced(put, times, tuple(turns.get(put, ())))

    def _moves(self, text: str) -> list[tuple[int, int]]:
        """Where in a text names stand, and by how much each grows."""
        found = self._pattern.finditer(text)
        return [(each.start(), len(self._instead(each)) - len(each[0])) for each in found]

    def _instead(self, found: re.Match[str]) -> str:
        return self._puts[(found.lastindex or 1) - 1]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


_SIGNS = ("'’‘\u02bc\u00b4`", "\u2010\u2011\u2013-")  # apostrophes, hyphens
_ALIKE = {mark: f"[{signs}]" for signs in _SIGNS for mark in signs}


def _any_way(name: str) -> str:
    """A name in whatever way it is written: spaces, apostrophes, hyphens, accents put together."""
    words = []
    for word in unicodedata.normalize("NFC", name).split():
        signs = []
        for sign in word:
            apart = unicodedata.normalize("NFD", sign)
            either = f"(?:{re.escape(sign)}|{re.escape(apart)})" if apart != sign else ""
            sharp = "(?:ß|ss)" if sign == "ß" else ""
            signs.append(_ALIKE.get(sign) or either or sharp or re.escape(sign))
        words.append("\u00ad?".join(signs))
    return r"\s+".join(words)


def _after(place: int | None, moves: Sequence[tuple[int, int]]) -> int | None:
    """Where a place in a text lies once names before it have grown or shrunk."""
    if place is None:
        return None
    return place + sum(by for at, by in moves if at < place)
