"""`sam-mini`'s own three parts against hand-worked cases and against Segment Anything's own decoder."""

from __future__ import annotations

import pytest
import torch
from segment_anything.modeling import MaskDecoder, Sam, TwoWayTransformer
from torch.nn import functional as F

from vizcore.zoo.bundled.lite_sam import DETAIL, DRAWN, EMBEDDED, FINER, GRID, INPUT_SIZE, WIDTH
from vizcore.zoo.bundled.mini_sam import DetailMaskDecoder, sam_mini, signs

SIDE = FINER * GRID


@pytest.fixture(scope="module")
def sam() -> Sam:
    torch.manual_seed(0)
    return sam_mini().eval()


@pytest.fixture(scope="module")
def embedding(sam: Sam) -> torch.Tensor:
    with torch.inference_mode():
        return sam.image_encoder(torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE) * 2 - 1)


def drawn(sam: Sam, points=None, boxes=None) -> torch.Tensor:
    """The seven maps (B, 7, 104, 104), read from the dense embedding as the decoder reads them."""
    with torch.inference_mode():
        dense = sam.prompt_encoder(points, boxes, None)[1]
    return F.pixel_shuffle(dense[:, WIDTH:], FINER)


def click(x: float, y: float, label: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor([[[x, y]]]), torch.tensor([[label]])


def test_embedding_carries_context_and_detail(embedding: torch.Tensor) -> None:
    assert embedding.shape == (1, EMBEDDED, GRID, GRID) == (1, 512, 26, 26)


def test_detail_of_the_pixels_stays_where_it_is(sam: Sam) -> None:
    flat = torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE)
    marked = flat.clone()
    marked[..., 128:132, 64:68] = 1.0
    with torch.inference_mode():
        maps = sam.image_encoder.trunk(flat)
        change = sam.image_encoder.neck(maps, marked) - sam.image_encoder.neck(maps, flat)
    assert not change[:, : -DETAIL * FINER**2].any()
    rows, columns = F.pixel_shuffle(change[:, -DETAIL * FINER**2 :], FINER)[0].abs().sum(0).nonzero().T
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (31, 33, 15, 17)  # its own cell and those around


def test_box_is_drawn_with_the_share_of_each_cell_that_it_covers(sam: Sam) -> None:
    maps = drawn(sam, boxes=torch.tensor([[6.0, 8.0, 12.0, 14.0]]))[0, 6]
    assert maps[2, 1:4].tolist() == [0.5, 1.0, 0.0]  # columns 4..8, 8..12, 12..16 of the full row 8..12
    assert maps[3, 1:3].tolist() == [0.25, 0.5]  # row 12..16 is covered down to 14
    assert float(maps.sum()) * FINER**2 == pytest.approx(6 * 6)


def test_box_without_area_draws_nothing(sam: Sam) -> None:
    assert float(drawn(sam, boxes=torch.tensor([[40.0, 40.0, 40.0, 90.0]]))[:, 6].abs().sum()) == 0


def test_click_is_brightest_in_its_own_cell_and_on_its_own_side(sam: Sam) -> None:
    wanted, unwanted = drawn(sam, points=click(41.5, 81.5))[0], drawn(sam, points=click(41.5, 81.5, label=0))[0]
    assert all(int(each.argmax()) == 20 * SIDE + 10 for each in wanted[:3])
    assert float(wanted[3:].abs().sum()) == 0
    assert torch.equal(wanted[:3], unwanted[3:6])


def test_nothing_asked_draws_nothing(sam: Sam) -> None:
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(None, None, torch.zeros(1, 1, SIDE, SIDE))
    assert sparse.shape == (1, 0, WIDTH)
    assert dense.shape == (1, WIDTH + DRAWN * FINER**2, GRID, GRID)
    assert float(dense[:, WIDTH:].abs().sum()) == 0


def test_without_detail_the_masks_are_those_of_segment_anything(sam: Sam, embedding: torch.Tensor) -> None:
    """No finer features, and the last layer of the touch at zero as it starts: the library's own decoder's answer."""
    torch.manual_seed(1)
    plain = embedding.clone()
    plain[:, WIDTH:] = 0
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
            masks, quality = ours(plain, grid, sparse, dense, several)
            wanted, told = theirs(plain[:, :WIDTH], grid, sparse, dense[:, :WIDTH], several)
            torch.testing.assert_close(masks, wanted, rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(quality, told)


def test_two_pictures_at_once_answer_as_each_alone(sam: Sam, embedding: torch.Tensor) -> None:
    boxes = torch.tensor([[20.0, 30, 180, 200], [5.0, 5, 60, 90]])
    grid = sam.prompt_encoder.get_dense_pe()
    both = torch.cat([embedding, embedding.flip(3)])
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(None, boxes, None)
        masks, _ = sam.mask_decoder(both, grid, sparse, dense, True)
        for i in range(2):
            alone, _ = sam.mask_decoder(both[i : i + 1], grid, sparse[i : i + 1], dense[i : i + 1], True)
            torch.testing.assert_close(masks[i : i + 1], alone, rtol=1e-4, atol=1e-4)


def test_signs_of_hand_made_masks() -> None:
    masks = torch.full((1, 2, 2, 2), -0.5)
    masks[0, 0, 0, 0] = 3.0
    masks[0, 1] = -9.0  # nothing found
    (found, empty), share = signs(masks)[0], masks[0, 0].sigmoid()
    expected = share[0, 0] / (1 + 3 * share[0, 1])
    assert found[0] == pytest.approx(float(expected))
    assert found[1:3].tolist() == [0.25, 0.5]  # one cell over 1, all four over -1; a quarter of the cells
    assert found[3] == pytest.approx(float((2 * share - 1).abs().mean()))
    assert empty[:3].tolist() == pytest.approx([0, 0, 0], abs=1e-3)


def test_every_prompt_is_answered_on_its_own(sam: Sam, embedding: torch.Tensor) -> None:
    torch.manual_seed(2)
    decoder = DetailMaskDecoder().eval()
    torch.nn.init.normal_(decoder.touch[-1].weight)
    boxes = torch.tensor([[20.0, 30, 180, 200], [5.0, 5, 60, 90]])
    grid = sam.prompt_encoder.get_dense_pe()
    with torch.inference_mode():
        both, _ = decoder(embedding, grid, *sam.prompt_encoder(None, boxes, None), True)
        alone, _ = decoder(embedding, grid, *sam.prompt_encoder(None, boxes[1:], None), True)
    assert both.shape == (2, 3, SIDE, SIDE)
    torch.testing.assert_close(both[1:], alone, rtol=1e-4, atol=1e-4)
