"""Fields that do nothing nobody asked them for."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget


class QuietComboBox(QComboBox):
    """A box that a turning wheel scrolls past: a rating must not change unnoticed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies around."""
        event.ignore()


class SpacePlays(QObject):
    """Lets Space play where a list would take it for a choice."""

    def __init__(self, play: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._play = play

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a bare Space for the player."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        plays = event.key() == Qt.Key.Key_Space and not event.modifiers()
        if plays:
            self._play()
        return plays


def is_erasing(watched: QObject, event: QKeyEvent) -> bool:
    """Tell whether Ctrl+Backspace is for the words in a field, not for a mark."""
    text = watched.text() if isinstance(watched, QLineEdit) else ""
    if isinstance(watched, QPlainTextEdit):
        text = watched.toPlainText()
    return bool(text) and event.matches(QKeySequence.StandardKey.DeleteStartOfWord)


class UndoElsewhere(QObject):
    """Settles which keys are a text field's own and which the coding's.

    Ctrl+Z goes to the coding where the field has nothing to undo; Ctrl+Backspace stays in a field
    that holds words.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the shortcut back to the window."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if is_erasing(watched, event):
            event.accept()
            return True
        undo = event.matches(QKeySequence.StandardKey.Undo)
        redo = event.matches(QKeySequence.StandardKey.Redo)
        if (undo and not _can(watched, "Undo")) or (redo and not _can(watched, "Redo")):
            event.ignore()
            return True
        return False


def _can(field: QObject, way: str) -> bool:
    if isinstance(field, QLineEdit):
        return field.isUndoAvailable() if way == "Undo" else field.isRedoAvailable()
    if isinstance(field, QPlainTextEdit):
        document = field.document()
        return document.isUndoAvailable() if way == "Undo" else document.isRedoAvailable()
    return False
