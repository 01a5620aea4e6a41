"""Transcripts: what an import would make of a file, and times for what the file leaves untimed.

Readers fill one neutral model (events); only then are turns made. Nothing of a file vanishes
silently: what is not taken over is reported with its line and the reason.
"""

from typing import TYPE_CHECKING, Any

from coder.transcripts.apart import inspect
from coder.transcripts.candidates import Candidate, candidates
from coder.transcripts.carrying import carry, carry_through, carry_timings, unfit
from coder.transcripts.names import pseudonymous
from coder.transcripts.reading import Reading, timed_by, to_json
from coder.transcripts.same_words import times_from
from coder.transcripts.source import Options, settings_of
from coder.transcripts.timing import interpolate, shift, timed

if TYPE_CHECKING:
    from coder.transcripts.formats import FORMATS

__all__ = [
    "FORMATS",
    "Candidate",
    "Options",
    "Reading",
    "candidates",
    "carry",
    "carry_through",
    "carry_timings",
    "inspect",
    "interpolate",
    "pseudonymous",
    "settings_of",
    "shift",
    "timed",
    "timed_by",
    "times_from",
    "to_json",
    "unfit",
]


def __getattr__(name: str) -> Any:
    """Load the readers of all formats when they are first asked for, and not before."""
    if name != "FORMATS":
        raise AttributeError(name)
    from coder.transcripts.formats import FORMATS

    return FORMATS
