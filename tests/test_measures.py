"""Instruments, what was answered to them, tables of answers, and a copy that has none of them."""

import dataclasses
import io
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from data import make_studies
from data.make_studies import ADA

from coder import measures, people
from coder.alliance import Fate, Mode, Seen, psq, srs
from coder.alliance.rules import Chart, Drop, Repair
from coder.coding import Change, Relation, RelationId, Relationship
from coder.errors import CoderError
from coder.measures import PSQ_PATIENT, PSQ_THERAPIST, SRS, Verdict
from coder.session import Answer, Instrument, Therapist, TherapistId, Use
from coder.store import engine
from coder.study import Study
from coder.words import say

WAI = Instrument("wai", "Working Alliance Inventory", 1.0, 7.0, items=("task", "goal", "bond"))
SUDS = Instrument("suds", "Distress at the end", 0.0, 100.0, higher_is_better=False)
CANARY = "Zaubernuss hinter dem Wasserfall"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "s.rupture"
    Study.create(path, ["laraway-2015"]).close()
    return path


@pytest.fixture
def study(made, tmp_path):
    with Study.open(Path(shutil.copy(made, tmp_path))) as study:
        yield study


def refused(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


def told(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    return say(fault.value)


def marks(*values):
    return dict(zip(srs.ITEMS, values, strict=True))


def table(tmp_path, text, name="m.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


# Instruments


def test_srs_and_both_psqs_are_there_without_being_defined(study):
    assert [each.id for each in measures.instruments(study)] == [SRS, PSQ_PATIENT, PSQ_THERAPIST]
    assert measures.instrument(study, " SRS ").items == srs.ITEMS
    assert measures.instrument(study, "psq-therapist").by == "therapist"
    assert refused(measures.instrument, study, "wai") == "unknown_instrument"


def test_an_own_instrument_is_defined_once_and_put_right_while_nobody_answered_it(study):
    measures.define(study, WAI)
    before = len(study.entries())
    measures.define(study, WAI)
    assert len(study.entries()) == before
    wider = dataclasses.replace(WAI, high=5.0)
    measures.define(study, wider)
    assert measures.instrument(study, "wai") == wider
    measures.enter(study, "P1/1", "wai", {"task": 3})
    assert refused(measures.define, study, WAI) == "instrument_answered"


@pytest.mark.parametrize(("more", "key"), [
    ({"id": "srs"}, "instrument_id"), ({"id": "W A I"}, "instrument_id"),
    ({"title": " "}, "instrument_title"), ({"low": 7.0}, "instrument_range"),
    ({"by": "nobody"}, "instrument_by"), ({"items": ("a", "a")}, "instrument_items"),
    ({"items": ("total",)}, "instrument_items"), ({"items": ("A b",)}, "instrument_items"),
])  # fmt: skip
def test_an_instrument_that_cannot_be_is_refused(study, more, key):
    assert refused(measures.define, study, dataclasses.replace(WAI, **more)) == key
    assert study.instruments() == []


def test_ranges_are_those_of_the_instrument(study):
    srs_, patient = (measures.instrument(study, each) for each in (SRS, PSQ_PATIENT))
    assert measures.range_of(srs_, "goals") == (0, 10)
    assert measures.range_of(srs_, "total") == (0, 40)
    assert measures.range_of(patient, "a2") == (1, 9)
    assert measures.range_of(patient, "b5") == (1, 5)
    assert measures.range_of(WAI, "total") == (3, 21)
    assert measures.range_of(SUDS, "score") == (0, 100)


def test_what_is_followed_of_an_instrument_is_its_total_its_score_or_an_item(study):
    srs_, patient = (measures.instrument(study, each) for each in (SRS, PSQ_PATIENT))
    assert dataclasses.astuple(measures.scored(srs_)) == ("total", 0, 40, True)
    assert dataclasses.astuple(measures.scored(patient)) == ("a1", 1, 9, True)
    assert dataclasses.astuple(measures.scored(patient, "b1b")) == ("b1b", 1, 5, False)
    assert dataclasses.astuple(measures.scored(SUDS)) == ("score", 0, 100, False)
    assert refused(measures.scored, patient, "total") == "unknown_item"
    assert refused(measures.scored, patient, "b3") == "unknown_item"  # it is written


# Entering


def test_a_session_without_a_transcript_may_hold_measures(study):
    measures.enter(study, "P1/3", SRS, marks(9, 9.5, 10, 8))
    (session,) = study.sessions()
    assert session.address == "P1/3"
    assert study.turns(session.id) == ()
    (kept,) = study.measures(None, session.id)
    assert kept.answers == tuple(map(Answer, srs.ITEMS, (9.0, 9.5, 10.0, 8.0)))
    assert study.entries()[-1].what == "enter srs of P1/3"
    assert study.file_problems() == []


def test_entering_again_alters_and_the_same_is_no_change(study):
    first = measures.enter(study, "P1/1", SRS, marks(9, 9, 9, 9))
    entries = len(study.entries())
    assert measures.enter(study, "p1/1", SRS, marks(9, 9, 9, 9)) == first
    assert len(study.entries()) == entries
    again = measures.enter(study, "P1/1", SRS, marks(9, 9, 9, 8))
    assert again.id == first.id
    assert study.measures(None) == [again]
    assert len(study.sessions()) == len(study.participants()) == 1


def test_every_refused_answer_is_named_and_nothing_is_changed(study):
    said = told(measures.enter, study, "P1/1", SRS, {"goals": 11, "approach": "high", "mood": 3})
    assert said.splitlines()[1:] == [
        "“mood” is no item of it.",
        "11 under goals lies outside 0.0 to 10.0.",
        "What stands under approach is no number.",
    ]
    assert study.sessions() == []
    assert refused(measures.enter, study, "P1/1", SRS, {"goals": " "}) == "answers_none"
    assert refused(measures.enter, study, "P1", SRS, marks(1, 1, 1, 1)) == "bad_address"
    assert refused(measures.enter, study, "P1/1", PSQ_PATIENT, {"b1a": 2.5}) == "answers_refused"


def test_a_line_is_kept_to_a_millimetre_and_a_comma_is_a_point(study):
    made = measures.enter(study, "P1/1", SRS, marks("9,15", "8.94", 10, 0))
    assert [each.value for each in made.answers] == [9.2, 8.9, 10, 0]


def test_a_total_stands_for_items_that_are_not_known_and_must_fit_those_that_are(study):
    made = measures.enter(study, "P1/1", SRS, {"total": 37.5})
    assert made.answers == (*map(Answer, srs.ITEMS), Answer("total", 37.5))
    assert measures.score(measures.instrument(study, SRS), made, "total") == 37.5
    fits = measures.enter(study, "P1/2", SRS, marks(9, 9, 9, 9) | {"total": 36})
    assert fits.answers == tuple(map(Answer, srs.ITEMS, (9.0,) * 4))
    wrong = marks(9, 9, 9, 9) | {"total": 37}
    assert "not the sum" in told(measures.enter, study, "P1/3", SRS, wrong)


def test_written_answers_are_kept_as_words(study):
    made = measures.enter(study, "P1/1", PSQ_PATIENT, {"b1a": 2, "b3": f" {CANARY} ", "b6": ""})
    kept = {each.item: each for each in made.answers}
    assert kept["b3"] == Answer("b3", text=CANARY)
    assert kept["b6"] == Answer("b6")
    assert [each.item for each in made.answers] == list(psq.ITEMS)
    assert CANARY not in study.entries()[-1].what


def test_an_own_total_is_the_sum_of_all_items(study):
    measures.define(study, WAI)
    whole = measures.enter(study, "P1/1", "wai", {"task": 3, "goal": 4, "bond": 5})
    part = measures.enter(study, "P1/2", "wai", {"task": 3})
    assert measures.score(WAI, whole, "total") == 12
    assert measures.score(WAI, whole, "bond") == 5
    assert measures.score(WAI, part, "total") is None


def test_a_measure_can_be_deleted(study):
    measures.enter(study, "P1/1", SRS, marks(9, 9, 9, 9))
    session = study.session("P1/1")
    measures.delete(study, session, SRS)
    assert study.measures(None) == []
    assert refused(measures.delete, study, session, SRS) == "not_answered"


def test_only_the_lead_enters(study):
    who = study.add_rater("Ada").id
    measures.enter(study, "P1/1", SRS, marks(9, 9, 9, 9))
    acts = (
        (measures.define, study, WAI),
        (measures.enter, study, "P1/1", SRS, marks(1, 1, 1, 1)),
        (measures.delete, study, study.session("P1/1"), SRS),
        (measures.take_in, study, Path("nowhere.csv")),
    )
    for act, *args in acts:
        assert refused(act, *args, by=who) == "measures_of_lead"


# Importing


WIDE = """participant,session,srs_relationship,srs_goals,srs_approach,srs_overall,psq_patient_B1a,psq-patient_b3,mood
P1,1,9,9.5,10,8,2,the silence,fine
P1,2,9,9,9,9,1,,
P2,1,10,10,10,NA,,,
"""


def test_a_table_of_a_row_for_each_session(study, tmp_path):
    taken = measures.take_in(study, table(tmp_path, WIDE), missing=["NA"])
    assert (taken.added, taken.altered, taken.same, taken.sessions) == (5, 0, 0, 3)
    assert taken.passed_over == ("mood",)
    assert [each.address for each in study.sessions()] == ["P1/1", "P1/2", "P2/1"]
    kept = {(m.session_id, m.instrument): m for m in study.measures(None)}
    first = kept[study.session("P1/1").id, PSQ_PATIENT]
    assert Answer("b3", text="the silence") in first.answers
    assert Answer("overall") in kept[study.session("P2/1").id, SRS].answers
    assert (study.session("P2/1").id, PSQ_PATIENT) not in kept
    assert study.entries()[-1].what == "import measures of 3 sessions"
    assert len(study.entries()) == 2


def test_the_same_table_again_is_no_change(study, tmp_path):
    path = table(tmp_path, WIDE)
    measures.take_in(study, path, missing=["NA"])
    before = study.entries()
    taken = measures.take_in(study, path, missing=["na"])
    assert (taken.added, taken.altered, taken.same) == (0, 0, 5)
    assert study.entries() == before


def test_other_answers_need_to_be_told_to_replace(study, tmp_path):
    measures.take_in(study, table(tmp_path, WIDE), missing=["NA"])
    other = table(tmp_path, WIDE.replace("P1,2,9,9,9,9,1", "P1,2,9,9,9,8,1"), "n.csv")
    said = told(measures.take_in, study, other, missing=["NA"])
    assert "line 3: The srs of P1/2 is there with other answers" in said
    taken = measures.take_in(study, other, missing=["NA"], replace=True)
    assert (taken.added, taken.altered, taken.same) == (0, 1, 4)


def test_answers_that_the_table_has_no_column_for_stay(study, tmp_path):
    measures.take_in(study, table(tmp_path, WIDE), missing=["NA"])
    part = table(tmp_path, "session,psq_patient_b5\nP1/1,4\n", "part.csv")
    measures.take_in(study, part, replace=True)
    kept = measures.measure_of(study, study.session("P1/1").id, PSQ_PATIENT)
    assert measures.numbers_of(kept)["b1a"] == 2
    assert measures.numbers_of(kept)["b5"] == 4


def test_a_total_that_was_given_gives_way_to_items(study, tmp_path):
    measures.enter(study, "P1/1", SRS, {"total": 30})
    measures.take_in(study, table(tmp_path, WIDE), missing=["NA"], replace=True)
    kept = measures.measure_of(study, study.session("P1/1").id, SRS)
    assert measures.score(measures.instrument(study, SRS), kept, "total") == 36.5


def test_a_table_is_taken_whole_or_not_at_all_and_each_bad_row_is_named(study, tmp_path):
    text = WIDE + "P3,1,11,9,9,lots,,,\nP/3,2,9,9,9,9,,,\nP1,1,9,9,9,9,2,,\n"
    said = told(measures.take_in, study, table(tmp_path, text))
    lines = said.splitlines()
    assert "4 of its rows are refused" in lines[0]  # one of them for two answers
    assert lines[1].startswith("line 6: ")  # the address
    assert lines[2] == (
        "line 7: relationship of srs is given further up for P1/1 too: leave one of them out."
    )
    assert lines[3:] == [
        "line 4: What stands under overall is no number.",  # NA, that nobody said is missing
        "line 5: 11 under relationship lies outside 0.0 to 10.0.",
        "line 5: What stands under overall is no number.",
    ]
    assert (study.sessions(), study.measures(None), len(study.entries())) == ([], [], 1)


def test_columns_can_be_told(study, tmp_path):
    path = table(tmp_path, "Klient;Termin;Summe\nA;1;37,5\nA;2;35\n")
    mapping = {"participant": "Klient", "session": "Termin", "srs_total": "Summe"}
    taken = measures.take_in(study, path, columns=mapping)
    assert (taken.added, taken.passed_over) == (2, ())
    followed = measures.series_of(study, SRS)
    assert followed.series[0].values == [37.5, 35]


def test_columns_that_are_not_there_or_not_known_are_refused(study, tmp_path):
    path = table(tmp_path, "participant,session,mood\nA,1,3\n")
    assert refused(measures.take_in, study, path) == "measures_no_columns"
    assert refused(measures.take_in, study, path, columns={"srs_total": "sum"}) == "unknown_column"
    assert (
        refused(measures.take_in, study, path, columns={"mood": "mood"}) == "unknown_measure_column"
    )


def test_a_table_of_a_row_for_each_answer(study, tmp_path):
    measures.define(study, SUDS)
    text = """participant,session,instrument,item,value
P1,1,srs,goals,9
P1,1,SRS,overall,8
P1,1,psq_patient,b3,a row of words
P1,1,suds,,60
P1,2,srs,,33
P1,2,srs,goals,
"""
    taken = measures.take_in(study, table(tmp_path, text))
    assert (taken.added, taken.sessions, taken.passed_over) == (4, 2, ())
    assert measures.series_of(study, SRS).series[0].values == [33]
    bad = text + "P1,3,srs,mood,1\nP1,3,hap,goals,1\nP1,1,srs,goals,2\nP1,3,psq-patient,,2\n"
    lines = told(measures.take_in, study, table(tmp_path, bad)).splitlines()[1:]
    assert [line[:7] for line in lines] == ["line 8:", "line 9:", "line 10", "line 11"]


def test_a_workbook_is_read_too(study, tmp_path):
    book = openpyxl.Workbook()
    for row in (["Participant", "Session", "SRS total"], ["P1", 1, 36.5], ["P1", 2, None]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    path = tmp_path / "m.xlsx"
    path.write_bytes(data.getvalue())
    assert measures.take_in(study, path).added == 1


# Following


def scores(study, values, participant="P1", names=None):
    for n, value in enumerate(values, 1):
        if value is not None:
            name = names[n - 1] if names else n
            measures.enter(study, f"{participant}/{name}", SRS, {"total": value})


def test_a_sessions_number_is_its_index_and_gaps_stay(study):
    scores(study, [38, None, 28, None, 34])
    (series,) = measures.series_of(study, SRS).series
    assert [score.index for score in series.scores] == [1, 3, 5]
    assert series.missing == (2, 4)
    scores(study, [38, 38], "P2")
    told_, _ = measures.trajectories(measures.series_of(study, SRS), Drop(1.0))
    assert told_.episodes[0].unseen == (4,)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("1", "01", "2"), ("20240101", "20240108", "20240115")])  # fmt: skip
def test_sessions_without_plain_numbers_are_taken_as_listed_and_it_is_said(study, names):
    scores(study, [38, 30, 38], names=names)
    followed = measures.series_of(study, SRS)
    assert [score.index for score in followed.series[0].scores] == [1, 2, 3]
    assert [each.key for each in followed.notices] == ["sessions_as_listed"]


def test_low_is_good_is_turned_round_once(study):
    measures.define(study, SUDS)
    for n, value in enumerate([20, 80, 30], 1):
        measures.enter(study, f"P1/{n}", "suds", {"score": value})
    (series,) = measures.series_of(study, "suds").series
    assert series.values == [80, 20, 70]
    assert [series.as_given(each) for each in series.values] == [20, 80, 30]
    for n, value in enumerate([20, 30], 1):
        measures.enter(study, f"P2/{n}", "suds", {"score": value})
    found, _ = measures.trajectories(measures.series_of(study, "suds"), Drop(1.0))
    assert [(e.trough, e.fate) for e in found.episodes] == [(2, Fate.REPAIRED)]


def test_trajectories_use_the_sd_of_the_whole_study_and_keep_their_settings(study):
    scores(study, [38, 37, 38, 37, 38, 37])
    scores(study, [38, 20, 38, 20, 38, 20], "P2")
    followed = measures.series_of(study, SRS)
    one, two = measures.trajectories(followed, Drop(1.0), Repair(sessions=1))
    assert (one.episodes, len(two.episodes), two.repair.sessions) == ((), 3, 1)
    ahead = measures.trajectories(followed, Chart(), mode=Mode.AHEAD)
    assert {each.mode for each in ahead} == {Mode.AHEAD}


def test_srs_readings_count_sessions_by_their_numbers(study):
    scores(study, [None, None, 38, None, 34])
    (readings,) = measures.srs_readings(study).values()
    assert [(s.address, r.index, r.since) for s, r in readings] == [
        ("P1/3", 3, None),
        ("P1/5", 5, 3),
    ]
    assert readings[1][1].changes == {"total": -4}


def test_lines_are_held_against_the_studys_own_norm_until_there_are_five_before(study):
    # relationship 10 10 10 10 5 over the study: mean 9, SD √5; limit 6.76
    for n, value in enumerate((10, 10, 10, 10, 5), 1):
        measures.enter(study, f"P{n}/1", SRS, marks(value, 9, 9, 9))
    found = {
        session.address: reading.norms["relationship"]
        for ((session, reading),) in measures.srs_readings(study).values()
    }
    assert [address for address, flag in found.items() if flag.below] == ["P5/1"]
    assert found["P5/1"].of == "project"
    assert found["P5/1"].limit == pytest.approx(9 - 5**0.5)
    given = {"relationship": srs.Norm(12, 1)}
    ((_, first),) = measures.srs_readings(study, norms=given)["P1"]
    assert (first.norms["relationship"].below, first.norms["goals"].below) == (True, None)


def test_a_participant_without_srs_has_no_readings(study):
    measures.enter(study, "P1/1", PSQ_PATIENT, {"b1a": 1, "b2a": 1})
    assert measures.srs_readings(study) == {}
    assert [r.selected for r in measures.psq_readings(study).values()] == [False]


def both(study, address, patient, therapist):
    for instrument, b1a in ((PSQ_PATIENT, patient), (PSQ_THERAPIST, therapist)):
        if b1a:
            measures.enter(study, address, instrument, {"b1a": b1a, "b2a": 1})


def test_congruence_with_kappa_and_the_change_to_the_next_session(study):
    # patient by therapist: 2 both, 1 patient, 1 therapist, 2 neither: po 4/6, pe 1/2, kappa 1/3
    for n, (patient, therapist) in enumerate([(2, 3), (2, 2), (2, 1), (1, 2), (1, 1), (1, 1)], 1):
        both(study, f"P1/{n}", patient, therapist)
    both(study, "P1/7", 2, None)
    scores(study, [38, 36, None, 30, 33])
    found = measures.congruence(study)
    assert found.found.fourfold == ((2, 1), (1, 2))
    assert found.kappa.value == pytest.approx(1 / 3)
    assert found.kappa.low < 1 / 3 < found.kappa.high
    assert (found.groups, found.kappa.n) == (None, 6)
    assert found.found.cells[Seen.BOTH].mean_change == -2  # after 2 no score follows at once
    assert found.found.cells[Seen.THERAPIST].mean_change == 3
    assert found.found.cells[Seen.NEITHER].reason == "alliance_no_next"
    assert found.found.left_out == ("P1/7",)
    assert (found.selects, found.change_of) == (2, "srs total")


def test_with_six_patients_it_is_they_who_are_resampled(study):
    for n in range(1, 7):
        both(study, f"P{n}/1", 2, 2 if n % 2 else 1)
        both(study, f"P{n}/2", 1, 1)
    found = measures.congruence(study, at=psq.Thresholds(selects=2))
    assert found.groups == 6


def test_without_pairs_kappa_has_a_reason(study):
    found = measures.congruence(study)
    assert (found.kappa.value, found.kappa.reason) == (None, "alliance_no_pairs")
    both(study, "P1/1", 1, 1)
    assert measures.congruence(study).kappa.reason == "alliance_one_answer"


# Who may see


def test_a_rater_sees_no_series_while_the_study_is_blind(study):
    scores(study, [38, 30, 38])
    who = study.add_rater("Ada").id
    assert measures.series_of(study, SRS, viewer=who).series == ()
    assert measures.srs_readings(study, who) == {}
    assert measures.congruence(study, who).found.n == 0
    study.unblind(None, "all is coded")
    assert len(measures.series_of(study, SRS, viewer=who).series) == 1


def test_a_therapist_never_sees_what_was_answered_about_their_own_sessions(study):
    scores(study, [38, 30])
    who = study.add_rater("Ada").id
    one = study.session("P1/1")
    therapist = Therapist(TherapistId("t"), "T1")
    mine = dataclasses.replace(one, therapist_id=therapist.id)
    relation = Relation(RelationId("r"), who, therapist.id, Relationship.SELF)
    study.apply(Change("their own", (one,), (therapist, mine, relation)), "final")
    study.unblind(None, "all is coded")
    (series,) = measures.series_of(study, SRS, viewer=who).series
    assert [score.index for score in series.scores] == [2]


def test_where_consent_has_ended_nothing_is_entered_or_followed(study, tmp_path):
    scores(study, [38, 30, 38])
    scores(study, [38, 37, 38], "P2")
    person = people.participant(study, "P1")
    terms = people.Terms(Use.RESEARCH, date(2026, 1, 1), withdrawn=date(2026, 2, 1))
    people.record_consent(study, person, terms)
    assert refused(measures.enter, study, "P1/1", SRS, {"total": 3}).startswith("consent")
    path = table(tmp_path, "session,srs\nP2/4,38\nP1/4,38\n")
    assert "line 3" in told(measures.take_in, study, path)
    followed = measures.series_of(study, SRS)
    assert [each.owner for each in followed.series] == ["P2"]
    assert [each.key for each in followed.notices] == ["measures_left_out"]
    assert set(measures.srs_readings(study)) == {"P2"}
    assert [each.address for each in measures.usable(study, None)[1]] == ["P1/1", "P1/2", "P1/3"]
    measures.delete(study, study.session("P1/1"), SRS)


# A copy without measures


def filled(study):
    measures.enter(study, "P1/1", PSQ_PATIENT, {"b1a": 4, "b3": CANARY})
    measures.enter(study, "P1/1", PSQ_PATIENT, {"b1a": 4, "b3": f"{CANARY}, again"})
    measures.enter(study, "P1/2", PSQ_PATIENT, {"b1a": 4, "b3": CANARY})
    measures.delete(study, study.session("P1/2"), PSQ_PATIENT)


def test_a_copy_holds_no_answer_and_no_trace_of_one(study, tmp_path):
    filled(study)
    to = study.copy_without_measures(tmp_path / "copy.rupture")
    assert CANARY.encode() in study.path.read_bytes()
    assert CANARY.encode() not in to.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == [to.name]
    with Study.open(to) as copy:
        assert copy.measures(None) == []
        assert copy.file_problems() == []
        assert [each.chain for each in copy.entries()] == [each.chain for each in study.entries()]
        assert [each.address for each in copy.sessions()] == ["P1/1", "P1/2"]
        assert refused(copy.change, copy.entries()[-1]) == "content_erased"
        assert copy.change(copy.entries()[0]).added  # what is no measure stays
    assert len(study.measures(None)) == 1


def test_an_encrypted_copy_may_have_a_passphrase_of_its_own(tmp_path):
    with Study.create(tmp_path / "s.rupture", ["laraway-2015"], "horse’s staple") as study:
        filled(study)
        same = study.copy_without_measures(tmp_path / "same.rupture", "horse’s staple")
        other = study.copy_without_measures(
            tmp_path / "other.rupture", "horse’s staple", "it's new"
        )
        short = refused(study.copy_without_measures, tmp_path / "x.rupture", "horse’s staple", " ")
        assert short == "passphrase_empty"
    for path, passphrase in ((same, "horse’s staple"), (other, "it's new")):
        assert not path.read_bytes().startswith(engine.MAGIC)
        with Study.open(path, passphrase) as copy:
            assert (copy.measures(None), copy.file_problems()) == ([], [])
    assert refused(Study.open, other, "horse’s staple") == "study_damaged_or_passphrase"
    assert not (tmp_path / "x.rupture").exists()


def test_a_copy_never_replaces_a_file_and_a_plain_one_has_no_passphrase(study, tmp_path):
    taken = tmp_path / "there.rupture"
    taken.write_text("mine")
    assert refused(study.copy_without_measures, taken) == "backup_exists"
    assert taken.read_text() == "mine"
    to = tmp_path / "copy.rupture"
    assert refused(study.copy_without_measures, to, None, "secret") == "copy_not_encrypted"
    nowhere = tmp_path / "there.rupture" / "copy.rupture"
    assert refused(study.copy_without_measures, nowhere) == "backup_unwritable"


def test_a_copy_that_is_not_what_it_should_be_is_thrown_away(study, tmp_path, monkeypatch):
    filled(study)
    monkeypatch.setattr("coder.store.copies._purge", lambda *_: None)
    to = tmp_path / "copy.rupture"
    assert refused(study.copy_without_measures, to) == "backup_damaged"
    assert not any("copy" in each.name for each in tmp_path.iterdir())


def test_a_coding_survives_in_the_copy(tmp_path):
    path = tmp_path / "s.rupture"
    with make_studies.make(path) as study:
        measures.enter(study, "P1/1", PSQ_PATIENT, {"b3": CANARY})
        to = study.copy_without_measures(tmp_path / "copy.rupture")
        kept = [study.marks(each.id) for each in study.codings(ADA.id)]
    with Study.open(to) as copy:
        assert [copy.marks(each.id) for each in copy.codings(ADA.id)] == kept


# Selecting


def test_an_unknown_rule_selects_nothing(study):
    selection = measures.Selection("nonsense")
    assert refused(measures.reasons, study, selection) == "unknown_rule"


def test_sessions_that_the_srs_cannot_judge_are_not_asked(study):
    measures.enter(study, "P1/1", SRS, {"goals": 9.5})
    measures.enter(study, "P1/2", SRS, {"goals": 8.5})
    found = measures.reasons(study, measures.Selection("srs"))
    assert found == {
        study.session("P1/1").id: Verdict(None, "alliance_lines_left_out"),
        study.session("P1/2").id: Verdict(selected=True, reason="goals below 9"),
    }


def test_looking_ahead_the_first_sessions_are_not_asked(study):
    scores(study, [38, 39, 38, 39, 30, 38])
    asked = measures.Selection("trajectory", trajectory=Chart(), mode=Mode.AHEAD)
    found = measures.reasons(study, asked)
    numbers = {study.session(f"P1/{n}").id: n for n in range(1, 7)}
    few = Verdict(None, "alliance_too_few_before")
    assert {numbers[each]: reason for each, reason in found.items()} == {
        **dict.fromkeys((1, 2, 3, 4), few),
        5: Verdict(selected=True, reason="below the limit; step down beyond the range limit"),
        6: Verdict(selected=False),
    }


def test_a_rise_is_no_reason_to_listen(study):
    scores(study, [20, 20, 20, 21, 20, 20, 35, 35])
    found = measures.reasons(study, measures.Selection("trajectory", trajectory=Chart(sigmas=9)))
    assert set(found.values()) == {Verdict(selected=False)}


def test_where_low_is_good_the_reason_is_told_of_the_scores_as_given(study):
    measures.define(study, SUDS)
    for n, value in enumerate([20, 20, 30, 20, 20, 90], 1):
        measures.enter(study, f"P1/{n}", "suds", {"score": value})
    by = measures.Selection("trajectory", trajectory=Chart(sigmas=1), instrument="suds")
    found = measures.reasons(study, by)[study.session("P1/6").id]
    assert found.reason == "above the limit; step up beyond the range limit"


# What is refused, and what is said


@pytest.mark.parametrize(("text", "key"), [
    ("participant,session,srs_total\nP1,1,38,5\n", "table_row_too_long"),
    ("participant,session,srs_total,\nP1,1,38,5\n", "table_row_too_long"),
    ("participant,session,srs_total,SRS total\nP1,1,,38\n", "table_title_twice"),
    ("participant,srs_total\nP1,38\nP1,37\n", "measures_no_session"),
    ("session,srs_total\n1,38\n2,37\n", "measures_no_session"),
    ("when,srs_total\nP1/1,38\n", "measures_no_session"),
])  # fmt: skip
def test_a_table_that_would_be_misread_is_refused_in_one_sentence(study, tmp_path, text, key):
    path = table(tmp_path, text)
    assert refused(measures.take_in, study, path) == key
    assert len(told(measures.take_in, study, path).splitlines()) == 1
    assert study.measures(None) == []


def test_the_row_with_too_many_cells_and_the_title_used_twice_are_named(study, tmp_path):
    long = table(tmp_path, "participant,session,srs_total\nP1,1,38\nP1,2,37,5\n", "l.csv")
    assert "cells in line 3 than" in told(measures.take_in, study, long)
    twice = table(tmp_path, "participant,session,srs,srs\nP1,1,38,37\n", "t.csv")
    assert "two columns called “srs”" in told(measures.take_in, study, twice)
    rows = table(tmp_path, '[{"session": "P1/1", "srs": 38, "SRS": 37}]', "t.json")
    assert "two columns called “srs”" in told(measures.take_in, study, rows)


def test_a_column_without_a_title_is_passed_over_and_said_to_be_one(study, tmp_path):
    path = table(tmp_path, ",participant,session,srs_total\n1,P1,1,38\n2,P1,2,37\n")
    taken = measures.take_in(study, path)
    assert (taken.added, taken.passed_over) == (2, ("a column without a title",))


def test_the_same_answer_twice_is_refused_and_a_blank_is_none(study, tmp_path):
    text = "session,srs_total,psq-patient_b1a\nP1/1,38,\nP1/1,,2\n"
    assert "and otherwise" in told(measures.take_in, study, table(tmp_path, text))
    text = "session,srs_total\nP1/1,38\nP1/1,38\n"
    assert "line 3: total of srs is given further up for P1/1 too" in told(
        measures.take_in, study, table(tmp_path, text)
    )
    text = "session,srs_total,suds\nP1/1,38,\nP1/2,,1\nP1/3,,\nP1/3,,\n"
    assert measures.take_in(study, table(tmp_path, text)).added == 1


def workbook_of(tmp_path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "f.xlsx"
    book.save(path)
    return path


def test_a_formula_without_its_result_is_refused_by_its_row(study, tmp_path):
    head = ("session", "srs_total")
    path = workbook_of(tmp_path, head, ("P1/1", 38), ("P1/2", "=9*4"))
    said = told(measures.take_in, study, path)
    assert "row 3 of “Sheet” holds a formula without its result" in said
    array = openpyxl.worksheet.formula.ArrayFormula("B3", "=9*4")
    path = workbook_of(tmp_path, head, ("P1/1", 38), ("P1/2", array))
    assert "row 3 of “Sheet” holds a formula" in told(measures.take_in, study, path)


def test_formulas_with_results_and_on_other_sheets_are_no_trouble(study, tmp_path):
    path = workbook_of(tmp_path, ("session", "srs_total"), ("P1/1", "=9*4"), ("P1/2", 38))
    parts = {}
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            parts[name] = packed.read(name)
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<f>9*4</f><v></v>", b"<f>9*4</f><v>36</v>")
    parts[name] = parts[name].replace(b"<f>9*4</f><v />", b"<f>9*4</f><v>36</v>")
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    assert measures.take_in(study, path).added == 2
    book = openpyxl.load_workbook(path, data_only=True)
    book.create_sheet("Notes").append(["=1+1"])
    book.save(path)
    assert measures.take_in(study, path).same == 2


@pytest.mark.parametrize(("answer", "kept"), [
    ("8.95", 9.0), ("8.949", 8.9), ("8,25", 8.3), ("8.85", 8.9), ("0.05", 0.1), (1.15, 1.2),
])  # fmt: skip
def test_a_line_is_kept_to_a_tenth_halves_up(study, answer, kept):
    made_ = measures.enter(study, "P1/1", SRS, {"goals": answer})
    assert measures.numbers_of(made_)["goals"] == kept


def test_ranges_and_sums_are_of_what_was_given_before_it_is_rounded(study):
    for wrong in ("10.04", "-0.04"):
        assert f"{wrong} under goals lies outside" in told(
            measures.enter, study, "P1/1", SRS, {"goals": wrong}
        )
    fine = dict.fromkeys(srs.ITEMS, "8.97")  # 35.88 in all; of tenths it were 36
    made_ = measures.enter(study, "P1/1", SRS, {**fine, "total": "35.88"})
    assert measures.numbers_of(made_)["goals"] == 9
    assert measures.finer_than_kept(measures.instrument(study, SRS), fine) == 4
    assert measures.finer_than_kept(measures.instrument(study, PSQ_PATIENT), {"b1a": 2.55}) == 0
    off = {**fine, "total": "36"}
    assert "not the sum" in told(measures.enter, study, "P1/1", SRS, off)


def test_a_total_that_the_items_left_out_cannot_make_up_is_refused(study):
    said = told(measures.enter, study, "P1/1", SRS, {"goals": 5, "total": 36})
    assert "The total 36 cannot be" in said  # 35 at the most
    measures.enter(study, "P1/1", SRS, {"goals": 5, "total": 35})
    assert "cannot be" in told(measures.enter, study, "P1/1", SRS, {"goals": 5, "total": 4.9})


def test_an_instrument_without_an_end_is_refused(study):
    for more in ({"high": float("inf")}, {"low": float("nan")}):
        assert refused(measures.define, study, dataclasses.replace(WAI, **more)) == (
            "instrument_range"
        )


def test_defining_again_tells_what_was_there(study):
    assert measures.define(study, WAI) is None
    assert measures.define(study, WAI) == WAI
    assert measures.define(study, dataclasses.replace(WAI, high=5.0)) == WAI


def test_a_series_names_its_sessions_and_those_without_a_score(study):
    scores(study, [38, None, 36])
    measures.enter(study, "P1/2", PSQ_PATIENT, {"b1a": 1})
    followed = measures.series_of(study, SRS)
    assert followed.addresses == {"P1": {1: "P1/1", 2: "P1/2", 3: "P1/3"}}


def test_what_a_killed_copy_left_behind_goes_with_the_next(study, tmp_path):
    filled(study)
    names = ("copy.rupture.copy", "copy.rupture.copy.new")
    for name in names:
        (tmp_path / name).write_bytes(CANARY.encode())
        (tmp_path / f"{name}-journal").write_bytes(CANARY.encode())
    to = study.copy_without_measures(tmp_path / "copy.rupture")
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == [to.name]
    assert CANARY.encode() not in to.read_bytes()
