"""Ruptures in a run of scores, told in words and as JSON.

Where low is good a rule follows the scores turned round; they are told as they were given, and
JSON has both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coder.alliance import Episode, Signal, Trajectory, What, numbers_as_given, what_as_given
from coder.errors import Notice
from coder.words import say

TURNED = "Low is good: scores and limits are told as given, so that a rise is for the worse."

_ON_THE_SCALE = {What.LOW, What.LEVEL}  # what is a place on the scale, and no step of it

Addresses = Mapping[int, str]


def told(reason: str | None) -> str | None:
    """The sentence of a reason."""
    return None if reason is None else say(Notice(reason))


def to_json(of: Trajectory, at: Addresses) -> dict[str, Any]:
    """All that was found in a series; a session that is not in the study has no address."""
    given = of.series.as_given
    return {
        "participant": of.series.owner,
        "turned": of.series.turned,
        "scores": [
            {
                "index": score.index,
                "session": at.get(score.index),
                "value": score.value,
                "as_given": given(score.value),
            }
            for score in of.series.scores
        ],
        "missing": list(of.series.missing),
        "missing_sessions": [at[n] for n in of.series.missing if n in at],
        "numbers": dict(of.numbers),
        "numbers_as_given": numbers_as_given(of),
        "signals": [_signal(each, of, at) for each in of.signals],
        "episodes": [_episode(each, at) for each in of.episodes],
        "splits": [
            {
                **{name: getattr(each, name) for name in each.__slots__},
                "after_session": at.get(each.after),
                "before_mean_as_given": given(each.before_mean),
                "after_mean_as_given": given(each.after_mean),
            }
            for each in of.splits
        ],
        "unjudged": {
            str(index): {"session": at.get(index), "reason": reason, "told": told(reason)}
            for index, reason in of.unjudged.items()
        },
        "reason": of.reason,
        "reason_told": told(of.reason),
    }


def lines(of: Trajectory, at: Addresses) -> list[str]:
    """What was found in a series, in words."""
    head = f"{of.series.owner}: {len(of.series.scores)} of {of.series.sessions} sessions scored"
    if of.series.missing:
        head += f" (without a score: {_names(of.series.missing, at)})"
    if of.reason is not None:
        return [f"{head}. {told(of.reason)}", *_unjudged(of, at)]
    numbers = numbers_as_given(of).items()
    spelt = ", ".join(f"{name} {round(value, 2)}" for name, value in numbers)
    said = [_in_words(each, of, at) for each in of.episodes]
    troughs = {each.trough for each in of.episodes}
    for each in of.signals:
        if each.index not in troughs and each.what != What.LEVEL:
            value, limit = _as_given(each, of)
            what = what_as_given(each.what, turned=of.series.turned)
            said.append(f"  {_name(each.index, at)}: {what} ({value:g}, limit {limit:.2f})")
    for split in of.splits:
        before, after = (of.series.as_given(x) for x in (split.before_mean, split.after_mean))
        said.append(
            f"  after {_name(split.after, at)}: level {before:.2f}, then {after:.2f} "
            f"({'for the worse' if split.falls else 'for the better'}); R² {split.r_squared:.3f}"
        )
    if not said:
        said.append("  no signal")
    return [f"{head}{'; ' + spelt if spelt else ''}", *said, *_unjudged(of, at)]


def _in_words(each: Episode, of: Trajectory, at: Addresses) -> str:
    what = what_as_given(What.DROP, turned=of.series.turned)
    said = f"  {_name(each.trough, at)}: {what} of {each.drop:g} from {_name(each.peak, at)}"
    said += f"; {each.fate}"
    said += f" at {_name(each.repaired_at, at)}" if each.repaired_at is not None else ""
    said += f"; {each.pattern}" if each.pattern else ""
    said += f"; not seen in between: {_names(each.unseen, at)}" if each.unseen else ""
    return said + (f". {told(each.reason)}" if each.reason else "")


def _unjudged(of: Trajectory, at: Addresses) -> list[str]:
    """The sessions that could not be judged, by why."""
    by_reason: dict[str, list[int]] = {}
    for index, reason in of.unjudged.items():
        by_reason.setdefault(reason, []).append(index)
    return [
        f"  not judged: {_names(indices, at)}. {told(reason)}"
        for reason, indices in by_reason.items()
    ]


def _signal(each: Signal, of: Trajectory, at: Addresses) -> dict[str, Any]:
    value, limit = _as_given(each, of)
    return {
        "index": each.index,
        "session": at.get(each.index),
        "value": each.value,
        "what": each.what,
        "limit": each.limit,
        "value_as_given": value,
        "limit_as_given": limit,
        "what_as_given": what_as_given(each.what, turned=of.series.turned),
    }


def _episode(each: Episode, at: Addresses) -> dict[str, Any]:
    ends = (each.peak, each.trough, each.repaired_at)
    peak, trough, repaired = (None if n is None else at.get(n) for n in ends)
    return {
        **{name: getattr(each, name) for name in each.__slots__},
        "peak_session": peak,
        "trough_session": trough,
        "repaired_session": repaired,
        "unseen_sessions": [at[n] for n in each.unseen if n in at],
        "reason_told": told(each.reason),
    }


def _as_given(each: Signal, of: Trajectory) -> tuple[float, float]:
    """What a signal's value and limit are of the scores as they were given."""
    if each.what not in _ON_THE_SCALE:
        return each.value, each.limit
    return of.series.as_given(each.value), of.series.as_given(each.limit)


def _names(indices: Sequence[int], at: Addresses) -> str:
    return ", ".join(_name(n, at) for n in indices)


def _name(index: int, at: Addresses) -> str:
    """A session's address; one that is not in the study has its number alone."""
    return at.get(index, f"{index} (not in the study)")
