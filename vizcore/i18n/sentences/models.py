"""The sentences of `vizcore.errors.models`: models, weights and downloads."""

from vizcore.i18n import N_

MODELS = {
    "unknown_model": N_("There is no model called “{key}”; please choose one of these: {known}."),
    "unknown_class": N_("The model {model} knows no class called “{wanted}”; please try another word."),
    "ambiguous_class": N_("Several classes fit “{wanted}”; please say which one you mean: {candidates}."),
    "model_cannot": N_("The model {model} cannot do this (it lacks: {ability}); please choose another model."),
    "labels_invalid": N_("The photo cannot be compared with these labels; please change them."),
    "labels_invalid:few": N_(
        "Comparing takes at least {limit} labels, and the list holds {given};"
        " please write one a line, or commas between."
    ),
    "labels_invalid:many": N_("The list holds {given} labels, more than the limit of {limit}; please leave out some."),
    "labels_invalid:long": N_(
        "“{label}” makes {given} tokens, and the model reads at most {limit}; please write a shorter label."
    ),
    "weights_missing": N_(
        "The weights of {model} are not on this machine; please download them"
        " (python -m vizcore fetch {model}), or put the file {file} into the folder {folder}."
    ),
    "weights_damaged": N_(
        "The weights file {file} of {model} is not the published one (damaged or changed);"
        " please delete it and download it again."
    ),
    "bundled_damaged": N_(
        "The model {model} ships with this program, and its file {file} is missing or damaged; please have the program"
        " installed again."
    ),
    "weights_unsafe": N_(
        "The weights file {file} of {model} could run code on this machine, so it was not opened;"
        " please use the official file."
    ),
    "weights_mismatch": N_(
        "These weights do not fit {model}: {missing} parts missing, {unexpected} unknown, {reshaped} of another shape;"
        " please use the file that belongs to it."
    ),
    "offline": N_(
        "Downloads are switched off here, so {model} cannot be fetched;"
        " please put the file {file} into the folder {folder}."
    ),
    "download_failed": N_("The download of {model} from {host} failed; please try again later."),
    "download_failed:unreachable": N_(
        "{host} cannot be reached, so {model} was not downloaded; please check the network,"
        " or put its files into the folder {folder}."
    ),
    "download_failed:timeout": N_(
        "{host} did not answer in time, so {model} was not downloaded; please try again later,"
        " or put its files into the folder {folder}."
    ),
    "download_failed:http": N_(
        "{host} refused the download of {model} (HTTP status {status}); please try again later,"
        " or put its files into the folder {folder}."
    ),
    "download_failed:cut": N_(
        "The download of {model} from {host} broke off; please try again: it goes on where it stopped."
    ),
    "download_failed:hash": N_(
        "What {host} sent for {model} is not the published file, so it was not kept; please try again later."
    ),
    "download_failed:disk": N_(
        "There is no room for {model}, or no permission to write, in the folder {folder};"
        " please free some space or choose another folder."
    ),
    "library_missing": N_("The model {model} needs the library {library}, which is missing here; please install it."),
    "invalid_output": N_(
        "The model {model} gave no valid numbers on this picture; please try another picture or another model."
    ),
}
