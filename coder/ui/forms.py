"""What leaves a coding: submitting it, its forms as files, print and PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QWidget

from coder import export, markers, people
from coder.coding import Kind, State, reopen, submit
from coder.errors import CoderError
from coder.export.fitting import fitting
from coder.leaving import leave
from coder.session import Session
from coder.ui import dialogs, exporting, leaving
from coder.ui.tasks import Task
from coder.ui.whole import left_to_rate
from coder.ui.workspace import Workspace

if TYPE_CHECKING:
    from coder.agreement import Plan
    from coder.export import layout
    from coder.reliability import Compared

_THESIS = "laraway-2015"
_NAMED = 3  # missing ratings that are named when a coding is submitted


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
        open_ += self._not_rated()
        question = f"{open_}Submit this coding? It is locked then, and can be compared."
        if dialogs.confirm(self._window, question, "Submit"):
            study, session = workspace.study, workspace.session
            workspace.begin()

            def work() -> Session | None:
                study.apply(submit(coding), "final")
                return session

            self._workspace.do("Submitting…", work)

    def _not_rated(self) -> str:
        """Say which ratings the scheme asks for that were not given; they may stay so."""
        left = left_to_rate(self._workspace)
        names = list(dict.fromkeys(scale.label for scale, _spot in left))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told = ", ".join(names[:_NAMED]) + more
        count = "1 rating is" if len(left) == 1 else f"{len(left)} ratings are"
        return f"{count} missing: {told}.\n" if left else ""

    def export_form(self) -> None:
        """Write a form or a table of the codings on screen."""
        study, workspace = self._workspace.study, self._workspace
        if study is None:
            return
        asked = exporting.ask(self._window, study, workspace.scheme)
        if asked is None:
            return
        if asked.form == exporting.AGREEMENT:
            self._export_usual_agreement()
            return
        form = export.FORMS[asked.form]
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in form.suffixes)
        path = dialogs.ask_save(self._window, "Export", kinds, f"{form.name}{form.suffixes[0]}")
        if path is None:
            return
        only = workspace.coding
        viewer = workspace.viewer

        def work(_task: Any) -> tuple[list[Path], Sequence[str], Sequence[str]]:
            coded = [] if form.empty else study.coded(viewer)
            coded = [c for c in coded if not asked.this or (only and c.coding.id == only.id)]
            coded, ended = people.usable(study, coded)
            if not coded and not form.empty:
                raise CoderError("nothing_to_export", form=form.title)
            coded, unfit = fitting(form.name, coded)
            written = leave(
                study,
                viewer,
                f"export {form.name}",
                lambda: export.write(form.name, coded, path, asked.choices(study)),
            )
            return written, ended, unfit

        def then(done: tuple[list[Path], Sequence[str], Sequence[str]]) -> None:
            dialogs.tell(self._window, _wrote(*done))

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
            what = "export agreement-report"
            return leave(study, viewer, what, lambda: reports.write_agreement(made, path))

        def then(written: list[Path]) -> None:
            dialogs.tell(self._window, _wrote(written, compared.ended))

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

    def pages(self) -> "tuple[layout.Page, ...]":
        """The form pages of the coding on screen: on the rows of the thesis's form, or its own.

        A scheme that the thesis's form has no rows for is printed as its own columns. Raises
        CoderError where consent to the use of the session has ended.
        """
        from coder.export import layout

        study, coding = self._workspace.study, self._workspace.coding
        if study is None or coding is None:
            return ()
        coded = study.coded(self._workspace.viewer)
        mine = [each for each in coded if each.coding.id == coding.id]
        mine, _ended = people.usable(study, mine, named=True)
        if not mine:
            return ()
        own = mine[0].scheme
        counted = _THESIS in markers.row_schemes([own])
        return layout.pages(mine[0], markers.load(_THESIS) if counted else own)

    def print_form(self) -> None:
        """Print the coding on screen, or write it as PDF."""
        try:
            pages = self.pages()
        except CoderError as told:
            self._workspace.troubled.emit(told)
            return
        if not pages:
            self._workspace.said.emit("Nothing is coded here yet.")
            return
        chosen = dialogs.choose(self._window, "The coding form", ("Print…", "Write a PDF…"))
        if chosen == 0:
            self._print(pages)
        elif chosen == 1:
            path = dialogs.ask_save(self._window, "PDF", "PDF (*.pdf)", "coding-form.pdf")
            if path is not None:
                self._write_pdf(pages, path)

    def _print(self, pages: "tuple[layout.Page, ...]") -> None:
        from coder.ui import printing

        printer = printing.ask_printer(self._window)
        if printer is not None and leaving.noted(self._workspace, "print the coding form"):
            printing.to_printer(pages, printer)

    def _write_pdf(self, pages: "tuple[layout.Page, ...]", path: Path) -> None:
        from coder.ui import printing

        what = "write the coding form as PDF"
        leaving.leave(self._workspace, what, lambda: printing.to_pdf(pages, path))


def _wrote(written: Sequence[Path], ended: Sequence[str], unfit: Sequence[str] = ()) -> str:
    """What was written, and the sessions and codings that are not in it."""
    told = ["Wrote " + ", ".join(str(each) for each in written)]
    if ended:
        told.append(f"Left out, as consent has ended: {', '.join(ended)}.")
    if unfit:
        own = export.FORMS[exporting.OWN_ROWS].title
        told.append(
            f"Left out, as the form has no rows for them (“{own}” has): {', '.join(unfit)}."
        )
    return "\n".join(told)
