"""Labels of speakers: find them, tell them from words with a colon, and guess whose they are."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from coder.session import Role
from coder.transcripts.clocks import BRACKETED, STAMP, clocks
from coder.transcripts.events import Prefix

_HIDDEN = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_UNSEEN = re.compile(f"[{_HIDDEN}]")
_LEAD = re.compile(rf"\A[\s{_HIDDEN}]*(?:[-–—*•·◦▪>\uf0b7][\s{_HIDDEN}]+)*")
_TIME = re.compile(rf"({STAMP})\s*[-–]?\s*", re.IGNORECASE)
_LABEL = r"[^\W\d_][\w .'’\-/&#]{0,39}?(?:\s?\((?-i:[A-ZÀ-Þ]{1,4})\))?"
_COLON = re.compile(
    rf"(?P<quote>[“”\"‘']?)(?P<open>[*_]{{0,3}})(?P<label>{_LABEL})(?P<close>[*_]{{0,3}})"
    rf"\s{{0,9}}(?P<before>{BRACKETED})?\s{{0,9}}[*_]{{0,3}}"
    rf"(?P<note>\((?!\s*\d)[^()]{{1,160}}\))?[*_]{{0,3}}"
    rf"\s{{0,9}}(?P<colon>[:：]|(?<=[^\s])\t)(?P<shut>[*_]{{0,3}})"
    rf"\s*(?P<after>{BRACKETED})?\s*(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_COULD_BE = re.compile(r"[:：\t\[]")
_BRACKET = re.compile(rf"\[(?P<label>{_LABEL})\](?P<colon>:?)\s*(?P<rest>.*)", re.DOTALL)
_HEADER = re.compile(
    rf"[*_]{{0,3}}(?P<label>{_LABEL})[*_]{{0,3}}(?P<space>[ \t\xa0]{{1,40}})(?P<time>{STAMP})\s*",
    re.IGNORECASE,
)
# With two spaces before the time a name may hold what others do not: “Berg, Anna (Guest)  0:03”.
_WIDE = re.compile(
    rf"[*_]{{0,3}}(?P<label>[^\W\d_][^:\n\t*_\[\]]{{0,59}}?)[*_]{{0,3}}"
    rf"(?P<space>(?:[ \xa0]{{2,40}}|\t)\t{{0,9}})(?P<time>{STAMP})\s*",
    re.IGNORECASE,
)
_NAME = re.compile(rf"[*_]{{0,3}}(?P<label>{_LABEL})[*_]{{0,3}}")
_SMALL = frozenset(("de", "da", "del", "della", "den", "der", "di", "du", "la", "le", "of", "the",
    "van", "von", "zu", "al", "el", "bin", "ibn", "and", "und"))  # fmt: skip
_SHORT = re.compile(r"(?:T|C|P|R|Th|TH|Pt|PT|Cl|CL|Co|CO|I|B|IV|IP|Int|INT)\d{0,4}|S\d{1,3}")
_WORDS = re.compile(
    r"(?:interviewer|interviewee|participant|speaker|therapist|client|patient|counsell?or"
    r"|psycho(?:therapist|logist|analyst)|psychiatrist|clinician|analyst|moderator|facilitator"
    r"|interpreter|respondent|researcher|observer)\s?(?:\d{0,3}|[a-z])"
    r"|speaker_\d+|spk_\d+|unknown speaker",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"(?<=\s)([^\W\d_]\w{0,15}(?: \d{1,2})?)[:：]\s")
# Words that stand before a colon in speech, in headings and in the headers of files.
_NEVER = frozenset((
    "note", "notes", "nb", "ps", "date", "time", "length", "duration", "title", "subject",
    "place", "location", "present", "participants", "attendees", "transcript", "transcription",
    "recording", "recorded", "source", "summary", "abstract", "objective", "keywords",
    "results", "conclusion", "figure", "table", "telephone", "email", "name", "signed", "file",
    "http", "https", "ftp", "honestly", "basically", "anyway", "well", "so", "but", "and", "or",
    "because", "look", "listen", "however", "actually", "first", "second", "third", "example",
    "question", "answer", "kind", "language", "style", "gern", "also", "aber",
))  # fmt: skip
_NO_NAME = frozenset(("the", "a", "an", "my", "plan", "step", "rule", "number", "day", "week"))
_THERAPIST = re.compile(
    r"(?:t|th|(?:co-?)?therapist|counsell?or|psycho(?:therapist|logist|analyst)|psychiatrist"
    r"|clinician|analyst)\s?\d{0,2}",
    re.IGNORECASE,
)
_PATIENT = re.compile(r"(?:c|p|pt|cl|client|patient)\s?\d{0,2}", re.IGNORECASE)
_SURELY_PATIENT = re.compile(r"(?:client|patient)\s?\d{0,2}", re.IGNORECASE)
_INTERVIEWER = re.compile(r"(?:interviewer|int)\s?\d{0,2}", re.IGNORECASE)
_MOST, _MANY, _TENTH, _SOME = 0.8, 0.3, 0.1, 0.02  # shares of the lines
_NUMBERED = re.compile(r"(.*[^\W\d_])\.?\s?(\d{1,4})")
_RISING, _DIFFERENT = 0.95, 0.7  # shares of the numbers of turns
_FEW, _LONE_FEW = 3, 20  # numbers that make a count, of one among several or of one alone
_LONGEST = 5  # words of a label


def split(line: str) -> Prefix | None:
    """Take a line apart into label, times and words; None when no label can stand there."""
    if not _COULD_BE.search(line):
        return None
    line = _seen(_LEAD.sub("", line, count=1))
    start = end = None
    timed = _TIME.match(line)
    if timed:
        start, end = clocks(timed[1])
        line = line[timed.end() :]
    found = _COLON.match(line)
    if found and _possible(found["label"], found["rest"], line[found.end("colon") :]):
        return _from_colon(found, start, end)
    found = _BRACKET.match(line)
    if found and (found["colon"] or known(found["label"])):
        return Prefix(plain_label(found["label"]), found["rest"], start, end, "bracket")
    found = _HEADER.fullmatch(line) or _WIDE.fullmatch(line)
    if found and not timed:
        shape = "weak" if found["space"] == " " else "header"
        return Prefix(plain_label(found["label"]), "", *clocks(found["time"]), shape)
    return None


def leading(line: str) -> tuple[int | None, int | None, str]:
    """Take the times (ms) off the beginning of a line; the rest may hold anything."""
    line = _LEAD.sub("", line, count=1)
    found = _TIME.match(line)
    return (*clocks(found[1]), line[found.end() :]) if found else (None, None, line)


def name(line: str) -> str | None:
    """Read a line that holds a name, or a known label, and nothing else."""
    found = _NAME.fullmatch(_seen(_LEAD.sub("", line, count=1)).strip())
    if not found:
        return None
    label = plain_label(found["label"])
    if known(label):
        return label
    words = label.split()
    upper = all(
        word[0].isupper() or word[0] in "(&" or word.isdigit() or word in _SMALL for word in words
    )
    ends = label[-1] == "." and len(words[-1]) > len("Jr.")
    return label if upper and not ends and len(words) <= _LONGEST and not never(label) else None


def inside(texts: Iterable[str]) -> Counter[str]:
    """Count what may be labels between the words of turns, as in “T: … C: …”."""
    return Counter(found[1] for text in texts for found in _WITHIN.finditer(text))


def _seen(line: str) -> str:
    """Take marks of direction and width out of what stands before a colon."""
    head, colon, rest = line.partition(":")
    return f"{_UNSEEN.sub('', head)}{colon}{rest}"


def _possible(label: str, rest: str, after_colon: str) -> bool:
    """Refuse addresses and times: “https://…”, “Denial 1:01:32”."""
    address = rest.startswith("//") and label.rsplit(maxsplit=1)[-1].lower() in _NEVER
    if address or "//" in label:
        return False
    if label[-1].isdigit() and after_colon[:1].isdigit():
        return False
    return len(label.split()) <= _LONGEST


