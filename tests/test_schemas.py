"""The schemes that ship, held against the printed tables and the crosswalk of the field report."""

import itertools
import re

import pytest

from coder import markers

# Laraway (2015), Table 2, as printed: manner on the left, content on the right; without the
# examples in brackets.
TABLE_2_MANNER = """
Long silence
Minimal response
Refusal to respond
Changing topic
Quiet voice
Loud voice
Demanding, emphatic tone
Whining tone
Use of sarcasm or mocking tone
Coy or flirtatious manner
Heavy sighs
Hisses through teeth
Interrupts and talks over therapist
Disregards or dismisses therapist
Directs therapist
Mimics therapist
Talks directly to recording device
Laughing at therapist
Nervous laughter
""".strip().splitlines()

TABLE_2_CONTENT = """
Intellectualisation
Denial
Tangential, vague, or abstract narrative
Storytelling
Talking about other people
Content of narrative mismatched with affective expression
Overly ingratiating comments
“Yes-ing” therapist then responding in contradictory way
Self-critical statements
Self-justifying statements
Helpless, manipulative behaviour
Passive-aggressive or threatening behaviour
Name dropping, use of obscure references or unusually sophisticated vocabulary
Criticises therapist as a person
Criticises therapist’s competence
Questions relevance of therapist’s interventions or treatment tasks
Doubts about being in therapy
Complains about parameters of therapy
Complains about lack of progress
""".strip().splitlines()

# Appendix H as printed, its “saracasm” corrected, lines that wrap in the cell joined.
APPENDIX_H_MANNER = """
Long silence/minimal response/refusal to respond
Laughing at therapist/nervous laughter
Directs therapist
Dismisses therapist
Interrupts and talks over therapist
Mimics therapist
Mocking tone/sarcasm
Demanding tone
Whining tone
Flirtatious/coy
Heavy sighs
Quiet voice
Loud voice
Changing topic
Talks directly to recording device
""".strip().splitlines()

APPENDIX_H_CONTENT = """
Intellectualisation
Denial
Vague/tangential/abstract narrative
Storytelling
Talking about other people
Content-affect mismatch
Overly ingratiating comments
Yes-but
Self-critical statements
Self-justifying statements
Helpless behaviour
Passive-aggressive behaviour (e.g. suicidal threats)
Use of obscure vocabulary
Criticises therapist
Questions relevance of intervention/tasks
Doubts about being in therapy
Complaints about parameters of therapy
Complains about lack of progress
""".strip().splitlines()

# reference/field.md 8.3 and 8.4, in the order of Table 2 (W, C or - for none; then the certainty).
# Helpless, manipulative leans as the last section of reference/seed-models.md says.
CROSSWALK = (
    """
W high, W high, W medium, W high, W medium, C medium, C high, - low, C medium, C medium,
W low, C low, C medium, C high, C high, C high, - low, C high, W medium,
W high, W high, W high, W high, W high, W high, W high, W medium, W high, C medium,
C low, C medium, - low, C high, C high, C high, C high, C high, C high
""".replace("\n", " ")
    .strip()
    .split(", ")
)

# Appendix H row (counted through both columns) of each of the 38; 0 where it has none.
ROW_OF = [1, 1, 1, 14, 12, 13, 8, 9, 7, 10, 11, 0, 5, 4, 3, 6, 15, 2, 2]
ROW_OF += [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 29, 30, 31, 32, 33]

FAMILIES = {"W": "withdrawal", "C": "confrontation", "-": None}
SCHEMES = ("samstag-2003", "laraway-2015")


def labels(scheme, column):
    return [each.label for each in markers.load(scheme).markers if each.column == column]


def test_samstag_has_the_labels_of_table_2_in_its_order():
    assert labels("samstag-2003", "manner") == TABLE_2_MANNER
    assert labels("samstag-2003", "content") == TABLE_2_CONTENT


def test_laraway_has_the_labels_of_appendix_h_in_its_order():
    assert labels("laraway-2015", "manner") == APPENDIX_H_MANNER
    assert labels("laraway-2015", "content") == APPENDIX_H_CONTENT


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_columns_follow_one_another(scheme):
    columns = [each.column for each in markers.load(scheme).markers]
    assert [key for key, _ in itertools.groupby(columns)] == ["manner", "content"]


