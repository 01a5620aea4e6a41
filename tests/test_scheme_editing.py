"""Schemes are changed by pure functions; what is wrong is told with its place."""

import copy
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from coder import markers
from coder.errors import CoderError
from coder.markers import editing
from coder.markers.faults import by_entry, faults, told
from coder.markers.leading import all_faults, astray
from coder.markers.settled import settled, tidied
from coder.words import say

OWN = {
    "id": "own",
    "version": "1.0",
    "title": "Our own",
    "source": "this test",
    "markers": [
        {"id": "sighs", "label": "Sighs", "column": "manner", "key": "si"},
        {"id": "denial", "label": "Denial", "column": "content", "confused_with": ["sighs"]},
        {"id": "hums", "label": "Hums", "column": "manner", "part_of": "sighs"},
    ],
    "scales": [{"id": "impact", "label": "Impact", "low": 1, "high": 5, "anchors": {"1": "none"}}],
    "prevalence": ["sighs", "denial"],
}


@pytest.fixture
def own():
    return copy.deepcopy(OWN)


def ids(content):
    return [each["id"] for each in content["markers"]]


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


# The scheme as a whole


def test_a_copy_has_an_id_of_its_own_begins_at_1_0_and_says_what_it_is_a_copy_of(own):
    made = editing.made(editing.copied({**own, "version": "2.3"}, "ours-2"))
    assert (made.id, made.version, made.title) == ("ours-2", "1.0", "Our own (copy)")
    assert made.source == "Copied from own 2.3. this test"
    assert editing.copied(own, "ours-2", "Another")["title"] == "Another"
    assert own == OWN


@pytest.mark.parametrize(
    ("version", "taken", "following"),
    [
        ("1.0", (), "1.1"),
        ("1.9", (), "1.10"),
        ("1.0", ("1.1", "1.2"), "1.3"),
        ("2", (), "3"),
        ("draft", (), "draft.1"),
        ("draft", ("draft.1",), "draft.2"),
        ("3b", (), "4b"),
    ],
)
def test_the_next_version_counts_on_past_those_that_are_taken(own, version, taken, following):
    assert editing.next_version({**own, "version": version}, taken)["version"] == following


def test_a_scheme_is_described_its_segments_set_and_its_columns_headed(own):
    content = editing.described(own, title="New", segment_s=300, prevalence=["denial"])
    content = editing.headed(content, "manner", "How it sounds")
    made = editing.made(content)
    assert (made.title, made.segment_s, made.prevalence) == ("New", 300, ("denial",))
    assert made.column_label("manner") == "How it sounds"
    assert (
        editing.made(editing.headed(content, "manner", "")).column_label("manner")
        != "How it sounds"
    )


# Markers


def test_a_marker_is_added_at_the_end_of_its_column_or_after_another(own):
    content, new = editing.with_marker(own, "Long pause!", "manner")
    assert (new, ids(content)) == ("long-pause", ["sighs", "denial", "hums", "long-pause"])
    content, new = editing.with_marker(content, "Long pause", "content")
    assert (new, ids(content)[:3]) == ("long-pause-2", ["sighs", "denial", "long-pause-2"])
    content, new = editing.with_marker(content, "…", "new-column", after="sighs")
    assert (new, ids(content)[1]) == ("marker", "marker")
    assert editing.with_marker(own, "Ümlaut’s end", "fresh")[1] == "umlauts-end"
    assert editing.made(content)


def test_a_marker_is_altered_and_its_id_is_fixed(own):
    content = editing.altered(own, "denial", label="Disowns", family="withdrawal", key="de")
    marker = editing.made(content).marker("denial")
    assert (marker.label, marker.family, marker.key) == ("Disowns", "withdrawal", "de")
    assert editing.altered(content, "denial", id="denial") == content
    assert refusal(editing.altered, own, "denial", id="other") == "marker_id_fixed"
    assert refusal(editing.altered, own, "gone", label="x") == "unknown_marker"


def test_a_retired_marker_is_no_longer_offered_until_it_is_restored(own):
    content = editing.retired(own, "denial")
    assert [each.id for each in editing.made(content).offered()] == ["sighs", "hums"]
    assert len(editing.made(editing.restored(content, "denial")).offered()) == 3


def test_a_marker_moves_among_those_of_its_column_and_stays_at_its_end(own):
    down = editing.moved(own, "sighs", 1)
    assert ids(down) == ["hums", "denial", "sighs"]
    assert editing.moved(down, "sighs", 1) == down
    assert editing.moved(down, "sighs", -1) == own
    assert editing.moved(own, "denial", -1) == own


