"""Measures by command: entered, imported, shown, selected, followed, and copied without."""

import json

import pytest
from commanded import asked, run

from coder import cli
from coder.study import Study

CANARY = "Zaubernuss hinter dem Wasserfall"
TABLE = f"""participant,session,srs,psq-patient_b1a,psq-patient_b2a,psq_patient_b3,psq-therapist_b1a,psq-therapist_b2a
P1,1,38,1,1,,1,1
P1,2,39,1,1,,1,2
P1,3,38,1,2,{CANARY},1,1
P1,4,39,1,1,,1,1
P1,5,30,4,1,,3,1
P1,6,38,1,1,,1,1
P1,7,39,1,,,1,1
P1,8,39,1,1,,1,1
"""


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    run(capsys, "new", path, "--scheme", "laraway-2015")
    (tmp_path / "m.csv").write_text(TABLE, encoding="utf-8")
    run(capsys, "measures", "import", path, tmp_path / "m.csv")
    return path


def refused(capsys, *argv):
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    return err


def test_a_table_is_imported_once(study, capsys):
    again = asked(capsys, "measures", "import", study, study.with_name("m.csv"))
    assert (again["added"], again["altered"], again["same"]) == (0, 0, 24)
    text = TABLE.replace("P1,8,39", "P1,8,NA").replace("P1,1,38", "P1,1,37")
    (study.parent / "n.csv").write_text(text.replace("srs,", "Total,"))
    argv = ("measures", "import", study, study.with_name("n.csv"), "--column", "srs_total=Total")
    told = refused(capsys, *argv, "--missing", "NA", "99")
    assert "other answers" in told
    assert CANARY not in told
    found = asked(capsys, *argv, "--missing", "NA", "99", "--replace")
    assert (found["altered"], found["same"]) == (1, 22)
    status, out, _ = run(capsys, *argv, "--missing", "NA", "--replace")
    assert (status, out.splitlines()[0]) == (
        0,
        "Added 0 measures, altered 0; 23 were there already.",
    )


def test_what_a_table_had_besides_is_said(study, capsys):
    (study.parent / "n.csv").write_text("session,srs,mood\nP2/1,38,fine\n")
    _, out, _ = run(capsys, "measures", "import", study, study.with_name("n.csv"))
    assert "Not taken over: mood." in out


def test_an_instrument_is_defined_entered_and_deleted(study, capsys):
    argv = ("measures", "define", study, "--id", "wai", "--low", 1, "--high", 7)
    found = asked(capsys, *argv, "--title", "Working Alliance Inventory", "--item", "task", "bond")
    assert found["instruments"][-1]["items"] == ["task", "bond"]
    _, out, _ = run(capsys, "measures", "define", study)
    assert "wai: Working Alliance Inventory, 1 to 7 (higher is better), by the patient" in out
    enter = ("measures", "enter", study, "--session", "P9/1", "--instrument", "wai")
    entered = asked(capsys, *enter, "--answer", "task=5", "bond=6,5")
    assert entered["session"] == "P9/1"
    assert (entered["answers"], entered["score"]) == ({"task": 5, "bond": 6.5}, 11.5)
    assert "outside 1.0 to 7.0" in refused(capsys, *enter, "--answer", "task=9")
    assert "no name and value" in refused(capsys, *enter, "--answer", "task")
    _, out, _ = run(capsys, *enter, "--delete")
    assert out == "Deleted wai of P9/1.\n"
    assert "Nothing was answered" in refused(capsys, *enter, "--delete")
    assert refused(capsys, "measures", "define", study, "--id", "x", "--low", 1)


