"""Every action of the program: one table of names, words, keys and menus.

``slot`` is looked up on the window, then on the desk in front. Keys can be changed in the
settings. The ones that work while text is typed carry Ctrl or are function keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from coder.ui.quiet import BoxKeys


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a user can do."""

    slot: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    rule: bool = False  # a line above it in the menu
    codes: bool = False  # needs an own coding that is open, in front


ACTS = (
    Act("new_study", "Study", "New study…", ("Ctrl+N",)),
    Act("open_study", "Study", "Open study…", ("Ctrl+O",)),
    Act("open_sample", "Study", "Open the sample study"),
    Act("import_session", "Study", "Import session…", ("Ctrl+I",), rule=True),
    Act("import_folder", "Study", "Import a folder…"),
    Act("import_version", "Study", "Import another transcript of this session…"),
    Act("correct_session", "Study", "Put right what was imported…"),
    Act("import_report", "Study", "What the import left out…"),
    Act("delete_session", "Study", "Delete session…"),
    Act("search_study", "Study", "Search the whole study…", ("Ctrl+Shift+F",)),
    Act("export_form", "Study", "Export…", ("Ctrl+Shift+E",), rule=True),
    Act("print_form", "Study", "Print or PDF…", ("Ctrl+P",)),
    Act("schemes", "Study", "Schemes…", ("Ctrl+Shift+S",)),
    Act("back_up", "Study", "Back up…"),
    Act("copy_without_measures", "Study", "Copy without measures…"),
    Act("check_study", "Study", "Check the study"),
    Act("unblind", "Study", "End blindness…"),
    Act("choose_coder", "Study", "Who is coding…", ("Ctrl+Shift+P",), rule=True),
    Act("close", "Study", "Quit", ("Ctrl+Q",)),
    Act("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Act("redo", "Edit", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z")),
    Act("edit_mark", "Edit", "Edit mark…", ("F2",), rule=True, codes=True),
    Act("delete_mark", "Edit", "Delete mark", ("Ctrl+Backspace",), codes=True),
    Act("mark_earlier", "Edit", "Move mark to the turn before", ("Alt+Up",), codes=True),
    Act("mark_later", "Edit", "Move mark to the turn after", ("Alt+Down",), codes=True),
    Act("next_mark", "Edit", "Next mark of the turn", ("Alt+Right",)),
    Act("marks_left_behind", "Edit", "Marks without their words…"),
    Act("find_in_transcript", "Edit", "Find in transcript", ("Ctrl+F",), rule=True),
    Act("next_note", "Edit", "Next note", ("Ctrl+Down",)),
    Act("previous_note", "Edit", "Note before", ("Ctrl+Up",)),
    Act("settings", "Edit", "Settings…", ("Ctrl+,",), rule=True),
    Act("to_palette", "Code", "Choose a marker", ("Ctrl+M",)),
    Act("to_transcript", "Code", "Go to the transcript", ("Ctrl+T",)),
    Act("flag_withdrawal", "Code", "Flag withdrawal", ("F5",), rule=True, codes=True),
    Act("flag_confrontation", "Code", "Flag confrontation", ("F6",), codes=True),
    Act("flag_both", "Code", "Flag both", ("F7",), codes=True),
    Act("flag_unsure", "Code", "Flag unsure", ("F8",), codes=True),
    Act("open_episode", "Code", "Open an episode", ("F9",), rule=True, codes=True),
    Act("place_precipitant", "Code", "Precipitant here", ("F10",), codes=True),
    Act("add_statement", "Code", "Statement of understanding…", ("F11",), codes=True),
    Act("add_shift", "Code", "Affective shift…", ("F12",), codes=True),
    Act("delete_episode", "Code", "Delete episode", codes=True),
    Act("around_session", "Code", "Late, homework, no-show…", ("Ctrl+F5",), rule=True, codes=True),
    Act("segment_sheet", "Code", "Segments", ("Ctrl+F6",)),
    Act("rate", "Code", "Ratings…", ("Ctrl+F7",)),
    Act("other_scheme", "Code", "Code with another scheme…"),
    Act("segment_length", "Code", "Length of segments…"),
    Act("begin_measure", "Code", "The measure begins here", ("Ctrl+F9",), rule=True),
    Act("begin_feedback", "Code", "The feedback begins here", ("Ctrl+F10",)),
    Act("clear_phases", "Code", "No measure, no feedback"),
    Act("submit", "Code", "Submit the coding…", ("Ctrl+Return",), rule=True, codes=True),
    Act("reopen", "Code", "Reopen the coding…"),
    Act("play", "Play", "Play or pause", ("Ctrl+Space", "Ctrl+K")),
    Act("back", "Play", "Back 5 s", ("Ctrl+J",)),
    Act("forward", "Play", "Forward 5 s", ("Ctrl+L",)),
    Act("replay", "Play", "Play the turn", ("Ctrl+R",)),
    Act("slower", "Play", "Slower", ("Ctrl+-",)),
    Act("faster", "Play", "Faster", ("Ctrl+=",)),
    Act("loop_start", "Play", "Loop from here", ("Ctrl+[",), rule=True),
    Act("loop_end", "Play", "Loop to here", ("Ctrl+]",)),
    Act("loop_off", "Play", "No loop", ("Ctrl+\\",)),
    Act("tap_times", "Play", "Tap the turns’ times", ("Ctrl+Shift+T",), rule=True),
    Act("guess_times", "Play", "Estimate times from the sound…"),
    Act("drop_guesses", "Play", "Drop the estimates from the sound"),
    Act("find_recording", "Play", "Find the recording…", rule=True),
    Act("add_recording", "Play", "Add a recording…"),
    Act("code_desk", "View", "Code", ("Alt+1",)),
    Act("agree_desk", "View", "Agree", ("Alt+2",)),
    Act("measures_desk", "View", "Measures", ("Alt+5",)),
    Act("show_lines", "View", "Line numbers of the file", ("Ctrl+Shift+L",), rule=True),
    Act("light", "View", "Light", rule=True),
    Act("dark", "View", "Dark"),
    Act("bigger_text", "View", "Larger text", ("Ctrl+Shift++",), rule=True),
    Act("smaller_text", "View", "Smaller text", ("Ctrl+Shift+-",)),
    Act("show_keys", "Help", "Keys", ("F1",)),
    Act("about", "Help", "About and citation"),
)

