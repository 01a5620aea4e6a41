"""The fields of the scheme editor: each says beside itself what is wrong in it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coder.ui.quiet import QuietComboBox

_LINES = 3  # that a field of words shows
_NAMES = 5  # that a list to choose from shows
_SHARE = 0.33  # of the width at most for names before fields
_NARROW = 62  # characters across, below which names of fields stand above them


class Field(QWidget):
    """A field with its fault below it; ``edited`` is told of what a hand did, not the program."""

    edited = Signal()

    def __init__(self, name: str, inner: QWidget, parent: QWidget, hint: str = "") -> None:
        super().__init__(parent)
        self.inner = inner
        self._hint = hint
        inner.setAccessibleName(name)
        inner.setAccessibleDescription(hint)
        self.told = QLabel(self)
        self.told.setObjectName("warning")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.hide()
        self.setFocusProxy(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(inner)
        if hint:
            about = QLabel(hint, self)
            about.setObjectName("muted")
            about.setWordWrap(True)
            layout.addWidget(about)
        layout.addWidget(self.told)

    def tell(self, why: str) -> None:
        """Say what is wrong in the field; nothing when it is right."""
        self.told.setText(why)
        self.told.setVisible(bool(why))
        self.inner.setAccessibleDescription(why or self._hint)

    def value(self) -> Any:
        """What the field holds."""
        raise NotImplementedError

    def put(self, value: Any) -> None:
        """Show a value; nobody is told."""
        raise NotImplementedError


class Line(Field):
    """A line of text."""

    def __init__(self, name: str, parent: QWidget, hint: str = "") -> None:
        self.line = QLineEdit(parent)
        super().__init__(name, self.line, parent, hint)
        self.line.textEdited.connect(lambda _text: self.edited.emit())

    def value(self) -> str:
        """The text."""
        return self.line.text()

    def put(self, value: Any) -> None:
        """Show a text."""
        if self.line.text() != (value or ""):
            self.line.setText(value or "")
            self.line.setCursorPosition(0)


class Words(Field):
    """Some lines of text; Tab goes on to the next field."""

    def __init__(self, name: str, parent: QWidget, hint: str = "") -> None:
        self.words = QPlainTextEdit(parent)
        self.words.setTabChangesFocus(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        super().__init__(name, self.words, parent, hint)
        self.measure()
        self._putting = False
        self.words.textChanged.connect(self._on_text)

    def _on_text(self) -> None:
        if not self._putting:
            self.edited.emit()

    def measure(self) -> None:
        """Be as high as some lines of the text as it is now."""
        self.words.setFixedHeight(round((_LINES + 0.9) * self.fontMetrics().lineSpacing()))

    def value(self) -> str:
        """The text."""
        return self.words.toPlainText()

    def put(self, value: Any) -> None:
        """Show a text."""
        if self.words.toPlainText() != (value or ""):
            self._putting = True
            self.words.setPlainText(value or "")
            self._putting = False


class Choice(Field):
    """One of several; what is not among them can be written where that is ``open``."""

    def __init__(
        self, name: str, parent: QWidget, hint: str = "", *, written: bool = False
    ) -> None:
        self.box = QuietComboBox(parent)
        self.box.setEditable(written)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setMinimumContentsLength(8)
        super().__init__(name, self.box, parent, hint)
        self.box.activated.connect(lambda _row: self.edited.emit())
        if written:
            self.box.setInsertPolicy(QuietComboBox.InsertPolicy.NoInsert)
            line = QLineEdit(self.box)
            line.setAccessibleName(name)
            line.editingFinished.connect(self.edited.emit)
            self.box.setLineEdit(line)

    def offer(self, choices: Sequence[tuple[str, Any]], icons: Sequence[QIcon] = ()) -> None:
        """Offer values under their names."""
        self.box.clear()
        for n, (name, value) in enumerate(choices):
            self.box.addItem(icons[n] if icons else QIcon(), name, value)

    def value(self) -> Any:
        """The value that was chosen, or the text that was written."""
        at = self.box.findText(self.box.currentText(), Qt.MatchFlag.MatchFixedString)
        return self.box.itemData(at) if at >= 0 else self.box.currentText()

    def put(self, value: Any) -> None:
        """Show a value; one that is not offered is shown by itself."""
        at = next((n for n in range(self.box.count()) if self.box.itemData(n) == value), -1)
        if at < 0:
            self.box.addItem(str(value), value)
            at = self.box.count() - 1
        self.box.setCurrentIndex(at)


class Tick(Field):
    """Yes or no."""

    def __init__(self, name: str, parent: QWidget, hint: str = "") -> None:
        self.box = QCheckBox(name, parent)
        super().__init__(name, self.box, parent, hint)
        self.box.clicked.connect(lambda _on: self.edited.emit())

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.box.isChecked()

    def put(self, value: Any) -> None:
        """Tick it, or not."""
        self.box.setChecked(bool(value))


class Names(Field):
    """Some of several, ticked in a list; their order is kept, new ones come last."""

    def __init__(self, name: str, parent: QWidget, hint: str = "") -> None:
        self.list = QListWidget(parent)
        super().__init__(name, self.list, parent, hint)
        self._was: list[str] = []
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.measure()
        self.list.itemChanged.connect(lambda _item: self.edited.emit())

    def measure(self) -> None:
        """Be as high as some names in the text as it is now."""
        self.list.setFixedHeight(round(_NAMES * 1.5 * self.fontMetrics().lineSpacing()))

    def show_names(self, names: Sequence[tuple[str, str]], ticked: Sequence[str]) -> None:
        """Show names with their ids, some of them ticked."""
        self._was = list(ticked)
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.list.clear()
        for name, made_id in names:
            item = QListWidgetItem(name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, made_id)
            on = made_id in ticked
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own signature

    def value(self) -> list[str]:
        """The ids that are ticked."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]
        kept = [name for name in self._was if name in ticked]
        return kept + [name for name in ticked if name not in kept]

    def put(self, value: Any) -> None:
        """Tick some of those that are shown."""
        items = [self.list.item(row) for row in range(self.list.count())]
        names = [(item.text(), str(item.data(Qt.ItemDataRole.UserRole))) for item in items]
        self.show_names(names, value or ())


class Rows(QWidget):
    """Fields with their names before them; above them where there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QLabel, QWidget]] = []
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, field: QWidget) -> None:
        """Add a field under its name; a tick has its own."""
        label = QLabel(name, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(field)
        self._rows.append((label, field))
        self._narrow = None
        self._lay_out()

    def clear(self) -> None:
        """Take all fields away."""
        for pair in self._rows:
            for widget in pair:
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self._rows = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put names above fields, or before them."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        widest = max((label.sizeHint().width() for label, _ in self._rows), default=0)
        short = self.width() < _NARROW * self.fontMetrics().averageCharWidth()
        narrow = short or widest > _SHARE * self.width()
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for n, (label, field) in enumerate(self._rows):
            label.setVisible(bool(label.text()) or not narrow)
            label.setContentsMargins(0, 0 if narrow else 5, 6, 0)
            at = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label, n * 2, 0, 1, 2 if narrow else 1, at)
            row, column = (n * 2 + 1, 0) if narrow else (n * 2, 1)
            self._grid.addWidget(field, row, column, 1, 2 - column)


def swatch(color: str, size: int) -> QIcon:
    """A square of a colour."""
    picture = QPixmap(QSize(size, size))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(picture.rect().adjusted(1, 1, -1, -1), 3, 3)
    painter.end()
    return QIcon(picture)
