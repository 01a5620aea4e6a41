"""The Measures desk in the real window: scores, the pool, trajectories, congruence, people."""

import json

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLineEdit

from coder import measures, people
from coder.alliance import Drop, Fence, Partition, follow, psq, series, srs
from coder.consents import today
from coder.session import Instrument, Role, Use
from coder.study import Study
from coder.ui import dialogs, theme
from coder.ui.measures_entry import EntryForm, next_session
from coder.ui.measures_scores import psq_said, srs_said
from coder.ui.measures_thresholds import ThresholdsDialog
from coder.ui.trajectory_chart import Course

DIP = [38, 39, 38, 39, 30, 38, 39, 39]
SHIFT = [38, 38, 39, 38, 29, 28, 30, 29]


def score(study, participant, values):
    for n, value in enumerate(values, 1):
        if value is not None:
            measures.enter(study, f"{participant}/{n}", "srs", {"total": value})


@pytest.fixture
def measured(study_path):
    with Study.open(study_path) as study:
        score(study, "P1", DIP)
        score(study, "P2", SHIFT)
        for n, (patient, therapist) in enumerate([(2, 2), (3, 1), (1, 2), (1, 1)], 1):
            measures.enter(study, f"P1/{n}", "psq-patient", {"b1a": patient, "b2a": 1})
            measures.enter(study, f"P1/{n}", "psq-therapist", {"b1a": therapist, "b2a": 1})
    return study_path


@pytest.fixture
def desk(window, measured):
    window.show_study(Study.open(measured))
    window.studies.code_as("lead")
    window.act("measures_desk")
    return window.desks.measuring


def cells(grid):
    return [line.cells for line in grid.lines]


def line(grid, first):
    return next(each.cells for each in grid.lines if each.cells[0] == first)


def study_of(desk):
    return desk._workspace.study


# Who sees what


def test_the_lead_sees_each_session_with_what_its_scores_say(desk):
    assert desk.scores.about.text() == "24 answered instruments, 16 of 16 sessions."
    assert line(desk.scores.grid, "P1/5") == (
        "P1/5",
        "30",
        "",
        "",
        "poor; concern: total; change -9",
    )
    assert line(desk.scores.grid, "P1/1")[2:4] == ("tension, intensity not known",) * 2
    assert line(desk.scores.grid, "P1/4")[2] == "no problem"


def test_the_desk_says_who_can_read_the_answers_and_offers_a_copy(
    desk, window, monkeypatch, tmp_path, qtbot, told
):
    assert "Whoever can open this file" in desk.open.text()
    to = tmp_path / "for the therapist.rupture"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: to)
    desk.copy.click()
    qtbot.waitUntil(lambda: any("holds no answer" in each for each in told))
    with Study.open(to) as copy:
        assert copy.measures(None) == []
        assert copy.file_problems() == []


def test_a_coder_is_shown_a_sentence_instead_of_numbers(desk, window):
    desk.go_to("Trajectory")
    window.studies.code_as("Ada", "samstag-2003")
    for name in ("Scores", "Pool", "Trajectory", "Congruence"):
        desk.go_to(name)
        room = desk.tabs.currentWidget()
        assert room.currentIndex() == 1
        assert "You are blind" in room.told.text()
        assert not any(one.isVisible() for one in (desk.copy, desk.export, desk.thresholds))
    for name in ("People", "Task analysis"):
        desk.go_to(name)
        assert desk.tabs.currentWidget().currentIndex() == 0
        assert not any(one.isVisible() for one in (desk.copy, desk.export, desk.thresholds))


def test_a_coder_cannot_write_a_copy_either(desk, window, told):
    window.studies.code_as("Ada", "samstag-2003")
    window.act("copy_without_measures")
    assert "lead" in told[-1]


