"""CHAT (.cha): main lines (*CODE:), what comments on them (%kind:), and headers (@Name:).

The words are given as said, or, with ``Options.as_written``, with all signs. Cleaned words lose
signs only: what holds letters stays as a note in brackets ([laughs]), or is reported (codes,
corrections).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coder.errors import CoderError, Notice
from coder.transcripts import tiers
from coder.transcripts.events import Event, Kind, Read, plain
from coder.transcripts.source import Format, Source

_MOST = 200  # times in one utterance, beyond which they are only reported
_HEAD = 40  # lines in which the marks of the format stand
_MAIN = re.compile(r"\*([^\s:*]{1,40}):[ \t]?(.*)", re.DOTALL)
_BELOW = re.compile(r"%([^\s:%]{1,40}):[ \t]?(.*)", re.DOTALL)
_HEADER = re.compile(r"@([^\t:]{1,60})(?::[ \t]*(.*))?", re.DOTALL)
# The sign before and after a time is lost in many copies; words hold no figures in this format.
_BULLET = re.compile(
    r"[\x15•]\s?(?:%\w{1,20}:\s?)?(?:\"[^\"]*\"_?)?(\d{1,9})_(\d{1,9})(?:-\d{1,9})?\s?[\x15•]"
    r"|(?<!\S)(\d{1,9})_(\d{1,9})(?!\S)"
)
_SOUND = re.compile(r"(?:_| |^)(\d{1,9})[_ ](\d{1,9})$")
_TOLD = frozenset({"comment", "situation", "activities", "new episode", "g", "bg", "eg"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A line with those that go on with it (a tab begins them)."""

    line: int
    text: str


@dataclass(slots=True)
class _Utterance:
    """A main line: words, each with the time (ms) that follows them."""

    line: int
    label: str
    words: list[str]
    times: list[tuple[int, int]]


@dataclass(slots=True)
class _Told:
    """What is told of together: how often it stands in the file, from which line on, and where."""

    line: int
    texts: list[str] = field(default_factory=list)


def knows(source: Source) -> bool:
    """Tell CHAT by its first headers, or by its name and main lines."""
    head = [line.text.strip() for line in source.lines[:_HEAD]]
    if any(text == "@Begin" or text.startswith("@UTF8") for text in head):
        return True
    return source.suffix == ".cha" and any(_MAIN.match(line.text) for line in source.lines)


def read(source: Source) -> Read:
    """Read a file of CHAT. Raises CoderError when nobody says anything in it."""
    made = _Reader(as_written=source.options.as_written)
    for part in _parts(source):
        made.take(part)
    if not made.utterances:
        raise CoderError("chat_empty", path=source.path)
    return made.result()


def _parts(source: Source) -> Iterator[_Part]:
    number, pieces = 0, list[str]()
    for line in source.lines:
        goes_on = pieces and pieces[0][0] in "*%@" and line.text[:1] not in {"*", "%", "@"}
        if goes_on and line.text.strip():
            pieces.append(line.text)
        elif line.text.strip():
            if pieces:
                yield _Part(number, "\n".join(pieces))
            number, pieces = line.number, [line.text]
    yield _Part(number, "\n".join(pieces))


