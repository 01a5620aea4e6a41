"""Pseudonyms at import: what may be a name is proposed, and what is put in its place is on record."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coder.session import Replaced, Role
from coder.transcripts.candidates import candidates
from coder.transcripts.names import Pseudonyms
from coder.transcripts.reading import read
from coder.transcripts.source import Options

TEXT = """Anna Berg: So how was Peter on Monday? You saw Peter, and Dr Lund too.
Client: Peter's brother came. He lives in Bremen. Bremen is far. (Anna sighs)
Anna Berg: I see. And peter pan?
Client: Write to me at p.k@example.org, or ring 030 1234 5678; since 3 May 2019. In the spring, I think.
"""


def reading(text=TEXT, **options):
    return read(Path("a.txt"), text.encode(), Options(**options))


def test_addresses_dates_and_numbers_are_proposed_first_then_names():
    found = [(each.text, each.kind) for each in candidates(reading())]
    assert found[:3] == [
        ("p.k@example.org", "e-mail"),
        ("030 1234 5678", "phone"),
        ("3 May 2019", "date"),
    ]
    names = {each.text: each.count for each in candidates(reading()) if each.kind == "name"}
    assert {"Anna Berg": 2, "Dr Lund": 1, "Bremen": 1}.items() <= names.items()
    assert "I" not in names
    assert "In" not in names


def test_a_word_that_is_written_small_elsewhere_is_no_name():
    assert "Peter" not in {each.text for each in candidates(reading())}
    other = TEXT.replace("peter pan", "the pan")
    assert {"Peter", "Monday"} <= {each.text for each in candidates(reading(other))}


def test_names_are_replaced_everywhere_and_the_record_does_not_say_what_they_stood_for():
    made = reading(
        names=(("Anna Berg", "T1"), ("Peter", "[husband]"), ("bremen", "[town]"), ("Anna", "X"))
    )
    assert [turn.label for turn in made.turns] == ["T1", "Client", "T1", "Client"]
    assert (
        made.turns[1].text
        == "[husband]'s brother came. He lives in [town]. [town] is far. (X sighs)"
    )
    assert made.replaced == (
        Replaced("T1", 2, (1, 3)), Replaced("[husband]", 4, (1, 2, 3)), Replaced("[town]", 2, (2,)), Replaced("X", 1, (2,)),
    )  # fmt: skip
    assert made.speakers == {"T1": 2, "Client": 2}
    assert "Anna" not in repr(made)
    assert "Bremen" not in repr(made)


def test_a_note_is_found_where_it_stands_afterwards():
    made = reading(names=(("Bremen", "a town in the north"), ("Anna", "X")))
    (note,) = made.notes
    assert made.turns[note.turn - 1].text[note.begin :].startswith(note.text)


def test_roles_and_times_within_turns_go_with_their_turns():
    text = "Anna: one [00:10] two Anna three [00:20] four\nBo: ok\nAnna: yes\nBo: no\n"
    made = reading(text, names=(("Anna", "T"),), roles={"Anna": Role.THERAPIST})
    assert made.roles["T"] is Role.THERAPIST
    assert [turn.role for turn in made.turns][::2] == [Role.THERAPIST] * 2


def test_a_name_is_found_in_whatever_way_it_is_written():
    text = "T: Strauß, Ju\u0308rgen, O\u2019Brien, Meyer\u2011Lang, \u0130rem, STRAUSS, Ze\u00adbedee\nC: ok\n"
    names = [
        ("Strauß", "A"),
        ("Jürgen", "B"),
        ("O'Brien", "C"),
        ("Meyer-Lang", "D"),
        ("İrem", "E"),
        ("Zebedee", "F"),
    ]
    made = reading(text, names=tuple(names))
    assert made.turns[0].text == "A, B, C, D, E, A, F"
    assert "names_absent" not in {notice.key for notice in made.warnings}


def test_names_that_are_nowhere_and_labels_that_become_one_are_told_of():
    made = reading(names=(("Zebra", "X"), ("Anna Berg", "Y"), ("Client", "Y")))
    told = {notice.key: notice.where for notice in made.warnings}
    assert told["names_absent"] == {"which": "1"}
    assert "labels_joined" in told


def test_an_address_does_not_hide_the_name_in_it():
    found = candidates(
        reading("T: So did Peter come?\nC: He wrote from peter@example.org to me.\n")
    )
    assert ("Peter", "name") in {(each.text, each.kind) for each in found}


def test_only_whole_words_are_replaced_and_never_what_was_put_in():
    made = reading(
        "T: Ann and Anna and ann\nC: Bo\n", names=(("Ann", "Bo"), ("Bo", "Cy"), (" ", "x"))
    )
    assert [turn.text for turn in made.turns] == ["Bo and Anna and Bo", "Cy"]


def test_a_note_of_its_own_has_no_place_in_a_turn_and_is_replaced_too():
    made = reading("T: one\n(Anna leaves)\nC: two\nT: so\nC: no\n", names=(("Anna", "X"),))
    assert [(note.text, note.turn) for note in made.notes] == [("(X leaves)", None)]


def test_a_name_over_a_line_end_is_one_name():
    made = reading("T: it was Anna\nBerg there\nC: who\n", names=(("Anna Berg", "X"),))
    assert made.turns[0].text == "it was X there"


@given(st.text(max_size=60), st.text(max_size=5))
def test_any_name_can_be_asked_for(name, put):
    made = reading(names=((name, put),))
    assert len(made.turns) == 4


def test_without_names_nothing_changes():
    made = reading()
    assert Pseudonyms(()).put_in(made) is made
    assert made.replaced == ()


def test_a_role_may_be_given_to_the_label_or_to_what_stands_in_its_place():
    for label in ("Anna Berg", "T1"):
        made = reading(names=(("Anna Berg", "T1"),), roles={label: Role.THERAPIST})
        assert made.roles["T1"] is Role.THERAPIST
        assert "role_of_nobody" not in {notice.key for notice in made.warnings}
