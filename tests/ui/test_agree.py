"""The Agree desk in the real window: what it says above its numbers, the numbers, the moments."""

import json
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics

from coder import reliability
from coder.agreement import Plan, Result
from coder.coding import Anchor, Change, Family, Kind, Mark, MarkId, submit
from coder.session import new_id
from coder.study import Study
from coder.ui import dialogs
from coder.ui.agree_choices import Several
from coder.ui.agree_lines import usual_of
from coder.ui.agree_moments import MOMENT
from coder.ui.agree_table import _cut
from coder.ui.charts import Curves, Heat, Points

# The patient says more than “Mmm” in turns 2, 4, 6, 8, 10 and 12, at 3, 9, 15, 21, 27 and 33 s.
ADA = [(n, "denial") for n in (2, 4, 6, 8, 10)]
BEN = [(n, "denial") for n in (2, 4, 6, 8, 12)]


def code(study, name, marks, family=Family.WITHDRAWAL, *, send=True):
    (session,) = study.sessions()
    turns = {turn.n: turn for turn in study.turns(session.id)}
    coding = study.begin_coding(session, study.add_rater(name), study.scheme("samstag-2003"))
    made = tuple(
        Mark(
            MarkId(new_id()),
            coding.id,
            Kind.MARKER,
            marker,
            family,
            2,
            anchor=Anchor((turns[n].id,), turns[n].start_ms),
        )
        for n, marker in marks
    )
    study.apply(Change("take in a coding", added=made, by=coding.rater_id), "final")
    if send:
        study.apply(submit(coding), "final")


def looking(window, qtbot, path, **coders):
    with Study.open(path) as study:
        for name, marks in coders.items():
            code(study, name, marks)
    window.show_study(Study.open(path))
    window.studies.code_as("lead")
    window.act("agree_desk")
    desk = window.agreeing
    qtbot.waitUntil(lambda: not desk.head.progress.isVisible())
    return desk


@pytest.fixture
def desk(window, study_path, qtbot):
    return looking(window, qtbot, study_path, Ada=ADA, Ben=BEN)


def choose(qtbot, desk, box, data):
    row = next(n for n in range(box.count()) if box.itemData(n) == data)
    box.setCurrentIndex(row)
    box.activated.emit(row)
    settle(qtbot, desk)


def settle(qtbot, desk):
    qtbot.waitUntil(lambda: not desk.head.progress.isVisible())


def cell(desk, name, head):
    model = desk.table.codes
    row = [each.name for each in model.rows].index(name)
    column = [each.head for each in model.columns].index(head)
    return model.index(row, column).data()


def names(desk):
    return [row.name for row in desk.table.codes.rows]


def shown(desk):
    model = desk.moments.model
    return [model.index(row).data() for row in range(model.rowCount())]


def test_unit_counts_matching_interval_and_state_stand_above_the_numbers(desk):
    told = desk.head.about.text()
    assert "patient’s turns but for backchannels (n = 6" in told
    assert "one to one, within 10 s (n = 10 marks)" in told
    assert "Interval: 95 %, from theory, as if what is counted were independent" in told
    assert "Codings: submitted" in told
    assert desk.head.title.text() == "Agreement, 1 double-coded session, coders Ada, Ben"


def test_a_row_holds_both_kinds_of_number_side_by_side(desk):
    # Of 6 turns both marked 4, Ada 1 alone, Ben 1 alone: 2 * 4 / 10 is positive agreement.
    # Alpha: Do = 2 / 6, De = 2 * 10 * 2 / (12 * 11), so 1 - (1/3) / (10/33) = -0.1.
    # The marks at 27 and 33 s match within 10 s, so F1 is 1; four lags of 0 and one of 6 s.
    expected = {
        "Ada": "5", "Ben": "5", "both": "4", "prev.": "83.3 %", "positive": ".80",
        "alpha": "−.10", "event F1": "1.00", "lag": "+0.0 s",  # noqa: RUF001 - a minus sign
    }  # fmt: skip
    for head, value in expected.items():
        assert cell(desk, "Denial", head) == value


def test_families_are_bold_with_their_rows_below_and_the_rest_only_named(desk):
    assert names(desk)[:4] == [
        "Any rupture",
        "without unsure",
        "Withdrawal",
        "Denial",
    ]
    rows = {row.name: row for row in desk.table.codes.rows}
    assert rows["Withdrawal"].bold
    assert rows["Denial"].depth == 1
    never = next(row for row in desk.table.codes.rows if "never marked" in row.name)
    assert "Storytelling" in never.told
    assert names(desk).index("Episode") > names(desk).index("All together, as sets") > 4


