"""coder.markers: schemes are loaded, checked, looked up and rolled up."""

import copy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from coder import markers
from coder.errors import CoderError
from coder.markers import rolling, shipped
from coder.words import say

SMALL = {
    "id": "small",
    "version": "1.0",
    "title": "A small scheme",
    "source": "this test",
    "rolls_up_to": None,
    "markers": [
        {"id": "sighs", "label": "Heavy sighs", "column": "manner", "key": "hs"},
        {
            "id": "others",
            "label": "Talks about “others”",
            "column": "content",
            "key": "ot",
            "family": "withdrawal",
            "certainty": "high",
            "confused_with": ["sighs"],
        },
    ],
}


def small(**changes):
    return {**copy.deepcopy(SMALL), **changes}


def with_marker(**changes):
    content = small()
    content["markers"][1].update(changes)
    return content


def faults(content):
    return list(markers.check(content))


def test_the_schemes_that_ship_are_listed_without_the_json_schema():
    assert {"laraway-2015", "samstag-2003"} <= set(markers.available())
    assert not [name for name in markers.available() if "schema" in name]


def test_every_scheme_that_ships_loads():
    for name in markers.available():
        assert markers.load(name).id == name


def test_an_unknown_scheme_is_refused_with_those_there_are():
    with pytest.raises(CoderError) as caught:
        markers.load("no-such")
    assert caught.value.key == "unknown_scheme"
    assert "samstag-2003" in say(caught.value)


def test_schemes_lie_in_the_package_when_it_is_installed(tmp_path, monkeypatch):
    inside = tmp_path / "schemas"
    inside.mkdir()
    monkeypatch.setattr(shipped.resources, "files", lambda _name: tmp_path)
    assert markers.folder() == inside


def test_schemes_lie_beside_the_package_in_a_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped.resources, "files", lambda _name: tmp_path)
    assert markers.folder().name == "schemas"
    assert (markers.folder() / "scheme.schema.json").is_file()


def test_a_scheme_is_read_from_yaml():
    scheme = markers.read(yaml.safe_dump(SMALL), "small.yaml")
    assert [each.id for each in scheme.markers] == ["sighs", "others"]
    assert scheme.markers[1].confused_with == ("sighs",)
    assert scheme.markers[0].family is None


def test_what_is_not_yaml_is_refused_by_name():
    with pytest.raises(CoderError) as caught:
        markers.read("markers: [", "mine.yaml")
    assert caught.value.key == "scheme_unreadable"
    assert say(caught.value).startswith("mine.yaml cannot be read as a scheme (line 2: ")


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "id: small"])
def test_what_is_no_scheme_is_refused_by_name(text):
    with pytest.raises(CoderError) as caught:
        markers.read(text, "mine.yaml")
    assert caught.value.key == "scheme_invalid"
    assert say(caught.value).startswith("mine.yaml is not a valid scheme: line 1: ")


def test_a_sound_scheme_has_no_faults():
    assert faults(SMALL) == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (None, "$:"),
        (small(colour="blue"), "$.colour:"),
        (small(version=1.0), "$.version:"),
        (small(version=""), "$.version:"),
        (small(id="Small One"), "$.id:"),
        (small(title=" "), "$.title:"),
        (small(rolls_up_to="A B"), "$.rolls_up_to:"),
        (small(markers=[]), "$.markers:"),
        (with_marker(color="blue"), "$.markers[1].color:"),
        (with_marker(colour="mauve"), "$.markers[1].colour:"),
        (with_marker(id="Others!"), "$.markers[1].id:"),
        (with_marker(label=""), "$.markers[1].label:"),
        (with_marker(column="The left"), "$.markers[1].column:"),
        (with_marker(family="control"), "$.markers[1].family:"),
        (with_marker(certainty=None), "$.markers[1].certainty:"),
        (with_marker(key="o"), "$.markers[1].key:"),
        (with_marker(key="othe"), "$.markers[1].key:"),
        (with_marker(key="OT"), "$.markers[1].key:"),
        (with_marker(confused_with=["sighs", "sighs"]), "$.markers[1].confused_with:"),
        (with_marker(rolls_up_to=3), "$.markers[1].rolls_up_to:"),
        (with_marker(risk=""), "$.markers[1].risk:"),
    ],
)
def test_a_fault_names_its_place(content, place):
    found = faults(content)
    assert len(found) == 1
    assert found[0].startswith(place)


@pytest.mark.parametrize("name", ["id", "version", "title", "source", "markers"])
def test_a_scheme_without_a_required_field_is_faulty(name):
    content = small()
    del content[name]
    assert faults(content) == [f"$: “{name}” is missing"]


