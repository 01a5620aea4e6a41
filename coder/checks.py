"""Is the study whole? The file, the log's chain, every anchor, every recording."""

from collections.abc import Iterator

from coder import imports, recording
from coder.coding import Anchor, CodedSession, marker_of
from coder.errors import CoderError, Notice
from coder.session import Turn, TurnId, format_clock
from coder.study import Study, Viewer


def problems(study: Study, viewer: Viewer = None) -> Iterator[Notice]:
    """Yield what is wrong, most fundamental first; nothing when the study is sound.

    What is wrong in codings that a viewer may not see is only counted.
    """
    for key, where in study.file_problems():
        yield Notice(key, where)
    try:
        yield from _contents(study, viewer)
    except CoderError as fault:  # what cannot be read is a problem, not the end of the report
        yield Notice(fault.key, fault.where)


def _contents(study: Study, viewer: Viewer) -> Iterator[Notice]:
    if not study.entries():
        yield Notice("log_fault", {"seq": 1})  # making a study is its first entry
    seen, unseen = {each.id for each in study.codings(viewer)}, 0
    for coded in study.coded(None):
        wrong = list(_anchors(coded))
        if coded.coding.id in seen:
            yield from wrong
        else:
            unseen += len(wrong)
    if unseen:
        yield Notice("others_marks", {"count": unseen})
    for session in study.sessions():
        for kept in study.recordings(session.id):
            found = imports.find_media(study, kept)
            if found is None:
                yield Notice("media_missing", {"path": kept.path, "session": session.address})
            elif recording.fingerprint(found) != kept.sha256:
                yield Notice("media_changed", {"path": found, "session": session.address})


def _anchors(coded: CodedSession) -> Iterator[Notice]:
    """Every mark must hold the words it was made on, and belong to episodes that exist."""
    turns = {turn.id: turn for turn in coded.turns}
    numbers = {episode.id for episode in coded.episodes}
    for mark in coded.marks:
        where: dict[str, object] = {"session": coded.session.address, "coder": coded.rater.name}
        if mark.marker is not None and marker_of(mark, coded.scheme) is None:
            yield Notice("unknown_marker", {"marker": mark.marker, "scheme": coded.scheme.id})
        if not numbers.issuperset(mark.episodes):
            yield Notice("episode_missing", where)
        if mark.anchor is None:
            continue
        if mark.anchor.start_ms is not None:
            where["at"] = format_clock(mark.anchor.start_ms)
        else:
            where["at"] = "?"
        if not turns.keys() >= set(mark.anchor.turns):
            yield Notice("anchor_unfit", where)
        elif not _holds(mark.anchor, turns):
            yield Notice("anchor_slid", where)


def _holds(anchor: Anchor, turns: dict[TurnId, Turn]) -> bool:
    """Tell whether the quoted words are where the anchor says."""
    if not anchor.turns:
        return True
    pieces = [turns[turn].text for turn in anchor.turns]
    pieces[-1] = pieces[-1][: anchor.stop]
    pieces[0] = pieces[0][anchor.begin or 0 :]
    return " … ".join(pieces) == anchor.quote