def test_a_marker_is_removed_from_all_that_names_it(own):
    assert refusal(editing.removed, own, "sighs") == "marker_in_use"
    content = editing.removed(editing.removed(own, "hums"), "sighs")
    made = editing.made(content)
    assert [each.id for each in made.markers] == ["denial"]
    assert made.markers[0].confused_with == ()
    assert made.prevalence == ("denial",)


def test_the_last_marker_cannot_be_gone(own):
    content = editing.removed({**own, "markers": own["markers"][:1], "prevalence": []}, "sighs")
    assert refusal(editing.made, content) == "scheme_invalid"


# Scales


def test_a_rating_is_added_changed_and_taken_out(own):
    content, new = editing.with_scale(own, "Impact")
    assert new == "impact-2"
    content = editing.altered_scale(content, new, label="Depth", low=0, high=7, over="segment")
    scale = editing.made(content).scales[1]
    assert (scale.id, scale.low, scale.high, scale.over) == ("impact-2", 0, 7, "segment")
    assert editing.made(editing.without_scale(content, "impact")).scales[0].label == "Depth"
    assert editing.with_scale({**own, "scales": []}, "…")[1] == "rating"
    assert refusal(editing.altered_scale, own, "impact", id="other") == "marker_id_fixed"
    assert refusal(editing.without_scale, own, "gone") == "unknown_scale"
    assert editing.altered_scale(own, "impact", id="impact") == own


# What is wrong, and where


def put(content, path, value):
    """Put a value at a path; a list without a place gets it at its end."""
    here = content
    for step in path[:-1]:
        here = here[step]
    if value is DROP:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return content


