"""The schemes that ship beside the two of the form: their names, links and crosswalks by hand.

Expected values are copied by hand from reference/field.md (2.2 to 2.4, 8.3 and 8.5), never from a run.
"""

import collections
import itertools
import re

import pytest

from coder import markers

WITHDRAWAL, CONFRONTATION = ("withdrawal", "high"), ("confrontation", "high")

HARPER = {
    "confrontation": """
Complaints about therapist as a person
Complaints about therapist's competence
Complaints about activities of therapy
Complaints about being in therapy
Complaints about parameters of therapy
Complaints about progress in therapy
""",
    "withdrawal": """
Denial
Minimal response
Shifting topic
Intellectualising
Storytelling
Talking about other people
""",
}

THREE_RS = {
    "withdrawal": """
Denial
Minimal response
Abstract communication
Avoidant storytelling and/or shifting topic
Deferential and appeasing
Content/affect split
Self-criticism and/or hopelessness
""",
    "confrontation": """
Complaints/concerns about the therapist
Patient rejects therapist intervention
Complaints/concerns about therapy activities
Complaints/concerns about parameters
Complaints/concerns about progress
Patient defends self against therapist
Efforts to control/pressure therapist
""",
    "resolution": """
Clarifies a misunderstanding
Changes tasks or goals
Illustrates task / gives rationale
Invites patient to discuss thoughts/feelings about therapist or therapy
Acknowledges own contribution
Discloses internal experience of the interaction
Links to patterns between patient and therapist
Links to patterns in patient's other relationships
Validates patient's defensive posture
Redirects / refocuses the patient
""",
}

GROUPS_2022 = {
    "Shutting down": ["Avoidant denial", "Minimal response", "Giving up"],
    "Avoiding": ["Abstract communication", "Avoidant storytelling", "Topic shift"],
    "Masking experience": ["Deferential/appeasing", "Content/affect split"],
    "Criticising/complaining": [],
    "Pushing back": [],
    "Controlling/pressuring": [],
}

CIS = {
    "Direct rupture marker": """
Criticises therapist as a person
Criticises therapist's competence
Doubts about therapy
Disagreement on tasks
Disagreement on goals
Disagreement on parameters
Complains about lack of progress
""",
    "Indirect rupture marker": """
Minimal or closed answers, silence
Topic change
Vague or over-elaborated speech
Storytelling about others
Denial of evident affect
Intellectualisation
Acquiescence, over-compliance
Self-justification
Self-criticism
Hostile allusion, sarcasm
""",
    "Collaborative process": "",
    "Positive intervention": """
Focus on the here-and-now relation
Validation
Own contribution
Rationale
Task change
""",
    "Negative intervention": """
Criticism
Withdrawal
Rigid insistence
Ill-timed interpretation
""",
}

