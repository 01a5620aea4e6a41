"""Many sessions at once: a folder of transcripts, or one file with several sessions.

A plan says what goes where; a person can change it before anything is written, here or as a table.
Each session is imported as an act of its own, and a bad file stops no other.
"""

import contextlib
import csv
import dataclasses
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder import imports, transcripts
from coder.errors import CoderError, Notice
from coder.session import Purpose, format_clock, parse_clock
from coder.study import Study, Viewer
from coder.tables.files import guard, unguard
from coder.transcripts import Options, decoding, sheets
from coder.words import say, shown

MEDIA = frozenset((
    ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".aac", ".wma", ".aif", ".aiff", ".mp4",
    ".m4v", ".mov", ".mkv", ".webm", ".avi", ".3gp", ".amr",
))  # fmt: skip
COLUMNS = ("file", "part", "participant", "session", "recording", "clock_start", "purpose")
_NEEDED = ("file", "participant", "session")
_TOLD = ("turns", "problem")  # written for people, and passed over when the table is read
_MOST_FILES = 10_000
_LITTER = frozenset({"thumbs.db", "desktop.ini"})  # what systems leave in folders


@dataclass(frozen=True, slots=True)
class Row:
    """A session to import: the file, which session of it, and where it belongs.

    ``clock_start_ms`` is the session time of the recording's first moment. ``turns`` and
    ``problem`` (a sentence) are what looking at the file showed.
    """

    file: Path
    participant: str
    session: str
    part: str | None = None
    recording: Path | None = None
    clock_start_ms: int = 0
    purpose: Purpose = Purpose.STUDY
    turns: int | None = None
    problem: str = ""

    @property
    def address(self) -> str:
        """``P/N``, as every command names a session."""
        return f"{self.participant}/{self.session}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: the session's address and turns, or the reason why not."""

    row: Row
    session: str | None = None
    turns: int | None = None
    problem: CoderError | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a plan; ``not_reached`` are the rows after a stop."""

    results: tuple[Result, ...]
    not_reached: tuple[Row, ...] = ()

    @property
    def imported(self) -> int:
        """How many sessions are in the study now that were not before."""
        return sum(each.problem is None for each in self.results)

    @property
    def refused(self) -> int:
        """How many rows could not be imported."""
        return len(self.results) - self.imported


Progress = Callable[[int, int, Path], None]
Stopped = Callable[[], bool]
_AS_FOUND = Options()


def _quiet(_done: int, _total: int, _path: Path) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


def plan(
    place: Path,
    options: Options = _AS_FOUND,
    *,
    nameless: bool = False,
    progress: Progress = _quiet,
    stopped: Stopped = _never,
) -> tuple[Row, ...]:
    """Look at a file, or at every file below a folder, and guess what it is a session of.

    What is no transcript by its ending is a row with a problem, but for recordings that go with
    one. With ``nameless`` no participant is taken from a name without digits, which may be a real
    one. ``progress`` is told before each file; once ``stopped()`` is true, the rest is not looked
    at. Raises CoderError when there is nothing to look at.
    """
    files = [place] if place.is_file() else list(_files(place))
    known = _suffixes()
    read = [path for path in files if path == place or path.suffix.lower() in known]
    if not files:
        raise CoderError("batch_nothing" if place.is_dir() else "batch_missing", path=place)
    home = place if place.is_dir() else place.parent
    rows: list[Row] = []
    for n, path in enumerate(read):
        if stopped():
            return _told_twice(rows)
        progress(n, len(read), path)
        rows += _rows(path, home, options)
    if nameless:
        rows = [_unnamed(row) for row in rows]
    beside = {(path.parent, path.stem.casefold()) for path in read}
    others = [
        Row(path, "", "", problem=say(_unplanned(path)))
        for path in files
        if path != place and path.suffix.lower() not in known
        if path.suffix.lower() not in MEDIA or (path.parent, path.stem.casefold()) not in beside
    ]
    return (*_told_twice(rows), *others)


def _suffixes() -> set[str]:
    """The endings of transcripts."""
    return {suffix for each in transcripts.FORMATS for suffix in each.suffixes}


def _files(place: Path) -> Iterator[Path]:
    """The files below a folder, as a person would sort them; links are not followed."""
    found = []
    for folder, _, names in os.walk(place):
        found += [
            Path(folder, name)
            for name in names
            if not name.startswith((".", "~$")) and name.lower() not in _LITTER
        ]
        if len(found) > _MOST_FILES:
            raise CoderError("batch_too_many", path=place, most=_MOST_FILES)
    return iter(sorted(found, key=lambda path: _natural(path.relative_to(place))))


def _unplanned(path: Path) -> CoderError:
    """Why a file is nobody's session."""
    kind = path.suffix.lower()
    if _is_plan(path):
        return CoderError("batch_plan")
    if kind in _suffixes():
        return CoderError("batch_whose")
    return (
        CoderError("batch_recording")
        if kind in MEDIA
        else CoderError("batch_other_kind", kind=kind or path.name)
    )


