"""Below the sessions: the scheme, and what is said of the open session as a whole."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from coder.markers import asked
from coder.ui.quiet import SettledComboBox
from coder.ui.whole import Whole, left_to_rate
from coder.ui.workspace import Workspace


class WholeBar(QWidget):
    """Buttons that say what was given already; a box of schemes where there are several."""

    def __init__(self, workspace: Workspace, whole: Whole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._whole = whole
        self.scheme = SettledComboBox(self)
        self.scheme.setAccessibleName("Scheme")
        self.scheme.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scheme.setMinimumContentsLength(8)
        heading = QLabel("THIS SESSION", self)
        heading.setObjectName("heading")
        self.around, self.segments = self._button(), self._button()
        self.ratings = self._button()
        self.around.clicked.connect(whole.around_session)
        self.segments.clicked.connect(whole.segment_sheet)
        self.ratings.clicked.connect(whole.rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        for widget in (heading, self.scheme, self.around, self.segments, self.ratings):
            layout.addWidget(widget)
        self.scheme.activated.connect(self._on_scheme)
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(self._on_changed)
        self._on_opened()

    def _button(self) -> QPushButton:
        button = QPushButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _on_scheme(self, row: int) -> None:
        workspace = self._workspace
        if workspace.scheme is not None and self.scheme.itemData(row) != workspace.scheme.id:
            self._whole.choose_scheme(self.scheme.itemData(row))

    def _on_opened(self) -> None:
        workspace, study = self._workspace, self._workspace.study
        self.scheme.clear()
        coding = workspace.coding
        own = coding is not None and coding.rater_id == workspace.viewer
        schemes = study.schemes() if study is not None and own else []
        for scheme_id in dict.fromkeys(scheme.id for scheme in schemes):
            self.scheme.addItem(scheme_id, scheme_id)
        if workspace.scheme is not None:
            self.scheme.setCurrentIndex(self.scheme.findData(workspace.scheme.id))
        self.scheme.setVisible(self.scheme.count() > 1)
        self.setVisible(workspace.scheme is not None)
        self._tell()

    def _on_changed(self, change: object) -> None:
        if getattr(change, "added", ()) or getattr(change, "removed", ()):
            self._tell()

    def _tell(self) -> None:
        workspace = self._workspace
        count = len(self._whole.noted())
        self.around.setText(f"Around it · {count}" if count else "Around it")
        self.around.setToolTip("Late, homework not done, no-show…")
        self.around.setEnabled(workspace.editable)
        self.segments.setText("Segments")
        self.segments.setVisible(workspace.segment_ms is not None)
        wanted = () if workspace.scheme is None else asked(workspace.scheme)
        self.ratings.setVisible(bool(wanted))
        left = len(left_to_rate(workspace)) if wanted else 0
        self.ratings.setText(f"Ratings · {left} left" if left else "Ratings · all given")