def test_once_blindness_has_ended_a_coder_sees_and_cannot_enter(desk, window):
    study_of(desk).unblind(None, "all is coded")
    window.studies.code_as("Ada", "samstag-2003")
    assert desk.tabs.currentWidget().currentIndex() == 0
    assert not desk.scores.enter.isEnabled()
    assert not desk.scores.delete.isEnabled()


# Scores


def set_to(monkeypatch, **given):
    """Answer the dialog of thresholds, as far as it closes."""
    seen = []

    def run(dialog):
        seen.append(dialog)
        for name, value in given.items():
            field = dialog.fields[name]
            field.setChecked(value) if name == "srs_inclusive" else field.setValue(value)
        dialog.accept()
        return not dialog.told.text()

    monkeypatch.setattr(dialogs, "run", run)
    return seen


def test_thresholds_are_in_sight_and_set_for_everybody_by_the_lead(desk, monkeypatch, qtbot):
    assert "a concern is a total < 36 or a line < 9" in desk.thresholds.told.text()
    set_to(monkeypatch, srs_total=30, srs_item=5)
    desk.thresholds.set.click()
    qtbot.waitUntil(lambda: "a total < 30" in desk.thresholds.told.text())
    assert line(desk.scores.grid, "P1/5")[-1] == "poor; concern: cannot be told; change -9"
    set_to(monkeypatch, srs_inclusive=True)
    desk.thresholds.set.click()
    qtbot.waitUntil(lambda: "concern: total" in line(desk.scores.grid, "P1/5")[-1])
    told = desk.thresholds.told.text()
    assert "a total ≤ 30" in told
    assert "Not the defaults: srs_total (default 36), srs_item (default 9), srs_incl" in told
    set_to(monkeypatch, psq_selects=3)
    desk.thresholds.set.click()
    qtbot.waitUntil(lambda: line(desk.scores.grid, "P1/1")[2] == "no problem")
    kept = measures.thresholds.kept(study_of(desk))
    assert (kept.of_srs.total, kept.of_srs.inclusive, kept.of_psq.selects) == (30, True, 3)


def test_a_coder_cannot_set_thresholds(desk, window):
    study_of(desk).unblind(None, "all is coded")
    window.studies.code_as("Ada", "samstag-2003")
    assert desk.thresholds.isVisible()
    assert not desk.thresholds.set.isEnabled()


def test_the_dialog_names_each_default_with_its_source_and_puts_it_back(desk, qtbot):
    now = measures.thresholds.adjusted(measures.Thresholds(), {"srs_item": 8, "psq_partial": 2})
    dialog = ThresholdsDialog(now)
    qtbot.addWidget(dialog)
    assert dialog.fields["srs_item"].value() == 8
    assert dialog.fields["srs_item"].accessibleDescription() == "default 9 (Duncan et al. 2003)"
    dialog.fields["psq_partial"].setValue(5)
    dialog.accept()
    assert "cannot lie above" in dialog.told.text()
    dialog.fields["srs_inclusive"].setChecked(True)
    dialog.defaults.click()
    assert not dialog.fields["srs_inclusive"].isChecked()
    dialog.accept()
    assert dialog.chosen == measures.Thresholds()


def test_answers_are_entered_by_keyboard_with_what_is_refused_named(desk, qtbot, monkeypatch):
    made = []

    def run(form):
        made.append(form)
        qtbot.addWidget(form)
        form.show()
        form.instrument.setCurrentIndex(0)
        form.session.setText("P9/1")
        form.session.editingFinished.emit()
        form.fields["goals"].setText("11")
        form.fields["overall"].setText("x")
        form.accept()
        assert form.isVisible()
        assert "outside 0.0 to 10.0" in form.refused["goals"].text()
        assert "no number" in form.refused["overall"].text()
        assert not form.refused["approach"].text()
        assert form.fields["goals"].accessibleDescription()
        for item in ("relationship", "goals", "approach", "overall"):
            form.fields[item].clear()
            qtbot.keyClicks(form.fields[item], "9.5")
        qtbot.keyClick(form.fields["overall"], Qt.Key.Key_Return)
        return True

    monkeypatch.setattr(dialogs, "run", run)
    desk.scores.grid.setFocus()
    qtbot.keyClick(desk.scores.grid, Qt.Key.Key_Return)
    assert made[0].session.text() == "P9/1"
    qtbot.waitUntil(lambda: any(each[0] == "P9/1" for each in cells(desk.scores.grid)))
    assert line(desk.scores.grid, "P9/1")[1] == "38"


