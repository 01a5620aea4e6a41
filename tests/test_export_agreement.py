"""The report of agreement as a file: its numbers, its words, and how it is written."""

import csv
import dataclasses
import io
import json
import re
from pathlib import Path

import docx
import openpyxl
import pytest
from test_agreement_units import SAID, SMALL, coded, marked

from coder import markers
from coder.agreement import Plan, agreement
from coder.agreement.behind import diagnosis
from coder.agreement.report import to_json
from coder.coding import Episode, Kind, Outcome, Rating
from coder.errors import CoderError
from coder.export import agreement_methods, agreement_numbers, agreement_report, reports
from coder.export.agreement_tables import tables
from coder.words import say

# By hand. Units: the patient's turns 1, 3, 7, 9 and 11 (5 is a backchannel).
#   Ada: silence in 3 (25 s) and 7 (65 s), change of topic in 9 (85 s).
#   Ben: silence in 3 (27 s), change of topic in 7 (66 s), a confrontation flagged in 11 (105 s).
#   Cy:  silence in 3 (25 s).

SETTLED = {
    "codings": "submitted",
    "reopened": (),
    "put_by": (),
    "status": "fixed",
    "fixed_at": "2026-03-01T10:00:00+00:00",
    "departures": (),
}


def ada(name="Ada", **kind):
    marks = (marked("long-silence", 25), marked("long-silence", 65), marked("changing-topic", 85))
    return coded(name, *marks, **kind)


def ben(**kind):
    flag = marked(None, 105, family="confrontation")
    return coded("Ben", marked("long-silence", 27), marked("changing-topic", 66), flag, **kind)


def cy(**kind):
    return coded("Cy", marked("long-silence", 25), **kind)


def of_patient(coding, patient):
    session = dataclasses.replace(coding.session, participant=patient, participant_id=patient)
    return dataclasses.replace(coding, session=session)


def report(
    *codings,
    unit="turn",
    rare=1,
    resamples=0,
    told=None,
    latest=None,
    bands=None,
    levels=("marker", "row", "family", "any"),
):
    plan = Plan(unit=unit, rare=rare, resamples=resamples, levels=levels)
    by_event = dataclasses.replace(plan, unit="event")
    found = agreement(codings, plan)
    found = dataclasses.replace(found, settings={**found.settings, **SETTLED, **(told or {})})
    rows = {f"row {m.id}": m.label for m in markers.load("laraway-2015").markers}
    return reports.Report(
        found=found,
        events=None if unit == "event" else agreement(codings, by_event),
        diagnosis={level: diagnosis(codings, plan, level) for level in levels},
        labels={m.id: m.label for each in codings for m in each.scheme.markers} | rows,
        latest=None if latest is None else agreement(latest, plan),
        bands=bands,
        version="9.8.7",
    )


def written(tmp_path, made, suffix, name="out"):
    (path,) = reports.write_agreement(made, tmp_path / f"{name}{suffix}")
    return path


def grids(path):
    """The tables of a document, each a dict of rows by their first cell; later ones add a prime."""
    made = []
    for table in docx.Document(str(path)).tables:
        head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        made.append({})
        for row in rows:
            name = row[0]
            while name in made[-1]:
                name += "'"
            made[-1][name] = dict(zip(head, row, strict=True))
    return made


def texts(path):
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def table(made, name):
    return next(each for each in tables(made) if each.name == name)


def row(made, name, first):
    found = table(made, name)
    return next(dict(zip(found.head, r, strict=True)) for r in found.rows if r[0] == first)


KAPPA, ALPHA = "Cohen’s kappa [95 % interval]", "Krippendorff’s alpha [95 % interval]"
RAW, POSITIVE = "Raw agreement [95 % interval]", "Positive agreement [95 % interval]"
F1 = "Event F1 [95 % interval]"


# numbers


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.72, ".72"),
        (-0.04, "\u2212.04"),
        (1, "1.00"),
        (0.999, "1.00"),
        (0, ".00"),
        (-0.001, ".00"),
        (-1, "\u22121.00"),
        (-1.25, "\u22121.25"),
    ],
)
def test_a_proportion_has_two_decimals_and_no_leading_zero(value, printed):
    assert agreement_numbers.apa(value) == printed


@pytest.mark.parametrize(
    ("ms", "printed"), [(1500, "1.5"), (-400, "\u22120.4"), (0, "0.0"), (-49, "0.0")]
)
def test_a_lag_is_in_seconds_with_one_decimal(ms, printed):
    assert agreement_numbers.seconds(ms) == printed


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("cicchetti-1994", -0.1, "poor"),
        ("cicchetti-1994", 0.399, "poor"),
        ("cicchetti-1994", 0.4, "fair"),
        # Printed .60, and yet below it.
        ("cicchetti-1994", 0.5951, "fair"),
        # Three fifths, as floating point has it.
        ("cicchetti-1994", 0.3 / 0.5, "good"),
        ("cicchetti-1994", 0.75, "excellent"),
        ("koo-li-2016", 0.49, "poor"),
        ("koo-li-2016", 0.5, "moderate"),
        ("koo-li-2016", 0.75, "good"),
        ("koo-li-2016", 0.9, "excellent"),
        ("landis-koch-1977", -0.01, "poor"),
        ("landis-koch-1977", 0, "slight"),
        ("landis-koch-1977", 0.2, "slight"),
        ("landis-koch-1977", 0.201, "fair"),
        ("landis-koch-1977", 0.4, "fair"),
        ("landis-koch-1977", 0.6, "moderate"),
        ("landis-koch-1977", 0.8, "substantial"),
        ("landis-koch-1977", 0.81, "almost perfect"),
        ("landis-koch-1977", 1, "almost perfect"),
    ],
)
def test_bands_judge_the_value_before_rounding(name, value, word):
    assert agreement_numbers.band(value, reports.BANDS[name]) == word


