"""Small schemes of our own, made for tests of what any scheme may hold."""

from coder import markers
from coder.coding import Change, StudyScheme
from coder.session import new_id

# Segments, ratings of every scope, both parties, a colour, a retired marker and one of a session.
SEGMENTED = {
    "id": "segmented",
    "version": "1",
    "title": "A segmented scheme",
    "source": "Made for a test.",
    "note": "What was left open.",
    "segment_s": 10,
    "columns": {"withdrawal": "Moves away"},
    "scales": [
        {"id": "impact", "label": "Impact", "low": 1, "high": 5, "each": "marker", "about": "How much?", "anchors": {"1": "none", "5": "great"}},
        {"id": "resolution", "label": "Resolution", "low": 1, "high": 5},
        {"id": "strain", "label": "Strain", "low": 1, "high": 5, "over": "episode", "at_end": False},
        {"id": "pace", "label": "Pace", "low": 0, "high": 100, "over": "segment", "at_end": False},
    ],
    "markers": [
        {"id": "denial", "label": "Denial", "column": "withdrawal", "family": "withdrawal", "key": "dn"},
        {"id": "giving-up", "label": "Giving up", "column": "withdrawal", "person": "either", "colour": "purple"},
        {"id": "old", "label": "Old one", "column": "withdrawal", "retired": True},
        {"id": "invites", "label": "Invites", "column": "resolution", "kind": "component", "person": "therapist", "key": "iv"},
        {"id": "joins", "label": "Joins in", "column": "collaborative", "kind": "process"},
        {"id": "camera-off", "label": "Camera off", "column": "session", "kind": "session", "family": "withdrawal"},
    ],
}  # fmt: skip

# Components alone: a category with parts, and one part that stands apart from it in the file.
REPAIR = {
    "id": "repairing",
    "version": "1",
    "title": "A scheme of repair",
    "source": "Made for a test.",
    "markers": [
        {"id": "notice", "label": "Notices", "column": "repair", "kind": "component", "person": "therapist"},
        {"id": "says-so", "label": "Says so", "column": "repair", "kind": "component", "part_of": "notice", "person": "therapist"},
        {"id": "explore", "label": "Explores", "column": "repair", "kind": "component", "person": "either"},
        {"id": "asks", "label": "Asks", "column": "repair", "kind": "component", "part_of": "notice", "person": "therapist", "observable": False},
    ],
}  # fmt: skip


def scheme(content):
    return markers.checked(content, content["id"])


def give(study, content):
    """Give a study a scheme."""
    made = scheme(content)
    kept = StudyScheme(new_id(), made.id, made.version, markers.to_json(made))
    study.apply(Change("add a scheme", added=(kept,)), "final")
    return made
