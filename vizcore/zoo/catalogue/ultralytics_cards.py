"""YOLO from Ultralytics: official files, their hashes, and which of a network's heads is asked.

Sizes, SHA-256 and COCO results: release v8.4.0 of ultralytics/assets as seen in several public listings, and the tables
of Ultralytics' documentation. YOLO26 has two heads that were trained together: the library itself asks the one-to-many
head unless told otherwise, so both are listed, on one file.
"""

from __future__ import annotations

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile
from vizcore.zoo.facts import Facts

ADDRESS = "https://github.com/ultralytics/assets/releases/download/v8.4.0"
LICENCES = Licences(
    code="AGPL-3.0",
    weights="AGPL-3.0",
    training_data="COCO 2017: Flickr photos under their owners' terms, annotations CC-BY-4.0",
    permissive=False,
)
ONE_TO_MANY: Facts = {"head": "one-to-many", "needs_nms": True, "one_class": True}
ONE_TO_ONE: Facts = {"head": "one-to-one", "needs_nms": False, "one_class": False}


def _card(
    key: str,
    title: str,
    *,
    file: WeightFile,
    map50_95: float,
    parameters_m: float,
    paper: str,
    architecture: str,
    head: Facts,
) -> ModelCard:
    measured = Measured("mAP50-95, COCO val2017", map50_95, "%", "Ultralytics documentation")
    return ModelCard(
        key=key,
        title=title,
        family="yolo",
        task="detect",
        source="ultralytics",
        loader="vizcore.zoo.ultralytics_models:load_detector",
        files=(file,),
        recipe="letterbox-640",
        labels="coco-80",
        parameters_m=parameters_m,
        licences=LICENCES,
        paper=paper,
        measured=(measured,),
        facts={"architecture": architecture, "numbering": "coco-80", **head},
    )


def _file(name: str, size_bytes: int, sha256: str) -> WeightFile:
    return WeightFile(name, f"{ADDRESS}/{name}", sha256, size_bytes)


YOLO11 = "YOLOv11: An Overview of the Key Architectural Enhancements (Khanam and Hussain 2024)"
YOLO26 = "Ultralytics YOLO26 documentation (Jocher and Qiu 2025)"
YOLO26N = _file("yolo26n.pt", 5_544_453, "9b09cc8bf347f0fc8a5f7657480587f25db09b34bf33b0652110fb03a8ad4fef")

ULTRALYTICS_CARDS = (
    _card(
        "yolo11n",
        "YOLO11 nano",
        file=_file("yolo11n.pt", 5_613_764, "0ebbc80d4a7680d14987a577cd21342b65ecfd94632bd9a8da63ae6417644ee1"),
        map50_95=39.5,
        parameters_m=2.624080,
        paper=YOLO11,
        architecture="yolo11n.yaml",
        head=ONE_TO_MANY,
    ),
    _card(
        "yolo11s",
        "YOLO11 small",
        file=_file("yolo11s.pt", 19_313_732, "85a76fe86dd8afe384648546b56a7a78580c7cb7b404fc595f97969322d502d5"),
        map50_95=47.0,
        parameters_m=9.458752,
        paper=YOLO11,
        architecture="yolo11s.yaml",
        head=ONE_TO_MANY,
    ),
    _card(
        "yolov8n",
        "YOLOv8 nano",
        file=_file("yolov8n.pt", 6_549_796, "f59b3d833e2ff32e194b5bb8e08d211dc7c5bdf144b90d2c8412c47ccfc83b36"),
        map50_95=37.3,
        parameters_m=3.157200,
        paper="Ultralytics YOLOv8 (Jocher, Chaurasia and Qiu 2023)",
        architecture="yolov8n.yaml",
        head=ONE_TO_MANY,
    ),
    _card(
        "yolo26n",
        "YOLO26 nano with NMS",
        file=YOLO26N,
        map50_95=40.9,
        parameters_m=2.572280,
        paper=YOLO26,
        architecture="yolo26n.yaml",
        head=ONE_TO_MANY,
    ),
    _card(
        "yolo26n-end-to-end",
        "YOLO26 nano without NMS",
        file=YOLO26N,
        map50_95=40.1,
        parameters_m=2.572280,
        paper=YOLO26,
        architecture="yolo26n.yaml",
        head=ONE_TO_ONE,
    ),
)
