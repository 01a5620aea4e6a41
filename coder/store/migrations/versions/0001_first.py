"""The first schema.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String, primary_key=True)


def _part_of(table: str) -> sa.Column[str]:
    owner = sa.ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")
    return sa.Column(f"{table}_id", sa.String, owner, nullable=False, index=True)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _maybe(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer) for name in names]


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    """Make every table, and close the log to all but appending."""
    _sessions()
    _codings()
    _log()


def _sessions() -> None:
    op.create_table("participant", _id(), sa.Column("pseudonym", sa.Text, unique=True))
    op.create_table(
        "session",
        _id(),
        _part_of("participant"),
        *_words("number"),
        *_maybe("measure_ms", "feedback_ms"),
        sa.UniqueConstraint("participant_id", "number"),
    )
    op.create_table(
        "recording",
        _id(),
        _part_of("session"),
        *_words("path", "sha256"),
        *map(_number, ("size", "duration_ms", "offset_ms")),
    )
    op.create_table(
        "speaker",
        _id(),
        _part_of("session"),
        *_words("label", "role"),
        sa.UniqueConstraint("session_id", "label"),
    )
    op.create_table(
        "transcript",
        _id(),
        _part_of("session"),
        _number("version"),
        *_words("source", "sha256", "format", "encoding"),
        _number("shift_ms"),
        sa.Column("from_recording", sa.Boolean, nullable=False),
        *_words("notes", "reported"),
        sa.UniqueConstraint("session_id", "version"),
    )
    op.create_table(
        "turn",
        _id(),
        _part_of("transcript"),
        _number("n"),
        _number("line"),
        *_words("label", "text"),
        *_maybe("start_ms", "end_ms"),
        *_words("times"),
        sa.UniqueConstraint("transcript_id", "n"),
    )


def _codings() -> None:
    op.create_table("rater", _id(), sa.Column("name", sa.Text, nullable=False, unique=True))
    op.create_table(
        "scheme",
        _id(),
        *_words("scheme", "version", "content"),
        sa.UniqueConstraint("scheme", "version"),
    )
    op.create_table("setting", _id(), *_words("value"))
    op.create_table(
        "coding",
        _id(),
        _part_of("session"),
        _part_of("rater"),
        *_words("scheme", "scheme_version", "state"),
        sa.Column("with_sound", sa.Boolean, nullable=False),
        *_maybe("covers_from_ms", "covers_to_ms"),
        sa.UniqueConstraint("session_id", "rater_id", "scheme", "scheme_version"),
    )
    op.create_table(
        "episode",
        _id(),
        _part_of("coding"),
        _number("number"),
        *_words("precipitant", "background"),
        *_maybe("intensity"),
        sa.Column("noticed", sa.Boolean),
        sa.Column("outcome_before", sa.Text),
        sa.Column("outcome_after", sa.Text),
    )
    op.create_table(
        "mark",
        _id(),
        _part_of("coding"),
        *_words("kind"),
        sa.Column("marker", sa.Text),
        sa.Column("family", sa.Text),
        *_maybe("clarity"),
        *_words("person"),
        sa.Column("turns", sa.Text),
        *_maybe("start_ms", "end_ms", "begin", "stop"),
        sa.Column("quote", sa.Text),
        *_words("text", "note", "episodes"),
    )
    op.create_table(
        "rating",
        _id(),
        _part_of("coding"),
        *_words("scale"),
        _number("value"),
        sa.Column("episode_id", sa.Text),
        *_maybe("segment_ms"),
    )
    op.create_table(
        "place",
        sa.Column("rater", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, primary_key=True),
        _number("at_ms"),
        sa.Column("turn", sa.Text),
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *_words("at"),
        sa.Column("by", sa.Text),
        *_words("kind", "what"),
        *_maybe("ref"),
        *_words("digest", "chain"),
    )
    op.create_index("log_by", "log", ["by"])
    op.create_table(
        "log_content",
        sa.Column(
            "seq", sa.Integer, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False
        ),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        *_words("content"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_keeps_{act.lower()} BEFORE {act} ON log "
            "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
        )
