"""The fields of one mark, for the dialog that changes it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from coder.coding import REPAIR_KINDS, RUPTURE_KINDS, EpisodeId, Family, Kind, Mark
from coder.markers import Marker
from coder.session import Role
from coder.ui.marker_list import offered
from coder.ui.palette import CLARITY, FAMILIES
from coder.ui.workspace import Workspace

_NAMED = {Kind.MARKER, Kind.FLAG, Kind.COMPONENT, Kind.PROCESS}
_TEXTS = {Kind.STATEMENT, Kind.SHIFT}


class MarkEditor:
    """What can be said of a mark: its marker, whose act, family, clarity, episodes, text, note.

    A flag can be named, and a rupture made a flag again; a component stays what it is.
    """

    def __init__(self, workspace: Workspace, mark: Mark, parent: QWidget) -> None:
        self._mark = mark
        self._markers = self._named(workspace)
        self.marker = QComboBox(parent)
        if mark.kind in RUPTURE_KINDS:
            self.marker.addItem("a flag, not yet named", None)
        for each in self._markers.values():
            self.marker.addItem(each.label, each.id)
        if mark.marker is not None and mark.marker not in self._markers:
            self.marker.addItem(workspace.label(mark), mark.marker)
        self.marker.setCurrentIndex(max(0, self.marker.findData(mark.marker)))
        self.person = _choice(parent, [(each.value, each.value) for each in Role], mark.person)
        families = [(family.value, family) for family in FAMILIES]
        self.family = _choice(parent, families, mark.family)
        clarities = [(f"{number} {name}", number) for number, name in CLARITY.items()]
        self.clarity = _choice(parent, [("not said", None), *clarities], mark.clarity)
        self._episodes = _answerable(workspace, mark)
        names = [(name, name) for name in self._episodes]
        here = list(self._episodes.values()).index(mark.episodes)
        self.episode = _choice(parent, names, names[here][0])
        self.text, self.note = QPlainTextEdit(parent), QLineEdit(mark.note, parent)
        self.text.setPlainText(mark.text)
        self.fields = self._fields()

    def _named(self, workspace: Workspace) -> dict[str, Marker]:
        """What the mark may be renamed to: a rupture to a rupture, a component to a component."""
        if self._mark.kind not in _NAMED or workspace.scheme is None:
            return {}
        rupture = self._mark.kind in RUPTURE_KINDS
        kind = Kind.MARKER if rupture else self._mark.kind
        on_offer = {each.id: each for each in offered(workspace.scheme) if each.kind == kind.value}
        own = workspace.marker_of(self._mark)
        return on_offer | ({} if own is None else {own.id: own})

    def _fields(self) -> list[tuple[str, QWidget]]:
        fields: list[tuple[str, QWidget]] = []
        if self._mark.kind in _NAMED:
            fields += [("Marker", self.marker), ("Person", self.person)]
            if self._mark.kind in RUPTURE_KINDS:
                fields.append(("Family", self.family))
            fields.append(("Clarity", self.clarity))
        if self._mark.kind in _TEXTS:
            fields.append(("On the form", self.text))
        if self._mark.kind != Kind.SESSION:
            fields.append(("Episode", self.episode))
        return [*fields, ("Note", self.note)]

    def answers(self) -> dict[str, object]:
        """The fields of the mark as they were left."""
        answers: dict[str, object] = {
            "note": self.note.text().strip(),
            "episodes": self._episodes[self.episode.currentText()],
        }
        if self._mark.kind in _NAMED:
            marker = self.marker.currentData()
            answers["marker"], answers["person"] = marker, self.person.currentData()
            answers["clarity"] = self.clarity.currentData()
        if self._mark.kind in RUPTURE_KINDS:
            answers["kind"] = Kind.FLAG if marker is None else Kind.MARKER
            answers["family"] = Family(self.family.currentData() or Family.UNSURE)
        if self._mark.kind in _TEXTS:
            answers["text"] = self.text.toPlainText().strip()
        return answers


def _choice(parent: QWidget, entries: Sequence[tuple[str, object]], given: object) -> QComboBox:
    box = QComboBox(parent)
    for name, value in entries:
        box.addItem(name, value)
    box.setCurrentIndex(box.findData(given))
    return box


def _answerable(workspace: Workspace, mark: Mark) -> dict[str, tuple[EpisodeId, ...]]:
    """The episodes a mark may belong to, by name; a repair may answer several."""
    choices: dict[str, tuple[EpisodeId, ...]] = {"none: form 1": ()}
    for episode in workspace.episodes.values():
        choices[f"episode {episode.number}"] = (episode.id,)
    if len(workspace.episodes) > 1 and mark.kind in REPAIR_KINDS:
        choices["all episodes"] = tuple(workspace.episodes)
    if mark.episodes not in choices.values():
        choices["as it is"] = mark.episodes
    return choices