def _from_colon(found: re.Match[str], start: int | None, end: int | None) -> Prefix:
    for group in ("before", "after"):
        if found[group] and start is None:
            start, end = clocks(found[group])
        elif found[group]:
            return _with_words(found, f"{found[group]} {found['rest']}", start, end)
    return _with_words(found, found["rest"], start, end)


def _with_words(found: re.Match[str], words: str, start: int | None, end: int | None) -> Prefix:
    """Keep a note that stands before the colon, and an opening quotation mark, with the words."""
    if found["open"] and not found["close"] and not found["shut"]:
        words = words.rstrip().removesuffix(found["open"])
    if found["note"]:
        words = f"{found['note']} {words}"
    shape = "tab" if found["colon"] == "\t" else "colon"
    if found["open"] and (found["close"] or found["shut"]):
        shape = "bold"
    return Prefix(plain_label(found["label"]), found["quote"] + words, start, end, shape)


def plain_label(label: str) -> str:
    """A label as written, without the space around and doubled in it."""
    return " ".join(label.split())


def known(label: str) -> bool:
    """Tell whether a label is one of those that transcripts of interviews commonly use."""
    return bool(_SHORT.fullmatch(label) or _WORDS.fullmatch(label))


def accept(prefixes: Iterable[Prefix], lines: int, named: Collection[str] = ()) -> frozenset[str]:
    """Tell which labels are speakers, in a file with so many lines that are not blank.

    None are when the labels do not make the file a transcript. ``named`` are those a person
    vouches for.
    """
    found = list(prefixes)
    # A label on a line of its own has its words on the next.
    lines -= sum(not each.text.strip() for each in found)
    # One space before a time is what hand editing leaves of a header seen elsewhere.
    firm = {each.label for each in found if each.shape != "weak"}
    counts = Counter(each.label for each in found if each.label in firm)
    for label in [label for label in counts if never(label) and label not in named]:
        del counts[label]
    rare = _rare(found, counts)
    good = {label for label in counts if known(label) or label in named}
    good |= {
        label
        for label, n in counts.items()
        if n > 1 and not label[:1].islower() and label not in rare
    }
    good |= _in_small_letters(found, counts, lines)
    good |= _marked(found, counts) if good else set()
    total = sum(counts.values())
    if not good and total >= _MOST * lines and len(counts) <= max(2, total / 2):
        good = {label for label in counts if not label[:1].islower()}
    if sum(counts[label] for label in good) >= _MANY * lines:
        good |= {label for label in counts if _full_name(label)}
    return frozenset(good) if _convincing(good, counts, lines, named) else frozenset()


