"""The schemes about repair, held against the appendices and tables they are taken from."""

import itertools
import re

import pytest
from conftest import SHARED

from coder import markers

# Categories, sub-categories indented, as the appendices and headings print them; then whose act it
# is where it is not the therapist's: (p) the patient's, (e) either's. A minus is not observable.
PRINTED = {
    # Laraway (2015), Appendix N.
    "laraway-rational": """
Creating a culture of feedback
    Importance at outset
    Providing rationale
    Creating safe environment
    Conveying openness
    Tailoring to client
Triangulation
    Internal experience of session
    Outcome
    Statistical analyses
    Client experience
    Other sources of information
Therapist internal work
    Reflection within session
    Reflection outside of session
    Feedback highlighting blind spots
    Noticing traps/barriers
Sensitivity to feedback
Deciding to pursue or not
    Evaluating potential negative impact
    Deciding to raise with client
    Checking out with client
Enabling/empowering negative feedback
    Questioning 100% positive feedback
    Soliciting negative feedback
    Responding positively to negative feedback
Responsiveness
Clarification/elaboration
    Exploration of experience
    Enquiring about emotions
    Linking to specifics
    Assessing area of difficulty
    Tolerating discomfort
Non-defensive stance
    Non-blaming approach
    Validating client experience
    Exploring therapist contributions
    Establishing and communicating partnership
Bond (e)
    Noticing and commenting on process
    Client elaboration (p)
    Client testing interpersonal hypotheses (p)
Task/goals (e)
    Validating client experience
    Re-visiting rationale
    Clarifying contradictions
    Re-negotiating (e)
Re-engagement (p)
Successfully failing (e)
    Planned ending (e)
    Not hindering further therapy
    Exploring options (e)
""",
    # Laraway (2015), Appendix P; the last row has its name from Table 3.
    "laraway-empirical": """
Creating a culture of feedback
    Explain rationale
    Explain ease of feedback
    Frame as opportunity for reflection
    Encourage honesty
    Plays role in shaping therapy
Attentiveness to feedback
    Noticing small changes
    Noticing differentiations
    Triangulation
Emphasising importance of feedback
    Conveying openness
    Responding positively to feedback
    Encouraging more feedback
Clarification/elaboration
    Checking understanding of feedback
    Further exploration of experience
Therapist Contribution
    Clarifying intentions
    Acknowledging therapist role
    Communicating partnership
Client Role (p)
    Offering specific feedback (p)
    Reflecting on experience (p)
Making links
    Locating feedback in session
    Themes of therapy
    Broader patterns in life
Re-negotiation (e)
    Revisiting rationale
    Exploring potential changes
    Client contribution to renegotiation (p)
""",
    # Laraway (2015), Results and Discussion.
    "laraway-rational-empirical": """
Creating a culture of feedback
Attentiveness to feedback
Therapist internal work -
Deciding to pursue or not -
Emphasising the importance of feedback
Clarification/elaboration
Therapist contribution
Client contribution (p)
Making links
Re-negotiation (e)
    Client contribution to renegotiation (p)
""",
    # Safran and Kraus (2014), shortened.
    "safran-muran-stages": """
Therapist becomes aware of the rupture
Collaborative exploration of the rupture experience
Overcoming avoidance
Emergence of the underlying wish or need (e)
""",
    # Okamoto and Kazantzis (2021), headings 1.1 to 1.8.
    "okamoto-kazantzis-2021": """
Identifying and acknowledging the rupture
Validating the patient’s experience
Exploring the circumstances that led to the rupture in collaboration with the patient (e)
Sharing decision-making on how to proceed with the resolution process
Incorporating the patient’s direct experience in the rupture resolution process and evaluating its effectiveness
Using Socratic questions to explore the situation, shift perspectives, or synthesize different viewpoints
Inviting feedback from the patient and exercising responsiveness to it
Engaging in self-reflection, self-practice, and mindfulness -
""",
    # Safran and Kraus (2014), principles 1 to 10.
    "metacommunication": """
Explore with skillful tentativeness and emphasize one’s own subjectivity
Do not assume a parallel with other relationships
Accept responsibility
Start where you are
Focus on the concrete and specific
Evaluate and explore patients’ responses to interventions
Clarify or reflect on the relational meaning of the therapist’s intervention for both the patient and therapist (e)
Establish a sense of collaboration and we-ness
Judiciously disclose and explore your own experience
Expect resolution attempts to lead to more ruptures, and expect to revisit ruptures
""",
    # The slides after Muran and Barber (2010).
    "muran-barber-strategies": """
Direct, tasks and goals
    Outlining rationale and demonstrating therapy tasks
    Negotiating tasks and goals (e)
Indirect, tasks and goals
    Reframing the meaning of tasks and goals
    Changing tasks and goals
Direct, relational
    Exploring core relational themes (e)
Indirect, relational
    Allying with the resistance
Acknowledging and apologising for mistakes
Respecting client’s wishes not to do a task
Dealing with concerns or uncertainties directly
""",
    # The slides, shortened.
    "helpful-unhelpful": """
Making space for the rupture
Involving the client in acknowledging the rupture (e)
Showing vulnerability
Resisting the pull to justify, criticise or be one up
Allying with the resistance
Making the tension a focus of collaborative dialogue
Not noticing the rupture
Not noticing one’s own part
Passive acceptance
Closing the exploration too early
Lack of collaboration
Technical rigidity
Assuming a repeated pattern
Justifying
Criticising or blaming
Taking a one-up position
Mixed messages
""",
    # Laraway (2015), Introduction and Discussion; Okamoto and Kazantzis (2021) for two of the first.
    "aspland-2008": """
Therapist internal work -
Making links
Renegotiation (e)
Open and non-defensive stance
Collaborative exploration of the rupture (e)
Validating and empowering the patient
""",
    "bennett-2006": """
Making links
Clarification/elaboration
Re-negotiation (e)
Openly acknowledging and exploring the rupture
Open and non-defensive stance
""",
    "swank-wittenborn-2013": """
Emphasising importance of feedback
Clarification/elaboration
Therapist contribution
Renegotiation (e)
Openly acknowledging and exploring the rupture
Open and non-defensive stance
Linking to broader patterns of interaction
""",
}
REPAIR = tuple(PRINTED)
COUNTS = {  # categories, sub-categories
    "laraway-rational": (13, 39),
    "laraway-empirical": (8, 24),
    "laraway-rational-empirical": (10, 1),
    "safran-muran-stages": (4, 0),
    "okamoto-kazantzis-2021": (8, 0),
    "metacommunication": (10, 0),
    "muran-barber-strategies": (7, 6),
    "helpful-unhelpful": (17, 0),
    "aspland-2008": (6, 0),
    "bennett-2006": (5, 0),
    "swank-wittenborn-2013": (7, 0),
}

