"""What leaves a coding: submitting it, its forms as files, print and PDF."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QWidget

from coder import export, markers
from coder.coding import Kind, State, reopen, submit
from coder.errors import CoderError
from coder.export import layout
from coder.session import Session
from coder.ui import dialogs, printing
from coder.ui.tasks import Task
from coder.ui.workspace import Workspace

if TYPE_CHECKING:
    from coder.agreement import Plan
    from coder.reliability import Compared

_AGREEMENT = "agreement-report"


class Forms(QObject):
    """Submit, export, print."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = parent

    def submit(self) -> None:
        """Lock the coding on screen, after a question."""
        workspace = self._workspace
        coding = workspace.coding
        if coding is None or not workspace.editable or workspace.study is None:
            return
        flags = [mark for mark in workspace.marks.values() if mark.kind == Kind.FLAG]
        open_ = f"{len(flags)} flags have no marker yet.\n" if flags else ""
        open_ = open_ if workspace.marks else "This coding holds no mark at all.\n"
        question = f"{open_}Submit this coding? It is locked then, and can be compared."
        if dialogs.confirm(self._window, question, "Submit"):
            study, session = workspace.study, workspace.session
            workspace.begin()

            def work() -> Session | None:
                study.apply(submit(coding), "final")
                return session

            self._workspace.do("Submitting…", work)

    def export_form(self) -> None:
        """Write a form or a table of the codings on screen."""
        study, workspace = self._workspace.study, self._workspace
        if study is None:
            return
        forms, which = QComboBox(self._window), QComboBox(self._window)
        for form in export.FORMS.values():
            forms.addItem(form.title, form.name)
        forms.addItem("The report of agreement between coders", _AGREEMENT)
        which.addItem("this coding", "this")
        which.addItem("every coding I may see", "all")
        fields: list[tuple[str, QWidget]] = [("What", forms), ("Of", which)]
        hint = "A file that leaves the study is no longer protected by it."
        if not dialogs.ask_form(self._window, "Export", fields, hint):
            return
        if forms.currentData() == _AGREEMENT:
            self._export_usual_agreement()
            return
        form = export.FORMS[forms.currentData()]
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in form.suffixes)
        path = dialogs.ask_save(self._window, "Export", kinds, f"{form.name}{form.suffixes[0]}")
        if path is None:
            return
        this = which.currentData() == "this"
        only = workspace.coding
        viewer = workspace.viewer

        def work(_task: Any) -> list[Path]:
            coded = [] if form.empty else study.coded(viewer)
            coded = [c for c in coded if not this or (only and c.coding.id == only.id)]
            if not coded and not form.empty:
                raise CoderError("nothing_to_export", form=form.title)
            written = export.write(form.name, coded, path)
            study.note(f"export {form.name}", viewer)
            return written

        def then(written: list[Path]) -> None:
            dialogs.tell(self._window, "Wrote " + ", ".join(str(each) for each in written))

        workspace.tasks.run(work, then, lambda fault: dialogs.show_error(self._window, fault))

    def _export_usual_agreement(self) -> None:
        """Report on all codings by the rules that were fixed, or the usual ones."""
        from coder import reliability

        study, workspace = self._workspace.study, self._workspace
        if study is None:
            return
        try:
            compared = reliability.compared(study, workspace.viewer)
            plan = reliability.usual_plan(study, workspace.settings.backchannels)
        except CoderError as told:
            dialogs.show_error(self._window, told)
        else:
            self.export_agreement(compared, plan)

    def export_agreement(self, compared: "Compared", plan: "Plan") -> None:
        """Write the report of agreement on some codings."""
        from coder.export import reports

        study, workspace, viewer = self._workspace.study, self._workspace, self._workspace.viewer
        if study is None:
            return
        bands = QComboBox(self._window)
        bands.addItem("no words for the size of a coefficient", None)
        for name, each in reports.BANDS.items():
            bands.addItem(each.author, name)
        hint = "Tables, methods paragraph and, in Excel, every unit. It holds no patient’s words."
        if not dialogs.ask_form(self._window, "Report of agreement", [("Bands", bands)], hint):
            return
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in reports.AGREEMENT)
        path = dialogs.ask_save(self._window, "Report of agreement", kinds, "agreement.docx")
        if path is None:
            return
        chosen: str | None = bands.currentData()

        def work(task: Task) -> list[Path]:
            made = reports.agreement_report_of(
                study, viewer, compared, plan, bands=chosen, tick=task.progress
            )
            written = reports.write_agreement(made, path)
            study.note("export agreement-report", viewer)
            return written

        def then(written: list[Path]) -> None:
            dialogs.tell(self._window, "Wrote " + ", ".join(str(each) for each in written))

        workspace.said.emit("Writing the report of agreement…")
        workspace.tasks.run(work, then, lambda fault: dialogs.show_error(self._window, fault))

    def reopen(self) -> None:
        """Unlock a submitted coding, with a reason that goes on record."""
        workspace, study, coding = self._workspace, self._workspace.study, self._workspace.coding
        if study is None or coding is None:
            return
        if coding.state != State.SUBMITTED:
            workspace.said.emit("This coding is not submitted, so there is nothing to reopen.")
            return
        told = "Why is it reopened? What was submitted first is kept, and agreement rests on it."
        reason = dialogs.ask_line(self._window, told, "")
        if not reason:
            return
        session, by = workspace.session, workspace.viewer

        def work() -> Session | None:
            study.apply(reopen(coding, reason, by), "final")
            return session

        workspace.do("Reopening…", work)

    def pages(self) -> tuple[layout.Page, ...]:
        """The form pages of the coding on screen, on the rows of the thesis's form."""
        study, coding = self._workspace.study, self._workspace.coding
        if study is None or coding is None:
            return ()
        coded = study.coded(self._workspace.viewer)
        mine = [each for each in coded if each.coding.id == coding.id]
        return layout.pages(mine[0], markers.load("laraway-2015")) if mine else ()

    def print_form(self) -> None:
        """Print the coding on screen, or write it as PDF."""
        pages = self.pages()
        if not pages:
            self._workspace.said.emit("Nothing is coded here yet.")
            return
        chosen = dialogs.choose(self._window, "The coding form", ("Print…", "Write a PDF…"))
        if chosen == 0:
            printing.ask_and_print(pages, self._window)
        elif chosen == 1:
            path = dialogs.ask_save(self._window, "PDF", "PDF (*.pdf)", "coding-form.pdf")
            if path is not None:
                self.write_pdf(path)

    def write_pdf(self, path: Path) -> None:
        """Write the coding on screen as PDF."""
        try:
            printing.to_pdf(self.pages(), path)
            self._workspace.said.emit(f"Wrote {path}")
        except CoderError as told:
            dialogs.show_error(self._window, told)
