"""Give the turns of a session their times after the import: from a table, or from the sound."""

from collections import Counter

from coder import syncing, tables
from coder.commands import Answer, Args, opened
from coder.session import Session, TimeSource
from coder.study import Study, Viewer


def times(args: Args) -> Answer:
    """Take taps, take or drop estimates, and say where the times of a session come from."""
    change = args.taps is not None or args.estimate or args.drop_estimates
    with opened(args, write=change) as (study, who):
        session = study.session(args.session)
        _change(study, session, who, args)
        turns = study.turns(session.id)
    counts = Counter(turn.times for turn in turns)
    data = {"session": session.address, "times": {each.value: counts[each] for each in TimeSource}}
    told = ", ".join(f"{count} {source.value}" for source, count in counts.items())
    return Answer(data, [f"{session.address}: {len(turns)} turns, their times: {told or 'none'}."])


def _change(study: Study, session: Session, who: Viewer, args: Args) -> None:
    if args.taps is not None:
        ids = {turn.n: turn.id for turn in study.turns(session.id)}
        taps = {ids[n]: at_ms for n, at_ms in tables.taps(args.taps, set(ids)).items()}
        syncing.tap_all(study, session, taps, who)
    if args.drop_estimates:
        syncing.take_estimates(study, session, (), who)
    if args.estimate:
        syncing.take_estimates(study, session, syncing.estimates(study, session), who)
