"""A session comes in as one act, and what was wrong with it is put right."""

import dataclasses
import shutil
import wave
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, coding, held, mark

from coder import clock, imports, syncing
from coder.checks import problems
from coder.coding import (
    Change,
    Episode,
    EpisodeId,
    Rating,
    RatingId,
    State,
    begin_phase,
    place,
    remove,
    submit,
)
from coder.errors import CoderError
from coder.following import left_behind
from coder.imports import Request
from coder.session import Role, SessionId, TimeSource, Timing, TimingId
from coder.study import LEAD, Study
from coder.transcripts import Options
from coder.words import say

UNTIMED = "T: How did the week go?\nC: Fine, I suppose.\nT: Mmm\nC: It was pointless.\n"
TIMED = "WEBVTT\n\n" + "".join(
    f"00:00:{n * 5:02}.000 --> 00:00:{n * 5 + 4:02}.000\n<v {who}>{text}</v>\n\n"
    for n, (who, text) in enumerate([("T", "How was it?"), ("C", "Fine."), ("T", "Mmm"), ("C", "Pointless.")])
)  # fmt: skip
ROLES = Options(roles={"T": Role.THERAPIST, "C": Role.PATIENT})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "s.rupture"
    make_studies.make(path).close()
    return path


@pytest.fixture
def study(made, tmp_path):
    """Two raters have coded P1/1; files to import lie beside it."""
    path = Path(shutil.copy(made, tmp_path))
    (tmp_path / "a.txt").write_text(UNTIMED)
    (tmp_path / "a.vtt").write_text(TIMED)
    tone(tmp_path / "a.wav", 30)
    with Study.open(path) as study:
        yield study


def tone(path, seconds, value=b"\x10\x00"):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(value * 8000 * seconds)
    return path


def brought(study, name="a.vtt", number="1", participant="P2", **more):
    more.setdefault("options", ROLES)
    path = study.path.parent / name
    return imports.import_session(study, path, Request(participant, number, **more))[0]


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


def starts(study, session):
    return [turn.start_ms for turn in study.turns(session.id)]


def same_but_order(one, other):
    """What was restored stands last: the order in which things were made is the only difference."""
    ordered = [{name: sorted(map(str, value)) if isinstance(value, list) else value for name, value in each.items() if name not in {"log", "acts"}} for each in (one, other)]  # fmt: skip
    assert ordered[0] == ordered[1]


# Coming in


def test_a_session_comes_in_whole_as_one_act_of_whoever_brings_it(study):
    entries = len(study.entries())
    session = brought(study, media=study.path.parent / "a.wav", clock_start_ms=1000)
    assert (session.address, session) == ("P2/1", study.session("P2/1"))
    assert [(turn.label, turn.text, turn.role) for turn in study.turns(session.id)][:2] == [
        ("T", "How was it?", Role.THERAPIST), ("C", "Fine.", Role.PATIENT),
    ]  # fmt: skip
    (kept,) = study.recordings(session.id)
    assert (kept.path, kept.duration_ms, kept.offset_ms, kept.size) == ("a.wav", 30_000, 1000, 480_044)  # fmt: skip
    (transcript,) = study.transcripts(session.id)
    assert (transcript.version, transcript.source, transcript.format, transcript.from_recording) == (1, "a.vtt", "webvtt", False)  # fmt: skip
    (entry,) = study.entries()[entries:]
    assert (entry.what, entry.by) == ("import session P2/1", None)
    imports.import_session(study, study.path.parent / "a.vtt", Request("P2", "2"), ADA.id)
    assert study.entries()[-1].by == ADA.id


def test_an_import_is_undone_and_done_again(study):
    before = held(study)
    brought(study, media=study.path.parent / "a.wav")
    after = held(study)
    assert study.undo(LEAD).what == "import session P2/1"
    same_but_order(held(study), before)
    assert study.redo(LEAD).what == "import session P2/1"
    same_but_order(held(study), after)
    assert study.file_problems() == []


def test_a_second_session_of_a_participant_joins_the_first(study):
    brought(study, number="1")
    brought(study, number="2", participant="p2 ")
    assert [each.pseudonym for each in study.participants()] == ["P1", "P2"]
    assert study.session("P2/2").participant == "P2"


