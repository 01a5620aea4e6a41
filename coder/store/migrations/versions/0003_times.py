"""Times found after the import; times within turns; how a file was read, and its pseudonyms.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """So far no transcript has any of these."""
    for name in ("stamps", "replaced", "settings"):
        none = sa.Column(name, sa.Text, nullable=False, server_default=sa.text("'[]'"))
        op.add_column("transcript", none)
    session = sa.ForeignKey("session.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "timing",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("session_id", sa.String, session, nullable=False, index=True),
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("start_ms", sa.Integer, nullable=False),
        sa.Column("times", sa.Text, nullable=False),
        sa.UniqueConstraint("session_id", "turn_id", "times"),
    )