def test_show_scores_each_session_and_carries_its_thresholds(study, capsys):
    found = asked(capsys, "measures", "show", study)
    assert found["thresholds"]["srs"]["total"] == 36
    assert found["thresholds"]["srs"]["inclusive"] is False
    low = {row["session"]: row["concerns"] for row in found["srs"] if row["concern"]}
    assert low == {"P1/5": ["total"]}
    chosen = [row["session"] for row in found["psq"] if row["selected"]]
    assert chosen == ["P1/3", "P1/5"]
    assert len(found["measures"]) == 24
    _, out, _ = run(
        capsys, "measures", "show", study, "--session", "P1/5", "--srs-total", 30, "--inclusive"
    )
    assert out.splitlines()[:6] == [
        "SRS, kept to a tenth (concern: total ≤ 30 or a line ≤ 9):",
        "  P1/5: 30 (poor); change -9; concern: total",
        "PSQ of the patient (selected: b1a or b2a ≥ 2):",
        "  P1/5: selected (b1a); intensity not known",
        "PSQ of the therapist (selected: b1a or b2a ≥ 2):",
        "  P1/5: selected (b1a); intensity not known",
    ]
    empty = run(capsys, "measures", "show", study, "--session", "P1/7")[1]
    assert "P1/7: An answer that this rests on was left out." in empty


def test_everything_a_line_of_the_srs_and_the_psq_can_say(study, capsys):
    enter = ("measures", "enter", study, "--session", "P2/1", "--instrument")
    run(
        capsys, *enter, "srs", "--answer", "relationship=8", "goals=10", "approach=10", "overall=10"
    )
    run(capsys, *enter, "psq-patient", "--answer", "b1a=2", "b1b=3", "b2a=1", "b4=1", "b5=2")
    for n in (2, 3, 4):
        at = ("measures", "enter", study, "--session", f"P2/{n}", "--instrument", "srs")
        run(capsys, *at, "--answer", "total=40" if n < 4 else "total=39")
    run(
        capsys,
        "measures",
        "enter",
        study,
        "--session",
        "P2/4",
        "--instrument",
        "srs",
        "--answer",
        "total=40",
    )
    run(
        capsys,
        "measures",
        "enter",
        study,
        "--session",
        "P2/5",
        "--instrument",
        "srs",
        "--answer",
        "goals=9",
    )
    _, out, _ = run(capsys, "measures", "show", study, "--session", "P2/1", "P2/4", "P2/5")
    assert out.splitlines()[1:6] == [
        "  P2/1: 38 (fair); concern: relationship; stands out: relationship",
        "  P2/4: 40 (good); change +0; all full marks: perhaps what is wished for",
        "  P2/5: no total; concern: cannot be told, lines were not given",
        "PSQ of the patient (selected: b1a or b2a ≥ 2):",
        "  P2/1: selected (b1a); intensity 3; unresolved; unaddressed",
    ]
    _, out, _ = run(capsys, "measures", "show", study, "--session", "P1/1")
    assert "P1/1: not selected" in out


def test_what_may_no_longer_be_used_is_left_out_and_named(study, capsys):
    argv = ("consent", study, "--participant", "P1", "--use", "research")
    run(capsys, *argv, "--given", "2026-01-01")
    run(capsys, *argv, "--withdraw", "2026-02-01")
    found = asked(capsys, "measures", "show", study, "--session", "P1/1", "P1/2")
    assert (found["measures"], found["left_out"]) == ([], ["P1/1", "P1/2"])
    out = run(capsys, "measures", "show", study, "--session", "P1/1")[1]
    assert "consent to their use has ended: P1/1" in out


def test_a_line_below_its_norm_is_told(study, capsys):
    for n, value in enumerate((10, 10, 10, 10, 10, 8), 1):
        at = ("measures", "enter", study, "--session", f"P3/{n}", "--instrument", "srs")
        run(
            capsys, *at, "--answer", f"relationship={value}", "goals=10", "approach=10", "overall=9"
        )
    out = run(capsys, "measures", "show", study, "--session", "P3/6")[1]
    assert "below the norm: relationship" in out