def test_times_are_taken_as_written_or_counted_from_the_recording(study):
    written = brought(study, clock_start_ms=3_300_000)
    assert starts(study, written) == [0, 5000, 10_000, 15_000]
    counted = brought(study, number="2", clock_start_ms=3_300_000, from_recording=True)
    assert starts(study, counted) == [3_300_000, 3_305_000, 3_310_000, 3_315_000]
    (transcript,) = study.transcripts(counted.id)
    assert (transcript.shift_ms, transcript.from_recording) == (3_300_000, True)


def test_turns_after_the_last_time_are_estimated_to_the_recordings_end(study):
    (study.path.parent / "b.txt").write_text("0:10\nT: one two\nC: three four\n")
    session = brought(study, "b.txt", media=study.path.parent / "a.wav")
    assert [(turn.start_ms, turn.end_ms, turn.times) for turn in study.turns(session.id)] == [
        (10_000, 20_000, TimeSource.ANCHOR), (20_000, 30_000, TimeSource.ESTIMATED),
    ]  # fmt: skip


def test_turns_outside_the_recording_are_told(study):
    request = Request("P2", "1", tone(study.path.parent / "short.wav", 7), options=ROLES)
    _, reading = imports.import_session(study, study.path.parent / "a.vtt", request)
    told = [say(each) for each in reading.warnings if each.key == "times_outside"]
    assert told == ["Turns that begin outside the recording, which covers 0:00 to 0:07: 2. Is --clock-start (or --times) right?"]  # fmt: skip
    request = dataclasses.replace(request, number="2", media=study.path.parent / "a.wav")
    _, reading = imports.import_session(study, study.path.parent / "a.vtt", request)
    assert "times_outside" not in {each.key for each in reading.warnings}


def test_times_may_come_from_another_transcript(study):
    (study.path.parent / "words.txt").write_text(
        "T: How was it?\nC: Fine.\nT: Mmm\nC: Pointless.\n"
    )
    session = brought(study, "words.txt", times_from=study.path.parent / "a.vtt")
    assert starts(study, session) == [0, 5000, 10_000, 15_000]


def test_a_session_that_is_there_is_not_brought_in_again(study):
    brought(study)
    before = held(study)
    assert refusal(brought, study) == "session_exists"
    assert refusal(brought, study, participant="p2") == "session_exists"
    assert refusal(brought, study, number="9", new_version=True) == "unknown_session"
    assert held(study) == before


def test_a_new_version_takes_the_place_of_one_that_is_not_coded(study):
    session = brought(study)
    (study.path.parent / "c.txt").write_text("T: Anew.\nX: Who?\nT: A third voice.\nX: Yes, I.\n")
    assert brought(study, "c.txt", new_version=True, options=Options()) == session
    assert [turn.text for turn in study.turns(session.id)] == ["Anew.", "Who?", "A third voice.", "Yes, I."]  # fmt: skip
    assert [each.version for each in study.transcripts(session.id)] == [1, 2]
    assert sorted(each.label for each in study.speakers(session.id)) == ["C", "T", "X"]
    study.undo(LEAD)
    assert study.turns(session.id)[0].text == "How was it?"


def test_a_new_version_keeps_the_recording_and_may_say_anew_where_it_begins(study):
    media = study.path.parent / "a.wav"
    session = brought(study, media=media, clock_start_ms=1000)
    (kept,) = study.recordings(session.id)
    brought(study, new_version=True)
    brought(study, new_version=True, media=shutil.copy(media, media.with_name("copy.wav")))
    assert study.recordings(session.id) == [kept]
    brought(study, new_version=True, clock_start_ms=2000, from_recording=True)
    assert study.recordings(session.id) == [dataclasses.replace(kept, offset_ms=2000)]
    assert starts(study, session) == [2000, 7000, 12_000, 17_000]
    brought(study, new_version=True, from_recording=True)
    assert starts(study, session) == [2000, 7000, 12_000, 17_000]
    other = tone(media.with_name("other.wav"), 3, b"\x33\x00")
    brought(study, new_version=True, media=other, clock_start_ms=9000)
    assert [(each.path, each.offset_ms) for each in study.recordings(session.id)] == [
        ("a.wav", 2000), ("other.wav", 9000),
    ]  # fmt: skip
    for _ in range(4):
        study.undo(LEAD)
    assert study.recordings(session.id) == [kept]
    assert len(study.transcripts(session.id)) == 2


