"""A coding of repair begins with the episodes of the same rater's coding of ruptures."""

from coder.coding import Coding, CodingId, Episode, EpisodeId, Outcome, RaterId
from coder.episodes import take_over
from coder.session import SessionId


def coding(name, rater="ada", session="s1", scheme="samstag-2003"):
    return Coding(CodingId(name), SessionId(session), RaterId(rater), scheme, "1")


def episode(of, number):
    return Episode(
        EpisodeId(f"{of.id}-{number}"),
        of.id,
        number,
        precipitant=f"what was done, {number}",
        background="the diary",
        intensity=4,
        noticed=True,
        outcome_before=Outcome.NOT,
        outcome_after=Outcome.REPAIRED,
    )


REPAIR = coding("repair", scheme="laraway-empirical")


def test_number_precipitant_and_outcomes_are_taken_over_and_nothing_else():
    ruptures = coding("ruptures")
    taken = take_over(REPAIR, [(ruptures, [episode(ruptures, 1), episode(ruptures, 2)])])
    assert [
        (e.number, e.precipitant, e.outcome_before, e.outcome_after, e.coding_id) for e in taken
    ] == [
        (1, "what was done, 1", Outcome.NOT, Outcome.REPAIRED, REPAIR.id),
        (2, "what was done, 2", Outcome.NOT, Outcome.REPAIRED, REPAIR.id),
    ]
    assert {(e.background, e.intensity, e.noticed) for e in taken} == {("", None, None)}
    assert len({e.id for e in taken} | {"ruptures-1", "ruptures-2"}) == 4


def test_only_the_same_raters_coding_of_the_same_session_counts():
    others = [coding("a", rater="ben"), coding("b", session="s2"), REPAIR]
    assert take_over(REPAIR, [(each, [episode(each, 1)]) for each in others]) == ()
    assert take_over(REPAIR, []) == ()


def test_of_several_codings_the_first_with_episodes_counts():
    empty, first, second = coding("x"), coding("y", scheme="laraway-2015"), coding("z")
    found = [(empty, []), (first, [episode(first, 7)]), (second, [episode(second, 1)])]
    assert [each.number for each in take_over(REPAIR, found)] == [7]
