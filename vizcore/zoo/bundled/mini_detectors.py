"""The two bundled detectors on trunks of one design: `yolo-mini`, a YOLO, and `detr-mini`, an RT-DETR v2.

Both take square RGB pictures (B, 3, S, S) in 0..1 (divide by 255, nothing else), letterboxed with grey 114, S a
multiple of 32 and `INPUT_SIZE` by default; their trunk is `LiteTrunk` unless another is given.

- `yolo_mini`: in eval mode its first output is (B, 4 + C, A): box centre and size in input pixels, then C
  probabilities, for A places; it needs NMS.
- `detr_mini`: `logits` (B, `QUERIES`, C) are one sigmoid per class, `pred_boxes` (B, `QUERIES`, 4) are centre and size
  as shares of the input; it needs no NMS.

State dicts: the bundled files hold every tensor under its own name, the trunk's where it was trained too. In
`detr_mini` the decoder's heads are reachable under two names (`class_embed`, `bbox_embed` and the same in
`model.decoder`); the bundled file holds both.
Both are built without files and without a network; heavy libraries are imported when a builder is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import nn

from vizcore.zoo.bundled.lite_trunk import BackboneOutput, LiteTrunk

INPUT_SIZE = 320
LABELS = ("person", "cat", "dog", "car", "bus", "truck", "motorbike")
QUERIES = 60
WIDTH = 128


def yolo_mini(class_count: int = len(LABELS), trunk: nn.Module | None = None) -> Any:
    """Untrained `yolo-mini`: YOLO11's neck blocks and head, 0.7 M parameters of its own, on the trunk's 3.0 M."""
    from vizcore.zoo.guards import import_ultralytics, process_kept

    import_ultralytics()
    with process_kept():
        from vizcore.zoo.bundled.lite_yolo import LiteYolo

        return LiteYolo(trunk or LiteTrunk(), class_count)


def detr_mini(class_count: int = len(LABELS), trunk: nn.Module | None = None) -> Any:
    """Untrained `detr-mini`: transformers' `RTDetrV2ForObjectDetection`, 3 decoder layers, on the trunk."""
    from vizcore.zoo.guards import huggingface_offline

    huggingface_offline()
    from transformers import RTDetrV2ForObjectDetection

    from vizcore.zoo.guards import import_ultralytics, process_kept

    import_ultralytics()
    with process_kept():
        from vizcore.zoo.bundled.lite_detr import LiteEncoder
        from vizcore.zoo.bundled.lite_yolo import WIDTHS

    backbone = BackboneOutput(trunk or LiteTrunk())
    config = _detr_config(backbone.channels, WIDTHS[1:], class_count)
    model = RTDetrV2ForObjectDetection(config)
    model.model.backbone.model = backbone
    model.model.encoder_input_proj = nn.ModuleList(nn.Identity() for _ in backbone.channels)
    model.model.encoder = LiteEncoder(config, backbone.channels)
    return model


def _detr_config(encoder_widths: Sequence[int], decoder_widths: Sequence[int], class_count: int) -> Any:
    from transformers import RTDetrResNetConfig, RTDetrV2Config

    placeholder = RTDetrResNetConfig(  # type: ignore[call-arg]  # of the same channels, the trunk comes in its place
        layer_type="basic",
        embedding_size=8,
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, *encoder_widths],
        out_indices=[2, 3, 4],
    )
    return RTDetrV2Config(  # type: ignore[call-arg]
        backbone_config=placeholder,
        freeze_backbone_batch_norms=False,
        encoder_in_channels=list(encoder_widths),
        encoder_hidden_dim=WIDTH,
        encoder_ffn_dim=4 * WIDTH,
        d_model=WIDTH,
        decoder_in_channels=list(decoder_widths),
        decoder_ffn_dim=4 * WIDTH,
        decoder_attention_heads=4,
        encoder_attention_heads=4,
        decoder_layers=3,
        num_feature_levels=2,
        decoder_n_levels=2,
        feat_strides=[16, 32],
        num_queries=QUERIES,
        num_denoising=20,
        num_labels=class_count,
    )