def test_a_new_version_may_say_anew_whose_a_label_is(study):
    session = brought(study)
    brought(study, new_version=True, options=Options(roles={"T": Role.OTHER, "C": Role.PATIENT}))
    assert {each.label: each.role for each in study.speakers(session.id)} == {"T": Role.OTHER, "C": Role.PATIENT}  # fmt: skip
    brought(study, new_version=True, options=Options())
    assert {each.role for each in study.speakers(session.id)} == {Role.OTHER, Role.PATIENT}


def corrected(study, replace=("Fine", "Well enough"), before=""):
    """Import a corrected version of P1/1 in which some words are others."""
    said = [
        f"{turn.label}: {turn.text.replace(*replace)}" for turn in study.turns(SessionId("P1-1"))
    ]
    path = study.path.parent / "corrected.txt"
    path.write_text(before + "\n".join(said) + "\n", encoding="utf-8")
    request = Request("P1", "1", options=ROLES, new_version=True, keep_names=True)
    return imports.import_session(study, path, request)[1]


def quotes(study, rater):
    (mine,) = [c for c in study.codings(None) if c.rater_id == rater.id]
    here = {turn.id: turn.n for turn in study.turns(SessionId("P1-1"))}
    return {
        m.id: (tuple(here.get(t) for t in m.anchor.turns), m.anchor.quote)
        for m in study.marks(mine.id) if m.anchor is not None and m.anchor.turns
    }  # fmt: skip


def test_marks_follow_their_words_into_a_new_version_submitted_ones_too(study):
    before = {rater.id: quotes(study, rater) for rater in (ADA, BEN)}
    assert BEN.id in {c.rater_id for c in study.codings(None) if c.state == State.SUBMITTED}
    reading = corrected(study, before="T: Good morning to you.\n", replace=("zzz", "zzz"))
    assert [n.key for n in reading.warnings if n.key == "mark_unfit"] == []
    for rater in (ADA, BEN):
        for name, (turns, quote) in quotes(study, rater).items():
            assert (tuple(n - 1 for n in turns), quote) == before[rater.id][name]
    assert left_behind(study, None, SessionId("P1-1")) == ()
    assert [p.key for p in problems(study) if p.key.startswith("anchor")] == []
    study.undo(LEAD)
    assert {rater.id: quotes(study, rater) for rater in (ADA, BEN)} == before


def test_marks_whose_words_were_changed_stay_and_are_named(study):
    quoted = study.turns(SessionId("P1-1"))[1].text
    reading = corrected(study, replace=(quoted, "quite another thing"))
    left = left_behind(study, None, SessionId("P1-1"))
    assert {mark.anchor.quote for mark in left} <= {quoted, "🙂"}
    assert left
    told = [say(n) for n in reading.warnings if n.key == "mark_unfit"]
    assert len(told) == len(left)
    assert told[0].startswith("A mark of Ada at ")
    assert [p.key for p in problems(study) if p.key.startswith("anchor")] == ["anchor_unfit"] * len(
        left
    )
    assert {m.id for m in left_behind(study, BEN.id, SessionId("P1-1"))} <= {"P1-1-ben-1"}


def test_an_act_from_before_a_new_version_can_still_be_undone_and_done_again(study):
    name = next(iter(quotes(study, ADA)))
    (mine,) = [c for c in study.codings(None) if c.rater_id == ADA.id]
    (kept,) = [m for m in study.marks(mine.id) if m.id == name]
    study.apply(remove(mine, kept, "Denial"))
    corrected(study, before="T: Good morning to you.\n", replace=("zzz", "zzz"))
    assert name not in quotes(study, ADA)
    study.undo(ADA.id)
    turns, quote = quotes(study, ADA)[name]
    assert quote == kept.anchor.quote
    assert turns == (3,)
    study.redo(ADA.id)
    assert name not in quotes(study, ADA)


