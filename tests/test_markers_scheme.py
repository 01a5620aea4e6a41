"""coder.markers.scheme and rolling: what a scheme offers, asks for, and leads to."""

import copy

import pytest

from coder import markers
from coder.errors import CoderError
from coder.markers import rolling

OWN = {
    "id": "own",
    "version": "2.0",
    "title": "A lab's own scheme",
    "source": "this test",
    "columns": {"left": "On the left"},
    "segment_s": 60,
    "scales": [
        {"id": "weight", "label": "Weight", "low": 1, "high": 5, "each": "marker"},
        {"id": "pull", "label": "Pull", "low": 0, "high": 3, "each": "family", "over": "segment"},
        {"id": "end", "label": "At the end", "low": 1, "high": 2, "anchors": {"1": "no"}},
    ],
    "markers": [
        {"id": "sighs", "label": "Sighs", "column": "left"},
        {"id": "hums", "label": "Hums", "column": "left", "retired": True},
        {"id": "sobs", "label": "Sobs", "column": "over-there", "part_of": "sighs"},
        {"id": "thanks", "label": "Thanks", "column": "repair"},
        {"id": "works", "label": "Works", "column": "manner", "kind": "process"},
    ],
}


def own(**changes):
    return markers.from_content({**copy.deepcopy(OWN), **changes})


def leading(name, *markers_, to=None):
    content = {**copy.deepcopy(OWN), "id": name, "rolls_up_to": to, "markers": list(markers_)}
    return markers.from_content(content)


def entry(name, **more):
    return {"id": name, "label": name, "column": "other", **more}


def test_a_lab_may_head_a_column_in_its_own_words():
    assert own().column_label("left") == "On the left"


def test_a_usual_column_has_its_usual_heading():
    assert own().column_label("manner") == "Narrative manner or tone"


def test_a_column_without_a_heading_is_headed_by_its_name():
    assert own().column_label("over-there") == "Over there"


def test_a_retired_marker_is_no_longer_offered_but_still_found():
    scheme = own()
    assert [each.id for each in scheme.offered()] == ["sighs", "sobs", "thanks", "works"]
    assert scheme.marker("hums").retired


def test_a_category_has_its_sub_categories_as_parts():
    assert [each.id for each in own().parts("sighs")] == ["sobs"]
    assert own().parts("sobs") == ()


def test_a_marker_in_the_column_repair_is_a_component_and_others_are_markers():
    scheme = own()
    assert [each.kind for each in scheme.markers] == [
        "marker", "marker", "marker", "component", "process",
    ]  # fmt: skip


def test_a_scheme_is_of_repair_when_it_has_components_and_no_rupture_markers():
    assert not own().of_repair
    assert own(markers=[entry("thanks", column="repair"), entry("w", kind="process")]).of_repair
    assert not own(markers=[entry("w", kind="process")]).of_repair


def test_a_rating_of_each_marker_is_asked_once_for_each_rupture_marker_on_offer():
    found = [scale for scale in markers.asked(own()) if scale.id.startswith("weight")]
    assert [(each.id, each.label) for each in found] == [
        ("weight:sighs", "Weight: Sighs"),
        ("weight:sobs", "Weight: Sobs"),
    ]
    assert {(each.low, each.high, each.over, each.each) for each in found} == {
        (1, 5, "session", None)
    }


def test_a_rating_of_each_family_is_asked_for_withdrawal_and_for_confrontation():
    found = [scale for scale in markers.asked(own()) if scale.id.startswith("pull")]
    assert [(each.id, each.label) for each in found] == [
        ("pull:withdrawal", "Pull: Withdrawal"),
        ("pull:confrontation", "Pull: Confrontation"),
    ]
    assert {(each.low, each.over) for each in found} == {(0, "segment")}


def test_a_rating_of_the_whole_is_asked_once_with_its_anchors():
    assert [each for each in markers.asked(own()) if each.id == "end"] == [own().scales[2]]
    assert own().scales[2].anchors == {1: "no"}


def test_a_scheme_without_scales_asks_for_nothing():
    assert markers.asked(own(scales=[])) == ()


def test_what_can_be_said_of_a_session_is_in_a_scheme_of_its_own():
    found = {each.id: each for each in markers.session_level().markers}
    assert set(found) == {
        "late", "homework-not-done", "no-show", "rescheduled", "message-between-sessions",
    }  # fmt: skip
    assert {each.kind for each in found.values()} == {"session"}


