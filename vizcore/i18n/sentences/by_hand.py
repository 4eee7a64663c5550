"""The sentences of `vizcore.errors.by_hand`: matrices, kernels and training by hand."""

from vizcore.i18n import N_

BY_HAND = {
    "matrix_invalid": N_("This is not a matrix; please give rows of numbers, all equally long."),
    "matrix_invalid:empty": N_("There is no number here; please give at least one, such as 1, 0, -1."),
    "matrix_invalid:text": N_("“{found}” in row {row}, place {column} is not a number; please correct it."),
    "matrix_invalid:ragged": N_(
        "Row {row} is of length {found} and the first one of length {width}; please make all rows equally long."
    ),
    "matrix_invalid:not_finite": N_(
        "“{found}” in row {row}, place {column} is not finite, and every product with it would be lost;"
        " please give an ordinary number."
    ),
    "matrix_invalid:magnitude": N_(
        "{found} in row {row}, place {column} is larger than a billion, and sums of its products would overflow;"
        " please give a smaller number."
    ),
    "matrix_invalid:too_large": N_(
        "This matrix has {height} × {width} numbers, more than the limit of {limit} in all; please crop or shrink it."
    ),
    "convolution_impossible": N_(
        "The kernel covers {span} cells and the input with its padding has only {padded};"
        " please take a smaller kernel, a larger input or more padding."
    ),
    "convolution_impossible:dilation": N_(
        "Spread by the dilation, the kernel covers {span} cells, and the input with its padding has only {padded};"
        " please lower the dilation or add padding."
    ),
    "convolution_impossible:stride": N_(
        "The stride must lie between {least} and {most}, and it is {value}; with 0 the window would never move on."
    ),
    "convolution_impossible:padding": N_(
        "The padding must lie between {least} and {most}, and it is {value}; please change it."
    ),
    "convolution_impossible:dilation_range": N_(
        "The dilation must lie between {least} and {most}, and it is {value}; please change it."
    ),
    "convolution_too_large": N_(
        "This kernel and input make more than {limit} products; please crop the input or take a smaller kernel."
    ),
    "channels_differ": N_(
        "The kernel has layers for {kernel} channels and the picture has {picture}; please give as many of both."
    ),
    "training_diverged": N_(
        "At step {step} the loss ran away to {loss}: the learning rate {learning_rate} is too high; please lower it."
        " The best weights before that step are kept."
    ),
}
