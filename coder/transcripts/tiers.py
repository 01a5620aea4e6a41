"""Tiers that run beside each other, as in ELAN, Praat and EXMARaLDA: which are taken, and in order.

Tiers are merged by start, ties by the order of the tiers. What is not taken is told, tier by tier.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote

from coder.errors import CoderError, Notice
from coder.transcripts.events import Event, Kind, Read, plain

MOST_MS = 10 * 365 * 24 * 3_600_000  # no recording is longer; beyond it a number is no time
_COMPARED = 30  # tiers that are looked at for repeating each other
_LISTED = 20  # tiers that a sentence names
_ALIKE = 0.8  # share of stretches that two tiers have in common when one repeats the other
_NEAR_MS = 2
_NUMBER = re.compile(r"\s*-?\d{1,18}(?:\.\d*)?(?:[eE][-+]?\d{1,3})?\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a tier. Times in ms, None where the file gives none.

    ``at`` is where it is sorted: its start, or where that lies between what is known.
    """

    line: int
    text: str
    start_ms: int | None
    end_ms: int | None
    at: float


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: the name to choose it by, who speaks in it, and what it holds.

    ``why`` tells what it is when it is not taken unless asked for. ``below`` names the tier whose
    words it comments on, "" where it stands by itself.
    """

    name: str
    label: str
    line: int
    said: tuple[Said, ...]
    why: str = ""
    below: str = ""

    @property
    def spoken(self) -> tuple[Said, ...]:
        """The pieces that hold words."""
        return tuple(each for each in self.said if each.text.strip())


def ms_of(text: str | None, unit_ms: int) -> int | None:
    """Read a number of units of so many ms, as ms; None for what is no time."""
    if text is None or not _NUMBER.fullmatch(text):
        return None
    value = float(text) * unit_ms
    return round(value) if 0 <= value <= MOST_MS else None


def filled(values: Sequence[int | None]) -> list[float]:
    """Put between known values what is missing, evenly; beyond them the nearest known one."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if not known:
        return [0.0] * len(values)
    made: list[float] = []
    at = 0
    for n in range(len(values)):
        while at + 1 < len(known) and known[at + 1][0] <= n:
            at += 1
        (before, low), (after, high) = known[at], known[min(at + 1, len(known) - 1)]
        share = (n - before) / (after - before) if before < n <= after else 0
        made.append(low + (high - low) * share)
    return made


def unique(names: Iterable[str]) -> Iterator[str]:
    """Make names that can be chosen by: an empty one is numbered, a second of a kind as well."""
    used: set[str] = set()
    last: dict[str, int] = {}
    for n, given in enumerate(names, 1):
        first = name = plain(given) or f"tier {n}"
        while name in used:
            last[first] = last.get(first, 1) + 1
            name = f"{first} ({last[first]})"
        used.add(name)
        yield name


def read(
    path: Path,
    tiers: Sequence[Tier],
    chosen: Sequence[str],
    warnings: Iterable[Notice] = (),
) -> Read:
    """Merge the tiers chosen, or else those that stand by themselves, and tell of the others.

    Raises CoderError for a tier that is not there, and when there is nothing to import.
    """
    known = {tier.name for tier in tiers}
    for name in chosen:
        if name not in known:
            raise CoderError("tier_unknown", path=path, tier=name, known=_listed(tiers))
    taken = [tier for tier in tiers if (tier.name in chosen if chosen else not tier.why)]
    names = {tier.name for tier in taken}
    events = [
        Event(Kind.TURN, said.line, said.text, tier.label, said.start_ms, said.end_ms)
        for tier, said in _merged(taken)
    ]
    if not events:
        raise CoderError("tiers_empty", path=path, known=_listed(tiers))
    for tier in tiers:
        events += _left_out(tier, taken=tier.name in names)
    return Read(
        tuple(events),
        warnings=(*warnings, *_repeated(taken)),
        tiers=tuple((tier.name, len(tier.spoken)) for tier in tiers),
        taken=tuple(tier.name for tier in taken),
    )


