"""The sentences of `vizcore.errors.scores`: tables of scores and texts."""

from vizcore.i18n import N_

SCORES = {
    "scores_file_invalid": N_("This file is not a table of scores; please export it as CSV."),
    "scores_file_invalid:encoding": N_("This file is not text in UTF-8; please save the table as CSV in UTF-8."),
    "scores_file_invalid:truth_missing": N_(
        "The first line must name the columns, one of them “truth” and then one for each class; please add it."
    ),
    "scores_file_invalid:no_scores": N_(
        "There is no column of scores beside “truth”; please add one for each class, named by its label."
    ),
    "scores_file_invalid:columns": N_(
        "The columns do not fit together (a name twice or missing, or rows of different lengths);"
        " please export the table again."
    ),
    "scores_file_invalid:no_rows": N_("The table has column names and no row; please add the scores."),
    "scores_entry_invalid": N_("Row {entry} of the table cannot be used; please correct it."),
    "scores_entry_invalid:not_numbers": N_("A score in row {entry} is not a number; please correct it."),
    "scores_entry_invalid:not_finite": N_(
        "A score in row {entry} is missing, NaN or infinite; please correct it or leave the row out."
    ),
    "scores_entry_invalid:truth_empty": N_(
        "Row {entry} has no truth; please name its class, or join several labels with | if each row may have any"
        " number."
    ),
    "scores_entry_invalid:unknown_label": N_(
        "The truth “{label}” in row {entry} is not the name of a column; please give every class a column of scores."
    ),
    "scores_entry_invalid:surplus": N_(
        "Row {entry} has more cells than the first line names columns; please correct it, and separate columns with"
        " semicolons if the scores have decimal commas."
    ),
    "scores_too_large": N_("This table is too large; please measure fewer rows at once."),
    "scores_too_large:megabytes": N_(
        "This table has {actual} MB, more than the limit of {limit} MB; please measure fewer rows at once."
    ),
    "scores_too_large:rows": N_(
        "This table has {actual} rows, more than the limit of {limit}; please draw a random part of them."
    ),
    "scores_too_large:cells": N_(
        "This table has {actual} scores, more than the limit of {limit}; please measure fewer rows or classes at once."
    ),
    "text_too_long": N_(
        "The two texts differ over {actual} characters, and at most {limit} can be aligned;"
        " please compare them page by page."
    ),
    "text_too_long:whole": N_(
        "A text has {actual} characters, and at most {limit} are compared; please compare them page by page."
    ),
    "reading_timeout": N_(
        "{model} had not finished reading after {limit_s} s and was stopped; please choose a smaller picture."
    ),
    "text_unreadable": N_("The file {file} is not a text; please choose another one."),
    "text_unreadable:encoding": N_("The file {file} is not text in UTF-8; please save it again in UTF-8."),
    "text_unreadable:megabytes": N_(
        "The file {file} is larger than the limit of {limit_mb} MB; please compare page by page."
    ),
}