def _rare(found: Sequence[Prefix], counts: Mapping[str, int]) -> set[str]:
    """Find labels met hardly ever where others carry the text, but for those that break in.

    “I said:” twice stands between T and C, who take turns as if it were not there.
    """
    total = sum(counts.values())
    few = {
        label
        for label, n in counts.items()
        if not known(label) and ((n < _FEW and n < _TENTH * total) or n < _SOME * total)
    }
    often = [
        each.label if each.label in counts and each.label not in few else None for each in found
    ]
    before = _filled(often)
    after = _filled(often[::-1])[::-1]
    broken = Counter(
        each.label
        for each, one, two in zip(found, before, after, strict=True)
        if each.label in few and one is not None and one == two
    )
    return {label for label in few if broken[label] * 2 < counts[label]}


def _filled(given: Sequence[str | None]) -> list[str | None]:
    """Give each place the last label up to it."""
    made: list[str | None] = []
    for each in given:
        made.append(each or (made[-1] if made else None))
    return made


def stems(found: Sequence[str]) -> dict[str, str]:
    """Tell the number of a turn from a name: T1, C1, T2 are two people, S1, S2, S1 are too.

    Labels whose number is that of a turn, and what they are without it.
    """
    numbers: dict[str, list[int]] = {}
    parts = {label: _NUMBERED.fullmatch(label) for label in set(found)}
    for label in found:
        part = parts[label]
        if part:
            numbers.setdefault(part[1], []).append(int(part[2]))
    counted = {stem: given for stem, given in numbers.items() if _counts_turns(given)}
    if sum(map(len, counted.values())) * 2 < len(found):
        return {}
    lone = len(counted) == 1 and max(map(len, counted.values())) < _LONE_FEW
    return (
        {}
        if lone
        else {label: part[1] for label, part in parts.items() if part and part[1] in counted}
    )


