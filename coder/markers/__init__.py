"""Schemes: load, validate, look up, roll up.

A scheme is a YAML file that satisfies schemas/scheme.schema.json. Marker names are the field's;
definitions, hints and examples are ours.
"""

import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from coder.errors import CoderError


@dataclass(frozen=True, slots=True)
class Marker:
    """One code of a scheme.

    ``family`` is the default of a mark, None where the literature gives none; ``certainty``
    (high, medium, low) says how firm that default is. ``rolls_up_to`` is the row of the coarser
    scheme it is counted in, None where that scheme has no row for it. ``manner`` markers need the
    sound.
    """

    id: str
    label: str
    column: str
    family: str | None = None
    certainty: str = "low"
    key: str = ""
    definition: str = ""
    use_when: str = ""
    avoid_when: str = ""
    example: str = ""
    confused_with: tuple[str, ...] = ()
    rolls_up_to: str | None = None
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A version of a scheme, its markers in the order of its form."""

    id: str
    version: str
    title: str
    source: str
    rolls_up_to: str | None
    markers: tuple[Marker, ...]
    content: Mapping[str, Any] = field(hash=False, compare=False, repr=False)

    def marker(self, name: str) -> Marker:
        """Find a marker by id, label or short code. Raises CoderError when there is none."""
        for marker in self.markers:
            if name == marker.id:
                return marker
        wanted = _plain(name)
        for marker in self.markers:
            if wanted in {_plain(marker.label), marker.key or None}:
                return marker
        raise CoderError("unknown_marker", marker=name, scheme=self.id)

    def columns(self) -> tuple[str, ...]:
        """The columns of the form, in order of appearance."""
        return tuple(dict.fromkeys(marker.column for marker in self.markers))


_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def _plain(label: str) -> str:
    return " ".join(label.translate(_STRAIGHT).casefold().split())


def folder() -> Traversable:
    """Where the schemes lie: inside an installed package, beside it in a checkout."""
    inside = resources.files("coder") / "schemas"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "schemas"


def available() -> tuple[str, ...]:
    """The ids of the schemes that ship."""
    files = sorted(each.name for each in folder().iterdir())
    return tuple(name.removesuffix(".yaml") for name in files if name.endswith(".yaml"))


@functools.cache
def load(scheme_id: str) -> Scheme:
    """Load a scheme that ships. Raises CoderError when there is none of that id."""
    if scheme_id not in available():
        raise CoderError("unknown_scheme", scheme=scheme_id, known=", ".join(available()))
    return read((folder() / f"{scheme_id}.yaml").read_text(encoding="utf-8"), scheme_id)


def read(text: str, name: str) -> Scheme:
    """Read a scheme from YAML. Raises CoderError naming the place at fault."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        why = " ".join(str(fault).split())
        raise CoderError("scheme_unreadable", path=name, why=why) from fault
    if _nodes(content, _MOST_NODES) < 0:
        raise CoderError("scheme_unreadable", path=name, why="it refers to itself over and over")
    faults = tuple(check(content))
    if faults:
        raise CoderError("scheme_invalid", path=name, why=faults[0])
    return from_content(content)


_MOST_NODES = 200_000


def _nodes(content: Any, left: int) -> int:
    """Count down over all that lies in a content, aliases unfolded; below 0 there is no end."""
    waiting = [content]
    while waiting and left >= 0:
        found = waiting.pop()
        left -= 1
        if isinstance(found, Mapping):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
    return left


def from_json(content: str) -> Scheme:
    """Rebuild a scheme from a study's own copy, which was checked when it was taken."""
    return from_content(json.loads(content))


def from_content(content: Mapping[str, Any]) -> Scheme:
    """Build a scheme from checked content."""
    markers = tuple(
        Marker(**{**entry, "confused_with": tuple(entry.get("confused_with", ()))})
        for entry in content["markers"]
    )
    return Scheme(
        id=content["id"],
        version=str(content["version"]),
        title=content["title"],
        source=content["source"],
        rolls_up_to=content.get("rolls_up_to"),
        markers=markers,
        content=content,
    )


def check(content: Any) -> Iterator[str]:
    """Yield what is wrong with the content of a scheme, the place first."""
    import jsonschema

    rules = json.loads((folder() / "scheme.schema.json").read_text(encoding="utf-8"))
    broken = False
    for fault in sorted(jsonschema.Draft202012Validator(rules).iter_errors(content), key=str):
        broken = True
        yield f"{fault.json_path}: {fault.message}"
    if not broken:
        yield from _check_references(content)


def _check_references(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a JSON Schema cannot say: repeated ids and keys, and links to nothing."""
    ids = [marker["id"] for marker in content["markers"]]
    keys = [marker["key"] for marker in content["markers"] if marker.get("key")]
    for name, values in (("id", ids), ("key", keys)):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"$.markers: the {name} {value!r} stands twice"
    for one, other in itertools.permutations(sorted(set(keys)), 2):
        if other.startswith(one):
            yield f"$.markers: the key {other!r} begins with the key {one!r}, which takes its place"
    for marker in content["markers"]:
        for other in marker.get("confused_with", ()):
            if other not in ids:
                yield f"$.markers: {marker['id']!r} is confused with {other!r}, which is no marker"


def roll_up(scheme: Scheme, marker_id: str, target: str) -> str | None:
    """Return the marker of ``target`` that a marker is counted in, None where it has no row.

    Raises CoderError when no path of roll-ups leads from the scheme to the target.
    """
    here: str | None = marker_id
    while scheme.id != target:
        if scheme.rolls_up_to is None:
            raise CoderError("no_roll_up", scheme=scheme.id, target=target)
        here = None if here is None else scheme.marker(here).rolls_up_to
        scheme = load(scheme.rolls_up_to)
    return here


def to_json(scheme: Scheme) -> str:
    """Write a scheme as the canonical JSON that a study keeps."""
    return json.dumps(scheme.content, ensure_ascii=False, sort_keys=True)
