"""Start Qt, catch what was not foreseen, and open the window."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from coder.settings import load
from coder.ui import dialogs, theme
from coder.ui.window import Window


def run(study: Path | None, *, sample: bool) -> int:
    """Open the window on a study, the sample study or neither; return the exit status."""
    app = start()
    window = Window(load())
    window.show()
    sys.excepthook = _reporter(window)
    if sample:
        QTimer.singleShot(0, window.studies.open_sample)
    elif study is not None:
        QTimer.singleShot(0, lambda: window.studies.open(study))
    return app.exec()


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