DROP = object()
FIRST = ("markers", 0)
MISTAKES = [
    # of the scheme
    (("id",), "Own One", "id: “Own One” should be small letters and digits, with hyphens between"),
    (("id",), DROP, "“id” is missing"),
    (("version",), 1.5, "version: “1.5” should be text: put it in quotation marks"),
    (("version",), "1 0", "version: “1 0” should be without spaces"),
    (("version",), DROP, "“version” is missing"),
    (("title",), "  ", "title: “” should not be empty"),
    (("title",), DROP, "“title” is missing"),
    (("source",), ["a"], 'source: “["a"]” should be text: put it in quotation marks'),
    (("source",), "bell \x07", "source: it holds a character that cannot be seen or kept"),
    (("rolls_up_to",), 3, "rolls up to: “3” should be small letters and digits, with hyphens between"),
    (("note",), "", "note: “” should not be empty"),
    (("segment_s",), 0, "segment s: “0” should be a whole number from 1 to 36000, or none"),
    (("segment_s",), "five", "segment s: “five” should be a whole number from 1 to 36000, or none"),
    (("columns",), ["manner"], 'columns: “["manner"]” should be a set of named fields'),
    (("columns",), {"The Left": "x"}, "columns: “The Left” should be small letters and digits, with hyphens between"),
    (("columns",), {"manner": ""}, "columns manner: “” should not be empty"),
    (("prevalence",), "sighs", "prevalence: “sighs” should be a list"),
    (("prevalence",), ["sighs", "sighs"], "prevalence: one stands twice"),
    (("prevalence",), ["sighs", "gone"], "prevalence 2: “gone” is no marker"),
    (("colour",), "blue", "there is no field “colour” here"),
    (("markers",), [], "markers: the scheme has no marker"),
    (("markers",), DROP, "“markers” is missing"),
    (FIRST, "sighs", "marker 1: “sighs” should be a set of named fields"),
    # of a marker
    ((*FIRST, "id"), "The Sighs", "marker 1 “Sighs”: id: “The Sighs” should be small letters and digits, with hyphens between"),
    ((*FIRST, "id"), "denial", "marker 2 “Denial”: id: the id “denial” stands twice, first at marker 1"),
    ((*FIRST, "id"), DROP, "marker 1 “Sighs”: “id” is missing"),
    ((*FIRST, "label"), DROP, "marker 1 “sighs”: “label” is missing"),
    ((*FIRST, "label"), "", "marker 1 “sighs”: label: “” should not be empty"),
    ((*FIRST, "column"), DROP, "marker 1 “Sighs”: “column” is missing"),
    ((*FIRST, "column"), "Left side", "marker 1 “Sighs”: column: “Left side” should be small letters and digits, with hyphens between"),
    ((*FIRST, "kind"), "thing", "marker 1 “Sighs”: kind: “thing” is none of marker, component, process, session"),
    ((*FIRST, "person"), "dog", "marker 1 “Sighs”: person: “dog” is none of patient, therapist, either"),
    ((*FIRST, "family"), "control", "marker 1 “Sighs”: family: “control” is none of withdrawal, confrontation, both, none"),
    ((*FIRST, "certainty"), "sure", "marker 1 “Sighs”: certainty: “sure” is none of high, medium, low"),
    ((*FIRST, "key"), "sigh", "marker 1 “Sighs”: key: “sigh” should be two or three small letters"),
    ((*FIRST, "colour"), "mauve", "marker 1 “Sighs”: colour: “mauve” is none of blue, orange, green, purple, teal, pink, brown, grey"),
    ((*FIRST, "definition"), "", "marker 1 “Sighs”: definition: “” should not be empty"),
    ((*FIRST, "use_when"), 3, "marker 1 “Sighs”: use when: “3” should be text: put it in quotation marks"),
    ((*FIRST, "avoid_when"), "", "marker 1 “Sighs”: avoid when: “” should not be empty"),
    ((*FIRST, "example"), "", "marker 1 “Sighs”: example: “” should not be empty"),
    ((*FIRST, "risk"), "", "marker 1 “Sighs”: risk: “” should not be empty"),
    ((*FIRST, "confused_with"), "denial", "marker 1 “Sighs”: confused with: “denial” should be a list"),
    ((*FIRST, "confused_with"), ["gone"], "marker 1 “Sighs”: confused with 1: “gone” is no marker"),
    ((*FIRST, "part_of"), "gone", "marker 1 “Sighs”: part of: “gone” is no marker"),
    ((*FIRST, "part_of"), "sighs", "marker 1 “Sighs”: part of: “sighs” is itself a part"),
    ((*FIRST, "rolls_up_to"), "row", "marker 1 “Sighs”: rolls up to: it names a row, but the scheme rolls up to none"),
    ((*FIRST, "counts_as"), {"a b": "c"}, "marker 1 “Sighs”: counts as: “a b” should be small letters and digits, with hyphens between"),
    ((*FIRST, "counts_as"), {"cis": "C"}, "marker 1 “Sighs”: counts as cis: “C” should be small letters and digits, with hyphens between"),
    ((*FIRST, "also_called"), "moans", "marker 1 “Sighs”: also called: “moans” should be a list"),
    ((*FIRST, "also_called"), ["moans; sobs"], "marker 1 “Sighs”: also called 1: “moans; sobs” should be a name, without a semicolon"),
    ((*FIRST, "also_called"), ["moans", "moans"], "marker 1 “Sighs”: also called: one stands twice"),
    ((*FIRST, "also_called"), ["sobs", "DENIAL"], "marker 1 “Sighs”: also called 2: “DENIAL” is what marker 2 is called"),
    ((*FIRST, "retired"), "maybe", "marker 1 “Sighs”: retired: “maybe” should be true or false"),
    ((*FIRST, "observable"), 1, "marker 1 “Sighs”: observable: “1” should be true or false"),
    ((*FIRST, "colr"), "blue", "marker 1 “Sighs”: there is no field “colr” here"),
    (("markers", 1, "key"), "si", "marker 2 “Denial”: key: the key “si” stands twice, first at marker 1"),
    (("markers", 1, "key"), "sid", "marker 2 “Denial”: key: the key “sid” begins with the key “si”, which takes its place"),
    # of a rating
    (("scales",), {}, "scales: “{}” should be a list"),
    (("scales", 0, "id"), DROP, "scale 1 “Impact”: “id” is missing"),
    (("scales", 0, "label"), DROP, "scale 1 “impact”: “label” is missing"),
    (("scales", 0, "low"), "one", "scale 1 “Impact”: low: “one” should be a whole number"),
    (("scales", 0, "high"), 900, "scale 1 “Impact”: high: “900” is beyond 100"),
    (("scales", 0, "low"), -900, "scale 1 “Impact”: low: “-900” is beyond -100"),
    (("scales", 0, "high"), 1, "scale 1 “Impact”: high: the scale goes from 1 to 1"),
    (("scales", 0, "over"), "day", "scale 1 “Impact”: over: “day” is none of session, episode, segment"),
    (("scales", 0, "each"), "day", "scale 1 “Impact”: each: “day” is none of marker, family, none"),
    (("scales", 0, "at_end"), "yes", "scale 1 “Impact”: at end: “yes” should be true or false"),
    (("scales", 0, "about"), "", "scale 1 “Impact”: about: “” should not be empty"),
    (("scales", 0, "anchors"), {"one": "x"}, "scale 1 “Impact”: anchors: “one” should be a whole number"),
    (("scales", 0, "anchors"), {"9": "x"}, "scale 1 “Impact”: anchors 9: 9 lies outside the scale, which goes from 1 to 5"),
    (("scales", 0, "anchors"), {"1": ""}, "scale 1 “Impact”: anchors 1: “” should not be empty"),
    (("scales", 0, "colour"), "blue", "scale 1 “Impact”: there is no field “colour” here"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "sentence"), MISTAKES)