def test_a_rule_selects_sessions_and_says_why(study, capsys):
    found = asked(capsys, "measures", "select", study)
    assert (found["unit"], found["n"], found["selected"]) == ("session", 7, 2)
    counts = ("with_a_measure", "not_selected", "undecided")
    assert [found[name] for name in counts] == [8, 5, 1]
    (unsure,) = (row for row in found["sessions"] if row["selected"] is None)
    # it left an answer out that could have selected it
    assert (unsure["session"], unsure["reason"]) == ("P1/7", "alliance_unanswered")
    assert unsure["told"] == "An answer that this rests on was left out."
    assert found["not_asked"] == []
    assert {row["session"]: row["reason"] for row in found["sessions"] if row["selected"]} == {
        "P1/3": "holding back (PSQ)",
        "P1/5": "tension (PSQ)",
    }
    assert asked(capsys, "measures", "select", study, "--psq-from", 3)["selected"] == 1
    of_srs = asked(capsys, "measures", "select", study, "--rule", "srs", "--inclusive")
    chosen = [row["reason"] for row in of_srs["sessions"] if row["selected"]]
    assert chosen == ["total at or below 36"]
    assert of_srs["settings"]["inclusive"] is True
    _, out, _ = run(capsys, "measures", "select", study, "--rule", "psq-therapist")
    assert out.splitlines()[0] == (
        "2 of 8 sessions selected by PSQ of the therapist: tension or holding back."
    )
    drop = asked(capsys, "measures", "select", study, "--rule", "trajectory")
    assert [r["reason"] for r in drop["sessions"] if r["selected"]] == ["drop"]
    assert drop["settings"]["parameters"]["k"] == 1


def test_of_totals_alone_the_share_is_of_those_that_could_be_told(tmp_path, capsys):
    path = tmp_path / "t.rupture"
    run(capsys, "new", path, "--scheme", "laraway-2015")
    (tmp_path / "t.csv").write_text("session,srs\nP/1,30\nP/2,36\nP/3,38\nP/4,40\n")
    run(capsys, "measures", "import", path, tmp_path / "t.csv")
    found = asked(capsys, "measures", "select", path, "--rule", "srs")
    counts = ("with_a_measure", "selected", "not_selected", "undecided", "n")
    assert [found[name] for name in counts] == [4, 1, 1, 2, 2]
    _, out, _ = run(capsys, "measures", "select", path, "--rule", "srs")
    assert out.startswith("1 of 2 sessions selected")
    assert "Of 2 more it cannot be told" in out
    assert "  P/2: Lines were not given: whether there is a concern cannot be told." in out
    steps = {row["step"]: row["n"] for row in asked(
        capsys, "measures", "pool", path, "--rule", "srs"
    )["funnel"]}  # fmt: skip
    names = ("with a measure", "of these not flagged", "cannot be told", "flagged by the rule")
    assert [steps[name] for name in names] == [4, 1, 2, 1]
    shown = asked(capsys, "measures", "show", path)
    assert [row["concern"] for row in shown["srs"]] == [True, None, None, False]
    assert [row["undecided"] for row in shown["srs"]][1] == "alliance_lines_left_out"
    assert shown["srs"][1]["undecided_told"].startswith("Lines were not given")
    assert shown["kept_to"] == {"srs": 0.1}


def test_a_series_too_short_for_its_rule_is_undecided(study, capsys):
    run(
        capsys,
        "measures",
        "enter",
        study,
        "--session",
        "P2/1",
        "--instrument",
        "srs",
        "--answer",
        "total=40",
    )
    found = asked(capsys, "measures", "select", study, "--rule", "trajectory", "--preset", "fence")
    (unsure,) = (row for row in found["sessions"] if row["selected"] is None)
    assert (unsure["session"], unsure["reason"]) == ("P2/1", "alliance_too_few")
    found = asked(capsys, "measures", "select", study)
    assert found["not_asked"] == ["P2/1"]
    out = run(capsys, "measures", "select", study)[1]
    assert "The rule could not be asked about: P2/1." in out


def test_the_pool_follows_selected_sessions(study, capsys):
    found = asked(capsys, "measures", "pool", study)
    steps = {row["step"]: row["n"] for row in found["funnel"]}
    assert (steps["sessions"], steps["with a measure"], steps["flagged by the rule"]) == (8, 8, 2)
    _, out, _ = run(capsys, "measures", "pool", study, "--rule", "srs")
    assert "P1/5: total below 36; not coded; not listened to yet" in out


