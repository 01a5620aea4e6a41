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
    "transcript_reader_failed": "{path} could not be read, by a fault of this program ({why}): save it in another format (text, docx, vtt), and import that. Please report what stands in the brackets; it holds nothing of the file.",
    "transcript_too_many": "{path} holds {count} lines with hardly a word in them: look whether it is the right file.",
    "transcript_too_slow": "{path} could not be read within a minute: look whether it is the right file; if it is, cut it into sessions, or save it in another format, and import that.",
    "transcript_too_big": "{path} is larger than {most}: cut it into sessions, and import each.",
    "transcript_empty": "{path} is empty: there is nothing to import.",
    "transcript_binary": "{path} looks like {looks}, not like a transcript: choose the file that holds the text.",
    "transcript_old_word": "{path} looks like an old Word document (.doc): save it as .docx in Word or LibreOffice, and import that.",
    "transcript_rtf": "{path} is an RTF file: leave out --format, to have it read as one.",
    "transcript_not_docx": "{path} cannot be read as a Word document (.docx): it is damaged or of another kind. Open it in Word or LibreOffice, and save it as .docx.",
    "transcript_bomb": "{path} grows far beyond what a transcript needs when it is unpacked, and was not read: open it in the program that wrote it, and save it anew.",
    "transcript_not_packed": "{path} cannot be read as {kind}: it is damaged or of another kind. Open it in the program that wrote it, and save it anew.",
    "transcript_unsafe": "{path} holds {why}, which no honest document has, and was not read: open it in the program that wrote it, and save it anew.",
    "transcript_locked": "{path} is protected by a password: open it in the program that wrote it, save it without one, and import that.",
    "transcript_project": "{path} is a project of {program}, which only that program reads: export the transcript there as text, RTF or docx, and import that.",
    "transcript_doctype": "{path} holds a document type declaration, which no transcript needs, and was not read: open it in the program that wrote it, and save it anew.",
    "transcript_prose": "{path} looks like ordinary text: no speaker's label (as in “T: …”) stands before the lines. Put one before each turn, or name one with --role LABEL=therapist. If a speech recogniser wrote it, each line a turn, give --format whisper-txt.",
    "transcript_chat": "{path} looks like a chat log, which holds what was typed, not what was said: choose the transcript. If it is one all the same, give --format text.",
    "transcript_other_format": "{path} looks like {looks}, which cannot be read: export the transcript as text, docx, vtt or srt, and import that.",
    "transcript_no_cues": "{path} holds no timed block: there is nothing to import. Export the transcript again.",
    "transcript_no_turns": "{path} was read as {format}, and no speech was found in it: look whether it is the right file, or give --format.",
    "transcript_no_words": "{path} has times but no words: there is nothing to import. Export the transcript again.",
    "transcript_damaged": "{path} is damaged or incomplete ({why}): export it again from the program that wrote it.",
    "transcript_not_format": "{path} is no {format}: leave out --format, to have it found out.",
    "unknown_format": "There is no format “{format}”; there are: {known}.",
    "unknown_encoding": "There is no encoding “{encoding}”; try utf-8, utf-16 or cp1252.",
    "encoding_wrong": "{path} is not in the encoding {encoding}: give another, or none, to have it found out.",
    "encoding_guessed": "The encoding was guessed to be {encoding}: look whether accents and quotation marks are right.",
    "times_unread": "Times that cannot be read: {count}; their turns are without time.",
    "times_end_first": "Ends that come before their starts: {count}; they are kept as written.",
    "times_reset": "Places where the clock starts anew: {count}; nothing is moved. If a second recording begins there, say from where its times count.",
    "times_backward": "Starts that come before the one above: {count}; order and times are kept as written.",
    "times_overlap": "Starts that come before the end of the one above: {count}; they are kept as written.",
    "times_unpadded": "The times are written without leading zeros; their fractions were read as whole milliseconds.",
    "vtt_no_header": "The first line is not WEBVTT, as it should be in this format; the cues were read all the same.",
    "cues_repeat": "Lines that repeat the cue before, as captions do that roll: {count}; they are left out of the turns and listed.",
    "lines_alike": "Lines in runs of four or more alike: {count}; a speech recogniser may have made them up. They are kept: listen before coding them.",
    "lines_made_up": "Lines such as “Thank you for watching”, which speech recognisers make up in silence: {count}. They are kept: listen before coding them.",
    "lrc_offset": "The file says that its words come {ms} ms sooner than written; its times were read so.",
    "batch_nothing": "Below {path} is no transcript: name the folder that holds them.",
    "batch_missing": "There is no file or folder {path}: check its name.",
    "batch_too_many": "Below {path} are more than {most} files: name a folder with fewer.",
    "batch_twice": "{session} stands above already: give this one another participant or number, or leave it out.",
    "plan_no_columns": "{path} lacks the columns {missing}: a plan has file, participant and session, and if wanted part, recording, clock_start and purpose.",
    "plan_no_cell": "{path}, line {line}: the cell under {column} is empty.",
    "plan_purpose": "{path}, line {line}: “{purpose}” is no purpose; there are: {known}.",
    "plan_empty": "{path} holds no line under its titles: there is nothing to import.",
    "table_no_columns": "{path} is a table whose columns cannot be told apart: say which holds what, by title, letter or number, as in --column text=C --column speaker=B.",
    "unknown_column": "{path} has no column “{column}”; it has: {known}. A letter or a number will do.",
    "unknown_column_role": "There is no column of the kind “{role}”; there are: {known}.",
    "unknown_part": "{path} has no session “{part}”; it has: {known}.",
    "workbook_too_big": "{path} holds more than {most} cells: cut it into sessions, and import each.",
    "table_several_sessions": "The file holds {count} sessions, and all of them were read as one: choose one with --part, or import each with “import-folder”.",
    "table_rows_repeated": "Rows that repeat an utterance, as for several annotators: {count}; each utterance is one turn.",
    "table_rows_alike": "Rows that say the same as the row above, at the same time: {count}; all are kept as turns. Where a row stands there for each of several codes, leave the others out with --skip.",
    "table_times_ms": "The numbers in the column of times were taken for milliseconds: look whether the last time is right.",
    "table_times_seconds": "The numbers in the column of times were taken for seconds: look whether the last time is right.",
    "table_times_short": "The column of times was read as NVivo’s shorthand: 75 is 75 s, 1:6 is 1 min 6 s, 9203 is 92 min 3 s.",
    "table_times_frames": "The times end in frames, which were left out: give the frame rate to have them read.",
    "table_times_minutes": "All times in the sheet are whole minutes: where minutes and seconds were typed, the spreadsheet took them for hours and minutes. Look whether the last time is right.",
    "table_times_days": "The numbers in the column of times were taken for parts of a day, as spreadsheets keep times: look whether the last time is right.",
    "table_times_midnight": "The times are dates with a clock; they were counted from midnight.",
    "table_times_first": "The times are dates with a clock; they were counted from the first.",
    "no_speakers": "The file names no speakers.",
    "anchors_unused": "Times on a line of their own that no turn begins at: {count}.",
    "role_of_nobody": "No turn has the label “{label}”.",
    "bad_column": "“{given}” is no column: write what it holds and which it is, as in start=B or text=Utterance; it can hold {known}.",
    "bad_frame_rate": "“{given}” is no number of frames per second: give one such as 25 or 29.97.",
    "bad_lines": "“{given}” names no lines: write the first and the last, as in 1-12.",
    "bad_offset": "“{given}” is no offset: write the line from which it holds and the time, as in 124=39:15.",
    "no_transcript_named": "Name the transcript, or give --formats.",
    "table_lacks_column": "{path} has no column “{column}” with anything in it: name the columns in its first row.",
    "names_row": "{path}, {place}: give both what to find and what to put in its place.",
    "taps_row": "{path}, {place}: “{turn}” is the number of no turn, or stands there twice.",
    "unknown_turn": "{session} has no such turn.",
    "turn_timed": "The file itself says when turn {turn} begins: its time cannot be tapped.",
    "tap_backward": "Turn {turn} would begin at {at}, and turn {after} after it at {then}: times rise from turn to turn. Take the wrong tap away first.",
    "tier_unknown": "{path} has no tier “{tier}”; it has: {known}.",
    "tiers_empty": "{path} holds no words in the tiers that are taken: there is nothing to import. Choose with --tier among: {known}.",
    "tiers_repeat": "The tiers {tiers} lie over the same stretches of time, or hold the same words: choose among them with --tier, or it is all taken over more than once.",
    "tier_short": "The tier “{tier}” says that it holds {said} entries and holds {count}: look whether the file is whole.",
    "media_linked": "The recordings that the file names: {names}. The import does not look for them.",
    "time_origin": "Time 0 of the file lies {ms} ms into its recording: set where the recording begins on the session’s clock accordingly.",
    "chat_empty": "{path} holds no line of a speaker (“*CODE:”): there is nothing to import.",
    "chat_roles": "What the speakers’ codes stand for: {roles}.",
    "no_parts": "{path} holds one session, and none that is named {part}: leave out --part.",
    "no_tiers": "{path} is read as {format}, which has no tiers: leave out --tier.",
    "times_from_untimed": "{path} gives no times that could be taken over: name another transcript of the session.",
    "times_from_nothing": "No turn of {path} stands in the same words in {other}: is it the same session?",
    "json_too_deep": "{path} holds JSON that is nested deeper than any transcript is, and was not read: export the transcript again, as vtt or srt if there is the choice.",
    "json_left_out": "The file also holds {parts}; they were not taken over.",
    "json_text_differs": "The file also gives its text in one piece, which is not quite that of the turns: compare the two.",
    "turns_from": "Each turn is one of the {what} of the file.",
    "turns_from_words": "The turns were put together from single words, and change where the speaker does.",
    "google_repeated": "The last result repeats all words with their speakers: it alone was taken.",
    "segments_cut": "Segments in which the speaker changes: {count}; each was cut at the words.",
    "segments_uncut": "Segments whose words name several speakers but are not those of its text: {count}; each is one turn.",
    "speaker_changes": "Segments at which a change of speakers is marked: {count}; the file does not say who speaks.",
    "likely_made_up": "Segments that speech recognition is known to write where nobody speaks, such as repeated lines: {count}, the first is number {first}. They are kept: listen to them.",
    "times_taken": "The times of {count} of {total} turns were taken from {path}.",
    "times_taken_in_part": "The starts of {count} of {total} turns were taken from {path}; those of {estimated} more lie within its timed pieces and were estimated, and {left} were not found there.",
    "document_left_out": "The document has {parts}; they are listed under what is not taken over.",
    "document_numbers": "The program that wrote the document numbers {what} when it shows it. Those numbers are not in the file; the lines counted here are its paragraphs and rows.",
    "document_inserted": "Another document is inserted in this one as a whole, and was not read: open it in Word, and save it anew as .docx.",
    "label_not_taken": "Line {line}: “{label}” looks like a speaker’s label and was taken for words; "
    "if it is one, say so with --role {label}=other.",
    "last_turn_long": "The last turn, from line {line} on, is longer than all others together: if other text follows the transcript, leave its lines out.",
    "margin_numbers": "{count} lines have their number printed in the margin: lines are shown by these numbers, which are no part of the words.",
    "margin_restarts": "{count} lines have a number printed in the margin; they begin anew, so that lines are shown by their place in the file.",
    "transcript_too_long": "{path} has more than {most} turns, more than any session: cut it into sessions, and import each.",
    "time_pattern_unread": "“{pattern}” does not spell a time: write mm and ss, and hh and ff where the times have them, each once, as in [hh:mm:ss].",
    "times_frames": "The times end in frames, and were read to the second: give the frame rate to have the frames read.",
    "times_frames_or_not": "{count} times end in two digits that may be frames or hundredths, and were read to the second: give the frame rate if they are frames.",
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
    "mark_unfit": "A mark of {coder} {at} stands on words that are no longer in the transcript: it keeps its old place until it is put on a turn or deleted.",
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
    "anchor_unfit": "The mark of {coder} at {at} in {session} stands on words that are no longer in its transcript: put it on a turn, or delete it.",
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
