"""How do detections leave, and come back with equal numbers? As JSON, CSV rows and COCO."""

from vizcore.detection.exchange.any_file import read_any, same_numbers
from vizcore.detection.exchange.coco import coco_bytes, coco_dataset, coco_results, detector_coco_bytes, read_coco
from vizcore.detection.exchange.csv_table import COLUMNS, csv_rows, read_csv
from vizcore.detection.exchange.json_file import read_json

__all__ = [
    "COLUMNS",
    "coco_bytes",
    "coco_dataset",
    "coco_results",
    "csv_rows",
    "detector_coco_bytes",
    "read_any",
    "read_coco",
    "read_csv",
    "read_json",
    "same_numbers",
]