@dataclass(slots=True)
class _Reader:
    as_written: bool
    utterances: list[_Utterance] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    below: dict[str, _Told] = field(default_factory=dict)
    codes: dict[str, _Told] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    recordings: list[str] = field(default_factory=list)

    def take(self, part: _Part) -> None:
        """Say what a line is."""
        if main := _MAIN.match(part.text):
            self._main(part.line, main[1], main[2])
        elif below := _BELOW.match(part.text):
            self._below(part.line, below[1], below[2])
        elif header := _HEADER.match(part.text):
            self._header(part, header[1].strip(), plain(header[2] or ""))
        else:
            why = "neither a main line, a comment nor a header"
            self.events.append(Event(Kind.NOISE, part.line, plain(part.text), why=why))

    def _main(self, line: int, code: str, text: str) -> None:
        made = _Utterance(line, code, [], [])
        at = 0
        for found in _BULLET.finditer(text):
            start, end = found[1] or found[3], found[2] or found[4]
            made.words.append(text[at : found.start()])
            made.times.append((int(start), int(end)))
            at = found.end()
        made.words.append(text[at:])
        self.utterances.append(made)
        self.events.append(Event(Kind.TURN, line, "", code))

    def _below(self, line: int, kind: str, text: str) -> None:
        text = plain(text.replace("\x15", " "))
        self.below.setdefault(kind, _Told(line)).texts.append(text)
        sound = _SOUND.search(text) if kind in {"snd", "mov"} else None
        if sound and self.utterances and not self.utterances[-1].times:
            self.utterances[-1].times.append((int(sound[1]), int(sound[2])))

    def _header(self, part: _Part, name: str, said: str) -> None:
        if name == "Participants":
            self.roles = dict(_roles(said)) | self.roles
        elif name == "ID":
            self.roles |= _role_of_id(said)
        elif name == "Media":
            self.recordings.append(said.split(",", maxsplit=1)[0].strip(' "'))
        narrated = bool(self.utterances) and name.lower() in _TOLD and said
        if narrated:
            self.events.append(Event(Kind.NOTE, part.line, plain(part.text)))
        else:
            self.events.append(Event(Kind.NOISE, part.line, plain(part.text), why="header"))

    def result(self) -> Read:
        """Put the utterances, now timed, where they stand, and tell of all that is not taken."""
        events: list[Event] = []
        spans = []
        said = iter(self.utterances)
        for event in self.events:
            if event.kind is Kind.TURN:
                utterance = next(said)
                events += self._turn(utterance)
                if utterance.times:
                    spans.append((utterance.times[0][0], utterance.times[-1][1]))
            else:
                events.append(event)
        events += _summed(self.below, "lines of the kind %{name}: {count}; not what is said")
        events += _summed(self.codes, "{name}: {count}; taken out of the words")
        return Read(tuple(events), warnings=tuple(self._warnings()), spans=tuple(spans))

    def _turn(self, utterance: _Utterance) -> Iterator[Event]:
        """One turn; a time within it stands between the words before and after it."""
        line, times = utterance.line, utterance.times
        words = self._words(utterance)
        start, end = (times[0][0], times[-1][1]) if times else (None, None)
        yield Event(Kind.TURN, line, words[0], utterance.label, start, end)
        for n, text in enumerate(words[1:_MOST], 1):
            if n < len(times):
                yield Event(Kind.STAMP, line, "", start_ms=times[n][0], end_ms=times[n][1])
            if text:
                yield Event(Kind.MORE, line, text)
        if rest := plain(" ".join(words[_MOST:])):
            yield Event(Kind.MORE, line, rest)
        if over := " | ".join(f"{begin}_{stop}" for begin, stop in times[_MOST:]):
            why = f"times within a turn, beyond the first {_MOST}"
            yield Event(Kind.NOISE, line, over, why=why)

    def _words(self, utterance: _Utterance) -> list[str]:
        """The words, cleaned unless that leaves none; what was taken out is kept to be told."""
        if not self.as_written:
            clean = [cleaned(each) for each in utterance.words]
            if any(char.isalnum() for words, _ in clean for char in words):
                for kind, code in (each for _, codes in clean for each in codes):
                    self.codes.setdefault(kind, _Told(utterance.line)).texts.append(code)
                return [words for words, _ in clean]
        return [plain(each) for each in utterance.words]

    def _warnings(self) -> Iterator[Notice]:
        used = dict.fromkeys(each.label for each in self.utterances)
        roles = [f"{code} = {self.roles[code]}" for code in used if self.roles.get(code)]
        if roles:
            yield Notice("chat_roles", {"roles": ", ".join(roles)})
        yield from tiers.media(self.recordings)


def _summed(told: Mapping[str, _Told], why: str) -> Iterator[Event]:
    """One line for each kind, which holds all its words."""
    for name, each in told.items():
        reason = why.format(name=name, count=len(each.texts))
        yield Event(Kind.NOISE, each.line, " | ".join(each.texts), why=reason)


def _roles(said: str) -> Iterator[tuple[str, str]]:
    """Read “CHI Eve Target_Child, MOT Mother”: a code, perhaps a name, and a role."""
    for each in said.split(","):
        words = each.split()
        if len(words) > 1:
            yield words[0], words[-1].replace("_", " ")


