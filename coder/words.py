"""The sentences for what can go wrong: one for each key, saying what to do."""

import re

from coder.errors import CoderError, Notice

SENTENCES = {
    # session, settings
    "settings_unwritable": "The settings cannot be kept in {path} ({why}): they hold until the program is closed. Check the folder and its rights.",
    "not_a_time": "“{text}” is not a time: write h:mm:ss, m:ss or seconds.",
    "not_a_segment": "“{text}” is no length of a segment: give seconds, as in --segment 300.",
    "not_a_tolerance": "The tolerance “{text}” is not a number of seconds: write one, such as 10.",
    "not_text": "“{given}” holds bytes that are no letters: give the file or name another name.",
    "file_refused": "{path} cannot be used ({why}): check the name, the disk and its rights.",
    "no_such_command": "There is no command or study “{given}”; the commands are: {known}.",
    # From markers.
    "unknown_scheme": "There is no scheme “{scheme}”; there are: {known}.",
    "unknown_marker": "The scheme {scheme} has no marker “{marker}”: see “scheme show {scheme}”.",
    "scheme_unreadable": "{path} is not a YAML file that can be read ({why}).",
    "scheme_invalid": "{path} is not a valid scheme: {why}.",
    "no_roll_up": "The scheme {scheme} cannot be rolled up to {target}.",
    # From coding.
    "coding_submitted_already": "This coding is submitted already.",
    # From transcripts.
    "transcript_not_opened": "{path} cannot be opened ({why}).",
    "transcript_too_big": "{path} is larger than {most}: cut it into sessions, and import each.",
    "transcript_empty": "{path} is empty: there is nothing to import.",
    "transcript_binary": "{path} looks like {looks}, not like a transcript: choose the file that holds the text.",
    "transcript_old_word": "{path} looks like an old Word document (.doc): save it as .docx in Word or LibreOffice, and import that.",
    "transcript_rtf": "{path} is an RTF file: save it as .docx in Word or LibreOffice, and import that.",
    "transcript_not_docx": "{path} cannot be read as a Word document (.docx): it is damaged or of another kind. Open it in Word or LibreOffice, and save it as .docx.",
    "transcript_bomb": "{path} grows far beyond what a transcript needs when it is unpacked, and was not read: open it in Word, and save it anew as .docx.",
    "transcript_doctype": "{path} holds a document type declaration, which no Word document needs, and was not read: open it in Word, and save it anew as .docx.",
    "transcript_prose": "{path} looks like ordinary text: no speaker's label (as in “T: …”) stands before the lines. Put one before each turn, or name one with --role LABEL=therapist.",
    "transcript_chat": "{path} looks like a chat log, which holds what was typed, not what was said: choose the transcript. If it is one all the same, give --format text.",
    "transcript_other_format": "{path} looks like {looks}, which cannot be read: export the transcript as text, docx, vtt or srt, and import that.",
    "transcript_no_cues": "{path} holds no timed block: there is nothing to import. Export the transcript again.",
    "transcript_no_words": "{path} has times but no words: there is nothing to import. Export the transcript again.",
    "unknown_format": "There is no format “{format}”; there are: {known}.",
    "unknown_encoding": "There is no encoding “{encoding}”; try utf-8, utf-16 or cp1252.",
    "encoding_wrong": "{path} is not in the encoding {encoding}: give another, or none, to have it found out.",
    "encoding_guessed": "The encoding was guessed to be {encoding}: look whether accents and quotation marks are right.",
    "times_unread": "Times that cannot be read: {count}; their turns are without time.",
    "times_end_first": "Ends that come before their starts: {count}; they are kept as written.",
    "times_backward": "Starts that come before the one above: {count}; order and times are kept as written.",
    "times_overlap": "Starts that come before the end of the one above: {count}; they are kept as written.",
    "times_unpadded": "The times are written without leading zeros; their fractions were read as whole milliseconds.",
    "vtt_no_header": "The first line is not WEBVTT, as it should be in this format; the cues were read all the same.",
    "no_speakers": "The file names no speakers.",
    "anchors_unused": "Times on a line of their own that no turn begins at: {count}.",
    "role_of_nobody": "No turn has the label “{label}”.",
    "no_tiers": "{path} is read as {format}, which has no tiers: leave out --tier.",
    "times_from_untimed": "{path} gives no times that could be taken over: name another transcript of the session.",
    "times_from_nothing": "No turn of {path} stands in the same words in {other}: is it the same session?",
    "times_taken": "The times of {count} of {total} turns were taken from {path}.",
    "docx_left_out": "The document has {parts}; their words were not taken over.",
    "label_not_taken": "Line {line}: “{label}” looks like a speaker’s label and was taken for words; "
    "if it is one, say so with --role {label}=other.",
    # From recording.
    "recording_missing": "There is no file {path}: if it was moved, say where it is now.",
    "recording_empty": "The recording {path} is empty: copy it again from where it was made.",
    "recording_unreadable": "{path} cannot be read as a recording ({why}): give a sound or video "
    "file, such as wav, mp3, m4a, ogg, flac or mp4.",
    "recording_no_sound": "There is no sound in {path}: choose the file that was recorded.",
    "peaks_not_kept": "The waveform could not be kept in {path} ({why}): make room, or allow "
    "writing there.",
    # From tables.
    "table_unknown_suffix": "{path} is no table that can be read: save it as one of {known}.",
    "table_unreadable": "{path} cannot be read as a table ({why}): open it and save it again.",
    "table_too_long": "{path} has more than {most} rows: split it.",
    "table_unknown_columns": "{path} has columns that are not known ({columns}; ? stands for cells "
    "without a name or under one used twice): rename or delete them. The columns are {known}.",
    "table_of_several": "{path} holds more than one {column}: a table is one coding; split it.",
    "table_refused": "{path} was not taken: {count} of its rows are refused. Mend these:\n{reasons}",
    "row_unknown_kind": "“{given}” is no kind of row; the kinds are {known}.",
    "row_unknown_person": "“{given}” is no person; write one of {known}.",
    "row_unknown_family": "“{given}” is no family; the families are {known}.",
    "row_unknown_outcome": "“{given}” is no outcome; write one of {known} as text.",
    "row_unknown_moment": "An outcome needs “before” or “after” as its marker.",
    "row_outcome_twice": "Episode {episode} is given another outcome further up.",
    "row_no_marker": "It names no marker.",
    "row_no_family": "A {kind} has no family: leave it empty.",
    "row_one_episode": "Only a repair can answer several episodes: name one.",
    "row_no_number": "It has no number.",
    "row_not_a_number": "“{given}” is no {name}: write a whole number{upper}.",
    "row_yes_or_no": "Noticed is “yes” or “no”.",
    "row_no_place": "It has no place: give start, turn or quote, or write “session” as turn.",
    "row_no_such_turn": "There is no turn {turn}.",
    "row_outside": "{time} is a time outside the recording, which covers {first} to {last}.",
    "row_ends_first": "Its end has no start before it.",
    "row_words_not_found": "Its quote is not in the transcript: give start or turn as well.",
    "row_words_not_unique": "Its quote stands several times (turns {turns}): give start or turn "
    "as well.",
    # From tables of ratings.
    "ratings_missing": "There is no table {path}: check the name.",
    "ratings_wide_or_long": "A wide table has a column for each coder: leave out --rater-col and --value-col, or --wide.",
    "ratings_no_column": "{path} has no column “{column}”; it has: {known}. Name the columns with --unit-col, --rater-col and --value-col, or give --wide for a column for each coder.",
    "ratings_column_twice": "{path} has two columns “{column}”: rename or delete one.",
    "ratings_column_unnamed": "{path} has a column without a name: name it “unit” if it names the units, or delete it.",
    "ratings_one_coder": "Agreement needs the ratings of two coders; in {path} there is {raters}.",
    "ratings_none": "{path} holds no ratings.",
    "ratings_of_nothing": "In {path}, {place} has a rating but no {what}: fill it in.",
    "ratings_twice": "In {path} unit “{unit}” is rated twice by “{rater}”, the second time in {place}: keep one.",
    "ratings_undeclared": "In {path}, {place} holds “{value}”, which is none of the categories ({known}): mend it, or add it to --categories.",
    "ratings_declared_twice": "“{category}” is declared twice in --categories: name it once.",
    "ratings_category_unnamed": "“{text}” is no list of categories: write --categories a,b,c.",
    "ratings_no_number": "“{value}” ({place}) is no number, as {kind} ratings are: write it with a decimal point, and leave the cell empty where there is no rating.",
    # From export.
    "export_unknown_form": "There is no form “{form}”; the forms are {known}.",
    "export_unknown_suffix": "The form {form} is not written as {path}: end the name in {known}.",
    "export_nothing": "There is no coding to write to {path}: choose a session that is coded.",
    "export_no_folder": "{path} cannot be written: its folder does not exist. Make it first.",
    "export_unwritable": "{path} cannot be written ({why}): close it elsewhere, or choose another "
    "name.",
    "export_text_too_long": "A text of {length} characters does not fit a cell of {path}, which "
    "holds {most}: shorten it, or export another format.",
    # From agreement.
    "agreement_one_rater": "Agreement needs the codings of two coders; there is {raters}.",
    "agreement_no_common_session": "No session was coded by two of {raters}: assign one to both.",
    "agreement_coded_twice": "{rater} coded {session} more than once: choose one scheme.",
    "agreement_levels_differ": "The codings are under different schemes: compare them at a "
    "coarser level.",
    "agreement_no_rows": "Not every scheme here can be rolled up to the rows of the form.",
    "agreement_no_shared_session": "These two coders have no session in common.",
    "agreement_no_units": "There is no unit that two coders covered.",
    "agreement_one_category": "Both coders put every unit in the same category, so agreement beyond chance cannot be estimated.",
    "agreement_no_variation": "All values are the same, so agreement beyond chance cannot be estimated.",
    "agreement_never_marked": "Neither coder’s marks of this code stand on a unit.",
    "agreement_always_marked": "Every unit was marked, so there is no agreement on what was left unmarked.",
    "agreement_pair_without_units": "Two of the coders share no unit, and the mean kappa needs every pair.",
    "agreement_marked_none": "{rater} marked none: absence agrees {absence} %, presence cannot be estimated.",
    "agreement_none_by_one": "{rater} marked none, so agreement beyond chance cannot be estimated.",
    "agreement_few_resamples": "{n} resamples are not enough for an interval, or more than are of use: take 0 for none, or 100 to 100,000.",
    "agreement_no_times": "These marks have no times and cannot be matched in time: compare them by turn.",
    "agreement_too_rare": "Too rare: marked {n} times at most by one coder, fewer than {rare}; see the row or the family it rolls up to.",
    "agreement_one_code": "Too few codes were used: the marks each coder made already fix how far they agree.",
    "agreement_nothing_linked": "No marks of the two coders match.",
    "agreement_too_few_targets": "Fewer than two things were rated by two coders.",
    "agreement_targets_alike": "What was rated hardly differs, so that this form of the coefficient has no value.",
    "agreement_negative_ratio": "A ratio scale has no negative numbers.",
    "agreement_overlapping": "Spans of one coder overlap, and this coefficient needs them apart.",
    "agreement_points": "The marks are moments without a length; this coefficient is for spans.",
    "agreement_no_length": "What was covered has no length.",
    "agreement_no_partner": "Only one coder covered this: there is nobody to agree with.",
    "agreement_too_little_shared": "Too little time was marked by two coders at once to say what chance would give.",
    "agreement_no_segment": "A segment must be longer than nothing: give its length in seconds.",
    "agreement_fixed_already": "The study is unblinded: unit, level and tolerance were fixed before, and stay. Other settings can be run, and are printed as exploratory.",
    "coding_not_submitted": "The coding is not submitted, so there is nothing to reopen.",
    "only_the_lead": "Only the study’s lead can do this.",
    "agreement_no_marks_by_coder": "The coder compared placed no such mark.",
    "agreement_no_marks_in_reference": "The reference coder placed no such mark.",
    "agreement_of_nothing": "Name a study, or a table of ratings with --table.",
    "agreement_of_both": "A study and a table are two sources of ratings: give STUDY or --table.",
    "option_of_report": "{option} belongs to --form agreement-report, not to {form}.",
    "option_of_forms": "{option} belongs to the forms of one coding; for the report of agreement use --raters.",
    "option_of_tables": "{option} is for a table of ratings: give --table, or leave it out.",
    "option_of_studies": "{option} is for a study: leave it out with --table.",
    "ratings_never_chosen": "No coder chose this category, so there is no agreement on it.",
    "ratings_always_chosen": "Every rating is this category, so there is no agreement on the rest.",
    "ratings_one_category": "All ratings compared are of one category, so agreement beyond chance cannot be estimated.",
    "ratings_no_units": "No unit was rated by two of these coders.",
    "ratings_one_by_coder": "{rater} put every unit in “{category}”: kappa is 0 whatever the other coder did.",
    "ratings_too_many_categories": "There are {n} different ratings, too many to be taken for categories: look at alpha and the ICCs of --kind interval.",
    "ratings_too_large": "{units} units with {n} different ratings are more than can be counted at once: compare a part of them.",
    "ratings_number_too_large": "“{value}” ({place}) is too large a number to compute with: give it in other units.",
    "ratings_nothing_to_resample": "No interval: resamples of these units do not differ, or too many leave it undefined.",
    "ratings_too_many_to_resample": "No interval: there are too many different ratings and units to resample.",
    # From store.
    "study_missing": "There is no study {path}: check the name, or make one with “new”.",
    "study_is_folder": "{path} is a folder; name the study file in it (it ends in .rupture).",
    "study_unreadable": "{path} cannot be read or written ({why}): check the disk and its rights.",
    "study_empty": "{path} is an empty file, not a study; restore it from a backup.",
    "study_name_too_long": "The name {path} is too long for a study: choose a shorter one.",
    "study_exists": "{path} exists already; choose another name, or open it.",
    "study_suffix": "A study file ends in .rupture; {path} does not.",
    "study_locked": "{path} is open in another window or command; close that first.",
    "study_busy": "{path} is being written to by another program; try again in a moment.",
    "study_folder_unwritable": "The folder of {path} cannot be written to ({why}); "
    "copy the study to a folder on this computer’s own disk.",
    "study_newer": "{path} was made by a newer version of Rupture Coder (schema {version}, "
    "this one knows {known}); install the newer version. The file was not changed.",
    "not_a_study": "{path} is a database, but not a study of Rupture Coder.",
    "study_damaged": "{path} is damaged ({why}); restore it from a backup.",
    "study_damaged_or_passphrase": "{path} cannot be opened: the passphrase is wrong, or the file "
    "is damaged or no study. The two cannot be told apart; try the passphrase again, then a "
    "backup.",
    "study_replaced": "{path} was replaced or made read-only while it was open ({why}). Nothing "
    "was written. Close it, take it out of any synchronised folder, and open it again.",
    "disk_full": "The disk that holds {path} is full. Nothing was saved of this act; free some "
    "space and do it again.",
    "disk_fault": "The disk that holds {path} reports a fault ({why}). Nothing was saved of this "
    "act; copy the study to another disk.",
    "passphrase_needed": "{path} is encrypted (or is no study): give its passphrase, with "
    "--passphrase-file or at the prompt.",
    "passphrase_wanted": "{path} needs a passphrase to be encrypted with: give it with "
    "--passphrase-file or at the prompt. Nothing was made.",
    "passphrase_empty": "A passphrase cannot be empty, nor hold what is no text.",
    "passphrase_differs": "The two passphrases differ; nothing was made.",
    "passphrase_file": "The passphrase file {path} cannot be read as text.",
    "no_cipher": "{path} could not be encrypted: this installation has no SQLCipher. Nothing was "
    "made.",
    "taken_already": "This cannot be done: {path} holds something of that name already.",
    "left_loose": "This cannot be done: something in {path} would be left without what it belongs "
    "to, such as a coding without its session. Look at the study as it is now.",
    "changed_meanwhile": "This cannot be done any more: {path} has changed since. Look at it as it "
    "is now, and do it again.",
    "content_erased": "“{what}” cannot be undone: its content was erased from {path}.",
    "migration_broke_references": "The study could not be brought up to date; it was left as it "
    "was. Please report this.",
    "folder_missing": "There is no folder {path}; make it first.",
    "backup_exists": "{path} exists already, and a backup never replaces a file; name another.",
    "backup_unwritable": "{path} cannot be written ({why}); name another place.",
    "backup_damaged": "The copy {path} does not match the study; it was thrown away. Check the "
    "disk, then try again.",
    # From study.
    "coding_submitted": "This coding is submitted and locked.",
    "scheme_not_in_study": "The study {path} does not code with “{scheme}”; it has: {known}.",
    "unknown_rater": "There is no coder “{rater}” in this study; there are: {known}.",
    "rater_name_taken": "“{rater}” cannot be a coder’s name: give one of at most 100 characters, on "
    "one line, that is neither “lead” nor “consensus”.",
    "unknown_session": "There is no session “{session}”; there are: {known}.",
    "reason_needed": "Give a reason: it stands in the study’s log.",
    # From imports.
    "bad_address": "A session needs a participant and a number, each of at most 100 characters, on "
    "one line and without a slash (“{participant}”, “{number}”).",
    "session_exists": "Session {session} exists already; another transcript of it is imported "
    "with --new-version.",
    "new_version_has_marks": "Session {session} is coded already, and its marks cannot yet be "
    "carried over to another transcript.",
    "recording_not_found": "No file with the bytes of {name} is in {path}.",
    "times_outside": "Turns that begin outside the recording, which covers {first} to {last}: "
    "{count}. Is --clock-start (or --times) right?",
    "recording_differs": "{path} is not the recording that was imported: its bytes differ.",
    "no_recording": "Session {session} has no recording.",
    "unknown_label": "The transcript has no label “{label}”; it has: {known}.",
    "phases_out_of_order": "The measure comes before the feedback: these two moments would stand the other way round.",
    # From checks.
    "file_fault": "The file is damaged: {why}. Restore a backup.",
    "reference_fault": "A row of {table} refers to something that is not there. Restore a backup.",
    "log_fault": "Entry {seq} of the log does not verify: it was altered, or one before it was.",
    "media_missing": "The recording {path} of session {session} is not where it was.",
    "media_changed": "The recording {path} of session {session} is not the one imported.",
    "episode_missing": "A mark of {coder} in {session} belongs to an episode that is gone.",
    "anchor_slid": "The mark of {coder} at {at} in {session} does not stand on its words.",
    # From commands.
    "passphrase_without_encrypt": "A passphrase was given, but the study was not to be encrypted: "
    "add --encrypt. Nothing was made.",
    "nothing_to_search": "Give the words to search for.",
    "bad_role": "“{role}” is no role: write LABEL=therapist, LABEL=patient or LABEL=other.",
    "file_unreadable": "{path} cannot be read as text.",
    "coding_locked": "The coding of {session} by {rater} is submitted and locked: nothing was added.",
    "no_coding": "{rater} has no coding of session {session}.",
    "nothing_to_correct": "Say what to put right: --role, --clock-start or --media.",
    "not_deleted": "Nothing was deleted; to delete {session} type its name, or give --yes.",
    "nothing_to_export": "There is no coding to write as “{form}”.",
    "still_blind": "The study is blind: agreement is shown to the lead, or to all once the lead "
    "has unblinded it.",
    "no_display": "There is no display to open a window on; “rupture-coder --help” lists the "
    "commands that need none.",
}


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEAD, _TAIL = 400, 100


def say(told: CoderError | Notice) -> str:
    """Turn a key and its arguments into a sentence: one line, but for the reasons of a table."""
    where = {
        name: value if name == "reasons" else shown(str(value))
        for name, value in told.where.items()
    }
    return SENTENCES[told.key].format_map(where)


def shown(text: str) -> str:
    """Show a name or a message on one line: what cannot be seen escaped, what is long cut."""
    text = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]} … {text[-_TAIL:]}"
