"""How good is a mask? Overlap, outline, whole segmented pictures, and the losses that training uses instead."""

from vizcore.metrics.masks.boundary import boundary_iou, boundary_width, surface_distances
from vizcore.metrics.masks.comparison import MaskMetrics, MaskMetricSettings, compare_masks
from vizcore.metrics.masks.from_picture import MaskPicture, mask_of_file, photo_as_mask
from vizcore.metrics.masks.losses import LOSSES, LossSettings, logits_of_mask, mask_loss
from vizcore.metrics.masks.overlap import (
    Counts,
    EmptyPolicy,
    counts_of,
    dice,
    dice_from_iou,
    iou,
    precision,
    recall,
)
from vizcore.metrics.masks.panoptic import PanopticQuality, Segments, class_counts, mean_iou, panoptic_quality
from vizcore.metrics.masks.table import MASK_METRICS, ComparedMasks, MaskMetric, measured

__all__ = [
    "LOSSES",
    "MASK_METRICS",
    "ComparedMasks",
    "Counts",
    "EmptyPolicy",
    "LossSettings",
    "MaskMetric",
    "MaskMetricSettings",
    "MaskMetrics",
    "MaskPicture",
    "PanopticQuality",
    "Segments",
    "boundary_iou",
    "boundary_width",
    "class_counts",
    "compare_masks",
    "counts_of",
    "dice",
    "dice_from_iou",
    "iou",
    "logits_of_mask",
    "mask_loss",
    "mask_of_file",
    "mean_iou",
    "measured",
    "panoptic_quality",
    "photo_as_mask",
    "precision",
    "recall",
    "surface_distances",
]