def test_a_mistake_anywhere_is_one_sentence_that_names_its_place(own, path, value, sentence):
    content = tidied(put(own, path, value))
    assert sentence in [told(fault, content) for fault in faults(content)]
    with pytest.raises(CoderError) as caught:
        markers.checked(content, "own.yaml")
    assert say(caught.value).startswith("own.yaml is not a valid scheme: ")
    assert say(caught.value).count("\n") == 0


# What is no mistake in YAML, where a text needs no quotation marks.
NUMBERS = (("version",), ("rolls_up_to",), (*FIRST, "use_when"))
IN_YAML = [
    each for each in MISTAKES if each[0] not in NUMBERS or not isinstance(each[1], int | float)
]


@pytest.mark.parametrize(("path", "value", "sentence"), IN_YAML)
def test_a_mistake_in_a_yaml_file_is_told_with_its_line(own, path, value, sentence):
    text = yaml.safe_dump(put(own, path, value), sort_keys=False)
    with pytest.raises(CoderError) as caught:
        markers.read(text, "own.yaml")
    said = say(caught.value)
    line = int(said.partition(": line ")[2].partition(":")[0])
    written = text.splitlines()[line - 1]
    clues = {str(path[-1]), *(map(str, value) if isinstance(value, list | dict) else ())}
    at_the_entry = value is DROP or not isinstance(path[-1], str) or path[-1] in {"colr", "colour"}
    assert at_the_entry or any(clue in written for clue in clues)


def test_no_mistake_of_the_schema_goes_untold():
    """Every field that the schema knows stands among the mistakes above."""
    rules = json.loads((markers.folder() / "scheme.schema.json").read_text(encoding="utf-8"))
    tried = {path[-1] for path, _, _ in MISTAKES}
    fields = {
        *rules["properties"],
        *rules["$defs"]["marker"]["properties"],
        *rules["$defs"]["scale"]["properties"],
    }
    assert fields - tried == set()


def test_a_sound_scheme_has_no_fault_and_the_content_may_be_nothing_at_all(own):
    assert faults(own) == ()
    assert [told(each, None) for each in faults(None)] == ["“null” should be a set of named fields"]
    assert told(faults([1] * 99)[0], []).endswith(" 1, 1,…” should be a set of named fields")


def test_faults_are_sorted_by_their_marker(own):
    put(put(put(own, (*FIRST, "key"), "x"), (*FIRST, "label"), ""), ("title",), "")
    found = faults(own)
    assert {n: len(each) for n, each in by_entry(found, "markers").items()} == {0: 2}
    assert by_entry(found, "scales") == {}


# Where it leads


@pytest.mark.parametrize(
    ("scheme", "changes", "sentence"),
    [
        ("gone", {}, "rolls up to: there is no scheme “gone” that ships"),
        ("own", {}, "rolls up to: a scheme cannot roll up to itself"),
        ("laraway-2015", {"rolls_up_to": "gone"}, "marker 1 “Sighs”: rolls up to: “gone” is no marker of laraway-2015"),
        (None, {"counts_as": {"gone": "x"}}, "marker 1 “Sighs”: counts as gone: there is no scheme “gone” that ships"),
        (None, {"counts_as": {"own": "x"}}, "marker 1 “Sighs”: counts as own: a scheme cannot roll up to itself"),
        (None, {"counts_as": {"laraway-2015": "x"}}, "marker 1 “Sighs”: counts as laraway-2015: “x” is no marker of laraway-2015"),
    ],
)  # fmt: skip
def test_a_row_that_is_not_there_is_told(own, scheme, changes, sentence):
    own["rolls_up_to"] = scheme
    own["markers"][0] |= changes
    assert [told(fault, own) for fault in astray(own)] == [sentence]
    assert len(all_faults(own)) == 1