def test_the_chosen_statistic_is_defined_below_the_table(desk):
    desk.table.choose(("row", "denial", ""), "positive")
    told = desk.explained.text()
    assert told.startswith("Denial: positive agreement .80")
    assert "2a / (2a + b + c)" in told
    assert "Cicchetti" in told
    header = desk.table.codes.headerData(6, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "Krippendorff (2019)" in header


def test_another_coefficient_keeps_the_chosen_row(qtbot, desk):
    desk.table.choose(("row", "denial", ""), "lag")
    choose(qtbot, desk, desk.aspect.statistic, "gwet_ac1")
    assert desk.table.row().name == "Denial"
    assert desk.table.column() == "lag"
    heads = [each.head for each in desk.table.codes.columns]
    # AC1 never stands without positive agreement beside it.
    assert heads[5:8] == ["positive", "AC1", "95 %"]
    desk.compute()
    settle(qtbot, desk)
    assert desk.table.row().name == "Denial"


def test_a_code_too_rare_shows_counts_and_enter_counts_it_with_its_family(
    window, qtbot, study_path
):
    desk = looking(window, qtbot, study_path, Ada=[*ADA, (12, "storytelling")], Ben=BEN)
    assert cell(desk, "Storytelling", "Ada") == "1"
    assert cell(desk, "Storytelling", "positive") == "too rare: each coder fewer than 5"
    desk.table.choose(("row", "storytelling", ""))
    assert "Enter counts it with its family" in desk.explained.text()
    qtbot.keyClick(desk.table, Qt.Key.Key_Return)
    assert desk.table.row().name == "Withdrawal"


def test_what_cannot_be_estimated_says_why(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=[(12, "storytelling")])
    choose(qtbot, desk, desk.aspect.statistic, "cohen_kappa")
    desk.table.choose(("row", "denial", ""), "Cohen’s kappa")
    assert "Ben" in cell(desk, "Denial", "Cohen’s kappa")
    assert "Ben" in desk.explained.text()
    assert cell(desk, "Denial", "positive") == ".00"


def test_the_moments_are_those_behind_the_chosen_code(desk):
    desk.table.choose(("row", "denial", ""))
    assert desk.moments.title.text() == "Denial: 5 and 5 turns"
    assert desk.moments.count.text() == "4 agree · 1 only Ada · 1 only Ben"
    assert len(shown(desk)) == 6
    desk.moments.only.setChecked(True)
    assert [text.split("\n")[0] for text in shown(desk)] == [
        "0:27.0  P1/1  only Ada",
        "0:33.0  P1/1  only Ben",
    ]
    assert shown(desk)[0].endswith("Ada Denial, clear\nBen nothing in this turn")
    assert "“I think I needed a moment first.”" in shown(desk)[0]


def test_a_moment_gives_each_coder_a_line_and_its_tool_tip_holds_all_as_plain_text(
    window, qtbot, study_path
):
    desk = looking(window, qtbot, study_path, **{"A<b>da": ADA}, Ben=BEN)
    desk.table.choose(("row", "denial", ""))
    index = desk.moments.model.index(1)
    assert index.data().split("\n")[2:] == ["A<b>da Denial, clear", "Ben Denial, clear"]
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "My brother always says I take on too much, and then he laughs." in tip
    assert "A&lt;b&gt;da Denial, clear<br>Ben Denial, clear" in tip


def test_where_the_badge_has_no_room_beside_time_and_session_it_has_a_line_of_its_own(desk):
    desk.table.choose(("row", "denial", ""))
    listed = desk.moments.list
    one = listed.sizeHintForRow(0)
    listed.setMinimumHeight(0)
    listed.setFixedWidth(listed.fontMetrics().averageCharWidth() * 20)
    listed.parentWidget().grab()
    assert listed.sizeHintForRow(0) - one == listed.fontMetrics().height() + 4


def test_moments_that_differ_by_family_name_both(window, qtbot, study_path):
    with Study.open(study_path) as study:
        code(study, "Ada", ADA)
        code(study, "Ben", [(2, "demanding-tone"), *BEN[1:]], Family.CONFRONTATION)
    desk = looking(window, qtbot, study_path)
    desk.table.choose(("row", "denial", ""))
    first = shown(desk)[0].split("\n")
    assert first[0].endswith("other family")
    assert first[2:] == [
        "Ada Denial, withdrawal, clear",
        "Ben Demanding, emphatic tone, confrontation, clear",
    ]
    # The second was called Denial by both: by rows that is agreement, by family it is not.
    assert "withdrawal" not in shown(desk)[1]
    desk.table.choose(("family", "withdrawal", ""))
    assert shown(desk)[1].endswith("Denial, withdrawal, clear\nBen Denial, confrontation, clear")


@pytest.mark.parametrize("ben", [[(2, "denial"), (4, "denial")], [(8, "denial"), (10, "denial")]])
def test_the_tally_has_one_order_whoever_comes_first(window, qtbot, study_path, ben):
    desk = looking(window, qtbot, study_path, Ada=[(6, "denial")], Ben=ben)
    desk.table.choose(("row", "denial", ""))
    assert desk.moments.count.text() == "1 only Ada · 2 only Ben"


def test_a_unit_with_several_marks_of_a_coder_says_how_many_more(qtbot, desk):
    choose(qtbot, desk, desk.choices.unit, ("session", False))
    desk.table.choose(("row", "denial", ""))
    # Five marks of each in the session; the first of each is shown. That they begin together,
    # or apart, says nothing of the session.
    assert shown(desk) == [
        "0:03.0  P1/1  agree\n“I suppose so. It was a busy week.”\n"
        "Ada Denial, clear (and 4 more)\nBen Denial, clear (and 4 more)"
    ]


def test_first_marks_of_a_session_have_no_lag(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=[(8, "denial"), (10, "storytelling")])
    choose(qtbot, desk, desk.choices.unit, ("session", False))
    desk.table.choose(("row", "denial", ""))
    assert shown(desk)[0].split("\n")[0] == "0:03.0  P1/1  agree"
    assert shown(desk)[0].endswith("Ben Denial, clear, 0:21.0")


def test_episodes_are_counted_as_such_and_say_why_there_is_no_moment(desk):
    desk.table.choose((None, "episode", ""))
    assert desk.moments.title.text() == "Episode: 0 and 0 episodes"
    assert "compared as wholes; their forms are on the Code desk" in desk.moments.count.text()
    assert shown(desk) == []


def test_space_plays_and_enter_opens_the_transcript_there(window, qtbot, desk, monkeypatch):
    played = []
    monkeypatch.setattr(window.coding.transport, "play_moment", played.append)
    desk.table.choose(("row", "denial", ""))
    listed = desk.moments.list
    listed.setCurrentIndex(desk.moments.model.index(1))
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    qtbot.keyClick(desk.table, Qt.Key.Key_Space)
    listed.clicked.emit(desk.moments.model.index(2))
    assert played == [9_000, 9_000, 15_000]
    assert window.stack.currentWidget() is desk
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window.coding
    assert window.coding.turns.currentIndex().row() == 5
    assert len(played) == 3


def test_the_lanes_join_what_was_matched_and_a_click_goes_there(qtbot, desk):
    desk.table.choose(("row", "denial", ""))
    lanes = desk.moments.lanes
    assert len(lanes.boxes()) == 10
    lanes.grab()
    heard = []
    desk.heard.connect(heard.append)
    mark, box = lanes.boxes()[3]
    qtbot.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert heard[0].first == mark
    assert desk.moments.list.currentIndex().data(MOMENT) == heard[0]
    qtbot.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=lanes.rect().bottomRight())
    assert len(heard) == 1


