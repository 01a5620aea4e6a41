"""What a user does to a session: import, put right, delete, search for."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QWidget

from coder import imports
from coder.clock import set_clock_start
from coder.errors import CoderError
from coder.session import Purpose, Role, Session, format_clock, parse_clock
from coder.study import Hit, search
from coder.ui import dialogs
from coder.ui.import_file import MEDIA
from coder.ui.workspace import Workspace


class Sessions(QObject):
    """The acts on sessions of the Study menu."""

    gone_to = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = parent

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
        purpose = QComboBox(self._window)
        purpose.addItems([each.value for each in Purpose])
        purpose.setCurrentText(session.purpose.value)
        fields: list[tuple[str, QWidget]] = [
            *boxes.items(),
            ("Recording begins at", clock),
            ("Coded for", purpose),
        ]
        hint = "Marks keep the turns they stand on."
        if not dialogs.ask_form(self._window, f"Put right: {session.address}", fields, hint):
            return
        roles = {label: Role(box.currentText()) for label, box in boxes.items()}
        start, wanted = clock.text(), Purpose(purpose.currentText())

        def work() -> Session:
            at_ms = parse_clock(start) if kept is not None else 0
            imports.demand_purpose(study, session, wanted)  # all of it is put right, or nothing
            imports.set_roles(study, session, roles)
            if kept is not None and at_ms != kept.offset_ms:
                set_clock_start(study, session, at_ms)
            return imports.set_purpose(study, study.session(session.address), wanted)

        self._workspace.do("Putting right…", work)

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

            self._workspace.do("Looking for the recording…", work)

    def add_recording(self) -> None:
        """Give the open session a recording it came without."""
        study, session = self._workspace.study, self._workspace.session
        if study is None or session is None:
            return
        if self._workspace.recording is not None:
            self._workspace.said.emit("This session has its recording already.")
            return
        path = dialogs.ask_open(self._window, "Recording", MEDIA)
        start = path and dialogs.ask_line(
            self._window, "Session time of the recording’s first moment:", "0:00"
        )
        if path is not None and start:
            viewer, begins = self._workspace.viewer, start

            def work() -> Session:
                imports.add_recording(study, session, path, parse_clock(begins), by=viewer)
                return session

            self._workspace.do("Reading the recording…", work)

    def delete_session(self) -> None:
        """Delete the open session, after a question."""
        study, session = self._workspace.study, self._workspace.session
        if study is None or session is None:
            return
        if self._workspace.viewer is not None:
            dialogs.tell(self._window, "Only the lead deletes a session (Study, Who is coding…).")
            return
        count = len(study.codings(None, session.id))
        codings = "1 coding" if count == 1 else f"{count} codings"
        question = (
            f"Delete session {session.address} with its transcript and {codings}?\n"
            "The recording’s file stays. Undo brings the session back; until it is erased from "
            "the study’s log, the transcript is still in the study file."
        )
        if dialogs.confirm(self._window, question, "Delete the session"):

            def work() -> None:
                imports.delete_session(study, session)

            self._workspace.do("Deleting…", work)

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
            lambda _task: list(search(study, wanted, viewer)), then, self._workspace.failed.emit
        )

    def _go_to(self, hit: Hit) -> None:
        self._workspace.open_session(hit.session)
        self.gone_to.emit(hit)
