"""A scheme as “scheme show” tells it: for people in lines, and with --json."""

import json

import pytest

from coder import cli, markers
from coder.commands.scheme_shown import shown
from coder.markers import checked

SMALL = {
    "id": "small",
    "version": "1.1",
    "title": "A small scheme",
    "source": "Made up",
    "note": "Nothing is known of the second.",
    "columns": {"repair": "Steps"},
    "segment_s": 300,
    "scales": [
        {
            "id": "impact", "label": "Impact", "low": 1, "high": 5, "each": "marker",
            "about": "How much.", "anchors": {"5": "great", "1": "none"},
        },
        {"id": "mood", "label": "Mood", "low": 0, "high": 3, "over": "segment", "at_end": False},
    ],
    "markers": [
        {"id": "sulk", "label": "Sulking", "column": "manner", "family": "withdrawal", "certainty": "high", "key": "sk"},
        {"id": "poke", "label": "Poking", "column": "manner", "person": "either", "key": "pkx", "retired": True},
        {"id": "late", "label": "Late", "column": "session", "kind": "session", "family": "withdrawal"},
        {"id": "mend", "label": "Mending", "column": "repair", "person": "therapist", "key": "md"},
        {
            "id": "ask", "label": "Asking", "column": "repair", "person": "therapist", "part_of": "mend",
            "also_called": ["Wondering", "Enquiring"], "counts_as": {"laraway-empirical": "clarification"},
        },
        {"id": "think", "label": "Thinking", "column": "repair", "person": "therapist", "observable": False},
    ],
}  # fmt: skip

SHOWN = """
A small scheme (small 1.1). Made up
Nothing is known of the second.
Segments of 300 s.
Narrative manner or tone
  sk  sulk   Sulking  [withdrawal, high]
  pkx poke   Poking  [either, no default family, low, retired]
Around the session
      late   Late  [patient, withdrawal, low]
Steps
  md  mend   Mending  [therapist]
        ask    Asking  [therapist]
                 also called Wondering; Enquiring
      think  Thinking  [therapist, not observable]
Ratings
  impact: Impact, 1 to 5, of the session, for each marker, at the end. How much. (1 none; 5 great)
  mood: Mood, 0 to 3, of the segment.
""".strip("\n").splitlines()


def test_a_scheme_is_shown_with_headings_parts_below_their_category_ratings_and_note():
    assert list(shown(checked(SMALL, "small")).lines) == SHOWN


def test_what_a_scheme_does_not_have_is_not_spoken_of():
    bare = {key: SMALL[key] for key in ("id", "version", "title", "source")}
    plain = checked({**bare, "markers": SMALL["markers"][:1]}, "small")
    assert list(shown(plain).lines) == [
        SHOWN[0],
        SHOWN[3],
        "  sk  sulk  Sulking  [withdrawal, high]",
    ]


def test_json_has_the_scheme_s_settings_and_every_field_of_a_marker_and_a_rating():
    data = shown(checked(SMALL, "small")).data
    assert list(data) == [
        "id", "version", "title", "source", "note", "segment_s", "columns", "scales", "markers",
    ]  # fmt: skip
    assert (data["note"], data["segment_s"]) == ("Nothing is known of the second.", 300)
    assert data["columns"]["repair"] == "Steps"
    assert data["scales"][0] == {
        "id": "impact", "label": "Impact", "low": 1, "high": 5, "over": "session", "each": "marker",
        "at_end": True, "about": "How much.", "anchors": {1: "none", 5: "great"},
    }  # fmt: skip
    assert data["markers"][4] == {
        "id": "ask", "label": "Asking", "column": "repair", "kind": "component",
        "person": "therapist", "family": None, "certainty": "low", "part_of": "mend",
        "rolls_up_to": None, "counts_as": {"laraway-empirical": "clarification"}, "key": "",
        "observable": True, "retired": False, "also_called": ("Wondering", "Enquiring"),
    }  # fmt: skip


@pytest.mark.parametrize("name", markers.available())
def test_every_scheme_that_ships_is_shown_whole(name, capsys):
    scheme = markers.load(name)
    assert cli.main(["scheme", "show", name], None) == 0
    lines = capsys.readouterr().out.splitlines()
    at = [lines.index(scheme.column_label(column)) for column in scheme.columns()]
    assert at == sorted(at)
    assert len([line for line in lines[at[0] :] if line.startswith("  ")]) >= len(scheme.markers)
    # The first words of the note: where the lines break does not matter.
    assert " ".join(scheme.note.split()) in " ".join(" ".join(lines).split())
    assert cli.main(["scheme", "show", name, "--json"], None) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in told["markers"]] == [each.id for each in scheme.markers]
    assert [each["id"] for each in told["scales"]] == [each.id for each in scheme.scales]
