"""Every error that a person can do something about: a code and values, never a sentence.

`vizcore.i18n.sentences` turns `code` and `values` into one sentence in the reader's language; the command line prints
both. A mistake of ours is a `ValueError("expected X, got Y")` instead.
"""

from __future__ import annotations

from typing import ClassVar

Value = str | int | float | list[str]


class VizError(Exception):
    """A named problem with the numbers and names that its sentence needs: `raise TrayFull(limit=12)`."""

    code: ClassVar[str] = "unknown"

    def __init__(self, **values: Value) -> None:
        super().__init__(f"{self.code} {values}")
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.values)


def _rebuild(kind: type[VizError], values: dict[str, Value]) -> VizError:
    return kind(**values)


# Pictures


class NotAnImage(VizError):
    """Not one of the accepted picture formats. values: accepted (list of names)."""

    code = "not_an_image"


class ImageDamaged(VizError):
    """A known format that cannot be decoded to its end. values: format."""

    code = "image_damaged"


class ImageEmpty(VizError):
    """No bytes, or too few to be a picture. values: none."""

    code = "image_empty"


class ImageTooLarge(VizError):
    """More pixels than allowed. values: limit_mpx, actual_mpx, width, height."""

    code = "image_too_large"


class ImageSideTooLong(VizError):
    """One side is longer than allowed. values: limit, width, height."""

    code = "image_side_too_long"


class FileTooLarge(VizError):
    """More bytes than allowed. values: limit_mb, actual_mb."""

    code = "file_too_large"


class ImageUnsupported(VizError):
    """A sound file of a kind that cannot be read here. values: format, kind ("3 x 32-bit float", "camera raw")."""

    code = "image_unsupported"


class HeicUnavailable(VizError):
    """A HEIC picture on a machine without its decoder. values: none."""

    code = "heic_unavailable"


class FileUnreadable(VizError):
    """No bytes could be read from a path. values: file (its name), reason.

    reason: missing, folder_missing, denied, not_a_file, not_a_folder, unreadable or unwritable.
    """

    code = "file_unreadable"


class TrayFull(VizError):
    """The tray holds its maximum. values: limit."""

    code = "tray_full"


class TrayTooLarge(VizError):
    """The pictures in the tray have too many pixels together. values: limit_mpx, actual_mpx."""

    code = "tray_too_large"


class ServerFull(VizError):
    """The pictures of all visitors together have as many pixels as this server holds. values: limit_mpx."""

    code = "server_full"


class PhotosMissing(VizError):
    """An operation needs more pictures than it was given. values: needed, given."""

    code = "photos_missing"


class UnknownSample(VizError):
    """No built-in photo has this name here. values: key, known (list of keys)."""

    code = "unknown_sample"


class NotAnArchive(VizError):
    """Not a zip that can be opened. values: none."""

    code = "not_an_archive"


class GalleryEmpty(VizError):
    """A folder or zip without a file that is named like a picture. values: accepted (list of names)."""

    code = "gallery_empty"


class GalleryTooLarge(VizError):
    """Too many pictures, bytes or pixels for one gallery. values: reason, limit, actual.

    reason: pictures, megabytes or megapixels.
    """

    code = "gallery_too_large"


class EntryRefused(VizError):
    """One file of a zip that is not opened. values: file, reason (outside, encrypted, link, damaged)."""

    code = "entry_refused"


class ClassesMissing(VizError):
    """No two pictures of a gallery lie in a folder of the same name. values: pictures."""

    code = "classes_missing"


# Models and weights


class UnknownModel(VizError):
    """No card has this key. values: key, known (list of keys)."""

    code = "unknown_model"


class UnknownClass(VizError):
    """No label contains the words. values: wanted, model."""

    code = "unknown_class"


class AmbiguousClass(VizError):
    """Several labels contain the words. values: wanted, candidates (list of labels)."""

    code = "ambiguous_class"


class ModelCannot(VizError):
    """The model's family does not offer what was asked. values: model, ability."""

    code = "model_cannot"


class WeightsMissing(VizError):
    """Not on this machine, and nobody asked to download. values: model, file, folder."""

    code = "weights_missing"


class WeightsDamaged(VizError):
    """The file is not what the card promises (hash, size, truncated, text). values: model, file."""

    code = "weights_damaged"


class BundledDamaged(VizError):
    """A file that ships with the program is missing or changed. values: model, file (its name)."""

    code = "bundled_damaged"


class WeightsUnsafe(VizError):
    """The file would run code when loaded. values: model, file."""

    code = "weights_unsafe"


class WeightsMismatch(VizError):
    """Keys or shapes do not fit the architecture. values: model, missing, unexpected, reshaped (counts)."""

    code = "weights_mismatch"


