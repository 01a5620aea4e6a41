"""Agreement between raters: units, matching, coefficients and the report. No Qt, no database."""

from coder.agreement.moments import Moment, disagreements
from coder.agreement.report import Agreement, Result, agreement, to_json
from coder.agreement.units import LEVELS, ROW_SCHEME, Level

__all__ = [
    "LEVELS",
    "ROW_SCHEME",
    "Agreement",
    "Level",
    "Moment",
    "Result",
    "agreement",
    "disagreements",
    "to_json",
]
