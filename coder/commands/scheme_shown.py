"""A scheme in words: its columns, categories with their parts, ratings, and what is left open."""

import functools
import itertools
import textwrap
from collections.abc import Iterator
from typing import Any

from coder.commands import Answer
from coder.markers import Marker, Scale, Scheme

_MARKER = (
    "id", "label", "also_called", "column", "kind", "person", "family", "certainty", "part_of",
    "rolls_up_to", "counts_as", "key", "observable", "retired",
)  # fmt: skip
_SCALE = ("id", "label", "low", "high", "over", "each", "at_end", "about", "anchors")
_WIDE = 118  # characters of a line of running words
_wrapped = functools.partial(textwrap.wrap, width=_WIDE, break_on_hyphens=False)


def shown(scheme: Scheme) -> Answer:
    """Tell what a scheme holds."""
    data = {
        "id": scheme.id,
        "version": scheme.version,
        "title": scheme.title,
        "source": scheme.source,
        "note": scheme.note,
        "segment_s": scheme.segment_s,
        "columns": {each: scheme.column_label(each) for each in scheme.columns()},
        "scales": [_fields(each, _SCALE) for each in scheme.scales],
        "markers": [_fields(each, _MARKER) for each in scheme.markers],
    }
    return Answer(data, list(_lines(scheme)))


def _fields(value: Marker | Scale, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _lines(scheme: Scheme) -> Iterator[str]:
    yield from _wrapped(f"{scheme.title} ({scheme.id} {scheme.version}). {scheme.source}")
    yield from _wrapped(scheme.note)
    if scheme.segment_s:
        yield f"Segments of {scheme.segment_s} s."
    wide = max(len(_indent(each) + each.id) for each in scheme.markers)
    for column, markers in itertools.groupby(scheme.markers, lambda each: each.column):
        yield scheme.column_label(column)
        for each in markers:
            name = f"{each.key:<3} {_indent(each)}{each.id}"
            yield f"  {name:<{wide + 4}}  {_indent(each)}{each.label}  [{_about(each)}]"
            if each.also_called:
                inset = " " * (wide + 10) + _indent(each)
                also = f"also called {'; '.join(each.also_called)}"
                yield from _wrapped(also, initial_indent=inset, subsequent_indent=inset)
    if scheme.scales:
        yield "Ratings"
    for scale in scheme.scales:
        yield from _wrapped(_rating(scale), initial_indent="  ", subsequent_indent="    ")


def _indent(marker: Marker) -> str:
    """What a part stands in below its category."""
    return "  " if marker.part_of else ""


def _about(marker: Marker) -> str:
    """Whose it is, where that is not the patient's rupture marker; its lean; what is particular."""
    rupture = marker.kind == "marker"
    told = [] if rupture and marker.person == "patient" else [marker.person]
    if rupture or marker.family:
        told += [marker.family or "no default family", marker.certainty]
    told += ["not observable"] if not marker.observable else []
    told += ["retired"] if marker.retired else []
    return ", ".join(told)


def _rating(scale: Scale) -> str:
    each = f", for each {scale.each}" if scale.each else ""
    when = ", at the end" if scale.at_end else ""
    anchors = "; ".join(f"{number} {text}" for number, text in sorted(scale.anchors.items()))
    what = (
        f"{scale.id}: {scale.label}, {scale.low} to {scale.high}, of the {scale.over}{each}{when}."
    )
    return " ".join(each for each in (what, scale.about, f"({anchors})" if anchors else "") if each)