class Offline(VizError):
    """A download was asked for while the offline latch is set. values: model, file, folder."""

    code = "offline"


class DownloadFailed(VizError):
    """The download ended badly. values: model, file, host, status, folder, reason.

    reason: unreachable, timeout, http, cut, hash or disk.
    """

    code = "download_failed"


class LibraryMissing(VizError):
    """An optional library is absent or broken. values: library, model."""

    code = "library_missing"


class InvalidOutput(VizError):
    """The model answered with NaN or infinity. values: model."""

    code = "invalid_output"


# Generation


class SettingOutOfRange(VizError):
    """A number of the settings lies outside its limits. values: setting, least, most, actual."""

    code = "setting_out_of_range"


class AlreadyTarget(VizError):
    """The model already says what the attack wants it to say. values: model, target."""

    code = "already_target"


class DeadUnit(VizError):
    """No gradient reaches what is to be maximised. values: model, target, reason (pre_activation, start)."""

    code = "dead_unit"


# A CNN by hand


class MatrixInvalid(VizError):
    """Text that is no matrix of numbers. values: reason (empty, text, ragged, not_finite, magnitude,
    too_large), row, column, found, limit, height, width.

    row, column: of the first bad entry, from 1. found: what stands there, or how many numbers this row has. limit: of
    all numbers together.
    """

    code = "matrix_invalid"


class ConvolutionImpossible(VizError):
    """A kernel, stride, padding or dilation with which no output is left. values: reason (room, dilation, stride,
    padding, dilation_range), span, padded, value, least, most.

    span: what the kernel covers, padded: the input with its padding, both "H × W".
    """

    code = "convolution_impossible"


class ChannelsDiffer(VizError):
    """A kernel for another number of channels than the picture has. values: kernel, picture."""

    code = "channels_differ"


class TrainingDiverged(VizError):
    """The loss ran away or became no number. values: step, learning_rate, loss."""

    code = "training_diverged"


# Masks


class MaskSizesDiffer(VizError):
    """Two masks to be compared are not of one size. values: width, height, other_width, other_height."""

    code = "mask_sizes_differ"


# Segmentation


class PromptInvalid(VizError):
    """Prompts that point at nothing. values: reason (missing, not_finite, label, no_area)."""

    code = "prompt_invalid"


class SegmentationFileInvalid(VizError):
    """A file of masks or prompts that cannot be taken over. values: file, format, reason, entry.

    reason: json, format, rle, outside, outline or size (not stated). entry: the line or annotation at fault, from 1;
    0 for none.
    """

    code = "segmentation_file_invalid"


class PictureUnclear(VizError):
    """A file about several pictures, and several may be meant. values: file, count, pictures (list of names)."""

    code = "picture_unclear"


class SegmentationSizeDiffers(VizError):
    """A file of masks or prompts of another photo. values: file, width, height, mask_width, mask_height."""

    code = "segmentation_size_differs"


# Evaluation


class EvaluationTooLarge(VizError):
    """A file of annotations or detections with more bytes than allowed. values: file, limit_mb, actual_mb."""

    code = "evaluation_too_large"


class TooManyBoxes(VizError):
    """A picture with more boxes than can be compared in reasonable time. values: file, picture, limit, actual.

    file: annotations or detections. picture: its id.
    """

    code = "too_many_boxes"


class NotCoco(VizError):
    """A file that is not what COCO calls annotations or detections. values: file, entry, reason.

    file: annotations or detections. reason: not_json, truth_shape, detections_shape, no_images, no_categories or
    fields. entry: from 1, 0 for none.
    """

    code = "not_coco"


class BoxesInvalid(VizError):
    """Boxes or scores that are no numbers, or inverted boxes. values: file, entry, count, reason.

    file: annotations or detections. reason: not_finite or inverted. entry: the first of them, from 1.
    """

    code = "boxes_invalid"


class EvaluationMismatch(VizError):
    """The two files do not speak of the same pictures or classes. values: file, example, count, reason.

    reason: image_id or category_id. example: the first id that is not known.
    """

    code = "evaluation_mismatch"


# Tracking


class TrackingTextInvalid(VizError):
    """A file of tracks that is not MOT text or breaks one of its rules. values: file, line, reason, value, limit.

    file: truth or tracks. line: from 1, 0 for the whole file. reason: empty, not_text, columns, number, not_finite,
    frame, frames, no_id, id, size, far, duplicate (value: the id, limit: the frame), rows, identities or crowded.
    """

    code = "tracking_text_invalid"


# Scores and texts


class ScoresFileInvalid(VizError):
    """A file that is not a table of scores. values: reason (encoding, truth_missing, no_scores, columns, no_rows)."""

    code = "scores_file_invalid"


