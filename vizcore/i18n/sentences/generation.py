"""The sentences of `vizcore.errors.generation`: attacks and ideal pictures."""

from vizcore.i18n import N_

GENERATION = {
    "setting_out_of_range": N_(
        "The setting {setting} must lie between {least} and {most}, and it is {actual}; please change it."
    ),
    "already_target": N_(
        "{model} already sees “{target}” in this photo; please choose another target or another photo."
    ),
    "dead_unit": N_("No gradient reaches {target} of {model}; please choose another target."),
    "dead_unit:pre_activation": N_(
        "{target} of {model} is silent here (its ReLU gives 0 and no gradient);"
        " please maximise it before its ReLU (pre-activation), or choose another one."
    ),
    "dead_unit:start": N_(
        "No gradient reaches {target} of {model} from this start; please start from noise or another photo,"
        " or choose another target."
    ),
}