_ID_CODE, _ID_ROLE = 2, 7  # places in a line of @ID


def _role_of_id(said: str) -> dict[str, str]:
    fields = [each.strip() for each in said.split("|")]
    if len(fields) <= _ID_ROLE or not fields[_ID_ROLE]:
        return {}
    return {fields[_ID_CODE]: fields[_ID_ROLE].replace("_", " ")}


_TOKEN = re.compile(r"\[[^\[\]]*\]|[^\s\[]+|\[+(?=\[)|\[")
_SIGN = re.compile(r"\[(?:/{1,3}|/-|/\?|!{1,2}|\?|[<>]\d?|\"|\*|\^c|#|x)\s*\]")
_PAUSE = re.compile(r"\((?:\.{1,3}|[\d.:]+)\)")
_PART = re.compile(r"\(([^()]*)\)")
_EVENT = re.compile(r"&(?:[{}]?[ln])?=(.+)")
_OTHER = re.compile(r"&\*(.+)")
_OMITTED = re.compile(r"0[^\W\d].*")
_MARKED = re.compile(r"(?<=\w)(@[^\s.,?!;]*)")
_BETWEEN = re.compile(r"_|(?<=\w)\+(?=\w)")
_LONG = re.compile(r"(?<=[^\W\d_]):+")
_LINKER = re.compile(r"\+[<^,+≋≈\"“”]{1,2}")
_ENDS = {
    "+...": "…",
    "+..?": "…?",
    "+/.": "–",
    "+//.": "–",
    "+/?": "–?",
    "+//?": "–?",
    "+!?": "!?",
    "+.": ".",
    '+"/.': ".",
    '+".': ".",
}
# Marks of overlap, pitch, loudness and the like; and those between parts of an utterance.
_CA = re.compile(
    "[⌈⌉⌊⌋↑↓⇗↗→↘⇘∞≈≋≡∙⤇⤆„‡∆∇⁎⁑▁▔☺♋⁇∬∾↻⤔‹›〔〕<>^ˈˌ\u0001-\u0008\u0015]"  # noqa: RUF001 - those signs
)
_SPACE_BEFORE = re.compile(r" (?=[.,?!;…]+(?:\s|$))")
_KINDS = (
    ("[+", "codes after what is said"),
    ("[-", "languages"),
    ("[*", "marks of errors"),
    ("[:", "corrections"),
)


def cleaned(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Give the words without the signs of CHAT, and what was taken out, with its kind."""
    words: list[str] = []
    codes: list[tuple[str, str]] = []
    for token in _TOKEN.findall(text):
        if token.startswith("[") and len(token) > 1:
            word = _bracket(plain(token), codes)
        else:
            word = _word(token, codes)
        words += [word] if word else []
    return _SPACE_BEFORE.sub("", " ".join(words)), codes


def _bracket(token: str, codes: list[tuple[str, str]]) -> str:
    if _SIGN.fullmatch(token):
        return ""
    for sign, kind in _KINDS:
        if token.startswith(sign):
            codes.append((kind, token))
            return ""
    inner = token[1:-1].lstrip("=!%?^#$").strip()
    return f"[{inner}]" if inner else ""


def _word(token: str, codes: list[tuple[str, str]]) -> str:
    if _PAUSE.fullmatch(token):
        return token
    token = _ENDS.get(token, token)
    if _LINKER.fullmatch(token):
        return ""
    token = _CA.sub("", token)
    if event := _EVENT.fullmatch(token) or _OTHER.fullmatch(token):
        return f"[{event[1].strip('{}').replace('_', ' ')}]"
    if _OMITTED.fullmatch(token):
        return f"[{token}]"
    if marks := _MARKED.findall(token):
        codes += [("marks of words", mark) for mark in marks]
        token = _MARKED.sub("", token)
    if token.startswith("&"):
        token = token[1:].lstrip("-+~")
    token = _LONG.sub("", _PART.sub(r"\1", token))
    return _BETWEEN.sub(" ", token)


FORMATS = (Format("chat", "CHAT transcript", (".cha",), knows, read),)