# the tables


def test_the_document_holds_what_was_counted_by_hand(tmp_path):
    grid, beside = grids(written(tmp_path, report(ada(), ben()), ".docx"))
    found = grid["Withdrawal"]
    # Both 2, Ada alone 1, neither 2. po = .8; kappa .32 / .52; 2 * 2 / 5 marked = .8;
    # alpha 1 - 9 * 1 / (5 * 5); prevalence 5 of 10. Two of three and two events match, 2 s and 1 s later.
    counts = [found[name] for name in ("Both", "Only Ada", "Only Ben", "Neither", "Prevalence")]
    assert counts == ["2", "1", "0", "2", ".50"]
    assert found[RAW].startswith(".80 [")
    assert found[POSITIVE].startswith(".80 [")
    assert found[KAPPA].startswith(".62 [")
    assert found[ALPHA] == ".64 (a)"
    assert found[F1].startswith(".80")
    assert found["Median lag in s, Ben after Ada"] == "1.5"
    # Both 2, each alone 1, neither 1: kappa .08 / .48.
    assert grid["Any rupture"][KAPPA].startswith(".17 [")
    assert grid["Any rupture"][RAW].startswith(".60 [")
    assert grid["Any rupture, those of unsure family left out"]["Both"] == "2"
    # The row of the form and the marker have their labels.
    assert grid["Long silence/minimal response/refusal to respond"]["Both"] == "1"
    assert grid["Long silence"]["Both"] == "1"
    # Everything together by event: two of three and three families match.
    together = [
        each for name, each in beside.items() if name.startswith("Families together, by event")
    ]
    assert next((e["Statistic"], e["Estimate [95 % interval]"][:3], e["n"]) for e in together) == (
        "Event F1",
        ".67",
        "6",
    )
    assert together[0]["Counts"] == "matched 2, only Ada 1, only Ben 1"


def test_the_sections_stand_in_order_and_each_table_is_headed_by_its_unit_and_n(tmp_path):
    made = report(ada(), coded("Ben", marked(None, 25, kind=Kind.SHIFT, family=None)))
    heads = [r[0] for r in table(made, "table").rows if len(r) == 1]
    assert heads == [
        "Families",
        "Rows of the form (laraway-2015)",
        "Markers",
        "All ruptures",
        "Precipitants and repair",
    ]
    for each in tables(made):
        assert each.about == (
            f"Unit – {made.found.settings['unit']}. n = 5 turns.",
            f"Beside it – {made.events.settings['unit']}. n = 3 marks.",
        )
    assert row(made, "table", "Affective shift")["Only Ben"] == 1


def test_a_code_too_rare_shows_its_counts_and_says_so(tmp_path):
    made = report(ada(), ben(), rare=2)
    found = row(made, "table", "Confrontation")
    assert (found["Both"], found["Only Ada"], found["Only Ben"], found["Neither"]) == (0, 0, 1, 4)
    assert {found[name] for name in (RAW, POSITIVE, KAPPA, ALPHA, F1)} == {"too rare"}
    assert found["Median lag in s, Ben after Ada"] == "too rare"
    assert any(
        note.startswith("Too rare: no coder used the code 2 times or more")
        for note in table(made, "table").notes
    )
    assert row(made, "table", "Withdrawal")[KAPPA].startswith(".62")


def test_too_rare_is_one_cell_and_such_codes_stand_last_in_their_section(tmp_path):
    three = [marked("changing-topic", at) for at in (25, 65, 85)]
    made = report(coded("Ada", marked("long-silence", 25), *three), coded("Ben", *three), rare=2)
    listed = [r[0] for r in table(made, "table").rows]
    at = listed.index("Markers")
    # The scheme has silence before the change of topic.
    assert listed[at + 1 : at + 3] == ["Changing topic", "Long silence"]
    assert "Codes that are too rare stand last in their section." in table(made, "table").notes
    (first, *_) = docx.Document(str(written(tmp_path, made, ".docx"))).tables
    (rare,) = [r for r in first.rows if r.cells[0].text == "Long silence"]
    # Code, four counts and the prevalence; then five coefficients and the lag in one.
    assert [tc.grid_span for tc in rare._tr.tc_lst] == [1] * 6 + [6]
    assert rare.cells[-1].text == "too rare"
    book = openpyxl.load_workbook(written(tmp_path, made, ".xlsx"))
    (rare,) = [r for r in book["table"].values if r[0] == "Long silence"]
    assert rare == ("Long silence", 0, 1, 0, 4, ".10", "too rare", *[None] * 5)


def test_a_code_too_rare_among_numbers_leaves_the_numbers_where_they_stand():
    # Two marks in one turn: two marks, but one turn.
    twice = (marked("long-silence", 22), marked("long-silence", 27))
    made = report(coded("Ada", *twice), coded("Ben", *twice), rare=2)
    found = row(made, "table", "Withdrawal")
    assert found[KAPPA] == "too rare"
    assert found[F1].startswith("1.00")


def test_how_often_in_a_session_is_too_rare_where_the_code_is():
    four = [of_patient(f(number=n), n) for n in ("1", "2", "3") for f in (ada, ben)]
    made = report(*four, unit="session", rare=4)
    # Three in three sessions by Ben alone.
    assert row(made, "table", "Confrontation")["ICC(2,1) of how often [95 % interval]"] == (
        "too rare"
    )


