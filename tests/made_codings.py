"""Codings made by hand for the tests of what is exported."""

import dataclasses

from coder import markers
from coder.coding import (
    Anchor,
    CodedSession,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Rater,
    RaterId,
    Rating,
    RatingId,
)
from coder.session import (
    ParticipantId,
    Role,
    Session,
    SessionId,
    TherapistId,
    TimeSource,
    Turn,
    TurnId,
)

C = CodingId("c")
FIVE = 300_000
W, X, BOTH = Family.WITHDRAWAL, Family.CONFRONTATION, Family.BOTH


def mark(n, kind=Kind.MARKER, marker=None, at=None, end=None, **more):
    anchor = more.pop("anchor", None if at is None else Anchor(start_ms=at, end_ms=end))
    return Mark(MarkId(str(n)), C, kind, marker, anchor=anchor, **more)


def tick(n, marker, segment, clarity, **more):
    return mark(
        n, marker=marker, at=segment * FIVE, end=(segment + 1) * FIVE, clarity=clarity, **more
    )


def turn(n, at, end, text="words", role=Role.PATIENT):
    return Turn(TurnId(f"t{n}"), n, n, role.value[0], text, at, end, TimeSource.GIVEN, role)


def rating(n, scale, value, **more):
    return Rating(RatingId(str(n)), C, scale, value, **more)


def episode(n, number, **more):
    return Episode(EpisodeId(f"e{n}"), C, number, **more)


def coded(scheme, marks=(), episodes=(), turns=(), ratings=(), presences=(), span=None, **more):
    """A coding of session 3/2 by Ana; ``more`` goes to its coding."""
    session = Session(SessionId("s"), ParticipantId("p"), "3", "2", therapist_id=TherapistId("th"))
    scheme = markers.load(scheme) if isinstance(scheme, str) else scheme
    coding = Coding(C, session.id, RaterId("r"), scheme.id, scheme.version, **more)
    return CodedSession(
        session,
        Rater(RaterId("r"), "Ana"),
        coding,
        scheme,
        tuple(turns),
        tuple(episodes),
        tuple(marks),
        tuple(ratings),
        tuple(presences),
        span,
    )


def of_segments():
    """Ticks and places under the 3RS in 20 minutes: four segments of five minutes.

    Denial: ticked weak in the first, two clear or strong places in the first and one of both
    families at 16:00. A complaint is ticked in the third and reaches, as one mark, into the
    fourth. A strategy of the therapist at 11:00; late; a flag at 1:40.
    """
    long = Anchor((TurnId("t1"),), 600_000, 1_000_000)
    marks = (
        tick(1, "denial", 0, 1, family=W),
        mark(2, marker="denial", at=65_000, clarity=3, family=W),
        mark(3, marker="denial", at=70_000, clarity=2, family=W),
        mark(4, marker="denial", at=960_000, family=BOTH, note="Quiet <b>& slow</b>"),
        mark(5, marker="about-therapist", anchor=long, clarity=2, family=X),
        mark(6, Kind.COMPONENT, "validates", at=660_000, person="therapist"),
        mark(7, Kind.SESSION, "late"),
        mark(8, Kind.FLAG, at=100_000, family=Family.UNSURE),
    )
    ratings = (
        rating(1, "impact:denial", 4),
        rating(2, "family-impact:withdrawal", 3),
        rating(3, "resolution", 2),
    )
    turns = (turn(1, 0, 1000), turn(2, 1_190_000, 1_200_000))
    return coded("3rs-2015", marks, turns=turns, ratings=ratings)


def of_events():
    """Under the 33 rows, in 30 recorded minutes: two forms, precipitant, repair.

    Denial at 2:00 (withdrawal) and 4:00 (unsure), silence at 6:00 (withdrawal), a refusal at
    10:00 (confrontation); a statement of understanding at 12:38, a shift at 13:00.
    """
    one = episode(1, 1, precipitant="Looked at the clock", intensity=3,
                  outcome_before=Outcome.NOT, outcome_after=Outcome.REPAIRED)  # fmt: skip
    two = episode(2, 2)
    said = Anchor((TurnId("t1"),), 758_000, quote="SECRET-QUOTE")
    marks = (
        mark(1, marker="denial", at=120_000, family=W, episodes=(one.id,), clarity=2),
        mark(2, marker="denial", at=240_000, family=Family.UNSURE, episodes=(one.id,)),
        mark(3, marker="silence", at=360_000, family=W, episodes=(one.id,)),
        mark(4, marker="parameters", at=600_000, family=X, episodes=(two.id,)),
        mark(5, Kind.PRECIPITANT, at=110_000, episodes=(one.id,)),
        mark(6, Kind.STATEMENT, anchor=said, text="SECRET-TEXT", episodes=(one.id, two.id)),
        mark(7, Kind.SHIFT, at=780_000, text="Softer", episodes=(one.id,)),
    )
    turns = (turn(1, 0, 5000, "SECRET-TURN"), turn(2, 1_700_000, 1_790_000))
    made = coded("laraway-2015", marks, (one, two), turns, span=(0, 1_800_000))
    session = dataclasses.replace(made.session, measure_ms=1_200_000, feedback_ms=1_500_000)
    return dataclasses.replace(made, session=session)