def test_marks_can_be_the_unit(qtbot, desk):
    desk.choices.tolerance.setValue(5)
    settle(qtbot, desk)
    choose(qtbot, desk, desk.choices.unit, ("event", False))
    # Within 5 s the marks at 27 and 33 s no longer meet: 2 * 4 / 10.
    assert cell(desk, "Denial", "event F1") == ".80"
    assert cell(desk, "Denial", "both") == "4"
    assert "within 5 s" in desk.head.about.text()
    desk.table.choose(("row", "denial", ""))
    assert desk.moments.count.text() == "4 agree · 1 only Ada · 1 only Ben"
    assert shown(desk)[4].endswith("Ben nothing within 5 s")


def test_segments_and_sessions_show_the_icc_of_the_design(qtbot, desk):
    choose(qtbot, desk, desk.choices.unit, ("segment", False))
    assert desk.choices.segment.isEnabled()
    assert desk.aspect.statistic.currentData() == "icc_2_1"
    desk.choices.segment.setValue(0.5)
    settle(qtbot, desk)
    assert "30 s" in desk.head.about.text()
    choose(qtbot, desk, desk.choices.unit, ("session", False))
    assert not desk.choices.segment.isEnabled()
    desk.table.choose(("row", "denial", ""), "ICC(2,1)")
    assert "ICC(2,1)" in desk.explained.text()
    for unit in (("second", False), ("turn", True)):
        choose(qtbot, desk, desk.choices.unit, unit)
        assert "n = " in desk.head.about.text()


