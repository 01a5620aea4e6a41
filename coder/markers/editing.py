"""Change a scheme: pure functions from content to content, which ``made`` checks in the end.

What lies between may be wrong for a while, as a name is while it is typed. The id of a marker is
fixed once it is saved: marks hold on to it; its label may change.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from coder.errors import CoderError
from coder.markers.reading import checked
from coder.markers.scheme import Scheme
from coder.markers.settled import settled
from coder.markers.titles import id_of

Content = Mapping[str, Any]

_LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")


def made(content: Content) -> Scheme:
    """Build the scheme that edited content is. Raises CoderError for what is still wrong in it."""
    told = {"id": "", "markers": (), **content}
    whole = all("column" in marker for marker in told["markers"])
    return checked(settled(content) if whole and told["markers"] else content, told["id"])


# The scheme as a whole


def copied(content: Content, scheme_id: str, title: str = "") -> dict[str, Any]:
    """Copy a scheme under an id of its own; its source says what it is a copy of."""
    source = f"Copied from {content['id']} {content['version']}. {content['source']}"
    named = title or f"{content['title']} (copy)"
    return {**content, "id": scheme_id, "version": "1.0", "title": named, "source": source}


def next_version(content: Content, taken: Collection[str] = ()) -> dict[str, Any]:
    """Count the version on, past those that are ``taken``: 1.0, 1.1, … 1.9, 1.10."""
    version = str(content["version"])
    while True:
        found = _LAST_NUMBER.search(version)
        if found is None:
            version = f"{version}.1"
        else:
            version = f"{version[: found.start()]}{int(found[1]) + 1}{version[found.end() :]}"
        if version not in taken:
            return {**content, "version": version}


def described(content: Content, **facts: Any) -> dict[str, Any]:
    """Change what a scheme says of itself: title, source, note, segment_s, prevalence, …."""
    return {**content, **facts}


def headed(content: Content, column: str, heading: str) -> dict[str, Any]:
    """Give a column a heading of its own; without one it has the usual."""
    columns = {**content.get("columns", {}), column: heading}
    return {**content, "columns": {name: each for name, each in columns.items() if each}}


# Markers


def with_marker(
    content: Content, label: str, column: str, after: str | None = None
) -> tuple[dict[str, Any], str]:
    """Add a marker, after another or at the end of its column; with it goes its new id."""
    markers = list(content["markers"])
    made_id = _fresh(label, {each["id"] for each in markers}, "marker")
    entry = {"id": made_id, "label": label, "column": column}
    ends = [n for n, each in enumerate(markers) if each["column"] == column]
    at = len(markers) if not ends else ends[-1] + 1
    at = at if after is None else _at(content, after) + 1
    return {**content, "markers": [*markers[:at], entry, *markers[at:]]}, made_id


def named(
    content: Content, unsaved: Collection[str], taken: Collection[str] = ()
) -> dict[str, str]:
    """Say which ids markers that were never saved have from their labels, none of them taken."""
    ids = [each["id"] for each in content["markers"]]
    used = {*taken, *(each for each in ids if each not in unsaved)}
    found: dict[str, str] = {}
    for each in content["markers"]:
        if each["id"] in unsaved:
            found[each["id"]] = _fresh(each.get("label", ""), used, "marker")
            used.add(found[each["id"]])
    return found


def with_ids(content: Content, ids: Mapping[str, str]) -> dict[str, Any]:
    """Give markers other ids, also where others name them as what they are part of, or like."""
    entries = []
    for each in content["markers"]:
        entry = {**each, "id": ids.get(each["id"], each["id"])}
        if "part_of" in each:
            entry["part_of"] = ids.get(each["part_of"], each["part_of"])
        if "confused_with" in each:
            entry["confused_with"] = [ids.get(other, other) for other in each["confused_with"]]
        entries.append(entry)
    other = {**content, "markers": entries}
    if "prevalence" in content:
        other["prevalence"] = [ids.get(row, row) for row in content["prevalence"]]
    return other


def altered(content: Content, marker: str, **fields: Any) -> dict[str, Any]:
    """Change fields of a marker. Raises CoderError for its id, which is fixed."""
    if fields.get("id", marker) != marker:
        raise CoderError("marker_id_fixed")
    at = _at(content, marker)
    markers = list(content["markers"])
    markers[at] = {**markers[at], **fields}
    return {**content, "markers": markers}


def retired(content: Content, marker: str) -> dict[str, Any]:
    """Offer a marker no longer; marks with it stay."""
    return altered(content, marker, retired=True)


def restored(content: Content, marker: str) -> dict[str, Any]:
    """Offer a retired marker again."""
    return altered(content, marker, retired=False)


def moved(content: Content, marker: str, by: int) -> dict[str, Any]:
    """Move a marker up (-1) or down (1) among those of its column; at the end it stays."""
    markers = list(content["markers"])
    at = _at(content, marker)
    column = [n for n, each in enumerate(markers) if each["column"] == markers[at]["column"]]
    to = column.index(at) + by
    if 0 <= to < len(column):
        markers[at], markers[column[to]] = markers[column[to]], markers[at]
    return {**content, "markers": markers}


def removed(content: Content, marker: str) -> dict[str, Any]:
    """Take a marker out, and out of what it is confused with. Raises CoderError if it has parts."""
    entry = content["markers"][_at(content, marker)]
    parts = [each["label"] for each in content["markers"] if each.get("part_of") == marker]
    if parts:
        why = f"{', '.join(parts)} would be a part of nothing"
        raise CoderError("marker_in_use", marker=entry["label"], why=why)
    kept = [_without(each, marker) for each in content["markers"] if each["id"] != marker]
    rows = [name for name in content.get("prevalence", ()) if name != marker]
    return {**content, "markers": kept, "prevalence": rows}


def _without(entry: Content, marker: str) -> dict[str, Any]:
    others = [name for name in entry.get("confused_with", ()) if name != marker]
    return {**entry, "confused_with": others} if "confused_with" in entry else dict(entry)


def _at(content: Content, marker: str) -> int:
    for n, each in enumerate(content["markers"]):
        if each["id"] == marker:
            return n
    raise CoderError("unknown_marker", marker=marker, scheme=content["id"])


# Scales


def with_scale(content: Content, label: str) -> tuple[dict[str, Any], str]:
    """Add a rating from 1 to 5, of the session as a whole; with it goes its new id."""
    scales = list(content.get("scales", ()))
    made_id = _fresh(label, {each["id"] for each in scales}, "rating")
    entry = {"id": made_id, "label": label, "low": 1, "high": 5}
    return {**content, "scales": [*scales, entry]}, made_id


def altered_scale(content: Content, scale: str, **fields: Any) -> dict[str, Any]:
    """Change fields of a rating. Raises CoderError for its id, which is fixed."""
    if fields.get("id", scale) != scale:
        raise CoderError("marker_id_fixed")
    at = _scale_at(content, scale)
    scales = list(content["scales"])
    scales[at] = {**scales[at], **fields}
    return {**content, "scales": scales}


def without_scale(content: Content, scale: str) -> dict[str, Any]:
    """Take a rating out."""
    at = _scale_at(content, scale)
    return {**content, "scales": [*content["scales"][:at], *content["scales"][at + 1 :]]}


def _scale_at(content: Content, scale: str) -> int:
    for n, each in enumerate(content.get("scales", ())):
        if each["id"] == scale:
            return n
    raise CoderError("unknown_scale", scale=scale)


def _fresh(label: str, taken: Collection[str], usual: str) -> str:
    """Make an id of a label that no other has."""
    begun = id_of(label) or usual
    made_id, n = begun, 1
    while made_id in taken:
        n += 1
        made_id = f"{begun}-{n}"
    return made_id