def test_one_questionnaire_after_the_other_is_entered_without_the_mouse(desk, qtbot, monkeypatch):
    def run(form):
        qtbot.addWidget(form)
        with qtbot.waitExposed(form):
            form.show()
        form.instrument.setCurrentIndex(1)
        form.session.setText("P1/8")
        form.session.editingFinished.emit()
        form.fields["a1"].setFocus()
        for typed in ("7", "7", "2", "1", "3", "1", "He was late"):
            qtbot.keyClicks(form.focusWidget(), typed)
            qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert form.given()["b3"] == "He was late"
        assert form.focusWidget() is form.fields["b4"]
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Backtab)
        assert form.focusWidget() is form.fields["b3"]
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert (form.told.text(), form.session.text()) == ("P1/8 is entered.", "P1/9")
        assert set(form.given().values()) == {""}
        return False

    monkeypatch.setattr(dialogs, "run", run)
    desk.scores.enter.click()
    qtbot.waitUntil(lambda: line(desk.scores.grid, "P1/8")[2].startswith("tension"))
    desk.scores.grid.choose("P1/8")
    assert "B3 the problem, in words: He was late" in desk.scores.words.toPlainText()


def test_after_a_session_comes_the_participants_next_one(desk):
    study = study_of(desk)
    assert next_session(study, "P1/1") == "P1/2"
    assert next_session(study, "p1/8") == "p1/9"
    assert next_session(study, "P9/1") == "P9/2"
    assert next_session(study, "P9/intake") == "P9/"


def test_what_was_answered_in_words_is_shown_as_plain_text_of_both(desk):
    study = study_of(desk)
    measures.enter(study, "P1/1", "psq-patient", {"b1a": 2, "b3": "<b>the diary</b>", "b6": "Time"})
    measures.enter(study, "P1/1", "psq-therapist", {"b1a": 2, "b3": "I pressed"})
    desk.show_study()
    desk.scores.grid.choose("P1/1")
    told = desk.scores.words.toPlainText()
    assert "B3 the problem, in words: <b>the diary</b>" in told
    assert "B6 what helped, in words: Time" in told
    assert (
        "Post Session Questionnaire, therapist\nb1a 2\nB3 the problem, in words: I pressed" in told
    )
    measures.enter(study, "P3/1", "srs", {"total": 30})
    desk.show_study()
    measures.delete(study, study.session("P3/1"), "srs")
    desk.show_study()
    desk.scores.grid.choose("P3/1")
    assert desk.scores.words.toPlainText().startswith("Nothing was answered")


def test_the_form_shows_what_is_there_and_refuses_what_is_no_session(desk, qtbot):
    form = EntryForm(study_of(desk), "P1/2", "psq-patient")
    qtbot.addWidget(form)
    assert form.fields["b1a"].text() == "3"
    form.fields["b3"].setPlainText("The diary")
    form.session.setText("P1")
    form.accept()
    assert "P1" in form.told.text()
    form.session.setText("P1/3/4")
    form.accept()
    assert form.told.text()
    form.session.setText("P1/99")
    form.session.editingFinished.emit()
    form.accept()
    assert "Nothing was answered" in form.told.text()