@pytest.mark.parametrize("level", ["any", "family", "row", "marker"])
def test_every_level_has_its_rows(qtbot, desk, level):
    choose(qtbot, desk, desk.choices.level, level)
    assert ("Denial" in names(desk)) == (level in {"row", "marker"})
    assert ("Withdrawal" in names(desk)) == (level != "any")
    assert desk.plan().levels[-1] == "any"


def test_three_coders_are_compared_all_together_or_by_two(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=BEN, Cy=ADA)
    heads = [each.head for each in desk.table.codes.columns]
    assert heads == ["Code", "Ada", "Ben", "Cy", "positive", "alpha", "95 %"]
    # Of the pairs Ada-Ben 8/10, Ada-Cy 10/10, Ben-Cy 8/10: 26/30.
    assert cell(desk, "Denial", "positive") == ".87"
    desk.table.choose(("row", "denial", ""))
    assert "one coder" in desk.moments.count.text()
    desk.charts.tabs.setCurrentIndex(2)
    matrix = desk.charts.view.chart
    assert isinstance(matrix, Heat)
    assert matrix.texts == (("", "−.10", "1.00"), ("−.10", "", "−.10"), ("1.00", "−.10", ""))  # noqa: RUF001 - a minus sign
    choose(qtbot, desk, desk.aspect.statistic, "gwet_ac1")
    assert "(.80)" in desk.charts.view.chart.texts[0][1]
    desk.charts.view.grab()
    spot = desk.charts.view.spots[1].where.center().toPoint()
    qtbot.mouseClick(desk.charts.view, Qt.MouseButton.LeftButton, pos=spot)
    assert desk.aspect.between.currentText() == "Ada and Ben"
    assert cell(desk, "Denial", "positive") == ".80"
    choose(qtbot, desk, desk.choices.unit, ("event", False))
    assert [desk.aspect.between.itemText(n) for n in range(3)] == [
        "Ada and Ben",
        "Ada and Cy",
        "Ben and Cy",
    ]
    assert cell(desk, "Denial", "event F1") == "1.00"


def test_coders_and_sessions_can_be_left_out(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=BEN, Cy=ADA)
    ids = dict(zip(("Ada", "Ben", "Cy"), desk.choices.coders.chosen(), strict=True))
    desk.choices.coders.check([ids["Ada"], ids["Cy"]])
    settle(qtbot, desk)
    assert desk.head.title.text().endswith("coders Ada, Cy")
    assert cell(desk, "Denial", "positive") == "1.00"
    desk.choices.coders.check([ids["Ben"]])
    assert "two coders" in desk.head.about.text()
    assert "Ben" in desk.head.about.text()
    assert names(desk) == []
    desk.choices.coders.check(ids.values())
    settle(qtbot, desk)
    assert names(desk)
    desk.choices.sessions.check([])
    assert names(desk) == []


def test_a_menu_stays_open_while_things_are_checked(qtbot):
    button = Several("Coders")
    qtbot.addWidget(button)
    button.offer([("a", "Ada"), ("b", "Ben"), ("c", "Cy")])
    heard = []
    button.changed.connect(lambda: heard.append(button.chosen()))
    menu = button.menu()
    button.show()
    menu.popup(button.pos())
    menu.setActiveAction(menu.actions()[2])
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    where = menu.actionGeometry(menu.actions()[4]).center()
    qtbot.mouseMove(menu, where)
    menu.setActiveAction(menu.actions()[4])
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=where)
    assert menu.isVisible()
    assert heard == []
    menu.close()
    assert heard == [("b",)]
    assert button.text() == "Coders  Ben ▾"
    menu.actions()[0].trigger()
    assert button.accessibleName() == "Coders: all"


