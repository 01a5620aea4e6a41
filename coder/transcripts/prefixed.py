"""Text with a label before each turn: plain text, and the paragraphs of a document."""

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from coder.errors import CoderError, Notice
from coder.transcripts import headers, labels, margins, stamps
from coder.transcripts.events import BEFORE, SKIPPED, Event, Kind, Line, Prefix, Read, plain
from coder.transcripts.source import Format, Options, Source

_NOTE_ALONE = re.compile(
    r"[*_]*(?:\(\([^()]*\)\)|\([^()]*\)|\[[^\[\]]*\])[*_]*[\s.…]*"
    r"|(?:(?:An? )?(?:[Ll]ong |[Ss]hort |[Bb]rief )?)(?:[Ss]ilence|[Pp]ause|[Ll]aughter|Laughs"
    r"|Crying|Sobbing|Sighs?|No response)(?: (?:of|for) .{1,30})?[\s.…!]*"
)
_HEADING = re.compile(
    r"#{1,6}\s.*|[-=*~–—]{2,}\s*\S.*?[-=*~–—]{2,}"
    r"|(?:Appendix|Participant|Session|Interview|Part|Chapter|Section|Transcript|Case|Excerpt|Extract"
    r"|Tape|Recording)\s[\dA-Z]{1,4}"
    r"(?:\s*[-–—:|](?!\s*[a-zß-ÿ]).{0,80}(?<![.?!…,])|\s*,(?=.*\d).{0,80}(?<![.?!…,]))?"
)
_RULE = re.compile(r"[-=*_~–—.\s]{3,}")
_PAGE = re.compile(r"[-–—\s]*(?:page\s+)?(\d{1,4})(?:\s+of\s+\d+)?[-–—\s]*", re.IGNORECASE)
_MAKER = re.compile(
    r"[#*_\s]*(?:(?:transcribed (?:by|with)|transcription (?:ended|is provided)).{0,80}"
    r"|end of (?:the )?(?:transcript|transcription|recording|session|interview|tape|audio|excerpt"
    r"|part).{0,40}"
    r"|this editable transcript was computer.generated.{0,120}"
    r"|(?-i:(?!(?:I|He|She|They|We|You|It|Then|And|So)\b)[^\W\d_a-z])\S*"
    r"(?: (?-i:[^\W\d_a-z])\S*){0,5}"
    r" (?:started|stopped) (?:the )?(?:transcription|recording)\W{0,3})",
    re.IGNORECASE,
)
_ACTS = (
    r"(?:does not|doesn’t|doesn't|did not) (?:respond|answer|reply|speak|say anything)"
    r"|nods?|shakes?|looks?|sighs?|cries|cry|laughs?|smiles?|pauses?|shrugs?|stares?|weeps?|sobs?"
    r"|(?:remains?|stays?|falls?|is|are|sits?) (?:silent|quiet|tearful|crying|in silence)"
    r"|begins? to (?:cry|weep|sob|laugh)|becomes? (?:tearful|silent|quiet)|tears? up|coughs?"
)
_FAR = 20  # pages between two page numbers
_SHORT = 100  # characters of a heading
_ALIKE = 3  # words that two headings share at their beginning
_HALF = 0.5
_LONG = 2000  # characters
_MOST_TURNS = 50_000
_MOST_STAMPS = 1000  # within one turn
_NAME_WORDS = 2
_MOST_TOLD = 10  # labels that are warned of
_RARE, _RARE_FEW = 10, 2  # turns to one of a label met hardly ever, and how often that is

MANY = "one time too many within a turn"


def read(lines: Sequence[Line], options: Options) -> Read:
    """Say what each line is. Blank lines are told of once, with their number."""
    blank = [line.number for line in lines if not line.text.strip()]
    lines, numbers = margins.numbered(lines)
    lines, times = stamps.canonical(lines, options)
    lines = [_skipped(line, options.skip) for line in lines]
    lines = margins.without_heads(margins.notes_joined(margins.outside(lines)))
    found = headers.find(lines, tuple(options.roles))
    marked = list(found.lines)
    for n in margins.footnotes(marked, found.prefixes):
        marked[n] = dataclasses.replace(marked[n], why=margins.FOOTNOTE)
    walk = _Walk(found, marked)
    events = walk.events()
    if blank:
        why = "blank line" if len(blank) == 1 else f"blank lines: {len(blank)}"
        events.append(Event(Kind.NOISE, blank[0], "", why=why))
    counted = [Notice("turn_numbers", {"count": found.numbered})] if found.numbered else []
    told = (*numbers, *times, *counted, *walk.told, *_not_taken(found), *_swallowed(events))
    return Read(tuple(events), warnings=told)


