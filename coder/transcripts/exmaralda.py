"""EXMARaLDA (.exb, .exs) and FOLKER (.flk): events between the points of one timeline."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.transcripts import markup, tiers
from coder.transcripts.events import Read
from coder.transcripts.markup import Node
from coder.transcripts.source import Format, Source
from coder.transcripts.tiers import Said, Tier

_HEAD = 20_000  # characters in which the first element of a file stands
_WHY = {
    "a": "it holds notes or a translation, not what is said",
    "d": "it describes, and holds nothing that is said",
}


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    text: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The points in order: their times in ms where given, and where they lie between others."""

    times: Mapping[str, int | None]
    places: Mapping[str, float]
    order: Mapping[str, int]

    def said(self, chain: Sequence[_Event]) -> Said:
        """Make one piece of events that touch; words go over from one to the next."""
        first, last = chain[0], chain[-1]
        return Said(
            first.line,
            "".join(each.text for each in chain),
            self.times.get(first.start),
            self.times.get(last.end),
            self.places.get(first.start, 0),
        )


def knows_exb(source: Source) -> bool:
    """Tell a basic transcription of EXMARaLDA by its first element."""
    return "<basic-transcription" in source.text[:_HEAD]


def read_exb(source: Source) -> Read:
    """Read the tiers of a basic transcription. Raises CoderError when nothing can be taken."""
    top = markup.parse(source.path, source.text)
    line = _timeline(top.all("tli"), "id", "time")
    nodes = top.all("tier")
    chains = [[line.said(chain) for chain in _chains(_events(node), line)] for node in nodes]
    return _read(source, top, nodes, chains)


def knows_exs(source: Source) -> bool:
    """Tell a segmented transcription of EXMARaLDA by its first element."""
    return "<segmented-transcription" in source.text[:_HEAD]


def read_exs(source: Source) -> Read:
    """Read a segmented transcription: its speakers' contributions are its turns."""
    top = markup.parse(source.path, source.text)
    line = _timeline(top.all("tli"), "id", "time")
    nodes = top.all("segmented-tier")
    chains = [[line.said([each]) for each in _segments(node)] for node in nodes]
    return _read(source, top, nodes, chains)


def _read(
    source: Source, top: Node, nodes: Sequence[Node], chains: Sequence[Sequence[Said]]
) -> Read:
    speakers = {
        node.attributes.get("id", ""): name.text.strip()
        for node in top.all("speaker")
        for name in node.all("abbreviation")[:1]
    }
    names = tiers.unique(
        node.attributes.get("display-name", "").strip() or node.attributes.get("id", "")
        for node in nodes
    )
    # Where no tier is marked as speech, none can be told from the others.
    marked = any(node.attributes.get("type") == "t" for node in nodes)
    made = [
        Tier(
            name,
            speakers.get(node.attributes.get("speaker", ""), "") or name,
            node.line,
            tuple(said),
            _why(node.attributes.get("type", ""), marked=marked),
        )
        for name, node, said in zip(names, nodes, chains, strict=True)
    ]
    linked = [node.attributes.get("url") for node in top.all("referenced-file")]
    return tiers.read(source.path, made, source.options.tiers, tiers.media(linked))


def _why(kind: str, *, marked: bool) -> str:
    if kind == "t":
        return ""
    return _WHY.get(kind, "it is not marked as speech" if marked else "")


def _timeline(points: Iterable[Node], name: str, time: str) -> _Timeline:
    """Read the points; a time that the program itself put between others is not one given."""
    known: dict[str, int | None] = {}
    for point in points:
        ms = tiers.ms_of(point.attributes.get(time), 1000)
        inferred = point.attributes.get("type") == "intp"
        known.setdefault(point.attributes.get(name, ""), None if inferred else ms)
    places = dict(zip(known, tiers.filled(list(known.values())), strict=True))
    return _Timeline(known, places, {each: n for n, each in enumerate(known)})


def _events(tier: Node) -> list[_Event]:
    return [
        _Event(
            node.line,
            "".join(each for each in node.children if isinstance(each, str)),
            node.attributes.get("start", ""),
            node.attributes.get("end", ""),
        )
        for node in tier.all("event")
    ]


def _chains(events: Iterable[_Event], line: _Timeline) -> Iterator[list[_Event]]:
    """Join events of a tier that touch: where one ends the next begins."""
    chain: list[_Event] = []
    for event in sorted(events, key=lambda each: line.order.get(each.start, len(line.order))):
        if chain and chain[-1].end != event.start:
            yield chain
            chain = []
        chain.append(event)
    if chain:
        yield chain


def _segments(tier: Node) -> list[_Event]:
    """The contributions of a speaker, or the notes of a tier of notes.

    A file holds them once for each way of cutting them; the first way is read.
    """
    cut = tier.first("segmentation")
    found = cut.nodes if cut else tier.all("ta")
    return [
        _Event(node.line, node.text, node.attributes.get("s", ""), node.attributes.get("e", ""))
        for node in found
    ]


def knows_flk(source: Source) -> bool:
    """Tell a transcript of FOLKER by its first element."""
    return "<folker-transcription" in source.text[:_HEAD]


def read_flk(source: Source) -> Read:
    """Read a transcript of FOLKER: a contribution is a turn."""
    top = markup.parse(source.path, source.text)
    line = _timeline(top.all("timepoint"), "timepoint-id", "absolute-time")
    said: dict[str, list[Said]] = {}
    first: dict[str, int] = {}
    for node in top.all("contribution"):
        given = node.attributes
        start, end = given.get("start-reference", ""), given.get("end-reference", "")
        speaker = given.get("speaker-reference", "")
        first.setdefault(speaker, node.line)
        said.setdefault(speaker, []).append(
            line.said([_Event(node.line, _spoken(node), start, end)])
        )
    made = [
        Tier(
            speaker or "nobody",
            speaker,
            first[speaker],
            tuple(each),
            "" if speaker else "no speaker is named: pauses and noises",
        )
        for speaker, each in said.items()
    ]
    linked = [node.attributes.get("path") for node in top.all("recording")]
    return tiers.read(source.path, made, source.options.tiers, tiers.media(linked))


def _spoken(node: Node) -> str:
    """The words of a contribution; where each is an element of its own, spaces part them."""
    if node.first("w") is None:
        return "".join(each.text for each in node.nodes) or node.text
    return " ".join(_word(each) for each in node.nodes)


def _word(node: Node) -> str:
    if node.name == "pause":
        return f"({node.attributes.get('duration', '.')})"
    if "description" in node.attributes:
        return f"(({node.attributes['description']}))"
    return node.text


FORMATS = (
    Format("exmaralda", "EXMARaLDA transcription", (".exb",), knows_exb, read_exb),
    Format("exmaralda-exs", "EXMARaLDA segmented transcription", (".exs",), knows_exs, read_exs),
    Format("folker", "FOLKER transcript", (".flk", ".fln"), knows_flk, read_flk),
)
