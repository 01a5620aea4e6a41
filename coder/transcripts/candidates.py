"""What in a transcript may tell who somebody is: addresses, numbers, dates and names."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
