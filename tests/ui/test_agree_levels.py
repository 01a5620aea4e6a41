"""The Agree desk on schemes with components, categories, ratings and rows of their own."""

import dataclasses

import pytest
from PySide6.QtWidgets import QComboBox

from coder import markers, schemes
from coder.coding import Anchor, Change, Family, Kind, Mark, MarkId, Rating, RatingId, submit
from coder.session import new_id
from coder.study import Study
from coder.ui.charts import Curves

from .test_agree import choose, names, settle, shown, tab

MARKS = {
    "3rs-2015": [(4, "denial", Kind.MARKER), (5, "clarifies", Kind.COMPONENT),
                 (None, "late", Kind.SESSION)],
    "laraway-rational": [(4, "planned-ending", Kind.COMPONENT), (6, "bond", Kind.COMPONENT)],
}  # fmt: skip


def code(study, name, scheme):
    (session,) = study.sessions()
    turns = {turn.n: turn for turn in study.turns(session.id)}
    raters = {each.name: each for each in study.raters()}
    rater = raters.get(name) or study.add_rater(name)
    coding = study.begin_coding(session, rater, study.scheme(scheme))
    made = [
        Mark(
            MarkId(new_id()), coding.id, kind, marker,
            Family.WITHDRAWAL if kind == Kind.MARKER else None,
            anchor=None if n is None else Anchor((turns[n].id,), turns[n].start_ms),
        )
        for n, marker, kind in MARKS[scheme]
    ]  # fmt: skip
    if scheme == "3rs-2015":
        made.append(Rating(RatingId(new_id()), coding.id, "resolution", 3))
    study.apply(Change("take in a coding", added=tuple(made), by=coding.rater_id), "final")
    study.apply(submit(coding), "final")


@pytest.fixture
def desk(window, study_path, qtbot):
    with Study.open(study_path) as study:
        for scheme in MARKS:
            schemes.take_in(study, markers.load(scheme), None)
            for name in ("Ada", "Ben"):
                code(study, name, scheme)
    window.show_study(Study.open(study_path))
    window.studies.code_as("lead")
    window.act("agree_desk")
    desk = window.agreeing
    settle(qtbot, desk)
    choose(qtbot, desk, desk.choices.scheme, "3rs-2015")
    return desk


def offered(box: QComboBox):
    return [box.itemData(n) for n in range(box.count())]


def test_levels_and_rows_are_offered_where_the_scheme_has_them(qtbot, desk):
    choices = desk.choices
    assert offered(choices.level) == ["any", "family", "row", "marker"]
    assert choices.plan().rows == "3rs-2022"
    choose(qtbot, desk, choices.level, "row")
    assert choices.fields["of the rows"].isVisible()
    assert "Shutting down" in names(desk)
    choose(qtbot, desk, choices.scheme, "laraway-rational")
    assert "category" in offered(choices.level)
    choose(qtbot, desk, choices.level, "marker")
    assert not choices.fields["of the rows"].isVisible()


def test_what_is_no_rupture_stands_under_a_heading_of_its_own(qtbot, desk):
    choose(qtbot, desk, desk.choices.level, "marker")
    told = names(desk)
    assert told.index("Components of repair") < told.index("Clarifies a misunderstanding")
    assert told.index("Denial") < told.index("Components of repair")
    assert "Resolution" in told
    desk.table.choose(("marker", "clarifies", ""))
    assert len(shown(desk)) == 1
    assert "1 marks about the session" not in desk.head.about.text()
    assert "2 marks about the session" in desk.head.about.text()
    desk.choices.unit.setCurrentIndex(desk.choices.unit.count() - 1)
    choose(qtbot, desk, desk.choices.level, "marker")
    assert "Around the session" in names(desk)
    assert "Late" in names(desk)


def test_a_repair_scheme_shows_its_components_and_no_ruptures(qtbot, desk):
    choose(qtbot, desk, desk.choices.scheme, "laraway-rational")
    choose(qtbot, desk, desk.choices.level, "category")
    told = names(desk)
    assert "Successfully failing" in told
    assert "Any rupture" not in told
    assert "everyone’s turns" in desk.head.about.text()
    assert desk.choices.unit.itemText(0) == "everyone’s substantive turns"
    desk.table.choose(("category", None, ""))
    curves = tab(qtbot, desk, 0, Curves)
    assert [each.name for each in curves.strokes] == ["All together, as sets"]


def test_a_component_too_rare_is_offered_with_its_category(qtbot, desk):
    choose(qtbot, desk, desk.choices.scheme, "laraway-rational")
    choose(qtbot, desk, desk.choices.level, "marker")
    desk.table.choose(("marker", "planned-ending", ""))
    assert "Enter counts it with its category" in desk.explained.text()
    desk.table.coarsened.emit(desk.table.row())
    settle(qtbot, desk)
    assert desk.table.row().key == ("category", "successfully-failing", "")
    assert "Enter" not in desk.explained.text()


def test_rows_that_were_fixed_are_chosen_again(desk):
    choices = desk.choices
    fixed = dataclasses.replace(choices.plan(), levels=("row", "any"), rows="3rs-2022").fixed()
    choices.take(fixed, desk._workspace.settings)
    assert choices.plan().rows == "3rs-2022"
    assert choices.level_chosen() == "row"
