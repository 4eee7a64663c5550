"""`sam-mini`'s own three parts against hand-worked cases and against Segment Anything's own decoder."""

from __future__ import annotations

import pytest
import torch
from segment_anything.modeling import MaskDecoder, Sam, TwoWayTransformer

from vizcore.zoo.bundled.mini_sam import DRAWN, FINER, GRID, WIDTH, DetailMaskDecoder, sam_mini


@pytest.fixture(scope="module")
def sam() -> Sam:
    torch.manual_seed(0)
    return sam_mini().eval()


@pytest.fixture(scope="module")
def embedding(sam: Sam) -> torch.Tensor:
    with torch.inference_mode():
        return sam.image_encoder(torch.randn(1, 3, 256, 256))


def drawn(sam: Sam, points=None, boxes=None) -> torch.Tensor:
    """The seven maps (B, 7, 64, 64), read from the dense embedding as the decoder reads them."""
    with torch.inference_mode():
        dense = sam.prompt_encoder(points, boxes, None)[1]
    return torch.nn.functional.pixel_shuffle(dense[:, WIDTH:], FINER)


def click(x: float, y: float, label: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor([[[x, y]]]), torch.tensor([[label]])


def test_embedding_carries_context_and_detail(embedding: torch.Tensor) -> None:
    assert embedding.shape == (1, 384, GRID, GRID)


def test_detail_is_where_the_picture_changed(sam: Sam) -> None:
    flat = torch.zeros(1, 3, 256, 256)
    marked = flat.clone()
    marked[..., 128:132, 64:68] = 3.0
    with torch.inference_mode():
        change = (sam.image_encoder(marked) - sam.image_encoder(flat))[:, WIDTH:]
    change = torch.nn.functional.pixel_shuffle(change, FINER).abs().sum(1)[0]
    row, column = divmod(int(change.argmax()), 64)
    assert abs(row - 32) <= 1  # its own cell or the next
    assert abs(column - 16) <= 1
    assert change[:24].max() < 1e-6  # beyond the reach of the first stage


def test_box_is_drawn_with_the_share_of_each_cell_that_it_covers(sam: Sam) -> None:
    maps = drawn(sam, boxes=torch.tensor([[6.0, 8.0, 12.0, 14.0]]))[0, 6]
    assert maps[2, 1:4].tolist() == [0.5, 1.0, 0.0]  # columns 4..8, 8..12, 12..16 of the full row 8..12
    assert maps[3, 1:3].tolist() == [0.25, 0.5]  # row 12..16 is covered down to 14
    assert float(maps.sum()) * FINER**2 == pytest.approx(6 * 6)


def test_box_without_area_draws_nothing(sam: Sam) -> None:
    assert float(drawn(sam, boxes=torch.tensor([[40.0, 40.0, 40.0, 90.0]]))[:, 6].abs().sum()) == 0


def test_click_is_brightest_in_its_own_cell_and_on_its_own_side(sam: Sam) -> None:
    wanted, unwanted = drawn(sam, points=click(41.5, 81.5))[0], drawn(sam, points=click(41.5, 81.5, label=0))[0]
    assert all(int(each.argmax()) == 20 * 64 + 10 for each in wanted[:3])
    assert float(wanted[3:].abs().sum()) == 0
    assert torch.equal(wanted[:3], unwanted[3:6])


def test_nothing_asked_draws_nothing(sam: Sam) -> None:
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(None, None, torch.zeros(1, 1, 64, 64))
    assert sparse.shape == (1, 0, WIDTH)
    assert dense.shape == (1, WIDTH + DRAWN * FINER**2, GRID, GRID)
    assert float(dense[:, WIDTH:].abs().sum()) == 0


def test_untouched_masks_are_those_of_segment_anything(sam: Sam, embedding: torch.Tensor) -> None:
    """With the last layer of the touch at zero, as it starts, the answer is that of the library's own decoder."""
    torch.manual_seed(1)
    ours = DetailMaskDecoder().eval()
    theirs = MaskDecoder(
        transformer_dim=WIDTH,
        transformer=TwoWayTransformer(depth=2, embedding_dim=WIDTH, mlp_dim=512, num_heads=8),
        iou_head_hidden_dim=WIDTH,
    ).eval()
    theirs.load_state_dict(ours.state_dict(), strict=False)
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(click(100, 60), torch.tensor([[20.0, 30, 180, 200]]), None)
        grid = sam.prompt_encoder.get_dense_pe()
        for several in (True, False):
            masks, quality = ours(embedding, grid, sparse, dense, several)
            wanted, told = theirs(embedding[:, :WIDTH], grid, sparse, dense[:, :WIDTH], several)
            assert torch.equal(masks, wanted)
            assert torch.equal(quality, told)


def test_every_prompt_is_answered_on_its_own(sam: Sam, embedding: torch.Tensor) -> None:
    torch.manual_seed(2)
    decoder = DetailMaskDecoder().eval()
    torch.nn.init.normal_(decoder.touch[-1].weight)
    boxes = torch.tensor([[20.0, 30, 180, 200], [5.0, 5, 60, 90]])
    grid = sam.prompt_encoder.get_dense_pe()
    with torch.inference_mode():
        both, _ = decoder(embedding, grid, *sam.prompt_encoder(None, boxes, None), True)
        alone, _ = decoder(embedding, grid, *sam.prompt_encoder(None, boxes[1:], None), True)
    assert both.shape == (2, 3, 64, 64)
    torch.testing.assert_close(both[1:], alone, rtol=1e-4, atol=1e-4)