def tab(qtbot, desk, n, kind):
    desk.charts.tabs.setCurrentIndex(n)
    qtbot.waitUntil(lambda: isinstance(desk.charts.view.chart, kind))
    desk.charts.view.grab()
    return desk.charts.view.chart


def test_the_tolerance_curve_rises_where_the_marks_meet(qtbot, desk):
    desk.table.choose(("row", "denial", ""))
    curves = tab(qtbot, desk, 0, Curves)
    strokes = {each.name: each.values for each in curves.strokes}
    # 27 and 33 s are 6 s apart: 4 of 5 meet below that, all from there on.
    assert strokes["Denial"] == (0.8,) * 5 + (1.0,) * 25
    assert strokes["withdrawal"] == strokes["all marks"] == strokes["Denial"]
    assert curves.at_told == "10 s"
    desk.charts.view.picked.emit(curves.strokes[1].key)
    assert desk.table.row().name == "Withdrawal"
    desk.charts.view.picked.emit(curves.strokes[0].key)
    assert desk.table.row().name == "Any rupture"


def test_confusions_and_counts_are_those_of_the_pair(window, qtbot, study_path):
    ben = [(2, "denial"), (4, "storytelling"), (12, "denial")]
    desk = looking(window, qtbot, study_path, Ada=[(2, "denial"), (4, "denial")], Ben=ben)
    heat = tab(qtbot, desk, 1, Heat)
    # 3 s denial with denial, 9 s denial with storytelling, Ben's at 33 s without a match.
    assert heat.names == ("Denial", "Storytelling", "no match")
    assert heat.texts == (("1", "1", ""), ("", "", ""), ("1", "", ""))
    desk.table.choose(("family", "withdrawal", ""))
    points = tab(qtbot, desk, 3, Points)
    assert (points.first, points.second) == ((2.0,), (3.0,))
    assert points.limits == (1.0, None, None)
    assert "need more" in points.about


def test_a_cell_of_the_confusions_opens_what_it_counts(window, qtbot, study_path):
    ben = [(2, "denial"), (4, "storytelling"), (12, "denial")]
    desk = looking(window, qtbot, study_path, Ada=[(2, "denial"), (4, "denial")], Ben=ben)
    heat = tab(qtbot, desk, 1, Heat)
    view = desk.charts.view
    for n, text in enumerate(text for row in heat.texts for text in row):
        view.point(n)
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert len(shown(desk)) == int(text or 0)
    # The cells from left to right: Ada’s Denial with Ben’s Denial, Storytelling, no match.
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.spots[1].where.center().toPoint())
    assert desk.moments.title.text() == "Ada Denial, Ben Storytelling: 1 pair"
    assert shown(desk)[0].endswith("Ada Denial, clear\nBen Storytelling, clear")
    view.point(6)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert desk.moments.title.text() == "Ada no match, Ben Denial: 1 mark"
    assert shown(desk)[0].endswith("Ada nothing within 10 s\nBen Denial, clear")
    view.point(4)
    assert view.accessibleDescription() == "Ada Storytelling, Ben Storytelling: 0 marks"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert desk.moments.title.text() == "Ada Storytelling, Ben Storytelling: 0 marks"
    assert shown(desk) == []


def test_confusions_are_named_by_the_labels_of_their_level(window, qtbot, study_path):
    # In samstag-2003 the marker “dismisses” has another label than the row of that id.
    marks = [(2, "dismisses"), (4, "denial")]
    desk = looking(window, qtbot, study_path, Ada=marks, Ben=marks)
    assert "Dismisses therapist" in tab(qtbot, desk, 1, Heat).names
    choose(qtbot, desk, desk.choices.level, "marker")
    assert "Disregards or dismisses therapist" in tab(qtbot, desk, 1, Heat).names


def test_what_stopping_loses_computing_again_brings_back(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=BEN, Cy=ADA)
    desk.aspect.choose_pair(desk.found(), (0, 2))
    choose(qtbot, desk, desk.aspect.statistic, "gwet_ac1")
    desk.compute()
    desk.head.again.click()
    desk.head.again.click()
    settle(qtbot, desk)
    assert desk.aspect.between.currentText() == "Ada and Cy"
    assert desk.aspect.statistic.currentData() == "gwet_ac1"


