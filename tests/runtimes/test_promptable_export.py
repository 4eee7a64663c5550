"""A segmenter's two files cut out what torch cuts out, and say what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.segmentation.tiny_sam import tiny_sam
from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.errors import ModelCannot
from vizcore.runtimes.calibration import cut_photos
from vizcore.runtimes.export import ExportSettings, export
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.runtimes.promptable import export_decoder, export_encoder, mask_parity, padded_pixels


@pytest.fixture(scope="module")
def model() -> Any:
    return tiny_sam()


def test_the_encoder_is_torchs(model: Any) -> None:
    photo = noise_photo()
    right = list(model.encode(photo))[-1].encoded.features[0]
    session = OnnxSession(export_encoder(model).data, threads=1)
    found = session.run(padded_pixels(model, photo))[0]
    assert found.shape == right.shape
    assert np.allclose(found, right, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(right).max())))
    assert session.metadata()["vizcore_outputs"] == "embedding"
    assert session.metadata()["vizcore_weights_sha256"] == model.weights_sha256


def test_the_decoder_takes_any_number_of_points(model: Any) -> None:
    session = OnnxSession(export_decoder(model).data, threads=1)
    embedding = list(model.encode(noise_photo()))[-1].encoded.features[0]
    for count in (1, 3):
        points = np.full((1, count, 2), 20, np.float32)
        found = session.run_named(
            {"embedding": embedding, "points_xy": points, "labels": np.ones((1, count), np.int32)}
        )
        assert found["logits"].shape[:2] == (1, 3)
        assert found["predicted_iou"].shape == (1, 3)


def test_masks_agree(model: Any) -> None:
    found = mask_parity(model, cut_photos(3))
    assert found.tensor_ok
    assert (found.agreement.agreed, found.agreement.n) == (3, 3)
    assert found.worst_iou is not None
    assert found.worst_iou > 0.99


def test_the_formats_of_a_segmenter(model: Any) -> None:
    made = export(model, None, ExportSettings("onnx-decoder"))
    assert made.outputs == ("logits", "predicted_iou")
    assert made.parity is not None
    assert made.parity.iou is not None
    with pytest.raises(ModelCannot):
        export(model, None, ExportSettings("onnx-int8"))
    with pytest.raises(ModelCannot):
        export(tiny_cnn(), None, ExportSettings("onnx-decoder"))
    assert torch.is_grad_enabled()
