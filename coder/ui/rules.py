"""A marker's rule in words, as it stands beside the palette."""

from coder.coding import RUPTURE_KINDS, Kind
from coder.markers import Marker, Scheme

_PERSONS = {
    "patient": "the patient’s",
    "therapist": "the therapist’s",
    "either": "the patient’s or the therapist’s",
}


def rule_of(marker: Marker, scheme: Scheme | None) -> str:
    """The marker's rule, as plain text."""
    lines = [_heading(marker, scheme)]
    if marker.risk:
        lines.append(f"⚠ {marker.risk}")
    lines += [marker.definition]
    for name, text in (("Use when", marker.use_when), ("Not when", marker.avoid_when)):
        if text:
            lines.append(f"{name}: {text}")
    if marker.confused_with and scheme is not None:
        others = ", ".join(scheme.marker(each).label for each in marker.confused_with)
        lines.append(f"Confused with: {others}")
    if marker.also_called:
        lines.append(f"Also called: {'; '.join(marker.also_called)}")
    if marker.example:
        lines.append(f"For example: {marker.example}")
    if not marker.observable:
        lines.append("It cannot be found in a recording.")
    return "\n".join(line for line in lines if line)


def about(scheme: Scheme) -> str:
    """What is to be known of the scheme before its first marker is chosen; it may be nothing."""
    return f"About this scheme: {scheme.note}" if scheme.note else ""


def _heading(marker: Marker, scheme: Scheme | None) -> str:
    """What stands first: the label, its column, its category, whose it is, and the family."""
    column = marker.column if scheme is None else scheme.column_label(marker.column)
    parts = [marker.label, column]
    if marker.part_of is not None and scheme is not None:
        parts.append(f"part of {scheme.marker(marker.part_of).label}")
    if marker.person != "patient" or Kind(marker.kind) not in RUPTURE_KINDS:
        parts.append(_PERSONS.get(marker.person, marker.person))
    if Kind(marker.kind) in RUPTURE_KINDS:
        family = marker.family or "no default family"
        parts.append(f"{family} ({marker.certainty})")
    return " · ".join(parts)
