"""Measures, therapists, consent; what is in a session of a model of repair; how far one heard.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String, primary_key=True)


def _part_of(table: str) -> sa.Column[str]:
    owner = sa.ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")
    return sa.Column(f"{table}_id", sa.String, owner, nullable=False, index=True)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _maybe(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def upgrade() -> None:
    """So far there are none of these; who left off somewhere had come that far."""
    op.add_column("session", sa.Column("therapist_id", sa.Text))
    so_far = sa.Column("furthest_ms", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("place", so_far)
    op.execute("UPDATE place SET furthest_ms = at_ms")
    op.create_table("therapist", _id(), sa.Column("pseudonym", sa.Text, unique=True))
    op.create_table(
        "consent",
        _id(),
        *_words("person", "use", "given"),
        *_maybe("expires", "withdrawn"),
        sa.Column("synthetic", sa.Boolean, nullable=False),
    )
    op.create_table(
        "instrument",
        _id(),
        *_words("title"),
        sa.Column("low", sa.Float, nullable=False),
        sa.Column("high", sa.Float, nullable=False),
        sa.Column("higher_is_better", sa.Boolean, nullable=False),
        *_words("by", "items"),
    )
    op.create_table(
        "measure",
        _id(),
        _part_of("session"),
        *_words("instrument", "answers"),
        sa.UniqueConstraint("session_id", "instrument"),
    )
    op.create_table(
        "relation",
        _id(),
        _part_of("rater"),
        _part_of("therapist"),
        *_words("kind"),
        sa.UniqueConstraint("rater_id", "therapist_id"),
    )
    op.create_table(
        "presence", _id(), _part_of("coding"), *_words("component", "found"), *_maybe("episode_id")
    )
