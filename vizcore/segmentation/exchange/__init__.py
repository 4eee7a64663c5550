"""Objects leave as COCO, YOLO, PNG or prompts, and come back the same."""

from vizcore.segmentation.exchange.coco import read_coco, read_record, write_coco
from vizcore.segmentation.exchange.imported import ImportedObjects
from vizcore.segmentation.exchange.objects import SegmentedObject, label_png, mask_png, read_mask
from vizcore.segmentation.exchange.polygons import polygons_of, rle_of_polygons
from vizcore.segmentation.exchange.prompt_file import ObjectPrompts, PromptFile, read_prompts, write_prompts
from vizcore.segmentation.exchange.yolo import read_yolo, write_yolo

__all__ = [
    "ImportedObjects",
    "ObjectPrompts",
    "PromptFile",
    "SegmentedObject",
    "label_png",
    "mask_png",
    "polygons_of",
    "read_coco",
    "read_mask",
    "read_prompts",
    "read_record",
    "read_yolo",
    "rle_of_polygons",
    "write_coco",
    "write_prompts",
    "write_yolo",
]
