"""The ratings that a scheme asks for."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coder.markers import editing
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_fields import Choice, Field, Line, Rows, Tick, Words

_OVER = (("The session", "session"), ("An episode", "episode"), ("A segment", "segment"))
_EACH = (
    ("Once", None),
    ("For every rupture marker", "marker"),
    ("For withdrawal and for confrontation", "family"),
)
_MOST_MEANINGS = 11  # fields for what each number means


class RatingsTab(QWidget):
    """Choose a rating, and change it; add and remove them."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.list = QListWidget(self)
        self.list.setAccessibleName("Ratings")
        self.add, self.remove = QPushButton("&Add a rating", self), QPushButton("Remo&ve", self)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        page = self._page = QWidget(self.area)
        self.fields: dict[str, Field] = {
            "label": Line("Label", page),
            "low": Line("From", page),
            "high": Line("To", page),
            "over": Choice("Of", page),
            "each": Choice("Asked", page),
            "at_end": Tick("Only at the end of the session", page),
            "about": Words("What is asked", page),
        }
        rows, self._meaning_rows = Rows(page), Rows(page)
        for name, field in self.fields.items():
            title = "" if isinstance(field, Tick) else field.inner.accessibleName()
            rows.add(title, field)
            field.edited.connect(lambda name=name: self._on_edited(name))
        self.meanings: dict[str, Line] = {}
        whole = QVBoxLayout(page)
        whole.addWidget(rows)
        whole.addWidget(self._meaning_rows)
        whole.addStretch(1)
        self.area.setWidget(page)
        self._offer()
        self._lay_out()
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.add.clicked.connect(self.on_add)
        self.remove.clicked.connect(self.on_remove)
        draft.changed.connect(self._tell)
        self.fill()

    def _offer(self) -> None:
        for name, choices in (("over", _OVER), ("each", _EACH)):
            field = self.fields[name]
            if isinstance(field, Choice):
                field.offer(choices)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
            left.addWidget(button)
        layout = QHBoxLayout(self)
        layout.addLayout(left, 1)
        layout.addWidget(self.area, 2)

    @property
    def _scales(self) -> list[Mapping[str, Any]]:
        return list(self._draft.content.get("scales", ()))

    def _current(self) -> Mapping[str, Any] | None:
        row = self.list.currentRow()
        return self._scales[row] if 0 <= row < len(self._scales) else None

    def fill(self, row: int = 0) -> None:
        """List the ratings anew."""
        self.list.clear()
        self.list.addItems([each.get("label", "") for each in self._scales])
        self.list.setCurrentRow(min(row, len(self._scales) - 1))
        self._show()

    def _show(self) -> None:
        scale = self._current()
        self.area.setEnabled(scale is not None)
        self.remove.setEnabled(scale is not None)
        if scale is None:
            return
        for name, field in self.fields.items():
            usual = {"over": "session", "at_end": True, "each": None}.get(name, "")
            value = scale.get(name, usual)
            field.put(str(value) if name in {"low", "high"} else value)
        self._show_meanings(scale)
        self._tell()

    def _show_meanings(self, scale: Mapping[str, Any]) -> None:
        """A field for what each number means, where there are not too many."""
        self._meaning_rows.clear()
        self.meanings.clear()
        low, high, said = scale["low"], scale["high"], scale.get("anchors", {})
        if not isinstance(low, int) or not isinstance(high, int):
            return
        numbers = [str(n) for n in range(low, high + 1)][:_MOST_MEANINGS]
        for number in (*numbers, *(each for each in said if each not in numbers)):
            line = Line(f"{number} means", self._page)
            line.put(said.get(number, ""))
            line.edited.connect(self._on_meaning)
            self.meanings[number] = line
            self._meaning_rows.add(f"{number} means", line)

    def _on_edited(self, name: str) -> None:
        scale = self._current()
        if scale is None:
            return
        value = self.fields[name].value()
        if name in {"low", "high"}:
            value = _number(str(value))
        self._draft.edit(editing.altered_scale, scale["id"], **{name: value})
        if name == "label":
            self.list.currentItem().setText(str(value))
        elif name in {"low", "high"}:
            self._show_meanings(self._scales[self.list.currentRow()])
            self._tell()

    def _on_meaning(self) -> None:
        scale = self._current()
        if scale is not None:
            said = {number: line.value() for number, line in self.meanings.items() if line.value()}
            self._draft.edit(editing.altered_scale, scale["id"], anchors=said)

    def on_add(self) -> None:
        """Add a rating, and go to its label."""
        content, _ = editing.with_scale(self._draft.content, "New rating")
        self._draft.put(content)
        self.fill(len(self._scales) - 1)
        label = self.fields["label"]
        label.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(label, Line):
            label.line.selectAll()

    def on_remove(self) -> None:
        """Take the rating out."""
        scale, row = self._current(), self.list.currentRow()
        if scale is not None:
            self._draft.edit(editing.without_scale, scale["id"])
            self.fill(max(0, row - 1))

    def _tell(self) -> None:
        row = self.list.currentRow()
        for name, field in self.fields.items():
            field.tell(self._draft.why("scales", row, name) if row >= 0 else "")
        for number, line in self.meanings.items():
            line.tell(self._draft.why("scales", row, "anchors", number))


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= len("-100") else text