TABLE_2 = """
Creating a culture of feedback
Triangulation
Therapist internal work
Sensitivity to feedback
Deciding to pursue or not
Enabling/empowering negative feedback
Clarification/elaboration
Non-defensive stance
Bond
Task/goals
Re-engagement
Successfully failing
""".strip().splitlines()

TABLE_3 = """
Creating a culture of feedback
Attentiveness to feedback
Emphasising importance of feedback
Clarification/elaboration
Therapist Contribution
Client Role
Acknowledging therapist role
Making links
Re-negotiation
Client contribution to renegotiation
""".strip().splitlines()

SYNTHESIS = "laraway-rational-empirical"

# Results, “The Rational-Empirical Synthesis”: what each step of the rational model became.
RATIONAL_BECAME = {
    "Creating a culture of feedback": "Creating a culture of feedback",
    "Triangulation": "Attentiveness to feedback",
    "Therapist internal work": "Therapist internal work",
    "Sensitivity to feedback": "Attentiveness to feedback",
    "Deciding to pursue or not": "Deciding to pursue or not",
    "Enabling/empowering negative feedback": "Emphasising the importance of feedback",
    "Responsiveness": None,
    "Clarification/elaboration": "Clarification/elaboration",
    "Linking to specifics": "Making links",
    "Non-defensive stance": None,
    "Bond": "Re-negotiation",
    "Task/goals": "Re-negotiation",
    "Re-engagement": None,
    "Successfully failing": None,
}
EMPIRICAL_BECAME = {
    "Creating a culture of feedback": "Creating a culture of feedback",
    "Attentiveness to feedback": "Attentiveness to feedback",
    "Emphasising importance of feedback": "Emphasising the importance of feedback",
    "Clarification/elaboration": "Clarification/elaboration",
    "Therapist Contribution": "Therapist contribution",
    "Client Role": "Client contribution",
    "Making links": "Making links",
    "Re-negotiation": "Re-negotiation",
    "Client contribution to renegotiation": "Client contribution to renegotiation",
}
# Discussion, “Existing models of rupture-resolution”.
COMPARED = {
    "aspland-2008": ["Therapist internal work", "Making links", "Re-negotiation"],
    "bennett-2006": ["Making links", "Clarification/elaboration", "Re-negotiation"],
    "swank-wittenborn-2013": [
        "Emphasising the importance of feedback",
        "Clarification/elaboration",
        "Therapist contribution",
        "Re-negotiation",
    ],
}
# reference/field.md 2.10, by the number of the stage, principle or strategy: where it has a single
# row and our definitions agree with it. Of the strategies about tasks and goals it names two.
ANALOGIES = {
    "safran-muran-stages": {
        1: "Attentiveness to feedback",
        2: "Clarification/elaboration",
        3: "Clarification/elaboration",
    },
    "okamoto-kazantzis-2021": {
        1: "Attentiveness to feedback",
        2: "Emphasising importance of feedback",
        3: "Clarification/elaboration",
        4: "Re-negotiation",
        6: "Clarification/elaboration",
    },
    "metacommunication": {
        1: "Clarification/elaboration",
        3: "Therapist Contribution",
        5: "Attentiveness to feedback",
        7: "Clarification/elaboration",
        9: "Therapist Contribution",
    },
    "muran-barber-strategies": {
        **dict.fromkeys((1, 2, 3, 4, 5, 6, 12), "Re-negotiation"),
        8: "Clarification/elaboration",
        10: "Emphasising importance of feedback",
        11: "Therapist Contribution",
    },
}