def test_an_instrument_is_defined(desk, monkeypatch, qtbot):
    def ask(_parent, _title, fields):
        given = dict(fields)
        for name, text in (("Short name", "wai"), ("Title", "Alliance"), ("Items", "task, bond")):
            given[name].setText(text)
        assert isinstance(given["Lowest"], QDoubleSpinBox)
        given["Lowest"].setValue(1)
        given["Highest"].setValue(7)
        given["Answered by"].setCurrentIndex(given["Answered by"].findData("therapist"))
        return True

    monkeypatch.setattr(dialogs, "ask_form", ask)
    desk.scores.define.click()
    study = study_of(desk)
    qtbot.waitUntil(lambda: bool(study.instruments()))
    assert study.instruments() == [
        Instrument("wai", "Alliance", 1.0, 7.0, by=Role.THERAPIST.value, items=("task", "bond"))
    ]


def test_answers_are_deleted_after_asking_which(desk, monkeypatch, qtbot, window):
    asked = []
    monkeypatch.setattr(dialogs, "choose", lambda _p, question, acts: asked.append(acts) or 0)
    desk.scores.grid.choose("P1/5")
    desk.scores.delete.click()
    qtbot.waitUntil(lambda: line(desk.scores.grid, "P1/5")[1] == "")
    assert asked == [["Session Rating Scale"]]
    desk.scores.grid.choose("P1/5")
    desk.scores.delete.click()
    assert "Nothing was answered" in window.told.text()


# Pool


def shown(qtbot, desk, steps=("flagged by the rule",)):
    qtbot.waitUntil(lambda: desk._task is None)
    return {each[0]: each[1] for each in cells(desk.pool.steps)}


def test_the_pool_lists_selected_sessions_with_their_reason_and_state(desk, qtbot, window):
    desk.go_to("Pool")
    steps = shown(qtbot, desk)
    assert (steps["sessions"], steps["with a measure"], steps["flagged by the rule"]) == (
        "16",
        "4",
        "2",
    )
    assert line(desk.pool.grid, "P1/1")[1:4] == ("tension (PSQ)", "not coded", "not listened to")
    assert "tension (B1a)" in desk.pool.told.text()
    assert "Without a measure that it asks about: 12 sessions." in desk.pool.told.text()
    desk.pool.which.setCurrentIndex(1)
    assert len(desk.pool.grid.lines) == 16
    desk.pool.rule.setCurrentIndex(desk.pool.rule.findData("srs"))
    assert shown(qtbot, desk)["flagged by the rule"] == "5"
    assert "total below 36" in desk.pool.told.text()
    wide = measures.thresholds.adjusted(measures.Thresholds(), {"srs_inclusive": 1})
    measures.thresholds.keep(study_of(desk), wide)
    desk.show_study()
    shown(qtbot, desk)
    assert "at or below" in desk.pool.told.text()
    desk.pool.rule.setCurrentIndex(desk.pool.rule.findData("trajectory"))
    assert shown(qtbot, desk)["flagged by the rule"] == "2"
    desk.pool.grid.choose(next(x.key for x in desk.pool.grid.lines if x.cells[0] == "P1/1"))
    qtbot.keyClick(desk.pool.grid, Qt.Key.Key_Return)
    assert window.workspace.session.address == "P1/1"
    assert window.stack.currentWidget() is window.coding


def test_the_pool_names_sessions_left_out_as_consent_has_ended(desk, qtbot):
    study = study_of(desk)
    person = people.participant(study, "P2")
    people.record_consent(study, person, people.Terms(Use.RESEARCH, today()))
    people.end_consent(study, person, Use.RESEARCH, withdrawn=today())
    desk.go_to("Pool")
    assert shown(qtbot, desk)["sessions"] == "8"
    assert "Left out, as consent to their use has ended: P2/1, P2/2" in desk.pool.told.text()
    assert "Without a measure that it asks about: 4 sessions." in desk.pool.told.text()


