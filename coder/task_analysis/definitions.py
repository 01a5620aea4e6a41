"""What is counted, in sentences that stand with the numbers wherever they go."""

from collections.abc import Mapping

_UNITS = {
    "episode": "an episode (one coding form) of a session",
    "session": "a session",
    "participant": "a participant, over all their sessions here",
}


def definitions(by: str, window_s: float) -> Mapping[str, str]:
    """Say what the numbers are numbers of; ``by`` is the unit, ``window_s`` in seconds."""
    return {
        "Unit": f"Each column is {_UNITS[by]}.",
        "Present": (
            "What the coder entered about a component; else present where there are marks with "
            "it or with one of its sub-categories; else not observable where the scheme says so; "
            "else not present. Not analysed where there is no coding under the scheme."
        ),
        "Episodes": (
            "Those of the coding of repair and of the same coder’s coding of ruptures in the "
            "session, joined by their numbers."
        ),
        "Outcome": (
            "That of the coding of ruptures, else of the coding of repair; after the feedback, "
            "or before it where none is given after it."
        ),
        "Side by side": (
            "Counts only: no test is made, since the columns are few, chosen, and may be of one "
            "participant. Partly repaired and cannot tell stand apart and are folded into "
            "neither group."
        ),
        "Not distinguishing": (
            "Present in every repaired and in every unrepaired column in which it was analysed, "
            "at least one of each; Laraway (2015) drops such components from the empirical model."
        ),
        "Order": (
            "The places of components by their first marks, 1 being the first; those that come "
            "together share the mean of their places. By turn where the transcript has no times."
        ),
        "Between": (
            "From the first mark of one component to the first of another; negative where the "
            "second came before. Median, least and greatest over the columns that have both timed."
        ),
        "To repair": (
            "From where the first (or last) rupture mark, a marker or a flag, begins to where the "
            "first repair mark not before it begins: a statement of understanding, an affective "
            "shift, or a component of repair. Not told where a mark that matters has no "
            "time, or is the tick of a segment, which has no moment within it."
        ),
        "Followed": (
            f"Of the rupture marks with a time, those with a repair mark of the same column that "
            f"begins no sooner and at most {window_s:g} s later (start to start). Repair marks "
            f"without a time are counted beside: with any of them the share may be too low."
        ),
    }
