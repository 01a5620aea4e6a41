"""The schemes of a study: its versions, those that ship, files of one's own, and the editor."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from coder import export, markers, schemes
from coder.errors import CoderError
from coder.markers import Scheme, editing
from coder.markers.codebook import Taken
from coder.markers.differing import told as how_told
from coder.session import Session
from coder.study import Study
from coder.tables import codebooks
from coder.ui import dialogs, theme
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_editor import SchemeEditor
from coder.ui.scheme_fields import Names
from coder.ui.workspace import Workspace

_HEAD = ("Scheme", "Version", "Markers", "Codings", "Title")
_FILES = "Schemes and codebooks (*.yaml *.yml *.json *.xlsx *.csv *.tsv)"
_KINDS = "YAML (*.yaml);;Excel (*.xlsx);;CSV (*.csv);;JSON (*.json)"
_MOST_TOLD = 25
_ACTS = (
    ("edit", "New &version…", "Change the chosen scheme: what is saved is a new version of it"),
    ("copy", "&Copy…", "Make a scheme of your own from the chosen one"),
    ("fresh", "&New…", "Begin a scheme from nothing"),
    ("ship", "&Add those that ship…", "Take schemes of the program into the study"),
    ("take", "&Import…", "A scheme, or a lab’s codebook: yaml, json, xlsx or csv"),
    ("give", "&Export…", "Write the chosen version as yaml, xlsx, csv or json"),
    ("move", "&Move codings…", "Take codings in progress to the newest version"),
    ("out", "&Take out…", "Take out the chosen scheme, with all its versions, if none is coded by"),
)
_LEADS = frozenset({"edit", "copy", "fresh", "ship", "take", "move", "out"})


class SchemesDialog(QDialog):
    """List a study's schemes; what is done to them is done at once, and logged."""

    def __init__(self, workspace: Workspace, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._study = study
        self._held: list[schemes.Held] = []
        self.editor: SchemeEditor | None = None
        self.setWindowTitle("Schemes")
        self.resize(900, 560)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels(list(_HEAD))
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName("The schemes of the study")
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        for n, (name, text, about) in enumerate(_ACTS):
            button = QPushButton(text, self)
            button.setToolTip(about)
            button.setAutoDefault(False)
            button.clicked.connect(getattr(self, f"on_{name}"))
            grid.addWidget(button, n // 4, n % 4)
            self.buttons[name] = button
        close = QPushButton("Close", self)
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        grid.addWidget(close, len(_ACTS) // 4, 3)
        layout = QVBoxLayout(self)
        layout.addWidget(self.told)
        layout.addWidget(self.list, 1)
        layout.addLayout(grid)
        self.list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.list.itemActivated.connect(lambda _item, _column: self.on_edit())
        self.fill()

    @property
    def _lead(self) -> bool:
        return self._workspace.viewer is None

    def fill(self, wanted: tuple[str, str] | None = None) -> None:
        """List the versions anew; the one wanted is chosen, or the first."""
        self._held = schemes.held(self._study, self._workspace.viewer)
        self.list.clear()
        newest = {each.scheme.id: each.scheme.version for each in self._held}
        for each in self._held:
            scheme = each.scheme
            last = "" if newest[scheme.id] == scheme.version else "  (older)"
            count = str(each.codings)
            cells = [
                scheme.id,
                scheme.version + last,
                str(len(scheme.markers)),
                count,
                scheme.title,
            ]
            item = QTreeWidgetItem(self.list, cells)
            if wanted in {None, (scheme.id, scheme.version)}:
                self.list.setCurrentItem(item)
                wanted = wanted or (scheme.id, scheme.version)
        for column in range(len(_HEAD)):
            self.list.resizeColumnToContents(column)
        self.list.header().setSectionResizeMode(len(_HEAD) - 1, QHeaderView.ResizeMode.Stretch)
        self.say(
            "A coding is read under the version it was made with; a new coding takes the newest, "
            "which is the one taken in last."
            if self._lead
            else "Only the lead changes schemes (Study, Who is coding…). Any can be exported."
        )
        self._enable()

    def say(self, text: str) -> None:
        """Say what was done, above the list."""
        self.told.setText(text)

    def chosen(self) -> Scheme | None:
        """The version that is chosen in the list."""
        row = self.list.currentIndex().row()
        return self._held[row].scheme if 0 <= row < len(self._held) else None

    def _enable(self) -> None:
        some = self.chosen() is not None
        for name, button in self.buttons.items():
            needs = name in {"edit", "copy", "give", "move", "out"}
            button.setEnabled((some or not needs) and (self._lead or name not in _LEADS))

    def _versions(self) -> set[tuple[str, str]]:
        return {(each.scheme.id, each.scheme.version) for each in self._held}

    # The editor

    def on_edit(self) -> None:
        """Write a new version of the chosen scheme."""
        scheme = self.chosen()
        if scheme is None or not self._lead:
            return
        taken = [version for made, version in self._versions() if made == scheme.id]
        versions = [each.scheme for each in self._held if each.scheme.id == scheme.id]
        used = {marker.id for each in versions for marker in each.markers}
        self._edit(editing.next_version(scheme.content, taken), used=used)

    def on_copy(self) -> None:
        """Copy the chosen scheme under an id of its own."""
        scheme = self.chosen()
        if scheme is not None:
            self._edit(editing.copied(scheme.content, self._free(f"{scheme.id}-own")), fresh=True)

    def on_fresh(self) -> None:
        """Begin a scheme from nothing."""
        entry = {"id": "marker", "label": "First marker", "column": "other"}
        told = {"title": "Our scheme", "source": "Our own codebook."}
        content = {"id": self._free("our-scheme"), "version": "1.0", **told, "markers": [entry]}
        self._edit(content, fresh=True, unsaved=("marker",))

    def _free(self, wanted: str) -> str:
        taken = {made for made, _ in self._versions()} | {*markers.available()}
        names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _edit(self, content: Mapping[str, Any], **of_draft: Any) -> None:
        draft = Draft(content, taken=self._versions(), parent=self, **of_draft)
        worn = theme.pick(self._workspace.settings.theme)
        editor = self.editor = SchemeEditor(draft, worn, self)
        editor.wanted.connect(lambda: self._look_what_is_touched(editor))
        dialogs.run(editor)

    def _look_what_is_touched(self, editor: SchemeEditor) -> None:
        """Show what a new version changes about marks, before it is saved."""
        scheme, study = editor.draft.scheme(), self._study

        def then(question: str) -> None:
            if not question or dialogs.confirm(editor, question, "Save the version"):
                self._take(scheme, editor.done_with)

        self._workspace.tasks.run(
            lambda _task: asked_of(study, scheme), then, self._workspace.troubled.emit
        )

    def _take(self, scheme: Scheme, then: Any = None, also: tuple[str, ...] = ()) -> None:
        """Take a scheme into the study, in the writer's order; ``also`` is said of its file."""
        study, viewer = self._study, self._workspace.viewer

        def done(added: bool) -> None:  # noqa: FBT001 - what take_in returns
            if then is not None:
                then()
            self.fill((scheme.id, scheme.version))
            named = f"{scheme.id} {scheme.version}"
            told = f"{named} is in the study." if added else f"The study has {named}, just so."
            self.say(" ".join((told, *also)))

        self._workspace.tasks.write(
            lambda: schemes.take_in(study, scheme, viewer), done, self._workspace.troubled.emit
        )

    # Files

    def on_ship(self) -> None:
        """Take in a scheme that ships."""
        shipped = [markers.load(each) for each in markers.available()]
        left = [
            each
            for each in shipped
            if (each.id, each.version) not in self._versions() and each.id != markers.SESSION_LEVEL
        ]
        if not left:
            self.say("The study has every scheme that ships.")
            return
        offered = Names("Schemes", self)
        offered.list.setMinimumWidth(70 * self.fontMetrics().averageCharWidth())
        offered.list.setFixedHeight(2 * offered.list.height())
        named = [(f"{each.id} {each.version}: {each.title}", each.id) for each in left]
        offered.show_names(named, ())
        if dialogs.ask_form(self, "Add schemes that ship", [("Schemes", offered)]):
            for name in offered.value():
                self._take(markers.load(name))

    def on_take(self) -> None:
        """Import a scheme or a codebook."""
        path = dialogs.ask_open(self, "Import a scheme or a codebook", _FILES)
        if path is not None:
            self.take(path)

    def take(self, path: Path, sheets: Sequence[str] = ()) -> None:
        """Read a file, and take its scheme in; what is changed is shown first."""
        study = self._study

        def work(_task: object) -> tuple[Taken, str]:
            taken = codebooks.scheme_in(path, sheets=sheets)
            schemes.check(taken.scheme)
            return taken, asked_of(study, taken.scheme)

        def then(found: tuple[Taken, str]) -> None:
            taken, question = found
            if not question or dialogs.confirm(self, question, "Take the version in"):
                left = (f"Left out: {', '.join(taken.left)}.",) if taken.left else ()
                self._take(taken.scheme, also=(*left, *taken.told))

        def failed(fault: BaseException) -> None:
            if isinstance(fault, CoderError) and fault.key == "codebook_several":
                self._ask_sheet(path, fault)
            else:
                self._failed(fault)

        self.say(f"Reading {path.name}…")
        self._workspace.tasks.run(work, then, failed)

    def _ask_sheet(self, path: Path, fault: CoderError) -> None:
        """Ask which sheets of a workbook are the codebook, where it does not say so itself."""
        self.fill()
        names = fault.where["sheets"]
        assert isinstance(names, tuple)  # noqa: S101 - the fault says which sheets there are
        offered = Names("Sheets", self)
        offered.show_names([(name, name) for name in names], names[:1])
        hint = "Several sheets may be the codebook. Those with the same titles can be taken as one."
        asked = dialogs.ask_form(self, "Import a codebook", [("Sheets", offered)], hint)
        if asked and offered.value():
            self.take(path, offered.value())

    def on_give(self) -> None:
        """Export the chosen version."""
        scheme = self.chosen()
        if scheme is None:
            return
        given = f"{scheme.id}-{scheme.version}.yaml"
        path = dialogs.ask_save(self, "Export the scheme", _KINDS, given)
        if path is None:
            return

        def work(_task: object) -> None:
            export.put(lambda: codebooks.written(scheme, path), path)

        self._workspace.tasks.run(work, lambda _done: self.say(f"Wrote {path}"), self._failed)

    def _failed(self, fault: BaseException) -> None:
        self.fill()
        self._workspace.troubled.emit(fault)

    # Codings

    def on_move(self) -> None:
        """Move the codings in progress of the chosen scheme to its newest version."""
        scheme = self.chosen()
        if scheme is None:
            return
        study, newest = self._study, self._study.scheme(scheme.id)
        older = [e for e in self._held if e.scheme.id == scheme.id and e.scheme != newest]
        count = sum(each.in_progress for each in older)
        if not count:
            self.say(f"No coding in progress is under an older version of {scheme.id}.")
            return
        told = f"{count} codings in progress go to {scheme.id} {newest.version}; "
        told += "submitted ones stay under their version."
        instead = self._instead(newest)
        if instead is None or not dialogs.confirm(self, told, "Move"):
            return
        session = self._workspace.session
        moved: list[schemes.Moved] = []

        def work() -> Session | None:
            moved.append(schemes.move(study, scheme.id, None, instead=instead))
            return session

        self._workspace.do("Moving codings…", work)
        self._workspace.tasks.settle()
        self.fill((newest.id, newest.version))
        for each in moved:
            self.say(moved_told(each))

    def on_out(self) -> None:
        """Take out the chosen scheme, after a question; one that is coded by is refused."""
        scheme = self.chosen()
        if scheme is None or not self._lead:
            return
        study, viewer = self._study, self._workspace.viewer
        question = f"{scheme.id} is taken out of the study, with all its versions."
        if not dialogs.confirm(self, question, "Take out", careful=True):
            return

        def done(_count: int) -> None:
            self.fill()
            self.say(f"{scheme.id} is no longer in the study.")

        self._workspace.tasks.write(
            lambda: schemes.take_out(study, scheme.id, viewer), done, self._workspace.troubled.emit
        )

    def _instead(self, newest: Scheme) -> dict[str, str] | None:
        """Ask what takes the place of what is gone; None when nobody said."""
        lost = schemes.left_without(self._study, newest)
        boxes = {name: QComboBox(self) for name in lost}
        for name, box in boxes.items():
            for marker in newest.offered():
                box.addItem(marker.label, marker.id)
            for scale in markers.asked(newest):
                box.addItem(scale.label, scale.id)
            box.setAccessibleName(f"Instead of {name}")
        fields: list[tuple[str, QWidget]] = [
            (f"{name} ({count} ×)", boxes[name]) for name, count in lost.items()
        ]
        hint = f"{newest.id} {newest.version} has no place for these. What stands instead of each?"
        if fields and not dialogs.ask_form(self, "Move codings", fields, hint):
            return None
        return {name: str(box.currentData()) for name, box in boxes.items()}


def moved_told(moved: schemes.Moved) -> str:
    """Say how many codings were moved, and how many stayed."""
    count = f"{moved.codings} coding{'' if moved.codings == 1 else 's'}"
    told = f"Moved to {moved.scheme.id} {moved.scheme.version}: {count}."
    stay = f" Submitted, so left under their version: {moved.stayed}." if moved.stayed else ""
    return told + stay


def asked_of(study: Study, scheme: Scheme) -> str:
    """What is asked before a version is taken in; nothing where nothing coded is touched."""
    touched, called = schemes.touched(study, scheme), schemes.called(study, scheme)
    return touches(touched, called) if touched or called else ""


def touches(touched: list[schemes.Touched], called: Sequence[str] = ()) -> str:
    """Say what is called otherwise, and whose marks a change touches, coding by coding."""
    lines = [
        f"{each.session}, {each.rater} ({each.state.value}): {each.label}, {each.count} × "
        f"({', '.join(map(how_told, each.how))})"
        for each in touched[:_MOST_TOLD]
    ]
    more = len(touched) - _MOST_TOLD
    lines += [f"… and {more} more"] if more > 0 else []
    rest = len(called) - _MOST_TOLD
    new = "; ".join([*called[:_MOST_TOLD], *([f"and {rest} more"] if rest > 0 else [])])
    head = ["Codings under earlier versions stay as they are until they are moved."]
    head += [f"New names and keys: {new}."] if called else []
    head += ["It touches:"] if lines else []
    return "\n".join([*head, *lines])
