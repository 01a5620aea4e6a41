"""What was answered about sessions: instruments, entering, importing, and what it comes to.

The numbers themselves are computed in coder.alliance; who may see them is coder.study's to say.
"""

from coder.measures.defining import (
    BUILT_IN,
    PSQ_PATIENT,
    PSQ_THERAPIST,
    SCORE,
    SRS,
    TOTAL,
    AnswersRefused,
    Scored,
    define,
    finer_than_kept,
    instrument,
    instruments,
    numbers_of,
    range_of,
    score,
    scored,
    written,
)
from coder.measures.entering import Sessions, delete, enter, measure_of, usable
from coder.measures.following import (
    Congruent,
    Followed,
    Placed,
    congruence,
    placed,
    psq_readings,
    series_of,
    srs_readings,
    trajectories,
)
from coder.measures.importing import Looked, Taken, known_columns, look, take_in
from coder.measures.selecting import RULES, Reasons, Selection, Verdict, reasons
from coder.measures.thresholds import Thresholds

__all__ = [
    "BUILT_IN",
    "PSQ_PATIENT",
    "PSQ_THERAPIST",
    "RULES",
    "SCORE",
    "SRS",
    "TOTAL",
    "AnswersRefused",
    "Congruent",
    "Followed",
    "Looked",
    "Placed",
    "Reasons",
    "Scored",
    "Selection",
    "Sessions",
    "Taken",
    "Thresholds",
    "Verdict",
    "congruence",
    "define",
    "delete",
    "enter",
    "finer_than_kept",
    "instrument",
    "instruments",
    "known_columns",
    "look",
    "measure_of",
    "numbers_of",
    "placed",
    "psq_readings",
    "range_of",
    "reasons",
    "score",
    "scored",
    "series_of",
    "srs_readings",
    "take_in",
    "trajectories",
    "usable",
    "written",
]
