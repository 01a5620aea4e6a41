"""The scheme editor: markers, ratings and facts of one version, checked as they are typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from coder import markers
from coder.markers.faults import Fault, told
from coder.markers.settled import settled, tidied
from coder.ui import dialogs
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_facts import FactsTab
from coder.ui.scheme_fields import Line
from coder.ui.scheme_marker_form import MarkerForm
from coder.ui.scheme_marker_list import MarkerList
from coder.ui.scheme_ratings import RatingsTab
from coder.ui.theme import Theme

_MARKERS, _RATINGS, _FACTS = range(3)


class SchemeEditor(QDialog):
    """Edit a draft; ``wanted`` asks for it to be saved, which only a sound one can be."""

    wanted = Signal()

    def __init__(self, draft: Draft, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = draft
        self._sure = False
        self.resize(1080, 760)
        self.markers = MarkerList(draft, self)
        self.form = MarkerForm(draft, theme, self)
        self.ratings = RatingsTab(draft, self)
        self.facts = FactsTab(draft, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.markers)
        split.addWidget(self.form)
        split.setStretchFactor(1, 2)
        split.setSizes([380, 660])
        split.setChildrenCollapsible(False)
        self.tabs.addTab(split, "&Markers")
        self.tabs.addTab(self.ratings, "&Ratings")
        self.tabs.addTab(self.facts, "The &scheme")
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setAccessibleName("What is wrong in the scheme")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.go_there = self.buttons.addButton("&Go to it", role)
        self.save = QPushButton("Save", self)
        self.save.setObjectName("primary")
        self.save.setShortcut("Ctrl+S")
        self.save.setToolTip("Ctrl+S")
        self.buttons.addButton(self.save, role)
        for button in self.buttons.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter ends a line, and saves nothing
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.said)
        layout.addWidget(self.buttons)
        self.markers.chosen.connect(self.form.show_marker)
        self.markers.added.connect(self._on_added)
        draft.changed.connect(self._tell)
        self.save.clicked.connect(self.wanted.emit)
        self.go_there.clicked.connect(self.show_fault)
        self.buttons.rejected.connect(self.reject)
        self.form.show_marker(self.markers.current)
        self._tell()

    def _tell(self) -> None:
        """Say what is wrong, or what would be saved; Save is off until all is right."""
        draft = self.draft
        content = settled(tidied(draft.content))
        self.setWindowTitle(f"{content.get('title', 'Scheme')} · {content.get('version', '')}")
        wrong = len(draft.faults)
        self.said.setObjectName("warning" if wrong else "muted")
        self.said.style().polish(self.said)
        if wrong:
            more = f" ({wrong - 1} more)" if wrong > 1 else ""
            self.said.setText(f"To put right: {told(draft.faults[0], content)}{more}.")
        elif not (draft.altered or draft.fresh):
            self.said.setText("Nothing is changed yet.")
        else:
            scheme = markers.from_content(content)
            held = markers.holding(scheme)
            self.said.setText(f"{held}. It will be saved as {scheme.id} {scheme.version}.")
        self.save.setEnabled(not wrong and (draft.altered or draft.fresh))
        self.go_there.setVisible(bool(wrong))

    def show_fault(self) -> None:
        """Go to the field of the first thing that is wrong."""
        if not self.draft.faults:
            return
        fault = self.draft.faults[0]
        step = fault.path[0] if fault.path else ""
        if step == "markers" and len(fault.path) > 1:
            self._show_marker_fault(fault)
        elif step == "scales":
            self.tabs.setCurrentIndex(_RATINGS)
            row = fault.path[1] if len(fault.path) > 1 else 0
            self.ratings.list.setCurrentRow(int(row))
            self.ratings.list.setFocus()
        else:
            self.tabs.setCurrentIndex(_FACTS)
            field = self.facts.fields.get(str(step), self.facts.fields["title"])
            field.setFocus()
            self.facts.ensureWidgetVisible(field)

    def _show_marker_fault(self, fault: Fault) -> None:
        self.tabs.setCurrentIndex(_MARKERS)
        self.markers.choose(self.draft.content["markers"][fault.path[1]]["id"])
        name = str(fault.path[2]) if len(fault.path) > 2 else "label"  # noqa: PLR2004 - markers, n, field
        field = self.form.fields.get(name, self.form.fields["label"])
        field.setFocus()
        self.form.ensureWidgetVisible(field)

    def _on_added(self) -> None:
        """Name what was added at once."""
        self.tabs.setCurrentIndex(_MARKERS)
        label = self.form.fields["label"]
        label.setFocus()
        self.form.ensureWidgetVisible(label)
        if isinstance(label, Line):
            label.line.selectAll()

    def reject(self) -> None:
        """Close, after a question where something would be lost."""
        if self._may_go():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask as well when the window is closed by its own button."""
        if self._may_go():
            super().closeEvent(event)
        else:
            event.ignore()

    def done_with(self) -> None:
        """Close after the draft was saved."""
        self._sure = True
        self.accept()

    def _may_go(self) -> bool:
        if self._sure or not self.draft.altered:
            return True
        question = "What was changed here is not saved."
        self._sure = dialogs.confirm(self, question, "Discard changes", careful=True)
        return self._sure