def test_what_a_rule_cannot_tell_is_listed_with_the_reason(desk, qtbot):
    measures.enter(study_of(desk), "P1/5", "psq-patient", {"b1a": 1})
    desk.go_to("Pool")
    assert shown(qtbot, desk)["cannot be told"] == "1"
    desk.pool.which.setCurrentText("what cannot be told")
    ((address, why, *_),) = cells(desk.pool.grid)
    assert address == "P1/5"
    assert why.startswith("cannot be told: ")


@pytest.mark.parametrize("name", ["Scores", "Pool", "Trajectory", "Congruence"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_every_table_is_exported_with_its_settings_and_noted(
    desk, qtbot, monkeypatch, tmp_path, window, name, suffix
):
    path = tmp_path / f"out{suffix}"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: path)
    desk.go_to(name)
    desk.export.click()
    qtbot.waitUntil(lambda: window.told.text() == f"Wrote {path}")
    what = f"export {name.casefold()} of measures as out{suffix}"
    assert study_of(desk).entries()[-1].what == what
    if suffix == ".json":
        found = json.loads(path.read_text())
        wanted = "k" if name == "Trajectory" else "selects" if name == "Pool" else "psq_selects"
        assert found["settings"][wanted] == (1 if name == "Trajectory" else 2)
        assert found["rows"]


def test_a_table_by_a_rule_that_cannot_be_read_is_not_exported(desk, monkeypatch, tmp_path, told):
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "out.csv")
    desk.go_to("Trajectory")
    desk.trajectory.bar.fields.setText("k=high")
    desk.export.click()
    assert "no value for k" in told[-1]
    assert not (tmp_path / "out.csv").exists()


def test_a_rule_that_cannot_be_read_is_told_in_the_pool_too(desk, qtbot):
    desk.trajectory.bar.fields.setText("k=high")
    desk.go_to("Pool")
    assert "no value for k" in desk.tabs.currentWidget().told.text()


# Trajectory


def test_ruptures_are_told_in_words_with_what_became_of_them(desk):
    desk.go_to("Trajectory")
    page = desk.trajectory
    assert cells(page.people) == [("P1", "1 repaired"), ("P2", "1 open")]
    page.people.choose("P1")
    assert cells(page.ruptures) == [("P1/5", "drop of 9", "repaired at P1/6, V")]
    assert "threshold" in page.about.text()
    page.people.choose("P2")
    assert cells(page.ruptures) == [
        ("P2/6", "drop of 11", "open: The scores end before it can be told.")
    ]


def test_sessions_without_numbers_are_said_to_be_as_listed(desk):
    measures.enter(study_of(desk), "P1/intake", "srs", {"total": 38})
    desk.go_to("Trajectory")
    assert "in the order of the list" in desk.trajectory.about.text()
    assert desk.trajectory.about.text().startswith("Computed for P1")


def pick(box, data):
    box.setCurrentIndex(box.findData(data))


def test_presets_show_their_parameters_and_both_modes_stay_apart(desk):
    desk.go_to("Trajectory")
    page = desk.trajectory
    assert "k=1, spread=stricter, one_step=no, least=5, repair_sessions=3" in page.bar.fields.text()
    pick(page.bar.preset, "fence")
    assert page.bar.fields.text().startswith("reach=1.5, least=4")
    assert cells(page.people) == [("P1", "1 repaired"), ("P2", "no signal")]
    page.bar.mode.setCurrentIndex(1)
    assert cells(page.people)[0] == ("P1", "1 signal")
    assert cells(page.ruptures) == [("P1/5", "below the limit", "limit 36.5")]
    pick(page.bar.preset, "partition")
    assert "together" in cells(page.ruptures)[0][1]
    page.bar.mode.setCurrentIndex(0)
    page.people.choose("P2")
    assert ("after P2/4", "lower level", "R² 0.98") in cells(page.ruptures)
    pick(page.bar.preset, "reliable-alpha")
    assert "sd=None" in page.bar.fields.text()
    page.bar.fields.setText("r=0.88, sd=20")
    page.bar.fields.editingFinished.emit()
    assert {each[1] for each in cells(page.people)} == {"no signal"}
    page.bar.fields.setText("nonsense")
    page.bar.fields.editingFinished.emit()
    assert "no name and value" in page.chart.told
    pick(page.bar.preset, "chart-mean")
    assert ("P2", "1 open") in cells(page.people)