def test_times_from_another_transcript_stay_guesses_where_they_are(study):
    """The other has one cue over two of our turns: the second of them begins somewhere within."""
    folder = study.path.parent
    (folder / "w.txt").write_text(
        "T: How did the week go for you then?\nC: Fine, I suppose, though it was long.\nT: Tell me about it, please do.\n"
    )
    (folder / "w.vtt").write_text(
        "WEBVTT\n\n00:10.000 --> 00:20.000\nHow did the week go for you then? Fine, I suppose, though it was long.\n\n"
        "00:20.000 --> 00:24.000\nTell me about it, please do.\n"
    )
    session = brought(study, "w.txt", number="7", times_from=folder / "w.vtt")
    first, second, third = study.turns(session.id)
    assert (first.start_ms, first.times, third.start_ms, third.times) == (
        10_000,
        "given",
        20_000,
        "given",
    )
    assert second.times == "estimated"
    assert second.start_ms == pytest.approx(15_000, abs=1500)
    syncing.tap(study, session, second.id, 14_000)
    assert (study.turns(session.id)[1].start_ms, study.turns(session.id)[1].times) == (
        14_000,
        "tapped",
    )
    brought(study, "w.txt", number="7", times_from=folder / "w.vtt", new_version=True)
    assert study.turns(session.id)[1].times == "tapped"
    syncing.untap(study, session, study.turns(session.id)[1].id)
    assert study.turns(session.id)[1] == dataclasses.replace(
        second, id=study.turns(session.id)[1].id
    )


def test_taps_follow_their_turns_into_a_new_version(study):
    session = brought(study, "a.txt", number="9")
    turns = study.turns(session.id)
    taps = [
        Timing(TimingId(str(n)), session.id, turns[n].id, 1000 * n, TimeSource.TAPPED)
        for n in (0, 3)
    ]
    study.apply(Change("tap", added=tuple(taps)))
    assert [turn.times for turn in study.turns(session.id)] == [
        "tapped",
        "interpolated",
        "interpolated",
        "tapped",
    ]
    (study.path.parent / "b.txt").write_text("T: Well, hello.\n" + UNTIMED)
    brought(study, "b.txt", number="9", new_version=True)
    assert [turn.start_ms for turn in study.turns(session.id)][1::3] == [0, 3000]
    study.undo(LEAD)
    assert study.timings(session.id) == taps


@pytest.mark.parametrize(
    ("participant", "number"),
    [("", "1"), ("P2", " "), ("P/2", "1"), ("P2", "1/2"), ("P\n2", "1"), ("P2", "1" * 101)],
)
def test_a_session_needs_an_address(study, participant, number):
    before = held(study)
    assert refusal(brought, study, participant=participant, number=number) == "bad_address"
    assert held(study) == before


