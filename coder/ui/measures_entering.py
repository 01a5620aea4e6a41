"""The acts that fill the table of scores: enter, import, define, delete."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QWidget

from coder import measures
from coder.errors import CoderError
from coder.measures import Taken
from coder.session import Instrument, Role
from coder.study import Study
from coder.tables.files import anything
from coder.ui import dialogs
from coder.ui.import_preview import counted
from coder.ui.measures_entry import EntryForm
from coder.ui.measures_importing import ImportDialog
from coder.ui.quiet import QuietComboBox
from coder.ui.workspace import Workspace

_KINDS = "Tables (*.csv *.xlsx *.json)"
_FURTHEST = 1_000_000


class Entering(QObject):
    """Asks for what is to be entered, and has the store's writer enter it."""

    done = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._parent = parent

    def enter(self, address: str) -> None:
        """Show the form, for a session if one is chosen."""
        study = self._workspace.study
        if study is None or self._workspace.viewer is not None:
            return
        form = EntryForm(study, address, parent=self._parent)
        form.entered.connect(lambda at, which, given: self._enter(study, at, which, given))
        dialogs.run(form)

    def _enter(self, study: Study, at: str, which: str, given: Mapping[str, str]) -> None:
        self._write(lambda: measures.enter(study, at, which, given), f"Entered answers of {at}.")

    def take_in(self) -> None:
        """Import a table, after showing what would be taken for what, and what is refused."""
        study = self._workspace.study
        path = dialogs.ask_open(self._parent, "Import a table of measures", _KINDS)
        if study is None or path is None:
            return
        try:
            rows = anything(path)
        except CoderError as fault:
            self._workspace.troubled.emit(fault)
            return
        dialog = ImportDialog(study, path, rows, self._parent)
        if not dialogs.run(dialog):
            return
        named, without = dialog.columns(), dialog.without()
        again = dialog.replace.isChecked()

        def work() -> Taken:
            return measures.take_in(study, path, columns=named, missing=without, replace=again)

        self._write(work, told)

    def define(self) -> None:
        """Define an instrument of the study's own."""
        study, parent = self._workspace.study, self._parent
        name, title, items = (QLineEdit(parent) for _ in range(3))
        low, high = (QDoubleSpinBox(parent) for _ in range(2))
        for box in (low, high):
            box.setRange(-_FURTHEST, _FURTHEST)
        high.setValue(10)
        name.setPlaceholderText("wai")
        items.setPlaceholderText("task, goal, bond; empty for a single score")
        reverse = QCheckBox("A lower score is a better one", parent)
        by = QuietComboBox(parent)
        for role in Role:
            by.addItem(role.value, role.value)
        fields: list[tuple[str, QWidget]] = [
            ("Short name", name),
            ("Title", title),
            ("Items", items),
            ("Lowest", low),
            ("Highest", high),
            ("Answered by", by),
            ("", reverse),
        ]
        if study is None or not dialogs.ask_form(parent, "New instrument", fields):
            return
        made = Instrument(
            name.text().strip().casefold(),
            title.text().strip() or name.text().strip(),
            low.value(),
            high.value(),
            not reverse.isChecked(),
            by.currentData(),
            tuple(each.strip().casefold() for each in items.text().split(",") if each.strip()),
        )
        self._write(lambda: measures.define(study, made), f"Defined {made.title}.")

    def delete(self, address: str) -> None:
        """Delete what was answered to an instrument about a session."""
        study = self._workspace.study
        if study is None or not address:
            return
        session = study.session(address)
        kept = study.measures(self._workspace.viewer, session.id)
        if not kept:
            self._workspace.said.emit(f"Nothing was answered about {address}.")
            return
        names = [measures.instrument(study, each.instrument).title for each in kept]
        asked = f"Delete which answers of {address}? The log keeps what was deleted."
        row = dialogs.choose(self._parent, asked, names)
        if row is None:
            return
        which = kept[row].instrument
        self._write(lambda: measures.delete(study, session, which), f"Deleted {names[row]}.")

    def _write(self, work: Callable[[], object], then_told: str | Callable[[Taken], str]) -> None:
        def then(result: object) -> None:
            said = then_told if isinstance(then_told, str) else told(result)
            self._workspace.said.emit(said)
            self.done.emit()

        self._workspace.tasks.write(work, then, self._workspace.troubled.emit)


def told(taken: object) -> str:
    """What an import did, in a sentence."""
    if not isinstance(taken, Taken):
        return ""
    left = f" Not taken over: {', '.join(taken.passed_over)}." if taken.passed_over else ""
    return (
        f"Added {counted(taken.added, 'measure')}, altered {taken.altered}, there already "
        f"{taken.same}; {counted(taken.sessions, 'new session')}.{left}"
    )