# Section 8.3, in the order of Table 2: Harper, 3RS 2015, 3RS 2022 (its group), CIS class. A dash
# where the table has none, only a cue (by the end of the section sighs are one in both versions,
# though the table has masking), or two. Of the 3RS: CT, CA, CP, CG complaints about the
# therapist, activities, parameters, progress; EC control/pressure; RJ rejects; DS defends self.
CROSSWALK = """
long silence            | minimal response  | Minimal | Shutting    | Indirect
minimal response        | minimal response  | Minimal | Shutting    | Indirect
refusal to respond      | minimal response  | -       | -           | Indirect
changing topic          | shifting topic    | Avoidant s | Avoiding | Indirect
quiet voice             | -                 | -       | -           | Indirect
loud voice              | -                 | -       | -           | Direct
demanding               | -                 | EC      | Controlling | Direct
whining                 | -                 | -       | -           | Indirect
use of sarcasm          | -                 | CT      | Criticising | Indirect
coy                     | -                 | EC      | Controlling | -
heavy sighs             | -                 | -       | -           | Indirect
hisses                  | -                 | -       | -           | -
interrupts              | -                 | EC      | Controlling | -
disregards              | -                 | RJ      | Pushing     | Direct
directs                 | -                 | EC      | Controlling | Direct
mimics                  | -                 | CT      | Criticising | -
talks directly          | -                 | -       | -           | -
laughing at             | -                 | CT      | Criticising | -
nervous laughter        | -                 | Content | Masking     | Indirect
intellectualisation     | intellectualising | Abstract | Avoiding   | Indirect
denial                  | denial            | Denial  | Shutting    | Indirect
tangential              | -                 | Abstract | Avoiding   | Indirect
storytelling            | storytelling      | Avoidant s | Avoiding | Indirect
talking about           | talking about     | Avoidant s | Avoiding | Indirect
content of narrative    | -                 | Content | Masking     | Indirect
overly ingratiating     | -                 | Deferential | Masking | Indirect
“yes-ing”               | -                 | -       | -           | Indirect
self-critical           | -                 | Self-cr | Shutting    | Indirect
self-justifying         | -                 | DS      | Pushing     | Indirect
helpless                | -                 | -       | -           | -
passive-aggressive      | -                 | EC      | Controlling | Indirect
name dropping           | -                 | -       | -           | -
criticises therapist as | complaints about therapist as a person  | CT | Criticising | Direct
criticises therapist’s  | complaints about therapist's competence | CT | Criticising | Direct
questions relevance     | complaints about activities | CA | -      | Direct
doubts about            | complaints about being      | -  | Criticising | Direct
complains about par     | complaints about parameters | CP | Criticising | Direct
complains about lack    | complaints about progress   | CG | Criticising | Direct
"""

SHORT = {
    "CT": "Complaints/concerns about the therapist",
    "CA": "Complaints/concerns about therapy activities",
    "CP": "Complaints/concerns about parameters",
    "CG": "Complaints/concerns about progress",
    "EC": "Efforts to control/pressure therapist",
    "RJ": "Patient rejects therapist intervention",
    "DS": "Patient defends self against therapist",
}

TARGETS = ("harper-1989", "3rs-2015", "3rs-2022", "cis")

# Rows of the form that join several of the 38 keep an answer only where all of them give it.
MERGED = {
    "silence": {"harper-1989": "minimal-response", "cis": "indirect"},
    "laughter": {},
    "criticises": {"3rs-2015": "about-therapist", "3rs-2022": "criticising", "cis": "direct"},
}

HARPER_AS = """
person           | Criticises therapist | CT | Criticising | Direct
competence       | Criticises therapist | CT | Criticising | Direct
activities       | Questions relevance  | CA | -           | Direct
being-in-therapy | Doubts about being   | -  | Criticising | Direct
parameters       | Complaints about par | CP | Criticising | Direct
progress         | Complains about lack | CG | Criticising | Direct
denial           | Denial               | Denial | Shutting | Indirect
minimal-response | Long silence         | Minimal | Shutting | Indirect
shifting-topic   | Changing topic       | Avoidant s | Avoiding | Indirect
intellectualising | Intellectualisation | Abstract | Avoiding | Indirect
storytelling     | Storytelling         | Avoidant s | Avoiding | Indirect
other-people     | Talking about other  | Avoidant s | Avoiding | Indirect
"""


def rows(table):
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def labels(text):
    return text.strip().splitlines()


def named(scheme, start):
    """The one marker whose label begins so; None for a dash."""
    if start == "-":
        return None
    start = SHORT.get(start, start).casefold()
    found = [each for each in scheme.markers if each.label.casefold().startswith(start)]
    assert len(found) == 1, (scheme.id, start)
    return found[0].id


def by_column(scheme):
    found = collections.defaultdict(list)
    for each in scheme.markers:
        found[each.column].append(each.label)
    return dict(found)


SHIPPED = tuple(map(markers.load, markers.available()))
ids = [each.id for each in SHIPPED]
every_scheme = pytest.mark.parametrize("scheme", SHIPPED, ids=ids)


