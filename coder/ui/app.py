"""Start Qt, catch what was not foreseen, and open the window."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from coder.settings import load
from coder.ui import dialogs, theme
from coder.ui.window import Window


def run(study: Path | None, *, sample: bool) -> int:
    """Open the window on a study, the sample study or neither; return the exit status."""
    app = start()
    window = Window(load())
    sys.excepthook = _reporter(window)

    def furnish(_imported: object) -> None:
        window.furnish()
        if sample:
            window.studies.open_sample()
        elif study is not None:
            window.studies.open(study)

    def warm_up() -> None:
        window.tasks.run(lambda _task: [importlib.import_module(name) for name in _SLOW], furnish)

    # Queued: the first paint must reach the screen before anything else is done.
    window.painted.connect(warm_up, Qt.ConnectionType.QueuedConnection)
    window.show()
    return app.exec()


# In order of need; imported in a thread while the window is already shown.
_SLOW = ("coder.ui.code_desk", "coder.ui.studies", "coder.ui.forms")


def start() -> QApplication:
    """Make the application and dress it."""
    known = QApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Rupture Coder")
    settings = load()
    theme.wear(app, theme.pick(settings.theme), settings.text_size)
    return app


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def _reporter(window: Window) -> Hook:
    def report(
        _kind: type[BaseException], fault: BaseException, _where: TracebackType | None
    ) -> None:
        dialogs.show_error(window, fault)

    return report