def _listed(tiers: Sequence[Tier]) -> str:
    more = ["…"] if len(tiers) > _LISTED else []
    named = [f"“{tier.name}” ({len(tier.spoken)})" for tier in tiers[:_LISTED]]
    return ", ".join(named + more) or "none"


def _merged(taken: Sequence[Tier]) -> list[tuple[Tier, Said]]:
    pieces = [
        (said.at, place, n, tier, said)
        for place, tier in enumerate(taken)
        for n, said in enumerate(tier.spoken)
    ]
    return [(tier, said) for *_, tier, said in sorted(pieces, key=lambda each: each[:3])]


def _left_out(tier: Tier, *, taken: bool) -> Iterator[Event]:
    """Tell of a tier that is not taken, and of the pieces of one that is which hold no words.

    One that comments on another is told of in one line, which holds all its words.
    """
    if taken:
        for said in tier.said:
            if not said.text.strip():
                yield Event(Kind.NOISE, said.line, "", why=f"nothing stands here in “{tier.name}”")
        return
    why = f"tier “{tier.name}” is not taken ({len(tier.spoken)}): {tier.why or 'not asked for'}"
    if tier.below:
        words = " | ".join(plain(each.text) for each in tier.spoken)
        yield Event(Kind.NOISE, tier.line, words, why=why)
        return
    yield Event(Kind.NOISE, tier.line, tier.name, why=why)
    for said in tier.spoken:
        yield Event(Kind.NOISE, said.line, said.text, why=f"in the tier “{tier.name}”")


def _repeated(taken: Sequence[Tier]) -> Iterator[Notice]:
    """Warn when tiers lie over the same stretches or hold the same, as words and their sounds."""
    looked = [tier for tier in taken if tier.spoken][:_COMPARED]
    edges = [_edges(tier) for tier in looked]
    letters = [_letters(tier) for tier in looked]
    names = {
        name
        for first, tier in enumerate(looked)
        for second, other in enumerate(looked)
        if first != second and (_covers(tier, edges[second]) or letters[first] == letters[second])
        for name in (tier.name, other.name)
    }
    if names:
        listed = ", ".join(f"“{tier.name}”" for tier in looked if tier.name in names)
        yield Notice("tiers_repeat", {"tiers": listed})


def _edges(tier: Tier) -> tuple[set[int], set[int]]:
    starts = {said.start_ms // _NEAR_MS for said in tier.spoken if said.start_ms is not None}
    ends = {said.end_ms // _NEAR_MS for said in tier.spoken if said.end_ms is not None}
    return starts, ends


def _letters(tier: Tier) -> str:
    words = "".join(said.text for said in tier.spoken).casefold()
    return "".join(char for char in words if char.isalnum())


def _covers(tier: Tier, edges: tuple[set[int], set[int]]) -> bool:
    """Tell whether the pieces of a tier begin and end where pieces of another do."""
    starts, ends = edges
    timed = [
        (said.start_ms // _NEAR_MS, said.end_ms // _NEAR_MS)
        for said in tier.spoken
        if said.start_ms is not None and said.end_ms is not None
    ]
    same = sum(start in starts and end in ends for start, end in timed)
    return bool(timed) and same >= _ALIKE * len(timed)


def media(names: Iterable[str | None]) -> Iterator[Notice]:
    """Tell of the recordings that a file names; folders of another machine are left out."""
    bare = Counter(_bare(name) for name in names if name)
    bare.pop("", None)
    if bare:
        yield Notice("media_linked", {"names": ", ".join(f"“{name}”" for name in bare)})


def _bare(name: str) -> str:
    """The name of a file without its folders, however they are written."""
    return plain(PureWindowsPath(PurePosixPath(unquote(name)).name).name)
