"""What became other of markers and ratings from one version of a scheme to the next."""

import re
from collections.abc import Iterator

from coder.markers.scheme import Marker, Scale, Scheme, asked

RULE = "rule"
_RULE_OF_A_MARKER = (
    "definition", "use_when", "avoid_when", "counts_as", "rolls_up_to", "part_of", "person",
)  # fmt: skip
_RULE_OF_A_RATING = ("over", "at_end", "about", "anchors")
_TOLD = {RULE: "its rule changed"}
_NUMBER = re.compile(r"\d+")


def told(how: str) -> str:
    """Say what became of a marker or a rating."""
    return _TOLD.get(how, how)


def differences(old: Scheme, new: Scheme) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the id, the label and what became other, of each marker and rating that did.

    That is any of removed, retired, renamed, family, column, kind, range; and rule, where what is
    said of when to code it, or where it is counted, is another.
    """
    now = {marker.id: marker for marker in new.markers}
    for marker in old.markers:
        how = _of_marker(marker, now.get(marker.id))
        if how:
            yield marker.id, marker.label, how
    scales = {scale.id: scale for scale in asked(new)}
    for scale in asked(old):
        how = _of_rating(scale, scales.get(scale.id))
        if how:
            yield scale.id, scale.label, how


def called_anew(old: Scheme, new: Scheme) -> Iterator[str]:
    """Say what labels and keys became, as in “Denial → Denies” and “key of Denies: dn → de”."""
    now = {marker.id: marker for marker in new.markers}
    for before in old.markers:
        after = now.get(before.id)
        if after is None:
            continue
        if after.label != before.label:
            yield f"{before.label} → {after.label}"
        if after.key != before.key:
            yield f"key of {after.label}: {before.key or 'none'} → {after.key or 'none'}"
    scales = {scale.id: scale for scale in new.scales}
    for scale in old.scales:
        if scale.id in scales and scales[scale.id].label != scale.label:
            yield f"{scale.label} → {scales[scale.id].label}"


def _of_marker(old: Marker, new: Marker | None) -> tuple[str, ...]:
    if new is None:
        return ("removed",)
    other = {
        "retired": new.retired and not old.retired,
        "renamed": old.label != new.label,
        "family": old.family != new.family,
        "column": old.column != new.column,
        "kind": old.kind != new.kind,
        RULE: any(getattr(old, name) != getattr(new, name) for name in _RULE_OF_A_MARKER),
    }
    return tuple(name for name, so in other.items() if so)


def _of_rating(old: Scale, new: Scale | None) -> tuple[str, ...]:
    if new is None:
        return ("removed",)
    other = {
        "renamed": old.label != new.label,
        "range": (old.low, old.high) != (new.low, new.high),
        RULE: any(getattr(old, name) != getattr(new, name) for name in _RULE_OF_A_RATING),
    }
    return tuple(name for name, so in other.items() if so)


def earlier(one: str, other: str) -> bool:
    """Tell whether a version comes before another by the numbers in it: 1.9 before 1.10."""
    return _numbers(one) < _numbers(other)


def _numbers(version: str) -> list[int]:
    return [int(each) for each in _NUMBER.findall(version)]