@pytest.mark.parametrize(
    ("name", "media", "key"),
    [
        ("none.txt", None, "transcript_not_opened"),
        ("a.wav", None, "transcript_binary"),
        ("a.txt", "none.wav", "recording_missing"),
        ("a.txt", "a.txt", "recording_unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_brings_nothing_in(study, name, media, key):
    before = held(study)
    media = None if media is None else study.path.parent / media
    assert refusal(brought, study, name, media=media) == key
    assert held(study) == before


# Recordings


def test_a_recording_may_come_later(study):
    session = brought(study)
    kept = imports.add_recording(study, session, study.path.parent / "a.wav", 5000)
    assert study.recordings(session.id) == [kept]
    assert study.undo(LEAD).what == "add a recording to P2/1"
    assert study.recordings(session.id) == []


def test_a_recording_below_the_study_moves_with_it(study, tmp_path_factory):
    (study.path.parent / "audio").mkdir()
    inside = tone(study.path.parent / "audio" / "in.wav", 1)
    outside = tone(tmp_path_factory.mktemp("elsewhere") / "out.wav", 1, b"\x20\x00")
    session = brought(study)
    kept = imports.add_recording(study, session, inside, 0)
    other = imports.add_recording(study, session, outside, 0)
    assert (kept.path, other.path) == ("audio/in.wav", str(outside.resolve()))
    moved = tmp_path_factory.mktemp("moved") / "study"
    path = study.path
    study.close()
    shutil.move(path.parent, moved)
    with Study.open(moved / path.name) as again:
        assert imports.find_media(again, kept) == moved / "audio" / "in.wav"
        assert imports.find_media(again, other) == outside
        moved.rename(path.parent)


def test_a_recording_that_was_renamed_is_found_by_its_bytes(study):
    session = brought(study, media=study.path.parent / "a.wav")
    (kept,) = study.recordings(session.id)
    assert imports.is_in_place(study, kept)
    (study.path.parent / "deep").mkdir()
    new = (study.path.parent / "a.wav").rename(study.path.parent / "deep" / "ü.wav")
    tone(study.path.parent / "decoy.wav", 30, b"\x11\x00")
    assert not imports.is_in_place(study, kept)
    assert imports.find_media(study, kept) == new
    moved = imports.relink(study, kept, new)
    assert (moved.path, study.recordings(session.id)) == ("deep/ü.wav", [moved])
    assert (study.entries()[-1].what, study.entries()[-1].kind) == ("find a moved recording", "final")  # fmt: skip


def test_a_recording_that_is_nowhere_is_not_found(study):
    session = brought(study, media=study.path.parent / "a.wav")
    (kept,) = study.recordings(session.id)
    (study.path.parent / "a.wav").unlink()
    assert imports.find_media(study, kept) is None
    for where in (study.path.parent, study.path.parent / "a.wav"):
        assert refusal(imports.relink, study, kept, where) == "recording_not_found"


def test_a_recording_is_found_in_a_folder_and_only_by_its_own_bytes(study, tmp_path_factory):
    session = brought(study, media=study.path.parent / "a.wav")
    (kept,) = study.recordings(session.id)
    decoy = tone(study.path.parent / "decoy.wav", 30, b"\x11\x00")
    assert refusal(imports.relink, study, kept, decoy) == "recording_differs"
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(study.path.parent / "a.wav", elsewhere / "found.wav")
    moved = imports.relink(study, kept, elsewhere, ADA.id)
    assert moved.path == str((elsewhere / "found.wav").resolve())
    assert study.entries()[-1].by == ADA.id
    entries = len(study.entries())
    assert imports.relink(study, moved, elsewhere) == moved
    assert len(study.entries()) == entries


# Putting right


def test_roles_are_put_right_and_undone(study):
    session = brought(study, options=Options())
    swapped = {"T": Role.PATIENT, "C": Role.THERAPIST}
    imports.set_roles(study, session, swapped, ADA.id)
    assert [turn.role for turn in study.turns(session.id)][:2] == [Role.PATIENT, Role.THERAPIST]
    entries = len(study.entries())
    assert study.entries()[-1].by == ADA.id
    imports.set_roles(study, session, swapped)
    imports.set_roles(study, session, {})
    assert len(study.entries()) == entries
    imports.set_roles(study, session, {"C": Role.OTHER})
    assert study.undo(LEAD).what == "set roles in P2/1"
    assert {each.label: each.role for each in study.speakers(session.id)} == swapped
    with pytest.raises(CoderError, match="unknown_label") as fault:
        imports.set_roles(study, session, {"C": Role.OTHER, "Z": Role.OTHER})
    assert "“Z”; it has: T, C" in say(fault.value)
    assert {each.label: each.role for each in study.speakers(session.id)} == swapped


def coded(study, **more):
    """A session with a recording, coded by Ada, with its phases marked."""
    session = brought(study, media=study.path.parent / "a.wav", **more)
    ada = study.begin_coding(session, ADA, study.scheme())
    turns = study.turns(session.id)
    kept = dataclasses.replace(mark(coding(ADA), "t", 2), id="t", coding_id=ada.id)
    anchor = dataclasses.replace(
        kept.anchor, turns=(turns[1].id,), start_ms=turns[1].start_ms + 100, end_ms=turns[1].end_ms, quote=turns[1].text
    )  # fmt: skip
    kept = dataclasses.replace(kept, anchor=anchor)
    nowhere = dataclasses.replace(kept, id="nowhere", anchor=None)
    by_turn = dataclasses.replace(kept, id="by turn", anchor=dataclasses.replace(anchor, start_ms=None, end_ms=None))  # fmt: skip
    study.apply(Change("mark", added=(kept, nowhere, by_turn), by=ADA.id))
    session = study.apply(begin_phase(session, "measure", turns[2].start_ms, None)).added[0]
    return study.apply(begin_phase(session, "feedback", turns[3].start_ms, None)).added[0]


def moments(study, session):
    (ada,) = study.codings(ADA.id, session.id)
    anchors = [each.anchor for each in study.marks(ada.id)]
    now = study.session(session.address)
    return (
        starts(study, session),
        [None if each is None else (each.start_ms, each.end_ms) for each in anchors],
        (now.measure_ms, now.feedback_ms),
        study.recordings(session.id)[0].offset_ms,
        study.transcripts(session.id)[-1].shift_ms,
    )


def test_where_times_count_from_the_recording_all_moves_with_its_start(study):
    session = coded(study, clock_start_ms=1000, from_recording=True)
    before = held(study)
    assert moments(study, session) == ([1000, 6000, 11_000, 16_000], [(6100, 10_000), None, (None, None)], (11_000, 16_000), 1000, 1000)  # fmt: skip
    clock.set_clock_start(study, session, 3_300_000)
    by = 3_299_000
    assert moments(study, session) == (
        [1000 + by, 6000 + by, 11_000 + by, 16_000 + by], [(6100 + by, 10_000 + by), None, (None, None)],
        (11_000 + by, 16_000 + by), 3_300_000, 3_300_000,
    )  # fmt: skip
    assert study.entries()[-1].what == "set the clock start of P2/1"
    assert study.file_problems() == []
    assert study.undo(LEAD).what == "set the clock start of P2/1"
    same_but_order(held(study), before)


def test_where_times_are_on_the_session_clock_only_the_recording_moves(study):
    session = coded(study)
    before = moments(study, session)
    clock.set_clock_start(study, session, 4000, ADA.id)
    assert moments(study, session) == (*before[:3], 4000, 0)
    assert study.entries()[-1].by == ADA.id
    entries = len(study.entries())
    clock.set_clock_start(study, session, 4000)
    assert len(study.entries()) == entries


def test_the_clock_start_needs_a_recording(study):
    assert refusal(clock.set_clock_start, study, brought(study), 0) == "no_recording"


def test_the_clock_of_a_submitted_coding_is_not_moved(study):
    session = coded(study, from_recording=True)
    (ada,) = study.codings(ADA.id, session.id)
    study.apply(submit(ada), "final")
    before = held(study)
    assert refusal(clock.set_clock_start, study, session, 9000) == "coding_submitted"
    assert held(study) == before


# Deleting


def test_a_session_is_deleted_with_all_that_belongs_to_it_and_comes_back_equal(study):
    """Also the submitted coding in it."""
    (session,) = study.sessions()
    study.apply(Change("rate", added=(Rating(RatingId("y"), coding(ADA).id, "s", 2, EpisodeId("e1")),), by=ADA.id))  # fmt: skip
    before = held(study)
    change = imports.delete_session(study, session)
    assert change.what == "delete session P1/1"
    assert study.sessions() == study.codings(LEAD) == study.participants() == []
    for table in ("session", "recording", "speaker", "transcript", "turn", "coding", "episode", "mark", "rating", "participant"):  # fmt: skip
        assert study._file._raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert study.raters() == [ADA, BEN]
    assert study.file_problems() == []
    study.undo(LEAD)
    after = held(study)
    assert after | {"log": 0, "acts": 0} == before | {"log": 0, "acts": 0}
    study.redo(LEAD)
    assert study.sessions() == []
    assert study.file_problems() == []


def test_other_sessions_of_the_participant_stay_and_only_the_lead_deletes(study):
    other = brought(study, participant="P1", number="2")
    (first,) = [each for each in study.sessions() if each.number == "1"]
    assert refusal(imports.delete_session, study, first, ADA.id) == "only_the_lead"
    assert len(study.sessions()) == 2
    imports.delete_session(study, first)
    assert study.sessions() == [other]
    assert len(study.participants()) == 1


def test_all_versions_of_a_transcript_go_and_come_back(study):
    session = brought(study)
    brought(study, "a.txt", new_version=True)
    before = held(study)
    parts = imports.parts_of(study, session)
    assert parts[0] == session
    assert [len(each.turns) for each in parts if hasattr(each, "turns")] == [4, 4]
    imports.delete_session(study, session)
    study.undo(LEAD)
    assert held(study) | {"log": 0, "acts": 0} == before | {"log": 0, "acts": 0}


def test_a_session_that_changed_meanwhile_is_not_deleted(study):
    (session,) = study.sessions()
    study.apply(begin_phase(session, "measure", 1, None))
    assert refusal(imports.delete_session, study, session) == "changed_meanwhile"
    assert len(study.sessions()) == 1


def test_what_a_rater_did_in_a_deleted_session_cannot_be_undone(study):
    imports.delete_session(study, study.session("P1/1"))
    assert refusal(study.undo, ADA.id) == "changed_meanwhile"
    late = place(coding(ADA), mark(coding(ADA), "late", 2), "Denial")
    assert refusal(study.apply, late) == "left_loose"
    episode = Episode(EpisodeId("late"), coding(ADA).id, 9)
    assert refusal(study.apply, Change("open", added=(episode,), by=ADA.id)) == "left_loose"