@pytest.mark.parametrize(
    ("sessions", "resamples", "why"),
    [
        (1, 0, "No interval: nothing was resampled, and theory gives none."),
        (
            1,
            100,
            "No interval: there are fewer than three minutes to resample, and theory gives none.",
        ),
        (
            2,
            100,
            "No interval: there are fewer than three sessions to resample, and theory gives none.",
        ),
        (
            3,
            100,
            "No interval: the resamples do not differ, or too many leave the coefficient undefined.",
        ),
    ],
)
def test_a_number_without_an_interval_says_why(sessions, resamples, why):
    numbers = [str(n) for n in range(1, sessions + 1)]
    made = report(*(f(number=n) for n in numbers for f in (ada, ben)), resamples=resamples)
    # The sessions are alike, so that to draw them again changes nothing.
    cell = row(made, "table", "Withdrawal")[ALPHA]
    letter = re.fullmatch(r"\.\d\d \((\w)\)", cell)[1]
    assert f"({letter}) {why}" in table(made, "table").notes


def test_of_events_in_one_session_it_may_not_be_known_why_there_is_no_interval():
    made = report(ada(), ben(), resamples=100)
    letter = re.fullmatch(r".80 \((\w)\)", row(made, "table", "Withdrawal")[F1])[1]
    assert (
        f"({letter}) No interval: there are fewer than three minutes to resample, or the resamples "
        "do not differ, or too many leave the coefficient undefined." in table(made, "table").notes
    )


