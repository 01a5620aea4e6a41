"""Slips in labels, mended where all but every line has one: “C; …”, “c: …”, “C [sighs]: …”."""

import dataclasses
import re
from collections.abc import Collection, Sequence

from coder.transcripts.events import Line, Prefix

_MOST = 0.9  # of the lines
_FEWEST = 10
_SPEAKERS = 12


def mended(
    lines: Sequence[Line],
    said: Sequence[int],
    turns: Sequence[Prefix | None],
    good: Collection[str],
) -> Sequence[Prefix | None]:
    """Begin turns where a known label is written a little otherwise than on other lines."""
    begun = sum(turns[n] is not None for n in said)
    known = sorted((label for label in good if label), key=len, reverse=True)
    if begun < max(_FEWEST, _MOST * len(said)) or len(known) > _SPEAKERS:
        return turns
    if not known or any(each and not each.text.strip() for each in turns):
        return turns
    slip = _pattern(known)
    as_written = {label.casefold(): label for label in reversed(known)}
    made = list(turns)
    first = next(n for n in said if turns[n])
    for n in said:
        free = n > first and made[n] is None and not lines[n].prefix
        found = slip.fullmatch(lines[n].text) if free else None
        if found:
            label = as_written[found["label"].casefold()]
            note = found["bracket"] or (f"({found['note']})" if found["note"] else "")
            made[n] = Prefix(label, f"{note} {found['rest']}".strip())
    return [_dotted(each) for each in made]


def _pattern(known: Sequence[str]) -> re.Pattern[str]:
    each = "|".join(map(re.escape, known))
    return re.compile(
        rf"\s*[*]?\(?(?P<label>{each})\)?[*?]?\s?(?:;\s|:{{1,2}}"
        r"|(?P<bracket>\[[^\[\]\d][^\[\]]{0,60}\]|\([^()\d][^()]{0,60}\)[^:]{0,20})\s?:"
        r"|,\s(?P<note>[a-zß-ÿ]+(?: [a-zß-ÿ]+)?)\s?:)\s*(?P<rest>.*)",
        re.IGNORECASE | re.DOTALL,
    )


def _dotted(prefix: Prefix | None) -> Prefix | None:
    """Take a second colon off the words: “C:: …”."""
    if prefix is None or not prefix.text.startswith(": "):
        return prefix
    return dataclasses.replace(prefix, text=prefix.text[1:].lstrip())