def test_every_score_can_be_followed_and_none_is_said_where_there_is_none(desk):
    desk.go_to("Trajectory")
    page = desk.trajectory
    names = [page.bar.scores.itemText(n) for n in range(page.bar.scores.count())]
    assert "Session Rating Scale, total" in names
    assert "Post Session Questionnaire, patient, b5" in names
    assert not any("b3" in name for name in names)
    page.bar.scores.setCurrentText("Session Rating Scale, goals")
    assert "Nothing is scored yet" in page.chart.told
    page.bar.scores.setCurrentText("Post Session Questionnaire, patient, b1a")
    assert page.chart.chart.of.series.turned


def test_a_chart_is_read_by_pointing_and_by_key_and_leads_to_the_session(desk, qtbot, window):
    desk.go_to("Trajectory")
    page = desk.trajectory
    page.people.choose("P1")
    page.chart.grab()
    spots = {spot.told for spot in page.chart.spots}
    assert (
        "Session 5: 30; drop (9, limit 4.1); trough of a drop of 9, repaired at session 6, V"
        in spots
    )
    assert "Session 6: 38; repaired the drop at session 5" in spots
    page.chart.setFocus()
    for _ in range(2):
        qtbot.keyClick(page.chart, Qt.Key.Key_Right)
    assert page.chart.spots[page.chart.now].told == "Session 2: 39"
    QApplication.processEvents()  # until it is laid out
    page.chart.grab()
    place = page.chart.spots[4].where.center().toPoint()
    qtbot.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=place)
    assert window.workspace.session.address == "P1/5"


