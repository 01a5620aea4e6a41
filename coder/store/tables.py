"""The tables of a study file. They mirror the values of coder.session and coder.coding.

Foreign keys are deferred: one act may remove and add in any order, and is checked as a whole.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _id() -> Column[str]:
    return Column("id", String, primary_key=True)


def _part_of(table: str) -> Column[str]:
    owner = ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")
    return Column(f"{table}_id", String, owner, nullable=False, index=True)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _ms(name: str) -> Column[int]:
    return Column(name, Integer)


participant = Table("participant", metadata, _id(), Column("pseudonym", Text, unique=True))
therapist = Table("therapist", metadata, _id(), Column("pseudonym", Text, unique=True))
session = Table(
    "session",
    metadata,
    _id(),
    _part_of("participant"),
    _words("number"),
    _ms("measure_ms"),
    _ms("feedback_ms"),
    _words("purpose"),
    Column("therapist_id", Text),
    UniqueConstraint("participant_id", "number"),
)
consent = Table(
    "consent",
    metadata,
    _id(),
    _words("person"),
    _words("use"),
    _words("given"),
    Column("expires", Text),
    Column("withdrawn", Text),
    Column("synthetic", Boolean, nullable=False),
)
instrument = Table(
    "instrument",
    metadata,
    _id(),
    _words("title"),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("higher_is_better", Boolean, nullable=False),
    _words("by"),
    _words("items"),
)
measure = Table(
    "measure",
    metadata,
    _id(),
    _part_of("session"),
    _words("instrument"),
    _words("answers"),
    UniqueConstraint("session_id", "instrument"),
)
recording = Table(
    "recording",
    metadata,
    _id(),
    _part_of("session"),
    _words("path"),
    _words("sha256"),
    Column("size", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("offset_ms", Integer, nullable=False),
)
speaker = Table(
    "speaker",
    metadata,
    _id(),
    _part_of("session"),
    _words("label"),
    _words("role"),
    UniqueConstraint("session_id", "label"),
)
transcript = Table(
    "transcript",
    metadata,
    _id(),
    _part_of("session"),
    Column("version", Integer, nullable=False),
    _words("source"),
    _words("sha256"),
    _words("format"),
    _words("encoding"),
    Column("shift_ms", Integer, nullable=False),
    Column("from_recording", Boolean, nullable=False),
    _words("notes"),
    _words("reported"),
    _words("stamps"),
    _words("replaced"),
    _words("settings"),
    UniqueConstraint("session_id", "version"),
)
turn = Table(
    "turn",
    metadata,
    _id(),
    _part_of("transcript"),
    Column("n", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    _words("label"),
    _words("text"),
    _ms("start_ms"),
    _ms("end_ms"),
    _words("times"),
    UniqueConstraint("transcript_id", "n"),
)
timing = Table(
    "timing",
    metadata,
    _id(),
    _part_of("session"),
    _words("turn_id"),
    Column("start_ms", Integer, nullable=False),
    _words("times"),
    UniqueConstraint("session_id", "turn_id", "times"),
)
rater = Table("rater", metadata, _id(), Column("name", Text, nullable=False, unique=True))
relation = Table(
    "relation",
    metadata,
    _id(),
    _part_of("rater"),
    _part_of("therapist"),
    _words("kind"),
    UniqueConstraint("rater_id", "therapist_id"),
)
scheme = Table(
    "scheme",
    metadata,
    _id(),
    _words("scheme"),
    _words("version"),
    _words("content"),
    UniqueConstraint("scheme", "version"),
)
setting = Table("setting", metadata, _id(), _words("value"))
coding = Table(
    "coding",
    metadata,
    _id(),
    _part_of("session"),
    _part_of("rater"),
    _words("scheme"),
    _words("scheme_version"),
    _words("state"),
    Column("with_sound", Boolean, nullable=False),
    _ms("covers_from_ms"),
    _ms("covers_to_ms"),
    UniqueConstraint("session_id", "rater_id", "scheme", "scheme_version"),
)
episode = Table(
    "episode",
    metadata,
    _id(),
    _part_of("coding"),
    Column("number", Integer, nullable=False),
    _words("precipitant"),
    _words("background"),
    Column("intensity", Integer),
    Column("noticed", Boolean),
    Column("outcome_before", Text),
    Column("outcome_after", Text),
)
# An anchor lies in its mark's row: time and text cannot come apart.
mark = Table(
    "mark",
    metadata,
    _id(),
    _part_of("coding"),
    _words("kind"),
    Column("marker", Text),
    Column("family", Text),
    Column("clarity", Integer),
    _words("person"),
    Column("turns", Text),
    _ms("start_ms"),
    _ms("end_ms"),
    Column("begin", Integer),
    Column("stop", Integer),
    Column("quote", Text),
    _words("text"),
    _words("note"),
    _words("episodes"),
)
rating = Table(
    "rating",
    metadata,
    _id(),
    _part_of("coding"),
    _words("scale"),
    Column("value", Integer, nullable=False),
    Column("episode_id", Text),
    _ms("segment_ms"),
)
presence = Table(
    "presence",
    metadata,
    _id(),
    _part_of("coding"),
    _words("component"),
    _words("found"),
    Column("episode_id", Text),
)
# Where a rater left off: no act of coding, so it is overwritten and not logged.
place = Table(
    "place",
    metadata,
    Column("rater", Text, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("at_ms", Integer, nullable=False),
    Column("turn", Text),
    Column("furthest_ms", Integer, nullable=False),
)
# The chain covers the digest of an entry's content, not the content: that can be erased.
log = Table(
    "log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _words("at"),
    Column("by", Text),
    _words("kind"),
    _words("what"),
    Column("ref", Integer),
    _words("digest"),
    _words("chain"),
    Index("log_by", "by"),
)
log_content = Table(
    "log_content",
    metadata,
    Column("seq", Integer, ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    _words("content"),
)
meta = Table("meta", metadata, Column("name", Text, primary_key=True), _words("value"))
