"""What a scheme is: markers in the order of their form, scales, and how they roll up."""

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from coder.errors import CoderError
from coder.markers.naming import Named, Names, called, index

What = Literal["marker", "component", "process", "session"]
Over = Literal["session", "episode", "segment"]

COLUMNS = {
    "manner": "Narrative manner or tone",
    "content": "Narrative content",
    "withdrawal": "Withdrawal",
    "confrontation": "Confrontation",
    "direct": "Direct",
    "indirect": "Indirect",
    "collaborative": "Collaborative processes",
    "positive": "Therapist, positive",
    "negative": "Therapist, negative",
    "resolution": "Resolution strategies",
    "repair": "Repair",
    "session": "Around the session",
    "other": "Other",
}


@dataclass(frozen=True, slots=True)
class Marker:
    """One code of a scheme.

    ``kind`` says what a mark with it is: a rupture marker, a component of repair, a process that
    is neither, or (``session``) something about the session as a whole, which has no place in it.
    ``also_called`` are names that others give it, as a table or a form does.
    ``person`` is whose act it is (patient, therapist, or either). ``family`` is the default of a
    mark, None where the literature gives none; ``certainty`` (high, medium, low) says how firm
    that default is. ``part_of`` is the category a sub-category belongs to. ``rolls_up_to`` is the
    row of the coarser scheme it is counted in, None where that scheme has no row for it;
    ``counts_as`` gives, by scheme id, the row of further schemes. ``manner`` markers need the
    sound. One that is ``retired`` is no longer offered; marks with it stay. What is not
    ``observable`` cannot be found in a recording.
    """

    id: str
    label: str
    column: str
    kind: What = "marker"
    person: str = "patient"
    family: str | None = None
    certainty: str = "low"
    key: str = ""
    also_called: tuple[str, ...] = ()
    colour: str = ""
    definition: str = ""
    use_when: str = ""
    avoid_when: str = ""
    example: str = ""
    confused_with: tuple[str, ...] = ()
    part_of: str | None = None
    rolls_up_to: str | None = None
    counts_as: Mapping[str, str] = field(default_factory=dict, hash=False)
    risk: str = ""
    retired: bool = False
    observable: bool = True


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating that is asked for: whole numbers from ``low`` to ``high``.

    It is of the session, of an episode or of a segment; ``anchors`` say what numbers mean.
    ``each`` asks it anew for every rupture marker, or for every family, of the scheme;
    ``at_end`` has it given only once the end of the session was reached.
    """

    id: str
    label: str
    low: int
    high: int
    over: Over = "session"
    each: Literal["marker", "family"] | None = None
    at_end: bool = True
    about: str = ""
    anchors: Mapping[int, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A version of a scheme, its markers in the order of its form.

    ``segment_s`` is how long its segments are (s), None where it has none. ``prevalence`` lists
    the rows of its prevalence table; ``note`` says what its sources leave open.
    """

    id: str
    version: str
    title: str
    source: str
    rolls_up_to: str | None
    markers: tuple[Marker, ...]
    content: Mapping[str, Any] = field(hash=False, compare=False, repr=False)
    note: str = ""
    segment_s: int | None = None
    scales: tuple[Scale, ...] = ()
    prevalence: tuple[str, ...] = ()

    def marker(self, name: str) -> Marker:
        """Find a marker by id, label, short code or other name; “Category / Label” is one too.

        Raises CoderError when there is none, or when several have the name.
        """
        for marker in self.markers:
            if name == marker.id:
                return marker
        found = called(_names(self.markers, tuple(map(self.under, self.markers))), name)
        known = [marker for marker in self.markers if marker.id in found]
        if not known:
            raise CoderError("unknown_marker", marker=name, scheme=self.id)
        if len(known) > 1:
            told = ", ".join(f"{each.id} ({self.under(each)})" for each in known)
            example = f"{self.under(known[0])} / {known[0].label}"
            where = {"marker": name, "scheme": self.id, "known": told, "example": example}
            raise CoderError("ambiguous_marker", **where)
        return known[0]

    def under(self, marker: Marker) -> str:
        """What a marker stands under: its category, else the heading of its column."""
        whole = next((each.label for each in self.markers if each.id == marker.part_of), None)
        return whole or self.column_label(marker.column)

    def columns(self) -> tuple[str, ...]:
        """The columns of the form, in order of appearance."""
        return tuple(dict.fromkeys(marker.column for marker in self.markers))

    def column_label(self, column: str) -> str:
        """The heading of a column."""
        own: str | None = self.content.get("columns", {}).get(column)
        return own or COLUMNS.get(column, column.replace("-", " ").capitalize())

    def offered(self) -> tuple[Marker, ...]:
        """The markers that new marks may be made with."""
        return tuple(marker for marker in self.markers if not marker.retired)

    def parts(self, marker: str) -> tuple[Marker, ...]:
        """The sub-categories of a category."""
        return tuple(each for each in self.markers if each.part_of == marker)

    @property
    def of_repair(self) -> bool:
        """Whether the scheme is about repair: it has components, and no rupture markers."""
        kinds = {marker.kind for marker in self.markers}
        return "component" in kinds and "marker" not in kinds


def asked(scheme: Scheme) -> tuple[Scale, ...]:
    """Every rating a scheme asks for, one by one: “impact:denial” for each marker, say.

    These are the scales that Rating.scale names.
    """
    ruptures = [marker for marker in scheme.offered() if marker.kind == "marker"]
    families = (("withdrawal", "Withdrawal"), ("confrontation", "Confrontation"))
    found: list[Scale] = []
    for scale in scheme.scales:
        if scale.each == "marker":
            found += _each(scale, ((marker.id, marker.label) for marker in ruptures))
        elif scale.each == "family":
            found += _each(scale, families)
        else:
            found.append(scale)
    return tuple(found)


def _each(scale: Scale, names: Iterable[tuple[str, str]]) -> Iterable[Scale]:
    for name, label in names:
        yield dataclasses.replace(
            scale, id=f"{scale.id}:{name}", label=f"{scale.label}: {label}", each=None
        )


@functools.lru_cache(maxsize=64)
def _names(markers: tuple[Marker, ...], under: tuple[str, ...]) -> Names:
    """What markers are called, by what each stands under."""
    return index(
        Named(each.id, each.label, each.key, each.also_called, above)
        for each, above in zip(markers, under, strict=True)
    )
