"""The sentences of `vizcore.errors.detection`: files of boxes, annotations and detections."""

from vizcore.i18n import N_

DETECTION = {
    "evaluation_too_large": N_(
        "The file “{file}” has {actual_mb} MB, more than the limit of {limit_mb} MB;"
        " please evaluate fewer pictures at once, or use the command line with a larger limit."
    ),
    "too_many_boxes": N_(
        "The file “{file}” has {actual} boxes for one picture (image_id {picture}), more than the limit of {limit};"
        " please keep those with the highest scores: COCO counts 100 for each class."
    ),
    "not_coco": N_("The file “{file}” is not in COCO's format; please export it again."),
    "not_coco:not_json": N_("The file “{file}” is not JSON; please choose the .json file that your tool exported."),
    "not_coco:truth_shape": N_(
        "The annotations must be one object with the lists “images”, “categories” and “annotations”; please export"
        " them in COCO's format."
    ),
    "not_coco:detections_shape": N_(
        "The detections must be a list of entries with image_id, category_id, bbox and score; please export them in"
        " COCO's results format."
    ),
    "not_coco:no_images": N_(
        "The annotations list no picture; please add the list “images”, those without objects too."
    ),
    "not_coco:no_categories": N_("The annotations list no class; please add the list “categories”."),
    "not_coco:fields": N_(
        "Entry {entry} in the file “{file}” lacks a field or has one of the wrong kind; please export it again in"
        " COCO's format."
    ),
    "boxes_invalid": N_("The file “{file}” has boxes that cannot be used ({count}); please mend them."),
    "boxes_invalid:not_finite": N_(
        "The file “{file}” has numbers that are NaN or infinite ({count}, the first in entry {entry});"
        " please remove them."
    ),
    "boxes_invalid:inverted": N_(
        "The file “{file}” has boxes with a negative width or height ({count}, the first is entry {entry});"
        " COCO's boxes are x, y, width, height, please check that yours are not corners."
    ),
    "evaluation_mismatch": N_("The file “{file}” does not fit the other one; please check its ids."),
    "evaluation_mismatch:image_id": N_(
        "The file “{file}” has entries for pictures that the annotations do not list ({count}, such as image_id"
        " {example}); please choose files that belong together."
    ),
    "evaluation_mismatch:category_id": N_(
        "No class of the file “{file}” is among those of the annotations (such as category_id {example});"
        " please check the class ids: COCO counts from 1 to 90, many tools from 0 to 79."
    ),
    "detections_file_invalid": N_("This file does not hold detections; please choose a file exported here."),
    "detections_file_invalid:json": N_("This file is not readable as JSON; please choose another one."),
    "detections_file_invalid:format": N_(
        "This file does not hold detections as {format} ({place}); please choose a file exported here."
    ),
    "detections_file_invalid:ids": N_(
        "A box of this {format} file ({place}) belongs to a picture or class that the file does not list;"
        " please correct its ids."
    ),
    "detections_file_invalid:numbers": N_(
        "A box or score of this {format} file is not a number in range ({place}); please correct it."
    ),
}
