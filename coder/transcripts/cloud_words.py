"""From what recognisers give (words, utterances, channels) to turns; written once for all."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coder.errors import Notice
from coder.transcripts.events import Event, Kind, Read

WITHOUT_WORDS = "utterance without words"
# What stands beside the words said, under its key, and what a person calls it.
_BESIDE = {
    "summary": "a summary",
    "summarization": "a summary",
    "chapters": "chapters",
    "translations": "translations",
    "topics": "topics",
    "iab_categories_result": "topics",
    "intents": "intents",
    "entities": "names",
    "sentiments": "sentiments",
    "sentiment_analysis_results": "sentiments",
    "auto_highlights_result": "highlights",
    "action_items": "a list of things to do",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a recogniser gives it, times in ms.

    A ``label`` of None goes on with the speaker before. ``glued`` has no space before it,
    ``gluing`` none after it. A new ``group`` begins a new turn.
    """

    text: str
    label: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    glued: bool = False
    gluing: bool = False
    group: object = None


def turns(words: Iterable[Word]) -> list[Event]:
    """Put words together to turns, wherever the speaker or the group changes."""
    groups = itertools.groupby(_labelled(words), key=lambda word: (word[0], word[1].group))
    return [
        _turn(n, label, [word for _, word in each])
        for n, ((label, _), each) in enumerate(groups, 1)
    ]


def _labelled(words: Iterable[Word]) -> Iterator[tuple[str, Word]]:
    """Give each word its label; words without text are none."""
    label = ""
    for word in words:
        if word.text:
            label = label if word.label is None else word.label
            yield label, word


def _turn(n: int, label: str, words: Sequence[Word]) -> Event:
    pieces: list[str] = []
    for before, word in zip([None, *words], words, strict=False):
        if before is not None and not word.glued and not before.gluing:
            pieces.append(" ")
        pieces.append(word.text)
    start = next((word.start_ms for word in words if word.start_ms is not None), None)
    end = next((word.end_ms for word in reversed(words) if word.end_ms is not None), None)
    return utterance(n, "".join(pieces), label, start, end)


def utterance(
    n: int,
    text: str,
    label: str,
    start_ms: int | None,
    end_ms: int | None,
    *,
    why: str = WITHOUT_WORDS,
) -> Event:
    """Make a turn of an utterance (times in ms), or tell of one without words."""
    end_ms = None if start_ms is None else end_ms
    if text:
        return Event(Kind.TURN, n, text, label, start_ms, end_ms)
    return Event(Kind.NOISE, n, "", "", start_ms, end_ms, why)


def channel_labels(said: Sequence[tuple[object, str]], *, several: bool) -> list[str]:
    """Label what was said by its (channel, speaker): with several channels they are the speakers.

    Only where a channel holds several speakers too are both named.
    """
    if not several:
        return [speaker for _, speaker in said]
    pairs = {(channel, speaker) for channel, speaker in said if speaker}
    shared = max(Counter(channel for channel, _ in pairs).values(), default=0) > 1
    return [
        f"channel {channel}, {speaker}" if shared and speaker else f"channel {channel}"
        for channel, speaker in said
    ]


def merged(channels: Iterable[Iterable[Word]]) -> list[Word]:
    """Lay channels over one another by the starts of their words; ties by the order of channels."""
    timed: list[tuple[int, Word]] = []
    for channel in channels:
        at = 0
        for word in channel:
            at = at if word.start_ms is None else word.start_ms
            timed.append((at, word))
    return [word for _, word in sorted(timed, key=lambda each: each[0])]


def of_utterances(events: Sequence[Event], what: str, *told: Notice) -> Read:
    """Say what was read where the file itself says what belongs together, and calls it so."""
    return Read(tuple(events), warnings=(Notice("turns_from", {"what": what}), *told))


def of_words(events: Sequence[Event], *told: Notice) -> Read:
    """Say what was read where the turns had to be put together from words."""
    return Read(tuple(events), warnings=(Notice("turns_from_words"), *told))


def left_out(*roots: Mapping[str, Any], others: int = 0) -> list[Notice]:
    """Tell of words beside those said: summaries and the like, and ``others``, second guesses."""
    parts = {name for root in roots for key, name in _BESIDE.items() if _holds(root.get(key))}
    guesses = [f"other guesses at the words ({others})"] if others else []
    told = ", ".join([*guesses, *sorted(parts)])
    return [Notice("json_left_out", {"parts": told})] if told else []


def _holds(value: object, depth: int = 2) -> bool:
    """Tell whether there are words in a value; what it says of its own state is none."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, dict) and depth:
        return any(
            _holds(each, depth - 1)
            for key, each in value.items()
            if key not in {"status", "result"}
        )
    return isinstance(value, list) and bool(value)


def differing(whole: str, events: Iterable[Event]) -> list[Notice]:
    """Tell where the text that a file gives in one piece is not that of its turns.

    Case, punctuation and order do not count. A file that gives none is not told of.
    """
    taken = _letters("".join(event.text for event in events if event.kind is Kind.TURN))
    given = _letters(whole)
    return [Notice("json_text_differs")] if given and given != taken else []


def _letters(text: str) -> Counter[str]:
    return Counter(each for each in text.casefold() if each.isalnum())


def unread(events: Iterable[Event]) -> list[Notice]:
    """Count the turns whose times cannot be read, in a file that gives each a time."""
    bad = sum(event.kind is Kind.TURN and event.start_ms is None for event in events)
    return [Notice("times_unread", {"count": bad})] if bad else []
