"""The sentences for what can go wrong: one for each key, saying what to do."""

import re

from coder.errors import CoderError, Notice
from coder.words_of_transcripts import TRANSCRIPTS

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
    "ambiguous_marker": "“{marker}” is the name of several markers of {scheme}: {known}. Write the id of the one that is meant, or what it stands under first, as in “{example}”.",
    "unknown_marker": "The scheme {scheme} has no marker “{marker}”: see “scheme show {scheme}”.",
    "scheme_unreadable": "{path} cannot be read as a scheme ({why}).",
    "scheme_invalid": "{path} is not a valid scheme: {why}.",
    "marker_id_fixed": "The id of a marker is fixed once it is made: give it another label, or add a new marker.",
    "marker_in_use": "“{marker}” cannot be removed: {why}. Retire it instead: it is then no longer offered, and what was coded with it stays.",
    "unknown_scale": "The scheme has no rating “{scale}”.",
    "codebook_shared": "{path}, {place}: “{label}” is what several markers are called ({known}). Write the id of the one that is meant.",
    "codebook_suffix": "{path} has an ending that is no scheme’s: use {known}.",
    "codebook_unreadable": "{path} cannot be read as a codebook ({why}).",
    "codebook_no_titles": "{path}{where} has no row of titles that names its columns: write Label (or Code, Name) above the names of the markers, and Definition, Include, Exclude, Example above the rest.",
    "codebook_no_sheet": "{path} has no sheet “{sheet}”; it has: {known}.",
    "codebook_several": "{path} has several sheets that may be the codebook: {known}. Say which it is with --sheet NAME, again for another; sheets with the same titles can be taken as one.",
    "codebook_surplus": "{path}, {place}: {cells} stands under no title. Give the column a title or delete it; in a csv file, put a text that holds the separator in quotation marks.",
    "codebook_fact_twice": "{path}, {place}: “{said}” stands already in {first}. Delete one of them.",
    "codebook_id_twice": "{path}, {place}: the id “{id}” stands already in {first}. Give one of them another id.",
    "codebook_alike": "{path}, {place}: the label “{label}” makes the id “{id}”, which {first} has already. Give each an id of its own in a column Id.",
    "codebook_not_utf8": "{path} cannot be read as text: line {line} is not in UTF-8. Save it in that encoding (in most editors: Save as, Encoding, UTF-8).",
    "codebook_no_scale_titles": "{path}: the sheet “{sheet}” has no row of titles: write Label, From and To above its columns.",
    "codebook_twice": "{path}, {place}: the label “{label}” stands already in {first}. Give one of them another label, or each an id of its own in a column Id.",
    "scheme_reserved": "“{scheme}” is the program’s own scheme for what is about a session as a whole: choose another id.",
    "scheme_in_use": "{scheme} cannot be taken out: {count} of the study’s codings are under it. Leave it in, so that they can be read.",
    "scheme_last": "{scheme} is the study’s only scheme: add another one before it is taken out.",
    "scheme_version_taken": "The study has {scheme} {version} already, with other content: give this one another version, so that what was coded keeps its rules.",
    "scheme_not_moved": "The codings cannot be moved to {scheme} {version}: {count} of their marks or ratings have no place in it ({which}). Say what stands instead of each with --instead OLD=NEW, or keep them under their version.",
    "scheme_instead_there": "“{old}” is still in {scheme} {version}: only what is gone can have another in its place. Leave it out of --instead.",
    "scheme_instead_unknown": "“{old}” is no marker or rating of any version of {scheme}: write OLD=NEW with the ids that marks and ratings have now.",
    "scheme_instead_retired": "“{marker}” is retired in {scheme} {version}, so no mark can be moved to it: name one that is offered.",
    "scheme_two_in_one": "The codings cannot be moved to {scheme} {version}: {rater}’s coding of {session} holds {names} for one and the same place, and all would become “{into}”. Give each another place with --instead OLD=NEW, or keep them under their version.",
    "scheme_ships": "“{scheme}” is the id of a scheme that ships, and other schemes are counted in its rows: give this one another id (scheme import … --id ID), or a version of its own that keeps every marker.",
    "scheme_instead": "“{given}” does not say what stands instead of what: write OLD=NEW, with ids of markers.",
    "no_roll_up": "The scheme {scheme} cannot be rolled up to {target}.",
    # From coding.
    "coding_submitted_already": "This coding is submitted already.",
    "rating_off_scale": "“{scale}” goes from {low} to {high}: {value} is not on it.",
    "segments_lead": "Only the lead says how long segments are: have the study’s lead do it.",
    "segments_length": "A segment cannot be {seconds} s long: give 1 to 36000 seconds.",
    "segments_in_use": "{count} ticks or ratings stand on segments of {length} under {scheme}: take them back first, or copy the scheme for segments of another length.",
    **TRANSCRIPTS,
    # From recording.
    "recording_missing": "There is no file {path}: if it was moved, say where it is now.",
    "recording_empty": "The recording {path} is empty: copy it again from where it was made.",
    "recording_unreadable": "{path} cannot be read as a recording ({why}): give a sound or video "
    "file, such as wav, mp3, m4a, ogg, flac or mp4.",
    "recording_no_sound": "There is no sound in {path}: choose the file that was recorded.",
    "peaks_not_kept": "The waveform could not be kept in {path} ({why}): make room, or allow "
    "writing there.",
    # From alliance and measures.
    "alliance_too_few": "There are too few scores for this rule.",
    "alliance_too_few_before": "Fewer than four sessions before it are scored.",
    "alliance_no_neighbours": "No two sessions that follow each other are scored.",
    "alliance_no_spread": "The scores do not scatter: there is nothing to measure a drop by.",
    "alliance_needs_all": "Levels are told apart in all sessions together: look back (retrospective).",
    "alliance_unanswered": "An answer that this rests on was left out.",
    "alliance_no_problem": "No problem was reported: there is nothing to resolve.",
    "alliance_no_norm": "There are too few scores before it, and no norm was given.",
    "alliance_lines_left_out": "Lines were not given: whether there is a concern cannot be told.",
    "alliance_ended": "The scores end before it can be told.",
    "alliance_not_seen": "None of the sessions in which it could have been repaired is scored.",
    "alliance_no_pairs": "There is no session that both patient and therapist answered.",
    "alliance_one_answer": "Patient and therapist said the same of every session, always yes or always no: agreement beyond chance cannot be estimated.",
    "alliance_no_next": "After none of these sessions is the very next one scored.",
    "unknown_instrument": "There is no instrument “{instrument}”; there are: {known}.",
    "unknown_item": "The instrument {instrument} has nothing called “{item}”; it has: {known}.",
    "instrument_id": "“{instrument}” cannot be an instrument’s id: write small letters, digits and hyphens, and none that is taken (srs, psq-patient, psq-therapist).",
    "instrument_title": "Give the instrument {instrument} a title of one line, at most 100 characters long.",
    "instrument_range": "The lowest score of {instrument} must be below the highest: put the range right.",
    "instrument_by": "“{given}” is nobody who answers; write one of {known}.",
    "instrument_items": "The items of {instrument} need names of small letters, digits and _, each its own, and none called total or score.",
    "instrument_answered": "The instrument {instrument} has been answered: define another one, or delete the answers first.",
    "measures_of_lead": "Measures are entered by the study’s lead: who codes must not know them.",
    "threshold_unknown": "There is no threshold “{name}”; there are: {known}.",
    "threshold_value": "“{given}” cannot be the threshold {name}: give a number from {low} to {high}.",
    "threshold_whole": "“{given}” cannot be the threshold {name}: give a whole number.",
    "thresholds_order": "The threshold {lower} cannot lie above {upper}: change one of them.",
    "measures_hidden": "Measures are hidden from you while you code or the study is blind.",
    "answers_refused": "These answers to the {instrument} were refused; nothing was changed:\n{reasons}",
    "answers_none": "Nothing was answered to the {instrument}: enter at least one answer.",
    "answer_unknown_item": "“{item}” is no item of it.",
    "answer_no_number": "What stands under {item} is no number.",
    "answer_outside": "{value} under {item} lies outside {low} to {high}.",
    "answer_not_whole": "{value} under {item} is no whole number.",
    "answer_total_differs": "The total given is not the sum of the items.",
    "not_answered": "Nothing was answered to {instrument} in {session}.",
    "measures_no_columns": "{path} has no column of measures that is known: name them {known}, or say which is which (--column srs_total=TITLE).",
    "unknown_measure_column": "There is no measure “{column}”; there are: {known}.",
    "measure_twice": "{item} of {instrument} is given further up for {session}, and otherwise.",
    "measure_again": "{item} of {instrument} is given further up for {session} too: leave one of them out.",
    "measures_no_session": "{path} does not say which session a row is of: it needs the columns participant and session, or session as P/N (or say which they are: --column session=TITLE).",
    "answer_twice": "“{name}” is given twice: give it once.",
    "answer_total_beyond": "The total {value} cannot be, whatever the items left out were.",
    "pooled_of_one": "Nobody but {participant} has two scores: the SD pooled over participants would be their own, and is not used.",
    "measure_differs": "The {instrument} of {session} is there with other answers: say that they are to be replaced (--replace).",
    "no_pair": "“{given}” is no name and value: write them with = between, as in goals=8.5.",
    "unknown_rule": "There is no rule “{rule}”; there are: {known}.",
    "rule_parameter": "The rule has no parameter “{name}”; it has: {known}.",
    "rule_value": "“{given}” is no value for {name}: look at the rule’s own.",
    "copy_not_encrypted": "{path} is not encrypted, and its copy is not either: leave the new passphrase out.",
    "measures_left_out": "Left out, as consent to their use has ended: {sessions}.",
    "pool_elsewhere": "Not in the pool, as they are for training or calibration: {sessions}.",
    "sessions_as_listed": "The sessions of {participant} are not numbered 1, 2, 3 …: they are taken in the order of the list.",
    # From tables.
    "table_unknown_suffix": "{path} is no table that can be read: save it as one of {known}.",
    "table_unreadable": "{path} cannot be read as a table ({why}): open it and save it again.",
    "table_title_twice": "{path} has two columns called “{title}”: rename one of them, or delete it.",
    "table_row_too_long": "{path} has more cells in {where} than its first row has titles: a comma within a number or a text may have cut it (put it in quotes, or use a semicolon between cells).",
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
    "row_other_kind": "In the scheme “{marker}” is of the kind {kind}, not {given}: put that as its kind, or leave it empty.",
    "row_of_session": "What is about the session as a whole has no place in it: leave start, turn and quote empty.",
    "row_unknown_scale": "The scheme {scheme} has no scale “{given}”; it has: {known}.",
    "row_off_scale": "“{given}” is off the scale “{scale}”: write a whole number from {low} to {high}.",
    "row_rates_nothing": "“{scale}” is asked of each {over}: fill in {column}.",
    "row_rates_other": "“{scale}” is asked of the {over}: leave {column} empty.",
    "row_said_twice": "The same is said further up, and otherwise: keep one of the two.",
    "row_no_component": "“{marker}” is no component of repair but of the kind {kind}.",
    "row_nothing_found": "Write as found present, not-present, not-analysed or not-observable.",
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
    # From tables of presence, and task analysis.
    "presence_twice": "“{component}” stands in two rows: keep one.",
    "presence_cell": "“{given}” is none of X (present), – (not present), NA (not analysed) and not observable: mend the cell, or leave it empty.",
    "presence_no_columns": "The first row names no session: beside the components it has a session (P/N) or an expert above each column.",
    "presence_column_twice": "“{session}” stands above two columns: keep one.",
    "presence_no_session": "“{given}” stands below no name: write a session or an expert above its column.",
    "presence_nothing": "{path} says nothing of any component: fill in X, –, NA or not observable.",
    "analysis_no_session": "There is no session “{session}”: mend its name, or have sessions made with --make.",
    "analysis_no_name": "“{given}” names no session: write P/N, or the name of an expert alone.",
    "analysis_window": "The window within which a repair follows is from 0 to {most} seconds.",
    "analysis_of_episodes": "Episodes can be chosen only where the columns are episodes: leave out --episode, or give --by episode.",
    "analysis_no_episode": "There is no episode “{episode}”; there are: {known}.",
    "analysis_whose": "Several coders coded under {scheme} ({known}): choose one with --rater.",
    "analysis_nothing": "No session is coded under {scheme} yet: mark or enter its components first.",
    "option_of_analysis": "{option} belongs to --form task-analysis, not to {form}: leave it out.",
    "analysis_no_scheme": "The study has no scheme of repair (only {known}): add one first, such as laraway-empirical.",
    "analysis_found_or_clear": "Say what was found: --found X, –, NA or “not observable”, or --clear.",
    "analysis_episode_number": "“{given}” is the number of no episode: write a whole number from 1 to {most}.",
    # From export.
    "export_unknown_form": "There is no form “{form}”; the forms are {known}.",
    "export_unknown_suffix": "The form {form} is not written as {path}: end the name in {known}.",
    "option_of_session_report": "{option} is for --form session-report, not for {form}: leave it out.",
    "export_nothing": "There is no coding to write to {path}: choose a session that is coded.",
    "export_no_rows": "The form {form} has no rows for {left}: choose “form”, which is on the rows of "
    "the coding’s own scheme.",
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
    "agreement_no_categories": "The markers of these schemes belong to no categories: compare them as markers.",
    "agreement_no_codes": "The schemes have nothing in common that could be compared at this level.",
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
    # From consents, people.
    "consent_missing": "{session} cannot be used for {use}: no consent of the {person} to it is on record. Record it first (consent, --use {use}).",
    "consent_withdrawn": "{session} can no longer be used for {use}: the {person} withdrew consent to it as from {day}. What was coded stays until the session is deleted.",
    "consent_expired": "{session} can no longer be used for {use}: the consent of the {person} to it ended on {day}. Record a new one, if it was given.",
    "consent_not_yet": "{session} cannot be used for {use} yet: the consent of the {person} to it begins on {day}.",
    "consent_backwards": "Consent that was given on {given} cannot end before that day.",
    "no_consent_recorded": "No consent of {person} to {use} that could end is on record: record it with the day it was given, and the day it ended.",
    "unknown_participant": "There is no participant “{participant}”; there are: {known}.",
    "unknown_therapist": "There is no therapist “{therapist}”; there are: {known}.",
    "self_stands": "You declared that you are the therapist {therapist}, so that answers about your own sessions are kept from you: only the study’s lead can take that back.",
    "therapist_exists": "There is a therapist “{therapist}” already; give another pseudonym.",
    "person_name": "“{name}” cannot be a pseudonym: give one of at most 100 characters, on one line and, for a participant, without a slash.",
    "not_a_day": "“{text}” is no day: write it as 2026-01-31.",
    "option_missing": "{option} is missing: without it the rest says nothing.",
    "only_as_oneself": "With --as a coder acts as themself alone; only the study’s lead acts for others.",
    "only_oneself": "Only the coder themself, or the study’s lead, can declare this.",
    # From imports.
    "bad_address": "A session needs a participant and a number, each of at most 100 characters, on "
    "one line and without a slash (“{participant}”, “{number}”).",
    "session_exists": "Session {session} exists already; give another number, or "
    "import this as another transcript of that session (--new-version).",
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
    "others_marks": "In codings of other coders, which you may not see, something is wrong in {count} places: the study’s lead can look.",
    # From commands.
    "passphrase_without_encrypt": "A passphrase was given, but the study was not to be encrypted: "
    "add --encrypt. Nothing was made.",
    "nothing_to_search": "Give the words to search for.",
    "bad_role": "“{role}” is no role: write LABEL=therapist, LABEL=patient or LABEL=other.",
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
_ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HEAD, _TAIL = 400, 100


def say(told: CoderError | Notice) -> str:
    """Turn a key and its arguments into a sentence: one line, but for the reasons of a table."""
    where = {
        name: value if name == "reasons" else shown(str(value))
        for name, value in told.where.items()
    }
    return SENTENCES[told.key].format_map(where)


def visible(text: str) -> str:
    """Show a line as it is but for signs that would act on a terminal, which are written out."""
    return _ACTING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def shown(text: str) -> str:
    """Show a name or a message on one line: what cannot be seen escaped, what is long cut."""
    text = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]} … {text[-_TAIL:]}"
