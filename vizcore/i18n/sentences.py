"""What does an error or a note say to a person? One clear sentence: what is wrong, the limit, what to do.

A code may have a sentence of its own for one of its reasons, and one that names the entry at fault:
"download_failed:cut" before "download_failed", "...:format:entry" before "...:format".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vizcore.errors import Value, VizError
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import alternatives, number, percent
from vizcore.photo import Note

PICTURES = {
    "not_an_image": N_("This file is not a picture we can read; please choose one of these formats: {accepted}."),
    "image_damaged": N_("This {format} picture is damaged or incomplete; please save or export it again."),
    "image_empty": N_("This file is empty or too short to be a picture; please choose another one."),
    "image_too_large": N_(
        "This picture has {width} × {height} pixels ({actual_mpx} megapixels), more than the limit of {limit_mpx};"
        " please make it smaller."
    ),
    "image_side_too_long": N_(
        "This picture has {width} × {height} pixels, and no side may be longer than {limit}; please make it smaller."
    ),
    "file_too_large": N_(
        "This file has {actual_mb} MB, more than the limit of {limit_mb} MB; please choose a smaller picture."
    ),
    "image_unsupported": N_(
        "This {format} picture is of a kind that cannot be read here ({kind}); please export it as PNG or JPEG."
    ),
    "heic_unavailable": N_(
        "HEIC pictures cannot be read on this machine (pillow-heif is missing); please export yours as JPEG."
    ),
    "file_unreadable": N_("The file {file} cannot be read; please check it and the disk it lies on."),
    "file_unreadable:missing": N_("There is no file {file}; please check its name and folder."),
    "file_unreadable:folder_missing": N_("There is no folder {file}; please check its name and where it lies."),
    "file_unreadable:denied": N_("The file {file} may not be read by you; please change its permissions."),
    "file_unreadable:not_a_file": N_("{file} is not a file but a folder or a device; please name the pictures in it."),
    "file_unreadable:unwritable": N_("The file {file} cannot be written; please choose another folder."),
    "file_unreadable:not_a_folder": N_("{file} is not a folder; please name the folder that holds the pictures."),
    "unknown_sample": N_("There is no built-in photo called “{key}” here; please choose one of these: {known}."),
    "tray_too_large": N_(
        "With this picture the tray would hold {actual_mpx} megapixels, more than its {limit_mpx}; "
        "please remove a large one or add a smaller version."
    ),
    "tray_full": N_("The tray already holds its {limit} pictures; please remove one before you add another."),
    "photos_missing": N_("This needs {needed} pictures, and {given} was given; please add the rest to the tray."),
    "not_an_archive": N_("This file is not a zip that can be opened; please pack your folder of pictures again."),
    "gallery_empty": N_("There is no picture in this gallery; it may hold these formats: {accepted}."),
    "gallery_too_large": N_("This gallery is too large; please choose fewer pictures."),
    "gallery_too_large:pictures": N_(
        "This gallery holds {actual} pictures, more than the limit of {limit}; please choose fewer."
    ),
    "gallery_too_large:megabytes": N_(
        "This gallery has {actual} MB of files, more than the limit of {limit};"
        " please choose fewer or smaller pictures."
    ),
    "gallery_too_large:megapixels": N_(
        "The pictures of this gallery have {actual} megapixels together, more than the limit of {limit};"
        " please choose fewer or smaller ones."
    ),
    "server_full": N_(
        "This server already holds pictures of {limit_mpx} megapixels for all its visitors, which is its limit;"
        " please remove pictures that you no longer need, or try again later."
    ),
    "entry_refused": N_("The file {file} of this zip was not opened."),
    "entry_refused:outside": N_("The file {file} points out of its zip, so it was not opened; please pack it again."),
    "entry_refused:encrypted": N_("The file {file} is protected by a password; please pack it without one."),
    "entry_refused:link": N_("The file {file} is a link to another place; please pack the picture itself."),
    "entry_refused:damaged": N_("The file {file} is damaged inside its zip; please pack it again."),
    "classes_missing": N_(
        "No two of these {pictures} pictures lie in a folder of the same name;"
        " please sort them into one folder for each class."
    ),
}

MODELS = {
    "unknown_model": N_("There is no model called “{key}”; please choose one of these: {known}."),
    "unknown_class": N_("The model {model} knows no class called “{wanted}”; please try another word."),
    "ambiguous_class": N_("Several classes fit “{wanted}”; please say which one you mean: {candidates}."),
    "model_cannot": N_("The model {model} cannot do this (it lacks: {ability}); please choose another model."),
    "weights_missing": N_(
        "The weights of {model} are not on this machine; please download them,"
        " or put the file {file} into the folder {folder}."
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
        " please use the official file."
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

GENERATION = {
    "setting_out_of_range": N_(
        "The setting {setting} must lie between {least} and {most}, and it is {actual}; please change it."
    ),
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
    "channels_differ": N_(
        "The kernel has layers for {kernel} channels and the picture has {picture}; please give as many of both."
    ),
    "training_diverged": N_(
        "At step {step} the loss ran away to {loss}: the learning rate {learning_rate} is too high; please lower it."
        " The best weights before that step are kept."
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

PRODUCT = {
    "sample_too_small": N_(
        "A verdict takes {needed} photos on each side, and there are {given}: with fewer, only a change that everybody"
        " sees would be found. Please add photos."
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
    "unknown_choice": N_("There is no {option} “{wanted}”; please choose one of these: {known}."),
    "statistics_invalid": N_(
        "These are not the statistics of a tensor ({found} numbers found); please give four lines, min, max, mean and"
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

MASKS = {
    "mask_sizes_differ": N_(
        "The first mask has {width} × {height} pixels and the second one {other_width} × {other_height};"
        " please give two masks of the same size."
    ),
}

SEGMENTATION = {
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
    "segmentation_file_invalid:outline": N_(
        "The outline of entry {entry} of {file} is longer than any mask of this size; please export it as run lengths."
    ),
    "picture_unclear": N_(
        "The file {file} is about several pictures of this size ({count}); please say which one this photo is:"
        " {pictures}."
    ),
}

EVALUATION = {
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
        "The file “{file}” has numbers that are NaN or infinite ({count} entries, the first is entry {entry});"
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
}

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
    "reading_timeout": N_(
        "{model} had not finished reading after {limit_s} s and was stopped; please choose a smaller picture."
    ),
    "text_unreadable": N_("The file {file} is not a text; please choose another one."),
    "text_unreadable:encoding": N_("The file {file} is not text in UTF-8; please save it again in UTF-8."),
    "text_unreadable:megabytes": N_(
        "The file {file} is larger than the limit of {limit_mb} MB; please compare page by page."
    ),
}

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
}

DETECTION = {
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

TRACKING = {
    "clip_unreadable": N_("This file is not a video we can read; please choose one of these formats: {accepted}."),
    "clip_unreadable:empty": N_("This file is empty; please choose another video."),
    "clip_unreadable:no_video": N_(
        "This file has no video stream that can be decoded (perhaps only sound); please choose another one."
    ),
    "clip_unreadable:damaged": N_("This video is damaged or incomplete; please save or export it again."),
    "clip_unreadable:slow": N_("This video took too long to decode; please choose a shorter or smaller one."),
    "clip_unreadable:size_changes": N_(
        "The pictures of this video change their size on the way; please export it with one size."
    ),
    "clip_unreadable:not_written": N_("The video cannot be written on this machine; please take the other exports."),
    "clip_too_large": N_("This video is too large; please choose a shorter or smaller one."),
    "clip_too_large:megabytes": N_(
        "This video has {actual} MB, more than the limit of {limit} MB; please choose a shorter or smaller one."
    ),
    "clip_too_large:seconds": N_(
        "This video lasts {actual} s, longer than the limit of {limit} s; please cut the part that matters."
    ),
    "clip_too_large:pixels": N_(
        "This video has {width} × {height} pixels, more than 1920 × 1080; please make it smaller."
    ),
    "tracking_text_invalid": N_("The file “{file}” is not MOT text (line {line}); please export it again."),
    "tracking_text_invalid:empty": N_(
        "The file “{file}” holds no box; please choose a file with one line for each object and frame."
    ),
    "tracking_text_invalid:not_text": N_(
        "The file “{file}” is not a text file; please choose MOT text: frame, id, left, top, width, height."
    ),
    "tracking_text_invalid:columns": N_(
        "Line {line} of the file “{file}” has another number of columns ({value}) than expected ({limit}); MOT text has"
        " six to ten, as many in every line."
    ),
    "tracking_text_invalid:number": N_(
        "Line {line} of the file “{file}” has “{value}” where a number is expected; please remove headings and write"
        " decimals with a point."
    ),
    "tracking_text_invalid:not_finite": N_(
        "Line {line} of the file “{file}” has NaN or infinity in column {value}; please remove that line."
    ),
    "tracking_text_invalid:frame": N_(
        "Line {line} of the file “{file}” has the frame {value}; frames are whole numbers from {limit}."
    ),
    "tracking_text_invalid:frames": N_(
        "Line {line} of the file “{file}” has the frame {value}; at most {limit} frames are read, please cut the"
        " sequence."
    ),
    "tracking_text_invalid:no_id": N_(
        "Line {line} of the file “{file}” has the id -1, a detection without identity; please choose the output of a"
        " tracker."
    ),
    "tracking_text_invalid:id": N_(
        "Line {line} of the file “{file}” has the id {value}; ids are whole numbers from {limit}."
    ),
    "tracking_text_invalid:size": N_(
        "Line {line} of the file “{file}” has a box of width or height {value}; please check that the columns are left,"
        " top, width, height and not corners."
    ),
    "tracking_text_invalid:far": N_(
        "Line {line} of the file “{file}” has a box farther than {limit} pixels away; please check its numbers."
    ),
    "tracking_text_invalid:duplicate": N_(
        "Line {line} of the file “{file}” has the id {value} a second time in frame {limit}; an id may stand once in a"
        " frame."
    ),
    "tracking_text_invalid:rows": N_(
        "The file “{file}” has {value} lines, more than the limit of {limit}; please evaluate fewer frames at once."
    ),
    "tracking_text_invalid:identities": N_(
        "The file “{file}” has {value} different ids, more than the limit of {limit}; please evaluate fewer frames at"
        " once."
    ),
    "tracking_text_invalid:crowded": N_(
        "The file “{file}” has {value} boxes in one frame, more than the limit of {limit}; please leave out weak ones."
    ),
}

ACCESS = {
    "login_expired": N_("Your sign-in is over; please sign in again."),
    "access_denied": N_("This takes the role {role}, which you do not have here; please ask the administrator."),
    "access_denied:viewer": N_("You are signed in, but not on the list of this server; please ask its administrator."),
    "address_invalid": N_("“{url}” is not a web address; please write it as https://host or http://host:port."),
    "header_forged": N_("This server answers only through its own sign-in page; please open its public address."),
}

LECTURES = {
    "plan_invalid": N_("This lecture cannot be read (step {step}: {value}); please see how the others are written."),
    "plan_invalid:too_large": N_("This lecture is larger than the limit of {value} kB; please split it."),
    "plan_invalid:no_title": N_("This lecture has no title; please begin it with ---, title: ..., language: en, ---."),
    "plan_invalid:language": N_("This lecture's language “{value}” is not one of this app; please write en or fr."),
    "plan_invalid:steps": N_("This lecture has {value} steps; please write 1 to 60, each beginning with “=== step”."),
    "plan_invalid:head": N_(
        "The head of step {step} cannot be read {value}; please write “name: value” lines and ===."
    ),
    "plan_invalid:unknown": N_(
        "Step {step} says “{value}”; a step has only page, settings, sample, seed, question and answers."
    ),
    "plan_invalid:page": N_("Step {step} names the page “{value}”, which is not here; please take it from an address."),
    "plan_invalid:settings": N_("Step {step} has the setting “{value}”, which no page has; please copy an address."),
    "plan_invalid:question": N_("Step {step} needs a question with 2 to 4 different answers, and has {value}."),
    "room_not_found": N_("No lecture goes on under the code {code}; please read it again from the screen."),
    "rooms_full": N_("{limit} lectures go on here, as many as this server holds; please try again later."),
    "vote_refused": N_("This vote is closed; please look at the screen."),
    "vote_refused:answer": N_("There is no such answer to this question; please open the page again."),
    "vote_refused:full": N_("More phones voted than this server counts; please raise your hand."),
}

SENTENCES = {
    **PICTURES,
    **MODELS,
    **GENERATION,
    **MASKS,
    **PRODUCT,
    **SEGMENTATION,
    **EVALUATION,
    **SCORES,
    **DETECTION,
    **ENGINE,
    **ACCESS,
    **LECTURES,
    **TRACKING,
}

# What intake did to a picture (vizcore.images.notes has the values), what the engine did to a request, and what
# preprocessing did to a photo on its way into a model.
NOTES = {
    "named_otherwise": N_("The name ends in {extension}, the content is {format}"),
    "first_frame": N_("Animation or several pages: only the first of {frames} is used"),
    "turned_upright": N_("Turned upright, as the camera noted"),
    "location_removed": N_("The place where it was taken was left out"),
    "metadata_ignored": N_("Damaged metadata was not read"),
    "icc_converted": N_("Colours converted from “{profile}” to sRGB"),
    "icc_ignored": N_("Damaged colour profile: read as sRGB"),
    "colours_converted": N_("{model} colours converted to sRGB"),
    "greyscale": N_("Greyscale: the same value in red, green and blue"),
    "palette": N_("Colours looked up in the palette of the file"),
    "scaled": N_("{bits}-bit values scaled: {black} became black and {white} white"),
    "reduced_depth": N_("{bits} bits per channel rounded to 8"),
    "not_finite": N_("Values that are not numbers became black: {pixels}"),
    "transparency_on_white": N_("Transparent areas were laid on white"),
    "transparency_ignored": N_("Declared transparent everywhere, which means nothing: shown as if opaque"),
    "mask_from_alpha": N_("The mask is what is opaque in this file: its shape lies in the transparency"),
    "mask_bright_and_opaque": N_("Transparent areas count as outside the mask"),
    "mask_of_many_values": N_("Not black and white ({levels} levels of grey): the brighter half was taken as the mask"),
    "device_absent": N_("The device {wanted} is not here; another one is used"),
    "fell_to_cpu": N_("Too little memory on {from}: computed on the CPU"),
    "cropped_away": N_("Cropped: the model never sees {share:%} of the photo"),
    "shrunk": N_("Reduced to {factor} times its size: fine detail is lost"),
    "enlarged": N_("Enlarged to {factor} times its size: no detail is gained"),
    "stretched": N_("Stretched: the ratio of width to height is multiplied by {ratio}"),
    "framed": N_("Framed: {share:%} of what the model is given is grey filling"),
    "candidates_cut": N_("Only the best {kept} of {found} candidates are kept"),
    "normalised": N_("Normalised: the numbers run from {low} to {high}"),
    "other_pictures_left_out": N_("Only the objects of {picture}: the file is about several pictures ({pictures})"),
    "clipped_to_picture": N_("Clipped to the picture's edge: {count}"),
    "read_as_labels": N_("Read as a label map, one object for each value: {count}"),
    "empty_left_out": N_("Empty masks left out: {count}"),
    "holes_filled": N_("Objects whose holes are lost, since polygons cannot say them: {count}"),
    "masks_overlap": N_("Pixels of several objects, written as the last one: {pixels}"),
    "boxes_as_masks": N_("Boxes, read as masks that fill them: {count}"),
    "clip_read": N_("{kept} of {seen} pictures kept, {fps} a second, at even steps of time"),
    "clip_uneven": N_("The video's pictures come at uneven times: those nearest to even steps are kept"),
    "clip_cut": N_("The video ends early: {seen} of {expected} pictures could be read"),
    "prompts_clamped": N_("Prompts outside the photo were moved to its edge: {count}"),
}


# Values of errors that hold paths, and what a browser is shown instead; "" for the last part of the path.
PATHS = {"folder": "VIZCORE_WEIGHTS", "file": ""}


def sentence_for(error: VizError) -> str:
    """The error's sentence in the language in force, its numbers written the way that language writes them."""
    key = f"{error.code}:{error.values.get('reason')}"
    reason = (error.values.get("entry") and SENTENCES.get(f"{key}:entry")) or SENTENCES.get(key)
    return _(reason or SENTENCES.get(error.code, SENTENCES["unknown"])).format_map(_Shown(error.values))


