"""How a marker is found by what people call it. Names of the thesis are typed by hand."""

import json

import pytest
from thesis_tables import TABLE_2, TABLE_3, cells

from coder import markers
from coder.coding import Coding, CodingId, RaterId
from coder.errors import CoderError
from coder.markers import checked
from coder.session import SessionId, Turn, TurnId
from coder.tables import read
from coder.words import say

OWN = {
    "id": "own",
    "version": "1",
    "title": "Own",
    "source": "this test",
    "columns": {"left": "On the left"},
    "markers": [
        {"id": "sighs", "label": "Sighs", "column": "left", "key": "sg", "also_called": ["Breathes (out)"]},
        {"id": "hums", "label": "Says “hm”", "column": "left", "key": "hu"},
        {"id": "hums-2", "label": "Says hm", "column": "manner"},
        {"id": "asks", "label": "Asks", "column": "repair"},
        {"id": "asks-why", "label": "Asks", "column": "repair", "part_of": "asks", "also_called": ["Why"]},
        {"id": "dots", "label": "…", "column": "manner"},
        {"id": "line", "label": "—", "column": "manner"},
    ],
}  # fmt: skip


def own(**changes):
    return checked({**OWN, **changes}, "own.yaml")


def refusal(scheme, name):
    with pytest.raises(CoderError) as caught:
        scheme.marker(name)
    return caught.value


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sighs", "sighs"), ("SIGHS", "sighs"), ("sg", "sighs"), ("SG", "sighs"),
        ("breathes  (OUT)", "sighs"), ("Breathes-out", "sighs"), ("On the left / Sighs", "sighs"),
        ("on the left/breathes out", "sighs"), ('says "hm"', "hums"), ("Says hm", "hums-2"),
        ("hums-2", "hums-2"), ("asks", "asks"), ("Repair / Asks", "asks"), ("Asks / Asks", "asks-why"),
        ("why", "asks-why"), ("Asks: why", "asks-why"), ("…", "dots"), (" — ", "line"),
    ],
)  # fmt: skip
def test_a_marker_has_an_id_a_label_a_short_code_other_names_and_what_it_stands_under(name, found):
    assert own().marker(name).id == found


@pytest.mark.parametrize("name", ["", "-", "sigh", "left / Sighs", "Sighs / Sighs"])
def test_what_is_no_name_is_none(name):
    assert refusal(own(), name).key == "unknown_marker"


def test_a_name_that_two_share_is_refused_with_both_ids_and_what_they_stand_under():
    fault = refusal(own(), "Asks")
    assert fault.key == "ambiguous_marker"
    assert say(fault) == (
        "“Asks” is the name of several markers of own: asks (Repair), asks-why (Asks). Write the "
        "id of the one that is meant, or what it stands under first, as in “Repair / Asks”."
    )
    # By its letters alone “Says-hm” may be either.
    assert refusal(own(), "Says-hm").key == "ambiguous_marker"


def test_the_short_code_of_one_that_is_the_label_of_another_tells_neither():
    entries = [
        {"id": "a", "label": "Ah", "column": "manner", "key": "oh"},
        {"id": "b", "label": "Oh", "column": "manner"},
    ]
    assert "a (Narrative manner or tone), b (" in say(refusal(own(markers=entries), "oh"))


def test_the_label_of_one_goes_before_other_hyphens_and_signs_of_another():
    entries = [
        {"id": "a", "label": "Yes but", "column": "manner"},
        {"id": "b", "label": "Yes-but", "column": "manner"},
    ]
    scheme = own(markers=entries)
    assert [scheme.marker(name).id for name in ("yes but", "YES-BUT")] == ["a", "b"]
    assert refusal(scheme, "yesbut").key == "ambiguous_marker"


# The thesis: Tables 2 and 3, Appendices N and P