def test_harper_has_six_and_six_of_a_firm_family():
    scheme = markers.load("harper-1989")
    assert by_column(scheme) == {column: labels(text) for column, text in HARPER.items()}
    assert {(each.column, each.family, each.certainty) for each in scheme.markers} == {
        ("confrontation", *CONFRONTATION),
        ("withdrawal", *WITHDRAWAL),
    }


def test_the_3rs_has_seven_and_seven_markers_and_ten_strategies():
    scheme = markers.load("3rs-2015")
    assert by_column(scheme) == {column: labels(text) for column, text in THREE_RS.items()}
    assert collections.Counter((m.column, m.kind, m.person) for m in scheme.markers) == {
        ("withdrawal", "marker", "patient"): 7,
        ("confrontation", "marker", "patient"): 7,
        ("resolution", "component", "therapist"): 10,
    }
    for each in scheme.markers:
        if each.kind == "marker":
            assert (each.family, each.certainty) == (each.column, "high")


def test_the_3rs_has_segments_of_five_minutes_and_ratings_of_one_to_five_at_the_end():
    scheme = markers.load("3rs-2015")
    assert scheme.segment_s == 300
    found = markers.asked(scheme)
    assert len(found) == 14 + 2 + 1 + 1
    assert {(each.low, each.high, each.over, each.at_end) for each in found} == {
        (1, 5, "session", True)
    }
    assert {each.id for each in found} >= {
        "impact:denial",
        "impact:control-pressure",
        "family-impact:withdrawal",
        "family-impact:confrontation",
        "resolution",
        "therapist-contribution",
    }


def test_the_3rs_of_2022_has_its_groups_with_the_members_that_are_known():
    scheme = markers.load("3rs-2022")
    wholes = [each for each in scheme.markers if each.part_of is None]
    found = {w.label: [part.label for part in scheme.parts(w.id)] for w in wholes}
    assert found == GROUPS_2022
    assert {each.person for each in scheme.markers} == {"either"}
    for each in scheme.markers:
        assert (each.family, each.certainty) == (each.column, "high")


def test_the_3rs_of_2022_rates_the_salience_of_both_movements_of_both_parties_by_segment():
    scheme = markers.load("3rs-2022")
    assert scheme.segment_s == 60
    assert [each.label.split(":")[0] for each in scheme.scales] == ["WD_P", "WD_T", "CF_P", "CF_T"]
    for each in markers.asked(scheme):
        assert (each.low, each.high, each.over, each.at_end) == (1, 5, "segment", False)
        assert sorted(each.anchors) == [1, 3, 5]


def test_the_cis_has_its_classes_and_their_items():
    scheme = markers.load("cis")
    wholes = [each for each in scheme.markers if each.part_of is None]
    found = {w.label: [part.label for part in scheme.parts(w.id)] for w in wholes}
    assert found == {whole: labels(text) for whole, text in CIS.items()}


def test_the_cis_tells_the_acts_of_the_patient_and_of_the_therapist_apart():
    found = collections.Counter((m.column, m.kind, m.person) for m in markers.load("cis").markers)
    assert found == {
        ("direct", "marker", "patient"): 8,
        ("indirect", "marker", "patient"): 11,
        ("collaborative", "process", "patient"): 1,
        ("positive", "process", "therapist"): 6,
        ("negative", "process", "therapist"): 5,
    }


@pytest.mark.parametrize("row", rows(CROSSWALK), ids=lambda row: row[0])
def test_a_marker_of_the_38_counts_as_the_crosswalk_says(row):
    fine = markers.load("samstag-2003")
    found = [each for each in fine.markers if each.label.casefold().startswith(row[0])]
    expected = [named(markers.load(t), cell) for t, cell in zip(TARGETS, row[1:], strict=True)]
    assert len(found) == 1
    assert [markers.roll_up(fine, found[0].id, target) for target in TARGETS] == expected


