"""The two bundled detectors: `yolo-mini`, a YOLO11n, and `detr-mini`, an RT-DETR v2 on the trunk of `cnn-mini`.

Both take square RGB pictures (B, 3, S, S), letterboxed with grey 114, S a multiple of 32 and `INPUT_SIZE` by default.

- `yolo_mini` wants values in 0..1 (divide by 255, nothing else). In eval mode its first output is (B, 4 + C, A): box
  centre and size in input pixels, then C probabilities, for A places; it needs NMS.
- `detr_mini` wants ImageNet's mean and deviation (`MEAN`, `DEVIATION`), as `cnn-mini` does. `logits` (B, 60, C) are
  one sigmoid per class, `pred_boxes` (B, 60, 4) are centre and size as shares of the input; it needs no NMS.

State dicts: everything is in `state_dict()` under its own name. In `detr_mini` the decoder's heads are reachable under
two names (`class_embed`, `bbox_embed` and the same in `model.decoder`); the bundled file holds both names with equal
values, so a strict load finds every key.
Both are built without files and without a network; heavy libraries are imported when a builder is called.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import nn

from vizcore.zoo.bundled.mini_classifiers import MiniResNet

INPUT_SIZE = 256
LABELS = ("person", "cat", "dog")
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
QUERIES = 60
WIDTH = 128


class MiniTrunk(nn.Module):
    """`cnn-mini` without its head as an RT-DETR backbone: maps of stride 8, 16 and 32 with 64, 256 and 256 channels.

    `layer4` has stride 16 in `cnn-mini`; one more convolution makes the coarsest map. Batch statistics stay those
    of `cnn-mini`, because detection batches are too small to measure them.
    """

    channels = (64, 256, 256)

    def __init__(self) -> None:
        super().__init__()
        whole = MiniResNet()
        self.stem = nn.Sequential(whole.conv1, whole.bn1, whole.relu, whole.maxpool)
        self.layer1, self.layer2, self.layer3, self.layer4 = whole.layer1, whole.layer2, whole.layer3, whole.layer4
        self.coarser = nn.Sequential(
            nn.Conv2d(256, 256, kernel_size=3, stride=2, padding=1, bias=False, groups=4),
            nn.BatchNorm2d(256),
            nn.ReLU(inplace=True),
        )

    def train(self, mode: bool = True) -> MiniTrunk:
        super().train(mode)
        for name, module in self.named_modules():
            if isinstance(module, nn.BatchNorm2d) and not name.startswith("coarser"):
                module.eval()
        return self

    def forward(self, pixels: torch.Tensor) -> SimpleNamespace:
        fine = self.layer2(self.layer1(self.stem(pixels)))
        middle = self.layer4(self.layer3(fine))
        return SimpleNamespace(feature_maps=(fine, middle, self.coarser(middle)))

    def load_classifier(self, state: dict[str, torch.Tensor]) -> None:
        """Takes over the weights of a `cnn-mini`; its head is left out, `coarser` stays as it is."""
        stem = {"conv1": "stem.0", "bn1": "stem.1"}
        ours = {}
        for name, tensor in state.items():
            first, _, rest = name.partition(".")
            if first != "fc":
                ours[f"{stem.get(first, first)}.{rest}"] = tensor
        missing, unexpected = self.load_state_dict(ours, strict=False)
        if unexpected or any(not name.startswith("coarser") for name in missing):
            raise ValueError(f"expected the weights of a cnn-mini, got unknown {unexpected}, missing {missing}")


def yolo_mini(class_count: int = len(LABELS)) -> Any:
    """Untrained `yolo-mini`: ultralytics' YOLO11n as a `DetectionModel`, 2.6 M parameters."""
    from vizcore.zoo.guards import import_ultralytics, process_kept

    import_ultralytics()
    from ultralytics.nn.tasks import DetectionModel

    with process_kept():
        return DetectionModel("yolo11n.yaml", nc=class_count, verbose=False)  # type: ignore[no-untyped-call]


def detr_mini(class_count: int = len(LABELS)) -> Any:
    """Untrained `detr-mini`: transformers' `RTDetrV2ForObjectDetection` with 60 queries and 3 decoder layers."""
    from vizcore.zoo.guards import huggingface_offline

    huggingface_offline()
    from transformers import RTDetrResNetConfig, RTDetrV2Config, RTDetrV2ForObjectDetection

    placeholder = RTDetrResNetConfig(  # type: ignore[call-arg]  # of the same channels, replaced by the trunk below
        layer_type="basic",
        embedding_size=8,
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, *MiniTrunk.channels],
        out_indices=[2, 3, 4],
    )
    config = RTDetrV2Config(  # type: ignore[call-arg]
        backbone_config=placeholder,
        freeze_backbone_batch_norms=False,
        encoder_in_channels=list(MiniTrunk.channels),
        encoder_hidden_dim=WIDTH,
        encoder_ffn_dim=4 * WIDTH,
        hidden_expansion=0.5,
        d_model=WIDTH,
        decoder_in_channels=[WIDTH] * 3,
        decoder_ffn_dim=4 * WIDTH,
        decoder_attention_heads=4,
        encoder_attention_heads=4,
        decoder_layers=3,
        num_queries=QUERIES,
        num_denoising=20,
        num_labels=class_count,
    )
    model = RTDetrV2ForObjectDetection(config)
    model.model.backbone.model = MiniTrunk()
    return model
