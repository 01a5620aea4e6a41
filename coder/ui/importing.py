"""What a user imports: a session, a folder, another version of a transcript; by menu or dropped."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QListWidget, QWidget

from coder import imports
from coder.session import Session
from coder.ui import dialogs
from coder.ui.import_file import SOUNDS
from coder.ui.workspace import Workspace


class Importing(QObject):
    """The acts of the Study menu that bring something in."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = parent

    def import_session(self) -> None:
        """Import a transcript and its recording."""
        self._import(())

    def import_version(self) -> None:
        """Import another transcript of the open session; marks follow their words."""
        session = self._workspace.session
        if session is None:
            self._workspace.said.emit("Open a session first.")
        else:
            self._import((), session.address)

    def _import(self, given: Sequence[Path], version_of: str | None = None) -> None:
        from coder.ui.import_dialog import ImportDialog

        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return
        known = [session.address for session in study.sessions()]
        dialog = ImportDialog(workspace.tasks, self._window, known, version_of)
        for path in given:
            if path.suffix.lower() in SOUNDS:
                dialog.take_sound(path)
            else:
                dialog.inspect(path)
        if dialogs.run(dialog) and dialog.path is not None:
            path, request, viewer = dialog.path, dialog.request(), workspace.viewer

            def work() -> Session:
                session, reading = imports.import_session(study, path, request, viewer)
                told.append(
                    f"Imported {session.address}: {len(reading.turns)} turns, {len(reading.notes)} "
                    f"notes, {len(reading.reported)} places left out (Study, What the import left "
                    "out…)."
                )
                return session

            told: list[str] = []
            workspace.do("Importing…", work, told)

    def import_folder(self) -> None:
        """Import every transcript of a folder."""
        folder = dialogs.ask_folder(self._window, "The folder with the transcripts")
        if folder is not None:
            self._import_all(folder)

    def _import_all(self, place: Path) -> None:
        from coder.ui.batch_dialog import BatchDialog

        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return
        dialog = BatchDialog(workspace.tasks, study, workspace.viewer, self._window)
        dialog.look(place)
        dialogs.run(dialog)
        if dialog.imported:
            workspace.leave()
            workspace.open_study(study, workspace.rater, known=workspace.known)

    def take(self, paths: Sequence[Path]) -> None:
        """Import what was dropped: a transcript, with its recording, or a folder."""
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if path.suffix.lower() not in SOUNDS]
        if folders:
            self._import_all(folders[0])
        elif len(files) > 1:
            self._workspace.said.emit("Drop one transcript, or a folder that holds several.")
        elif paths:
            self._import(paths)

    def import_report(self) -> None:
        """List what the import left out of the open session, and how the file was read."""
        study, session = self._workspace.study, self._workspace.session
        if study is None or session is None:
            self._workspace.said.emit("Open a session first.")
            return
        version = study.transcripts(session.id)[-1]
        found = QListWidget(self._window)
        found.setAccessibleName("What the import left out")
        found.setMinimumSize(620, 360)
        for each in version.reported:
            found.addItem(f"line {each.line} · {each.why} · {each.text}")
        how = [f"version {version.version}, {version.source}, {version.format}, {version.encoding}"]
        how += version.settings
        how += [f"“{each.put}” put {each.count} times" for each in version.replaced]
        dialogs.ask_form(
            self._window, f"Left out of {session.address}", [("", found)], " · ".join(how)
        )