APPENDIX_N = """
Creating a culture of feedback: Importance at outset; Providing rationale; Creating safe environment; Conveying openness; Tailoring to client
Triangulation: Internal experience of session; Outcome; Statistical analyses; Client experience; Other sources of information
Therapist internal work: Reflection within session; Reflection outside of session; Feedback highlighting blind spots; Noticing traps/barriers
Sensitivity to feedback:
Deciding to pursue or not: Evaluating potential negative impact; Deciding to raise with client; Checking out with client
Enabling/empowering negative feedback: Questioning 100% positive feedback; Soliciting negative feedback; Responding positively to negative feedback
Responsiveness:
Clarification/elaboration: Exploration of experience; Enquiring about emotions; Linking to specifics; Assessing area of difficulty; Tolerating discomfort
Non-defensive stance: Non-blaming approach; Validating client experience; Exploring therapist contributions; Establishing and communicating partnership
Bond: Noticing and commenting on process; Client elaboration; Client testing interpersonal hypotheses
Task/goals: Validating client experience; Re-visiting rationale; Clarifying contradictions; Re-negotiating
Re-engagement:
Successfully failing: Planned ending; Not hindering further therapy; Exploring options
"""
APPENDIX_P = """
Creating a culture of feedback: Explain rationale; Explain ease of feedback; Frame as opportunity for reflection; Encourage honesty; Plays role in shaping therapy
Attentiveness to feedback: Noticing small changes; Noticing differentiations; Triangulation
Emphasising importance of feedback: Conveying openness; Responding positively to feedback; Encouraging more feedback
Clarification/elaboration: Checking understanding of feedback; Further exploration of experience
Therapist Contribution: Clarifying intentions; Acknowledging therapist role; Communicating partnership
Client Role: Offering specific feedback; Reflecting on experience
Making links: Locating feedback in session; Themes of therapy; Broader patterns in life
Re-negotiation: Revisiting rationale; Exploring potential changes
"""


def printed(text):
    """Each category with its sub-categories, as an appendix lists them."""
    for line in text.strip().splitlines():
        whole, _, parts = line.partition(":")
        yield whole, [each.strip() for each in parts.split(";") if each.strip()]


@pytest.mark.parametrize(
    ("scheme", "appendix", "parts"),
    [("laraway-rational", APPENDIX_N, 39), ("laraway-empirical", APPENDIX_P, 23)],
)
def test_every_name_of_appendices_n_and_p_is_found_and_stands_where_they_have_it(
    scheme, appendix, parts
):
    found, count = markers.load(scheme), 0
    for whole, named in printed(appendix):
        category = found.marker(whole)
        assert category.part_of is None
        for name in named:
            assert found.marker(f"{whole} / {name}").part_of == category.id
            if name != "Validating client experience":
                assert found.marker(name).part_of == category.id
            count += 1
    assert count == parts


def test_what_appendix_n_prints_under_two_categories_is_told_by_the_category():
    rational, name = markers.load("laraway-rational"), "Validating client experience"
    assert say(refusal(rational, name)).startswith(
        "“Validating client experience” is the name of several markers of laraway-rational: "
        "validating-experience-stance (Non-defensive stance), "
        "validating-experience-task (Task/goals)."
    )
    assert rational.marker(f"Task/goals / {name}").id == "validating-experience-task"
    assert rational.marker(f"Non-defensive stance / {name}").id == "validating-experience-stance"


@pytest.mark.parametrize(
    ("scheme", "table"), [("laraway-rational", TABLE_2), ("laraway-empirical", TABLE_3)]
)
def test_the_rows_of_tables_2_and_3_are_the_rows_of_the_prevalence_table(scheme, table):
    found = markers.load(scheme)
    assert [found.marker(name).id for name, _ in cells(table)] == list(found.prevalence)


def test_what_one_place_of_the_thesis_calls_otherwise_than_another_is_found_by_either():
    empirical, joined = (
        markers.load("laraway-empirical"),
        markers.load("laraway-rational-empirical"),
    )
    for name in ("Client Role", "Client contribution"):
        assert empirical.marker(name).id == "client-role"
        assert joined.marker(name).id == "client-contribution"
    for name in ("Emphasising importance of feedback", "Emphasising the importance of feedback"):
        assert empirical.marker(name).id == joined.marker(name).id == "emphasising"
    for name in ("Renegotiation", "Re-negotiation"):
        assert empirical.marker(name).id == joined.marker(name).id == "re-negotiation"


# The 33 rows of the form and the 38 behaviours; reference/field.md, 8.2

