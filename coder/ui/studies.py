"""What a user does to a study as a whole: make, open, say who codes, back up, check."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QWidget

from coder import checks, markers
from coder.coding import Rater
from coder.errors import CoderError, PassphraseNeeded
from coder.leaving import leave
from coder.session import Session
from coder.study import Study, keep_generations
from coder.ui import dialogs
from coder.ui.workspace import Workspace
from coder.words import say

STUDIES = "Studies (*.rupture)"
LEAD_NAME = "lead"
USUAL = ("samstag-2003", "laraway-2015")


class Studies(QObject):
    """The acts of the Study menu. Work that takes time goes through the one door."""

    opened = Signal(object)
    coder_chosen = Signal()

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
            if each != markers.SESSION_LEVEL:  # it goes with every scheme
                schemes.addItem(each)
        for each in USUAL:
            for item in schemes.findItems(each, Qt.MatchFlag.MatchExactly):
                item.setSelected(True)
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
                lambda _task: keep_generations(study, passphrase), lambda _made: None
            )

        def failed(fault: BaseException) -> None:
            self._workspace.busy.emit("")
            wrong = isinstance(fault, CoderError) and fault.key == "study_damaged_or_passphrase"
            if wrong:
                dialogs.show_error(self._window, fault)
            if path is not None and (isinstance(fault, PassphraseNeeded) or wrong):
                given = dialogs.ask_passphrase(self._window, f"Passphrase of {path.name}:")
                if given:
                    self.open(path, given)
            elif not wrong:
                dialogs.show_error(self._window, fault)

        self._workspace.tasks.run(lambda _task: make(), then, failed)

    def choose_coder(self) -> bool:
        """Ask who is coding, and with which scheme; False when nobody said."""
        study = self._workspace.study
        if study is None:
            return False
        names, fresh = QComboBox(self._window), QLineEdit(self._window)
        schemes = QComboBox(self._window)
        names.addItem("choose, or add yourself below", "")
        for rater in study.raters():
            names.addItem(rater.name, rater.name)
        names.addItem("Lead: sees all codings, codes none", LEAD_NAME)
        for scheme in dict.fromkeys(scheme.id for scheme in study.schemes()):
            schemes.addItem(scheme)
        names.currentIndexChanged.connect(
            lambda _row: self._preset(schemes, names.currentData(), study)
        )
        if self._workspace.rater is not None:
            names.setCurrentIndex(names.findData(self._workspace.rater.name))
        fresh.setPlaceholderText("a new coder’s name")
        fresh.textChanged.connect(lambda name: self._preset(schemes, name.strip(), study))
        fields: list[tuple[str, QWidget]] = [
            ("Coder", names),
            ("New coder", fresh),
            ("Scheme", schemes),
        ]
        hint = "While the study is blind you see no coding but your own."
        if not dialogs.ask_form(self._window, "Who is coding?", fields, hint):
            return False
        name = fresh.text().strip() or names.currentData()
        if not name:
            return False
        return self.code_as(name, schemes.currentText())

    def _preset(self, schemes: QComboBox, name: str, study: Study) -> None:
        """Offer the scheme a coder worked with last."""
        mine = [r for r in study.raters() if r.name == name]
        last = study.codings(mine[0].id)[-1:] if mine else []
        if last:
            schemes.setCurrentText(last[0].scheme)

    def code_as(self, name: str, scheme: str | None = None) -> bool:
        """Go on as a coder, added if new, or as the lead; False when the name is none."""
        workspace, study = self._workspace, self._workspace.study
        assert study is not None  # noqa: S101 - asked only with a study open
        rater: Rater | None = None
        try:
            if name.casefold() != LEAD_NAME:
                rater = study.add_rater(name)
        except CoderError as told:
            dialogs.show_error(self._window, told)
            return False
        session = workspace.session
        workspace.scheme_id = scheme
        workspace.open_study(study, rater)
        if session is not None:
            workspace.open_session(session)
        self.coder_chosen.emit()
        return True

    def offer_to_leave(self, fault: CoderError) -> None:
        """Offer to leave an act that can no longer be undone, so that earlier ones can be."""
        workspace, study = self._workspace, self._workspace.study
        question = f"{say(fault)}\nLeave it as it is, so that what was done before can be undone?"
        if study is not None and dialogs.confirm(self._window, question, "Leave it"):
            viewer = workspace.viewer
            workspace.tasks.write(
                lambda: study.pass_over(viewer),
                lambda _done: workspace.acts_changed.emit(),
                workspace.troubled.emit,
            )

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
                from coder import reliability

                reliability.unblind(study, None, reason)
                return self._workspace.session

            self._workspace.do("Ending blindness…", work)

    def schemes(self) -> None:
        """Look at the study's schemes; change them, import and export."""
        from coder.ui.schemes import SchemesDialog

        if self._workspace.study is not None:
            dialog = SchemesDialog(self._workspace, self._workspace.study, self._window)
            dialogs.run(dialog)

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

    def copy_without_measures(self) -> None:
        """Write a copy that holds no answer to any questionnaire: a therapist may be given it."""
        study = self._workspace.study
        if study is None:
            return
        if self._workspace.viewer is not None:
            dialogs.show_error(self._window, CoderError("measures_of_lead"))
            return
        name = f"{study.path.stem} without measures.rupture"
        to = dialogs.ask_save(self._window, "Copy without measures", STUDIES, name)
        if to is None:
            return
        fresh = ""
        if study.encrypted:
            asked = "A passphrase for the copy (empty: the study’s own):"
            fresh = dialogs.ask_passphrase(self._window, asked) or ""
        given = self._passphrase

        def write(_task: object) -> Path:
            what = f"write a copy without measures as {to.name}"

            def copied() -> list[Path]:
                return [study.copy_without_measures(to, given, fresh or None)]

            return leave(study, None, what, copied)[0]

        self._workspace.tasks.run(
            write,
            lambda path: dialogs.tell(
                self._window,
                f"Wrote {path}: it holds no answer to any questionnaire. Its sessions are all "
                "there, and its log says when something was answered, not what.",
            ),
            lambda fault: dialogs.show_error(self._window, fault),
        )

    def check_study(self) -> None:
        """Check the file, its log, every anchor and every recording."""
        study = self._workspace.study
        if study is None:
            return

        def then(found: list[str]) -> None:
            dialogs.tell(self._window, "\n".join(found[:20]) or "The study is whole.")

        viewer = self._workspace.viewer
        self._workspace.tasks.run(
            lambda _task: [say(each) for each in checks.problems(study, viewer)],
            then,
            lambda fault: dialogs.show_error(self._window, fault),
        )
