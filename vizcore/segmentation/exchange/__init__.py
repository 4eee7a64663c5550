"""Objects leave as COCO, YOLO, PNG or prompts, and come back the same."""

from vizcore.segmentation.exchange.any_file import kind_of_file, read_masks, size_of_file
from vizcore.segmentation.exchange.coco import read_coco, read_record, write_coco
from vizcore.segmentation.exchange.imported import ImportedObjects
from vizcore.segmentation.exchange.objects import SegmentedObject, mask_pixels, mask_png
from vizcore.segmentation.exchange.polygons import polygons_of, rle_of_polygons
from vizcore.segmentation.exchange.prompt_file import ObjectPrompts, PromptFile, read_prompts, write_prompts
from vizcore.segmentation.exchange.yolo import read_yolo, write_yolo, yolo_classes

__all__ = [
    "ImportedObjects",
    "ObjectPrompts",
    "PromptFile",
    "SegmentedObject",
    "kind_of_file",
    "mask_pixels",
    "mask_png",
    "polygons_of",
    "read_coco",
    "read_masks",
    "read_prompts",
    "read_record",
    "read_yolo",
    "rle_of_polygons",
    "size_of_file",
    "write_coco",
    "write_prompts",
    "write_yolo",
    "yolo_classes",
]
