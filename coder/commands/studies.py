"""Make, check, back up and restore a study; the sample study without a window."""

from pathlib import Path
from typing import Any

from coder import checks, export, markers, reliability
from coder import sample as sample_study
from coder.agreement import Plan, behind
from coder.commands import Answer, Args, acting, opened, passphrase, unlocked
from coder.commands.reliability import lines_of
from coder.errors import CoderError, PassphraseNeeded
from coder.session import Purpose, format_clock
from coder.settings import load as load_settings
from coder.store import backup as backups
from coder.study import Study
from coder.words import say


def new(args: Args) -> Answer:
    """Make a study."""
    path: Path = args.study
    if path.suffix != ".rupture":
        raise CoderError("study_suffix", path=path)
    schemes = list(dict.fromkeys(args.scheme or ["samstag-2003", "laraway-2015"]))
    for scheme in schemes:
        markers.load(scheme)
    if args.passphrase_file and not args.encrypt:
        raise CoderError("passphrase_without_encrypt")
    given = passphrase(args, confirm=True) if args.encrypt else None
    Study.create(path, schemes, given).close()
    lines = [f"Made {path} with {', '.join(schemes)}."]
    if args.encrypt:
        lines.append("The study file is encrypted. Recordings are not covered: protect the disk.")
    else:
        lines.append("The study file is not encrypted.")
    return Answer({"study": str(path), "schemes": schemes, "encrypted": args.encrypt}, lines)


def sessions(args: Args) -> Answer:
    """List the sessions and how far each coding is."""
    with opened(args, write=False) as (study, who):
        people = {rater.id: rater.name for rater in study.raters()}
        rows: list[dict[str, Any]] = []
        for session in study.sessions():
            recordings = study.recordings(session.id)
            rows.append(
                {
                    "session": session.address,
                    "participant": session.participant,
                    "number": session.number,
                    "turns": len(study.turns(session.id)),
                    "duration_ms": recordings[0].duration_ms if recordings else None,
                    "codings": [
                        {
                            "rater": people.get(coding.rater_id, "?"),
                            "scheme": coding.scheme,
                            "state": coding.state.value,
                            "marks": len(study.marks(coding.id)),
                        }
                        for coding in study.codings(who, session.id)
                    ],
                }
            )
        purposes = {each.address: each.purpose for each in study.sessions()}
    lines = []
    for row in rows:
        long = "" if row["duration_ms"] is None else f", {format_clock(row['duration_ms'])}"
        purpose = purposes[row["session"]]
        aside = "" if purpose == Purpose.STUDY else f", for {purpose}"
        lines.append(f"{row['session']}: {row['turns']} turns{long}{aside}")
        for each in row["codings"]:
            told = f"{each['rater']}, {each['scheme']}: {each['marks']} marks, {each['state']}"
            lines.append(f"  {told}")
    return Answer({"sessions": rows}, lines or ["No sessions yet."])


def check(args: Args) -> Answer:
    """Check a study; exit status 2 when something is wrong."""
    with opened(args, write=False) as (study, who):
        found = [say(each) for each in checks.problems(study, who)]
        head = study.entries()[-1:]
    seal = f"Log: {head[0].seq} entries, head {head[0].chain[:16]}." if head else "Log: empty."
    data: dict[str, Any] = {"ok": not found, "problems": found}
    if head:
        data |= {"log_entries": head[0].seq, "log_head": head[0].chain}
    return Answer(data, [*(found or ["The study is whole."]), seal], 2 if found else 0)


def backup(args: Args) -> Answer:
    """Write a verified backup."""
    study, given = unlocked(args, write=False)
    with study:
        acting(study, args)
        to: Path = args.to or study.backup_name()
        if args.to is not None and to.is_dir():
            to /= study.backup_name().name
        elif args.to is not None and not to.parent.is_dir():
            raise CoderError("folder_missing", path=to.parent)
        study.back_up(to, given)
    return Answer({"written": [str(to)]}, [f"Wrote and verified {to}"])


def restore(args: Args) -> Answer:
    """Put a backup in a study's place."""
    if args.study.suffix != ".rupture":
        raise CoderError("study_suffix", path=args.study)
    if args.study.is_dir():
        raise CoderError("study_is_folder", path=args.study)
    given = passphrase(args) if args.passphrase_file else None
    try:
        aside = backups.restore(args.backup, args.study, given)
    except PassphraseNeeded:
        aside = backups.restore(args.backup, args.study, passphrase(args))
    lines = [f"Restored {args.study}."]
    if aside is not None:
        lines.append(f"The study that was there is kept as {aside}.")
    data = {"restored": str(args.study), "kept": None if aside is None else str(aside)}
    return Answer(data, lines)


def sample(args: Args) -> Answer:
    """Make the sample study, and write its forms and its agreement."""
    folder: Path = args.folder or Path("rupture-coder-sample")
    path = sample_study.make(folder / sample_study.NAME)
    with Study.open(path, write=False) as study:
        compared = reliability.compared(study, None)
        plan = Plan(backchannels=load_settings().backchannels)
        found = reliability.compute(study, None, compared, plan)
    out = folder / "results"
    out.mkdir(exist_ok=True)
    written = [path]
    for name, file in (
        ("laraway-2015", "coding-forms.docx"),
        ("laraway-2015", "coding-forms.xlsx"),
        ("marks", "marks.csv"),
    ):
        written += export.write(name, compared.coded, out / file)
    report = out / "agreement.txt"
    told = lines_of(found, behind.labels(compared.coded))
    report.write_text("\n".join(told) + "\n", encoding="utf-8")
    names = [str(each.resolve()) for each in [*written, report]]
    lines = ["The sample study was made and coded, and its forms written:"]
    return Answer({"written": names}, [*lines, *(f"  {name}" for name in names)])