def test_the_icc_is_that_of_the_coders_looked_at():
    def rated(raters, by_all):
        counts = {"targets": 8, "rated_by_all": by_all, "raters": 2}
        told = [None] * 4
        return Result("icc_2_1", "row", "denial", raters, *told, None, 8, None, counts)

    # Ada and Ben rated all eight; Cy five of them.
    results = (rated(None, 5), rated(("Ada", "Ben"), 8), rated(("Ada", "Cy"), 5))
    found = SimpleNamespace(results=SimpleNamespace(unit="session", results=results))
    assert usual_of(found, None) == "icc_1_1"
    assert usual_of(found, ("Ada", "Ben")) == "icc_2_1"
    assert usual_of(found, ("Ada", "Cy")) == "icc_1_1"


def test_a_missing_interval_and_a_strange_sign_are_explained(qtbot, desk):
    # One session of 36 s is one minute: there is nothing to resample.
    choose(qtbot, desk, desk.choices.unit, ("event", False))
    desk.table.choose(("row", "denial", ""), "95 %")
    assert cell(desk, "Denial", "95 %") == ""
    why = "no 95 % interval: fewer than three minutes to resample"
    assert why in desk.explained.text()
    assert why in desk.table.currentIndex().data(Qt.ItemDataRole.ToolTipRole)
    choose(qtbot, desk, desk.choices.unit, ("turn", False))
    desk.table.choose(("row", None, ""), "alpha")
    told = cell(desk, "All together, as sets", "alpha")
    assert told.startswith("J ")
    assert f"“{told}” stands for set-valued alpha, Jaccard" in desk.explained.text()


def test_what_is_hard_to_know_is_told_where_it_is_pointed_at(desk):
    assert "Once blindness has ended it stays" in desk.head.settle.toolTip()
    assert "on record" in desk.head.settle.toolTip()
    assert "methods section" in desk.head.report.toolTip()
    for meaning in ("withdrawal", "confrontation", "precipitant", "repair"):
        assert meaning in desk.moments.legend.text()


def test_a_narrow_table_shows_its_last_column_and_cuts_names_in_sight(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path, Jonathan=ADA, Bernadette=BEN)
    window.resize(1024, 700)
    window.grab()
    table = desk.table
    last = len(table.codes.columns) - 1
    reach = table.columnViewportPosition(last) + table.columnWidth(last)
    assert reach <= table.viewport().width()
    assert [c.head for n, c in enumerate(table.codes.columns) if table.isColumnHidden(n)] == [
        "prev."
    ]
    metrics = QFontMetrics(table.font())
    few = QRect(0, 0, metrics.horizontalAdvance("Incomprehens"), 20)
    assert _cut(metrics, few, "Incomprehensibility").endswith("…")
    assert _cut(metrics, few, "Yes-but no") == "Yes-but no"


def test_no_part_of_the_desk_widens_a_small_window(window, qtbot, desk):
    for _ in range(10):
        window.act("bigger_text")
    assert desk.minimumSizeHint().width() < 1024
    assert desk.moments.minimumSizeHint().width() < 1024 / 2
    for _ in range(10):
        window.act("smaller_text")


def test_the_settings_are_fixed_while_blind_and_others_are_exploratory(
    window, qtbot, desk, monkeypatch
):
    study = window.workspace.study
    assert desk.head.status.text() == "○ settings not fixed yet"
    desk.head.settle.click()
    qtbot.waitUntil(lambda: "settings fixed" in desk.head.status.text())
    assert desk.head.settle.isHidden()
    assert reliability.fixed(study).plan["tolerance_ms"] == 10_000
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: "all are in")
    window.act("unblind")
    qtbot.waitUntil(lambda: "not blind" in window.who.text())
    settle(qtbot, desk)
    desk.choices.tolerance.setValue(5)
    settle(qtbot, desk)
    assert "exploratory: tolerance not as fixed" in desk.head.status.text()
    assert desk.head.settle.isHidden()
    logged = [entry.what for entry in study.entries() if "exploratory" in entry.what]
    assert logged


def test_ending_blindness_fixes_the_usual_rules_first(window, qtbot, desk, monkeypatch):
    study = window.workspace.study
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: "all are in")
    window.act("unblind")
    qtbot.waitUntil(lambda: not study.blind)
    assert reliability.fixed(study).plan == Plan().fixed()


