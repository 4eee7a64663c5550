"""The sentences of `vizcore.errors.pictures`: pictures, archives and the tray."""

from vizcore.i18n import N_

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
        "This file has {actual_mb} MB, more than the limit of {limit_mb} MB; please choose a smaller file."
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
    "file_unreadable:denied": N_("You may not read {file}; please change its permissions."),
    "file_unreadable:not_a_file": N_("{file} is not a file but a folder or a device; please name a file."),
    "file_unreadable:unwritable": N_("Nothing can be written to {file}; please choose another place."),
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
