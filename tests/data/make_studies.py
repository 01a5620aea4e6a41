"""A small invented study, for tests of the store, and the kept files of each schema.

``python tests/data/make_studies.py`` writes the files of the present schema into tests/data/studies,
with what they hold as json. Files of a released schema are never made anew.
"""

import dataclasses
import json
import sys
from pathlib import Path

from coder.coding import (
    Anchor,
    Change,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Found,
    Item,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Presence,
    PresenceId,
    Rater,
    RaterId,
    Rating,
    RatingId,
    Relation,
    RelationId,
    Relationship,
    StudyScheme,
    StudySetting,
    anchor_on,
    place,
    submit,
)
from coder.session import (
    Answer,
    Consent,
    ConsentId,
    Instrument,
    Measure,
    MeasureId,
    Note,
    Participant,
    ParticipantId,
    Recording,
    RecordingId,
    Replaced,
    Reported,
    Role,
    Session,
    SessionId,
    Speaker,
    SpeakerId,
    Stamp,
    Therapist,
    TherapistId,
    TimeSource,
    Timing,
    TimingId,
    Transcript,
    TranscriptId,
    Turn,
    TurnId,
    Use,
)
from coder.store import migrate
from coder.store.file import StudyFile
from coder.study import Study

FOLDER = Path(__file__).with_name("studies")
PASSPHRASE = "not a secret: schéma 1"
CANARY = "qUxWombatCanary"

SCHEME = {
    "id": "small", "version": "1", "title": "Small", "source": "ours", "rolls_up_to": None,
    "markers": [
        {"id": "denial", "label": "Denial", "column": "content", "family": "withdrawal"},
        {"id": "sighs", "label": "Heavy sighs", "column": "manner"},
        {"id": "attack", "label": "Attacks", "column": "content", "family": "confrontation"},
    ],
}  # fmt: skip
SAID = (
    ("T", "How did the week go?"),
    ("C", f"Fine 🙂, I suppose. {CANARY}"),
    ("T", "Mmm"),
    ("C", "I did none of it, it was pointless."),
    ("T", "What made it pointless? ‘Pointless’ …"),
    ("C", "\u05e9\u05dc\u05d5\u05dd e\u0301 (sighs)"),
)
ADA, BEN = Rater(RaterId("ada"), "Ada"), Rater(RaterId("ben"), "Ben Zoë")


def first() -> Change:
    """What a study is made with."""
    scheme = StudyScheme("scheme", "small", "1", json.dumps(SCHEME))
    return Change("make the study", added=(StudySetting("blind", "yes"), scheme))


def session(number: str = "1", participant: str = "P1") -> tuple[Item, ...]:
    """A participant and a session of six turns, 5 s each; ids begin with the session's."""
    name = f"{participant}-{number}"
    turns = tuple(
        Turn(
            TurnId(f"{name}-{n}"),
            n,
            n * 2,
            label,
            text,
            n * 5000,
            n * 5000 + 4500,
            TimeSource.GIVEN,
        )
        for n, (label, text) in enumerate(SAID, start=1)
    )
    return (
        Participant(ParticipantId(participant), participant),
        Session(SessionId(name), ParticipantId(participant), participant, number, 20_000, None),
        Speaker(SpeakerId(f"{name}-T"), SessionId(name), "T", Role.THERAPIST),
        Speaker(SpeakerId(f"{name}-C"), SessionId(name), "C", Role.PATIENT),
        Recording(
            RecordingId(f"{name}-r"), SessionId(name), "none.ogg", "0" * 64, 1234, 60_000, 5000
        ),
        Transcript(
            TranscriptId(f"{name}-t"), SessionId(name), 1, "a ü.txt", "f" * 64, "text", "utf-8",
            notes=(Note(12, "(sighs)", 6, 9), Note(1, "Silence….")),
            reported=(Reported(7, "3", "page_number"),), turns=turns,
            stamps=(Stamp(2, 3, 11_000),), replaced=(Replaced("[ü]", 2, (2, 4)),), settings=("part: 1",),
        ),
    )  # fmt: skip


def coding(rater: Rater, number: str = "1", participant: str = "P1") -> Coding:
    """A rater's coding of a session."""
    name = f"{participant}-{number}"
    return Coding(CodingId(f"{name}-{rater.id}"), SessionId(name), rater.id, "small", "1")


def mark(of: Coding, name: str, *turns: int, **more: object) -> Mark:
    """A mark on turns of the coded session, numbered from 1."""
    (*_, transcript) = session(of.session_id.partition("-")[2], of.session_id.partition("-")[0])
    assert isinstance(transcript, Transcript)
    anchor = anchor_on([transcript.turns[n - 1] for n in turns]) if turns else None
    kept = Mark(MarkId(f"{of.id}-{name}"), of.id, Kind.MARKER, "denial", anchor=anchor)
    return dataclasses.replace(kept, **more)


