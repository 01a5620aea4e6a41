"""The few questions we ask, each one function, and the one place that shows errors.

Every text is set as plain text: Qt would render a patient's words, or a file's name, as HTML.
"""

import re
import traceback
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from coder import __version__
from coder.errors import CoderError
from coder.words import say

_ENDING = re.compile(r"\*(\.\w+)")


def show_error(parent: QWidget | None, fault: BaseException) -> None:
    """Show what went wrong: a sentence when the user can act on it, else a report to copy."""
    if isinstance(fault, CoderError):
        box = QMessageBox(QMessageBox.Icon.Warning, "Rupture Coder", "", parent=parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(say(fault))
        _ask(box)
        return
    box = QMessageBox(QMessageBox.Icon.Critical, "Rupture Coder", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(
        "This is a fault of the program, not of yours. What was shown as saved is saved.\n"
        "Please send the report below to the developers; it holds no patient’s words."
    )
    report = report_of(fault)
    box.setDetailedText(report)
    copy = box.addButton("Copy the report", QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Close)
    _ask(box)
    if box.clickedButton() is copy:
        QApplication.clipboard().setText(report)


def report_of(fault: BaseException) -> str:
    """Tell where a fault arose: file, line and kind; not its message, which may quote words."""
    lines = [f"Rupture Coder {__version__}", type(fault).__name__]
    lines += [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(fault.__traceback__)
    ]
    return "\n".join(lines)


def _ask(box: QMessageBox) -> int:
    """Show a box and wait; tests replace this one function."""
    return box.exec()


def tell(parent: QWidget | None, text: str) -> None:
    """Say something that needs no answer."""
    box = QMessageBox(QMessageBox.Icon.Information, "Rupture Coder", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    _ask(box)


def confirm(parent: QWidget | None, question: str, act: str, *, careful: bool = False) -> bool:
    """Ask before something weighty; the button says what it does. ``careful``: Enter cancels."""
    box = QMessageBox(QMessageBox.Icon.Question, "Rupture Coder", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    yes = box.addButton(act, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    if careful:
        box.setDefaultButton(no)
    _ask(box)
    return box.clickedButton() is yes


def choose(parent: QWidget | None, question: str, acts: Sequence[str]) -> int | None:
    """Offer several acts, each a button; None when none was wanted."""
    box = QMessageBox(QMessageBox.Icon.Question, "Rupture Coder", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    buttons = [box.addButton(act, QMessageBox.ButtonRole.AcceptRole) for act in acts]
    box.addButton(QMessageBox.StandardButton.Cancel)
    _ask(box)
    clicked = box.clickedButton()
    return buttons.index(clicked) if clicked in buttons else None


def ask_line(parent: QWidget | None, question: str, given: str = "") -> str | None:
    """Ask for a line of text; None when the question was closed."""
    text, ok = QInputDialog.getText(
        parent, "Rupture Coder", question, QLineEdit.EchoMode.Normal, given
    )
    return text.strip() if ok else None


def ask_passphrase(parent: QWidget | None, question: str) -> str | None:
    """Ask for a passphrase."""
    text, ok = QInputDialog.getText(
        parent, "Rupture Coder", question, QLineEdit.EchoMode.Password, ""
    )
    return text if ok else None


def ask_words(
    parent: QWidget | None, title: str, hint: str, given: str, known: Sequence[str] = ()
) -> str | None:
    """Ask for a short text, beginning with what is given or with one of the known ones."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(460)
    layout = QVBoxLayout(dialog)
    label = QLabel(dialog)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(hint)
    label.setWordWrap(True)
    layout.addWidget(label)
    field = QPlainTextEdit(dialog)
    field.setTabChangesFocus(True)
    field.setPlainText(given)
    if known:
        choice = QComboBox(dialog)
        choice.addItems(["A new description", *known])
        choice.activated.connect(lambda row: field.setPlainText(known[row - 1] if row else ""))
        layout.addWidget(choice)
    layout.addWidget(field)
    layout.addWidget(_buttons(dialog))
    field.setFocus()
    return field.toPlainText().strip() if run(dialog) else None


def ask_form(
    parent: QWidget | None, title: str, fields: Sequence[tuple[str, QWidget]], hint: str = ""
) -> bool:
    """Show fields under their names; True when they were accepted."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(460)
    layout = QFormLayout(dialog)
    heading = QLabel(dialog)
    heading.setObjectName("title")
    heading.setTextFormat(Qt.TextFormat.PlainText)
    heading.setText(title)
    layout.addRow(heading)
    if hint:
        label = QLabel(dialog)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(hint)
        label.setWordWrap(True)
        layout.addRow(label)
    for name, widget in fields:
        layout.addRow(name, widget)
    layout.addRow(_buttons(dialog))
    return run(dialog)


def run(dialog: QDialog) -> bool:
    """Show a dialog and wait; tests replace this one function."""
    accepted = bool(dialog.exec())
    dialog.deleteLater()
    return accepted


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    kinds = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel, dialog)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons


def ask_open(parent: QWidget | None, title: str, kinds: str) -> Path | None:
    """Ask for a file to read."""
    name, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(name) if name else None


def ask_save(parent: QWidget | None, title: str, kinds: str, given: str = "") -> Path | None:
    """Ask where to write a file; its name gets the ending of the kind that was chosen."""
    name, kind = QFileDialog.getSaveFileName(parent, title, given, kinds)
    return with_ending(Path(name), kind or kinds, kinds) if name else None


def with_ending(path: Path, kind: str, kinds: str) -> Path:
    """Add the ending of ``kind`` to a name that has none of the ``kinds`` offered.

    A dot in the name is part of the name: “week.2” becomes “week.2.docx”.
    """
    endings, wanted = _ENDING.findall(kinds), _ENDING.findall(kind)
    if path.suffix in endings or not wanted:
        return path
    return path.with_name(path.name + wanted[0])


def ask_folder(parent: QWidget | None, title: str) -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None


ABOUT = f"""Rupture Coder {__version__}

Codes alliance ruptures in recorded psychotherapy sessions.

To cite: The Rupture Coder developers (2026). Rupture Coder (version {__version__}) \
[Computer software].

MIT licence. Marker names are those of Samstag, Muran and Safran (2003) and of Laraway (2015); \
definitions, hints and examples are our own.

Nothing leaves this machine."""