RENAMED = {  # the row of the form, and the behaviour of Samstag et al. that it is
    "Demanding tone": "demanding-tone",
    "Dismisses therapist": "dismisses",
    "Mocking tone/sarcasm": "mocking-tone",
    "Flirtatious/coy": "flirtatious",
    "Vague/tangential/abstract narrative": "vague-narrative",
    "Content-affect mismatch": "content-affect-mismatch",
    "Yes-but": "yes-but",
    "Helpless behaviour": "helpless",
    "Passive-aggressive behaviour (e.g. suicidal threats)": "passive-aggressive",
    "Passive-aggressive behaviour": "passive-aggressive",
    "Use of obscure vocabulary": "obscure-vocabulary",
    "Questions relevance of intervention/tasks": "questions-relevance",
    "Complaints about parameters of therapy": "parameters",
}
MERGED = (
    "Long silence/minimal response/refusal to respond",
    "Laughing at therapist/nervous laughter",
    "Criticises therapist",
)


@pytest.mark.parametrize(("row", "behaviour"), RENAMED.items())
def test_a_row_that_the_form_names_anew_is_found_among_the_38(row, behaviour):
    assert markers.load("samstag-2003").marker(row).id == behaviour


@pytest.mark.parametrize("row", MERGED)
def test_a_row_that_joins_several_of_the_38_is_none_of_them(row):
    assert markers.load("laraway-2015").marker(row)
    assert refusal(markers.load("samstag-2003"), row).key == "unknown_marker"


def test_every_other_row_of_the_form_is_found_among_the_38_and_counts_in_itself():
    fine, form = markers.load("samstag-2003"), markers.load("laraway-2015")
    rows = [row for row in form.markers if row.label not in MERGED]
    assert len(rows) == 30
    assert [fine.marker(row.label).rolls_up_to for row in rows] == [row.id for row in rows]


def test_each_of_the_38_but_the_hiss_is_found_on_the_form_by_its_name():
    fine, form = markers.load("samstag-2003"), markers.load("laraway-2015")
    for each in fine.markers:
        if each.id == "hisses":
            assert refusal(form, each.label).key == "unknown_marker"
        else:
            assert form.marker(each.label).id == each.rolls_up_to


# In tables

CODING = Coding(CodingId("c"), SessionId("s"), RaterId("r"), "laraway-rational", "1.0")
TURNS = (Turn(TurnId("a"), 1, 1, "T", "How was that?", 0, 4000),)


def taken(tmp_path, scheme, content):
    path = tmp_path / "t.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read(path, coding=CODING, scheme=scheme, turns=TURNS)


@pytest.mark.parametrize(
    "content",
    [
        [{"marker": "validating client experience", "start": "0:01"}],
        {"marks": [], "presences": [{"component": "Validating client experience", "found": "X"}]},
    ],
)
def test_codings_made_elsewhere_must_say_which_of_two_they_mean(tmp_path, content):
    with pytest.raises(CoderError) as caught:
        taken(tmp_path, markers.load("laraway-rational"), content)
    assert "validating-experience-task (Task/goals)" in say(caught.value)


def test_codings_made_on_the_forms_labels_are_taken_in_under_the_38(tmp_path):
    rows = [{"marker": name, "start": "0:01"} for name in RENAMED]
    made = taken(tmp_path, markers.load("samstag-2003"), rows)
    assert [mark.marker for mark in made.marks] == list(RENAMED.values())


def test_a_rating_by_a_label_that_two_share_is_refused_with_both(tmp_path):
    twins = [{"id": name, "label": "Depth", "low": 1, "high": 5} for name in ("depth", "deep")]
    with pytest.raises(CoderError) as caught:
        taken(
            tmp_path, own(scales=twins), {"marks": [], "ratings": [{"scale": "Depth", "value": 1}]}
        )
    assert "depth, deep" in say(caught.value)


# In words


def test_what_a_scheme_holds_is_said_in_plain_words():
    kinds = [
        {"id": "a", "label": "a", "column": "manner"},
        {"id": "b", "label": "b", "column": "session", "kind": "session"},
        {"id": "c", "label": "c", "column": "manner", "kind": "process"},
        {"id": "d", "label": "d", "column": "repair", "retired": True},
    ]
    assert markers.holding(own(markers=kinds)) == (
        "1 marker, 1 process, 1 mark of the session as a whole, 1 retired"
    )
    grouped = [*kinds[:2], {"id": "e", "label": "e", "column": "manner", "part_of": "a"}]
    assert markers.holding(own(markers=grouped)) == (
        "1 category and 1 sub-category of markers; 1 mark of the session as a whole"
    )
    assert markers.holding(own(markers=grouped[::2])) == (
        "1 category and 1 sub-category of markers"
    )
    assert markers.holding(own(markers=kinds[3:])) == "1 retired"