def test_ratings_and_gamma_are_not_resampled():
    codings = [of_patient(f(number=n), n) for n in ("1", "2", "3") for f in (ada, ben)]
    rated = [
        dataclasses.replace(
            each,
            ratings=(
                Rating(f"r{n}", each.coding.id, "warmth", 1 + n % 2 + 2 * (n // 4), None, None),
            ),
        )
        for n, each in enumerate(codings)
    ]
    made = report(*rated, resamples=100)
    bare = [
        r
        for r in made.found.results
        if r.code == "warmth" and r.estimate is not None and r.low is None
    ]
    assert bare
    for each in bare:
        assert agreement_report.why_bare(made, each) == (
            "No interval: this is not resampled, and theory gives none."
        )


def test_episodes_of_one_session_have_nothing_to_resample():
    def with_episode(coding):
        mine = Episode(f"e-{coding.rater.name}", coding.coding.id, 1)
        marks = tuple(dataclasses.replace(mark, episodes=(mine.id,)) for mark in coding.marks)
        return dataclasses.replace(coding, episodes=(mine,), marks=marks)

    made = report(with_episode(ada()), with_episode(ben()), resamples=100)
    cell = row(made, "beside", "Episodes")["Estimate [95 % interval]"]
    letter = re.fullmatch(r"1\.00 \((\w)\)", cell)[1]
    assert (
        f"({letter}) No interval: there are fewer than three sessions to resample, and theory "
        "gives none." in table(made, "beside").notes
    )


def test_what_is_undefined_says_why_in_words(tmp_path):
    made = report(ada(), ben())
    found = row(made, "table", "Confrontation")
    letter = re.fullmatch(r"– \((\w)\)", found[KAPPA])[1]
    # Ada marked none: of 4 turns unmarked by both and 1 by her alone, absence agrees 8 / 9.
    (note,) = [n for n in table(made, "table").notes if n.startswith(f"({letter})")]
    assert "Ada" in note
    assert "88.9" in note
    reasons = [
        r.reason
        for r in made.found.results
        if (r.statistic, r.code) == ("cohen_kappa", "confrontation")
    ]
    assert note == f"({letter}) {say(reasons[0])}"


def test_codes_that_nobody_used_are_named_in_one_sentence():
    made = report(ada(), ben())
    (note,) = [n for n in table(made, "table").notes if n.startswith("Markers, used by no coder")]
    assert "Refusal to respond" in note
    assert "Long silence" not in note
    assert "Changing topic" not in note
    assert not [r for r in table(made, "table").rows if r[0] == "Refusal to respond"]
    (kinds,) = [n for n in table(made, "table").notes if n.startswith("Precipitants and repair")]
    assert (
        kinds
        == "Precipitants and repair, used by no coder: Precipitant; Statement of understanding; Affective shift."
    )


def test_every_statistic_of_a_table_is_defined_below_it():
    for each in tables(report(ada(), ben())):
        for statistic in each.statistics:
            definition = agreement_numbers.DEFINITIONS[statistic]
            assert any(definition.source[1:] in note for note in each.notes)
    assert "alpha_nominal" in table(report(ada(), ben()), "table").statistics


def test_a_level_that_cannot_be_compared_says_why():
    other = dataclasses.replace(SMALL, id="other")
    made = report(
        coded("Ada", marked("sighs", 25), scheme=SMALL),
        coded("Ben", marked("sighs", 27), scheme=other),
        levels=("family", "any"),
    )
    by_marker = agreement(
        [
            coded("Ada", marked("sighs", 25), scheme=SMALL),
            coded("Ben", marked("sighs", 27), scheme=other),
        ],
        Plan(resamples=0, rare=1, levels=("marker", "any")),
    )
    made = dataclasses.replace(made, found=by_marker, events=None)
    assert (
        "Markers: The codings are under different schemes: compare them at a coarser level."
        in table(made, "table").notes
    )


def test_bands_are_off_unless_asked_and_then_name_their_author(tmp_path):
    off = report(ada(), ben())
    assert "good" not in row(off, "table", "Withdrawal")[KAPPA]
    assert not any("Cicchetti (1994)" in text for text in texts(written(tmp_path, off, ".docx")))
    made = report(ada(), ben(), bands="cicchetti-1994")
    assert row(made, "table", "Withdrawal")[KAPPA].endswith("] good")
    assert row(made, "table", "Withdrawal")[ALPHA] == ".64 (a)"
    assert any(
        n.startswith("Words beside coefficients: Cicchetti (1994): ")
        for n in table(made, "table").notes
    )
    assert "Words for coefficients are of Cicchetti (1994)" in reports.methods(made)
    # Koo and Li's are of the ICC alone.
    assert not row(report(ada(), ben(), bands="koo-li-2016"), "table", "Withdrawal")[
        KAPPA
    ].endswith("e")


def test_three_coders_have_a_table_for_all_and_a_matrix_of_every_two(tmp_path):
    made = report(ada(), ben(), cy())
    found = row(made, "table", "Any rupture")
    assert found["n (Ada / Ben / Cy)"] == "3 / 3 / 1"
    # 7 of 15 judgements.
    assert found["Prevalence"] == ".47"
    assert "Conger’s kappa [95 % interval]" in found
    # Ada with Ben 2 of 3 and 3 events; with Cy 1 of 3 and 1; Ben with Cy the same: 4/6, 2/4, 2/4.
    assert found["Event F1 of pairs: mean (lowest to highest)"] == ".56 (.50 to .67)"
    # Ada and Ben 2 s and 1 s later, Ada and Cy at once, Ben and Cy 2 s earlier.
    assert found["Median lag in s, lowest to highest of pairs"] == "\u22122.0 to 1.5"
    matrix = table(made, "matrix")
    assert [r[0] for r in matrix.rows[:4]] == ["Any rupture", "Ada", "Ben", "Cy"]
    assert matrix.rows[1][1:] == ("–", 5, 5)
    # As with two coders.
    assert matrix.rows[2][1].startswith(".17 [")
    # Cy 1 of 5, Ada 3 of 5, both 1: po .6, pe .6 * .2 + .4 * .8 = .44.
    assert matrix.rows[3][1].startswith(".29 [")
    assert len(grids(written(tmp_path, made, ".docx"))) == 3


def test_three_coders_have_the_prevalence_of_precipitants_where_all_saw_all():
    def late(coding):
        told = marked(None, 35, kind=Kind.PRECIPITANT, family=None, person="therapist")
        return dataclasses.replace(coding, marks=(*coding.marks, told))

    made = report(late(ada()), late(ben()), cy())
    # Two of 33: three coders, 11 turns of both but for one backchannel.
    assert row(made, "table", "Precipitant")["Prevalence"] == ".06"
    assert row(made, "table", "Withdrawal")["Prevalence"] == ".40"
    made = report(late(ada()), late(ben()), cy(covers=(0, 50_000)))
    cell = row(made, "table", "Precipitant")["Prevalence"]
    letter = re.fullmatch(r"– \((\w)\)", cell)[1]
    (note,) = [n for n in table(made, "table").notes if n.startswith(f"({letter}) ")]
    assert "Not every coder saw all of these units" in note


def test_coders_who_share_no_session_say_so_in_the_matrix():
    made = report(ada(), ben(), ben(number="2"), cy(number="2"))
    ada_and_cy = table(made, "matrix").rows[3][1]
    assert re.fullmatch(r"– \(\w\)", ada_and_cy)
    assert any(
        "These two coders have no session in common." in n for n in table(made, "matrix").notes
    )
    assert "Fleiss’ kappa [95 % interval]" in table(made, "table").head


def test_the_icc_follows_the_design_and_is_never_of_means():
    four = [of_patient(f(number=n), n) for n in ("1", "2", "3") for f in (ada, ben)]
    crossed = report(*four, unit="session")
    assert "ICC(2,1) of how often [95 % interval]" in table(crossed, "table").head
    changing = report(*four, cy(number="4"), ben(number="4"), unit="session")
    assert "ICC(1,1) of how often [95 % interval]" in table(changing, "table").head
    # All of those compared rated every session that is compared.
    alone = report(*four, ada(number="4"), unit="session")
    assert "ICC(2,1) of how often [95 % interval]" in table(alone, "table").head
    # Each of two saw but a part: no segment that one alone saw is compared.
    halves = report(ada(), ben(covers=(0, 50_000)), unit="segment")
    assert "ICC(2,1) of how often [95 % interval]" in table(halves, "table").head
    for made in (crossed, changing):
        assert not any(each.endswith("_k") for t in tables(made) for each in t.statistics)


def test_episodes_outcomes_and_ratings_stand_in_a_group_of_their_own():
    def with_episode(coding, outcome, value):
        mine = Episode(
            f"e-{coding.rater.name}", coding.coding.id, 1, outcome_after=outcome, intensity=value
        )
        rated = tuple(
            Rating(f"{mine.id}{n}", coding.coding.id, "warmth", n, None, n) for n in (1, 2)
        )
        marks = tuple(dataclasses.replace(mark, episodes=(mine.id,)) for mark in coding.marks)
        return dataclasses.replace(coding, episodes=(mine,), marks=marks, ratings=rated)

    made = report(with_episode(ada(), Outcome.NOT, 3), with_episode(ben(), Outcome.PARTLY, 4))
    assert row(made, "beside", "Episodes")["Estimate [95 % interval]"].startswith("1.00")
    assert row(made, "beside", "Episodes")["Counts"] == "matched 1, only Ada 0, only Ben 0"
    assert (
        row(made, "beside", "Outcome of episodes that both found")["Counts"]
        == "judged by both 1, agreed 0"
    )
    assert row(made, "beside", "Outcome of episodes that both found")[
        "Estimate [95 % interval]"
    ].startswith(".00")
    # Both gave the two segments 1 and 2.
    assert row(made, "beside", "Rating: warmth")["Statistic"] == "ICC(2,1)"
    assert row(made, "beside", "Rating: warmth")["n"] == 2
    of_rupture = [r[1] for r in table(made, "beside").rows if r[0] == "Rating: intensity"]
    assert of_rupture == ["ICC(2,1)", "Raw agreement", "Cohen’s kappa, quadratic weights"]


def test_where_marks_are_the_unit_the_table_is_of_events():
    made = report(ada(), ben(), unit="event")
    found = row(made, "table", "Withdrawal")
    assert (found["Matched"], found["Only Ada"], found["Only Ben"]) == (2, 1, 0)
    assert found[F1].startswith(".80")
    assert "Event kappa [95 % interval]" in found
    assert KAPPA not in found
    assert table(made, "table").about == (f"Unit – {made.found.settings['unit']}. n = 6 marks.",)
    several = report(ada(), ben(), cy(), unit="event")
    found = row(several, "table", "Any rupture")
    # Matched 2, 1 and 1; alone 1 and 1, 2 and 0, 2 and 0.
    assert (found["Matched, all pairs"], found["Unmatched, all pairs"]) == (4, 6)
    assert table(several, "matrix").rows[2][1].startswith(".67")


def test_without_numbers_by_event_there_are_no_columns_for_them():
    made = dataclasses.replace(report(ada(), ben()), events=None)
    assert table(made, "table").head[-1] == ALPHA
    assert "event" not in reports.methods(made)


def test_a_report_of_nothing_marked_says_so(tmp_path):
    made = report(coded("Ada"), coded("Ben"))
    assert tables(made) == []
    (told,) = [e for e in texts(written(tmp_path, made, ".docx")) if e.startswith("Statistics. ")]
    assert "No coder marked anything that could be compared." in told


def test_what_was_used_by_event_alone_has_no_number_by_turn():
    told = marked("validates", 5, kind=Kind.COMPONENT, family=None, person="therapist")

    def later(coding):
        """Nobody has spoken yet at 5 s, so that no turn holds it."""
        return dataclasses.replace(coding, turns=coding.turns[2:])

    for others in ((), (cy(),)):
        made = report(*map(later, (ada(), coded("Ben", told), *others)))
        cells = row(made, "table", "Component of repair")
        assert cells["Prevalence"] == "–"
        assert cells[RAW] == "–"
    assert [r[0] for r in table(report(ada(), ben(), cy(), levels=("family",)), "matrix").rows][
        ::4
    ] == ["Withdrawal", "Confrontation"]


def test_reopened_codings_stand_beside_those_first_submitted():
    later = dataclasses.replace(ben(), marks=ada("Ben").marks)
    for unit, at_first, now in (
        ("turn", "2 / 1 / 0 / 2", "3 / 0 / 0 / 2"),
        ("event", "2 / 1 / 0", "3 / 0 / 0"),
    ):
        made = report(ada(), ben(), unit=unit, latest=[ada(), later])
        found = row(made, "latest", "Withdrawal")
        assert found["Counts, first submitted"] == at_first
        assert found["Counts, as it stands now"] == now
        name = "Cohen’s kappa" if unit == "turn" else "Event F1"
        assert found[f"{name} [95 % interval], as it stands now"].startswith("1.00")
    three = report(ada(), ben(), cy(), latest=[ada(), later, cy()])
    assert row(three, "latest", "Confrontation")["Counts, as it stands now"] == "0 / 0 / 0"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"status": "exploratory", "departures": ("unit", "tolerance_ms")},
            "exploratory: unit, tolerance not as fixed before unblinding",
        ),
        ({"status": "open", "fixed_at": None}, "settings not fixed in advance"),
        ({"codings": "in progress, not yet submitted"}, "codings in progress, not yet submitted"),
    ],
)
def test_every_table_says_what_a_reader_must_know_first(tmp_path, told, said):
    made = report(ada(), ben(), cy(), told=told, latest=[ada(), ben(), cy()])
    assert len(tables(made)) == 4
    assert all(each.title.endswith(f" – {said}") for each in tables(made))
    book = openpyxl.load_workbook(written(tmp_path, made, ".xlsx"))
    assert book["table"]["A1"].value.endswith(said)
    assert not tables(report(ada(), ben()))[0].title.endswith(said)


