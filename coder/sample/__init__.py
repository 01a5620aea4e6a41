"""The sample study: an invented session that we wrote, with an expert's and two raters' codings."""

import shutil
from importlib import resources
from pathlib import Path

from coder import imports, tables
from coder.coding import Change, Item, begin_phase, submit
from coder.errors import CoderError
from coder.session import Role
from coder.study import Study
from coder.transcripts import Options

NAME = "Sample study.rupture"
ADDRESS = "Sample/1"
PHASES = {"measure": 101, "feedback": 105}  # the turns they begin with
CODINGS = {"Expert": "gold.csv", "Ada": "ada.csv", "Ben": "ben.csv"}


def make(path: Path) -> Path:
    """Make the sample study at ``path``, with its recording beside it; keep one that exists.

    It gets its name once it is whole. Raises CoderError.
    """
    if path.exists():
        return path
    beside = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        _fill(beside)
        beside.rename(path)
    except OSError as fault:
        raise CoderError("study_unreadable", path=path, why=fault.strerror) from fault
    beside.with_name(f"{beside.name}.lock").unlink(missing_ok=True)
    return path


def _fill(path: Path) -> None:
    files = resources.files("coder.sample")
    media = path.with_name("Sample recording.ogg")
    with resources.as_file(files / "recording.ogg") as source:
        shutil.copyfile(source, media)
    with Study.create(path, ["samstag-2003", "laraway-2015"]) as study:
        with resources.as_file(files / "session.vtt") as source:
            roles = {"Patient": Role.PATIENT, "Therapist": Role.THERAPIST}
            participant, number = ADDRESS.split("/")
            request = imports.Request(participant, number, media, options=Options(roles=roles))
            session, _ = imports.import_session(study, source, request)
        for name, n in PHASES.items():
            begins = study.turns(session.id)[n - 1].start_ms
            session = study.session(ADDRESS)
            study.apply(begin_phase(session, name, begins, None), "final")
        scheme = study.scheme("samstag-2003")
        for name, file in CODINGS.items():
            coding = study.begin_coding(session, study.add_rater(name), scheme)
            with resources.as_file(files / file) as source:
                table = tables.read(
                    source, coding=coding, scheme=scheme, turns=study.turns(session.id)
                )
            added: tuple[Item, ...] = (*table.episodes, *table.marks)
            study.apply(Change("take in a coding", added=added, by=coding.rater_id), "final")
            study.apply(submit(coding), "final")
