"""therapist, relation and consent, by command."""

import pytest
from commanded import asked, run

from coder.study import Study

TEXT = "C: I came late.\n\nT: You did.\n\nC: It was the bus again.\n"


@pytest.fixture
def study(tmp_path, capsys):
    """A study with sessions P 1/1 and P 1/2, coded by nobody yet."""
    path, script = tmp_path / "s é.rupture", tmp_path / "a.txt"
    script.write_text(TEXT, encoding="utf-8")
    asked(capsys, "new", path)
    for number in ("1", "2"):
        brought(capsys, path, "P 1", number)
    return path


def brought(capsys, path, who, number, *more):
    script = path.parent / "a.txt"
    where = ("--participant", who, "--session", number, "--role", "C=patient", "T=therapist")
    return run(capsys, "import", path, script, *where, *more)


def refused(capsys, *argv):
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    return err


def entries(path):
    with Study.open(path, write=False) as study:
        return len(study.entries())


def test_a_therapist_is_added_given_sessions_renamed_and_listed(study, capsys):
    assert run(capsys, "therapist", study)[1] == "No therapists yet.\n"
    told = asked(capsys, "therapist", study, "--name", "T1", "--session", "P 1/1", "p 1/2")
    rows = [{"therapist": "T1", "sessions": ["P 1/1", "P 1/2"]}]
    assert told == {"therapists": rows}
    status, out, _ = run(capsys, "therapist", study, "--name", "T1", "--new-name", "T2")
    assert (status, out) == (0, "T1 is now T2.\nT2: P 1/1, P 1/2\n")
    status, out, _ = run(capsys, "therapist", study, "--session", "P 1/2", "--none")
    assert out == "Therapist of P 1/2: nobody.\nT2: P 1/1\n"
    run(capsys, "therapist", study, "--session", "P 1/1", "--none")
    assert run(capsys, "therapist", study)[1] == "T2: no sessions\n"


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        (("--session", "P 1/1"), "--name"),
        (("--new-name", "T2"), "--name"),
        (("--none",), "--session"),
    ],
)
def test_a_therapist_half_said_is_refused(study, capsys, options, missing):
    before = entries(study)
    assert refused(capsys, "therapist", study, *options).startswith(f"{missing} is missing")
    assert entries(study) == before


def test_a_session_that_is_not_there_adds_no_therapist(study, capsys):
    before = entries(study)
    told = refused(capsys, "therapist", study, "--name", "T1", "--session", "P 1/9")
    assert "no session “P 1/9”" in told
    assert entries(study) == before


def test_a_relation_is_declared_listed_and_taken_back(study, capsys):
    asked(capsys, "therapist", study, "--name", "T1")
    with Study.open(study) as kept:
        kept.add_rater("Ada")
    assert run(capsys, "relation", study)[1] == "No relations declared yet.\n"
    pair = ("--rater", "ada", "--therapist", "t1", "--kind")
    told = asked(capsys, "relation", study, *pair, "supervisee", "--as", "Ada")
    assert told == {"relations": [{"rater": "Ada", "therapist": "T1", "relation": "supervisee"}]}
    assert run(capsys, "relation", study)[1] == "Ada to T1: supervisee\n"
    assert asked(capsys, "relation", study, *pair, "none") == {"relations": []}


def test_a_relation_half_said_is_refused(study, capsys):
    told = refused(capsys, "relation", study, "--rater", "Ada", "--kind", "self")
    assert told.startswith("--therapist is missing")


