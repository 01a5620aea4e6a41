"""What runs in the process that reads one file (apart): limits, one answer, and the end."""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from coder.errors import CoderError
from coder.transcripts import plain, reading

_GB = 1_000_000_000
_SECONDS = 60
_PLACES = 4  # as many as tell a fault, the innermost last
_LIMITS = {
    "RLIMIT_AS": _GB,
    "RLIMIT_CPU": _SECONDS,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_CORE": 0,
    "RLIMIT_NPROC": 0,
}
# Big libraries that a smaller one would load because they happen to be there.
_UNWANTED = ("numpy", "pandas", "PIL")


def main() -> None:
    """Read the request from standard input, the file behind it, and answer on standard output."""
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = None  # what a library prints is no part of the answer
    sys.excepthook = lambda kind, _fault, where: say(told, packed({"bug": places(kind, where)}))
    limit()
    head = json.loads(asked.readline())
    data = asked.read()
    confine()
    say(told, answer(Path(head["path"]), data, head["options"]))


def answer(path: Path, data: bytes, options: dict[str, Any]) -> bytes:
    """Read the file; whatever is not our own kind of error is a bug, and goes up."""
    try:
        found = reading.read(path, data, plain.to_options(options))
        return packed({"reading": plain.from_reading(found)})
    except CoderError as fault:
        return packed({"error": plain.from_told(fault)})
    except MemoryError:
        pass  # what filled the memory is let go of only when this block is left
    return packed({"error": ["transcript_too_big", {"most": "what can be read safely"}]})


def packed(what: dict[str, Any]) -> bytes:
    """Write an answer as JSON."""
    return json.dumps(what, ensure_ascii=False).encode("utf-8", "surrogatepass")


def say(told: IO[bytes], what: bytes) -> None:
    """Give the one answer. Nobody waits for what the interpreter tidies up afterwards."""
    told.write(what)
    told.close()


def places(kind: type[BaseException], where: TracebackType | None) -> list[str]:
    """Name a bug by its kind and its places; its message may quote the file."""
    found = []
    while where is not None:
        file = Path(where.tb_frame.f_code.co_filename)
        found += [f"{file.name}:{where.tb_lineno}"] if file.suffix == ".py" else []
        where = where.tb_next
    return [kind.__name__, *found[-_PLACES:]]


def limit() -> None:
    """Bound memory, time, files and processes, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for name, most in _LIMITS.items():
        # A system may lack one, or not let it be lowered; the others hold all the same.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def confine() -> None:
    """From now on refuse what no reader needs: the network, processes, files but for code."""
    import mimetypes

    mimetypes.inited = True  # openpyxl would have the system's lists read, and needs none
    for name in _UNWANTED:
        sys.modules[name] = None  # type: ignore[assignment] # so that importing it fails
    sys.addaudithook(watch(code_folders()))


def code_folders() -> tuple[str, ...]:
    """The folders with the code of the interpreter, of libraries, and our own."""
    ours = Path(__file__).parents[1]
    found = [each for each in sys.path if each != str(ours.parent)]
    libraries = [str(ours.parent)] if ours.parent.name.endswith("-packages") else []
    return tuple(os.path.normcase(each) for each in [*found, *libraries, str(ours)])


_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = ("socket.", "subprocess.", "os.", "shutil.", "tempfile.", "pty.", "urllib.", "sqlite3.")
_HARMLESS = frozenset({"os.putenv", "os.unsetenv", "os.add_dll_directory"})
_LISTS = frozenset({"os.listdir", "os.scandir"})


def watch(code: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    """Make the hook that sees each of the interpreter's own events before it happens."""
    below = tuple(each.rstrip("/\\") + os.sep for each in code)

    def _is_code(path: object) -> bool:
        if not isinstance(path, str | bytes):
            return False
        place = os.path.normcase(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 - as fast as can be
        return place in code or place.startswith(below)

    def _hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = args
            refused = bool(flags & _WRITES) or not _is_code(path)
        elif event in _LISTS:
            refused = not _is_code(args[0]) and args[0] not in sys.path
        else:
            refused = event.startswith(_REFUSED) and event not in _HARMLESS
        if refused:
            raise RuntimeError(event)

    return _hook
