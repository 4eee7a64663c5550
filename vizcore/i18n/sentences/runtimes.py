"""The sentences of `vizcore.errors.runtimes`: tensors, exports, runtimes and sets of photos."""

from vizcore.i18n import N_

RUNTIMES = {
    "sample_too_small": N_(
        "A verdict takes {needed} photos on each side, and there are {given}: with fewer, only a change that everybody"
        " sees would be found. Please add photos."
    ),
    "groups_missing": N_(
        "Results by group take at least two labelled groups (labelled so far: {found}); please name the groups of your"
        " photos."
    ),
    "export_failed": N_(
        "{model} cannot be exported: its operator {operator} has no counterpart; please choose another model or format."
    ),
    "calibration_too_small": N_(
        "{given} calibration photos are too few to measure ranges; please give {needed} or more, of different scenes."
    ),
    "runtime_unavailable": N_("{runtime} does not work on this machine; please choose another runtime."),
    "runtime_unavailable:compiler": N_(
        "{runtime} needs a C++ compiler (g++ or clang++), and this machine has none; please choose another runtime."
    ),
    "statistics_invalid": N_(
        "These are not the statistics of a tensor (numbers found: {found}); please give four lines, min, max, mean and"
        " std, with one number for each channel."
    ),
    "tensor_file_invalid": N_("This file is not the tensor of one picture; please save it with numpy.save."),
    "tensor_file_invalid:format": N_("This is not an .npy file of version 1 or 2; please save it with numpy.save."),
    "tensor_file_invalid:objects": N_(
        "This .npy file holds pickled objects, which could run code; please save a plain array of numbers."
    ),
    "tensor_file_invalid:numbers": N_("This .npy file does not hold numbers; please save a float32 array."),
    "tensor_file_invalid:size": N_(
        "This tensor is larger than {limit_mb} MB; please save that of one picture, not of a whole data set."
    ),
    "tensor_file_invalid:shape": N_(
        "A tensor of shape {shape} is not one picture; please save 3 x height x width or height x width x 3."
    ),
    "tensor_file_invalid:damaged": N_("This .npy file ends too soon or is damaged; please save it again."),
}