def test_consent_is_recorded_ended_withdrawn_and_listed(study, capsys):
    assert run(capsys, "consent", study)[1] == "No consent on record.\n"
    whose = ("--participant", "P 1", "--use", "training")
    (row,) = asked(capsys, "consent", study, *whose, "--given", "2020-01-31")["consents"]
    assert row == {
        "role": "participant", "person": "P 1", "use": "training", "given": "2020-01-31",
        "expires": None, "withdrawn": None, "synthetic": False, "holds": True,
    }  # fmt: skip
    asked(capsys, "therapist", study, "--name", "T1")
    other = ("--therapist", "T1", "--use", "supervision", "--given", "2020-01-31", "--synthetic")
    (row,) = asked(capsys, "consent", study, *other)["consents"]
    assert (row["role"], row["synthetic"]) == ("therapist", True)
    run(capsys, "consent", study, *whose, "--expires", "2020-12-31")
    run(capsys, "consent", study, "--participant", "P 1", "--withdraw", "2020-06-30")
    assert run(capsys, "consent", study)[1].splitlines() == [
        "participant P 1, training: given 2020-01-31, until 2020-12-31, withdrawn 2020-06-30, "
        "does not hold",
        "therapist T1, supervision: given 2020-01-31, synthetic, holds",
    ]
    assert run(capsys, "consent", study, "--use", "training")[1].count("\n") == 1
    assert run(capsys, "consent", study, "--therapist", "T1")[1].count("\n") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--given", "2020-01-31"), "--participant or --therapist is missing"),
        (("--participant", "P 1", "--given", "2020-01-31"), "--use is missing"),
        (("--participant", "P 1", "--synthetic"), "--given is missing"),
        (("--participant", "P 1", "--new", "--withdraw", "2020-01-31"), "--given is missing"),
        (("--participant", "P 1", "--use", "training", "--given", "31.1.2020"), "“31.1.2020” is no day"),
        (("--participant", "P 9", "--use", "training", "--given", "2020-01-31"), "no participant “P 9”"),
        (("--participant", "P 1", "--withdraw", "2020-01-31"), "No consent of P 1 to any use"),
        (("--participant", "P 1", "--use", "research", "--given", "2020-01-31", "--expires", "2019-01-31"), "cannot end before"),
        (("--participant", "P 9", "--new", "--use", "research", "--given", "2020-01-31", "--expires", "2019-01-31"), "cannot end before"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_on_record_changes_nothing(study, capsys, options, said):
    before = entries(study)
    assert said in refused(capsys, "consent", study, *options)
    assert entries(study) == before


def test_training_is_refused_until_consent_to_it_is_on_record(study, capsys):
    correct = ("correct", study, "--session", "P 1/1", "--purpose", "training")
    before = entries(study)
    told = refused(capsys, *correct, "--role", "C=other")
    assert told.startswith("P 1/1 cannot be used for training: no consent of the participant P 1")
    assert entries(study) == before
    status, out, err = brought(capsys, study, "P 2", "1", "--purpose", "training")
    assert (status, out) == (2, "")
    assert err.startswith("P 2/1 cannot be used for training")
    for who, new in (("P 1", ()), ("P 2", ("--new",))):
        given = ("--use", "training", "--given", "2020-01-31", "--synthetic")
        asked(capsys, "consent", study, "--participant", who, *new, *given)
    assert run(capsys, *correct)[0] == 0
    assert brought(capsys, study, "P 2", "1", "--purpose", "training")[0] == 0


def coded(capsys, study, session, rater):
    table = study.parent / "c.csv"
    table.write_text("marker,turn\ndenial,1\n", encoding="utf-8")
    return run(capsys, "code", study, "--session", session, "--rater", rater, "--from", table)


def test_once_research_consent_is_withdrawn_nothing_new_is_coded_or_written_out(study, capsys):
    brought(capsys, study, "P 2", "1")
    for session in ("P 1/1", "P 2/1"):
        assert coded(capsys, study, session, "Ada")[0] == 0
    given = ("--use", "research", "--given", "2020-01-31", "--withdraw", "2020-06-30")
    asked(capsys, "consent", study, "--participant", "P 2", *given)
    status, _, err = coded(capsys, study, "P 2/1", "Ben")
    assert status == 2
    assert err.startswith("P 2/1 can no longer be used for research: the participant P 2 withdrew")
    out = study.parent / "marks.csv"
    status, told, _ = run(capsys, "export", study, "--form", "marks", "--out", out)
    assert (status, told.splitlines()[-1]) == (0, "Left out, as consent has ended: P 2/1.")
    assert "P 2" not in out.read_text(encoding="utf-8-sig")
    named = ("--session", "P 2/1")
    assert "no longer" in refused(capsys, "export", study, "--form", "marks", "--out", out, *named)


def test_what_a_therapist_coded_of_their_own_session_is_named_and_left_out(study, capsys):
    for rater in ("Ada", "Ben", "Cy"):
        assert coded(capsys, study, "P 1/1", rater)[0] == 0
    asked(capsys, "therapist", study, "--name", "T1", "--session", "P 1/1")
    for rater, kind in (("Ada", "self"), ("Ben", "supervisor")):
        pair = ("--rater", rater, "--therapist", "T1")
        asked(capsys, "relation", study, *pair, "--kind", kind)
    told = run(capsys, "agreement", study, "--resamples", "0")[1]
    assert "Self-review, so left out: P 1/1 Ada.\n" in told
    assert "To the therapists: Ben is a supervisor of the therapist T1.\n" in told
    assert "Coders: Ben, Cy;" in told


def test_a_folder_s_plan_says_whose_consent_has_ended_and_nothing_of_theirs_comes_in(study, capsys):
    folder = study.parent / "more"
    folder.mkdir()
    for name in ("P1_S7", "P2_S1"):
        (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    brought(capsys, study, "P1", "1")
    asked(capsys, "consent", study, "--participant", "P1", "--use", "research", "--given",
          "2020-01-01", "--withdraw", "2021-01-01")  # fmt: skip
    planned = run(capsys, "import-folder", study, folder, "--dry-run")[1]
    assert "withdrew consent" in planned
    before = entries(study)
    status, out, _ = run(capsys, "import-folder", study, folder)
    assert status == 2
    assert "withdrew consent" in out
    assert entries(study) == before + 1
    err = refused(capsys, "agreement", study, "--session", "P1/1")
    assert "withdrew consent" in err