def test_rows_that_are_there_are_no_fault(own):
    own["rolls_up_to"] = "laraway-2015"
    own["markers"][0] |= {"rolls_up_to": "denial", "counts_as": {"samstag-2003": "denial"}}
    assert all_faults(own) == ()
    own["title"] = ""
    assert len(all_faults(own)) == 1


# One settled form


def test_what_goes_without_saying_is_left_out_and_fields_have_one_order(own):
    said = {
        **dict(reversed(own.items())),
        "rolls_up_to": None,
        "segment_s": None,
        "note": "n",
        "columns": {"b": "B", "a": "A"},
    }
    said["markers"] = [
        {**each, "person": "patient", "retired": False, "kind": "marker", "family": None,
         "counts_as": {"b": "x", "a": "x"}} for each in own["markers"]
    ]  # fmt: skip
    said["scales"] = [
        {**own["scales"][0], "at_end": True, "low": 0, "anchors": {"10": "b", "9": "a"}}
    ]
    made = settled(said)
    assert [*made] == [
        "id",
        "version",
        "title",
        "source",
        "note",
        "columns",
        "scales",
        "prevalence",
        "markers",
    ]
    assert [*made["markers"][0]] == ["id", "label", "column", "key", "counts_as"]
    assert [*made["columns"], *made["markers"][0]["counts_as"]] == ["a", "b", "a", "b"]
    assert (made["scales"][0]["low"], [*made["scales"][0]["anchors"]]) == (0, ["9", "10"])
    assert settled(made) == made


def test_a_component_of_repair_need_not_say_that_it_is_one():
    entry = {"id": "a", "label": "A", "column": "repair", "kind": "component"}
    assert "kind" not in settled({"markers": [entry]})["markers"][0]
    assert settled({"markers": [{**entry, "kind": "marker"}]})["markers"][0]["kind"] == "marker"


def test_texts_are_stripped_and_numbers_whole():
    said = {1: " a\r\nb ", "low": 3.0, "high": 3.5, "list": (" c\r", 2.0, None)}
    assert tidied(said) == {"1": "a\nb", "low": 3, "high": 3.5, "list": ["c", 2.0, None]}


# Any row of edits


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "label", "retire", "restore", "up", "down", "remove", "version"]),
        st.integers(0, 9),
    ),
    max_size=12,
)


@given(ACTS)
def test_whatever_is_edited_stays_a_scheme_and_ids_stay_what_they_are(acts):
    content = copy.deepcopy(OWN)
    for act, n in acts:
        name = ids(content)[n % len(content["markers"])]
        before = {*ids(content)}
        if act == "add":
            content, new = editing.with_marker(content, f"New {n}", "content")
            assert {*ids(content)} == before | {new}
        elif act == "remove":
            parts = [each for each in content["markers"] if each.get("part_of") == name]
            if len(before) > 1 and not parts:
                content = editing.removed(content, name)
                assert {*ids(content)} == before - {name}
        else:
            content = {
                "label": lambda c, m, n=n: editing.altered(c, m, label=f"Label {n}"),
                "retire": editing.retired,
                "restore": editing.restored,
                "up": lambda c, m: editing.moved(c, m, -1),
                "down": lambda c, m: editing.moved(c, m, 1),
                "version": lambda c, _: editing.next_version(c),
            }[act](content, name)
            assert {*ids(content)} == before
        assert editing.made(content).id == "own"


def test_markers_that_were_never_saved_have_their_ids_from_their_labels():
    entries = [
        {"id": "new-marker", "label": "Hums", "column": "manner"},
        {"id": "hums", "label": "Laughs", "column": "manner", "part_of": "new-marker"},
        {"id": "new-marker-2", "label": "Sighs", "column": "manner", "confused_with": ["hums"]},
        {"id": "new-marker-3", "label": " ", "column": "manner"},
    ]
    content = {"id": "own", "markers": entries, "prevalence": ["new-marker-2", "hums"]}
    unsaved = {"new-marker", "new-marker-2", "new-marker-3"}
    ids = editing.named(content, unsaved, taken={"sighs"})
    assert ids == {"new-marker": "hums-2", "new-marker-2": "sighs-2", "new-marker-3": "marker"}
    other = editing.with_ids(content, ids)
    assert [each["id"] for each in other["markers"]] == ["hums-2", "hums", "sighs-2", "marker"]
    assert other["markers"][1]["part_of"] == "hums-2"
    assert other["markers"][2]["confused_with"] == ["hums"]
    assert other["prevalence"] == ["sighs-2", "hums"]
    assert editing.with_ids({"markers": entries[:1]}, {}) == {"markers": entries[:1]}