def printed(scheme):
    """Lay a scheme out as PRINTED has it."""
    person = {"therapist": "", "patient": " (p)", "either": " (e)"}
    for each in scheme.markers:
        indent = "    " if each.part_of else ""
        yield f"{indent}{each.label}{person[each.person]}{'' if each.observable else ' -'}"


def became(scheme, target):
    """The label of the row of another scheme that each marker counts in, in order."""
    rows = [markers.roll_up(scheme, each.id, target) for each in scheme.markers]
    found = markers.load(target)
    return [None if row is None else found.marker(row).label for row in rows]


@pytest.mark.parametrize("name", REPAIR)
def test_a_scheme_has_the_names_of_its_source_in_their_order(name):
    assert list(printed(markers.load(name))) == PRINTED[name].strip("\n").splitlines()


@pytest.mark.parametrize("name", REPAIR)
def test_a_sub_category_stands_below_its_category(name):
    whole = None
    for each in markers.load(name).markers:
        whole = each.id if each.part_of is None else whole
        assert each.part_of in {None, whole}


@pytest.mark.parametrize("name", REPAIR)
def test_a_scheme_has_as_many_categories_and_sub_categories_as_its_source(name):
    parts = [each.part_of is not None for each in markers.load(name).markers]
    assert (parts.count(False), parts.count(True)) == COUNTS[name]


@pytest.mark.parametrize("name", REPAIR)
def test_all_are_of_repair_and_nothing_in_them_counts_as_a_rupture(name):
    scheme = markers.load(name)
    assert scheme.of_repair
    assert (scheme.id, scheme.version, scheme.rolls_up_to) == (name, "1.0", None)
    kinds = {each.kind for each in scheme.markers}
    assert kinds == {"component", *(["process"] if name == "helpful-unhelpful" else [])}
    assert {each.family for each in scheme.markers} == {None}


def test_unhelpful_responses_are_neither_rupture_nor_repair():
    kinds = [(each.column, each.kind) for each in markers.load("helpful-unhelpful").markers]
    assert kinds == [("helpful", "component")] * 6 + [("unhelpful", "process")] * 11


def test_strategies_are_direct_and_indirect_on_two_levels():
    scheme = markers.load("muran-barber-strategies")
    columns = [(each.column, scheme.column_label(each.column)) for each in scheme.markers]
    assert [(*key, len(list(same))) for key, same in itertools.groupby(columns)] == [
        ("task-goal", "Surface level: tasks and goals", 6),
        ("relational", "Relational level: bond", 4),
        ("simple", "Surface level: further strategies", 3),
    ]
    for column in ("task-goal", "relational"):
        wholes = [m.label for m in scheme.markers if m.column == column and m.part_of is None]
        assert [label.split(",")[0] for label in wholes] == ["Direct", "Indirect"]


@pytest.mark.parametrize("name", REPAIR)
def test_every_column_has_a_heading_of_its_own(name):
    scheme = markers.load(name)
    assert set(scheme.columns()) == set(scheme.content["columns"])


@pytest.mark.parametrize(
    ("name", "rows"), [("laraway-rational", TABLE_2), ("laraway-empirical", TABLE_3)]
)
def test_the_prevalence_table_has_the_rows_of_the_thesis(name, rows):
    scheme = markers.load(name)
    assert [scheme.marker(row).label for row in scheme.prevalence] == rows


def test_only_the_models_with_a_table_in_the_thesis_list_its_rows():
    listed = [name for name in REPAIR if markers.load(name).prevalence]
    assert listed == ["laraway-rational", "laraway-empirical"]


