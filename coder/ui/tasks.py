"""The one door to work away from the window, and the store's writer behind it.

Work never touches a widget; its result, or its CoderError, comes back on the main thread.
"""

import queue
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

Work = Callable[["Task"], Any]


class Task(QObject):
    """One piece of work: it may report its progress, and asks whether to stop."""

    progressed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the work to end."""
        self._stop.set()

    def stopped(self) -> bool:
        """Tell the work whether it should end."""
        return self._stop.is_set()

    def progress(self, share: float) -> None:
        """Say how much is done, 0 to 1; from any thread."""
        self.progressed.emit(share)


class Tasks(QObject):
    """Runs work in threads: ``run`` for what may overlap, ``write`` for what must keep order."""

    failed = Signal(object)
    _arrived = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._running: set[threading.Thread] = set()
        self._tasks: set[Task] = set()

    def run(
        self,
        work: Work,
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> Task:
        """Start work now; ``then`` gets its result on the main thread."""
        task = Task()
        self._tasks.add(task)
        thread = threading.Thread(
            target=lambda: self._finish(lambda: work(task), then, failed, task), daemon=True
        )
        self._running.add(thread)
        thread.start()
        return task

    def write(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Have the store's writer do this after all it was given before."""
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_on, daemon=True)
            self._writer.start()
        self._queue.put(lambda: self._finish(work, then, failed, None))

    def settle(self) -> None:
        """Wait until the writer has done, and told, all that it was given."""
        if self._writer is not None:
            done = threading.Event()
            self._queue.put(done.set)
            done.wait()
            QCoreApplication.sendPostedEvents(self)

    def close(self) -> None:
        """Wait for the writer to end what it was given, and stop the rest."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None
        for task in tuple(self._tasks):
            task.stop()
        for thread in tuple(self._running):
            thread.join(timeout=5)
        # What is done is told before whoever asked is gone.
        QCoreApplication.sendPostedEvents(self)

    def _write_on(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def _finish(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None,
        task: Task | None,
    ) -> None:
        answer: Callable[[], None]
        try:
            result = work()
        except Exception as fault:  # the second of the two named places: it goes to the window
            caught = fault
            tell = failed or self.failed.emit

            def answer() -> None:
                tell(caught)
        else:

            def answer() -> None:
                then(result)

        self._running.discard(threading.current_thread())
        self._arrived.emit(answer, task)

    @Slot(object, object)
    def _deliver(self, answer: Callable[[], None], task: Task | None) -> None:
        if task is not None:
            self._tasks.discard(task)
        answer()
