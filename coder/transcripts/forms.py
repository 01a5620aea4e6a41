"""Labels in forms of their own, each believed only where it carries the whole text."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder.transcripts import labels
from coder.transcripts.clocks import STAMP, clocks
from coder.transcripts.events import Line, Prefix
from coder.transcripts.stamps import lone

Placed = dict[int, Prefix]

_WHO = r"[^\W_][^:：\n\t|<>「」*_]{0,59}?"
_CODE = r"[^\W\d_][^:：\n\t|<>()\[\]「」*_;.]{0,39}?"
_BETWEEN = r"[\s,|@·•–—-]{0,6}"
_HASHES = r"\s*(?:#{1,6}\s+)?"
# A name with a time, above its words.
_HEADERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_HASHES}[*_]{{0,3}}(?P<label>\+?{_WHO})[*_]{{0,3}}{_BETWEEN}(?<![^\W\d_])"
        rf"(?P<time>{STAMP})(?:,\d{{1,3}})?[*_]{{0,3}}\s*",
        rf"{_HASHES}[*_]{{0,3}}(?P<time>{STAMP}){_BETWEEN}[*_]{{0,3}}(?P<label>{_WHO})[*_]{{0,3}}\s*",
    )
)
# What stands before the words on their own line. The second of each: whether the form alone, as
# few texts have it, makes a label of a name.
_BEFORE = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), sure)
    for pattern, sure in (
        (rf"\s*\((?P<label>{_CODE})\)\s?[:.]?\s+(?P<rest>.+)", False),
        (rf"\s*<(?P<label>{_CODE})>\s?[:.]?\s*(?P<rest>.+)", True),
        (rf"\s*>{{1,3}}\s*(?P<label>{_WHO})\s?:\s*(?P<rest>.+)", True),
        (rf"\s*(?P<label>{_CODE})\s?>{{1,3}}\s(?P<rest>.+)", True),
        (rf"\s*(?P<label>{_CODE})(?:\s?-{{2,3}}\s?|\s?[–—]\s|\s-\s)(?P<rest>.+)", False),
        (rf"\s*(?P<label>{_CODE})[;.]\s(?P<rest>.+)", False),
        (rf"\s*(?P<time>{STAMP})\s?\|\s?(?P<label>{_WHO})\s?\|\s?(?P<rest>.+)", True),
        (rf"\s*[*_]{{1,3}}(?P<time>{STAMP})\s*(?P<label>{_WHO}):[*_]{{1,3}}\s*(?P<rest>.+)", True),
        (
            rf"\s*(?P<label>{_WHO}),?\s(?P<time>\d{{1,3}}(?::[0-5]\d){{1,2}}):\s+(?P<rest>.+)",
            True,
        ),
        (rf"\s*(?P<label>{_CODE})(?:\s?「|\u3000)(?P<rest>.+?)」?\s*", True),
        (r"\s*(?P<label>[^\W_+][^:：\n\t]{0,59}?|\+[\d ]{6,20})\s?[:：]\s+(?P<rest>.+)", True),
    )
)
_ALL, _MOST, _SHARE, _TENTH, _HALF = 0.95, 0.8, 0.6, 0.1, 0.5  # of the lines, or of those in a form
_CARRIED = 0.7  # of the lines, by labels in the common form
_FEWEST, _FEWEST_LINES = 3, 6
_SPEAKERS = 8
_WORDS = 6  # of a label
_TOP = 10  # lines that may stand before the first label of a short text
_CODE_LENGTH = 3
_LONGEST = 120  # characters of a name and a time
_CLOCK = re.compile(r"\d:[0-5]\d")


@dataclass(frozen=True, slots=True)
class _Form:
    """One form, as it was found: the prefix of each line in it, and how many labels it shows."""

    placed: Placed
    labels: int


def find(lines: Sequence[Line], said: Sequence[int], seen: Sequence[Prefix | None]) -> Placed:
    """Find labels in the form that carries the text; none where common labels carry it."""
    free = [n for n in said if lines[n].prefix is None]
    if len(free) < len(said) or len(said) < _FEWEST_LINES:
        return {}
    texts = {n: lines[n].text for n in said}
    times = {n: time for n in said if (time := lone(texts[n])) is not None}
    common = Counter(each.label for each in seen if each and each.shape != "weak")
    usual = sum(count for label, count in common.items() if count > 1 or labels.known(label))
    if usual >= _CARRIED * len(said):
        return {}
    forms = [_above(texts, said, times, pattern) for pattern in _HEADERS]
    forms += [_beside(texts, said, times, by) for by in (-1, 1)]
    above = _best([form for form in forms if form], usual)
    if above:
        return above
    before = [_before(texts, said, pattern, sure=sure) for pattern, sure in _BEFORE]
    return _best([form for form in before if form], usual)


def _best(forms: Sequence[_Form], usual: int) -> Placed:
    best = min(forms, key=lambda each: (each.labels, -len(each.placed)), default=None)
    return best.placed if best and len(best.placed) > usual else {}


def _above(
    texts: Mapping[int, str],
    said: Sequence[int],
    times: Mapping[int, tuple[int, int | None]],
    pattern: re.Pattern[str],
) -> _Form | None:
    """Find names with a time above their words: “Name (0:05)”."""
    found: Placed = {}
    for n in said:
        short = n not in times and len(texts[n]) <= _LONGEST and _CLOCK.search(texts[n])
        match = pattern.fullmatch(texts[n]) if short else None
        label = _plain(match["label"]) if match else ""
        if match and _may_be(label):
            found[n] = Prefix(label, "", *clocks(match["time"]), "header")
    return _few(found, said, timed=True)


def _beside(
    texts: Mapping[int, str],
    said: Sequence[int],
    times: Mapping[int, tuple[int, int | None]],
    by: int,
) -> _Form | None:
    """Find names on the line above a time (-1), or below it (1), and words below both."""
    found: Placed = {}
    for at, n in enumerate(said):
        other, words = at - by, at + (2 if by < 0 else 1)
        if not (0 <= other < len(said) and words < len(said)):
            continue
        label = _plain(texts[n])
        if said[other] in times and n not in times and _may_be(label):
            found[n] = Prefix(label, "", shape="header")
    form = _few(found, said, timed=False)
    return form if form and len(form.placed) >= _MOST * len(times) else None


def _few(found: Placed, said: Sequence[int], *, timed: bool) -> _Form | None:
    """Take headers that show a few names again and again, words below each and times rising."""
    counts = Counter(each.label for each in found.values())
    kept = {
        n: each for n, each in found.items() if counts[each.label] > 1 or labels.name(each.label)
    }
    different = len({each.label for each in kept.values()})
    if len(kept) < _FEWEST or not 0 < different <= max(2, _HALF * len(kept)):
        return None
    names = all(labels.name(each.label) for each in kept.values())
    if len(kept) < _TENTH * len(said) or not (names or different > 1):
        return None
    after = dict(itertools.pairwise(said))
    below = sum(after.get(n) not in kept for n in kept)
    starts = [each.start_ms or 0 for each in kept.values()]
    rising = sum(two >= one for one, two in itertools.pairwise(starts))
    first = next(at for at, n in enumerate(said) if n in kept)
    if below < _MOST * len(kept) or first > max(len(said) / 2, _TOP):
        return None
    return _Form(kept, different) if not timed or rising >= _MOST * (len(starts) - 1) else None


def _before(
    texts: Mapping[int, str], said: Sequence[int], pattern: re.Pattern[str], *, sure: bool
) -> _Form | None:
    """Find labels before their words, of two to eight people who take turns."""
    found: Placed = {}
    for n in said:
        match = pattern.fullmatch(texts[n])
        label = _plain(match["label"]) if match else ""
        if match and _may_be(label):
            time = match.groupdict().get("time")
            start, end = clocks(time) if time else (None, None)
            found[n] = Prefix(label, match["rest"], start, end)
    stems = labels.stems([each.label for each in found.values()])
    counts = Counter(stems.get(each.label, each.label) for each in found.values())
    core = {label for label, count in counts.items() if count >= _FEWEST}
    if not 1 < len(core) <= _SPEAKERS:
        return None
    kept = {
        n: each
        for n, each in found.items()
        if stems.get(each.label, each.label) in core or labels.known(each.label)
    }
    who = [each.label for each in kept.values()]
    changes = sum(one != two for one, two in itertools.pairwise(who))
    names = len(core) <= _FEWEST and not any(each[0].islower() for each in core)
    if not (sure or _codes(core) or names):
        return None
    share = _SHARE if sure else _HALF / 2 if _codes(core) else _ALL
    enough = len(kept) >= share * len(said) and changes >= _HALF * (len(who) - 1)
    return _Form(kept, len(core)) if enough else None


def _codes(core: set[str]) -> bool:
    """Tell whether all are common labels, or short codes that begin with a capital."""
    codes = sum(labels.known(each) for each in core)
    short = len(core) <= _FEWEST and all(
        labels.known(each) or (each[0].isupper() and (len(each) <= _CODE_LENGTH)) for each in core
    )
    return codes > 1 or short


def _plain(label: str) -> str:
    return labels.plain_label(label).strip("*_# ")


def _may_be(label: str) -> bool:
    """Refuse sentences and what stands before a colon in the heads of files."""
    words = label.split()
    return (
        0 < len(words) <= _WORDS
        and len(label) <= 60  # noqa: PLR2004 - a name and where it works
        and label[-1] not in "?!…,"
        and (label[-1] != "." or len(words[-1]) <= len("Jr."))
        and not labels.never(label)
    )
