"""Fields that do nothing nobody asked them for."""

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


class UndoElsewhere(QObject):
    """Lets Ctrl+Z through to the coding where a text field has nothing of its own to undo."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the shortcut back to the window."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
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
