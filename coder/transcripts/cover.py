"""What stands on the cover of a transcript: “Therapist: Dr. Moore” is nobody's turn."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from coder.transcripts import labels
from coder.transcripts.events import Line, Prefix

_ROLE = re.compile(
    r"(?:=\s?)?(?:(?:the|der|die|le|la) )?(?:(?:co-?)?therapist|therapeut(?:in)?"
    r"|client|klient(?:in)?"
    r"|patient(?:in)?|interviewer(?:in)?|interviewee|befragte[rn]?|counsell?or|speaker|participant"
    r"|th[ée]rapeute|patiente|terapist|dan\wşan|danisan|terapeuta|paciente|analyst|psychologist)"
    r"\W{0,2}(?:\w{1,12})?\W{0,2}",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"(?:[a-zß-ÿ]{3}[.?!…]|[?!…])[”\"’')\]]{0,3}\Z")  # as a sentence ends
_TAIL = 20  # characters
_LONGEST = 40  # lines of a cover


def without(
    lines: Sequence[Line],
    said: Sequence[int],
    turns: Sequence[Prefix | None],
    named: Collection[str],
) -> list[Prefix | None]:
    """Leave out what looks like turns above the first: who the speakers are, and a legend."""
    begun = [n for n in said if turns[n]]
    counts = Counter(each.label for each in turns if each)
    # Whom a person vouched for, or a table names, is not looked at.
    if any(lines[n].prefix for n in begun) or any(label in named for label in counts):
        return list(turns)
    gone = _legend(lines, said, turns) or set()
    rest = [n for n in begun if n not in gone]
    again = Counter(each.label for n in rest if (each := turns[n]))
    first = next((n for n in rest if (each := turns[n]) and again[each.label] > 1), None)
    block = [n for n in rest if first is not None and n < first]
    if first is not None and block and _is_cover(lines, said, turns, block, first):
        gone |= set(block)
    return [None if n in gone else each for n, each in enumerate(turns)]


def _legend(
    lines: Sequence[Line], said: Sequence[int], turns: Sequence[Prefix | None]
) -> set[int] | None:
    """Find “T: Therapist”, “C: Client”, once each, in one block at the top."""
    block: list[int] = []
    for n in said[:_LONGEST]:
        if block and not lines[n - 1].text.strip():
            break
        if turns[n]:
            block.append(n)
    found = [each for n in block if (each := turns[n])]
    shown = [each.label for each in found]
    counts = Counter(each.label for each in turns if each)
    roles = sum(bool(_ROLE.fullmatch(each.text.strip())) for each in found)
    plain = all(_ROLE.fullmatch(each.text.strip()) or _who(each.text) for each in found)
    again = all(counts[label] > 1 for label in shown)
    return set(block) if roles and plain and again and len(set(shown)) == len(shown) else None


def _who(text: str) -> bool:
    """Tell who somebody is from words: a name or code, and no sentence."""
    text = text.strip()
    return bool(text) and not _SPOKEN.search(text[-_TAIL:]) and bool(labels.name(text))


def _is_cover(
    lines: Sequence[Line],
    said: Sequence[int],
    turns: Sequence[Prefix | None],
    block: Sequence[int],
    first: int,
) -> bool:
    """Tell lines that say who is who from the first words of somebody who speaks once."""
    above = [n for n in said if n < first]
    if len(above) > _LONGEST or not all(each.text.strip() for n in block if (each := turns[n])):
        return False
    spoken = sum(bool(_SPOKEN.search(lines[n].text.strip()[-_TAIL:])) for n in above)
    apart = any(not lines[n].text.strip() for n in range(block[-1], first))
    other = len(above) - len(block)
    named = len(block) > 1 and all(_who(each.text) for n in block if (each := turns[n]))
    return spoken * 2 < len(above) and (apart or other > 0 or named)
