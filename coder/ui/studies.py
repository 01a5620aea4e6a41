"""What a user does to a study as a whole: make, open, import, put right, export, back up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QWidget

from coder import checks, export, imports, markers
from coder.coding import Rater, submit
from coder.errors import CoderError, PassphraseNeeded
from coder.export import layout
from coder.session import Role, Session, format_clock, parse_clock
from coder.study import Hit, Study
from coder.ui import dialogs, printing
from coder.ui.import_dialog import ImportDialog
from coder.ui.workspace import Workspace
from coder.words import say

STUDIES = "Studies (*.rupture)"


class Studies(QObject):
    """The acts of the Study menu. Work that takes time goes through the one door."""

    opened = Signal(object)
    busy = Signal(str)

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
            import platformdirs  # noqa: PLC0415 - only the sample needs it here

            from coder import sample  # noqa: PLC0415 - the same

            home = platformdirs.user_data_path("rupture-coder", appauthor=False)
            return Study.open(sample.make(home / "sample" / sample.NAME))

        self._open_with(make, None)

    def open(self, path: Path, passphrase: str | None = None) -> None:
        """Open a study, asking for its passphrase if it has one."""
        self._open_with(lambda: Study.open(path, passphrase), passphrase, path)

    def _open_with(
        self, make: Callable[[], Study], passphrase: str | None, path: Path | None = None
    ) -> None:
        self.busy.emit("Opening…")

        def then(study: Study) -> None:
            self.busy.emit("")
            self._passphrase = passphrase
            self.opened.emit(study)

        def failed(fault: BaseException) -> None:
            self.busy.emit("")
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

    # Sessions

    def import_session(self) -> None:
        """Import a transcript and its recording."""
        study = self._workspace.study
        if study is None:
            return
        dialog = ImportDialog(self._window)
        if dialogs.run(dialog) and dialog.path is not None:
            path, request = dialog.path, dialog.request()
            self._do("Importing…", lambda: imports.import_session(study, path, request)[0])

    def _do(self, told: str, work: Callable[[], Session | None]) -> None:
        """Do something to the study in the writer's order, then show the session it returns."""
        self.busy.emit(told)

        def then(session: Session | None) -> None:
            self.busy.emit("")
            workspace = self._workspace
            workspace.open_study(workspace.study, workspace.rater)
            if session is not None:
                workspace.open_session(session)

        def failed(fault: BaseException) -> None:
            self.busy.emit("")
            dialogs.show_error(self._window, fault)

        self._workspace.tasks.write(work, then, failed)

    def correct_session(self) -> None:
        """Put right whose a label is, or where the recording begins."""
        study, session = self._workspace.study, self._workspace.session
        if study is None or session is None:
            return
        boxes: dict[str, QComboBox] = {}
        for speaker in study.speakers(session.id):
            box = QComboBox(self._window)
            box.addItems([role.value for role in Role])
            box.setCurrentText(speaker.role.value)
            boxes[speaker.label] = box
        kept = self._workspace.recording
        clock = QLineEdit("" if kept is None else format_clock(kept.offset_ms), self._window)
        clock.setEnabled(kept is not None)
        fields: list[tuple[str, QWidget]] = [*boxes.items(), ("Recording begins at", clock)]
        hint = "Marks keep the turns they stand on."
        if not dialogs.ask_form(self._window, f"Put right: {session.address}", fields, hint):
            return
        roles = {label: Role(box.currentText()) for label, box in boxes.items()}
        start = clock.text()

        def work() -> Session:
            at_ms = parse_clock(start) if kept is not None else 0
            imports.set_roles(study, session, roles)
            if kept is not None and at_ms != kept.offset_ms:
                imports.set_clock_start(study, session, at_ms)
            return session

        self._do("Putting right…", work)

    def find_recording(self) -> None:
        """Look for a moved or renamed recording in a folder, by its hash."""
        study, session = self._workspace.study, self._workspace.session
        kept = self._workspace.recording
        if study is None or session is None:
            return
        if kept is None:
            dialogs.show_error(self._window, CoderError("no_recording", session=session.address))
            return
        folder = dialogs.ask_folder(self._window, "The folder the recording is in now")
        if folder is not None:

            def work() -> Session:
                imports.relink(study, kept, folder)
                return session

            self._do("Looking for the recording…", work)

    def delete_session(self) -> None:
        """Delete the open session, after a question."""
        study, session = self._workspace.study, self._workspace.session
        if study is None or session is None:
            return
        if self._workspace.viewer is not None:
            dialogs.tell(self._window, "Only the lead deletes a session (Study, Who is coding…).")
            return
        count = len(study.codings(None, session.id))
        question = (
            f"Delete session {session.address} with its transcript and {count} codings?\n"
            "The recording’s file stays. Undo brings the session back; until it is erased from "
            "the study’s log, the transcript is still in the study file."
        )
        if dialogs.confirm(self._window, question, "Delete the session"):

            def work() -> None:
                imports.delete_session(study, session)

            self._do("Deleting…", work)

    def search_study(self) -> None:
        """Search turns and marks over the whole study."""
        study = self._workspace.study
        wanted = dialogs.ask_line(self._window, "Search turns and marks for:") if study else None
        if study is None or not wanted:
            return
        viewer = self._workspace.viewer

        def then(hits: list[Hit]) -> None:
            if not hits:
                dialogs.tell(self._window, "Nothing found.")
                return
            found = QListWidget(self._window)
            for hit in hits:
                who = (
                    f"turn {hit.turn.n}" if hit.turn else f"mark by {hit.rater and hit.rater.name}"
                )
                found.addItem(f"{hit.session.address} · {who} · {hit.text[:120]}")
            found.setCurrentRow(0)
            found.setMinimumSize(560, 320)
            if dialogs.ask_form(self._window, "Found", [("", found)], f"{len(hits)} places"):
                self._go_to(hits[max(0, found.currentRow())])

        self._workspace.tasks.run(
            lambda _task: list(study.search(wanted, viewer)), then, self._workspace.failed.emit
        )

    def _go_to(self, hit: Hit) -> None:
        self._workspace.open_session(hit.session)
        self.gone_to.emit(hit)

    gone_to = Signal(object)

    # Codings

    def submit(self) -> None:
        """Lock the coding on screen, after a question."""
        workspace = self._workspace
        coding = workspace.coding
        if coding is None or not workspace.editable or workspace.study is None:
            return
        flags = [mark for mark in workspace.marks.values() if mark.kind == "flag"]
        open_ = f"{len(flags)} flags have no marker yet.\n" if flags else ""
        question = f"{open_}Submit this coding? It is locked then, and can be compared."
        if dialogs.confirm(self._window, question, "Submit"):
            study, session = workspace.study, workspace.session

            def work() -> Session | None:
                study.apply(submit(coding), "final")
                return session

            self._do("Submitting…", work)

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

            self._do("Ending blindness…", work)

    def export_form(self) -> None:
        """Write a form or a table of the codings on screen."""
        study, workspace = self._workspace.study, self._workspace
        if study is None:
            return
        forms, which = QComboBox(self._window), QComboBox(self._window)
        for form in export.FORMS.values():
            forms.addItem(form.title, form.name)
        which.addItem("this coding", "this")
        which.addItem("every coding I may see", "all")
        fields: list[tuple[str, QWidget]] = [("What", forms), ("Of", which)]
        hint = "A file that leaves the study is no longer protected by it."
        if not dialogs.ask_form(self._window, "Export", fields, hint):
            return
        form = export.FORMS[forms.currentData()]
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in form.suffixes)
        path = dialogs.ask_save(self._window, "Export", kinds, f"{form.name}{form.suffixes[0]}")
        if path is None:
            return
        path = path if path.suffix in form.suffixes else path.with_suffix(form.suffixes[0])
        only = workspace.coding if which.currentData() == "this" else None
        viewer = workspace.viewer

        def work(_task: Any) -> list[Path]:
            coded = [] if form.empty else study.coded(viewer)
            coded = [each for each in coded if only is None or each.coding.id == only.id]
            if not coded and not form.empty:
                raise CoderError("nothing_to_export", form=form.title)
            written = export.write(form.name, coded, path)
            study.note(f"export {form.name}", viewer)
            return written

        def then(written: list[Path]) -> None:
            dialogs.tell(self._window, "Wrote " + ", ".join(str(each) for each in written))

        workspace.tasks.run(work, then, lambda fault: dialogs.show_error(self._window, fault))

    def pages(self) -> tuple[layout.Page, ...]:
        """The form pages of the coding on screen, on the rows of the thesis's form."""
        study, coding = self._workspace.study, self._workspace.coding
        if study is None or coding is None:
            return ()
        coded = study.coded(self._workspace.viewer)
        mine = next(each for each in coded if each.coding.id == coding.id)
        return layout.pages(mine, markers.load("laraway-2015"))

    def print_form(self) -> None:
        """Print the coding on screen, or write it as PDF."""
        pages = self.pages()
        if not pages:
            return
        if dialogs.confirm(self._window, "Print on a printer? (Cancel writes a PDF.)", "Print"):
            printing.ask_and_print(pages, self._window)
            return
        path = dialogs.ask_save(self._window, "PDF", "PDF (*.pdf)", "coding-form.pdf")
        if path is not None:
            printing.to_pdf(pages, path.with_suffix(".pdf"))

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
