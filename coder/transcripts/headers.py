"""Who speaks where: labels that one line shows, and those that only its neighbours show."""

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.transcripts import cover, forms, labels, slips
from coder.transcripts.events import Line, Prefix
from coder.transcripts.stamps import cut, lone

_HALF, _MOST, _SOME = 0.5, 0.8, 0.2  # shares of the lines
_TWICE = 2
_OFTEN = 4
_DIFFERENT = 0.6  # names to their occurrences, at most
_FIRST = 10  # lines that may stand before the first label of a short text
_TABBED = re.compile(r"\s*[\[({<#]?\d{1,3}(?::\d\d){1,2}[^\t]{0,8}\t")

_GUEST = re.compile(r"\s*[*_]{0,3}(?P<label>[^\W\d_][^:()\n]{0,39}?) (?P<note>\([^()]{2,40}\))\s?:")

_Placed = Iterator[tuple[int, Prefix]]
_Prefixes = Sequence[Prefix | None]


@dataclass(frozen=True, slots=True)
class Found:
    """For each line the prefix of a turn, or None; the labels taken for speakers, and all seen.

    ``numbered`` counts the labels that the number of a turn was taken from.
    """

    lines: Sequence[Line]
    prefixes: _Prefixes
    speakers: frozenset[str]
    seen: _Prefixes
    numbered: int = 0


def find(lines: Sequence[Line], named: Collection[str] = ()) -> Found:
    """Find where turns begin. ``named`` are labels that a person vouches for.

    Without any label, paragraphs that begin or end with a time are turns of nobody known.
    """
    lines = _tabbed(lines)
    said = [n for n, line in enumerate(lines) if line.text.strip() and not line.why]
    seen: list[Prefix | None] = [None] * len(lines)
    for n in said:
        timed = lone(lines[n].text) is not None
        seen[n] = lines[n].prefix or (None if timed else labels.split(lines[n].text))
    for n, prefix in _times_after_labels(lines, said, seen):
        seen[n] = prefix
    own = forms.find(lines, said, seen)
    for n, prefix in own.items():
        seen[n] = prefix
    numbered = _without_numbers(seen)
    _with_brackets(lines, said, seen)
    spoken = [n for n in said if lone(lines[n].text) is None]
    vouched = {*named, *(each.label for n in said if (each := _vouched(lines, own, seen, n)))}
    for names, sure in _READERS:
        prefixes = list(seen)
        more = dict(names(lines, said, seen))
        for n, prefix in more.items():
            prefixes[n] = prefix
        shown = {each.label for each in more.values()} if sure else set()
        _under_headers(prefixes, named)
        good = _speakers([prefixes[n] for n in spoken], vouched | shown, sure=bool(named))
        if good:
            turns: _Prefixes = [each if each and each.label in good else None for each in prefixes]
            turns = cover.without(lines, said, turns, named)
            good = frozenset(each.label for each in turns if each)
            good |= _within(turns, good)
            turns = slips.mended(lines, said, turns, good)
            return Found(lines, _with_untimed(lines, turns, good), good, seen, numbered)
    return Found(lines, _unlabelled(lines, said), frozenset(), seen)


def _vouched(lines: Sequence[Line], own: Collection[int], seen: _Prefixes, n: int) -> Prefix | None:
    """The prefix of a line whose form, or whose table, proves that it holds a label."""
    return seen[n] if n in own or lines[n].prefix else None


def _without_numbers(seen: list[Prefix | None]) -> int:
    """Take the numbers of turns off labels: “T1:”, “C1:”, “T2:”."""
    stems = labels.stems([each.label for each in seen if each])
    for n, each in enumerate(seen):
        if each and each.label in stems:
            seen[n] = dataclasses.replace(each, label=stems[each.label])
    return len(stems)


def _with_brackets(lines: Sequence[Line], said: Sequence[int], seen: list[Prefix | None]) -> None:
    """Keep in a name the bracket that it always has: “Karl Weber (Guest):”."""
    found: dict[int, tuple[Prefix, str]] = {}
    notes: dict[str, set[str]] = {}
    for n in said:
        prefix = seen[n]
        match = _GUEST.match(lines[n].text) if prefix and "(" in prefix.text[:1] else None
        if prefix and match and match["label"] == prefix.label:
            found[n] = prefix, match["note"]
            notes.setdefault(prefix.label, set()).add(match["note"])
    always = Counter(prefix.label for prefix, _ in found.values())
    counts = Counter(each.label for each in seen if each)
    for n, (prefix, note) in found.items():
        often = always[prefix.label] >= _OFTEN - 1 and always[prefix.label] == counts[prefix.label]
        if often and len(notes[prefix.label]) == 1:
            words = prefix.text.removeprefix(note).strip()
            seen[n] = dataclasses.replace(prefix, label=f"{prefix.label} {note}", text=words)