def drawn(chart, theme_, size=(800, 400)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(theme.color(theme_.surface))
    painter = QPainter(image)
    spots = chart.draw(painter, image.rect().toRectF(), theme_)
    painter.end()
    return image, spots


def found_near(image, at, color, reach=4):
    x, y = round(at.x()), round(at.y())
    return any(
        image.pixelColor(x + dx, y + dy) == color
        for dx in range(-reach, reach + 1)
        for dy in range(-reach, reach + 1)
    )


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_the_chart_draws_fates_in_their_colours_in_both_themes(qapp, look):
    of = follow(series("P1", DIP, low=0, high=40), Drop())
    chart = Course(of, "SRS total", {n: str(n) for n in range(1, 9)})
    image, spots = drawn(chart, look)
    assert len(spots) == 8
    trough, before = spots[4].where.center(), spots[3].where.center()
    between = QPointF((trough.x() + before.x()) / 2, (trough.y() + before.y()) / 2)
    assert found_near(image, between, theme.color(look.repair.solid))
    ring = QPointF(trough.x(), trough.y() + 8.5)
    assert found_near(image, ring, theme.color(look.danger))
    assert "8 of 8 sessions scored" in chart.about


def test_the_chart_draws_limits_levels_and_gaps(qapp):
    for rule in (Fence(), Partition()):
        of = follow(series("P1", [*SHIFT, None, 38, 39, 28], low=0, high=40), rule)
        _, spots = drawn(Course(of, "SRS total", {}), theme.LIGHT)
        assert len(spots) == 11
    below = follow(series("P1", DIP, low=0, high=40), Fence())
    image, _ = drawn(Course(below, "SRS total", {}), theme.LIGHT)
    accent = theme.color(theme.LIGHT.accent)
    assert any(image.pixelColor(x, y) == accent for x in range(60, 700, 1) for y in range(30, 330))


def test_where_low_is_good_the_axis_says_so_and_shows_the_scores_as_given(qapp):
    of = follow(series("P1", [20, 80, 30], low=0, high=100, higher_is_better=False), Drop())
    chart = Course(of, "distress", {})
    assert "the axis runs downward" in chart.about
    assert drawn(chart, theme.LIGHT)[1][1].told.startswith("Session 2: 80")


def test_several_ruptures_near_each_other_are_told_by_a_letter(qapp):
    values = [38, 28, 38, 28, 38, 28, 38, 28, 38, 28, 29, 29, 29]
    of = follow(series("P1", values, low=0, high=40), Drop())
    assert len(of.episodes) == 5
    drawn(Course(of, "SRS total", {}), theme.LIGHT, (420, 300))
    one = follow(series("P1", [38, 38, 38, 38, 39], low=0, high=40), Fence())
    assert len(drawn(Course(one, "SRS total", {}), theme.LIGHT)[1]) == 5


# Congruence


def test_congruence_is_a_square_with_kappa_and_its_interval(desk):
    desk.go_to("Congruence")
    page = desk.congruence
    assert cells(page.square) == [
        ("rupture", "1", "1", "2"), ("no rupture", "1", "1", "2"), ("all", "2", "2", "4"),
    ]  # fmt: skip
    assert page.kappa.text().startswith("Agreed 50.0 %. Cohen’s kappa 0.00, 95 % interval")
    assert cells(page.cells)[0][:4] == ("both saw a rupture", "1", "25.0 %", "+1.00 (n = 1)")
    assert "the score of the very next session" in page.means.text()
    high = measures.thresholds.adjusted(measures.Thresholds(), {"psq_selects": 5})
    measures.thresholds.keep(study_of(desk), high)
    desk.show_study()
    assert "Cohen’s kappa: " in page.kappa.text()


def test_patients_are_resampled_where_there_are_enough(desk):
    study = study_of(desk)
    for n in range(1, 7):
        for which, at, answer in (
            ("patient", 1, 2),
            ("therapist", 1, 1 + n % 2),
            ("patient", 2, 1),
            ("therapist", 2, 1),
        ):
            measures.enter(study, f"Q{n}/{at}", f"psq-{which}", {"b1a": answer, "b2a": 1})
    measures.enter(study, "Q1/3", "psq-patient", {"b1a": 1, "b2a": 1})
    desk.go_to("Congruence")
    assert "7 patients resampled" in desk.congruence.kappa.text()
    assert "Left out, one of them did not answer: 1" in desk.congruence.about.text()


# Nothing


def test_nothing_happens_when_a_question_is_closed(desk, monkeypatch, window):
    desk.go_to("People")
    before = len(study_of(desk).entries())
    study_of(desk).add_rater("Ada")
    people.add_therapist(study_of(desk), "T1")
    monkeypatch.setattr(dialogs, "ask_line", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: None)
    monkeypatch.setattr(dialogs, "choose", lambda *_: None)
    page = desk.people
    for button, _ in page._acts:
        button.click()
    desk.thresholds.set.click()
    for button in (desk.scores.take_in, desk.scores.define, desk.scores.delete, desk.scores.enter):
        button.click()
    window.act("copy_without_measures")
    window.workspace.tasks.settle()
    assert len(study_of(desk).entries()) == before + 2


# The window


def test_the_desk_is_gone_to_by_key_and_by_the_rail(window, measured, qtbot):
    window.show_study(Study.open(measured))
    window.studies.code_as("lead")
    assert "measuring" not in vars(window.desks)
    window.act("measures_desk")
    assert window.stack.currentWidget() is window.desks.measuring
    assert window.actions_of["measures_desk"].shortcut().toString() == "Alt+5"
    window.act("dark")
    assert window.desks.measuring.trajectory.chart.theme.dark


def test_everything_on_the_desk_has_a_name_and_can_be_reached_by_tab(desk, window):
    for name in ("Scores", "Pool", "Trajectory", "Congruence", "People"):
        desk.go_to(name)
        page = desk._pages[name]
        for kind in (QComboBox, QLineEdit, QDoubleSpinBox):
            for widget in page.findChildren(kind):
                if widget.parent() is not None and not isinstance(
                    widget.parent(), kind | QDoubleSpinBox
                ):
                    assert widget.accessibleName(), (name, widget)
                    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_tab_goes_from_the_session_through_the_items_to_the_buttons(desk, qtbot):
    form = EntryForm(study_of(desk), "P1/1", parent=desk)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    for which, items in ((0, 5), (1, 10)):
        form.instrument.setCurrentIndex(which)
        form.session.setFocus()
        way = []
        for _ in range(2 + items + 3):
            way.append(QApplication.focusWidget())
            QTest.keyClick(way[-1], Qt.Key.Key_Tab)
        assert way[:2] == [form.session, form.instrument]
        assert way[2 : 2 + items] == list(form.fields.values())
        assert [each.text() for each in way[2 + items :]] == [
            "Save",
            "Save, next session",
            "Cancel",
        ]
        assert QApplication.focusWidget() is form.session


def test_what_cannot_be_told_of_an_answer_is_said():
    left_out = srs.read([{"total": 38.0, "goals": 10.0}])[0]
    assert "concern: cannot be told" in srs_said(left_out)
    assert "concern" not in srs_said(srs.read([{"total": 40.0}])[0])
    assert psq_said(psq.read({"b1a": 1})) == "cannot be told"
    assert psq_said(psq.read({"b1a": 3, "b2a": 1})) == "tension, intensity not known"


def test_where_low_is_good_what_is_found_is_told_of_the_scores_as_they_were_given(desk):
    study = study_of(desk)
    for n, value in enumerate([1, 1, 2, 1, 1, 5, 1, 1], 1):
        measures.enter(study, f"P9/{n}", "psq-patient", {"b1a": value, "b2a": 1})
    desk.go_to("Trajectory")
    page = desk.trajectory
    page.bar.scores.setCurrentText("Post Session Questionnaire, patient, b1a")
    page.people.choose("P9")
    assert ("P9/6", "rise of 4", "repaired at P9/7, V") in cells(page.ruptures)
    pick(page.bar.preset, "fence")
    page.bar.mode.setCurrentIndex(1)
    page.people.choose("P9")
    assert any(each[:2] == ("P9/6", "above the limit") for each in cells(page.ruptures))


def test_a_rule_is_told_in_words_with_its_numbers(desk):
    desk.go_to("Trajectory")
    bar = desk.trajectory.bar
    assert (
        "of 1 SD or more (the participant’s own or pooled, whichever is stricter"
        in bar.means.text()
    )
    bar.fields.setText("k=2, spread=within, one_step=yes, repair_sessions=1, repair_share=0.25")
    bar.fields.editingFinished.emit()
    assert (
        "from one session to the next of 2 SD or more (the participant’s own;" in bar.means.text()
    )
    assert "25 % of the drop is won back within 1 session after" in bar.means.text()
    for preset, told in (
        ("chart-median", "below the median less 3 sigma"),
        ("fence", "less 1.5 times"),
        ("partition", "2 scores or more"),
        ("reliable-alpha", "reliability 0.88"),
        ("trend", "2 residual SDs"),
    ):
        pick(bar.preset, preset)
        assert told in bar.means.text()
    pick(bar.preset, "reliable-alpha")
    bar.fields.setText("r=0.9, sd=20")
    bar.fields.editingFinished.emit()
    assert bar.means.text().startswith("A rupture is a decline, peak to trough")
    assert "reliability 0.9, SD 20" in bar.means.text()
    bar.fields.setText("nonsense")
    bar.fields.editingFinished.emit()
    assert bar.means.text() == ""
