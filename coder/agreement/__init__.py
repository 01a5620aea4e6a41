"""Agreement between raters: units, matching, coefficients and the report. No Qt, no database."""

from coder.agreement.definitions import DEFINITIONS, Definition
from coder.agreement.moments import Moment, moments
from coder.agreement.plan import UNITS, USUAL, Plan, Unit, check, departures
from coder.agreement.report import Agreement, Tick, agreement, describe, to_json
from coder.agreement.result import Result
from coder.markers import LEVELS, ROW_SCHEME, Level

__all__ = [
    "DEFINITIONS",
    "LEVELS",
    "ROW_SCHEME",
    "UNITS",
    "USUAL",
    "Agreement",
    "Definition",
    "Level",
    "Moment",
    "Plan",
    "Result",
    "Tick",
    "Unit",
    "agreement",
    "check",
    "departures",
    "describe",
    "moments",
    "to_json",
]