def _under_headers(prefixes: list[Prefix | None], named: Collection[str]) -> None:
    """Take nothing for a label below headers that carry the text, but what is one of theirs."""
    alone = Counter(each.label for each in prefixes if each and not each.text.strip())
    inline = Counter(each.label for each in prefixes if each and each.text.strip())
    names = {label for label, n in alone.items() if n > 1 or labels.known(label)} | set(named)
    other = sum(n for label, n in inline.items() if label not in names)
    carried = sum(alone[label] for label in names)
    if carried < _OFTEN - 1 or carried < _TWICE * other:
        return
    for n, each in enumerate(prefixes):
        if each and each.text.strip() and each.label not in names:
            prefixes[n] = None


def _speakers(prefixes: _Prefixes, vouched: Collection[str], *, sure: bool) -> frozenset[str]:
    """Tell which labels of a text are speakers; none when it is no transcript."""
    good = labels.accept((each for each in prefixes if each), len(prefixes), vouched)
    first = next((at for at, each in enumerate(prefixes) if each and each.label in good), None)
    # Where more stands before the first label than after it, an article quotes a transcript.
    late = first is None or first > max(len(prefixes) / 2, _FIRST)
    return frozenset() if late and not sure else good


def _with_untimed(lines: Sequence[Line], turns: _Prefixes, good: Collection[str]) -> _Prefixes:
    """Add headers that lost their time, where the others are names with one behind them."""
    timed = sum(each is not None and each.shape == "header" for each in turns)
    if timed < _HALF * sum(each is not None for each in turns):
        return turns
    return [each or _untimed(line, good) for line, each in zip(lines, turns, strict=True)]


def _within(turns: _Prefixes, good: Collection[str]) -> frozenset[str]:
    """Find speakers who never begin a line: all lines begin with T, and C stands within them."""
    begun = [each for each in turns if each]
    counts = labels.inside(each.text for each in begun)
    lone = len(good) == 1
    often = {label for label, n in counts.items() if labels.known(label) and (n >= _TWICE or lone)}
    if lone and not often:
        half = max(_OFTEN - 1, _HALF * len(begun))
        often = {label for label, n in counts.items() if n >= half and label[0].isupper()}
    return frozenset(often)


def _untimed(line: Line, good: Collection[str]) -> Prefix | None:
    label = labels.name(line.text) if line.text.endswith("  ") and not line.why else None
    return Prefix(label, "", shape="header") if label and label in good else None


def _none(_lines: Sequence[Line], _said: Sequence[int], _seen: _Prefixes) -> _Placed:
    """Take labels only as single lines show them."""
    return iter(())


def _with_two_spaces(lines: Sequence[Line], said: Sequence[int], seen: _Prefixes) -> _Placed:
    """Find names that only two spaces behind them mark, as Otter writes without times."""
    found = list(_above_words(lines, said, seen, lambda n: lines[n].text.endswith("  ")))
    enough = len(found) >= _SOME * len(said) and _come_again([each.label for _, each in found])
    return iter(found if enough else ())


def _after_blanks(lines: Sequence[Line], said: Sequence[int], seen: _Prefixes) -> _Placed:
    """Find names on lines of their own that come again and again, below a blank line."""
    wide = len(lines) - len(said) >= _SOME * len(lines)
    found = list(
        _above_words(
            lines, said, seen, lambda n: not wide or n == 0 or not lines[n - 1].text.strip()
        )
    )
    counts = Counter(prefix.label for _, prefix in found)
    often = [(n, prefix) for n, prefix in found if counts[prefix.label] >= _TWICE]
    return iter(often if len(often) >= _OFTEN else ())


def _above_words(
    lines: Sequence[Line], said: Sequence[int], seen: _Prefixes, marked: Callable[[int], bool]
) -> _Placed:
    names = {
        n: label
        for n in said
        if seen[n] is None and marked(n) and (label := labels.name(lines[n].text))
    }
    speakers = _not_below(names, said)
    before = {after: n for n, after in itertools.pairwise(said)}
    heads = {
        n
        for n, label in names.items()
        if label in speakers or names.get(before.get(n, -1)) not in speakers
    }
    for n, after in itertools.pairwise(said):
        if n in heads and after not in heads and lone(lines[after].text) is None:
            yield n, Prefix(names[n], "", shape="header")


def _not_below(names: Mapping[int, str], said: Sequence[int]) -> list[str]:
    """Choose the names that come again and are no answers below others, as “Fine” and “Yes” are."""
    before = {after: n for n, after in itertools.pairwise(said)}
    places: dict[str, list[int]] = {}
    for n, label in names.items():
        places.setdefault(label, []).append(n)
    again = [label for label, ns in places.items() if len(ns) >= _TWICE]
    speakers: list[str] = []
    for label in sorted(again, key=lambda each: (not labels.known(each), -len(places[each]))):
        below = sum(names.get(before.get(n, -1)) in speakers for n in places[label])
        if below * 2 <= len(places[label]):
            speakers.append(label)
    return speakers