def _skipped(line: Line, ranges: Sequence[tuple[int, int]]) -> Line:
    asked = any(first <= line.number <= last for first, last in ranges)
    return dataclasses.replace(line, why=SKIPPED) if asked else line


def _not_taken(found: headers.Found) -> Iterator[Notice]:
    """Warn of what looks like a speaker's label and is not taken for one, and of rare ones."""
    counts = Counter(each.label for each in found.prefixes if each)
    begun = next((n for n, each in enumerate(found.prefixes) if each), len(found.lines))
    told = set(found.speakers)
    number = 0
    for n, (line, prefix) in enumerate(zip(found.lines, found.seen, strict=True)):
        if prefix and prefix.label not in told and _looks_like_one(prefix, after=n > begun):
            told.add(prefix.label)
            number += 1
            if number <= _MOST_TOLD:
                yield Notice("label_not_taken", {"label": prefix.label, "line": line.number})
    rare = [label for label, n in counts.items() if label and n <= _RARE_FEW]
    if sum(counts.values()) >= _RARE * _RARE_FEW:
        for label in rare[:_MOST_TOLD]:
            at = next(n for n, each in enumerate(found.prefixes) if each and each.label == label)
            where = {"label": label, "line": found.lines[at].number, "count": counts[label]}
            yield Notice("label_rare", where)


def _looks_like_one(prefix: Prefix, *, after: bool) -> bool:
    """Tell ANNA anywhere, and “Mother” below the first turn."""
    label = prefix.label
    if label.isupper():
        return True
    full = after and prefix.text.strip() and prefix.shape in {"colon", "bold"}
    return bool(full and len(label.split()) <= _NAME_WORDS and labels.name(label))


def _swallowed(events: Sequence[Event]) -> Iterator[Notice]:
    """Warn of a last turn longer than all others together: other text may follow the transcript."""
    turns = [n for n, each in enumerate(events) if each.kind is Kind.TURN]
    spoken = [
        len(each.text) if each.kind in {Kind.TURN, Kind.MORE, Kind.NOTE} else 0 for each in events
    ]
    if len(turns) > 1 and sum(spoken[turns[-1] :]) > max(sum(spoken[: turns[-1]]), _LONG):
        yield Notice("last_turn_long", {"line": events[turns[-1]].line})


def _inner(known: Collection[str]) -> re.Pattern[str] | None:
    """Build the pattern of a known label inside a line, as in “T: … C: …”."""
    if not any(known):
        return None
    each = "|".join(re.escape(label) for label in sorted(known, key=len, reverse=True) if label)
    return re.compile(rf"(?<=\s)({each})[:：]\s+")


def _narration(known: Collection[str]) -> re.Pattern[str]:
    """Build the pattern of a sentence about a speaker, as in “Anna does not respond”."""
    each = [re.escape(label) for label in known if label]
    who = "|".join([*each, "[Tt]he (?:therapist|client|patient|counsell?or)", "Therapist", "Client",
                    "Patient", "Both"])  # fmt: skip
    return re.compile(rf"[*_(]*(?:{who}) (?:[a-z]+ly )?(?:{_ACTS})\b[^:?!]{{0,80}}\.?[*_)]*")


def _with_ends(
    events: Sequence[Event], closing: Collection[int], *, hashed: bool
) -> tuple[list[Event], list[Notice]]:
    """Read times at the ends of turns as where they end and the next begins, if most have one.

    ``closing`` are the places of times that end a line; ``hashed``: written as f4 does. A first
    time of 0 can only be a start.
    """
    turns = [n for n, each in enumerate(events) if each.kind is Kind.TURN]
    spoken = {Kind.TURN, Kind.MORE, Kind.STAMP}
    last = {
        turn: max(n for n in range(turn, after) if events[n].kind in spoken)
        for turn, after in zip(turns, [*turns[1:], len(events)], strict=False)
    }
    ends = {turn: n for turn, n in last.items() if n in closing and events[turn].end_ms is None}
    if len(ends) < max(1 if hashed else 2, _HALF * len(turns)):
        return list(events), []
    made = list(events)
    starts = turns[0] in ends and events[ends[turns[0]]].start_ms == 0
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        ms = events[ends[turn]].start_ms if turn in ends else None
        if ms is not None:
            start, end = (ms, made[turn].end_ms) if starts else (made[turn].start_ms, ms)
            made[turn] = dataclasses.replace(made[turn], start_ms=start, end_ms=end)
        if (
            ms is not None
            and not starts
            and after is not None
            and _untimed(events[turn : after + 1])
        ):
            made[after] = dataclasses.replace(made[after], start_ms=ms)
    gone = set(ends.values())
    told = [] if hashed or starts else [Notice("times_at_ends", {"count": len(ends)})]
    return [each for n, each in enumerate(made) if n not in gone], told