def test_the_desk_begins_with_what_was_fixed(window, qtbot, study_path):
    with Study.open(study_path) as study:
        plan = Plan(unit="event", levels=("family", "any"), tolerance_ms=4_000)
        reliability.fix(study, plan, None)
    desk = looking(window, qtbot, study_path, Ada=ADA, Ben=BEN)
    assert desk.plan().fixed() == plan.fixed()
    assert "settings fixed" in desk.head.status.text()


def test_work_can_be_stopped_and_begun_again(qtbot, desk):
    desk.compute()
    assert desk.head.again.text() == "Stop"
    desk.head.again.click()
    assert desk.head.about.text().startswith("Stopped")
    assert names(desk) == []
    assert desk.head.again.text() == "Compute again"
    desk.head.again.click()
    settle(qtbot, desk)
    assert "Denial" in names(desk)


def test_numbers_nobody_waits_for_any_more_are_dropped(window, qtbot, desk):
    desk.compute()
    desk.choices.tolerance.setValue(2)
    settle(qtbot, desk)
    assert "within 2 s" in desk.head.about.text()
    desk.compute()
    desk.clear()
    qtbot.waitUntil(lambda: not window.tasks._running)
    window.tasks.settle()
    assert desk.found() is None
    assert desk.codings() == ()
    assert names(desk) == shown(desk) == []
    assert desk.charts.view.chart is None
    assert desk.choices.coders.count() == 0


def test_one_coder_or_none_is_told_what_to_do(window, qtbot, study_path):
    desk = looking(window, qtbot, study_path)
    assert "No coding yet" in desk.head.about.text()
    code(window.workspace.study, "Ada", ADA)
    desk.show_study()
    assert "two coders" in desk.head.about.text()
    code(window.workspace.study, "Ben", BEN, send=False)
    desk.show_study()
    settle(qtbot, desk)
    assert "in progress" in desk.head.about.text()
    assert names(desk)


def test_another_session_leaves_the_list_as_it_is(window, qtbot, desk):
    desk.table.choose(("row", "denial", ""))
    found = desk.found()
    window.workspace.open_session(window.workspace.study.sessions()[0])
    assert desk.found() is found


def test_the_report_of_what_is_on_screen_is_written(qtbot, desk, told, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: True)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "agreement.docx")
    desk.head.report.click()
    qtbot.waitUntil(lambda: any("agreement.docx" in each for each in told))
    assert (tmp_path / "agreement.docx").stat().st_size > 10_000
    assert len(desk.codings()) == 2
    whats = [entry.what for entry in desk._workspace.study.entries()]
    assert whats[-1] == "export agreement-report"


def test_no_report_is_written_where_nobody_says_where_to(desk, told, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: False)
    desk.head.report.click()
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: True)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: None)
    desk.head.report.click()
    assert not list(tmp_path.glob("*.docx"))
    assert told == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_desk_wears_both_themes_at_any_size(window, qtbot, desk, look):
    window.act(look)
    for _ in range(10):
        window.act("bigger_text")
    desk.table.choose(("row", "denial", ""))
    for n in range(4):
        desk.charts.tabs.setCurrentIndex(n)
        window.resize(1100 + n, 700)
        window.grab()
    assert desk.table.cells.theme.dark == (look == "dark")
    for _ in range(10):
        window.act("smaller_text")


def test_the_report_stands_among_what_can_be_exported(
    window, qtbot, desk, told, tmp_path, monkeypatch
):
    def answer(_parent, _title, fields, _hint=""):
        box = fields[0][1]
        box.setCurrentIndex(box.count() - 1)
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "agreement.json")
    reliability.fix(window.workspace.study, Plan(unit="event", levels=("any",)), None)
    window.act("export_form")
    qtbot.waitUntil(lambda: any("agreement.json" in each for each in told))
    made = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    assert (made["unit"], made["settings"]["status"]) == ("event", "fixed")
    window.studies.code_as("Ada")
    window.act("export_form")
    qtbot.waitUntil(lambda: any("blind" in each for each in told))


def test_gamma_is_an_option_of_marks(qtbot, desk):
    assert not desk.choices.gamma.isVisible()
    choose(qtbot, desk, desk.choices.unit, ("event", False))
    assert desk.choices.gamma.isVisible()
    assert not desk.plan().gamma
    desk.choices.gamma.setChecked(True)
    settle(qtbot, desk)
    assert desk.plan().gamma
    told = {
        r.statistic: r for r in desk.found().results.results if r.level == "any" and r.code is None
    }
    assert told["gamma"].reason.key == "agreement_points"  # the marks are moments