def test_the_crosswalk_has_every_one_of_the_38_in_the_order_of_the_table():
    fine = markers.load("samstag-2003").markers
    starts = [row[0] for row in rows(CROSSWALK)]
    assert len(starts) == len(fine) == 38
    assert all(m.label.casefold().startswith(s) for m, s in zip(fine, starts, strict=True))


def test_a_row_of_the_form_counts_as_its_one_marker_does():
    fine, coarse = markers.load("samstag-2003").markers, markers.load("laraway-2015").markers
    for row in coarse:
        members = [each for each in fine if each.rolls_up_to == row.id]
        expected = MERGED.get(row.id, members[0].counts_as)
        assert (row.id in MERGED) == (len(members) > 1)
        assert dict(row.counts_as) == expected, row.id


@pytest.mark.parametrize("row", rows(HARPER_AS), ids=lambda row: row[0])
def test_a_marker_of_harper_counts_as_those_it_became(row):
    scheme = markers.load("harper-1989")
    into = ("laraway-2015", "3rs-2015", "3rs-2022", "cis")
    expected = [named(markers.load(t), cell) for t, cell in zip(into, row[1:], strict=True)]
    assert [markers.roll_up(scheme, row[0], target) for target in into] == expected


def test_a_marker_of_the_3rs_counts_as_its_group_of_2022():
    old, new = markers.load("3rs-2015"), markers.load("3rs-2022")
    groups = ["Shutting", "Shutting", "Avoiding", "Avoiding", "Masking", "Masking", "Shutting"]
    groups += ["Criticising", "Pushing", "-", "Criticising", "Criticising", "Pushing", "Controll"]
    rolled = [markers.roll_up(old, each.id, "3rs-2022") for each in old.markers]
    assert rolled == [named(new, each) for each in groups] + [None] * 10


# Section 2.10: the strategies that answer to a single row of the empirical model, in their order.
STRATEGIES_AS = """
Clarifies a misunderstanding                     | Re-negotiation
Changes tasks or goals                           | Re-negotiation
Illustrates task / gives rationale               | Re-negotiation
Invites patient to discuss thoughts/feelings about therapist or therapy | -
Acknowledges own contribution                    | Therapist Contribution
Discloses internal experience of the interaction | Therapist Contribution
Links to patterns between patient and therapist  | Making links
Links to patterns in patient's other relationships | Making links
Validates patient's defensive posture            | Emphasising importance of feedback
Redirects / refocuses the patient                | -
"""


@pytest.mark.parametrize("name", ["laraway-empirical", "laraway-rational-empirical"])
def test_a_strategy_of_the_3rs_counts_in_both_models_where_a_single_row_answers(name):
    scheme, model = markers.load("3rs-2015"), markers.load(name)
    table = rows(STRATEGIES_AS)
    strategies = [each for each in scheme.markers if each.kind == "component"]
    assert [each.label for each in strategies] == [label for label, _ in table]
    rows_of = {each.label.casefold(): each.id for each in model.markers}
    rows_of |= {other.casefold(): each.id for each in model.markers for other in each.also_called}
    expected = [None if row == "-" else rows_of[row.casefold()] for _, row in table]
    assert [markers.roll_up(scheme, each.id, model.id) for each in strategies] == expected


@every_scheme
def test_every_link_of_a_scheme_leads_to_a_marker_that_ships(scheme):
    for each in scheme.markers:
        links = dict(each.counts_as)
        if each.rolls_up_to:
            links[scheme.rolls_up_to] = each.rolls_up_to
        for target, other in links.items():
            assert other in {marker.id for marker in markers.load(target).markers}, each.id
        for other in (*each.confused_with, *filter(None, [each.part_of])):
            assert other in {marker.id for marker in scheme.markers} - {each.id}


