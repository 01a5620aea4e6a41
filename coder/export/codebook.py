"""The codebook of a scheme, to hand to coders: every marker with its rules, and every rating."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from coder import markers
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.export import paper_docx, paper_html
from coder.export.choices import Choices
from coder.export.paper import Grid, Heading, Paper, Part, Text, counted, listed
from coder.markers import Marker, Scale, Scheme, asked
from coder.markers.levels import row_schemes
from coder.session import format_clock

_KINDS = {
    "marker": "rupture marker",
    "component": "component of repair",
    "process": "process, neither rupture nor repair",
    "session": "about the session as a whole",
}
_FEW = 5
_NOUNS = {
    "marker": ("rupture marker", "rupture markers"),
    "component": ("component of repair", "components of repair"),
    "process": ("process", "processes"),
    "session": ("thing about the session as a whole", "things about the session as a whole"),
}
_EACH = {
    "marker": "Given for each rupture marker.",
    "family": "Given for withdrawal and for confrontation.",
}
_OVER = {
    "session": "One for the session.",
    "episode": "One for each episode.",
    "segment": "One for each segment.",
}


def write_docx(_codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write the codebook for Word."""
    return paper_docx.write(codebook(_chosen(choices), choices))


def write_html(_codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write the codebook as a web page."""
    return paper_html.write(codebook(_chosen(choices), choices))


def _chosen(choices: Choices) -> Scheme:
    return markers.load("laraway-2015") if choices.scheme is None else choices.scheme


def codebook(scheme: Scheme, choices: Choices) -> Paper:
    """Lay a codebook out. It bears no date: the version says which it is."""
    return Paper(f"Codebook: {scheme.title}", tuple(_parts(scheme, choices)))


def _parts(scheme: Scheme, choices: Choices) -> Iterator[Part]:
    offered = scheme.offered()
    yield Text(f"{scheme.id}, version {scheme.version}; {_counted(offered)}.", "Scheme:")
    yield Text(scheme.source, "Source:")
    if scheme.note:
        yield Text(scheme.note, "Note:")
    length_s = choices.length_s(scheme)
    if length_s is not None:
        told = f"Each segment is {format_clock(length_s * 1000)} (min:s) long, counted from 0:00."
        yield Text(told, "Segments:")
    for target in row_schemes([scheme]):
        if target != scheme.id:
            yield Text(_rolls(scheme, target), f"Counted in {target}:")
    yield Heading("At a glance")
    yield _glance(scheme)
    for column in scheme.columns():
        mine = [marker for marker in offered if marker.column == column]
        if mine:
            yield Heading(scheme.column_label(column))
        for marker in mine:
            yield from _marker(scheme, marker)
    yield from _scales(scheme)
    retired = [marker.label for marker in scheme.markers if marker.retired]
    if retired:
        yield Heading("No longer offered")
        yield Text("; ".join(retired) + ".")


def _counted(offered: Sequence[Marker]) -> str:
    told = []
    for kind, (one, several) in _NOUNS.items():
        count = sum(marker.kind == kind for marker in offered)
        told += [counted(count, one, several)] if count else []
    return listed(told)


def _rolls(scheme: Scheme, target: str) -> str:
    """How many markers have a row there, and which few have none."""
    offered = scheme.offered()
    without = [each.label for each in offered if markers.roll_up(scheme, each.id, target) is None]
    told = f"{len(offered) - len(without)} of {len(offered)} markers have a row there"
    if 0 < len(without) <= _FEW:
        return f"{told}; {listed(without)} {'has' if len(without) == 1 else 'have'} none."
    return f"{told}; each says which."


def _glance(scheme: Scheme) -> Grid:
    """Every marker on one page: its key, its family and whose act it is."""
    rows: list[tuple[str, ...]] = []
    column = None
    for marker in scheme.offered():
        if marker.column != column:
            column = marker.column
            rows.append((scheme.column_label(column),))
        name = f"\u2013 {marker.label}" if marker.part_of else marker.label
        rows.append((name, marker.key, _family(marker), _person(marker)))
    return Grid(("Marker", "Key", "Family a mark begins with", "Whose"), tuple(rows), (9, 2, 5, 3))


def _family(marker: Marker) -> str:
    if marker.kind != "marker":
        return _KINDS[marker.kind]
    if marker.family is None:
        return "none: settle it at each mark"
    return f"{marker.family} ({marker.certainty} certainty)"


def _person(marker: Marker) -> str:
    return "patient or therapist" if marker.person == "either" else marker.person


def _marker(scheme: Scheme, marker: Marker) -> Iterator[Part]:
    key = f" ({marker.key})" if marker.key else ""
    yield Heading(f"{marker.label}{key}", level=3)
    if marker.risk:
        yield Text(marker.risk, "Risk:", notice=True)
    yield Text(". ".join(_about(scheme, marker)) + ".", small=True)
    others = {each.id: each.label for each in scheme.markers}
    confused = "; ".join(others.get(each, each) for each in marker.confused_with)
    told = (
        ("Also called:", "; ".join(marker.also_called)),
        ("", marker.definition),
        ("Use when:", marker.use_when),
        ("Not when:", marker.avoid_when),
        ("Example:", marker.example),
        ("Often confused with:", confused),
    )
    for lead, text in told:
        if text:
            yield Text(text, lead)


def _about(scheme: Scheme, marker: Marker) -> Iterator[str]:
    """Its kind, family, whose act it is, what it is part of, and what it counts as."""
    if marker.kind == "marker":
        yield f"Family: {_family(marker)}"
    else:
        yield _KINDS[marker.kind].capitalize()
    yield f"Act of the {_person(marker).replace(' or ', ' or the ')}"
    if marker.part_of is not None:
        yield f"Part of: {scheme.marker(marker.part_of).label}"
    parts = [part.label for part in scheme.parts(marker.id) if not part.retired]
    if parts:
        yield f"Its parts: {'; '.join(parts)}"
    if marker.column == "manner":
        yield "Needs the sound"
    if not marker.observable:
        yield "Cannot be observed in a recording"
    counts = dict(marker.counts_as)
    if scheme.rolls_up_to is not None and marker.rolls_up_to is not None:
        counts = {scheme.rolls_up_to: marker.rolls_up_to, **counts}
    for target, row in counts.items():
        yield f"Counts in {target} as: {_label(target, row)}"


def _label(target: str, row: str) -> str:
    """The name of a row of another scheme; its id, where that scheme is not at hand."""
    try:
        return markers.load(target).marker(row).label
    except CoderError:
        return row


def _scales(scheme: Scheme) -> Iterator[Part]:
    if not scheme.scales:
        return
    yield Heading("Ratings")
    for scale in scheme.scales:
        yield Heading(scale.label, level=3)
        if scale.about:
            yield Text(scale.about)
        yield Text(" ".join(_asked(scheme, scale)), small=True)
        if scale.anchors:
            rows = tuple((str(n), scale.anchors[n]) for n in sorted(scale.anchors))
            yield Grid(("Number", "Means"), rows, (2, 12), frozenset({0}))


def _asked(scheme: Scheme, scale: Scale) -> Iterator[str]:
    yield f"From {scale.low} to {scale.high}."
    if scale.each is None:
        yield _OVER[scale.over]
    else:
        count = sum(each.id.startswith(f"{scale.id}:") for each in asked(scheme))
        yield f"{_EACH[scale.each]} {_OVER[scale.over]} ({counted(count, 'rating')} in all.)"
    if scale.at_end:
        yield "Give it once the end of the session was reached."