def test_a_trajectory_says_where_by_what_and_what_became_of_it(study, capsys):
    found = asked(capsys, "measures", "trajectory", study)
    assert (found["instrument"], found["scored"]["what"], found["mode"]) == (
        "srs",
        "total",
        "retrospective",
    )
    assert found["rule"] == {"k": 1.0, "spread": "stricter", "one_step": False, "least": 5}
    assert found["repair"] == {"sessions": 3, "share": 0.5}
    (one,) = found["participants"]
    assert one["episodes"] == [
        {"peak": 4, "trough": 5, "drop": 9.0, "fate": "repaired", "repaired_at": 6,
         "pattern": "V", "unseen": [], "reason": None, "reason_told": None,
         "peak_session": "P1/4", "trough_session": "P1/5", "repaired_session": "P1/6",
         "unseen_sessions": []}
    ]  # fmt: skip
    assert one["scores"][4] == {"index": 5, "session": "P1/5", "value": 30, "as_given": 30}
    _, out, _ = run(capsys, "measures", "trajectory", study)
    assert out.splitlines()[0] == (
        "T-3 drop of one SD, peak to trough (k 1.0, spread stricter, one_step False, least 5); "
        "retrospective. Repair: sessions 3, share 0.5."
    )
    assert out.splitlines()[1].startswith("Nobody but P1 has two scores: the SD pooled over")
    assert out.splitlines()[3] == "  P1/5: drop of 9 from P1/4; repaired at P1/6; V"


def scored(capsys, path, *rows, instrument="srs"):
    text = "".join(f"{row}\n" for row in (f"session,{instrument}", *rows))
    path.with_suffix(".csv").write_text(text)
    assert run(capsys, "measures", "import", path, path.with_suffix(".csv"))[0] == 0


def test_sessions_are_named_by_their_address_and_those_not_seen_are_said(tmp_path, capsys):
    path = tmp_path / "t.rupture"
    run(capsys, "new", path, "--scheme", "laraway-2015")
    scored(capsys, path, "P/3,39", "P/4,30", "P/8,31", "Q/1,39", "Q/2,38", "R/b,39", "R/a,38")
    run(capsys, "measures", "enter", path, "--session", "P/6", "--instrument", "psq-patient",
        "--answer", "b1a=1")  # fmt: skip
    out = run(capsys, "measures", "trajectory", path)[1].splitlines()
    assert any(line.startswith(
        "P: 3 of 8 sessions scored (without a score: 1 (not in the study), 2 (not in the study), "
        "5 (not in the study), P/6, 7 (not in the study)); SD pooled"
    ) for line in out)  # fmt: skip
    assert (
        "  P/4: drop of 9 from P/3; open; not seen in between: 5 (not in the study), P/6, "
        "7 (not in the study). None of the sessions in which it could have been repaired is scored."
    ) in out
    found = asked(capsys, "measures", "trajectory", path)["participants"]
    assert [row["session"] for row in found[0]["scores"]] == ["P/3", "P/4", "P/8"]
    assert (found[0]["missing"], found[0]["missing_sessions"]) == ([1, 2, 5, 6, 7], ["P/6"])
    (open_,) = found[0]["episodes"]
    assert (open_["unseen"], open_["unseen_sessions"]) == ([5, 6, 7], ["P/6"])
    assert open_["reason_told"].startswith("None of the sessions")
    assert [row["session"] for row in found[2]["scores"]] == ["R/a", "R/b"]


