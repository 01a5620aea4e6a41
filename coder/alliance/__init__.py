"""Session scores: the SRS, the PSQ, who saw a rupture, and ruptures found in a run of scores.

Pure functions of values; what is a setting is a parameter, and goes out with every result.
"""

from coder.alliance import psq, srs
from coder.alliance.congruence import Cell, Congruence, Pair, Seen, cross
from coder.alliance.declines import Episode, Fate, Pattern, Run, runs
from coder.alliance.partition import Split
from coder.alliance.rules import (
    DEFAULT,
    PRESETS,
    TITLES,
    Chart,
    Drop,
    Fence,
    Middle,
    Partition,
    Reliable,
    Repair,
    Rule,
    Spread,
    Trend,
    adjusted,
    parameters,
    repair,
    title,
)
from coder.alliance.series import Group, Score, Series, pooled, series, within
from coder.alliance.trajectory import (
    Mode,
    Signal,
    Trajectory,
    What,
    follow,
    numbers_as_given,
    what_as_given,
)

__all__ = [
    "DEFAULT",
    "PRESETS",
    "TITLES",
    "Cell",
    "Chart",
    "Congruence",
    "Drop",
    "Episode",
    "Fate",
    "Fence",
    "Group",
    "Middle",
    "Mode",
    "Pair",
    "Partition",
    "Pattern",
    "Reliable",
    "Repair",
    "Rule",
    "Run",
    "Score",
    "Seen",
    "Series",
    "Signal",
    "Split",
    "Spread",
    "Trajectory",
    "Trend",
    "What",
    "adjusted",
    "cross",
    "follow",
    "numbers_as_given",
    "parameters",
    "pooled",
    "psq",
    "repair",
    "runs",
    "series",
    "srs",
    "title",
    "what_as_given",
    "within",
]