def test_numbers_by_event_that_were_not_fixed_are_called_exploratory():
    made = report(ada(), ben())
    told = {**made.events.settings, "status": "exploratory", "departures": ("unit",)}
    made = dataclasses.replace(made, events=dataclasses.replace(made.events, settings=told))
    assert tables(made)[0].title.endswith("numbers by event exploratory: unit not as fixed")
    assert "The comparison by event was not among what was fixed" in reports.methods(made)


# the methods section


def test_the_section_has_short_paragraphs_and_what_only_people_know_at_the_end(tmp_path):
    made = report(ada(), ben(), told={"blind": True})
    parts = [part for part, _ in agreement_methods.paragraphs(made)]
    assert parts == [
        "Coders and material",
        "Units and what was left out",
        "Statistics",
        "Intervals",
        "Codings and settings",
        "Software",
        "To be completed",
    ]
    shown = texts(written(tmp_path, made, ".docx"))
    at = shown.index("Methods") + 1
    assert "\n\n".join(shown[at : at + 7]) == reports.methods(made)
    *rest, last = reports.methods(made).split("\n\n")
    for asked in ("how they were trained", "how disagreements were settled", "drift"):
        assert re.search(rf"\[[^]]*{asked}[^]]*\]", last)
    assert not any("[Say" in each for each in rest)