def test_where_low_is_good_scores_are_told_as_given_and_the_direction_is(tmp_path, capsys):
    path = tmp_path / "t.rupture"
    run(capsys, "new", path, "--scheme", "laraway-2015")
    run(capsys, "measures", "define", path, "--id", "suds", "--low", 0, "--high", 40,
        "--low-is-good")  # fmt: skip
    scored(capsys, path, *(f"P/{n},{v}" for n, v in enumerate((2, 1, 2, 1, 10, 2, 1, 1), 1)),
           instrument="suds")  # fmt: skip
    argv = ("measures", "trajectory", path, "--instrument", "suds")
    out = run(capsys, *argv, "--preset", "fence")[1]
    assert "Low is good: scores and limits are told as given" in out
    assert "  P/5: rise of 9 from P/4; repaired at P/6; V" in out
    ahead = run(capsys, *argv, "--preset", "fence", "--mode", "prospective")[1]
    assert "  P/5: above the limit (10, limit 3.50)" in ahead  # Q3 2, Q1 1: 2 + 1.5
    assert "  not judged: P/1, P/2, P/3, P/4. Fewer than four sessions before it" in ahead
    (one,) = asked(capsys, *argv, "--preset", "fence")["participants"]
    assert one["scores"][4] == {"index": 5, "session": "P/5", "value": 30, "as_given": 10}
    assert (one["signals"][0]["value"], one["signals"][0]["value_as_given"]) == (30, 10)
    assert one["signals"][0]["what_as_given"] == "above the limit"
    assert (one["numbers"]["Q1"], one["numbers_as_given"]["Q3"]) == (38, 2)
    level = run(capsys, *argv, "--preset", "partition")[1]
    assert "no signal" in level


def test_levels_are_told_with_what_they_explain(tmp_path, capsys):
    path = tmp_path / "t.rupture"
    run(capsys, "new", path, "--scheme", "laraway-2015")
    values = (38, 38, 39, 38, 29, 28, 30, 29)
    scored(capsys, path, *(f"P/{n},{value}" for n, value in enumerate(values, 1)))
    out = run(capsys, "measures", "trajectory", path, "--preset", "partition")[1]
    assert "  after P/4: level 38.25, then 29.00 (for the worse); R² 0.984" in out
    (one,) = asked(capsys, "measures", "trajectory", path, "--preset", "partition")["participants"]
    (split,) = one["splits"]
    assert (split["after_session"], split["before_mean_as_given"]) == ("P/4", 38.25)
    scored(capsys, path, *(f"Q/{n},{value}" for n, value in enumerate(reversed(values), 1)))
    out = run(capsys, "measures", "trajectory", path, "--preset", "partition")[1]
    assert "  after Q/4: level 29.00, then 38.25 (for the better); R² 0.984" in out


def test_the_title_of_a_rule_follows_its_parameters(study, capsys):
    out = run(capsys, "measures", "trajectory", study, "--set", "k=1.5")[1]
    assert out.startswith("T-3 drop of 1.5 SD, peak to trough (k 1.5")
    argv = (
        "measures",
        "trajectory",
        study,
        "--preset",
        "reliable-retest",
        "--set",
        "r=0.8",
        "sd=5",
    )
    assert run(capsys, *argv)[1].startswith("T-6 drop beyond chance, r = .8 (")
    assert "Nobody but" not in run(capsys, *argv)[1]


def test_a_name_that_is_given_twice_is_refused(study, capsys):
    argv = ("measures", "enter", study, "--session", "P1/1", "--instrument", "srs")
    assert "“goals” is given twice" in refused(capsys, *argv, "--answer", "goals=8", "goals=9")
    assert "“k” is given twice" in refused(
        capsys, "measures", "trajectory", study, "--set", "k=1", "k=2"
    )


def test_what_is_rounded_is_said(study, capsys):
    argv = ("measures", "enter", study, "--session", "P7/1", "--instrument", "srs")
    _, out, _ = run(capsys, *argv, "--answer", "goals=8.95", "overall=9")
    assert out.splitlines() == [
        "Entered srs of P7/1.",
        "Rounded to a tenth, as the SRS is kept (halves up): 1 of the answers.",
    ]
    (study.parent / "n.csv").write_text("session,srs\nP8/1,36.07\n")
    _, out, _ = run(capsys, "measures", "import", study, study.with_name("n.csv"))
    assert "Rounded to a tenth, as the SRS is kept (halves up): 1 of the answers." in out


