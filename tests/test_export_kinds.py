"""Marks of every kind on the printed form, also those whose marker is gone."""

from hypothesis import given, settings
from hypothesis import strategies as st
from test_agreement_levels import about, component, process
from test_agreement_units import LARAWAY, coded, marked

from coder import markers
from coder.agreement import Plan, agreement, behind, moments
from coder.coding import Kind
from coder.export import layout

FORM = markers.load("3rs-2015")


def test_what_is_about_the_session_stands_on_its_first_page():
    one = coded("Ada", marked("silence", 25), about("late"), about("gone"), scheme=LARAWAY)
    form, _repair = layout.pages(one, LARAWAY)
    assert form.around == ("Late", "gone")
    assert (form.elsewhere, form.missing) == ((), 0)


def test_a_process_that_the_form_has_no_row_for_stands_below_it():
    form, _repair = layout.pages(coded("Ada", process("denial", 35), scheme=LARAWAY), LARAWAY)
    assert [entry.text for entry in form.elsewhere] == ["Therapist: Denial"]


_NAMES = st.sampled_from(["denial", "silence", "long-silence", "late", "clarifies", "gone", None])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(Kind), _NAMES, st.integers(0, 110)), max_size=6),
    st.sampled_from(["samstag-2003", "laraway-2015", "3rs-2015"]),
)
def test_marks_of_any_kind_and_marker_are_laid_out_and_compared(rows, scheme):
    scheme = markers.load(scheme)
    made = [
        marked(name, None if kind == Kind.SESSION else at, family=None, kind=kind)
        for kind, name, at in rows
    ]
    one, other = coded("Ada", *made, scheme=scheme), coded("Ben", *made[:3], scheme=scheme)
    pages = layout.pages(one, scheme)
    assert pages
    for unit in ("turn", "event", "session"):
        plan = Plan(unit=unit, resamples=0, shifts=0, levels=("marker", "row", "family", "any"))
        found = agreement([one, other], plan)
        gone = {mark.id for mark in made if mark.marker == "gone"}
        assert not gone & {each.code for each in found.results}
        for level in ("marker", "family", "any", None):
            moments([one, other], plan, level)
    assert behind.labels([one])


def test_a_component_stands_with_the_repair():
    _form, repair = layout.pages(coded("Ada", component("clarifies", 45), scheme=FORM), FORM)
    printed = [entry.text for entry in repair.elsewhere]
    rows = [line.left.text for block in repair.blocks for line in block.lines]
    assert any("Clarifies" in text for text in (*printed, *rows))