def test_the_section_names_no_statistic_that_no_table_has():
    told = reports.methods(report(ada(), ben(), rare=9))
    # What is given of all codes together stands in the second table.
    assert "set-valued alpha, MASI" in told
    assert "event F1" in told
    # Too rare in every row, but for any rupture, which is never too rare.
    assert "Cohen’s kappa" in told
    for name in ("PABAK", "Gwet", "Scott", "negative agreement", "gamma"):
        assert name not in told
    told = reports.methods(report(ada(), ben(), rare=9, levels=("family",)))
    assert "Cohen’s kappa" not in told


def test_the_section_says_how_many_sessions_two_and_three_coded():
    codings = [f(number=n) for n in ("1", "2", "3") for f in (ada, ben)]
    made = report(*codings, cy(number="3"))
    assert (
        "All 3 sessions were coded by two or more of 3 coders. Of these, 2 by two and 1 by three coders."
        in reports.methods(made)
    )
    assert "Of these" not in reports.methods(report(ada(), ben()))


def test_the_section_names_codings_that_were_not_submitted_with_their_number():
    told = {"not_submitted": ("P7/1 Cat", "P7/2 Cat")}
    assert (
        "Codings in progress were not compared where others were submitted (n = 2): P7/1 Cat; P7/2 Cat."
        in reports.methods(report(ada(), ben(), told=told))
    )
    assert "in progress" not in reports.methods(report(ada(), ben()))


def test_the_section_says_at_which_level_something_was_left_out():
    made = report(ada(), ben())
    gone = {
        "marks_of_unsure_family_at_family_level": 16,
        "marks_without_marker_at_row_level": 3,
        "marks_without_row_at_row_level": 2,
        "turns_not_covered_by_both": 4,
        "something_new": 1,
    }
    settings = {**made.found.settings, "left_out": gone}
    made = dataclasses.replace(
        made, found=dataclasses.replace(made.found, settings=settings), events=None
    )
    told = reports.methods(made)
    assert (
        "Left out were: turns that fewer than two coders covered (n = 4) and something new (n = 1); "
        "at the level of rows of the form marks without a marker (n = 3) and marks without a row on the form (n = 2); "
        "at the level of families marks of unsure family (n = 16)." in told
    )
    assert told.count("A mark left out at one level is counted at the others") == 1
    settings["left_out"] = {"turns_of_backchannel": 1}
    assert "one level" not in reports.methods(made)


def test_the_section_keeps_what_is_said_of_the_unit_beside_its_name():
    told = reports.methods(report(ada(), ben()))
    assert "n = 5 turns. Precipitants are looked for in everyone’s turns." in told
    only = reports.methods(report(ada(), ben(), levels=("family",)))
    assert "Precipitants" not in only


def test_the_section_says_what_was_drawn_of_one_session():
    made = report(ada(), ben(), resamples=100)
    for resampled, words in (
        ("minutes", "resamples of 4 one-minute parts of the one session"),
        ("segments", "resamples of 4 segments of the one session"),
    ):
        results = tuple(
            dataclasses.replace(each, groups=4) if each.low is not None else each
            for each in made.found.results
        )
        settings = {**made.found.settings, "resampled": resampled}
        found = dataclasses.replace(made.found, settings=settings, results=results)
        assert words in reports.methods(dataclasses.replace(made, found=found))
    # Without times there are no minutes.
    bare = {
        level: dataclasses.replace(
            each, units=tuple(dataclasses.replace(unit, start_ms=None) for unit in each.units)
        )
        for level, each in made.diagnosis.items()
    }
    found = dataclasses.replace(found, settings={**settings, "resampled": "minutes"})
    untimed = dataclasses.replace(made, found=found, diagnosis=bare)
    assert "resamples of 4 parts of the one session" in reports.methods(untimed)


@pytest.mark.parametrize(
    ("times", "said"), [(2, "changed once"), (3, "changed twice"), (5, "changed 4 times")]
)
def test_the_section_says_that_settings_were_changed_before(times, said):
    told = reports.methods(report(ada(), ben(), told={"fixed_times": times}))
    assert (
        "were fixed on 2026-03-01, before unblinding. "
        f"The settings had been fixed before, and were {said} while still blind." in told
    )
    assert "changed" not in reports.methods(report(ada(), ben(), told={"fixed_times": 1}))


def test_the_paragraph_of_two_coders_and_one_session():
    told = reports.methods(report(ada(), ben(), told={"blind": True}))
    for sentence in (
        "One session was coded by two coders independently, blind to one another’s codes.",
        "The coding scheme was samstag-2003, version 1.1; codings were compared at the level of the marker, "
        "the row of the form (laraway-2015), the family (withdrawal, confrontation) and any rupture.",
        "The unit of comparison was the turn: the patient’s turns but for backchannels (a list of 19 words); n = 5 turns.",
        "The same codings were also compared by event: each mark of everyone, matched one to one; n = 6 marks.",
        "no more than 10 s apart, spans if they shared at least 60 % of the longer",
        "Left out were: turns that are only a backchannel (n = 1); at the level of markers marks without a marker (n = 1); "
        "at the level of rows of the form marks without a marker (n = 1).",
        "Left out of the comparison by event were: at the level of markers marks without a marker (n = 1); ",
        "Cohen’s kappa (Cohen, 1960)",
        "are from theory, which takes the units as independent.",
        "As one session alone was compared, whose parts are not independent, the intervals are not to be relied on.",
        "Codings were compared as they were first submitted.",
        "Unit, levels and what they rest on were fixed on 2026-03-01, before unblinding.",
        "Of codes that no coder used 1 times or more only the counts are given.",
        "Agreement was computed with Rupture Coder, version 9.8.7 (",
    ):
        assert sentence in told