@pytest.mark.parametrize(
    ("scheme", "target"), [("samstag-2003", "laraway-2015"), ("laraway-2015", None)]
)
def test_a_scheme_has_its_version_and_its_roll_up(scheme, target):
    loaded = markers.load(scheme)
    assert (loaded.id, loaded.version, loaded.rolls_up_to) == (scheme, "1.1", target)


def test_families_and_certainties_are_those_of_the_crosswalk():
    found = markers.load("samstag-2003").markers
    expected = [(FAMILIES[lean], certainty) for lean, certainty in map(str.split, CROSSWALK)]
    assert [(each.family, each.certainty) for each in found] == expected


def test_every_marker_rolls_up_to_the_row_of_the_form_that_holds_it():
    rows = [None, *APPENDIX_H_MANNER, *APPENDIX_H_CONTENT]
    fine, coarse = markers.load("samstag-2003"), markers.load("laraway-2015")
    rolled = [markers.roll_up(fine, each.id, "laraway-2015") for each in fine.markers]
    assert [None if row is None else coarse.marker(row).label for row in rolled] == [
        rows[number] for number in ROW_OF
    ]


def test_only_hisses_has_no_row_on_the_form_and_every_row_has_a_marker():
    fine, coarse = markers.load("samstag-2003"), markers.load("laraway-2015")
    assert [each.label for each in fine.markers if each.rolls_up_to is None] == [
        "Hisses through teeth"
    ]
    assert {each.rolls_up_to for each in fine.markers} - {None} == {
        each.id for each in coarse.markers
    }


def test_a_row_leans_as_its_markers_do_and_is_no_surer_than_the_least_sure():
    order = ["low", "medium", "high"]
    fine = markers.load("samstag-2003").markers
    for row in markers.load("laraway-2015").markers:
        members = [each for each in fine if each.rolls_up_to == row.id]
        families = {each.family for each in members}
        surest = min((each.certainty for each in members), key=order.index)
        expected = (families.pop(), surest) if len(families) == 1 else (None, "low")
        if (
            row.id == "helpless"
        ):  # the form's label has lost “manipulative”, the reason for the lean
            assert expected == ("confrontation", "low")
            expected = (None, "low")
        assert (row.family, row.certainty) == expected, row.id


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_key_is_a_prefix_of_another_key(scheme):
    keys = [each.key for each in markers.load(scheme).markers]
    assert all(re.fullmatch(r"[a-z]{2,3}", key) for key in keys)
    assert not [pair for pair in itertools.permutations(keys, 2) if pair[1].startswith(pair[0])]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_key_begins_a_word_of_another_label(scheme):
    found = markers.load(scheme).markers
    for one, other in itertools.permutations(found, 2):
        words = re.findall(r"\w+", other.label.lower())
        assert not [word for word in words if word.startswith(one.key)], (one.key, other.label)


def test_a_marker_and_its_row_share_their_key_where_they_share_their_name():
    coarse = {each.label: each.key for each in markers.load("laraway-2015").markers}
    fine = {each.label: each.key for each in markers.load("samstag-2003").markers}
    assert {label: key for label, key in coarse.items() if label in fine} == {
        label: key for label, key in fine.items() if label in coarse
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_marker_is_explained_and_tells_itself_from_another(scheme):
    for each in markers.load(scheme).markers:
        for text in (each.definition, each.use_when, each.avoid_when):
            assert text.endswith((".", ")")), each.id
        assert each.example, each.id
        assert each.confused_with, each.id
        assert each.id not in each.confused_with


@pytest.mark.parametrize("scheme", SCHEMES)
def test_threats_self_blame_and_helplessness_carry_a_notice_of_risk(scheme):
    risky = [each for each in markers.load(scheme).markers if each.risk]
    assert [each.id for each in risky] == ["self-critical", "helpless", "passive-aggressive"]
    assert all("risk protocol first" in each.risk for each in risky)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_note_says_where_helplessness_has_its_family_from(scheme):
    assert "leans to control" in markers.load(scheme).note