def _untimed(events: Sequence[Event]) -> bool:
    """Tell whether neither the last event nor a time above it says when it begins."""
    return events[-1].start_ms is None and not any(each.kind is Kind.ANCHOR for each in events)


class _Walk:
    """Goes down the lines and says what each is."""

    def __init__(self, found: headers.Found, lines: Sequence[Line]) -> None:
        self.made: list[Event] = []
        self.told: list[Notice] = []
        self._lines = lines
        self._prefixes = found.prefixes
        self._inner = _inner(found.speakers)
        self._narration = _narration(found.speakers)
        self._pages: list[int] = []
        self._headings: set[tuple[str, ...]] = set()  # their first words
        self._nobody = not any(found.prefixes)
        self._turn: int | None = None  # the place of the last turn in what is made
        self._start: int | None = None  # when it begins, by whatever time
        self._waiting = False  # its label stands on its own line, and its words are not yet read
        self._closing: set[int] = set()  # the places of times that end a line
        self._stamps = 0  # within the last turn
        said = [n for n, line in enumerate(lines) if line.text.strip() and not line.why]
        self._next = dict(itertools.pairwise(said))

    def events(self) -> list[Event]:
        """Say what each line is, in the order of the file."""
        for n, line in enumerate(self._lines):
            if line.text.strip():
                self._line(n, line)
        hashed = any(line.text.rstrip().endswith("#") for line in self._lines)
        made, self.told = _with_ends(self.made, self._closing, hashed=hashed)
        return made

    def _line(self, n: int, line: Line) -> None:
        text = line.text.strip()
        prefix = self._prefixes[n]
        if line.why:
            self.made.append(Event(Kind.NOISE, line.number, text, why=line.why))
        elif prefix is not None:
            self._prefixed(line.number, prefix)
        elif not self._time(n, line) and not self._apart(line):
            if self._turn is None:
                self._orphan(line.number, text)
            else:
                self._more(line.number, text)

    def _prefixed(self, number: int, prefix: Prefix) -> None:
        start, end = prefix.start_ms, prefix.end_ms
        above = self.made[-1] if self.made else None
        if start is None and above and above.kind is Kind.ANCHOR and above.end_ms is not None:
            start, end = above.start_ms, above.end_ms
            self.made.pop()
        words, *others = self._inner.split(prefix.text) if self._inner else [prefix.text]
        self._begin(Event(Kind.TURN, number, words, prefix.label, start, end))
        self._also(number, others)

    def _also(self, number: int, others: Sequence[str]) -> None:
        """Begin the turns that a line holds behind its first words. A time before one is its."""
        for label, words in zip(others[::2], others[1::2], strict=True):
            start = None
            if len(self.made) - 1 in self._closing:
                self._closing.discard(len(self.made) - 1)
                start = self.made.pop().start_ms
            self._begin(Event(Kind.TURN, number, words, label, start))

    def _begin(self, turn: Event) -> None:
        pieces = stamps.cut(turn.text)
        if turn.start_ms is None and isinstance(pieces[0], int):
            turn = dataclasses.replace(turn, start_ms=pieces[0])
            pieces = pieces[1:]
        first = str(pieces.pop(0)) if pieces and isinstance(pieces[0], str) else ""
        above = self.made[-1] if self.made else None
        self._start = turn.start_ms
        if self._start is None and above and above.kind is Kind.ANCHOR:
            self._start = above.start_ms
        self._turn, self._stamps = len(self.made), 0
        self._waiting = not turn.text.strip()
        self.made.append(dataclasses.replace(turn, text=plain(first)))
        self._pieces(turn.line, pieces)

    def _more(self, number: int, text: str) -> None:
        words, *others = self._inner.split(text) if self._inner else [text]
        pieces = stamps.cut(words)
        if self._waiting and isinstance(pieces[0], int) and self._start is None:
            self._change(start_ms=pieces[0])
            pieces = pieces[1:]
        self._waiting = False
        self._pieces(number, pieces)
        self._also(number, others)

    def _pieces(self, number: int, pieces: Sequence[str | int]) -> None:
        for each in pieces:
            if isinstance(each, int):
                self._stamps += 1
                more = self._stamps > _MOST_STAMPS
                kind, why = (Kind.NOISE, MANY) if more else (Kind.STAMP, "")
                ms = None if more else each
                event = Event(kind, number, stamps.written(each), start_ms=ms, why=why)
            else:
                event = Event(Kind.MORE, number, plain(each))
            self.made.append(event)
        if pieces and self.made[-1].kind is Kind.STAMP:
            self._closing.add(len(self.made) - 1)

    def _change(self, *, start_ms: int | None = None, end_ms: int | None = None) -> None:
        """Give the last turn a time that was read after its label."""
        turn = self.made[self._turn or 0]
        self.made[self._turn or 0] = dataclasses.replace(
            turn,
            start_ms=turn.start_ms if start_ms is None else start_ms,
            end_ms=turn.end_ms if end_ms is None else end_ms,
        )

    def _time(self, n: int, line: Line) -> bool:
        """Take a line that holds a time alone: where the next turn begins, or the last ends."""
        time = stamps.lone(line.text)
        if time is None or self._answers(n):
            return False
        start, end = time
        if self._ends_the_turn(n, start):
            self._change(end_ms=start)
        else:
            text = line.text.strip()
            self.made.append(Event(Kind.ANCHOR, line.number, text, start_ms=start, end_ms=end))
        return True

    def _answers(self, n: int) -> bool:
        """Tell a time that is all somebody says: “10:30”, below a label, with none below it."""
        if not self._waiting:
            return False
        timed = self._start is not None or self.made[-1].kind is Kind.ANCHOR
        after = self._next.get(n)
        return timed or after is None or self._prefixes[after] is not None

    def _ends_the_turn(self, n: int, ms: int) -> bool:
        """Tell a time that no words follow, as InqScribe writes the end of the block above."""
        bracketed = self._lines[n].text.strip()[0] in "[({<#"
        if not bracketed or self._turn is None or self._waiting or self._start is None:
            return False
        if ms < self._start or self.made[self._turn].end_ms is not None:
            return False
        after = self._next.get(n)
        if after is None:
            return True
        prefix = self._prefixes[after]
        timed = prefix is not None and prefix.start_ms is not None
        return timed or stamps.lone(self._lines[after].text) is not None

    def _apart(self, line: Line) -> bool:
        """Take a line that is no speech. While a label waits for its words, few are."""
        text = line.text.strip()
        if line.heading or (not self._waiting and _is_heading(text, self._headings)):
            self.made.append(Event(Kind.HEADING, line.number, text, why="heading"))
            return True
        if self._waiting:
            return False
        why = self._noise(text)
        if why is not None:
            self.made.append(Event(Kind.NOISE, line.number, text, why=why))
            return True
        if _NOTE_ALONE.fullmatch(text) or self._tells(text):
            self.made.append(Event(Kind.NOTE, line.number, text))
            return True
        return False

    def _noise(self, text: str) -> str | None:
        page = _PAGE.fullmatch(text)
        if page and (not self._pages or 0 < int(page[1]) - self._pages[-1] <= _FAR):
            self._pages.append(int(page[1]))
            return "page number"
        if _RULE.fullmatch(text):
            return "rule"
        return "not part of the conversation" if _MAKER.fullmatch(text) else None

    def _tells(self, text: str) -> bool:
        """Tell a sentence about a speaker from the words of one."""
        if self._turn is None or self.made[-1].text.rstrip("”\"’')*_")[-1:] not in ".?!…":
            return False
        return bool(self._narration.fullmatch(text))

    def _orphan(self, number: int, text: str) -> None:
        """Tell of a line that no speaker has yet been named for."""
        if len(text) <= _SHORT and text[-1] not in ".!?…,;" and not self._nobody:
            self._headings.add(tuple(text.split()[:_ALIKE]))
            self.made.append(Event(Kind.HEADING, number, text, why="heading"))
        else:
            self.made.append(Event(Kind.NOISE, number, text, why=BEFORE))


def _is_heading(text: str, headings: Collection[tuple[str, ...]]) -> bool:
    if len(text) > _SHORT:
        return False
    start = tuple(text.split()[:_ALIKE])
    return (len(start) == _ALIKE and start in headings) or bool(_HEADING.fullmatch(text))


def read_text(source: Source) -> Read:
    """Read plain text with labels. Raises CoderError when it is too long to be one session."""
    found = read(source.lines, source.options)
    if sum(each.kind is Kind.TURN for each in found.events) > _MOST_TURNS:
        raise CoderError("transcript_too_long", path=source.path, most=_MOST_TURNS)
    return found


FORMATS = (
    Format("text", "text with speakers’ labels", (".txt", ".md"), lambda _: True, read_text),
)
