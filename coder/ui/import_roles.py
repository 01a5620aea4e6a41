"""Whose the labels of a transcript are: a box for each, with what the speaker says as a sample."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from coder.session import Role
from coder.transcripts import Reading
from coder.ui.import_preview import counted, tip

_ROLES = ((Role.PATIENT, "patient"), (Role.THERAPIST, "therapist"), (Role.OTHER, "someone else"))
_SAMPLE, _SAMPLES = 60, 2  # characters of a sample line, and lines of a speaker
_MOST_LABELS = 60  # more labels than people can speak in a session are no labels
_ROOM = 60  # characters across that leave room for a sample


class ImportRoles(QWidget):
    """Asks whose each label is. What was said holds for the label as it stands in the file."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QGridLayout(self)
        self._rows.setColumnStretch(2, 1)
        self._beside: dict[str, tuple[QLabel, QLabel]] = {}
        self._said: dict[str, Role] = {}
        self._guessed: Mapping[str, Role] = {}
        self._touched = False
        self.labels: Mapping[str, str] = {}
        self.boxes: dict[str, QComboBox] = {}

    def forget(self) -> None:
        """Begin anew with another file."""
        self._said, self._touched = {}, False
        self._set({}, {}, {})

    def chosen(self) -> dict[str, Role]:
        """Whose each label of the file is; nothing while all is as it was guessed."""
        now = {
            label: Role(self.boxes[shown].currentData())
            for label, shown in self.labels.items()
            if label and shown in self.boxes
        }
        guessed = {label: self._guessed.get(self.labels[label], Role.OTHER) for label in now}
        self._touched = self._touched or now != guessed
        if not self._touched:
            return {}
        self._said |= now
        return now

    def show_reading(self, reading: Reading, labels: Mapping[str, str]) -> None:
        """Ask of each label; ``labels`` says how those of the file are shown in the reading."""
        self.chosen()
        samples: dict[str, list[str]] = {}
        for turn in reading.turns:
            lines = samples.setdefault(turn.label, [])
            if len(lines) < _SAMPLES:
                lines.append(turn.text[:_SAMPLE])
        counts = dict([*reading.speakers.items()][:_MOST_LABELS])
        self.labels, self._guessed = labels, reading.roles
        said = {shown: self._said[label] for label, shown in labels.items() if label in self._said}
        self._set(counts, samples, said)

    def _set(
        self,
        counts: Mapping[str, int],
        samples: Mapping[str, list[str]],
        said: Mapping[str, Role],
    ) -> None:
        """Show a row for each label; the box of a label that stays is the same one."""
        for label in [each for each in self.boxes if each not in counts]:
            gone: list[QWidget] = [self.boxes.pop(label), *self._beside.pop(label)]
            for widget in gone:
                self._rows.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for row, (label, count) in enumerate(counts.items()):
            if label not in self.boxes:
                self._add(label)
            name, sample = self._beside[label]
            text = f"{label or '(no label)'} · {counted(count, 'turn')}"
            name.setText(text.replace("&", "&&"))  # with a buddy, a single one marks a key
            sample.setText("“" + "” “".join(samples.get(label, ())) + "”")
            sample.setToolTip(tip(sample.text()))
            box = self.boxes[label]
            box.setCurrentIndex(box.findData(said.get(label, self._guessed.get(label, Role.OTHER))))
            self._rows.addWidget(name, row, 0)
            self._rows.addWidget(box, row, 1)
            self._rows.addWidget(sample, row, 2)
            name.show()  # at once, so that the room they need is known
            box.show()
        if not counts:
            self.labels = {}
        self._fit()

    def _add(self, label: str) -> None:
        name, sample, box = QLabel(self), QLabel(self), QComboBox(self)
        for each in (name, sample):
            each.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        name.setBuddy(box)
        sample.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        box.setAccessibleName(f"Who is {label or 'without a label'}")
        for role, said in _ROLES:
            box.addItem(said, role)
        box.activated.connect(lambda _row: self._on_change())
        self.boxes[label], self._beside[label] = box, (name, sample)

    def _on_change(self) -> None:
        self._touched = True
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the samples out where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() > _ROOM * self.fontMetrics().averageCharWidth()
        for _, sample in self._beside.values():
            sample.setVisible(room)
        self._rows.setColumnStretch(0, 0 if room else 1)
        self._rows.setColumnStretch(2, 1 if room else 0)
