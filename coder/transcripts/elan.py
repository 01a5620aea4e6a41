"""ELAN (.eaf): annotations on tiers. Tiers below others repeat or gloss them, and are no turns."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import markup, tiers
from coder.transcripts.events import Read
from coder.transcripts.markup import Node
from coder.transcripts.source import Format, Source
from coder.transcripts.tiers import Said, Tier

_HEAD = 20_000  # characters in which the first element of a file stands


@dataclass(frozen=True, slots=True)
class _Piece:
    """An annotation: its own times, or the annotation it belongs to."""

    id: str
    line: int
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    of: str = ""


def knows(source: Source) -> bool:
    """Tell a file of ELAN by its first element."""
    return "<ANNOTATION_DOCUMENT" in source.text[:_HEAD]


def read(source: Source) -> Read:
    """Read the tiers of a file of ELAN. Raises CoderError when nothing can be taken."""
    top = markup.parse(source.path, source.text)
    slots = {
        slot.attributes.get("TIME_SLOT_ID", ""): tiers.ms_of(slot.attributes.get("TIME_VALUE"), 1)
        for slot in top.all("TIME_SLOT")
    }
    nodes = top.all("TIER")
    pieces = [_pieces(node, slots) for node in nodes]
    return tiers.read(
        source.path, _tiers(top, nodes, pieces), source.options.tiers, _recordings(top)
    )


def _pieces(tier: Node, slots: Mapping[str, int | None]) -> list[_Piece]:
    made = []
    for node in tier.all("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        value = node.first("ANNOTATION_VALUE")
        given = node.attributes
        made.append(
            _Piece(
                given.get("ANNOTATION_ID", ""),
                value.line if value else node.line,
                value.text if value else "",
                slots.get(given.get("TIME_SLOT_REF1", "")),
                slots.get(given.get("TIME_SLOT_REF2", "")),
                given.get("ANNOTATION_REF", ""),
            )
        )
    return made


def _tiers(top: Node, nodes: Sequence[Node], pieces: Sequence[Sequence[_Piece]]) -> list[Tier]:
    names = tiers.unique(node.attributes.get("TIER_ID", "") for node in nodes)
    apart = _not_taken(top, nodes, pieces)
    timed = _timed(pieces)
    return [
        Tier(
            name,
            node.attributes.get("PARTICIPANT", "").strip() or name,
            node.line,
            tuple(_said(each, timed)),
            why,
            node.attributes.get("PARENT_REF", ""),
        )
        for name, node, each, why in zip(names, nodes, pieces, apart, strict=True)
    ]


def _not_taken(top: Node, nodes: Sequence[Node], pieces: Sequence[Sequence[_Piece]]) -> list[str]:
    """Say why each tier is not taken, "" for those that are.

    Taken are, of tiers that stand by themselves, have times and hold words, those that name a
    participant; else those with tiers below them; else all.
    """
    untimed = {
        each.attributes.get("LINGUISTIC_TYPE_ID", "")
        for each in top.all("LINGUISTIC_TYPE")
        if each.attributes.get("TIME_ALIGNABLE") == "false"
    }
    parents = {node.attributes.get("PARENT_REF", "") for node in nodes} - {""}
    named, above, why = set(), set(), []
    for n, (node, each) in enumerate(zip(nodes, pieces, strict=True)):
        given = node.attributes
        own = all(not piece.of for piece in each)
        if given.get("PARENT_REF"):
            why.append(f"it belongs to “{given['PARENT_REF']}”, which it repeats or comments on")
        elif not own or given.get("LINGUISTIC_TYPE_REF", "") in untimed:
            why.append("it has no times of its own")
        elif not any(piece.text.strip() for piece in each):
            why.append("it holds no words")
        else:
            named |= {n} if given.get("PARTICIPANT", "").strip() else set()
            above |= {n} if given.get("TIER_ID", "") in parents else set()
            why.append("")
    reason = (
        "it names no participant, as others do"
        if named
        else "no tier belongs to it, as others have"
    )
    wanted = named or above
    return [
        reason if not each and wanted and n not in wanted else each for n, each in enumerate(why)
    ]


def _timed(
    pieces: Sequence[Sequence[_Piece]],
) -> dict[str, tuple[int | None, int | None]]:
    """The times of each annotation; one that belongs to another shares out its time with others.

    What stands first in it begins with it, what stands last ends with it.
    """
    times: dict[str, tuple[int | None, int | None]] = {}
    below: dict[str, list[list[_Piece]]] = {}
    for tier in pieces:
        times |= {each.id: (each.start_ms, each.end_ms) for each in tier if not each.of}
        for of, together in itertools.groupby(tier, _of):
            below.setdefault(of, []).append(list(together))
    below.pop("", None)
    known = list(times)
    for id_ in known:  # grows while it is gone through
        for group in below.pop(id_, ()):
            inner: list[tuple[int | None, int | None]] = [(None, None)] * len(group)
            inner[0] = times[id_][0], None
            inner[-1] = inner[-1][0], times[id_][1]
            times |= {each.id: time for each, time in zip(group, inner, strict=True)}
            known += [each.id for each in group]
    return times


def _of(piece: _Piece) -> str:
    return piece.of


def _said(
    pieces: Sequence[_Piece], times: Mapping[str, tuple[int | None, int | None]]
) -> Iterator[Said]:
    """The annotations of a tier, placed; a slot without a time lies between its neighbours."""
    spans = [times.get(each.id, (None, None)) for each in pieces]
    places = tiers.filled([ms for span in spans for ms in span])[::2]
    for each, (start, end), at in zip(pieces, spans, places, strict=True):
        yield Said(each.line, each.text, start, end, at)


def _recordings(top: Node) -> Iterator[Notice]:
    """Tell which recordings the file goes with, and where in them its time 0 lies."""
    given = [node.attributes for node in top.all("MEDIA_DESCRIPTOR")]
    urls = [each.get("RELATIVE_MEDIA_URL") or each.get("MEDIA_URL") for each in given]
    yield from tiers.media(urls)
    origins = {tiers.ms_of(each.get("TIME_ORIGIN"), 1) for each in given} - {None, 0}
    for origin in sorted(each for each in origins if each):
        yield Notice("time_origin", {"ms": origin})


FORMATS = (Format("elan-eaf", "ELAN annotations", (".eaf",), knows, read),)
