"""What is said in timed blocks, whatever the format: voices, labels, dashes, tags, rolling text.

Libraries that read captions drop empty cues or names in silence; here every cue is counted.
"""

import dataclasses
import html
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.doubtful import doubtful
from coder.transcripts.events import Event, Kind, Line, Prefix, Read, plain
from coder.transcripts.rolling import Rolled, rolled

UNREAD = "the times cannot be read"
STRAY = "text without a time line"
_AGAIN = "repeated from the cue before"

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
# Or they begin with what is no letter: “+1 555-***-4567”, “anna@x.org”, “🌸 Anna”, “_anna_”, “2”.
_STRANGE = re.compile(
    r"(?:[-–—]\s+)?(?P<label>"
    r"(?:(?![^\W\d_])[^\s\"“”„‘’'«»¿¡()\[\]{}♪….,;:：!?<>/\-–—]|\(\d|[^\s:<>@]{1,40}@)"
    r"[^:：<>\[\]{}\t\n?!;]{0,58}?)\s?(?:：|:(?=\s|$))\s*(?P<rest>.*)",
    re.DOTALL,
)
_CALLER = re.compile(r"[+(]?\d[\d\s().*x+-]{6,}|[^\s@]+@[^\s@]+\.[^\s@]+")
_WITH_ASIDE = re.compile(
    r"(?:[-–—]\s+)?(?P<label>(?P<base>[^\W\d_][^:：<>()\[\]{}\t\n?!;]{0,58}?)"
    r"\s?\((?P<aside>[^()]{1,40})\))\s?[:：](?!//)\s*(?P<rest>.*)",
    re.DOTALL,
)
_ROUND = re.compile(r"\((?P<label>[^\W\d_][^()\[\]:]{0,38})\)(?P<rest>.*)", re.DOTALL)
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
_TOLD = 5  # labels that were taken for words


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed block: the line it begins at, the lines of its text, its times in ms.

    ``label`` is set where the block names its speaker outside its text.
    """

    number: int
    text: tuple[Line, ...]
    start_ms: int | None
    end_ms: int | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Speakers:
    """The labels of a file, and those that may be one; ``whole`` are labels with their bracket."""

    labels: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    inner: re.Pattern[str] | None = None

    def prefix(self, text: str) -> Prefix | None:
        """Find what may be a label before cleaned words, in a file that has labels."""
        return _prefix(text, self.whole) if self.labels else None


def said(
    found: Sequence[Cue | Event], named: Sequence[str] = (), warnings: Sequence[Notice] = ()
) -> Read:
    """Make turns of cues, all in file order; events between them stay where they are.

    ``named`` are labels that a person vouches for.
    """
    cues = [each for each in found if isinstance(each, Cue)]
    found, joined = _underlined(found)
    single = [each for each in found if isinstance(each, Cue)]
    voiced = any(_VOICE.search(line.text) for cue in cues for line in cue.text)
    again = Rolled(frozenset()) if voiced else rolled([cue.text for cue in single], clean)
    speakers = _Speakers() if voiced else _speakers(single, named)
    events = _events(found, speakers, again)
    told = list(warnings)
    unread = sum(cue.start_ms is None for cue in cues)
    if unread:
        told.append(Notice("times_unread", {"count": unread}))
    if again.lines or joined:
        told.append(Notice("cues_repeat", {"count": len(again.lines) + joined}))
    told += _not_taken(single, speakers)
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


def _underlined(found: Sequence[Cue | Event]) -> tuple[list[Cue | Event], int]:
    """Take cues that say one line again, to underline its next word, for one; count the others.

    Whisper writes such captions when it is told to highlight words.
    """
    cues = [each for each in found if isinstance(each, Cue)]
    marked = sum(any("<u>" in line.text for line in cue.text) for cue in cues)
    if not marked or marked < _MOST * len(cues):
        return list(found), 0
    made: list[Cue | Event] = []
    head, words, place, count = -1, "", -1, 0
    for each in found:
        text = "\n".join(line.text for line in each.text) if isinstance(each, Cue) else ""
        said_now, here = clean(text), text.find("<u>")
        first = made[head] if head >= 0 else None
        if not isinstance(each, Cue):
            made.append(each)
        elif isinstance(first, Cue) and said_now == words and (here < 0 or here > place):
            made[head] = dataclasses.replace(first, end_ms=each.end_ms)
            times = (each.start_ms, each.end_ms)
            made.append(Event(Kind.NOISE, each.number, said_now, "", *times, _AGAIN))
            place, count = max(place, here), count + 1
        else:
            head, words, place = len(made), said_now, here
            made.append(each)
    return made, count


def _events(found: Sequence[Cue | Event], speakers: _Speakers, again: Rolled) -> list[Event]:
    events: list[Event] = []
    speaker = ""
    at = -1
    for each in found:
        if isinstance(each, Event):
            events.append(each)
            continue
        at += 1
        left, repeated = again.split(at, each.text)
        for line in repeated:
            text = clean(line.text)
            events.append(
                Event(Kind.NOISE, line.number, text, "", each.start_ms, each.end_ms, _AGAIN)
            )
        made = list(_cue(each, left, speakers, each.label or speaker))
        if repeated and made[-1].kind is Kind.NOISE:  # all its words repeat: it is not without
            made = []
        turns = [event for event in made if event.kind is Kind.TURN]
        speaker = turns[-1].label if turns and speakers.labels else speaker
        events.extend(made)
    return events


def _cue(cue: Cue, text: Sequence[Line], speakers: _Speakers, speaker: str) -> Iterator[Event]:
    """Make a turn of each voice in a cue, all with its times."""
    times = (cue.start_ms, cue.end_ms)
    if any(_VOICE.search(line.text) for line in text):
        pieces = _voices(text)
    else:
        pieces = _pieces(text, speakers, speaker)
    empty = True
    for line, label, words in pieces:
        if words:
            yield Event(Kind.TURN, line, words, label, *times)
            empty = False
    if empty:
        yield Event(Kind.NOISE, cue.number, cue.label, "", *times, "cue without words")


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
    lines: Sequence[Line], speakers: _Speakers, speaker: str
) -> Iterator[tuple[int, str, str]]:
    """Cut a cue at labels, and at dashes where more than one line has one.

    Words without a label go on with the speaker before; behind a dash, and where what may be a
    label is none, nobody knows who speaks.
    """
    cleaned = [clean(line.text) for line in lines]
    dialogue = sum(bool(_DASH.match(text)) for text in cleaned) > 1
    number, label = (lines[0].number if lines else 0), speaker
    words: list[str] = []
    for line, text in zip(lines, cleaned, strict=True):
        prefix = speakers.prefix(text)
        begun = None
        if prefix and prefix.label in speakers.labels:
            begun, text = prefix.label, plain(prefix.text)  # noqa: PLW2901 - the rest of it
        elif (
            (dialogue and _DASH.match(text))
            or _CHEVRON.match(text)
            or (line is lines[0] and _is_strange(prefix))
        ):
            begun = ""
        if begun is not None:
            yield number, label, " ".join(words)
            number, label, words = line.number, begun, []
        first, *others = speakers.inner.split(text) if speakers.inner else [text]
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


def _prefix(text: str, whole: Collection[str] = ()) -> Prefix | None:
    """Find a label before cleaned words, of any form that captions use."""
    text = _CHEVRON.sub("", text, count=1) if text.startswith(">>") else text
    aside = _WITH_ASIDE.match(text) if whole else None
    if aside and labels.plain_label(aside["label"]) in whole:
        return Prefix(labels.plain_label(aside["label"]), aside["rest"].strip())
    found = labels.split(text)
    if found and found.shape in {"colon", "bracket"}:
        return found
    forms: tuple[tuple[re.Pattern[str], str, Callable[[str], bool]], ...] = (
        (_NAME, "colon", _like_a_name),
        (_BRACKET, "bare", lambda label: not _NOISES.match(label)),
        (_CPP, "colon", bool),
        (_ROUND, "round", lambda label: _like_a_name(label) and not _NOISES.match(label)),
        (_STRANGE, "strange", bool),
        (_NAME, "long", lambda label: not label[0].islower()),
    )
    for form, shape, good in forms:
        other = form.match(text)
        if other and good(other["label"]):
            return Prefix(labels.plain_label(other["label"]), other["rest"].strip(), shape=shape)
    return None


def _is_strange(prefix: Prefix | None) -> bool:
    return prefix is not None and prefix.shape == "strange"


def _like_a_name(label: str) -> bool:
    words = _ASIDE.sub(" ", label).replace(",", " ").split()
    return 0 < len(words) <= _LONGEST and all(
        not word.islower() or word in _SMALL for word in words
    )


def _first_lines(cues: Sequence[Cue]) -> list[tuple[int, str]]:
    return [(cue.text[0].number, clean(cue.text[0].text)) for cue in cues if cue.text]


def _speakers(cues: Sequence[Cue], named: Sequence[str]) -> _Speakers:
    """Find the labels of “Name: text”."""
    texts = [text for _, text in _first_lines(cues)]
    whole = _with_asides(texts)
    found = [each for text in texts if (each := _prefix(text, whole))]
    firm = [each for each in found if each.shape in {"colon", "bracket"}]
    strange = Counter(each.label for each in found if each.shape == "strange")
    long = Counter(each.label for each in found if each.shape == "long")
    strange.update({label: count for label, count in long.items() if count >= _THRICE})
    bare = Counter(each.label for each in found if each.shape == "bare" and _capital(each))
    good = set(_in_most(Counter(each.label for each in firm), strange, len(texts), named))
    good = good or set(labels.accept(firm, len(texts), named))
    good |= {label for label, count in strange.items() if label in named or (good and count > 1)}
    if sum(bare.values()) >= _MANY * len(texts):
        good |= {label for label, count in bare.items() if count > 1 or len(texts) < _SHORT}
    known = frozenset(good or _in_round(found, len(texts)))
    return _Speakers(known, whole, _inner(known))


def _with_asides(texts: Sequence[str]) -> frozenset[str]:
    """Find the labels to which a bracket belongs: those that mostly stand with it.

    One that stands once may be a note of what is heard, if it has neither capital nor slash.
    """
    matches = [found for text in texts if (found := _WITH_ASIDE.match(text))]
    if not matches:
        return frozenset()
    total = Counter(each.label for text in texts if (each := _prefix(text)))
    counts = Counter(
        (labels.plain_label(each["base"]), labels.plain_label(each["label"]), each["aside"])
        for each in matches
    )
    return frozenset(
        label
        for (base, label, aside), count in counts.items()
        if not _NOISES.match(aside)
        and 2 * count > total[base]
        and (count > 1 or "/" in aside or not aside[0].islower())
    )


def _in_most(
    counts: Mapping[str, int], strange: Mapping[str, int], cues: int, named: Sequence[str]
) -> set[str]:
    """Take names where most cues begin with one, as in meetings; there one may stand once."""
    good = {
        label
        for label, count in counts.items()
        if label in named
        or (_possible(label) and (_like_a_name(label) or labels.known(label) or count >= _THRICE))
    }
    good |= {label for label, count in strange.items() if count > 1 or _CALLER.fullmatch(label)}
    counts = {**strange, **counts}
    share = sum(counts[label] for label in good) / max(cues, 1)
    if share < _NEARLY_ALL and cues >= _SHORT:
        good = {
            label for label in good if " " in label or counts[label] > 1 or _CALLER.fullmatch(label)
        }
    alone = len(good) == 1 and good <= {*strange} and not any(map(_CALLER.fullmatch, good))
    return good if share >= _MOST and not alone else set()


def _in_round(found: Sequence[Prefix], cues: int) -> set[str]:
    """Take names in round brackets where two and more stand before most cues."""
    counts = Counter(each.label for each in found if each.shape == "round" and _capital(each))
    good = {label for label, count in counts.items() if count > 1}
    share = sum(counts[label] for label in good) / max(cues, 1)
    return good if len(good) > 1 and share >= _MOST else set()


def _not_taken(cues: Sequence[Cue], speakers: _Speakers) -> Iterator[Notice]:
    """Tell of what may be a label and was taken for words, in a file that has labels."""
    lines: dict[str, int] = {}
    for line, text in _first_lines(cues):
        prefix = speakers.prefix(text)
        if prefix and _is_strange(prefix) and prefix.label not in speakers.labels:
            lines.setdefault(prefix.label, line)
    for label, line in itertools.islice(lines.items(), _TOLD):
        yield Notice("label_not_taken", {"label": label, "line": line})


def _capital(prefix: Prefix) -> bool:
    return not prefix.label[0].islower()


def _possible(label: str) -> bool:
    """Tell what may be a name from what stands before colons in speech, were it all there is."""
    prefix = Prefix(label.capitalize(), "")
    return bool(labels.accept((prefix, prefix), 2))
