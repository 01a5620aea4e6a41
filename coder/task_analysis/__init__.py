"""Task analysis: components of a model of repair by episode or session, and what they come to.

Pure over codings; ``settling`` alone changes a study.
"""

from coder.task_analysis.analysing import ENDS, UNITS, WINDOW_S, Analysis, Timed, analyse
from coder.task_analysis.columns import GROUPS, Column, Pair, Unit, scheme_rows
from coder.task_analysis.comparing import NOT_DISTINGUISHING, Compared, Counts
from coder.task_analysis.listing import about, listed, to_json
from coder.task_analysis.presence import Basis, Cell
from coder.task_analysis.settling import Act, Entered, sessions_named, settle, settling, take_in
from coder.task_analysis.timing import Between, First, Followed, Span, median_place, to_repair

__all__ = [
    "ENDS", "GROUPS", "NOT_DISTINGUISHING", "UNITS", "WINDOW_S", "Act", "Analysis", "Basis",
    "Between", "Cell", "Column", "Compared", "Counts", "Entered", "First", "Followed", "Pair",
    "Span", "Timed", "Unit", "about", "analyse", "listed", "median_place", "scheme_rows",
    "sessions_named", "settle", "settling", "take_in", "to_json", "to_repair",
]  # fmt: skip
