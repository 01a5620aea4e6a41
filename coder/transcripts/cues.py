"""What is said in timed blocks, whatever the format: voices, labels, dashes, tags, rolling text.

Libraries that read captions drop empty cues or names in silence; here every cue is counted.
"""

import html
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.doubtful import doubtful
from coder.transcripts.events import Event, Kind, Line, Prefix, Read, plain
from coder.transcripts.rolling import Rolled, rolled

UNREAD = "the times cannot be read"
STRAY = "text without a time line"

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t\n]([^<>]*))?>|</v>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|lang|ruby|rt|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
_DASH = re.compile(r"[-–—]\s*[^\s\-–—]|>>+\s*\S")
_CHEVRON = re.compile(r">>+\s*(?=\S)")
# Meetings write names as people do: “Berg, Anna (she/her)”, “O. van Dam”, “[Anna]”.
_NAME = re.compile(
    r"(?P<label>[^\W\d_][^:：<>\[\]{}\t\n?!;]{0,58}?)\s?(?:：|:(?=\s|$))\s*(?P<rest>.*)", re.DOTALL
)
_BRACKET = re.compile(r"\[(?P<label>[^\W\d_][^\[\]:]{0,38})\](?P<rest>\s*\S.*)", re.DOTALL)
_CPP = re.compile(r"\((?P<label>speaker \d{1,2})\)\s*(?P<rest>.*)", re.DOTALL)
_ASIDE = re.compile(r"\([^()]*\)")
_SMALL = frozenset({"van", "von", "de", "der", "den", "da", "di", "la", "le", "of", "and", "bin"})
_NOISES = re.compile(
    r"(?:laugh|music|applau|chuckl|sigh|cough|cry|sob|silence|pause|inaudible|unintelligible"
    r"|crosstalk|cross talk|overlap|noise|beep|phone|door|indistinct|blank)",
    re.IGNORECASE,
)
_NEARLY_ALL, _MOST, _MANY = 0.9, 0.5, 0.3  # shares of the cues
_SHORT = 30  # cues of a file in which a name may stand once
_THRICE = 3
_LONGEST = 6  # words of a name


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed block: the line it begins at, the lines of its text, its times in ms."""

    number: int
    text: tuple[Line, ...]
    start_ms: int | None
    end_ms: int | None


def said(
    found: Sequence[Cue | Event], named: Sequence[str] = (), warnings: Sequence[Notice] = ()
) -> Read:
    """Make turns of cues, all in file order; events between them stay where they are.

    ``named`` are labels that a person vouches for.
    """
    cues = [each for each in found if isinstance(each, Cue)]
    voiced = any(_VOICE.search(line.text) for cue in cues for line in cue.text)
    again = Rolled(frozenset()) if voiced else rolled([cue.text for cue in cues], clean)
    known = frozenset() if voiced else _speakers(cues, named)
    events = _events(found, known, again)
    told = list(warnings)
    unread = sum(cue.start_ms is None for cue in cues)
    if unread:
        told.append(Notice("times_unread", {"count": unread}))
    if again.lines:
        told.append(Notice("cues_repeat", {"count": len(again.lines)}))
    told += doubtful([event.text for event in events if event.kind is Kind.TURN])
    spans = tuple((cue.start_ms, cue.end_ms) for cue in cues if cue.start_ms is not None)
    return Read(tuple(events), len(cues), tuple(told), spans)


def clean(text: str) -> str:
    """Take tags out and put characters in the place of entities."""
    if "<" in text or "{" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return plain(text)


def _events(found: Sequence[Cue | Event], known: frozenset[str], again: Rolled) -> list[Event]:
    events: list[Event] = []
    inner, speaker = _inner(known), ""
    at = -1
    for each in found:
        if isinstance(each, Event):
            events.append(each)
            continue
        at += 1
        left, repeated = again.split(at, each.text)
        for line in repeated:
            why = "repeated from the cue before"
            text = clean(line.text)
            events.append(Event(Kind.NOISE, line.number, text, "", each.start_ms, each.end_ms, why))
        made = list(_cue(each, left, known, inner, speaker))
        if repeated and made[-1].kind is Kind.NOISE:  # all its words repeat: it is not without
            made = []
        turns = [event for event in made if event.kind is Kind.TURN]
        speaker = turns[-1].label if turns and known else speaker
        events.extend(made)
    return events


def _cue(
    cue: Cue,
    text: Sequence[Line],
    known: frozenset[str],
    inner: re.Pattern[str] | None,
    speaker: str,
) -> Iterator[Event]:
    """Make a turn of each voice in a cue, all with its times."""
    times = (cue.start_ms, cue.end_ms)
    if any(_VOICE.search(line.text) for line in text):
        pieces = _voices(text)
    else:
        pieces = _pieces(text, known, inner, speaker)
    empty = True
    for line, label, words in pieces:
        if words:
            yield Event(Kind.TURN, line, words, label, *times)
            empty = False
    if empty:
        yield Event(Kind.NOISE, cue.number, "", "", *times, "cue without words")


def _voices(lines: Sequence[Line]) -> Iterator[tuple[int, str, str]]:
    """Cut a cue at its voice tags; an unclosed voice runs on to the next."""
    text = "\n".join(line.text for line in lines)
    label, at, row = "", 0, 0
    for found in itertools.chain(_VOICE.finditer(text), [None]):
        piece = text[at : found.start() if found else len(text)]
        first = len(piece) - len(piece.lstrip())
        yield lines[row + piece.count("\n", 0, first)].number, label, clean(piece)
        if found:
            row += piece.count("\n") + found[0].count("\n")
            label, at = clean(found[1] or ""), found.end()


def _pieces(
    lines: Sequence[Line], known: frozenset[str], inner: re.Pattern[str] | None, speaker: str
) -> Iterator[tuple[int, str, str]]:
    """Cut a cue at labels, and at dashes where more than one line has one.

    Words without a label go on with the speaker before; behind a dash nobody knows who speaks.
    """
    cleaned = [clean(line.text) for line in lines]
    dialogue = sum(bool(_DASH.match(text)) for text in cleaned) > 1
    number, label = (lines[0].number if lines else 0), speaker
    words: list[str] = []
    for line, text in zip(lines, cleaned, strict=True):
        prefix = _prefix(text) if known else None
        begun = None
        if prefix and prefix.label in known:
            begun, text = prefix.label, plain(prefix.text)  # noqa: PLW2901 - the rest of it
        elif (dialogue and _DASH.match(text)) or _CHEVRON.match(text):
            begun = ""
        if begun is not None:
            yield number, label, " ".join(words)
            number, label, words = line.number, begun, []
        first, *others = inner.split(text) if inner else [text]
        words += [first.strip()] if first.strip() else []
        for name, rest in zip(others[::2], others[1::2], strict=True):
            yield number, label, " ".join(words)
            number, label, words = line.number, name, [rest.strip()]
    yield number, label, " ".join(words)


def _inner(known: frozenset[str]) -> re.Pattern[str] | None:
    """Build the pattern of a label after the end of a sentence, inside a line."""
    if not known:
        return None
    each = "|".join(re.escape(label) for label in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<=[.?!…”\"–—-]\s)({each})[:：]\s+")


def _prefix(text: str) -> Prefix | None:
    """Find a label before cleaned words, of any form that captions use."""
    text = _CHEVRON.sub("", text, count=1) if text.startswith(">>") else text
    found = labels.split(text)
    if found and found.shape in {"colon", "bracket"}:
        return found
    forms: tuple[tuple[re.Pattern[str], str, Callable[[str], bool]], ...] = (
        (_NAME, "colon", _like_a_name),
        (_BRACKET, "bare", lambda label: not _NOISES.match(label)),
        (_CPP, "colon", bool),
    )
    for form, shape, good in forms:
        other = form.match(text)
        if other and good(other["label"]):
            return Prefix(labels.plain_label(other["label"]), other["rest"].strip(), shape=shape)
    return None


def _like_a_name(label: str) -> bool:
    words = _ASIDE.sub(" ", label).replace(",", " ").split()
    return 0 < len(words) <= _LONGEST and all(
        not word.islower() or word in _SMALL for word in words
    )


def _speakers(cues: Sequence[Cue], named: Sequence[str]) -> frozenset[str]:
    """Find the labels of “Name: text”."""
    texts = [clean(cue.text[0].text) for cue in cues if cue.text]
    found = [each for each in map(_prefix, texts) if each]
    plainly = [each for each in found if each.shape != "bare"]
    bare = Counter(each.label for each in found if each.shape == "bare" and _capital(each))
    good = set(_in_most(Counter(each.label for each in plainly), len(texts), named))
    good = good or set(labels.accept(plainly, len(texts), named))
    if sum(bare.values()) >= _MANY * len(texts):
        good |= {label for label, count in bare.items() if count > 1 or len(texts) < _SHORT}
    return frozenset(good)


def _in_most(counts: Mapping[str, int], cues: int, named: Sequence[str]) -> set[str]:
    """Take names where most cues begin with one, as in meetings; there one may stand once."""
    good = {
        label
        for label, count in counts.items()
        if label in named
        or (_possible(label) and (_like_a_name(label) or labels.known(label) or count >= _THRICE))
    }
    share = sum(counts[label] for label in good) / max(cues, 1)
    if share < _NEARLY_ALL and cues >= _SHORT:
        good = {label for label in good if " " in label or counts[label] > 1}
    return good if share >= _MOST else set()


def _capital(prefix: Prefix) -> bool:
    return not prefix.label[0].islower()


def _possible(label: str) -> bool:
    """Tell what may be a name from what stands before colons in speech, were it all there is."""
    prefix = Prefix(label.capitalize(), "")
    return bool(labels.accept((prefix, prefix), 2))
