"""A file from outside is read in a process of its own, under limits; its answer is checked.

Whatever a hostile file makes a reader do, it does there: without time, memory, disk or network to
do harm with (child), and what comes back is plain data (plain). The patient's words go through
two pipes and nowhere else: not onto the disk, nor into a command line or an environment.
"""

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from coder.errors import CoderError, Stopped
from coder.transcripts import decoding, plain
from coder.transcripts.reading import Reading
from coder.transcripts.source import Options

MOST_SECONDS = 60.0
MOST_ANSWER = 100_000_000  # bytes; what a day's transcript makes is a tenth of it
FROZEN = "--read-apart"  # what the program in a bundle is started with to be the child
_LOOK_S = 0.05  # how soon it is seen that nobody waits any longer

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from coder.transcripts.child import main; main()"
)
# Without the first no Windows program starts; the others say where a Python that is not
# installed in the usual places has its libraries.
_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PLACE = re.compile(r"\w{1,60}|\w{1,60}\.py:\d{1,5}")

_AS_FOUND = Options()


def inspect(
    path: Path, options: Options = _AS_FOUND, stopped: Callable[[], bool] | None = None
) -> Reading:
    """Read a transcript and say what it holds; nothing is written.

    Raises CoderError when the file cannot be read or holds nothing to import, saying what it
    looks like and what to do, and Stopped soon after ``stopped()`` turns true.
    """
    data = decoding.load(path)
    asked = {"path": str(path), "options": plain.from_options(options)}
    head = json.dumps(asked).encode() + b"\n"
    answer = _answer(path, [head, data], stopped)
    try:
        told = json.loads(answer)
        fault, given = told.get("error"), told.get("reading")
        if fault is None and given is not None:
            return plain.to_reading(path, hashlib.sha256(data).hexdigest(), given)
        error = _bug(path, told["bug"]) if fault is None else plain.to_error(path, fault)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as wrong:
        why = "its answer was not whole" if answer else "the reader ended without an answer"
        raise CoderError("transcript_reader_failed", path=path, why=why) from wrong
    raise error


def _bug(path: Path, places: Any) -> CoderError:
    """Name the kind of a fault and its places in our code, and nothing else of it."""
    if not all(_PLACE.fullmatch(each) for each in places):
        raise ValueError("no places")
    return CoderError("transcript_reader_failed", path=path, why=", ".join(places))


def _answer(path: Path, asked: Sequence[bytes], stopped: Callable[[], bool] | None) -> bytes:
    """Ask a child process, and return all that it says. Raises CoderError and Stopped."""
    end = time.monotonic() + MOST_SECONDS
    answer: list[bytes] = []
    with _child(path, asked, answer) as listener:
        while listener.is_alive():
            left = end - time.monotonic()
            if left <= 0:
                raise CoderError("transcript_too_slow", path=path)
            if stopped is not None and stopped():
                raise Stopped
            listener.join(left if stopped is None else min(left, _LOOK_S))
    if len(answer[0]) > MOST_ANSWER:
        raise CoderError("transcript_too_big", path=path, most="what can be read safely")
    return answer[0]


@contextlib.contextmanager
def _child(path: Path, asked: Sequence[bytes], answer: list[bytes]) -> Iterator[threading.Thread]:
    """Start the child, and threads that speak and listen to it; at the end it is gone."""
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's message may quote the file
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as fault:
        why = fault.strerror or "no process could be started"
        raise CoderError("transcript_reader_failed", path=path, why=why) from fault
    speaker = threading.Thread(target=_speak, args=(child.stdin, asked), daemon=True)
    listener = threading.Thread(target=_listen, args=(child.stdout, answer), daemon=True)
    with child:
        speaker.start()
        listener.start()
        try:
            yield listener
        finally:
            child.kill()  # it has said all it had to say, or will not be heard
            speaker.join()
            listener.join()


def _speak(to: IO[bytes], asked: Sequence[bytes]) -> None:
    """Send all; a child that does not listen to the end has a reason, which it tells or shows."""
    with contextlib.suppress(OSError):
        to.writelines(asked)
    with contextlib.suppress(OSError):
        to.close()


def _listen(to: IO[bytes], answer: list[bytes]) -> None:
    answer.append(to.read(MOST_ANSWER + 1))


def command() -> list[str]:
    """What starts the child: this interpreter, with this one's libraries and nothing of the user's.

    In a bundle the interpreter is the program itself. Packaging must bundle this package whole,
    with the libraries that readers import when they need them; coder.__main__ does the rest.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN]
    ours = str(Path(__file__).parents[2])
    folders = [each for each in sys.path if each not in {"", str(Path.cwd()), ours}]
    return [sys.executable, "-I", "-S", "-B", "-c", _START, ours, *folders]