def sentence_for_page(error: VizError) -> str:
    """The same for a browser, which never learns where this server keeps its files: folders stand as the settings that
    name them, files as their names."""
    values = dict(error.values)
    for name in PATHS.keys() & values.keys():
        values[name] = PATHS[name] or re.split(r"[/\\]", str(values[name]))[-1]
    return sentence_for(type(error)(**values))


def sentence_for_note(note: Note) -> str:
    """What was done to a picture or a request, in a few words; the bare code where no words exist."""
    return _(NOTES[note.code]).format_map(_Shown(note.values)) if note.code in NOTES else note.code


class _Shown(dict[str, object]):
    """Values as a reader of the language writes them. A missing one is a dash: an error message never fails."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__({name: _shown(value) for name, value in values.items()})

    def __missing__(self, name: str) -> object:
        return _Dash()


class _Dash:
    def __format__(self, form: str) -> str:
        return "–"


class _Number(float):
    """{share} is 0.25, {share:%} is 25%."""

    def __format__(self, form: str) -> str:
        return percent(self, decimals=0) if form == "%" else number(self, decimals=1 if abs(self) >= 10 else 2)


def _shown(value: Value) -> object:
    if isinstance(value, list):
        return alternatives(value)
    return value if isinstance(value, str) else _Number(value)