def test_defining_an_instrument_again_says_what_it_was(study, capsys):
    argv = ("measures", "define", study, "--id", "wai", "--low", 1, "--title", "WAI", "--high")
    assert run(capsys, *argv, 7)[1].splitlines()[-1] == "wai: defined."
    assert run(capsys, *argv, 7)[1].splitlines()[-1] == "wai: there already."
    assert run(capsys, *argv, 5)[1].splitlines()[-1] == (
        "wai: redefined; it was wai: WAI, 1 to 7 (higher is better), by the patient."
    )
    assert asked(capsys, *argv, 5)["done"] == "there already"


def test_every_parameter_of_a_trajectory_can_be_set(study, capsys):
    argv = ("measures", "trajectory", study)
    more = asked(
        capsys, *argv, "--set", "k=3", "one_step=yes", "spread=within", "--repair", "sessions=1"
    )
    assert more["rule"] == {"k": 3.0, "spread": "within", "one_step": True, "least": 5}
    assert more["participants"][0]["episodes"] == []
    ahead = asked(capsys, *argv, "--preset", "fence", "--mode", "prospective")
    assert ahead["participants"][0]["signals"][0]["index"] == 5
    assert set(ahead["participants"][0]["unjudged"]) == {"1", "2", "3", "4"}
    assert "no parameter" in refused(capsys, *argv, "--set", "kk=3")
    for wrong in ("k=high", "k=0", "least=1", "spread=mine", "one_step=perhaps", "k=nan", "k=inf"):
        assert "is no value for" in refused(capsys, *argv, "--set", wrong)
    assert "no value for r" in refused(capsys, *argv, "--preset", "reliable-alpha", "--set", "r=1")
    assert (
        asked(capsys, *argv, "--preset", "reliable-alpha", "--set", "r=0", "sd=5")["rule"]["sd"]
        == 5
    )
    assert "no rule" in refused(capsys, *argv, "--preset", "stiles")
    for wrong in ("share=x", "share=1.5"):
        assert "no value for share" in refused(capsys, *argv, "--repair", wrong)


def test_a_trajectory_in_words_where_there_is_little_to_say(study, capsys):
    argv = ("measures", "trajectory", study)
    assert "too few scores" in run(capsys, *argv, "--set", "least=9", "spread=within")[1]
    assert "no signal" in run(capsys, *argv, "--preset", "drop-2sd", "--set", "k=9")[1]
    out = run(capsys, *argv, "--preset", "fence", "--mode", "prospective")[1]
    assert "P1/5: below the limit (30, limit 36.50)" in out
    assert "Repair" not in out.splitlines()[0]
    run(
        capsys,
        "measures",
        "enter",
        study,
        "--session",
        "P2/a",
        "--instrument",
        "srs",
        "--answer",
        "total=38",
    )
    assert "in the order of the list" in run(capsys, *argv)[1]


def test_congruence_counts_who_saw_a_rupture(study, capsys):
    found = asked(capsys, "measures", "congruence", study)
    cells = {row["reported_by"]: row for row in found["cells"]}
    counts = {seen: row["n"] for seen, row in cells.items()}
    assert counts == {"both": 1, "patient": 1, "therapist": 1, "neither": 4}
    assert found["left_out"] == ["P1/7"]
    # po 5/7, pe (2·2 + 5·5)/49: kappa 3/10
    assert found["kappa"]["value"] == pytest.approx(0.3)
    assert cells["both"]["mean_change"] == 8
    _, out, _ = run(capsys, "measures", "congruence", study)
    assert "Cohen’s kappa 0.30, 95 % interval" in out
    assert "srs total after: +8.00 (n = 1)" in out
    none = run(capsys, "measures", "congruence", study, "--psq-from", 5)[1]
    assert "Cohen’s kappa: " in none
    assert "no next session" in none


def test_congruence_without_an_interval_has_none(study, capsys):
    (study.parent / "n.csv").write_text(
        "session,psq-patient_b1a,psq-patient_b2a,psq-therapist_b1a,psq-therapist_b2a\nP1/1,1,1,1,1\nP1/2,2,1,2,1\n"
    )
    other = study.with_name("t.rupture")
    run(capsys, "new", other, "--scheme", "laraway-2015")
    run(capsys, "measures", "import", other, study.with_name("n.csv"))
    assert "Cohen’s kappa 1.00.\n" in run(capsys, "measures", "congruence", other)[1]


