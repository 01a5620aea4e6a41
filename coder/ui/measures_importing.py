"""Importing a table of measures: what each column is taken for, before anything is written."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from coder import measures
from coder.measures import Looked
from coder.study import Study
from coder.tables.files import Row
from coder.ui.quiet import QuietComboBox

_HINT = (
    "A row for each session: participant, session, and a column for each answer; or a row for "
    "each answer: participant, session, instrument, item, value. Nothing is written before Import."
)
_HEADS = ("In the table", "First cells", "Taken for")
_PASSED = "(not taken)"
_SHOWN = 200  # rows that are refused
_WIDE, _TALL = 760, 640


class ImportDialog(QDialog):
    """The columns with what each is taken for, and what would come of it."""

    def __init__(
        self, study: Study, path: Path, rows: tuple[Row, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self._study, self._path, self._rows = study, path, rows
        self._known = measures.known_columns(study)
        self.boxes: dict[str, QuietComboBox] = {}
        self.looked: Looked | None = None
        self.missing = QLineEdit(self)
        self.replace = QCheckBox("Replace answers that are there otherwise", self)
        self.grid = QTableWidget(0, len(_HEADS), self)
        self.told, self.refused = QLabel(self), QPlainTextEdit(self)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel, self)
        self.ok = self.buttons.button(kinds.Ok)
        self._lay_out()
        self._show_columns(measures.look(study, path, rows))
        self.missing.editingFinished.connect(self.look)
        self.replace.toggled.connect(lambda _on: self.look())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        hint = QLabel(_HINT, self)
        for label in (hint, self.told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.missing.setPlaceholderText("Cells that stand for no answer: NA, 99")
        self.missing.setAccessibleName("Cells that stand for no answer, with commas between")
        self.refused.setReadOnly(True)
        self.refused.setTabChangesFocus(True)
        self.refused.setAccessibleName("What is refused, row by row")
        self.grid.setAccessibleName("Columns of the table, and what each is taken for")
        self.grid.setHorizontalHeaderLabels(list(_HEADS))
        self.grid.verticalHeader().hide()
        self.grid.setTabKeyNavigation(False)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the boxes in it have it
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.ok.setText("Import")
        layout = QVBoxLayout(self)
        layout.addWidget(hint)
        layout.addWidget(self.grid, 2)
        layout.addWidget(self.missing)
        layout.addWidget(self.replace)
        layout.addWidget(self.told)
        layout.addWidget(self.refused, 1)
        layout.addWidget(self.buttons)
        self.resize(_WIDE, _TALL)

    def done(self, answer: int) -> None:
        """Close; a field that loses the focus with that asks for no other look."""
        self.missing.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        super().done(answer)

    def _show_columns(self, found: Looked) -> None:
        self.grid.setRowCount(len(found.titles))
        for row, (name, cells) in enumerate(found.titles.items()):
            for column, text in enumerate((name, cells)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                item.setToolTip(text)
                self.grid.setItem(row, column, item)
            box = QuietComboBox(self)
            box.addItem(_PASSED, "")
            for ours in self._known:
                box.addItem(ours, ours)
            box.setCurrentIndex(max(box.findData(found.columns.get(name, "")), 0))
            box.setAccessibleName(f"What {name} is taken for")
            box.currentIndexChanged.connect(lambda _row, name=name: self._on_chosen(name))
            self.grid.setCellWidget(row, len(_HEADS) - 1, box)
            self.grid.setRowHeight(row, box.sizeHint().height() + 4)
            self.boxes[name] = box
        self._show(found)

    def _on_chosen(self, name: str) -> None:
        """Take what was chosen for a column from another that had it."""
        ours = self.boxes[name].currentData()
        for other, box in self.boxes.items():
            if ours and other != name and box.currentData() == ours:
                box.blockSignals(True)  # noqa: FBT003 - Qt's own signature
                box.setCurrentIndex(0)
                box.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self.look()

    def columns(self) -> Mapping[str, str]:
        """Which of the table's columns is which of ours; nothing for those that none is."""
        chosen = {box.currentData(): name for name, box in self.boxes.items()}
        return {ours: chosen.get(ours, "") for ours in self._known}

    def without(self) -> list[str]:
        """The cells that stand for no answer."""
        return [each.strip() for each in self.missing.text().split(",") if each.strip()]

    def look(self) -> None:
        """Look again what would come of it."""
        found = measures.look(
            self._study,
            self._path,
            self._rows,
            columns=self.columns(),
            missing=self.without(),
            replace=self.replace.isChecked(),
        )
        self._show(found)

    def _show(self, found: Looked) -> None:
        self.looked = found
        self.told.setText(summary(found))
        self.refused.setPlainText("\n".join(found.refused[:_SHOWN]))
        self.refused.setVisible(bool(found.refused))
        self.ok.setEnabled(not found.refused)


def summary(found: Looked) -> str:
    """What an import would do, in a few sentences."""
    left = [name for name in found.titles if name not in found.columns]
    passed = f" Not taken: {', '.join(left)}." if left else ""
    taken = found.taken
    if found.refused or taken is None:
        return f"{found.rows} rows.{passed} Nothing can be imported, as this is refused:"
    return (
        f"{found.rows} rows: {taken.added} measures would be added, {taken.altered} altered, "
        f"{taken.same} are there already; {taken.sessions} new sessions.{passed}"
    )
