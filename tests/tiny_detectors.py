"""Detectors with random weights for tests: every family, seeded, lively enough to find something, without any file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
import torchvision

from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.detection_labels import COCO_80, COCO_IDS
from vizcore.zoo.guards import huggingface_offline, import_ultralytics, process_kept
from vizcore.zoo.hooks import captured
from vizcore.zoo.huggingface_detectors import QueryDetector, config_of
from vizcore.zoo.torchvision_detectors import FasterRcnn
from vizcore.zoo.ultralytics_models import UltralyticsDetector

UNANNOTATED = [number for number in range(91) if number not in COCO_IDS]
NEVER = -1e4  # the logit of a class that must not win, since only we know that it does not exist

CLASS_HEADS = {"class_embed", "class_labels_classifier"}
SMALLER: dict[str, dict[str, Any]] = {
    "detr-resnet-50": {"encoder_layers": 1, "decoder_layers": 2, "num_queries": 20, "encoder_ffn_dim": 64}
    | {"decoder_ffn_dim": 64, "d_model": 64},
    "rtdetr-v2-r18": {"num_queries": 30, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "decoder_layers": 2}
    | {"encoder_hidden_dim": 64, "d_model": 64, "decoder_in_channels": [64, 64, 64]},
    "dfine-nano": {"num_queries": 30},
    "rf-detr-nano": {"num_queries": 30},
}
QUERY_KEYS = tuple(SMALLER)


def yolo_module(architecture: str = "yolo11n", classes: int = 80, seed: int = 0) -> Any:
    """A DetectionModel of ultralytics whose batch norms and class scores are not all alike."""
    library: Any = import_ultralytics()
    torch.manual_seed(seed)
    with process_kept():
        module = library.nn.tasks.DetectionModel(f"{architecture}.yaml", nc=classes, verbose=False)
    for layer in module.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
    module.eval()
    head = module.model[-1]
    last_layers = [branch[-1] for branch in (*head.cv3, *(getattr(head, "one2one_cv3", None) or ()))]
    for layer in last_layers:
        layer.bias.data.zero_()
    with captured({str(place): layer for place, layer in enumerate(last_layers)}) as logits, torch.no_grad():
        module(torch.rand(1, 3, 256, 256))
        for layer, values in zip(last_layers, logits.values(), strict=True):
            layer.weight.mul_(2 / values.std())
            layer.bias.fill_(-5 - 2 * values.mean() / values.std())
    return module


def tiny_yolo(key: str = "yolo11n", module: Any = None) -> UltralyticsDetector:
    card = CARDS[key]
    architecture = str(card.facts["architecture"]).removesuffix(".yaml")
    return UltralyticsDetector(card, module or yolo_module(architecture), COCO_80, "seed", "cpu")


def query_module(key: str, seed: int = 0) -> tuple[Any, Any]:
    """(card with a smaller configuration, transformers module)."""
    import transformers

    huggingface_offline()
    facts: Any = CARDS[key].facts
    card = replace(CARDS[key], facts=facts | {"config": {**facts["config"], **SMALLER[key]}})
    kind = getattr(transformers, str(facts["class"]))
    torch.manual_seed(seed)
    config = config_of(card, kind)
    module = kind._from_config(config, attn_implementation="eager") if facts["attention"] else kind(config)
    for name, layer in module.named_modules():
        if isinstance(layer, torch.nn.Linear) and set(name.split(".")) & CLASS_HEADS:
            torch.nn.init.normal_(layer.weight, std=3 / layer.in_features**0.5)
            if facts["numbering"] == "coco-91":
                layer.bias.data[UNANNOTATED] = NEVER
    module.eval()
    size = DETECTION_RECIPES[card.recipe].size if key == "rf-detr-nano" else 256
    return card, enlivened(module, lambda: module(pixel_values=torch.rand(1, 3, size, size)))


def enlivened(module: Any, run: Callable[[], object]) -> Any:
    """Every batch norm, frozen or not, gets the statistics of one run, or random layers fade into nothing."""

    def measure(layer: Any, args: tuple[torch.Tensor, ...]) -> None:
        layer.running_mean.copy_(args[0].mean((0, 2, 3)))
        layer.running_var.copy_(args[0].var((0, 2, 3)) + 1e-3)

    layers = [layer for layer in module.modules() if hasattr(layer, "running_var")]
    handles = [layer.register_forward_pre_hook(measure) for layer in layers]
    with torch.no_grad():
        run()
    for handle in handles:
        handle.remove()
    return module


def tiny_queries(key: str = "rtdetr-v2-r18", seed: int = 0) -> QueryDetector:
    card, module = query_module(key, seed)
    model = QueryDetector(card, module, COCO_80, "seed", "cpu")
    if key == "detr-resnet-50":  # at its own 800 x 1333 one pass takes seconds
        model.recipe = replace(model.recipe, size=200, longest=333)
    return model


def rcnn_module(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    name = str(CARDS["fasterrcnn-mobilenet-320"].facts["builder"])
    module: Any = torchvision.models.get_model(name, weights=None, weights_backbone=None)
    predictor = module.roi_heads.box_predictor
    enlivened(module.eval(), lambda: module([torch.rand(3, 200, 300)]))
    with captured({"scores": predictor.cls_score, "moves": predictor.bbox_pred}) as seen, torch.no_grad():
        module([torch.rand(3, 200, 300)])
        predictor.cls_score.weight.mul_(3 / seen["scores"].std(0).mean())
        predictor.cls_score.bias.copy_(-seen["scores"].mean(0) * 3 / seen["scores"].std(0).mean())
        predictor.bbox_pred.weight.mul_(0.5 / seen["moves"].std())
        predictor.cls_score.bias[[number for number in UNANNOTATED if number]] = NEVER
    return module


def tiny_rcnn(seed: int = 0) -> FasterRcnn:
    return FasterRcnn(CARDS["fasterrcnn-mobilenet-320"], rcnn_module(seed), COCO_80, "seed", "cpu")