@pytest.mark.parametrize("act", ["show", "select", "pool", "trajectory", "congruence"])
def test_a_coder_is_shown_no_measure_while_the_study_is_blind(study, capsys, act):
    with Study.open(study) as opened:
        opened.add_rater("Ada")
    assert "hidden from you" in refused(capsys, "measures", act, study, "--as", "Ada")
    assert "lead" in refused(
        capsys, "measures", "copy", study, "--to", study.with_name("c.rupture"), "--as", "Ada"
    )


def test_a_copy_holds_no_answer(study, capsys):
    to = study.with_name("for therapist.rupture")
    found = asked(capsys, "measures", "copy", study, "--to", to)
    assert found == {"written": [str(to)], "left_out": 24}
    assert CANARY.encode() in study.read_bytes()
    assert CANARY.encode() not in to.read_bytes()
    assert asked(capsys, "check", to)["ok"] is True
    assert asked(capsys, "measures", "show", to)["measures"] == []
    assert run(capsys, "measures", "show", to)[1] == "No measures.\n"
    assert "already" in refused(capsys, "measures", "copy", study, "--to", to)
    with Study.open(study) as opened:
        assert opened.entries()[-1].what == "write a copy without measures as for therapist.rupture"


def test_a_copy_of_an_encrypted_study_says_which_passphrase_it_has(tmp_path, capsys):
    path, mine, theirs = (tmp_path / name for name in ("s.rupture", "mine.txt", "theirs.txt"))
    mine.write_text("horse staple")
    theirs.write_text("battery")
    run(capsys, "new", path, "--scheme", "laraway-2015", "--encrypt", "--passphrase-file", mine)
    argv = ("measures", "copy", path, "--passphrase-file", mine, "--to")
    assert "the study’s own passphrase" in run(capsys, *argv, tmp_path / "a.rupture")[1]
    _, out, _ = run(capsys, *argv, tmp_path / "b.rupture", "--new-passphrase-file", theirs)
    assert "own passphrase" not in out
    assert asked(capsys, "check", tmp_path / "b.rupture", "--passphrase-file", theirs)["ok"] is True


def test_help_names_every_act(capsys):
    with pytest.raises(SystemExit):
        cli.main(["measures", "--help"], None)
    out = capsys.readouterr().out
    for act in (
        "define",
        "enter",
        "import",
        "show",
        "select",
        "pool",
        "trajectory",
        "congruence",
        "copy",
    ):
        assert act in out
    assert json.dumps(out)


def test_the_pool_says_what_was_found_in_the_sessions_that_were_coded(study, capsys, tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("T: How are you today?\nC: Fine, I suppose.\n" * 3)
    codes = tmp_path / "c.csv"
    for n, rows in (("11", "marker,denial,2,1\noutcome,after,,1"), ("12", "")):
        argv = ("import", study, text, "--participant", "P1", "--session", n)
        assert run(capsys, *argv, "--role", "T=therapist", "C=patient")[0] == 0
        run(
            capsys,
            "measures",
            "enter",
            study,
            "--session",
            f"P1/{n}",
            "--instrument",
            "psq-patient",
            "--answer",
            "b1a=2",
        )
        codes.write_text(
            "kind,marker,turn,episode,text\n"
            + "\n".join(
                f"{row},{'repaired' if 'outcome' in row else ''}" for row in rows.splitlines()
            )
        )
        with Study.open(study) as opened:
            session = opened.session(f"P1/{n}")
            opened.begin_coding(session, opened.add_rater("Ada"), opened.scheme())
        if rows:
            assert (
                run(
                    capsys, "code", study, "--session", f"P1/{n}", "--rater", "Ada", "--from", codes
                )[0]
                == 0
            )
    _, out, _ = run(capsys, "measures", "pool", study, "--rater", "Ada")
    assert "P1/11: tension (PSQ); in progress; rupture found, repaired" in out
    assert "P1/12: tension (PSQ); in progress; no rupture found" in out
