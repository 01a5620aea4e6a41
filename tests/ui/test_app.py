"""Starting: the window comes up, and what nobody foresaw is reported."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QMessageBox

from coder.ui import app, dialogs

ROOT = Path(__file__).parents[2]


def test_the_window_starts_as_a_user_starts_it(study_path, tmp_path):
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from coder.ui import dialogs, window\n"
        "dialogs.run = lambda dialog: False\n"
        "show = window.Window.show\n"
        "def watched(self):\n"
        "    show(self)\n"
        "    def look():\n"
        "        if not self.furnished or self.workspace.study is None: return QTimer.singleShot(50, look)\n"
        "        self.studies.code_as('Ada')\n"
        "        print(self.workspace.session.address)\n"
        "        self.close()\n"
        "    QTimer.singleShot(50, look)\n"
        "window.Window.show = watched\n"
        "sys.argv = ['rupture-coder', sys.argv[1]]\n"
        "from coder.__main__ import main\n"
        "sys.exit(main())\n"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(study_path)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=environment,
    )
    assert done.stdout.strip() == "P1/1", done.stderr


def test_the_reporter_shows_a_bug(window, told):
    app._reporter(window)(ValueError, ValueError("secret words"), None)
    assert "fault of the program" in told[-1]
    assert "secret" not in told[-1]


def test_questions_are_asked_and_answered(qtbot, qapp):
    def answer(kind, act):
        def look():
            top = qapp.activeModalWidget()
            assert isinstance(top, kind)
            act(top)

        QTimer.singleShot(0, look)

    answer(QMessageBox, lambda box: box.buttons()[0].click())
    assert dialogs.confirm(None, "Do it?", "Do it") is True
    answer(QMessageBox, lambda box: box.reject())
    assert dialogs.confirm(None, "Do it?", "Do it") is False
    answer(QMessageBox, lambda box: box.buttons()[1].click())
    assert dialogs.choose(None, "Which?", ("one", "two")) == 1
    answer(QMessageBox, lambda box: box.reject())
    assert dialogs.choose(None, "Which?", ("one", "two")) is None
    answer(QDialog, lambda box: (box.findChild(QLineEdit).setText(" a word "), box.accept()))
    assert dialogs.ask_line(None, "Which word?") == "a word"
    answer(QDialog, lambda box: box.reject())
    assert dialogs.ask_line(None, "Which word?") is None
    answer(QDialog, lambda box: (box.findChild(QLineEdit).setText("pass"), box.accept()))
    assert dialogs.ask_passphrase(None, "Passphrase?") == "pass"
    answer(QDialog, lambda box: (box.findChild(QComboBox).activated.emit(1), box.accept()))
    assert dialogs.ask_words(None, "Shift", "What changed?", "", ["softer"]) == "softer"
    answer(QDialog, lambda box: box.reject())
    assert dialogs.ask_words(None, "Shift", "What changed?", "given") is None
    field = QLineEdit()
    answer(QDialog, lambda box: box.accept())
    assert dialogs.ask_form(None, "Form", [("Name", field)], "hint") is True
    answer(QMessageBox, lambda box: box.reject())
    dialogs.tell(None, "Said.")


def test_the_report_of_a_bug_is_copied(qtbot, qapp):
    def copy():
        box = qapp.activeModalWidget()
        next(b for b in box.buttons() if b.text() == "Copy the report").click()

    QTimer.singleShot(0, copy)
    dialogs.show_error(None, ValueError("words"))
    assert "ValueError" in qapp.clipboard().text()
    assert "words" not in qapp.clipboard().text()
