"""Making, opening, importing, putting right, comparing, writing out: the Study menu."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox

from coder import imports
from coder.coding import Kind
from coder.session import Role
from coder.study import Study
from coder.transcripts import Options
from coder.ui import dialogs, printing
from coder.ui.agree_moments import MOMENT
from coder.ui.import_dialog import ImportDialog

from .conftest import saved, write_vtt, write_wav


def code(window, qtbot, name, rows):
    window.studies.code_as(name, "samstag-2003")
    for row, typed in rows:
        window.coding.turns.setCurrentIndex(window.coding.turns.turns.index(row))
        window.coding.palette_panel.start(typed)
        window.coding.palette_panel.choose()
    qtbot.waitUntil(lambda: saved(window))


def submit(window, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    window.act("submit")
    qtbot.waitUntil(lambda: window.workspace.coding.state == "submitted")


def test_a_study_is_made_with_schemes_and_opened(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: True)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "new one.rupture")
    window.act("new_study")
    qtbot.waitUntil(lambda: window.workspace.study is not None)
    assert window.workspace.study.path == tmp_path / "new one.rupture"
    assert [scheme.id for scheme in window.workspace.study.schemes()] == [
        "samstag-2003",
        "laraway-2015",
    ]
    assert "not encrypted" in window.safety.text()


def test_an_encrypted_study_is_made_and_opened_with_its_passphrase(
    window, qtbot, tmp_path, monkeypatch
):
    def answer(_parent, title, fields, _hint=""):
        if title == "New study":
            fields[1][1].setChecked(True)
        return title == "New study"

    monkeypatch.setattr(dialogs, "ask_form", answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "secret.rupture")
    monkeypatch.setattr(dialogs, "ask_passphrase", lambda *_args: "four words of ours")
    window.act("new_study")
    qtbot.waitUntil(lambda: window.workspace.study is not None)
    assert "recordings are not covered" in window.safety.text()
    window.workspace.study.close()
    window.workspace.study = None
    window.studies.open(tmp_path / "secret.rupture")
    qtbot.waitUntil(lambda: window.workspace.study is not None)


def test_a_wrong_passphrase_says_both_that_it_may_be(window, qtbot, tmp_path, monkeypatch, told):
    Study.create(tmp_path / "s.rupture", [], "right").close()
    monkeypatch.setattr(dialogs, "ask_passphrase", lambda *_args: "wrong")
    window.studies.open(tmp_path / "s.rupture")
    qtbot.waitUntil(lambda: bool(told))
    assert "passphrase is wrong, or the file is damaged" in told[-1]
    assert window.workspace.study is None


def look(dialog, path, qtbot):
    """Have the dialog read a file, and wait until it shows what it found."""
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.inspect(path)


def test_a_session_is_imported_as_the_dialog_shows_it(coding, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "second.txt"
    path.write_text(
        "".join(f"A: words number {n} here\n\nB: and answer {n}\n\n" for n in range(6)),
        encoding="utf-8",
    )
    made = []

    def run(dialog):
        made.append(dialog)
        look(dialog, path, qtbot)
        dialog.participant.setText("P2")
        dialog.number.setText("4")
        for label, role in (("A", Role.THERAPIST), ("B", Role.PATIENT)):
            dialog.role_of[label].setCurrentIndex(dialog.role_of[label].findData(role))
        assert dialog.go.isEnabled()
        assert "12 turns" in dialog.found.text()
        shown = dialog.preview.turns
        assert [shown.index(0, n).data() for n in range(4)] == ["1", "", "A", "words number 0 here"]
        return True

    monkeypatch.setattr(dialogs, "run", run)
    coding.studies.code_as("lead")
    coding.act("import_session")
    qtbot.waitUntil(lambda: coding.workspace.session.address == "P2/4")
    assert [turn.role for turn in coding.workspace.turns[:2]] == [Role.THERAPIST, Role.PATIENT]


def test_the_import_dialog_says_why_a_file_cannot_come_in(qtbot, tmp_path, told, tasks):
    dialog = ImportDialog(tasks)
    qtbot.addWidget(dialog)
    path = tmp_path / "prose.txt"
    path.write_text(
        "Once upon a time there was a house. Nobody lived there.\n" * 20, encoding="utf-8"
    )
    look(dialog, path, qtbot)
    assert not dialog.go.isEnabled()
    assert "looks like ordinary text" in dialog.found.text()
    dialog.clock.setText("soon")
    dialog._on_accept()
    assert "not a time" in told[-1]


def test_roles_and_clock_start_are_put_right(coding, qtbot, monkeypatch):
    def answer(_parent, _title, fields, _hint=""):
        named = dict(fields)
        named["T"].setCurrentText("other")
        named["Recording begins at"].setText("0:10")
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    coding.act("correct_session")
    qtbot.waitUntil(lambda: coding.workspace.recording.offset_ms == 10_000)
    assert {turn.role for turn in coding.workspace.turns} == {Role.PATIENT, Role.OTHER}


def test_a_renamed_recording_is_found_by_its_bytes(coding, qtbot, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    shutil.move(tmp_path / "session.wav", tmp_path / "elsewhere" / "renamed.wav")
    write_wav(tmp_path / "elsewhere" / "other.wav", seconds=39)
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_args: tmp_path / "elsewhere")
    coding.act("find_recording")
    qtbot.waitUntil(lambda: coding.workspace.recording.path == "elsewhere/renamed.wav")


def test_a_session_is_deleted_after_a_question_and_undone(coding, qtbot, monkeypatch, told):
    coding.act("delete_session")
    assert "Only the lead" in told[-1]
    asked = []
    monkeypatch.setattr(
        dialogs, "confirm", lambda _parent, question, _act: asked.append(question) or True
    )
    coding.studies.code_as("lead")
    coding.act("delete_session")
    qtbot.waitUntil(lambda: coding.workspace.session is None)
    assert "0 codings?" in asked[0]
    assert coding.workspace.study.sessions() == []
    coding.act("undo")
    qtbot.waitUntil(lambda: saved(coding))
    assert len(coding.workspace.study.turns(coding.workspace.study.sessions()[0].id)) == 12


def test_two_coders_are_compared_and_a_difference_is_heard(coding, qtbot, monkeypatch):
    code(coding, qtbot, "Ada", [(5, "denial"), (3, "storytelling")])
    submit(coding, qtbot, monkeypatch)
    code(coding, qtbot, "Ben", [(5, "denial"), (7, "questions")])
    submit(coding, qtbot, monkeypatch)
    coding.studies.code_as("lead")
    coding.act("agree_desk")
    desk = coding.agreeing
    qtbot.waitUntil(lambda: desk.table.codes.rowCount() > 0)
    # Patient turns that say more than “Mmm”: 6. Withdrawal: both 1, Ada alone 1; confrontation: Ben alone 1.
    rows = {(r.code, r.statistic): r for r in desk.found().results.results}
    assert rows["withdrawal", "percent"].estimate == pytest.approx(5 / 6)
    assert dict(rows["withdrawal", "percent"].counts) == {
        "both": 1,
        "only_first": 1,
        "only_second": 0,
        "neither": 4,
    }
    assert "n = 6" in desk.head.about.text()
    desk.moments.only.setChecked(True)
    model = desk.moments.model
    shown = [model.index(row).data() for row in range(model.rowCount())]
    assert len(shown) == 2
    assert "only Ada" in shown[0]
    played = []
    monkeypatch.setattr(coding.coding.transport, "play_moment", played.append)
    desk.moments.list.clicked.emit(model.index(0))
    assert played == [9_000]
    assert model.index(0).data(MOMENT).turn.n == 4
    unit = desk.choices.unit
    unit.setCurrentIndex(unit.findText("marks, matched one to one"))
    unit.activated.emit(unit.currentIndex())
    qtbot.waitUntil(lambda: "each mark" in desk.head.about.text())
    f1 = {(r.level, r.code, r.statistic): r for r in desk.found().results.results}
    assert f1["family", None, "event_f1"].estimate == pytest.approx(0.5)


def test_the_lead_ends_blindness_with_a_reason(coding, qtbot, monkeypatch, told):
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: "all codings are in")
    coding.act("unblind")
    assert "Only the lead" in told[-1]
    coding.studies.code_as("lead")
    coding.act("unblind")
    qtbot.waitUntil(lambda: not coding.workspace.study.blind)
    assert coding.workspace.study.entries()[-1].what == "unblind: all codings are in"


@pytest.mark.parametrize(
    ("form", "suffix", "beside"),
    [
        ("laraway-2015", ".docx", ""),
        ("marks", ".csv", "-columns"),
        ("session-report", ".html", ""),
        ("codebook", ".html", ""),
        ("blank", ".docx", ""),
    ],
)
def test_forms_are_exported(coding, qtbot, tmp_path, monkeypatch, told, form, suffix, beside):
    code(coding, qtbot, "Ada", [(5, "denial")])

    def answer(_parent, _title, fields, _hint=""):
        fields[0][1].setCurrentIndex(fields[0][1].findData(form))
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / f"out{suffix}")
    coding.act("export_form")
    qtbot.waitUntil(lambda: bool(told))
    second = f", {tmp_path / f'out{beside}{suffix}'}" if beside else ""
    assert told[-1] == f"Wrote {tmp_path / f'out{suffix}'}{second}"
    assert (tmp_path / f"out{suffix}").stat().st_size > 100
    assert coding.workspace.study.entries()[-1].what.startswith("export ")


def test_what_is_on_the_form_is_written_as_pdf(coding, qtbot, tmp_path, monkeypatch):
    code(coding, qtbot, "Ada", [(5, "denial")])
    monkeypatch.setattr(dialogs, "choose", lambda *_args: 1)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "form.pdf")
    coding.act("print_form")
    assert (tmp_path / "form.pdf").read_bytes()[:5] == b"%PDF-"
    text = printing.document(coding.forms.pages()).toPlainText()
    assert "Denial" in text
    assert "0:15" in text
    assert "Rupture Repair During Feedback" in text


def test_the_study_is_searched_and_the_place_found_shown(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: "brother")
    seen = []

    def answer(_parent, _title, fields, _hint=""):
        seen.extend(fields[0][1].item(n).text() for n in range(fields[0][1].count()))
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    coding.act("search_study")
    qtbot.waitUntil(lambda: coding.coding.turns.currentIndex().row() == 3)
    assert len(seen) == 1
    assert "turn 4" in seen[0]


def test_backup_and_check_say_what_they_did(coding, qtbot, told):
    coding.act("back_up")
    qtbot.waitUntil(lambda: any("verified" in text for text in told))
    coding.act("check_study")
    qtbot.waitUntil(lambda: any("whole" in text for text in told))


def test_who_is_coding_is_chosen_or_added(coding, qtbot, monkeypatch):
    def answer(_parent, _title, fields, _hint=""):
        named = dict(fields)
        assert isinstance(named["Coder"], QComboBox)
        named["New coder"].setText("Cleo")
        named["Scheme"].setCurrentText("laraway-2015")
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    coding.act("choose_coder")
    assert coding.workspace.rater.name == "Cleo"
    assert coding.workspace.scheme.id == "laraway-2015"
    assert "Cleo" in coding.who.text()


def test_keys_about_and_settings_are_shown(coding, monkeypatch, told):
    from PySide6.QtGui import QKeySequence

    def change(dialog):
        texts = [
            dialog.table.topLevelItem(n).text(0) for n in range(dialog.table.topLevelItemCount())
        ]
        assert "F5" in texts
        dialog._on_set()
        assert "Choose an action" in dialog.told.text()
        dialog.choose("flag_both")
        dialog.key.setKeySequence(QKeySequence("F5"))
        dialog._on_set()
        assert "Flag withdrawal" in dialog.told.text()
        dialog.key.setKeySequence(QKeySequence("Ctrl+B"))
        dialog._on_set()
        dialog.choose("flag_unsure")
        dialog.key.setKeySequence(QKeySequence("Ctrl+U"))
        dialog._on_set()
        dialog._on_reset()
        return True

    monkeypatch.setattr(dialogs, "run", change)
    coding.act("show_keys")
    assert coding.preferences.now.keys == (("flag_both", "Ctrl+B"),)
    assert coding.actions_of["flag_both"].shortcut().toString() == "Ctrl+B"
    assert coding.actions_of["flag_unsure"].shortcut().toString() == "F8"
    coding.act("about")
    assert "To cite" in told[-1]

    def answer(_parent, _title, fields, _hint=""):
        dict(fields)["How long after the event a key is pressed (ms)"].setValue(1500)
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    coding.act("settings")
    assert coding.workspace.settings.reaction_ms == 1500


def test_every_action_of_the_table_leads_somewhere(coding):
    from coder.ui.actions import ACTS

    owners = (
        coding,
        coding.preferences,
        coding.studies,
        coding.sessions,
        coding.importing,
        coding.forms,
        coding.coding,
        *coding.coding.acting,
        coding.desks,
        coding.workspace,
    )
    assert [act.slot for act in ACTS if not any(hasattr(owner, act.slot) for owner in owners)] == []


def test_the_window_opens_what_is_dropped_and_the_recent_list(window, qtbot, study_path):
    window.welcome.opened.emit(str(study_path))
    qtbot.waitUntil(lambda: window.workspace.study is not None)
    assert window.workspace.session is None  # nobody has said who is looking
    assert "Nobody" in window.who.text()
    window.act("undo")  # which would take back the lead's import
    assert "Say first who" in window.told.text()
    assert window.coding.sessions.index(0).data() == "P1/1\n"
    window.studies.code_as("Ada")
    assert window.preferences.now.recent[0] == str(study_path)
    assert window.workspace.session.address == "P1/1"


def test_the_sample_study_opens(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    window.act("open_sample")
    qtbot.waitUntil(lambda: window.workspace.study is not None, timeout=20_000)
    window.studies.code_as("Expert")
    assert len(window.workspace.turns) == 144
    assert any(m.kind == Kind.STATEMENT for m in window.workspace.marks.values())


def test_a_bug_is_reported_without_anybodys_words(told, qtbot):
    fault = ValueError("what the patient said")
    report = dialogs.report_of(fault)
    dialogs.show_error(None, fault)
    assert "ValueError" in report
    assert "patient said" not in report + told[-1]


def test_peaks_are_kept_beside_a_plain_study_only(coding, qtbot, tmp_path):
    qtbot.waitUntil(lambda: coding.coding.timeline._peaks is not None)
    assert [path.suffix for path in (tmp_path / "Invented study.peaks").iterdir()] == [".npz"]


def test_a_long_session_list_is_not_read_anew_at_each_mark(coding, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(coding.workspace.study, "sessions", lambda: asked.append(1) or [])
    coding.coding.turns.setCurrentIndex(coding.coding.turns.turns.index(5))
    coding.act("flag_both")
    qtbot.waitUntil(lambda: saved(coding))
    assert asked == []


def test_opening_a_study_keeps_a_copy_a_day(window, qtbot, study_path):
    window.studies.open(study_path)
    folder = study_path.with_name("Invented study.backups")
    qtbot.waitUntil(lambda: folder.is_dir() and len(list(folder.glob("*.rupture"))) == 1)


def test_a_forgotten_recording_is_added(coding, qtbot, tmp_path, monkeypatch):
    coding.act("add_recording")
    assert "already" in coding.told.text()
    study = coding.workspace.study
    request = imports.Request(
        "P2", "1", options=Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT})
    )
    session, _ = imports.import_session(study, write_vtt(tmp_path / "second.vtt"), request)
    coding.workspace.open_session(session)
    monkeypatch.setattr(
        dialogs, "ask_open", lambda *_args: write_wav(tmp_path / "late.wav", seconds=30)
    )
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: "0:10")
    coding.act("add_recording")
    qtbot.waitUntil(lambda: coding.workspace.recording is not None)
    assert coding.workspace.recording.offset_ms == 10_000
    coding.coding.transport.play_turn(coding.workspace.turns[0])
    assert "does not hold 0:00" in coding.told.text()


def test_a_name_gets_the_ending_of_the_kind_chosen():
    kinds = "DOCX (*.docx);;XLSX (*.xlsx)"
    for name, kind, expected in (
        ("week.2", "DOCX (*.docx)", "week.2.docx"),
        ("form", "XLSX (*.xlsx)", "form.xlsx"),
        ("form.docx", "DOCX (*.docx)", "form.docx"),
    ):
        assert dialogs.with_ending(Path(name), kind, kinds) == Path(expected)
    assert dialogs.with_ending(Path("x"), "", "") == Path("x")


def test_a_known_session_is_refused_before_the_dialog_closes(qtbot, told, tmp_path, tasks):
    dialog = ImportDialog(tasks, None, ["P1/1"])
    qtbot.addWidget(dialog)
    look(dialog, write_vtt(tmp_path / "s.vtt"), qtbot)
    dialog.participant.setText("P1")
    dialog.number.setText("1")
    dialog._on_accept()
    assert "already" in told[-1]
    dialog.number.setText("")
    dialog._on_accept()
    assert "Give the participant" in told[-1]