def test_the_paragraph_of_four_coders_tells_the_share_that_two_or_more_coded():
    sessions = [str(n) for n in range(1, 7)]
    codings = [of_patient(f(number=n), f"p{n}") for n in sessions for f in (ada, ben)]
    codings += [of_patient(f(number="7"), "p7") for f in (cy, lambda **kind: ada("Di", **kind))]
    codings += [of_patient(ada(number=str(n)), f"p{n}") for n in range(8, 21)]
    made = report(*codings, resamples=100, told={"put_by": ("9/9 (training)",)})
    told = reports.methods(made)
    assert "7 of 20 sessions (35 %) were coded by two of 4 coders." in told
    assert "bias-corrected and accelerated, 100 resamples of 7 patients, seed 20150101" in told
    assert "not to be relied on" not in told
    assert "Sessions for training or calibration were not compared (n = 1)." in told
    assert "blind to one another" not in told


def test_the_paragraph_warns_of_few_sessions():
    codings = [ada(), ben(), ada(number="2"), ada("Ben", number="2")]
    codings += [ada(number="3"), coded("Ben", marked("changing-topic", 85), number="3")]
    told = reports.methods(report(*codings, resamples=100))
    assert "All 3 sessions were coded by two coders." in told
    assert "100 resamples of 3 sessions" in told
    assert "With only 3 sessions the intervals are not to be relied on." in told
    assert "by all 3 coders" in reports.methods(report(ada(), ben(), cy()))


def test_the_paragraph_tells_what_was_reopened_and_why():
    told = {"reopened": ("4/1 Ben: counted a cough",), "blind": False}
    made = report(ada(), ben(), told=told, latest=[ada(), ada("Ben")])
    assert (
        "Reopened after their submission were (n = 1, with agreement as they stand now beside it): "
        "4/1 Ben: counted a cough." in reports.methods(made)
    )
    assert "two coders, not blind to one another’s codes." in reports.methods(made)


def test_the_paragraph_tells_exploratory_open_and_provisional():
    away = {"status": "exploratory", "departures": ("unit", "tolerance_ms")}
    told = reports.methods(report(ada(), ben(), told=away))
    assert (
        "The analysis is exploratory: in unit and tolerance it departs from what was fixed on 2026-03-01, before unblinding."
        in told
    )
    told = reports.methods(report(ada(), ben(), told={"status": "open", "fixed_at": None}))
    assert "Unit, levels and what they rest on were not fixed in advance." in told
    told = reports.methods(report(ada(), ben(), told={"codings": "in progress, not yet submitted"}))
    assert "The codings were in progress, not yet submitted: the numbers are provisional." in told
    assert "first submitted" not in told


def test_the_paragraph_states_nothing_that_the_settings_do_not_say():
    made = report(ada(), ben())
    bare = dataclasses.replace(made, found=agreement([ada(), ben()], Plan(resamples=0)))
    told = reports.methods(bare)
    for word in ("blind", "submitted", "fixed", "exploratory", "independently", "Reopened"):
        assert word not in told


def test_the_paragraph_names_the_tolerance_of_seconds_and_marks_in_order():
    assert "The tolerance of the time-unit kappa was 10 s." in reports.methods(
        report(ada(), ben(), unit="second", levels=("any",))
    )
    plan = Plan(unit="event", ordered=True, resamples=0)
    made = dataclasses.replace(
        report(ada(), ben()), found=agreement([ada(), ben()], plan), events=None
    )
    assert "aligned in their order (Quera, Bakeman & Gnisci, 2007)" in reports.methods(made)


def test_the_software_is_cited_as_its_citation_file_says():
    cited = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{agreement_methods.TITLE}"' in cited
    assert f'name: "{agreement_methods.AUTHORS}"' in cited


# the files


@pytest.mark.parametrize("suffix", reports.AGREEMENT)
def test_the_same_report_makes_the_same_bytes(tmp_path, suffix):
    mine = [ada(), ben()]
    first = written(tmp_path, report(*mine), suffix).read_bytes()
    assert written(tmp_path, report(*mine), suffix, "again").read_bytes() == first


@pytest.mark.parametrize("suffix", reports.AGREEMENT)
def test_no_word_of_the_patient_stands_in_it(tmp_path, suffix):
    path = written(tmp_path, report(ada(), ben()), suffix)
    held = (
        path.read_text(encoding="utf-8")
        if suffix in {".csv", ".json"}
        else str(grids(path) + texts(path))
        if suffix == ".docx"
        else str([list(sheet.values) for sheet in openpyxl.load_workbook(path)])
    )
    assert not [said for said in (*SAID, "Go on.") if said in held]