def make(path: Path, passphrase: str | None = None) -> Study:
    """An open study in which two raters have worked."""
    study = Study(StudyFile.create(path, passphrase, first()))
    study.apply(Change("import session P1/1", added=session()))
    ada, ben = coding(ADA), coding(BEN)
    study.apply(Change("add", added=(ADA, BEN, ada, ben)), "final")
    episode = Episode(
        EpisodeId("e1"), ada.id, 1, f"he asked again {CANARY}", "the diary", 4, True,
        Outcome.NOT, Outcome.CANNOT_TELL,
    )  # fmt: skip
    study.apply(Change("open episode 1", added=(episode,), by=ADA.id))
    marks = (
        mark(ada, "1", 2, family=Family.WITHDRAWAL, clarity=3, note=CANARY, episodes=(episode.id,)),
        mark(ada, "2", 4, kind=Kind.FLAG, marker=None, family=Family.UNSURE),
        mark(ada, "3", kind=Kind.MARKER, note="the whole session"),
        mark(
            ada, "4", 4, 6, kind=Kind.STATEMENT, marker=None, text="short", episodes=(episode.id,)
        ),
        mark(ada, "5", kind=Kind.SHIFT, marker=None, anchor=Anchor(start_ms=1, end_ms=2)),
        mark(ada, "6", 5, kind=Kind.PRECIPITANT, marker=None, person="therapist"),
    )
    for each in marks:
        study.apply(place(ada, each, each.kind.value))
    words = Anchor((TurnId("P1-1-2"),), 11_000, 12_500, 5, 6, "🙂")
    study.apply(place(ben, mark(ben, "1", marker="attack", anchor=words), "Attacks"))
    study.apply(Change("rate", added=(Rating(RatingId("x"), ben.id, "s", 3, None, 0),), by=BEN.id))
    study.undo(ADA.id)
    study.undo(ADA.id)
    study.redo(ADA.id)
    study.apply(submit(ben), "final")
    study.note("export", ADA.id)
    study.keep_place(ADA.id, SessionId("P1-1"), 12_345, "P1-1-3")
    return study


def estimate(study: Study) -> None:
    """Add a time that was found after the import."""
    turn, session_id = TurnId("P1-1-2"), SessionId("P1-1")
    timing = Timing(TimingId("t1"), session_id, turn, 11_000, TimeSource.ESTIMATED)
    study.apply(Change("estimate", added=(timing,)))


def measured(study: Study) -> None:
    """Add what came with schema 4: people, measures, and what is in a session of a model."""
    therapist, session_id = Therapist(TherapistId("th1"), "T1"), SessionId("P1-1")
    (kept,) = (each for each in study.sessions() if each.id == session_id)
    moved = dataclasses.replace(kept, therapist_id=therapist.id)
    study.apply(Change("name the therapist", (kept,), (therapist, moved)))
    relation = Relation(RelationId("re1"), ADA.id, therapist.id, Relationship.SUPERVISEE)
    given = (
        Consent(ConsentId("c1"), "P1", Use.SUPERVISION, "2015-01-31", "2020-01-31"),
        Consent(ConsentId("c2"), "th1", Use.TRAINING, "2015-01-31", None, "2016-02-29", True),
    )
    study.apply(Change("agree", added=(relation, *given)))
    mood = Instrument("mood", "Moods ü", 0.0, 10.5, False, "therapist", ("one", "two"))
    answers = (Answer("one", 9.5), Answer("two"), Answer("said", text=f"words {CANARY}"))
    measure = Measure(MeasureId("m1"), session_id, "mood", answers)
    study.apply(Change("measure", added=(mood, measure)))
    found = Presence(
        PresenceId("p1"), CodingId("P1-1-ada"), "denial", Found.NOT_PRESENT, EpisodeId("e1")
    )
    study.apply(Change("settle", added=(found,)))


def held(study: Study) -> dict[str, object]:
    """All that a study holds, as JSON can write it."""
    plain: dict[str, object] = {
        "raters": study.raters(),
        "participants": study.participants(),
        "sessions": study.sessions(),
        "codings": study.codings(None),
        "schemes": [dict(scheme.content) for scheme in study.schemes()],
        "blind": study.blind,
        "log": [dataclasses.asdict(entry) for entry in study.entries()],
        "acts": [study.next_acts(by) for by in (None, ADA.id, BEN.id)],
    }
    for each in study.sessions():
        plain[f"session {each.address}"] = [
            study.turns(each.id), study.transcripts(each.id), study.speakers(each.id),
            study.recordings(each.id), study.place(ADA.id, each.id), study.timings(each.id),
        ]  # fmt: skip
    for each in study.codings(None):
        plain[f"coding {each.id}"] = [
            study.episodes(each.id), study.marks(each.id), study.ratings(each.id),
            study.presences(each.id),
        ]  # fmt: skip
    plain["people"] = [study.therapists(), study.relations(), study.consents()]
    plain["measures"] = [study.instruments(), study.measures(None)]
    plain["furthest"] = study.furthest(ADA.id, SessionId("P1-1"))
    return json.loads(json.dumps(plain, default=dataclasses.asdict))


def main() -> None:
    """Write the kept files of the present schema, unless they are there."""
    FOLDER.mkdir(exist_ok=True)
    for name, passphrase in (("plain", None), ("encrypted", PASSPHRASE)):
        path = FOLDER / f"schema-{migrate.SCHEMA}-{name}.rupture"
        if path.exists():
            sys.exit(f"{path} is kept already")
        with make(path, passphrase) as study:
            estimate(study)
            measured(study)
            told = json.dumps(held(study), ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(told + "\n", encoding="utf-8")
        path.with_name(f"{path.name}.lock").unlink()


if __name__ == "__main__":
    main()