@every_scheme
def test_every_marker_of_a_scheme_is_explained(scheme):
    for each in scheme.markers:
        if each.kind in {"marker", "component"}:
            for text in (each.definition, each.use_when, each.avoid_when):
                assert re.search(r"[.!?)”\"]$", text), each.id
            assert each.example, each.id


def sentences(text):
    return {each for each in re.split(r"(?<=[.!?:;”])\s+", text) if len(each.split()) > 3}


@every_scheme
def test_no_two_markers_of_a_scheme_share_a_sentence_of_their_rules_or_examples(scheme):
    said = {
        each.id: set().union(
            *map(sentences, (each.definition, each.use_when, each.avoid_when, each.example))
        )
        for each in scheme.markers
    }
    for one, other in itertools.combinations(said, 2):
        assert not said[one] & said[other], (one, other)


@every_scheme
def test_no_key_of_a_scheme_begins_another_key(scheme):
    keys = [each.key for each in scheme.markers if each.key]
    assert not [pair for pair in itertools.permutations(keys, 2) if pair[1].startswith(pair[0])]


@pytest.mark.parametrize("name", TARGETS)
def test_no_key_begins_a_word_of_another_label(name):
    for one, other in itertools.permutations(markers.load(name).markers, 2):
        words = re.findall(r"\w+", other.label.casefold())
        assert not [word for word in words if word.startswith(one.key)], (one.key, other.label)


@pytest.mark.parametrize("name", TARGETS)
def test_a_scheme_from_memory_says_what_its_source_leaves_open(name):
    scheme = markers.load(name)
    assert re.search(r"not read|from memory", scheme.note)
    assert all(each.key for each in scheme.markers)


@pytest.mark.parametrize("name", ["samstag-2003", "laraway-2015"])
def test_a_crosswalk_from_memory_says_so(name):
    assert "from memory" in markers.load(name).note


@pytest.mark.parametrize("name", ["3rs-2015", "3rs-2022"])
def test_ratings_say_that_their_exact_wording_is_the_manuals(name):
    scheme = markers.load(name)
    assert "must come from the manual" in scheme.note
    assert all(scale.anchors and scale.about for scale in scheme.scales)


@pytest.mark.parametrize(
    ("name", "risky"),
    [
        ("harper-1989", set()),
        ("3rs-2015", {"self-criticism", "control-pressure"}),
        ("3rs-2022", {"giving-up", "controlling"}),
        ("cis", {"self-criticism"}),
        ("session-level", {"no-show", "message-between-sessions"}),
    ],
)
def test_what_may_mean_danger_sends_the_coder_to_the_risk_protocol_first(name, risky):
    found = [each for each in markers.load(name).markers if each.risk]
    assert {each.id for each in found} == risky
    assert all("protocol first" in " ".join(each.risk.split()) for each in found)


def test_what_cannot_be_told_from_a_transcript_alone_says_so():
    split = {
        "samstag-2003": "content-affect-mismatch",
        "laraway-2015": "content-affect-mismatch",
        "3rs-2015": "content-affect-split",
        "3rs-2022": "content-affect-split",
    }
    for name, marker in split.items():
        assert "transcript" in markers.load(name).marker(marker).avoid_when
    for name in TARGETS:
        assert "transcript" in markers.load(name).note


def test_an_absence_is_noted_once_with_the_session_that_follows_it():
    found = markers.load("session-level").marker("no-show")
    assert "session before this one" in found.definition
    assert "noted once" in found.avoid_when


# Words by which a rule says that there is a movement away from, or against, the therapist or work.
MOVES = re.compile(
    r"\b(away|off|against|leads?|behind|aside|reach|distance|contact|strains?|reproach|therapist|"
    r"the (other|two))\b",
    re.IGNORECASE,
)


@every_scheme
def test_a_rule_of_a_rupture_marker_asks_for_a_movement_and_not_for_a_form_alone(scheme):
    for each in scheme.markers:
        if each.kind == "marker":
            assert MOVES.search(each.use_when), each.id