def test_a_schemes_crosswalks_are_named_once_each():
    scheme = leading(
        "a", entry("x", counts_as={"b": "x", "c": "x"}), entry("y", counts_as={"b": "z"})
    )
    assert markers.crosswalks(scheme) == ("b", "c")


def test_a_marker_counts_as_the_row_it_names_and_as_none_where_it_names_none():
    scheme = leading("a", entry("x", counts_as={"b": "row"}), entry("y"))
    assert markers.roll_up(scheme, "x", "b") == "row"
    assert markers.roll_up(scheme, "y", "b") is None


def test_a_crosswalk_is_followed_from_the_scheme_one_rolls_up_to(monkeypatch):
    top = leading("top", entry("row", counts_as={"other": "there"}))
    monkeypatch.setattr(rolling, "load", {"top": top}.__getitem__)
    scheme = leading("a", entry("x", rolls_up_to="row"), entry("y", rolls_up_to=None), to="top")
    assert markers.roll_up(scheme, "x", "other") == "there"
    assert markers.roll_up(scheme, "y", "other") is None


def test_the_targets_of_a_scheme_are_the_nearest_first(monkeypatch):
    top = leading("top", entry("row", counts_as={"far": "x", "near": "x"}))
    monkeypatch.setattr(rolling, "load", {"top": top}.__getitem__)
    scheme = leading("a", entry("x", counts_as={"near": "x"}), to="top")
    assert markers.targets(scheme) == ("top", "near", "far")
    assert markers.targets(leading("b", entry("x"))) == ()


def test_schemes_that_roll_up_to_each_other_do_not_go_round(monkeypatch):
    one, two = leading("one", entry("x"), to="two"), leading("two", entry("x"), to="one")
    monkeypatch.setattr(rolling, "load", {"one": one, "two": two}.__getitem__)
    assert markers.targets(one) == ("two", "one")


def test_a_scheme_does_not_lead_to_one_that_its_crosswalks_leave_out():
    with pytest.raises(CoderError) as caught:
        markers.roll_up(leading("a", entry("x", counts_as={"b": "x"})), "x", "c")
    assert caught.value.key == "no_roll_up"


def fault(**changes):
    return list(markers.check({**copy.deepcopy(OWN), **changes}))


def test_the_scheme_of_these_tests_is_sound():
    assert fault() == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"markers": [entry("x", part_of="gone")]}, "$.markers[0].part_of:"),
        ({"markers": [entry("x", part_of="x")]}, "$.markers[0].part_of:"),
        (
            {"markers": [entry("x"), entry("y", part_of="x"), entry("z", part_of="y")]},
            "$.markers[2].part_of:",
        ),
        ({"markers": [entry("x", rolls_up_to="row")]}, "$.markers[0].rolls_up_to:"),
        ({"prevalence": ["gone"]}, "$.prevalence[0]:"),
        ({"scales": [{"id": "s", "label": "S", "low": 2, "high": 2}]}, "$.scales[0].high:"),
        (
            {"scales": [{"id": "s", "label": "S", "low": 1, "high": 5, "anchors": {"6": "x"}}]},
            "$.scales[0].anchors.6:",
        ),
        (
            {"scales": [{"id": "s", "label": "S", "low": 1, "high": 5, "anchors": {"0": "x"}}]},
            "$.scales[0].anchors.0:",
        ),
        ({"scales": [OWN["scales"][2], OWN["scales"][2]]}, "$.scales[1].id:"),
    ],
)
def test_a_link_or_a_scale_at_fault_names_its_place(changes, place):
    found = fault(**changes)
    assert len(found) == 1
    assert found[0].startswith(place)


def test_a_prevalence_row_and_a_roll_up_that_lead_somewhere_are_sound():
    rows = [entry("x", rolls_up_to="row"), entry("y", part_of="x")]
    assert fault(rolls_up_to="laraway-2015", markers=rows, prevalence=["x"]) == []


def test_what_can_be_noted_around_a_session_begins_with_the_schemes_own():
    late = entry("late", kind="session", column="session")
    gone = entry("gone", kind="session", column="session", retired=True)
    found = markers.around(leading("a", entry("x"), late, gone))
    assert [each.id for each in found] == [
        "late", "homework-not-done", "no-show", "rescheduled", "message-between-sessions",
    ]  # fmt: skip
    assert found[0].label == "late"
