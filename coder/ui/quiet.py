"""Fields that do nothing nobody asked them for."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

# The keys by which a drop-down changes what it shows.
_MOVING = frozenset({
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
    Qt.Key.Key_End,
})  # fmt: skip


class QuietComboBox(QComboBox):
    """A box that a turning wheel scrolls past: a rating must not change unnoticed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies around."""
        event.ignore()


class SettledComboBox(QuietComboBox):
    """A box whose choice changes the whole desk: arrows open it, Enter or a click chooses."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list where another box would change at once."""
        shifted = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        typed = event.text().isprintable() and bool(event.text())
        plain = not event.modifiers() & ~shifted
        if plain and (event.key() in _MOVING or typed):
            self.showPopup()
        else:
            super().keyPressEvent(event)


class BoxKeys(QObject):
    """Leaves a drop-down the keys that open it and move in it, whatever else they do here.

    Watches a window: a shortcut that the box did not claim is offered to what lies around it.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the box's own keys before a menu takes them."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        box = watched.focusWidget() if isinstance(watched, QWidget) else None
        if not isinstance(box, QComboBox):
            return False
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        opens = event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}
        opens = opens and held == Qt.KeyboardModifier.AltModifier
        own = opens or (not held and event.key() in {*_MOVING, Qt.Key.Key_F4})
        if own:
            event.accept()
        return own


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