def _unnamed(row: Row) -> Row:
    """Take no participant whose name has no digit: it may be a real one."""
    if _CODE.fullmatch(row.participant):
        return row
    problem = row.problem or say(CoderError("batch_whose"))
    return dataclasses.replace(row, participant="", problem=problem)


def reason(told: CoderError | Notice, path: Path) -> str:
    """Say what is wrong with a file whose name is seen beside: only its name, and not first."""
    said = say(told).removeprefix(f"{shown(str(path))} ")
    return said.replace(shown(str(path)), shown(path.name))


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Sort P2 before P10, and a folder before what follows it."""
    pieces = re.split(r"(\d+)", path.as_posix().casefold().replace("/", "\0"))
    return [(1, 0, each) if n % 2 == 0 else (0, int(each), each) for n, each in enumerate(pieces)]


def _rows(path: Path, home: Path, options: Options) -> list[Row]:
    """Look at one file: a row for each session in it."""
    participant, number = guess(path.relative_to(home), home.resolve().name)
    row = Row(path, participant, number, options.part, _beside(path))
    if _is_plan(path):
        return [Row(path, "", "", problem=say(CoderError("batch_plan")))]
    try:
        reading = transcripts.inspect(path, options)
    except CoderError as told:
        return [dataclasses.replace(row, problem=reason(told, path))]
    if not reading.parts or options.part is not None:
        return [dataclasses.replace(row, turns=len(reading.turns))]
    return [
        dataclasses.replace(_of_part(row, part, home), part=part, recording=None, turns=turns)
        for part, turns in reading.parts
    ]


def _is_plan(path: Path) -> bool:
    """Tell a plan that was written into the folder from a transcript."""
    head = ",".join(COLUMNS).encode()
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(len(head) + 3).removeprefix(b"\xef\xbb\xbf").startswith(head)
    return False


def _of_part(row: Row, part: str, home: Path) -> Row:
    """Guess what a session in a file is: “P3_S2” says all, “7” the number only."""
    name = " ".join(re.sub(r"[/\\]", "-", part).split())
    if _PARTICIPANT.search(name):
        participant, number = guess(Path(name), home.name)
        return dataclasses.replace(row, participant=participant, session=number)
    found = _SESSION.search(name)
    return dataclasses.replace(row, session=found[1] if found else name)


def _beside(path: Path) -> Path | None:
    """The recording that lies beside a transcript under the same name."""
    same = (
        each
        for each in sorted(path.parent.iterdir())
        if each.stem.casefold() == path.stem.casefold() and each.suffix.lower() in MEDIA
    )
    return next(same, None)


_GAP = r"[\s_.#-]{0,3}"
_SESSION = re.compile(
    rf"(?<![^\W\d_])(?:session|sess|ses|sitzung|stunde|s[ée]ance|sesi[óo]n|s|t)"
    rf"{_GAP}(?:nr|no)?{_GAP}0*(\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)
_PARTICIPANT = re.compile(
    r"(?<![^\W\d_])(participant|patient(?:in)?|client|klient(?:in)?|proband(?:in)?|case|dyad"
    rf"|subject|subj|sub|vp|pt|id|p|c){_GAP}(\d{{1,6}}[a-z]?)(?![^\W_])",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}[-_.]\d{2}[-_.]\d{2}")
_NUMBER = re.compile(r"(?<!\d)0*(\d{1,4})(?!\d)")
_CODE = re.compile(r"(?=\D*\d)\w{1,12}")  # P3, VP03, AB1201: a code, and no name
_SHORTEST = 2  # letters of a name that stand for themselves: P3, VP03


def guess(path: Path, home: str = "") -> tuple[str, str]:
    """Guess participant and session of a file from its name and folders below ``home``."""
    stem = path.stem if path.suffix else path.name
    folders = [each for each in path.parts[:-1] if each not in {"", "."}]
    places = [stem, *reversed(folders)]
    who = next((found for each in places if (found := _PARTICIPANT.search(each))), None)
    if who:
        short = len(who[1]) <= _SHORTEST
        participant = f"{who[1].upper() if short else 'P'}{who[2]}"
    else:
        named = [each for each in folders if not _SESSION.search(each)]
        rest = _SESSION.sub(" ", stem).strip(" _-.")
        participant = named[-1] if named else rest or home or stem
    return participant, _session(places, stem)


def _session(places: Sequence[str], stem: str) -> str:
    found = next((found for each in places if (found := _SESSION.search(each))), None)
    if found:
        return found[1]
    rest = _PARTICIPANT.sub(" ", stem)
    day = _DATE.search(rest)
    if day:
        return day[0]
    number = _NUMBER.search(rest)
    return number[1] if number else "1"


def _told_twice(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Say of each row after the first that its session is planned already."""
    seen: Counter[str] = Counter()
    told = []
    for row in rows:
        address = row.address.casefold()
        twice = seen[address] > 0 and not row.problem
        problem = say(Notice("batch_twice", {"session": row.address})) if twice else row.problem
        seen[address] += not row.problem
        told.append(dataclasses.replace(row, problem=problem))
    return tuple(told)


