"""Names in a transcript: propose what may be one, and put pseudonyms in their place."""

import dataclasses
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.errors import Notice
from coder.session import Replaced

if TYPE_CHECKING:
    from coder.transcripts.reading import Reading


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)"
)
_SURE = (
    ("e-mail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    (
        "date",
        re.compile(
            rf"(?<!\w)(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}"
            rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{_MONTH}(?:\s\d{{4}})?"
            rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)(?!\w)"
        ),
    ),
    ("phone", re.compile(r"(?<![\w.])\+?\(?\d{2,5}\)?(?:[ /-]?\d{2,5}){2,4}(?![\w:])")),
)
_CAPITAL = re.compile(r"[^\W\d_][\w’'-]*")
_ENDS = frozenset('.!?…:“”"‘([')  # a sentence, or a quotation, begins behind one of these
_NEVER = frozenset({"I", "I'm", "I’m", "I'd", "I’d", "I'll", "I’ll", "I've", "I’ve", "OK", "TV"})
_LONGEST = 3  # words of a name


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a name, a date or an address: how it is written, and how often it stands there.

    ``kind`` is name, date, phone or e-mail.
    """

    text: str
    count: int
    kind: str


def candidates(reading: "Reading") -> tuple[Candidate, ...]:
    """Propose what may tell who somebody is: addresses, dates and numbers, then names, by count.

    A name is a run of words with a capital that does not begin a sentence; a word that is written
    small elsewhere is none. Labels of more than one word count as names too.
    """
    texts = [turn.text for turn in reading.turns]
    found: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for kind, pattern in _SURE:
            found.update((each[0], kind) for each in pattern.finditer(text))
    # What is written small in an address is no word: peter@… must not hide Peter.
    bare = [_SURE[0][1].sub(" ", text) for text in texts]
    small = {word for text in bare for word in _CAPITAL.findall(text) if word[0].islower()}
    named = Counter(name for text in bare for name in _names(text, small))
    for label, count in reading.speakers.items():
        named[label] += count if " " in label else 0
    every = [*found.items(), *(((name, "name"), count) for name, count in named.items() if count)]
    order = ("e-mail", "phone", "date", "name")
    ranked = sorted(every, key=lambda each: (order.index(each[0][1]), -each[1], each[0][0]))
    return tuple(Candidate(text, count, kind) for (text, kind), count in ranked)


def _names(text: str, small: set[str]) -> Iterator[str]:
    """Yield the runs of capitals in a text that do not begin a sentence."""
    run: list[re.Match[str]] = []
    for word in itertools.chain(_CAPITAL.finditer(text), [None]):
        if word is not None and _is_name(word, text, small) and _goes_on(run, word, text):
            run.append(word)
            continue
        if run:
            yield text[run[0].start() : run[-1].end()].removesuffix("'s").removesuffix("’s")
        run = [word] if word is not None and _is_name(word, text, small) else []


def _is_name(word: re.Match[str], text: str, small: set[str]) -> bool:
    said = word[0]
    if not said[0].isupper() or said in _NEVER or said.lower() in small:
        return False
    before = text[: word.start()].rstrip()
    return bool(before) and before[-1] not in _ENDS


def _goes_on(run: Sequence[re.Match[str]], word: re.Match[str], text: str) -> bool:
    if not run:
        return True
    return len(run) < _LONGEST and not text[run[-1].end() : word.start()].strip()


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
