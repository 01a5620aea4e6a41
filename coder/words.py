"""The sentences for what can go wrong: one for each key, saying what to do."""

from coder.errors import CoderError, Notice

SENTENCES = {
    # session, settings
    "not_a_time": "“{text}” is not a time: write h:mm:ss, m:ss or seconds.",
    # markers
    "unknown_scheme": "There is no scheme “{scheme}”; there are: {known}.",
    "unknown_marker": "The scheme {scheme} has no marker “{marker}”: see “scheme show {scheme}”.",
    "scheme_unreadable": "{path} is not a YAML file that can be read ({why}).",
    "scheme_invalid": "{path} is not a valid scheme: {why}.",
    "no_roll_up": "The scheme {scheme} cannot be rolled up to {target}.",
    # coding
    "coding_submitted_already": "This coding is submitted already.",
    # transcripts
    # recording
    # tables
    # export
    # agreement
    # store
    # study
    # commands
}


def say(told: CoderError | Notice) -> str:
    """Turn a key and its arguments into a sentence."""
    return SENTENCES[told.key].format_map(told.where)
