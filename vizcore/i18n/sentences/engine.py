"""The sentences of `vizcore.errors.engine`: requests that the engine does not answer."""

from vizcore.i18n import N_

ENGINE = {
    "busy": N_("Too many requests are waiting just now; please try again in {retry_s} s."),
    "too_many_requests": N_(
        "You already have {limit} pieces of work under way; please wait for one of them, or stop it."
    ),
    "deadline_passed": N_("Your request waited longer than {deadline_s} s and was dropped; please try again."),
    "cancelled": N_("Stopped, as you asked; start again whenever you like."),
    "export_abandoned": N_("The page was closed before its file was written; please open it again."),
    "out_of_memory": N_(
        "{model} needs about {needed_mb} MB of memory and may use {budget_mb} MB;"
        " please choose a smaller model or a smaller picture."
    ),
    "benchmarks_missing": N_("The benchmarks are not in {folder}; please run them from the project's source folder."),
    "internal": N_("Something went wrong in {where}, and it is our mistake; the log says more. Please try again."),
    "unknown": N_("Something went wrong; the log says more. Please try again."),
    "models_too_few": N_("This compares {needed} models at least; please name one more."),
    "option_unused": N_("“{option}” does nothing for a file “{form}” of {model}; please leave it out."),
    "unknown_choice": N_("There is no {option} “{wanted}”; please choose one of these: {known}."),
}