def test_the_workbook_has_every_result_with_numbers_as_numbers(tmp_path):
    made = report(ada(), ben())
    book = openpyxl.load_workbook(written(tmp_path, made, ".xlsx"))
    assert book.sheetnames == [
        "table", "beside", "all results", "settings", "methods", "definitions",
        "diagnosis marker", "diagnosis row", "diagnosis family", "diagnosis any",
    ]  # fmt: skip
    head, *rows = book["all results"].values
    assert len(rows) == len(made.found.results) + len(made.events.results)
    every = [dict(zip(head, each, strict=True)) for each in rows]
    (kappa,) = [r for r in every if (r["statistic"], r["code"]) == ("cohen_kappa", "withdrawal")]
    assert kappa["estimate"] == pytest.approx(0.32 / 0.52)
    assert (kappa["n"], kappa["unit"], kappa["codings"], kappa["status"]) == (
        5,
        "turn",
        "submitted",
        "fixed",
    )
    assert kappa["counts"] == "both 2; only_first 1; only_second 0; neither 2"
    # AC1 and PABAK never stand without positive agreement.
    for each in every:
        if each["statistic"] in {"gwet_ac1", "pabak"} and each["code"] == "withdrawal":
            assert each["beside"] == "positive 0.8"
    told = {r[0]: r[1:] for r in book["settings"].values}
    assert told["coders"][0] == "Ada; Ben"
    assert told["n"] == (5, 6)
    assert told["rare"] == (1, 1)
    assert "turns_of_backchannel 1" in told["left_out"][0]
    sentences = [each for _, told in agreement_methods.paragraphs(made) for each in told]
    assert [r[1] for r in list(book["methods"].values)[1:]] == sentences
    assert "cohen_kappa" in [r[0] for r in book["definitions"].values]


def test_the_diagnosis_tells_unmarked_from_not_seen(tmp_path):
    # Cy saw the first half alone.
    made = report(ada(), ben(), cy(covers=(0, 50_000)))
    book = openpyxl.load_workbook(written(tmp_path, made, ".xlsx"))
    assert list(book["diagnosis family"].values) == [
        ("session", "unit", "start", "start_ms", "coder Ada", "coder Ben", "coder Cy"),
        ("4/1", "turn 1", "0:00", 0, None, None, None),
        ("4/1", "turn 3", "0:20", 20_000, "withdrawal", "withdrawal", "withdrawal"),
        ("4/1", "turn 7", "1:00", 60_000, "withdrawal", "withdrawal", "not seen"),
        ("4/1", "turn 9", "1:20", 80_000, "withdrawal", None, "not seen"),
        ("4/1", "turn 11", "1:40", 100_000, None, "confrontation", "not seen"),
    ]
    # 5 of the 12 judgements that were made.
    assert row(made, "table", "Withdrawal")["Prevalence"] == ".50"
    by_event = report(ada(), ben(), cy(), unit="event")
    book = openpyxl.load_workbook(written(tmp_path, by_event, ".xlsx", "event"))
    given = [r[4:] for r in list(book["diagnosis any"].values)[1:]]
    assert all(r.count("not in this pair") == 1 for r in given)


def test_the_csv_is_one_flat_table_of_every_result(tmp_path):
    made = report(
        ada(),
        ben(),
        told={"status": "exploratory", "departures": ("unit",)},
        latest=[ada(), ada("Ben")],
    )
    path = written(tmp_path, made, ".csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert len(rows) == sum(len(a.results) for a in (made.found, made.events, made.latest))
    keys = to_json(made.found)["results"][0]
    assert set(keys) <= set(rows[0])
    assert rows[0]["status"] == "exploratory: unit"
    assert {row["codings"] for row in rows} == {"submitted", "as they stand now"}
    # A number below 0 is a number; it gets no apostrophe.
    lowest = min(float(row["estimate"]) for row in rows if row["estimate"])
    assert lowest < 0


def test_a_name_that_looks_like_a_formula_is_text(tmp_path):
    made = report(ada('=HYPERLINK("x")'), ben())
    rows = list(
        csv.DictReader(
            io.StringIO(written(tmp_path, made, ".csv").read_text(encoding="utf-8"), newline="")
        )
    )
    assert {r["raters"] for r in rows} == {'\'=HYPERLINK("x"); Ben'}
    assert '\'=HYPERLINK("x")>Ben' in {r["direction"] for r in rows}
    book = openpyxl.load_workbook(written(tmp_path, made, ".xlsx"))
    assert not [
        c for sheet in book for line in sheet.iter_rows() for c in line if c.data_type == "f"
    ]


def test_the_json_holds_the_agreement_with_events_latest_and_methods_beside(tmp_path):
    made = report(ada(), ben(), latest=[ada(), ada("Ben")])
    held = json.loads(written(tmp_path, made, ".json").read_text(encoding="utf-8"))
    assert held["results"] == json.loads(json.dumps(to_json(made.found)))["results"]
    assert (held["unit"], held["n_units"], held["events"]["unit"]) == ("turn", 5, "event")
    assert held["latest"]["n_units"] == 5
    assert held["methods"] == reports.methods(made)
    alone = report(ada(), ben(), unit="event")
    held = json.loads(written(tmp_path, alone, ".json", "alone").read_text(encoding="utf-8"))
    assert (held["events"], held["latest"]) == (None, None)


def test_a_file_that_cannot_be_written_is_refused_and_leaves_none_behind(tmp_path):
    made = report(ada(), ben())
    with pytest.raises(CoderError) as told:
        reports.write_agreement(made, tmp_path / "out.pdf")
    assert told.value.key == "export_unknown_suffix"
    assert ".docx or .xlsx or .csv or .json" in say(told.value)
    with pytest.raises(CoderError) as told:
        reports.write_agreement(made, tmp_path / "none" / "out.docx")
    assert told.value.key == "export_no_folder"
    assert list(tmp_path.iterdir()) == []
