import dataclasses

import pytest

from coder import markers
from coder.errors import CoderError
from coder.markers import LEVELS, Marker, Scheme

SAMSTAG, LARAWAY = markers.load("samstag-2003"), markers.load("laraway-2015")
GROUPED = Scheme(
    id="grouped",
    version="1",
    title="Grouped",
    source="made up",
    rolls_up_to=None,
    markers=(
        Marker("links", "Making links", "repair", "component"),
        Marker("shuts", "Shuts down", "content", family="withdrawal", retired=True),
        Marker("shrugs", "Shrugs", "content", family="both", part_of="shuts"),
        Marker("owns", "Owns a part", "repair", "component", part_of="links"),
        Marker("argues", "Argues", "content", counts_as={"samstag-2003": "interrupts"}),
    ),
    content={},
)
# A lab’s scheme that leads to another of the lab’s, of which nothing is known here.
OF_LAB = Scheme(
    id="of-lab",
    version="1",
    title="A lab’s own",
    source="made up",
    rolls_up_to="not-here",
    markers=(Marker("argues", "Argues", "content", counts_as={"also-not-here": "fights"}),),
    content={},
)


def ids(scheme, level, *more):
    return [code.id for code in markers.codes(scheme, level, *more)]


def test_a_category_is_what_a_marker_is_part_of_else_itself():
    told = {each.id: markers.code_of(GROUPED, each.id, "category") for each in GROUPED.markers}
    assert told == {
        "links": "links", "shuts": "shuts", "shrugs": "shuts", "owns": "links", "argues": "argues",
    }  # fmt: skip


def test_codes_stand_in_the_order_of_the_scheme_and_retired_ones_with_them():
    assert ids(GROUPED, "marker") == ["links", "shuts", "shrugs", "owns", "argues"]
    assert ids(GROUPED, "category") == ["links", "shuts", "argues"]
    (links, *_) = markers.codes(GROUPED, "category")
    assert (links.label, links.kind) == ("Making links", "component")


def test_the_codes_of_one_kind_are_asked_for_by_it():
    assert ids(GROUPED, "category", "", "component") == ["links"]
    assert ids(GROUPED, "marker", "", "marker") == ["shuts", "shrugs", "argues"]
    assert ids(GROUPED, "marker", "", "process") == []


def test_only_rupture_markers_have_a_family_and_are_any_rupture():
    assert ids(GROUPED, "family") == ["withdrawal", "confrontation"]
    assert ids(GROUPED, "any") == ["any"]
    assert markers.code_of(GROUPED, "shrugs", "family") == "both"
    assert markers.code_of(GROUPED, "shrugs", "any") == "any"
    for level in ("family", "any"):
        assert markers.code_of(GROUPED, "owns", level) is None
        assert ids(GROUPED, level, "", "component") == []


def test_the_38_markers_lead_to_the_33_rows_of_the_form_in_its_order():
    assert ids(SAMSTAG, "row") == [each.id for each in LARAWAY.markers]
    assert ids(LARAWAY, "row") == ids(LARAWAY, "marker")


def test_rows_are_those_that_the_markers_of_a_scheme_lead_to():
    assert ids(GROUPED, "row", "samstag-2003") == ["interrupts"]
    (row,) = markers.codes(GROUPED, "row", "samstag-2003")
    assert row.label == SAMSTAG.marker("interrupts").label
    with pytest.raises(CoderError) as fault:
        markers.code_of(GROUPED, "argues", "row", "laraway-2015")
    assert fault.value.key == "no_roll_up"


def test_rows_of_a_scheme_that_is_not_here_go_by_their_ids():
    (row,) = markers.codes(OF_LAB, "row", "also-not-here")
    assert (row.id, row.label) == ("fights", "fights")


def test_a_marker_that_a_scheme_does_not_have_counts_in_nothing():
    assert [markers.code_of(GROUPED, "gone", level) for level in LEVELS] == [None] * 5


def test_a_category_is_a_level_only_where_a_marker_is_part_of_one():
    assert markers.levels_of([SAMSTAG]) == ("marker", "row", "family", "any")
    assert markers.levels_of([SAMSTAG, GROUPED]) == LEVELS


def test_rows_to_choose_from_are_those_that_all_schemes_lead_to():
    assert markers.row_schemes([SAMSTAG, LARAWAY])[0] == "laraway-2015"
    assert markers.row_schemes([GROUPED]) == ("grouped", "samstag-2003")
    assert markers.row_schemes([GROUPED, SAMSTAG]) == ("samstag-2003",)
    assert markers.row_schemes([OF_LAB]) == ("of-lab", "also-not-here")
    assert markers.row_schemes([]) == ()


def test_the_usual_rows_are_the_forms_unless_none_leads_there():
    assert markers.rows_usual([SAMSTAG, GROUPED]) == "laraway-2015"
    assert markers.rows_usual([GROUPED]) == "samstag-2003"
    alone = dataclasses.replace(GROUPED, markers=GROUPED.markers[:4])
    assert markers.rows_usual([alone]) == "laraway-2015"


def test_the_scales_of_retired_markers_are_still_known():
    impact = markers.Scale("impact", "Impact", 1, 5, each="marker")
    scheme = dataclasses.replace(GROUPED, scales=(impact,))
    assert [each.id for each in markers.asked(scheme)] == ["impact:shrugs", "impact:argues"]
    known = markers.scales_ever(scheme)
    assert list(known) == ["impact:shuts", "impact:shrugs", "impact:argues"]
    assert known["impact:shuts"].label == "Impact: Shuts down"
