"""Load and check schemes: YAML or JSON that satisfies schemas/scheme.schema.json."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coder.errors import CoderError
from coder.markers import texts
from coder.markers.faults import Path, faults, told
from coder.markers.scheme import Marker, Scale, Scheme
from coder.markers.settled import tidied
from coder.markers.shipped import available, folder

__all__ = [
    "SESSION_LEVEL", "available", "check", "checked", "folder", "from_content", "from_json", "load",
    "read", "session_level", "to_json",
]  # fmt: skip

SESSION_LEVEL = "session-level"


Where = Callable[[Path], str]


@functools.cache
def load(scheme_id: str) -> Scheme:
    """Load a scheme that ships. Raises CoderError when there is none of that id."""
    if scheme_id not in available():
        raise CoderError("unknown_scheme", scheme=scheme_id, known=", ".join(available()))
    return read((folder() / f"{scheme_id}.yaml").read_text(encoding="utf-8"), scheme_id)


def session_level() -> Scheme:
    """What can be said of a session as a whole under any scheme: late, homework not done, …."""
    return load(SESSION_LEVEL)


def around(scheme: Scheme) -> tuple[Marker, ...]:
    """What can be noted of a session as a whole under a scheme: its own such markers come first."""
    own = [marker for marker in scheme.offered() if marker.kind == "session"]
    known = {marker.id for marker in scheme.markers}
    return (*own, *(each for each in session_level().markers if each.id not in known))


def read(text: str, name: str) -> Scheme:
    """Read a scheme from YAML or JSON. Raises CoderError naming the place at fault."""
    content, line_of = texts.parsed(text, name)
    return checked(content, name, line_of)


def checked(content: Any, name: str, where: Where | None = None) -> Scheme:
    """Build a scheme from content that must first be checked.

    ``where`` says, of the path to a fault, at which line or row of the file it is. Raises
    CoderError for the first fault.
    """
    content = tidied(content)
    found = faults(content)
    if found:
        at = where(found[0].path) if where is not None else ""
        why = told(found[0], content)
        raise CoderError("scheme_invalid", path=name, why=f"{at}: {why}" if at else why)
    return from_content(content)


def from_json(content: str) -> Scheme:
    """Rebuild a scheme from a study's own copy, which was checked when it was taken."""
    return from_content(json.loads(content))


def to_json(scheme: Scheme) -> str:
    """Write a scheme as the canonical JSON that a study keeps."""
    return json.dumps(scheme.content, ensure_ascii=False, sort_keys=True)


def from_content(content: Mapping[str, Any]) -> Scheme:
    """Build a scheme from checked content."""
    return Scheme(
        id=content["id"],
        version=str(content["version"]),
        title=content["title"],
        source=content["source"],
        rolls_up_to=content.get("rolls_up_to"),
        markers=tuple(map(_marker, content["markers"])),
        content=content,
        note=content.get("note", ""),
        segment_s=content.get("segment_s"),
        scales=tuple(map(_scale, content.get("scales", ()))),
        prevalence=tuple(content.get("prevalence", ())),
    )


def _marker(entry: Mapping[str, Any]) -> Marker:
    kind = "component" if entry["column"] == "repair" else "marker"
    lists = {name: tuple(entry.get(name, ())) for name in ("also_called", "confused_with")}
    return Marker(**{"kind": kind, **entry, **lists})


def _scale(entry: Mapping[str, Any]) -> Scale:
    anchors = {int(number): text for number, text in entry.get("anchors", {}).items()}
    return Scale(**{**entry, "anchors": anchors})


def check(content: Any) -> Iterator[str]:
    """Yield what is wrong with the content of a scheme, the place first."""
    for fault in faults(tidied(content)):
        yield f"{fault.place}: {fault.why}"
