"""CHAT: main lines, times, what is cleaned out of the words, and that none of it is lost."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.transcripts.chat import cleaned
from coder.transcripts.reading import read, to_json
from coder.transcripts.source import Options

HEAD = (
    "@UTF8\n@Begin\n@Languages:\teng\n@Participants:\tPAT Ann Patient, DOC Doctor\n"
    "@ID:\teng|talks|PAT|31;|female|||Patient|||\n@ID:\teng|talks|DOC|||||Talk_Therapist|||\n"
    "@Media:\tmonday, audio\n"
)


def reading(text, name="a.cha", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read(Path(name), data, Options(**options))


def turns(found):
    return [(t.line, t.label, t.start_ms, t.end_ms, t.text) for t in found.turns]


def at(first, last):
    return f"\x15{first}_{last}\x15"


TALK = (
    HEAD
    + f"*PAT:\tI came late . {at(0, 1500)}\n"
    + "%com:\tlooks down\n"
    + "%mor:\tpro|I v|come adv|late .\n"
    + f"*DOC:\tnever mind ,\n\tit happens . {at(1500, 2750)}\n"
    + "%mor:\tadv|never v|mind\n\tpro|it v|happen .\n"
    + "@Situation:\ta door opens\n"
    + "*PAT:\tsorry .\n"
    + "@End\n"
)


def test_chat_gives_a_turn_for_each_main_line():
    found = reading(TALK)
    assert (found.format, found.encoding) == ("chat", "utf-8")
    assert turns(found) == [
        (8, "PAT", 0, 1500, "I came late."),
        (11, "DOC", 1500, 2750, "never mind, it happens."),
        (16, "PAT", None, None, "sorry."),
    ]
    assert found.cues is None
    assert (found.first_ms, found.last_ms, found.untimed) == (0, 2750, 1)


def test_what_comments_on_the_lines_is_told_of_once_for_each_kind():
    told = [(each.line, each.text, each.why) for each in reading(TALK).reported]
    assert told[:7] == [
        (n, " ".join(line.split()), "header") for n, line in enumerate(HEAD.splitlines(), 1)
    ]
    assert told[7:] == [
        (9, "looks down", "lines of the kind %com: 1; not what is said"),
        (
            10,
            "pro|I v|come adv|late . | adv|never v|mind pro|it v|happen .",
            "lines of the kind %mor: 2; not what is said",
        ),
        (17, "@End", "header"),
    ]


def test_what_is_narrated_between_the_lines_is_a_note():
    found = reading(TALK)
    assert [(note.line, note.text) for note in found.notes] == [(15, "@Situation: a door opens")]


def test_roles_are_told_and_labels_stay_codes():
    found = reading(TALK)
    told = {notice.key: notice.where for notice in found.warnings}
    assert told["chat_roles"] == {"roles": "PAT = Patient, DOC = Talk Therapist"}
    assert told["media_linked"] == {"names": "“monday”"}
    assert found.speakers == {"PAT": 2, "DOC": 1}
    bare = reading("@Begin\n@Participants:\tX\n@ID:\ta|b\n@ID:\ta|b|X|||||||\n*X:\tyes .\n")
    assert [notice.key for notice in bare.warnings] == []


def test_several_times_in_a_line_are_its_start_its_end_and_stamps_between():
    found = reading(HEAD + f"*PAT:\tone two {at(100, 900)} three {at(1000, 1900)} [+ x]\n")
    assert turns(found) == [(8, "PAT", 100, 1900, "one two three")]
    assert [(stamp.begin, stamp.ms) for stamp in found.stamps] == [(8, 1000)]
    assert (found.first_ms, found.last_ms) == (100, 1900)
    assert "times_overlap" not in [notice.key for notice in found.warnings]


def test_a_time_may_have_a_name_before_it_a_tier_of_its_own_or_no_sign_around_it():
    found = reading(
        HEAD
        + '*PAT:\tone . \x15%snd:"monday"_100_900\x15\n'
        + '*PAT:\ttwo .\n%snd:\t\x15"monday"_1000_1900\x15\n'
        + '*PAT:\tthree . 2000_2900\n%mov:\t"monday" 1 2\n'
        + "*PAT:\tfour . •3000_3900•\n"
        + "*PAT:\tfive . \n%snd:\tnothing\n"
    )
    assert [(t.start_ms, t.end_ms, t.text) for t in found.turns] == [
        (100, 900, "one."),
        (1000, 1900, "two."),
        (2000, 2900, "three."),
        (3000, 3900, "four."),
        (None, None, "five."),
    ]


def test_times_without_end_in_one_line_are_told_of():
    line = "*PAT:\t" + " ".join(f"w {at(n, n + 1)}" for n in range(300))
    found = reading(HEAD + line)
    assert len(found.turns) == 1
    assert found.turns[0].text.split() == ["w"] * 300
    assert len(found.stamps) == 199
    told = found.reported[-1]
    assert told.text.startswith("200_201 | 201_202")
    assert "beyond the first 200" in told.why


# Each line as the manual of the format writes it, and what somebody said.
CLEANED = [
    ("I [/] I want that .", "I I want that."),
    ("<the dog> [//] the cat ran .", "the dog the cat ran."),
    ("xxx (th)at ? [+ RES]", "xxx that?"),
    ("you 0is late .", "you [0is] late."),
    ("oh (.) ‡ I took it .", "oh (.) I took it."),
    ("who (1.5) „ Ann ?", "who (1.5) Ann?"),
    ("and then +...", "and then…"),
    ("+< how_about no:: +/.", "how about no –"),
    ("&-um &+fr &~ba &uh well", "um fr ba uh well"),
    ("&=laughs [=! softly] yes [!!] .", "[laughs] [softly] yes."),
    ("&{l=X deal &}l=X &{n=BANG}> .", "[X] deal [X] [BANG]."),
    ("hello [= to Ben] &*BEN:oh_yes [>1] .", "hello [to Ben] [BEN:oh yes]."),
    ("goed [: went] [* m:+ed] home@s:deu [- deu] .", "goed home."),
    ("⌈hello⌉ black+bird ↑ca^t .", "hello black bird cat."),
    ('+" so he said “no” +"/.', "so he said “no”."),
    ("0 [% nods] [x 3] [] [ left", "0 [nods] [x 3] [ left"),
]


@pytest.mark.parametrize(("written", "said"), CLEANED)
def test_signs_are_cleaned_out_of_the_words(written, said):
    assert cleaned(written)[0] == said


def test_codes_taken_out_of_the_words_are_reported_by_kind():
    found = reading(HEAD + "*PAT:\tgoed [: went] [* m] home@s .\n*DOC:\tso [: well] [+ R] .\n")
    assert [(each.line, each.text, each.why) for each in found.reported[7:]] == [
        (8, "[: went] | [: well]", "corrections: 2; taken out of the words"),
        (8, "[* m]", "marks of errors: 1; taken out of the words"),
        (8, "@s", "marks of words: 1; taken out of the words"),
        (9, "[+ R]", "codes after what is said: 1; taken out of the words"),
    ]


def test_all_signs_are_kept_when_asked_for():
    text = HEAD + f"*PAT:\t<I came> [/] I came (th)en +/. {at(1, 2)}\n"
    assert reading(text, as_written=True).turns[0].text == "<I came> [/] I came (th)en +/."


def test_a_line_of_signs_alone_is_given_as_it_is_written():
    found = reading(HEAD + f"*PAT:\t+< [!] . {at(1, 2)}\n*PAT:\t&=sighs .\n*DOC:\t\n")
    assert [t.text for t in found.turns] == ["+< [!] .", "[sighs]."]
    assert [(each.text, each.why) for each in found.reported[-1:]] == [("DOC", "no words follow")]


def test_lines_of_no_kind_are_reported():
    found = reading("stray\n@UTF8\n\n*PAT:\tyes .\n*no colon\n%: what\n@\n")
    assert [each.text for each in found.reported] == ["stray", "@UTF8", "*no colon", "%: what", "@"]
    assert found.turns[0].text == "yes."


def test_chat_is_known_by_its_headers_or_by_its_name():
    assert reading("*A:\tone .\n*B:\ttwo .\n").format == "chat"
    assert reading("@Begin\n*A:\tone .\n", name="a.txt").format == "chat"
    assert reading("T: one\nC: two\nT: three\n", name="b.cha").format == "text"
    with pytest.raises(CoderError, match="chat_empty"):
        reading(HEAD)


# Nothing is lost

word = st.text("abéß", min_size=1, max_size=5)
sign = st.sampled_from(
    [
        "[/]",
        "[//]",
        "+<",
        "+/.",
        ".",
        "?",
        "‡",
        "„",
        "(.)",
        "<",
        ">",
        "[!]",
        "xxx",
        "+...",
        "“",
        "[",
    ]
)
forms = ["&=%s", "[= %s]", "[=! %s]", "[: %s]", "[* %s]", "[+ %s]", "[%% %s]", "[%s", "%s]"]
forms += ["%s@s", "(%s)t", "<%s>", "&-%s", "0%s", "%s:", "a_%s", "b+%s", "&*AB:%s", "@%s"]
content = word | st.tuples(st.sampled_from(forms), word).map(lambda each: each[0] % each[1])
line = st.lists(content | sign, min_size=1, max_size=8).map(" ".join)
block = st.tuples(line, st.booleans(), st.sampled_from(["", "%com:\tédit\n", "@Bg:\tpart\n"]))


def letters(text):
    return sorted(char for char in text if char.isalnum())


@settings(max_examples=200, deadline=None)
@given(st.lists(block, min_size=1, max_size=8), st.booleans())
def test_no_word_of_chat_is_lost(blocks, as_written):
    source, everything = HEAD, HEAD
    for n, (text, timed, after) in enumerate(blocks):
        source += f"*P:\t{text}" + (f" {at(n, n + 1)}" if timed else "") + f"\n{after}"
        everything += text + re.sub(r"%com", "", after)
    found = reading(source, as_written=as_written)
    pieces = [t.text for t in found.turns] + [each.text for each in found.reported]
    pieces += [note.text for note in found.notes if note.turn is None]
    nobody = sum(each.why == "no words follow" for each in found.reported)
    assert letters("".join(pieces)) == sorted(letters(everything) + ["P"] * nobody)
    assert len(found.turns) + nobody == len(blocks)


def damaged(text):
    """Files of which a piece was cut out, doubled or overwritten."""
    data = text.encode()
    return st.tuples(
        st.integers(0, len(data)), st.integers(0, 60), st.binary(max_size=20), st.integers(0, 3)
    ).map(lambda cut: data[: cut[0]] + cut[2] * cut[3] + data[cut[0] + cut[1] :])


@settings(max_examples=200, deadline=None)
@given(
    damaged(TALK)
    | st.binary(max_size=200).map(lambda data: b"@UTF8\n@Begin\n*A:\t" + data)
    | st.text(max_size=200).map(lambda text: f"@Begin\n*A:\t{text}".encode()),
    st.booleans(),
)
def test_any_bytes_give_a_reading_or_a_plain_error(data, as_written):
    found = attempt(data, as_written=as_written)
    if isinstance(found, CoderError):
        assert found.where["path"] == "a.cha"
    else:
        assert found.turns
        to_json(found)


def attempt(data, **options):
    """Read bytes; a refusal is returned."""
    try:
        return reading(data, **options)
    except CoderError as fault:
        return fault
