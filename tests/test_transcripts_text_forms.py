"""Labels in forms of their own, turn numbers, covers, slips and answers that look like labels."""

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.transcripts import reading as readings
from coder.transcripts import tables
from coder.transcripts.source import Options

ASKED = ["Where shall we start?", "And then?", "How was that?", "Mm", "Say more."]
GIVEN = ["Fine", "Yes", "It was long, and I went home.", "No.", "I told her: go away."]


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return readings.read(Path("session.txt"), data, Options(**options))


def said(reading):
    return [(turn.label, turn.text) for turn in reading.turns]


def keys(reading):
    return [each.key for each in reading.warnings]


def talk(one, two, times=3):
    pairs = zip(ASKED * times, GIVEN * times, strict=True)
    return [each for ask, give in pairs for each in ((one, ask), (two, give))]


def written(form, turns, join="\n"):
    return join.join(
        form.format(label=label, words=words, n=n, time=f"{n // 10}:{n % 10 * 6:02}")
        for n, (label, words) in enumerate(turns)
    )


@pytest.mark.parametrize(
    "form",
    [
        "{label} ({time})\n{words}", "{label} [00:0{time}]\n{words}", "**{label}** [{time}]\n{words}",
        "### {label} ({time})\n{words}", "{label} {time}\n{words}", "{label} - {time}\n{words}",
        "{label} | {time}\n{words}", "{label}, {time}\n{words}", "[{time}] {label}\n{words}",
        "{time} - {label}\n{words}", "{label}\n{time}\n{words}", "{time}\n{label}\n{words}",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "names",
    [
        ("Anna Berg", "Karl Weber"), ("Anna Berg", "Weber, Karl"), ("Th", "Karl Weber (Guest)"),
        ("Anna Berg", "Dr. med. Karl Weber"), ("anna berg", "karl@uni.example"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("join", ["\n", "\n\n"])
def test_names_with_times_above_their_words_begin_turns(form, names, join):
    turns = talk(*names)
    reading = read(written(form, turns, join))
    assert said(reading) == turns
    assert [turn.start_ms for turn in reading.turns] == [6000 * n for n in range(30)]


@pytest.mark.parametrize(
    "form",
    [
        "({label}) {words}", "<{label}> {words}", ">> {label}: {words}", "{label} >> {words}",
        "{label} - {words}", "{label} – {words}", "{label}--{words}", "{label}; {words}",
        "{label}. {words}", "**[{time}] {label}:** {words}", "{time} | {label} | {words}",
        "({n}) {label}: {words}", "{label}, {time}: {words}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("names", [("T", "C"), ("Anna", "Karl")])
def test_forms_of_labels_are_taken_where_they_carry_the_text(form, names):
    turns = talk(*names)
    assert said(read(written(form, turns))) == turns


@pytest.mark.parametrize("form", ["{label}: {words}", "{label}「{words}」", "{label}\u3000{words}"])
@pytest.mark.parametrize(
    "names", [("治療者", "患者"), ('ד"ר כהן', "גב' לוי"), ("Weber, Karl", "+41 31 555 01 01")]
)
def test_labels_may_be_of_any_script(form, names):
    if names[1][0] == "+" and form[7] != ":":
        return
    turns = talk(*names)
    assert said(read(written(form, turns))) == turns


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{day} – I went out, and it was fine" for day in ["Mo", "Tu", "We", "Th"] * 3),
        "\n".join(f"({letter}) rather often\n" for letter in "abcd" * 5),
        "\n".join(f"{n}:15 Welcome to part {n}, everybody" for n in range(9)).replace(":", "."),
        "Denial 1:01:32\nDenial 1:03:10\nPraise 1:04:55\nPraise 1:10:02\nDenial 1:12:40\nPraise 1:13:00\n",
        "They met at 9:30\n" * 2 + "and so it was, and nothing came of it in the end\n" * 8,
        "Berg, A. – a study of work\n" * 3 + "and so it was, and nothing came of it in the end\n" * 8,
    ],
)  # fmt: skip
def test_lists_in_like_forms_are_no_transcripts(text):
    with pytest.raises(CoderError):
        read(text, format="text")


@pytest.mark.parametrize("names", [("T", "C"), ("Th", "Pat"), ("S", "E"), ("Rogers", "Gloria")])
@pytest.mark.parametrize(
    "form", ["{label}{at}: {words}", "{label} {at}: {words}", "{label}{at}--{words}"]
)
def test_numbers_of_turns_are_no_part_of_a_name(names, form):
    turns = talk(*names)
    text = "\n".join(
        form.format(label=label, words=words, at=98 + n // 2)
        for n, (label, words) in enumerate(turns)
    )
    reading = read(text)
    assert said(reading) == turns
    assert [dict(each.where) for each in reading.warnings if each.key == "turn_numbers"] == [
        {"count": 30}
    ]


@pytest.mark.parametrize(
    "names",
    [("Participant 1", "Participant 2"), ("S01", "S02"), ("Interviewer 1", "T"), ("C1", "C2")],
)
def test_numbers_of_speakers_are_a_part_of_their_names(names):
    turns = talk(*names)
    assert said(read(written("{label}: {words}", turns))) == turns


def test_people_who_speak_once_each_keep_their_numbers():
    text = "Interviewer: Who is here?\n" + "".join(f"Participant {n}: Me.\n" for n in range(1, 7))
    assert len(read(text).speakers) == 7


@pytest.mark.parametrize(
    "names", [("Therapist", "Client"), ("JM", "SB"), ("Anna Berg", "Karl Weber")]
)
@pytest.mark.parametrize("form", ["{label}\n{words}", "{label}:\n{words}", "{label}  \n{words}"])
def test_answers_of_one_word_below_names_are_no_names(names, form):
    turns = talk(*names)
    assert said(read(written(form, turns))) == turns


def test_words_with_a_colon_below_headers_are_words():
    turns = [("Ann", "How?"), ("Bo", "I said: no."), ("Ann", "Mm."), ("Bo", "I said: never.")] * 2
    for form in ("{label}:\n{words}", "{label}  {time}\n{words}"):
        assert said(read(written(form, turns))) == turns


@pytest.mark.parametrize(
    "line", ["Me: no.", "Monday: nothing.", "He goes: what?", "Step 1: breathe."]
)
def test_what_is_met_twice_and_breaks_nothing_is_no_speaker(line):
    turns = talk("T", "C")
    lines = written("{label}: {words}", turns).split("\n")
    text = "\n".join([*lines[:10], line, *lines[10:20], line, *lines[20:]])
    reading = read(text)
    assert set(reading.speakers) == {"T", "C"}
    assert sum(line in turn.text for turn in reading.turns) == 2


def test_who_breaks_in_twice_is_a_speaker_and_is_warned_of():
    turns = talk("T", "C")
    lines = written("{label}: {words}", turns).split("\n")
    lines = [*lines[:11], "Mother: Hello?", lines[12], *lines[12:21], "Mother: So?", *lines[22:]]
    lines[12] = "T: Of course."
    reading = read("\n".join(lines))
    assert reading.speakers["Mother"] == 2
    assert ("label_rare", {"label": "Mother", "line": 12, "count": 2}) in [
        (each.key, dict(each.where)) for each in reading.warnings
    ]


def test_what_may_be_a_speaker_is_told():
    lines = written("{label}: {words}", talk("T", "C")).split("\n")
    reading = read("\n".join([*lines[:9], "Mother: May I?", *lines[9:]]))
    assert [dict(each.where) for each in reading.warnings if each.key == "label_not_taken"] == [
        {"label": "Mother", "line": 10}
    ]
    many = "".join(f"{chr(65 + n)}{chr(66 + n)}: so\n" for n in range(12))
    assert keys(read("\n".join([*lines[:9], many, *lines[9:]]))).count("label_not_taken") == 10


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ("C; so it was.", "so it was."), ("c: so it was.", "so it was."), ("(C): so.", "so."),
        ("C [sighs]: so.", "[sighs] so."), ("C, crying: so.", "(crying) so."), ("C:: so.", "so."),
    ],
)  # fmt: skip
def test_slips_in_a_label_are_mended_where_every_line_has_one(slip, words):
    lines = written("{label}: {words}", talk("T", "C")).split("\n")
    reading = read("\n".join([*lines[:11], slip, *lines[12:]]))
    assert said(reading)[11] == ("C", words)
    few = read("\n".join(["T: One.", "C: Two.", "T: Three", slip.replace("::", ";")]))
    assert len(few.turns) == 3 or slip.startswith("(C")


@pytest.mark.parametrize(
    "head",
    [
        "Therapist: Dr. Moore\nClient: P03\n\n", "T: Therapist\nC: Client\n\n",
        "Key:\nT: = Therapist\nC: Dr. Moore\n(.) pause\n\n", "Speakers: T, C\n\n", "Patient ID: 12\n\n",
        "Date: 3 May\nInterviewer: Jane Moore\nInterviewee: P4\n", "Therapist: Dr. Moore\nClient: Bo\n",
    ],
)  # fmt: skip
def test_who_is_who_on_the_cover_is_nobodys_turn(head):
    turns = talk("T", "C")
    assert said(read(head + written("{label}: {words}", turns))) == turns


@pytest.mark.parametrize("line", ["Moderator: Welcome, everyone.\n\n", "Observer: It begins\n"])
def test_who_speaks_once_at_the_beginning_speaks(line):
    reading = read(line + written("{label}: {words}", talk("T", "C")))
    assert len(reading.turns) == 31
    assert len(read("Therapist:\n\nT: a\nC: b\nT: c\nC: d\n").turns) == 4


@pytest.mark.parametrize(
    "form", ["{label}  {time}\n{words}", "{label}\n{time}\n{words}", "{label}:\n{words}"]
)
def test_an_answer_that_is_a_time_is_words(form):
    turns = [*talk("Ann Berg", "Bo Lund")[:6], ("Ann Berg", "When?"), ("Bo Lund", "10:30")]
    for all_turns in (turns, [*turns, ("Ann Berg", "Oh.")]):
        reading = read(written(form, all_turns, "\n\n"))
        assert said(reading) == all_turns
        assert max(turn.start_ms or 0 for turn in reading.turns) < 100_000


def test_times_at_line_ends_that_begin_at_zero_are_starts():
    text = "T: How? [00:00:00]\nC: Fine. [00:00:04]\nT: Mm.\nC: Yes. [00:00:09]\n"
    reading = read(text)
    assert [turn.start_ms for turn in reading.turns] == [0, 4000, None, 9000]
    later = read(text.replace("00:00:00", "00:00:02"))
    assert [turn.start_ms for turn in later.turns] == [None, 2000, 4000, None]
    assert "times_at_ends" in keys(later)


def test_a_bracket_that_a_name_always_has_is_a_part_of_it():
    turns = talk("Anna Berg", "Karl Weber (Guest)")
    assert said(read(written("{label}: {words}", turns))) == turns
    text = "Anna: Hi\nKarl (sighs): Yes\nAnna: Oh\nKarl (nods): No\nKarl (sighs): Well\n"
    assert read(text).speakers == {"Anna": 2, "Karl": 3}


def test_two_turns_on_every_line_are_two():
    turns = [each for each in talk("Anna", "Karl") if ":" not in each[1]][:8]
    lines = [
        f"Anna: {one[1]} Karl: {two[1]}" for one, two in zip(turns[::2], turns[1::2], strict=True)
    ]
    assert said(read("\n".join(lines))) == [
        (label, turn[1]) for turn, label in zip(turns, ["Anna", "Karl"] * 4, strict=True)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Session 3, I think, was when it began", "Case 4: the dog", "Tape A, yes",
        "and then he stopped recording", "He stopped recording",
    ],
)  # fmt: skip
def test_speech_that_begins_like_a_heading_is_speech(line):
    assert said(read(f"T: What?\nC: Well.\n\n{line}\n\nT: Mm.\nC: Yes.\n"))[1] == (
        "C",
        f"Well. {line}",
    )


@pytest.mark.parametrize(
    "line", ["Session 3, 12 March", "Case 4: Ann", "Ann Berg stopped recording"]
)
def test_headings_and_what_software_says_are_no_speech(line):
    assert said(read(f"T: What?\nC: Well.\n\n{line}\n\nT: Mm.\nC: Yes.\n"))[1] == ("C", "Well.")


@pytest.mark.parametrize(
    "line", ["5:00 min", "Min. 5:00", "Time 5:00", "TC 00:05:00", "Minute 5:", "[Time 00:05:00]"]
)
def test_a_time_with_a_word_is_where_the_next_turn_begins(line):
    reading = read(f"T: What?\nC: Well.\n{line}\nT: Mm.\nC: Yes.\n")
    assert [turn.start_ms for turn in reading.turns] == [None, None, 300_000, None]


def test_short_texts_have_names_beside_times_too():
    for text in ("[0:03] Ann\nHello\n[0:05] Bo\nHi\n", "0:03\nAnn\nHi\n0:05\nBo\n"):
        assert set(read(text).speakers) == {"Ann", *(["Bo"] if "Hello" in text else [])}


def test_nothing_is_mended_where_labels_stand_alone_too():
    lines = written("{label}: {words}", talk("T", "C")).split("\n")
    assert len(read("\n".join([*lines, "T:", "So.", "c: Well."])).turns) == 31


@pytest.mark.parametrize(
    "titles",
    [
        ("Sprecher", "Transkript", "Kommentar"), ("Speaker", "What was said", "My comment"),
        ("Speaker", "Session 3", "Supervisor comments"), ("Locuteur", "Texte", "Remarques"),
        ("Hablante", "Texto", "Reacciones, notas"), ("Person", "Wortlaut", "Gedanken"), ("", "", ""),
    ],
)  # fmt: skip
def test_comments_beside_the_words_are_no_words(titles):
    long = "She goes away here, and nobody sees it, as it was the time before that one. "
    rows = [(label, words, long * (n % 3)) for n, (label, words) in enumerate(talk("T", "C"))]
    (columns,) = tables.columns_of([[titles, *rows]])
    assert (columns.who, columns.words, columns.head) == (0, 1, int(bool(titles[0])))


def test_the_labels_of_a_column_may_have_the_numbers_of_turns():
    rows = [(f"{label}{n // 2}", words) for n, (label, words) in enumerate(talk("T", "K"))]
    (columns,) = tables.columns_of([rows])
    assert (columns.who, columns.words) == (0, 1)


LETTERS = {
    "de": "T: Wie war's für Sie?\nC: Ich weiß nicht, schön. Äh – „so“ halt.\n",
    "fr": "T: Où étiez-vous à ce moment-là?\nC: J’étais très fatiguée. Ça m’a énervée…\n",
    "sv": "T: Var var du då?\nC: Väldigt trött på kvällen. Jag mår dåligt.\n",
    "tr": "T: O sırada ne hissettiniz?\nC: İyiyim, şöyle böyle. Yağmur, ödev; üçü, çok.\n",  # noqa: RUF001
    "en": "T: It’s so – isn’t it?\nC: “Well…” I don’t know.\n",
    "pl": "T: Jak się pani czuła?\nC: Źle, byłam zmęczona. Myślę, że mąż też. Ćwiczę.\n",
    "es": "T: ¿Dónde estaba usted?\nC: En casa, muy cansada. No sé qué pasó. Mañana.\n",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("de", "cp1252"), ("de", "mac_roman"), ("fr", "cp1252"), ("fr", "mac_roman"), ("sv", "cp1252"),
        ("sv", "mac_roman"), ("tr", "cp1254"), ("en", "cp1252"), ("en", "mac_roman"), ("pl", "cp1250"),
        ("es", "cp1252"), ("es", "mac_roman"), ("es", "cp850"),
    ],
)  # fmt: skip
def test_letters_of_a_language_tell_the_encoding(language, encoding):
    text = LETTERS[language] * 8
    reading = read(text.encode(encoding))
    assert said(reading) == said(read(text))
    assert reading.encoding == encoding
    assert "encoding_guessed" in keys(reading)


def test_letters_of_another_script_are_left_to_a_wider_guess():
    text = (
        "T: Где вы были в тот день и что было потом?\nC: Дома, я очень устала и легла спать.\n" * 9
    )
    assert said(read(text.encode("cp1251"))) == said(read(text))