class ScoresEntryInvalid(VizError):
    """A row of a table of scores that cannot be used. values: reason, entry, label.

    reason: not_numbers, not_finite, truth_empty or unknown_label. entry: the first of them, from 1. label: "" or the
    one that no column has.
    """

    code = "scores_entry_invalid"


class ScoresTooLarge(VizError):
    """A table of scores that is too large to be measured. values: reason (megabytes, rows, cells), limit, actual."""

    code = "scores_too_large"


class TextTooLong(VizError):
    """A text that differs over more characters than can be aligned. values: limit, actual."""

    code = "text_too_long"


class TextUnreadable(VizError):
    """A text file that cannot be taken as text. values: file, reason (encoding, megabytes), limit_mb."""

    code = "text_unreadable"


class ReadingTimeout(VizError):
    """An engine did not finish reading a picture in time. values: model, limit_s."""

    code = "reading_timeout"


# Clips


class ClipUnreadable(VizError):
    """A video that gives no frames. values: reason, accepted.

    reason: empty, format, no_video, damaged, slow, size_changes, or not_written (where one should be exported).
    """

    code = "clip_unreadable"


class ClipTooLarge(VizError):
    """A video over a limit, known before it is decoded. values: reason (megabytes, seconds, pixels), limit, actual,
    width, height."""

    code = "clip_too_large"


# Detection


class DetectionsFileInvalid(VizError):
    """A file of detections that cannot be taken over. values: format, place, reason (json, format, ids, numbers)."""

    code = "detections_file_invalid"


# Runtimes and monitoring


class TensorFileInvalid(VizError):
    """An .npy file that is not the tensor of one picture. values: reason, limit_mb, shape.

    reason: format, objects (it holds pickled objects), numbers, size, shape or damaged.
    """

    code = "tensor_file_invalid"


class StatisticsInvalid(VizError):
    """A text that is not minimum, maximum, mean and deviation of each channel. values: found (how many numbers)."""

    code = "statistics_invalid"


class ExportFailed(VizError):
    """A model that cannot be written in another format. values: model, operator (which part of it could not)."""

    code = "export_failed"


class CalibrationTooSmall(VizError):
    """Too few photos to measure the ranges of activations. values: needed, given."""

    code = "calibration_too_small"


class RuntimeUnavailable(VizError):
    """A way of running models that is not possible here. values: runtime, reason (compiler, failed)."""

    code = "runtime_unavailable"


class SampleTooSmall(VizError):
    """Too few photos for the test that was asked for. values: needed, given."""

    code = "sample_too_small"


class UnknownChoice(VizError):
    """An option of the command line has no such value. values: option, wanted, known (list of names)."""

    code = "unknown_choice"


# The engine


class Busy(VizError):
    """The queue is full. values: retry_s."""

    code = "busy"


class TooManyRequests(VizError):
    """This session already waits for as many answers as one session may. values: limit."""

    code = "too_many_requests"


class DeadlinePassed(VizError):
    """The request waited longer than its deadline. values: deadline_s."""

    code = "deadline_passed"


class Cancelled(VizError):
    """Stopped by the person who asked. values: none."""

    code = "cancelled"


class OutOfMemory(VizError):
    """Too big for the memory even after making room. values: model, needed_mb, budget_mb."""

    code = "out_of_memory"


class ExportAbandoned(VizError):
    """A file was being written for a visitor who has left. values: none."""

    code = "export_abandoned"


class InternalError(VizError):
    """A mistake of ours, translated at a border; the log has the rest. values: where."""

    code = "internal"


class BenchmarksMissing(VizError):
    """Only a source checkout has the benchmarks. values: folder (where they were looked for)."""

    code = "benchmarks_missing"


# Access


class LoginExpired(VizError):
    """The login is over, or says nothing about its end. values: none."""

    code = "login_expired"


class AccessDenied(VizError):
    """No role that allows this. values: role (the one that it takes), reason (viewer: on no list at all; role)."""

    code = "access_denied"


class HeaderForged(VizError):
    """A request that did not come through the proxy that signs visitors in. values: none."""

    code = "header_forged"


class AddressInvalid(VizError):
    """Not the address of a web server. values: url."""

    code = "address_invalid"


# Lectures


class PlanInvalid(VizError):
    """A lecture's file that cannot be read.

    values: reason (too_large, no_title, language, steps, head, unknown, page, settings, question), step, value.
    """

    code = "plan_invalid"


class RoomNotFound(VizError):
    """No lecture goes on under this code. values: code."""

    code = "room_not_found"


class RoomsFull(VizError):
    """As many lectures go on as this server holds. values: limit."""

    code = "rooms_full"


class VoteRefused(VizError):
    """A vote that is not taken. values: reason (closed, answer, full)."""

    code = "vote_refused"
