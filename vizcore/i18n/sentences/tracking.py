"""The sentences of `vizcore.errors.tracking`: files of tracks and clips."""

from vizcore.i18n import N_

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
