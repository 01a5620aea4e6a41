"""Taps are facts, what lies between is guessed anew, and marks follow what was only a guess."""

import dataclasses

import pytest

from coder import clock, imports, reliability, syncing
from coder.coding import (
    Change,
    Coding,
    CodingId,
    Kind,
    Mark,
    MarkId,
    State,
    anchor_on,
    place,
    reopen,
    submit,
)
from coder.errors import CoderError
from coder.imports import Request
from coder.session import Role, TimeSource
from coder.study import LEAD, Study
from coder.transcripts import Options

TEXT = "10:00\nT: one two three four\nC: one two\nT: one two\nC: one two three four\n"
GIVEN, GUESS, TAP, SOUND, NONE = (
    TimeSource(each) for each in ("anchor", "interpolated", "tapped", "estimated", "none")
)


@pytest.fixture
def study(tmp_path):
    with Study.create(tmp_path / "s.rupture", ["samstag-2003"]) as study:
        yield study


@pytest.fixture
def session(study, tmp_path):
    """Four turns, of which the file times the first."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    roles = Options(roles={"T": Role.THERAPIST, "C": Role.PATIENT})
    return imports.import_session(study, path, Request("P1", "1", options=roles))[0]


def seconds(study, session):
    """When each turn begins (s), and where that comes from."""
    return [
        (None if turn.start_ms is None else turn.start_ms / 1000, turn.times)
        for turn in study.turns(session.id)
    ]


def tap(study, session, n, at_s, by=None):
    turn = study.turns(session.id)[n - 1]
    return syncing.tap(study, session, turn.id, round(at_s * 1000), by)


def refusal(act, *args):
    with pytest.raises(CoderError) as told:
        act(*args)
    return told.value.key


def test_a_tap_is_a_fact_and_the_turns_between_are_interpolated(study, session):
    tap(study, session, 4, 608)
    assert seconds(study, session) == [(600, GIVEN), (604, GUESS), (606, GUESS), (608, TAP)]
    tap(study, session, 2, 601)
    assert seconds(study, session) == [(600, GIVEN), (601, TAP), (604.5, GUESS), (608, TAP)]


def test_a_tap_is_undone_with_one_key_and_a_second_one_takes_its_place(study, session):
    tap(study, session, 4, 608)
    tap(study, session, 4, 612)
    assert seconds(study, session)[3] == (612, TAP)
    assert len(study.timings(session.id)) == 1
    assert study.undo(LEAD).what == "tap turn 4"
    assert seconds(study, session)[3] == (608, TAP)
    turn = study.turns(session.id)[3]
    syncing.untap(study, session, turn.id)
    assert seconds(study, session) == [(600, GIVEN), (None, NONE), (None, NONE), (None, NONE)]
    assert syncing.untap(study, session, turn.id) is None


def test_a_tap_cannot_contradict_the_file_or_other_taps(study, session):
    assert refusal(tap, study, session, 1, 600) == "turn_timed"
    assert refusal(tap, study, session, 2, 599) == "tap_backward"
    tap(study, session, 3, 605)
    assert refusal(tap, study, session, 2, 606) == "tap_backward"
    assert refusal(tap, study, session, 4, 604) == "tap_backward"
    assert refusal(syncing.tap, study, session, "elsewhere", 0) == "unknown_turn"
    assert len(study.timings(session.id)) == 1


def test_an_estimate_never_overwrites_a_tap_and_is_one_act(study, session):
    turns = study.turns(session.id)
    tap(study, session, 3, 605)
    found = [(turns[1].id, 602_000), (turns[2].id, 609_000), (turns[3].id, 611_000)]
    syncing.take_estimates(study, session, found)
    assert seconds(study, session) == [(600, GIVEN), (602, SOUND), (605, TAP), (611, SOUND)]
    syncing.untap(study, session, turns[2].id)
    assert seconds(study, session) == [(600, GIVEN), (602, SOUND), (609, SOUND), (611, SOUND)]
    tap(study, session, 2, 610)
    assert seconds(study, session) == [(600, GIVEN), (610, TAP), (610.5, GUESS), (611, SOUND)]
    syncing.take_estimates(study, session, [])
    assert [times for _, times in seconds(study, session)] == [GIVEN, TAP, NONE, NONE]


def marked(study, session, *at_s):
    """Ada marks turn 3, each time at another moment."""
    rater = study.add_rater("Ada")
    coding = Coding(CodingId("c"), session.id, rater.id, "samstag-2003", study.scheme().version)
    turn = study.turns(session.id)[2]
    for n, at in enumerate(at_s):
        moment = None if at is None else round(at * 1000)
        anchor = dataclasses.replace(anchor_on([turn]), start_ms=moment)
        mark = Mark(MarkId(str(n)), coding.id, Kind.MARKER, "denial", anchor=anchor)
        change = place(coding, mark, "Denial")
        study.apply(dataclasses.replace(change, added=(coding, mark)) if n == 0 else change)
    return coding


def moments(study, coding):
    return [mark.anchor.start_ms for mark in study.marks(coding.id)]


def test_a_mark_whose_moment_was_a_guess_follows_its_turn_and_a_heard_one_stays(study, session):
    tap(study, session, 4, 608)
    coding = marked(study, session, 606, 606.5)
    tap(study, session, 3, 607)
    assert moments(study, coding) == [607_000, 606_500]
    study.undo(LEAD)
    assert moments(study, coding) == [606_000, 606_500]


def test_marks_on_untimed_turns_get_their_moment_also_those_already_submitted(study, session):
    coding = marked(study, session, None)
    study.apply(submit(coding), "final")
    tap(study, session, 4, 608)
    assert moments(study, coding) == [606_000]
    tap(study, session, 3, 605)
    assert moments(study, coding) == [605_000]


def test_several_taps_are_one_act_or_none(study, session):
    turns = study.turns(session.id)
    backward = {turns[1].id: 603_000, turns[2].id: 602_000}
    assert refusal(syncing.tap_all, study, session, backward) == "tap_backward"
    assert study.timings(session.id) == []
    syncing.tap_all(study, session, {turns[1].id: 601_000, turns[3].id: 603_000})
    assert seconds(study, session) == [(600, GIVEN), (601, TAP), (602, GUESS), (603, TAP)]
    study.undo(LEAD)
    assert study.timings(session.id) == []


def test_a_guess_from_the_sound_needs_a_recording(study, session):
    assert refusal(syncing.estimates, study, session) == "no_recording"


def test_a_guess_from_the_sound_follows_speech_and_pauses(study, tmp_path):
    """Two seconds of tone for each of four turns of equal length, with pauses of unequal length."""
    import wave

    import numpy as np

    begins, rate = (1.0, 7.0, 10.0, 17.0), 16_000
    noise = np.random.default_rng(4).normal(0, 6, 20 * rate)
    at = np.arange(2 * rate) / rate
    said = sum(np.sin(2 * np.pi * f * at) for f in (140, 280, 420, 1200)) * 2500
    said *= 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)  # syllables
    for begin in begins:
        noise[int(begin * rate) : int(begin * rate) + len(said)] += said
    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(noise.astype("<i2").tobytes())
    text = "".join(f"{who}: one two three four five six\n" for who in "TCTC")
    (tmp_path / "b.txt").write_text(text)
    request = Request("P2", "1", tmp_path / "s.wav", 60_000)
    session = imports.import_session(study, tmp_path / "b.txt", request)[0]
    found = syncing.estimates(study, session)
    syncing.take_estimates(study, session, found)
    errors = [
        abs(at - 60 - begin) for (at, _), begin in zip(seconds(study, session), begins, strict=True)
    ]
    assert max(errors) < 0.5
    assert {times for _, times in seconds(study, session)} == {SOUND}


def test_a_guess_needs_the_recording_in_its_place(study, tmp_path):
    import wave

    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    (tmp_path / "b.txt").write_text("T: one\nC: two\n")
    session = imports.import_session(
        study, tmp_path / "b.txt", Request("P2", "1", tmp_path / "s.wav")
    )[0]
    (tmp_path / "s.wav").unlink()
    assert refusal(syncing.estimates, study, session) == "recording_missing"


def with_sound(study, tmp_path, text=None):
    """Four turns without times, with a recording of a minute that begins at 10:00."""
    import wave

    with wave.open(str(tmp_path / "m.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 60))
    (tmp_path / "u.txt").write_text(text or TEXT.partition("\n")[2])
    request = Request("P5", "1", tmp_path / "m.wav", 600_000)
    return imports.import_session(study, tmp_path / "u.txt", request)[0]


def test_a_tap_lies_in_the_recording(study, tmp_path):
    session = with_sound(study, tmp_path)
    assert refusal(tap, study, session, 1, 599) == "tap_outside"
    assert refusal(tap, study, session, 1, 661) == "tap_outside"
    tap(study, session, 1, 600)


def test_taps_and_marks_at_them_move_with_the_recording(study, tmp_path):
    session = with_sound(study, tmp_path)
    tap(study, session, 1, 600)
    tap(study, session, 4, 630)
    coding = marked(study, session, seconds(study, session)[2][0], 611.5)
    clock.set_clock_start(study, session, 3_300_000)
    assert [at for at, _ in seconds(study, session)][::3] == [3300, 3330]
    assert moments(study, coding) == [round(1000 * seconds(study, session)[2][0]), 611_500]
    study.undo(LEAD)
    assert [at for at, _ in seconds(study, session)][::3] == [600, 630]


def test_a_coder_can_undo_what_was_done_before_someone_tapped(study, session):
    tap(study, session, 4, 608)
    coding = marked(study, session, 606)
    coder = study.raters()[0].id
    (mark,) = study.marks(coding.id)
    noted = dataclasses.replace(mark, note="flat voice")
    study.apply(Change("note", (mark,), (noted,), coder))
    tap(study, session, 3, 607)
    study.undo(coder)
    assert [(m.note, m.anchor.start_ms) for m in study.marks(coding.id)] == [("", 607_000)]
    study.redo(coder)
    assert [(m.note, m.anchor.start_ms) for m in study.marks(coding.id)] == [
        ("flat voice", 607_000)
    ]
    study.undo(coder)
    study.undo(coder)
    assert study.marks(coding.id) == []


def test_a_tap_on_a_turn_that_is_no_longer_there_is_not_done_again(study, session, tmp_path):
    tap(study, session, 4, 608)
    study.undo(LEAD)
    (tmp_path / "a.txt").write_text(TEXT + "T: And then?\n")
    request = Request("P1", "1", new_version=True)
    imports.import_session(study, tmp_path / "a.txt", request, study.add_rater("Ada").id)
    assert refusal(study.redo, LEAD) == "changed_meanwhile"
    assert study.timings(session.id) == []


def test_a_mark_with_a_length_keeps_it_when_its_moment_follows(study, session):
    tap(study, session, 4, 608)
    coding = marked(study, session, 606)
    (mark,) = study.marks(coding.id)
    long = dataclasses.replace(mark, anchor=dataclasses.replace(mark.anchor, end_ms=609_000))
    study.apply(Change("lengthen", (mark,), (long,)))
    tap(study, session, 3, 607)
    assert [(m.anchor.start_ms, m.anchor.end_ms) for m in study.marks(coding.id)] == [
        (607_000, 610_000)
    ]


def test_codings_as_first_submitted_stand_where_they_have_been_carried_to(study, session):
    tap(study, session, 4, 608)
    coding = marked(study, session, 606)
    study.apply(submit(coding), "final")
    (locked,) = study.codings(None)
    study.apply(reopen(locked, "a slip", None), "final")
    tap(study, session, 3, 607)
    (coded,) = reliability.compared(study, LEAD).coded
    assert coded.coding.state == State.SUBMITTED
    assert moments(study, coding) == [m.anchor.start_ms for m in coded.marks] == [607_000]
    (mark,) = study.marks(coding.id)
    study.apply(Change("note", (mark,), (dataclasses.replace(mark, note="flat"),), coding.rater_id))
    tap(study, session, 3, 606.5)
    (coded,) = reliability.compared(study, LEAD).coded
    assert [(m.note, m.anchor.start_ms) for m in coded.marks] == [("", 606_500)]


def test_a_clock_put_right_does_not_write_taps_into_the_transcript(study, tmp_path):
    """Where times count from the recording all moves; a tap can still be taken away, or undone."""
    with_sound(study, tmp_path)
    path = tmp_path / "r.txt"
    path.write_text("0:00\nT: one two\nC: one two\nT: one two\n")
    request = Request("P6", "1", tmp_path / "m.wav", 600_000, from_recording=True)
    session = imports.import_session(study, path, request)[0]
    base = study.turns_of(study.transcripts(session.id)[-1])
    tap(study, session, 3, 630)
    clock.set_clock_start(study, session, 700_000)
    assert [at for at, _ in seconds(study, session)][::2] == [700, 730]
    assert study.turns_of(study.transcripts(session.id)[-1])[2].times != TAP
    syncing.untap(study, session, base[2].id)
    assert seconds(study, session)[2][1] == SOUND
    for _ in range(2):
        study.undo(LEAD)
    assert study.turns_of(study.transcripts(session.id)[-1]) == base
    assert seconds(study, session)[2] == (630, TAP)
