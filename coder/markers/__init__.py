"""Schemes: load, validate, look up, roll up.

A scheme is a YAML file that satisfies schemas/scheme.schema.json. Marker names are the field's;
definitions, hints and examples are ours.
"""

from coder.markers.counting import holding
from coder.markers.levels import (
    LEVELS,
    ROW_SCHEME,
    Code,
    Level,
    code_of,
    codes,
    levels_of,
    row_schemes,
    rows_usual,
)
from coder.markers.reading import (
    SESSION_LEVEL,
    around,
    available,
    check,
    checked,
    folder,
    from_content,
    from_json,
    load,
    read,
    session_level,
    to_json,
)
from coder.markers.rolling import crosswalks, roll_up, targets
from coder.markers.scales import scales_ever
from coder.markers.scheme import COLUMNS, Marker, Over, Scale, Scheme, What, asked

__all__ = [
    "COLUMNS",
    "LEVELS",
    "ROW_SCHEME",
    "SESSION_LEVEL",
    "Code",
    "Level",
    "Marker",
    "Over",
    "Scale",
    "Scheme",
    "What",
    "around",
    "asked",
    "available",
    "check",
    "checked",
    "code_of",
    "codes",
    "crosswalks",
    "folder",
    "from_content",
    "from_json",
    "holding",
    "levels_of",
    "load",
    "read",
    "roll_up",
    "row_schemes",
    "rows_usual",
    "scales_ever",
    "session_level",
    "targets",
    "to_json",
]