def _counts_turns(given: Sequence[int]) -> bool:
    """Tell numbers that rise from turn to turn."""
    rising = sum(after >= before for before, after in itertools.pairwise(given))
    different = len(set(given)) >= _DIFFERENT * len(given)
    return len(given) >= _FEW and different and rising >= _RISING * (len(given) - 1)


def _marked(found: Sequence[Prefix], counts: Mapping[str, int]) -> set[str]:
    """Take labels in bold, or beside a time, in a file where most are."""
    timed = Counter(
        each.label for each in found if each.start_ms is not None or each.shape == "bold"
    )
    if sum(timed.values()) < _MOST * sum(counts.values()):
        return set()
    return {label for label in timed if label in counts and not label[:1].islower()}


def _in_small_letters(found: Sequence[Prefix], counts: Mapping[str, int], lines: int) -> set[str]:
    """Take labels without capitals where they stand on lines of their own, or are T and C."""
    alone = Counter(each.label for each in found if not each.text.strip())
    small = {
        label
        for label, n in counts.items()
        if n > 1 and (known(label.title()) or alone[label] > max(1, n / 2))
    }
    return small if sum(counts[label] for label in small) >= _MANY * lines / 2 else set()


def never(label: str) -> bool:
    """Tell whether it stands before colons in speech, in headings and in the heads of files."""
    return label.lower() in _NEVER


def _full_name(label: str) -> bool:
    words = label.split()
    return (
        1 < len(words) <= _LONGEST - 1
        and all(word[0].isupper() or word[0] == "(" for word in words)
        and words[0].lower() not in _NO_NAME
    )


def _convincing(
    good: Collection[str], counts: Mapping[str, int], lines: int, named: Collection[str]
) -> bool:
    if any(label in named for label in good):
        return True
    share = sum(counts[label] for label in good) / max(lines, 1)
    if share >= _MOST:
        return True
    if share >= _MANY:
        return len(good) > 1 or any(known(label) for label in good)
    if share >= _TENTH and sum(known(label) for label in good) > 1:
        return True
    return share >= _SOME and sum(counts[label] > 1 for label in good) > 1


def guess_roles(labels: Sequence[str], chosen: Mapping[str, Role]) -> dict[str, Role]:
    """Guess who a label stands for; what a person chose wins.

    C and P mean the patient only beside a therapist: elsewhere they are counsellors, or people
    present, or a name. An interviewer is a therapist only beside a client or patient.
    """
    with_therapist = any(_is(_THERAPIST, label) for label in labels)
    with_patient = any(_is(_SURELY_PATIENT, label) for label in labels)
    roles = {}
    for label in labels:
        guess = Role.OTHER
        asks = with_patient and not with_therapist and _is(_INTERVIEWER, label)
        if _is(_THERAPIST, label) or asks:
            guess = Role.THERAPIST
        elif _is(_SURELY_PATIENT, label) or (with_therapist and _is(_PATIENT, label)):
            guess = Role.PATIENT
        roles[label] = chosen.get(label, guess)
    return roles


def _is(role: re.Pattern[str], label: str) -> bool:
    """Tell whether a label, or what stands before or in its bracket, is of a role."""
    name, _, within = label.partition("(")
    return any(role.fullmatch(each) for each in (label, name.strip(), within.rstrip(") ")))