@pytest.mark.parametrize("name", ["id", "label", "column"])
def test_a_marker_without_a_required_field_is_faulty(name):
    content = small()
    del content["markers"][0][name]
    assert faults(content) == [f"$.markers[0]: “{name}” is missing"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"id": "sighs", "confused_with": []},
            "$.markers[1].id: the id “sighs” stands twice, first at marker 1",
        ),
        ({"key": "hs"}, "$.markers[1].key: the key “hs” stands twice, first at marker 1"),
        (
            {"key": "hsx"},
            "$.markers[1].key: the key “hsx” begins with the key “hs”, which takes its place",
        ),
        (
            {"confused_with": ["gone"]},
            "$.markers[1].confused_with[0]: “gone” is no marker",
        ),
    ],
)
def test_what_a_json_schema_cannot_say_is_checked_too(changes, fault):
    assert faults(with_marker(**changes)) == [fault]


def test_a_marker_needs_no_key():
    content = small()
    for each in content["markers"]:
        del each["key"]
    assert faults(content) == []


@pytest.mark.parametrize("name", ["others", "Talks about “others”", 'talks  ABOUT "others"'])
def test_a_marker_is_found_by_id_or_label_whatever_the_case_spaces_and_quotation_marks(name):
    assert markers.from_content(SMALL).marker(name).id == "others"


def test_an_apostrophe_may_be_straight():
    found = markers.load("samstag-2003").marker("criticises therapist's competence")
    assert found.id == "criticises-competence"


def test_an_unknown_marker_is_refused_with_where_to_look():
    with pytest.raises(CoderError) as caught:
        markers.from_content(SMALL).marker("hums")
    assert caught.value.key == "unknown_marker"
    assert "scheme show small" in say(caught.value)


def test_columns_come_in_the_order_of_the_form():
    assert markers.load("samstag-2003").columns() == ("manner", "content")


def test_a_scheme_comes_back_from_its_json():
    scheme = markers.load("samstag-2003")
    assert markers.from_json(markers.to_json(scheme)) == scheme


def test_the_json_does_not_depend_on_the_order_of_the_fields():
    turned = dict(reversed(SMALL.items()))
    assert markers.to_json(markers.from_content(turned)) == markers.to_json(
        markers.from_content(SMALL)
    )


def test_rolling_up_to_the_scheme_itself_changes_nothing():
    scheme = markers.load("laraway-2015")
    assert markers.roll_up(scheme, "denial", "laraway-2015") == "denial"


def test_a_marker_rolls_up_to_its_row():
    assert (
        markers.roll_up(markers.load("samstag-2003"), "nervous-laughter", "laraway-2015")
        == "laughter"
    )


def test_a_marker_without_a_row_rolls_up_to_none():
    assert markers.roll_up(markers.load("samstag-2003"), "hisses", "laraway-2015") is None


def test_a_marker_without_a_row_stays_without_one_two_schemes_up(monkeypatch):
    middle = markers.from_content(small(id="middle", rolls_up_to="top"))
    top = markers.from_content(small(id="top"))
    monkeypatch.setattr(rolling, "load", {"middle": middle, "top": top}.__getitem__)
    bottom = markers.from_content(small(rolls_up_to="middle"))
    assert markers.roll_up(bottom, "sighs", "top") is None


def test_a_scheme_cannot_be_rolled_up_to_one_it_does_not_lead_to():
    with pytest.raises(CoderError) as caught:
        markers.roll_up(markers.load("laraway-2015"), "denial", "samstag-2003")
    assert caught.value.key == "no_roll_up"
    assert say(caught.value) == "The scheme laraway-2015 cannot be rolled up to samstag-2003."


KEYS = st.lists(st.from_regex(r"[ab]{2,3}", fullmatch=True), min_size=1, max_size=4)


@given(KEYS)
def test_keys_pass_exactly_when_none_begins_another(keys):
    content = small(
        markers=[
            {"id": f"m{n}", "label": "x", "column": "other", "key": key}
            for n, key in enumerate(keys)
        ]
    )
    clash = any(
        a != b and keys[a].startswith(keys[b]) for a in range(len(keys)) for b in range(len(keys))
    )
    assert bool(faults(content)) == clash


def test_a_marker_is_found_by_its_short_code():
    scheme = markers.load("samstag-2003")
    assert all(scheme.marker(marker.key) is marker for marker in scheme.markers)


def test_the_next_scheme_is_looked_at_before_any_other_that_markers_count_as(monkeypatch):
    """Big comparisons roll up very often: what all markers count as is not gathered each time."""
    from coder.markers import rolling

    scheme = markers.load("samstag-2003")
    monkeypatch.setattr(rolling, "crosswalks", lambda _scheme: pytest.fail("gathered"))
    assert markers.roll_up(scheme, "denial", "laraway-2015") == "denial"
    assert markers.roll_up(scheme, "hisses", "laraway-2015") is None
