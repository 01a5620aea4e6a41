"""What a user does to a study as a whole: make, open, say who codes, back up, check."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QWidget

from coder import checks, markers
from coder.coding import Rater
from coder.errors import CoderError, PassphraseNeeded
from coder.session import Session
from coder.study import Study
from coder.ui import dialogs
from coder.ui.workspace import Workspace
from coder.words import say

STUDIES = "Studies (*.rupture)"


class Studies(QObject):
    """The acts of the Study menu. Work that takes time goes through the one door."""

    opened = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = parent
        self._passphrase: str | None = None

    # Making and opening

    def new_study(self) -> None:
        """Make a study: where, with which schemes, encrypted or not."""
        schemes = QListWidget(self._window)
        schemes.setSelectionMode(QListWidget.SelectionMode.MultiSelection)
        for each in markers.available():
            schemes.addItem(each)
        schemes.selectAll()
        secret = QCheckBox("Encrypt the study file (recordings are not covered)", self._window)
        fields: list[tuple[str, QWidget]] = [("Schemes", schemes), ("", secret)]
        if not dialogs.ask_form(self._window, "New study", fields):
            return
        chosen = [item.text() for item in schemes.selectedItems()]
        path = dialogs.ask_save(self._window, "New study", STUDIES, "study.rupture")
        if path is None or not chosen:
            return
        given = self._new_passphrase() if secret.isChecked() else None
        if given is None and secret.isChecked():
            return
        path = path if path.suffix == ".rupture" else path.with_name(path.name + ".rupture")
        self._open_with(lambda: Study.create(path, chosen, given), given)

    def _new_passphrase(self) -> str | None:
        given = dialogs.ask_passphrase(
            self._window,
            "Passphrase. Without it nobody, not we either, can open the study again:",
        )
        if given is None:
            return None
        if given != dialogs.ask_passphrase(self._window, "The same again:"):
            dialogs.show_error(self._window, CoderError("passphrase_differs"))
            return None
        return given

    def open_study(self) -> None:
        """Choose a study to open."""
        path = dialogs.ask_open(self._window, "Open study", STUDIES)
        if path is not None:
            self.open(path)

    def open_sample(self) -> None:
        """Open the sample study, made in the user's own data folder the first time."""

        def make() -> Study:
            import platformdirs

            from coder import sample

            home = platformdirs.user_data_path("rupture-coder", appauthor=False)
            return Study.open(sample.make(home / "sample" / sample.NAME))

        self._open_with(make, None)

    def open(self, path: Path, passphrase: str | None = None) -> None:
        """Open a study, asking for its passphrase if it has one."""
        self._open_with(lambda: Study.open(path, passphrase), passphrase, path)

    def _open_with(
        self, make: Callable[[], Study], passphrase: str | None, path: Path | None = None
    ) -> None:
        self._workspace.busy.emit("Opening…")

        def then(study: Study) -> None:
            self._workspace.busy.emit("")
            self._passphrase = passphrase
            self.opened.emit(study)
            # A copy a day, in the background; its failure is worth a word, not a stop.
            self._workspace.tasks.run(
                lambda _task: study.keep_generations(passphrase), lambda _made: None
            )

        def failed(fault: BaseException) -> None:
            self._workspace.busy.emit("")
            if isinstance(fault, PassphraseNeeded) and path is not None:
                given = dialogs.ask_passphrase(self._window, f"Passphrase of {path.name}:")
                if given:
                    self.open(path, given)
                return
            dialogs.show_error(self._window, fault)

        self._workspace.tasks.run(lambda _task: make(), then, failed)

    def choose_coder(self) -> bool:
        """Ask who is coding, and with which scheme; False when nothing was chosen."""
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return False
        names, schemes = QComboBox(self._window), QComboBox(self._window)
        names.setEditable(True)
        names.addItem("Lead (sees all codings, codes none)", None)
        for rater in study.raters():
            names.addItem(rater.name, rater.name)
        names.setCurrentText("" if workspace.rater is None else workspace.rater.name)
        for scheme in study.schemes():
            schemes.addItem(scheme.id)
        line = names.lineEdit()
        if line is not None:
            line.setPlaceholderText("your name, or one from the list")
        fields: list[tuple[str, QWidget]] = [("Coder", names), ("Scheme", schemes)]
        hint = "Choose your name or type a new one. You see no coding but your own while blind."
        if not dialogs.ask_form(self._window, "Who is coding?", fields, hint):
            return False
        self.code_as(names.currentText(), schemes.currentText())
        return True

    def code_as(self, name: str, scheme: str | None = None) -> None:
        """Go on as a coder, added if new; an empty name or “Lead…” is the lead."""
        workspace, study = self._workspace, self._workspace.study
        assert study is not None  # noqa: S101 - asked only with a study open
        rater: Rater | None = None
        try:
            if name.strip() and not name.casefold().startswith("lead"):
                rater = study.add_rater(name)
        except CoderError as told:
            dialogs.show_error(self._window, told)
            return
        session = workspace.session
        workspace.scheme_id = scheme
        workspace.open_study(study, rater)
        if session is not None:
            workspace.open_session(session)

    def unblind(self) -> None:
        """End blindness for the whole study: the lead, once, with a reason."""
        study = self._workspace.study
        if study is None or not study.blind:
            return
        if self._workspace.viewer is not None:
            dialogs.tell(self._window, "Only the lead ends blindness (Study, Who is coding…).")
            return
        question = "Every coder will see every coding. Why now? (It stands in the log.)"
        reason = dialogs.ask_line(self._window, question)
        if reason is not None:

            def work() -> Session | None:
                study.unblind(None, reason)
                return self._workspace.session

            self._workspace.do("Ending blindness…", work)

    # The file

    def back_up(self) -> None:
        """Write a verified backup."""
        study = self._workspace.study
        if study is None:
            return
        given = self._passphrase
        to = study.backup_name()
        self._workspace.tasks.run(
            lambda _task: study.back_up(to, given),
            lambda path: dialogs.tell(self._window, f"Wrote and verified {path}"),
            lambda fault: dialogs.show_error(self._window, fault),
        )

    def check_study(self) -> None:
        """Check the file, its log, every anchor and every recording."""
        study = self._workspace.study
        if study is None:
            return

        def then(found: list[str]) -> None:
            dialogs.tell(self._window, "\n".join(found[:20]) or "The study is whole.")

        self._workspace.tasks.run(
            lambda _task: [say(each) for each in checks.problems(study)],
            then,
            lambda fault: dialogs.show_error(self._window, fault),
        )