CODES = {act.slot: act.codes for act in ACTS}

# What needs no study.
ALWAYS = frozenset({
    "new_study", "open_study", "open_sample", "close", "settings", "light", "dark", "bigger_text",
    "smaller_text", "show_keys", "about", "code_desk",
})  # fmt: skip

# Keys that mean something only where they are pressed.
ELSEWHERE = (
    ("Space", "Play or pause, unless text is being typed"),
    ("J  K  L  ,  .  [  ]", "In transcript and timeline: back, play, forward, 1 s, loop"),
    ("a to z", "In the transcript: choose a marker"),
    ("Enter", "In the transcript: play the turn; while choosing: mark"),
    ("Shift+Enter", "While choosing: a mark of its own, where Enter would name a flag"),
    ("Ctrl+1 to 3", "While choosing: clarity"),
    ("Ctrl+5 to 8", "While choosing: family"),
    ("Enter  1 to 3  Delete  Shift+Enter", "In the segments: tick, how clear, take away, play"),
    ("X  -  N  O  Space  Delete", "In the analysis: present, not, not analysed, not observable"),
    ("Enter  Backspace  Down", "While tapping times: it begins, take the last tap back, skip"),
    ("Escape", "While tapping times: end it"),
    ("Shift+Down", "In the transcript: choose several turns"),
)


def keys_of(act: Act, changed: Mapping[str, str]) -> list[QKeySequence]:
    """The keys of an action: the user's own, or the defaults."""
    keys = (changed[act.slot],) if act.slot in changed else act.keys
    return [QKeySequence(key) for key in keys if key]


def build(
    window: QWidget,
    bar: QMenuBar,
    run: Callable[[str], None],
    changed: Mapping[str, str],
) -> dict[str, QAction]:
    """Make the menus; ``changed`` holds the keys a user chose, by slot."""
    made: dict[str, QAction] = {}
    window.installEventFilter(BoxKeys(window))
    for name in dict.fromkeys(act.menu for act in ACTS):
        menu = bar.addMenu(name)
        for act in (each for each in ACTS if each.menu == name):
            if act.rule:
                menu.addSeparator()
            action = QAction(act.text, window)
            action.setShortcuts(keys_of(act, changed))
            action.triggered.connect(lambda _checked=False, slot=act.slot: run(slot))
            menu.addAction(action)
            made[act.slot] = action
    return made
