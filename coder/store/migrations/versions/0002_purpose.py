"""What a session is coded for: the study, training or calibration.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Every session so far is one of the study."""
    purpose = sa.Column("purpose", sa.Text, nullable=False, server_default=sa.text("'study'"))
    op.add_column("session", purpose)