def _beside_times(lines: Sequence[Line], said: Sequence[int], seen: _Prefixes) -> _Placed:
    """Find names below or above times that stand alone: time, name and words on three lines."""
    times = [at for at, n in enumerate(said) if lone(lines[n].text) is not None]
    for by in (1, -1):
        beside = [said[at + by] for at in times if 0 <= at + by < len(said)]
        found = [(n, labels.name(lines[n].text)) for n in beside if seen[n] is None]
        names = [(n, label) for n, label in found if label]
        if len(names) >= _MOST * len(times) and _come_again([label for _, label in names]):
            for n, label in names:
                yield n, Prefix(label, "", shape="header")
            return


def _behind_times(lines: Sequence[Line], said: Sequence[int], seen: _Prefixes) -> _Placed:
    """Find names behind times, above their words: “[00:00:03] Name”."""
    timed = [
        (n, start, end, rest)
        for n in said
        if seen[n] is None
        for start, end, rest in [labels.leading(lines[n].text)]
        if start is not None and rest.strip()
    ]
    names = [label for *_, rest in timed if (label := labels.name(rest))]
    if len(names) == len(timed) and _come_again(names):
        for (n, start, end, _), label in zip(timed, names, strict=True):
            yield n, Prefix(label, "", start, end, "header")


def _come_again(names: Sequence[str]) -> bool:
    """Tell whether these are the names of a few people, and no words."""
    return len(names) >= _TWICE and (
        len(set(names)) <= max(_TWICE, _DIFFERENT * len(names)) or all(map(labels.known, names))
    )


# The second of each: whether what it finds needs no further proof.
_READERS = (
    (_none, False),
    (_with_two_spaces, True),
    (_beside_times, True),
    (_behind_times, True),
    (_after_blanks, False),
)


def _times_after_labels(lines: Sequence[Line], said: Sequence[int], seen: _Prefixes) -> _Placed:
    """Read “Name: 00:04:33” above the words as the turn's time, bare as it is."""
    for n, after in itertools.pairwise(said):
        prefix = seen[n]
        if prefix and prefix.start_ms is None and prefix.text and seen[after] is None:
            time = lone(prefix.text)
            if time is not None and lone(lines[after].text) is None:
                yield n, dataclasses.replace(prefix, text="", start_ms=time[0], end_ms=time[1])


def _tabbed(lines: Sequence[Line]) -> Sequence[Line]:
    """Take apart lines of columns: start, end, speaker, words; all but the first optional."""
    said = [line for line in lines if line.text.strip() and not line.prefix]
    tabbed = sum(bool(_TABBED.match(line.text)) for line in said)
    if tabbed < _TWICE or tabbed < _HALF * len(said):
        return lines
    return [
        dataclasses.replace(line, prefix=_columns(line.text))
        if not line.prefix and not line.why and _TABBED.match(line.text)
        else line
        for line in lines
    ]


def _columns(text: str) -> Prefix | None:
    start, *cells = text.strip().split("\t")
    begins = lone(start)
    if begins is None:
        return None
    start_ms, end_ms = begins
    if len(cells) > 1 and (not cells[0].strip() or lone(cells[0]) is not None):
        ends = lone(cells.pop(0))
        end_ms = ends[0] if ends else end_ms
    label = labels.plain_label(cells.pop(0)).rstrip(":") if len(cells) > 1 else ""
    words = " ".join(cells)
    inside = None if label else labels.split(words)
    if inside and inside.start_ms is None:
        return dataclasses.replace(inside, start_ms=start_ms, end_ms=end_ms)
    return Prefix(label, words, start_ms, end_ms, "tab")


def _unlabelled(lines: Sequence[Line], said: Sequence[int]) -> _Prefixes:
    """Make turns of paragraphs that begin, or else end, with a time and name nobody."""
    turns: list[Prefix | None] = [None] * len(lines)
    starts: list[int] = []
    alone = 0
    waiting = False
    for n in said:
        time = lone(lines[n].text)
        start, end, words = labels.leading(lines[n].text)
        if time is not None:
            waiting, alone = True, alone + 1
            starts.append(time[0])
        elif (start is not None and words) or waiting:
            turns[n] = Prefix("", words, start, end, "stamp")
            starts += [] if start is None else [start]
            waiting = False
    count = sum(each is not None for each in turns)
    rising = sum(after >= before for before, after in itertools.pairwise(starts))
    first = next((at for at, n in enumerate(said) if turns[n]), 0)
    enough = count >= max(_TWICE, _SOME * (len(said) - alone))
    if enough and rising >= _MOST * (len(starts) - 1) and first <= max(len(said) / 2, _FIRST):
        return turns
    return _ending(lines, said)


def _ending(lines: Sequence[Line], said: Sequence[int]) -> _Prefixes:
    turns: list[Prefix | None] = [None] * len(lines)
    ending = [n for n in said if isinstance(cut(lines[n].text)[-1], int)]
    if len(ending) >= max(_TWICE, _HALF * len(said)):
        ends, begins = set(ending), True
        for n in said:
            turns[n] = Prefix("", lines[n].text, shape="stamp") if begins else None
            begins = n in ends
    return turns
