"""The sentences of `vizcore.errors.segmentation`: prompts and files of masks."""

from vizcore.i18n import N_

SEGMENTATION = {
    "mask_sizes_differ": N_(
        "The first mask has {width} × {height} pixels and the second one {other_width} × {other_height};"
        " please give two masks of the same size."
    ),
    "prompt_invalid": N_("These prompts point at nothing; please click on the object or draw a box around it."),
    "prompt_invalid:missing": N_("Nothing is pointed at yet; please click on the object or draw a box around it."),
    "prompt_invalid:not_finite": N_("A coordinate of the prompts is not a number; please correct it."),
    "prompt_invalid:label": N_("A point is part of the object (1) or not (0); please correct the other labels."),
    "prompt_invalid:no_area": N_("This box has no area inside the photo; please draw it around the object."),
    "segmentation_file_invalid": N_("The file {file} cannot be taken over; please choose a file exported here."),
    "segmentation_file_invalid:json": N_("The file {file} is not readable as JSON; please choose another one."),
    "segmentation_file_invalid:format": N_(
        "The file {file} does not hold what {format} needs; please choose a file exported here."
    ),
    "segmentation_size_differs": N_(
        "The masks of {file} are {mask_width} × {mask_height} pixels and the photo {width} × {height};"
        " please choose the photo they belong to."
    ),
    "segmentation_file_invalid:rle": N_("A mask of {file} does not fill its size; please export it again."),
    "segmentation_file_invalid:format:entry": N_(
        "Entry {entry} of {file} does not hold what {format} needs; please correct it or export the file again."
    ),
    "segmentation_file_invalid:rle:entry": N_(
        "The mask of entry {entry} of {file} does not fill its size; please export it again."
    ),
    "segmentation_file_invalid:outside": N_(
        "Line {entry} of {file} has a coordinate outside the picture by more than 1% of its side; YOLO's numbers run"
        " from 0 to 1, please check that yours are not pixels."
    ),
    "segmentation_file_invalid:size": N_(
        "The file {file} does not say how large its picture is; please name the photo that it belongs to."
    ),
    "segmentation_file_invalid:many": N_(
        "The picture {file} numbers more objects than can be taken over at once; please cut it into smaller ones."
    ),
    "segmentation_file_invalid:outline": N_(
        "The outline of entry {entry} of {file} is longer than any mask of this size; please export it as run lengths."
    ),
    "picture_unclear": N_(
        "The file {file} is about several pictures of this size ({count}); please say which one this photo is:"
        " {pictures}."
    ),
}