def run(
    study: Study,
    rows: Sequence[Row],
    options: Options = _AS_FOUND,
    by: Viewer = None,
    *,
    from_recording: bool = False,
    progress: Progress = _quiet,
    stopped: Stopped = _never,
) -> Report:
    """Import the rows one by one, each as an act of its own; a bad one stops no other.

    ``progress`` is told before each; once ``stopped()`` is true, the rest is left out, and what
    is in stays in.
    """
    results: list[Result] = []
    for n, row in enumerate(rows):
        if stopped():
            break
        progress(n, len(rows), row.file)
        request = imports.Request(
            participant=row.participant,
            number=row.session,
            media=row.recording,
            clock_start_ms=row.clock_start_ms,
            from_recording=from_recording,
            options=dataclasses.replace(options, part=row.part),
            purpose=row.purpose,
        )
        results.append(_imported(study, row, request, by))
    return Report(tuple(results), tuple(rows[len(results) :]))


def _imported(study: Study, row: Row, request: imports.Request, by: Viewer) -> Result:
    if row.problem and not row.participant:
        return Result(row, problem=_unplanned(row.file))
    try:
        session, reading = imports.import_session(study, row.file, request, by)
    except CoderError as told:
        return Result(row, problem=told)
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        path = fault.filename or row.file
        return Result(row, problem=CoderError("file_refused", path=path, why=why))
    except UnicodeEncodeError:  # a file's name may be bytes that are no text
        return Result(row, problem=CoderError("not_text", given=row.file.name))
    return Result(row, session.address, len(reading.turns))


def write_plan(rows: Iterable[Row], place: Path, out: Path) -> None:
    """Write a plan as a table (csv) that can be changed; files are named from ``place`` on."""
    # A name that is no text is written so that it is seen, and refused when the plan is read.
    with out.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        table = csv.writer(file)
        table.writerow([*COLUMNS, *_TOLD])
        for row in rows:
            cells = [
                named_from(row.file, place),
                row.part or "",
                row.participant,
                row.session,
                "" if row.recording is None else named_from(row.recording, place),
                format_clock(row.clock_start_ms),
                row.purpose.value,
                "" if row.turns is None else str(row.turns),
                row.problem,
            ]
            table.writerow([guard(cell) for cell in cells])


def named_from(path: Path, place: Path) -> str:
    """A file's name from a folder on, or beside a file; the whole path where it lies elsewhere."""
    home = place if place.is_dir() else place.parent
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def read_plan(table: Path, place: Path) -> tuple[Row, ...]:
    """Read a plan from a table (csv, xlsx); files are named from ``place`` on.

    The columns are file, participant and session, and if wanted part, recording, clock_start and
    purpose. Raises CoderError, naming the line, when it cannot be.
    """
    data = decoding.load(table)
    if table.suffix.lower() == ".xlsx":
        sheet = sheets.from_workbook(table, data)[0]
    else:
        sheet = sheets.from_text(table, decoding.decode(table, data, None)[0])
    titles = [cell.strip().casefold() for cell in sheet.rows[0][1]] if sheet.rows else []
    missing = [name for name in _NEEDED if name not in titles]
    if missing:
        raise CoderError("plan_no_columns", path=table, missing=", ".join(missing))
    home = place if place.is_dir() else place.parent
    rows = []
    for line, cells in sheet.rows[1:]:
        named = dict(zip(titles, (unguard(cell.strip()) for cell in cells), strict=False))
        rows.append(_planned(table, line, named, home))
    if not rows:
        raise CoderError("plan_empty", path=table)
    return _told_twice(rows)


def _planned(table: Path, line: int, named: dict[str, str], home: Path) -> Row:
    if named.get("file") and named.get("problem") and not named.get("participant"):
        where = home / named["file"], "", named.get("session", "")  # as it was written, unmended
        return Row(*where, named.get("part") or None, problem=named["problem"])
    for name in _NEEDED:
        if not named.get(name):
            raise CoderError("plan_no_cell", path=table, line=line, column=name)
    purpose = named.get("purpose") or Purpose.STUDY.value
    known = [each.value for each in Purpose]
    if purpose not in known:
        raise CoderError(
            "plan_purpose", path=table, line=line, purpose=purpose, known=", ".join(known)
        )
    recording = named.get("recording")
    return Row(
        home / named["file"],
        named["participant"],
        named["session"],
        named.get("part") or None,
        home / recording if recording else None,
        parse_clock(named.get("clock_start") or "0:00"),
        Purpose(purpose),
    )
