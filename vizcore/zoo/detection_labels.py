"""Which word stands for a detector's class number? One vocabulary: the 80 names of COCO, in COCO's order.

DETR, RF-DETR and torchvision number their classes by COCO's category ids 1..90, of which 10 were never annotated, and
keep a place for 0; YOLO, RT-DETR and D-FINE count 0..79. "cat" is 17 for the first and 15 for the others.
Source of names and ids: the annotation files of COCO 2017 (Lin et al. 2014, "Microsoft COCO").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# "-" stands for an id that was never annotated.
_BY_ID = """
- person bicycle car motorcycle airplane bus train truck boat traffic_light
fire_hydrant - stop_sign parking_meter bench bird cat dog horse sheep
cow elephant bear zebra giraffe - backpack umbrella - -
handbag tie suitcase frisbee skis snowboard sports_ball kite baseball_bat baseball_glove
skateboard surfboard tennis_racket bottle - wine_glass cup fork knife spoon
bowl banana apple sandwich orange broccoli carrot hot_dog pizza donut
cake chair couch potted_plant bed - dining_table - - toilet
- tv laptop mouse remote keyboard cell_phone microwave oven toaster
sink refrigerator - book clock vase scissors teddy_bear hair_drier toothbrush
"""

COCO_ID_OF: Mapping[str, int] = {
    name.replace("_", " "): number for number, name in enumerate(_BY_ID.split()) if name != "-"
}
COCO_80: tuple[str, ...] = tuple(COCO_ID_OF)
COCO_IDS: tuple[int, ...] = tuple(COCO_ID_OF.values())

# What other vocabularies (PASCAL VOC, a few of our own models) call a class of COCO.
_COCO_NAME_OF: Mapping[str, str] = {
    "aeroplane": "airplane",
    "diningtable": "dining table",
    "motorbike": "motorcycle",
    "pottedplant": "potted plant",
    "sofa": "couch",
    "tvmonitor": "tv",
}

# How a model counts its classes -> the columns of its scores that belong to COCO_80, in this order.
NUMBERINGS: Mapping[str, Sequence[int]] = {"coco-80": range(80), "coco-91": COCO_IDS}


def columns_of(numbering: str) -> Sequence[int]:
    """Columns of a model's scores for COCO_80; ValueError for a numbering that is not in NUMBERINGS."""
    if numbering not in NUMBERINGS:
        raise ValueError(f"expected a numbering of {list(NUMBERINGS)}, got {numbering!r}")
    return NUMBERINGS[numbering]


def coco_name(label: str) -> str:
    """The one name under which labels are compared: "motorcycle" for "motorbike"; any other label as it is."""
    return _COCO_NAME_OF.get(label, label)


def coco_ids(labels: Sequence[str]) -> tuple[int, ...]:
    """Category ids for an export: COCO's own where every label is one of COCO's, else 1, 2, 3 ... in this order."""
    if all(label in COCO_ID_OF for label in labels):
        return tuple(COCO_ID_OF[label] for label in labels)
    return tuple(range(1, len(labels) + 1))