@pytest.mark.parametrize(
    ("name", "table"),
    [("laraway-rational", RATIONAL_BECAME), ("laraway-empirical", EMPIRICAL_BECAME)],
)
def test_a_model_counts_in_the_synthesis_as_the_results_say(name, table):
    scheme = markers.load(name)
    expected = []
    for each in scheme.markers:
        whole = scheme.marker(each.part_of or each.id).label
        expected.append(table[each.label] if each.label in table else table[whole])
    assert became(scheme, SYNTHESIS) == expected


@pytest.mark.parametrize("name", COMPARED)
def test_an_existing_model_counts_in_the_synthesis_as_the_discussion_compares_it(name):
    scheme = markers.load(name)
    compared = [each.column == "compared" for each in scheme.markers]
    assert compared == sorted(compared, reverse=True)
    rest = [None] * (len(compared) - sum(compared))
    assert became(scheme, SYNTHESIS) == COMPARED[name] + rest


@pytest.mark.parametrize("name", ANALOGIES)
def test_a_principle_counts_in_the_empirical_model_only_where_a_single_row_answers(name):
    scheme = markers.load(name)
    numbers = range(1, len(scheme.markers) + 1)
    assert became(scheme, "laraway-empirical") == [ANALOGIES[name].get(n) for n in numbers]


def test_what_counts_in_the_empirical_model_counts_alike_in_the_synthesis():
    empirical = markers.load("laraway-empirical")
    for name in ANALOGIES:
        scheme = markers.load(name)
        for each in scheme.markers:
            row = markers.roll_up(scheme, each.id, "laraway-empirical")
            through = row and markers.roll_up(empirical, row, SYNTHESIS)
            assert markers.roll_up(scheme, each.id, SYNTHESIS) == through


@pytest.mark.parametrize("name", ["3rs-2015", *ANALOGIES])
def test_a_scheme_says_which_of_its_links_are_ours(name):
    assert "an analogy of ours" in markers.load(name).note


def test_nothing_counts_in_a_row_that_is_not_there():
    for name in REPAIR:
        scheme = markers.load(name)
        for target in markers.crosswalks(scheme):
            rows = {each.id for each in markers.load(target).markers}
            assert {m.counts_as[target] for m in scheme.markers if target in m.counts_as} <= rows


@pytest.mark.parametrize("name", REPAIR)
def test_every_component_is_explained_and_told_from_another(name):
    scheme = markers.load(name)
    for each in scheme.markers:
        for text in (each.definition, each.use_when, each.avoid_when):
            assert re.fullmatch(r"[A-Z“].*[.!?”]", text), (each.id, text)
        assert "“" in each.example, each.id
        assert each.confused_with, each.id
        assert each.id not in each.confused_with


@pytest.mark.parametrize("what", ["definition", "use_when", "avoid_when", "example"])
def test_no_two_components_share_their_words(what):
    said = [getattr(each, what) for name in REPAIR for each in markers.load(name).markers]
    assert sorted({text for text in said if said.count(text) > 1}) == []


@pytest.mark.parametrize("name", REPAIR)
def test_what_the_sources_leave_open_is_said(name):
    assert len(markers.load(name).note) > 100


@pytest.mark.parametrize("name", REPAIR)
def test_no_key_stands_in_the_way_of_a_name_that_is_typed(name):
    found = markers.load(name).markers
    keys = [each.key for each in found]
    assert all(re.fullmatch(r"[a-z]{2,3}", key) for key in keys)
    assert not [pair for pair in itertools.permutations(keys, 2) if pair[1].startswith(pair[0])]
    for one, other in itertools.permutations(found, 2):
        if one.label != other.label:
            words = re.findall(r"\w+", other.label.lower())
            assert not [word for word in words if word.startswith(one.key)], (one.key, other.label)


def test_a_name_has_one_key_wherever_it_stands():
    keys = {}
    for name in REPAIR:
        for each in markers.load(name).markers:
            keys.setdefault(each.label.casefold(), set()).add(each.key)
    # Appendix N has it under two categories.
    twice = [label for label, found in keys.items() if len(found) > 1]
    assert twice == ["validating client experience"]


RUN = 7  # words in a row: what two writers do not hit upon by chance


def runs(text):
    """Every run of RUN words of a text."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


@pytest.fixture(scope="module")
def seeds():
    files = sorted((SHARED / "seeds").glob("*.txt"))
    assert files
    return set().union(*(runs(each.read_text(encoding="utf-8")) for each in files))


@pytest.mark.shared
@pytest.mark.parametrize("name", REPAIR)
def test_nothing_but_names_is_taken_from_a_source(name, seeds):
    scheme = markers.load(name)
    texts = [scheme.note, *scheme.content["columns"].values()]
    for each in scheme.markers:
        texts += [each.definition, each.use_when, each.avoid_when, each.example]
    assert [run for text in texts for run in sorted(runs(text) & seeds)] == []
