"""The bundled promptable segmenter: Segment Anything's own classes around EfficientNet-Lite0.

Input as SAM takes it: RGB 0..255, longest side 416, padded at the right and at the bottom; embedding (512, 26, 26);
low-resolution logits (104, 104). The image encoder is ours, the prompt encoder also draws its prompts, and what both
know on finer grids travels along as further channels to the decoder, which enlarges and touches up its masks with it.
All three answer the calls of `segment_anything`'s own, so every tool written for it works. The bundled file holds the
trunk too, which was trained on with the rest.
"""

from __future__ import annotations

import torch
from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from segment_anything.modeling.common import LayerNorm2d
from torch import nn
from torch.nn import functional as F

from vizcore.zoo.bundled.lite_sam import (
    DETAIL,
    DRAWN,
    FINER,
    GRID,
    INPUT_SIZE,
    MIDDLE,
    WIDTH,
    TrunkEncoder,
    across,
)

SIGNS = 4  # numbers that a mask says about its own quality


class DrawingPromptEncoder(PromptEncoder):  # type: ignore[misc]  # segment_anything ships no types
    """SAM's prompt encoder that also draws points and boxes on the mask grid and adds them to the dense embedding.

    SAM leaves it to attention to find out where a prompt lies, which takes millions of prompts to learn. Maps of the
    distance to the clicks are what smaller interactive segmenters are given (Xu et al. 2016, "Deep Interactive Object
    Selection"). Seven maps: nearness to positive and to negative clicks at three widths, and the inside of the box.
    """

    WIDTHS_PX = (6.0, 24.0, 80.0)

    def __init__(self) -> None:
        super().__init__(
            embed_dim=WIDTH,
            image_embedding_size=(GRID, GRID),
            input_image_size=(INPUT_SIZE, INPUT_SIZE),
            mask_in_chans=16,
        )
        self.drawing = nn.Sequential(
            nn.Conv2d(7, 32, kernel_size=2, stride=2),
            LayerNorm2d(32),
            nn.GELU(),
            nn.Conv2d(32, 64, kernel_size=2, stride=2),
            LayerNorm2d(64),
            nn.GELU(),
            nn.Conv2d(64, WIDTH, kernel_size=1),
        )

    def forward(
        self,
        points: tuple[torch.Tensor, torch.Tensor] | None,
        boxes: torch.Tensor | None,
        masks: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As SAM's: points (B, N, 2) with labels (B, N), boxes (B, 4) or masks (B, 1, 104, 104) -> sparse, dense.

        The last 112 channels of dense (B, 240, 26, 26) are the drawn maps, folded up.
        """
        sparse, dense = super().forward(points, boxes, masks)
        return sparse, self.with_drawing(dense, points, boxes)

    def with_drawing(
        self, dense: torch.Tensor, points: tuple[torch.Tensor, torch.Tensor] | None, boxes: torch.Tensor | None
    ) -> torch.Tensor:
        """SAM's dense embedding (B, 128, 26, 26) -> (B, 240, 26, 26), with what the prompts draw."""
        maps = self._draw(points, boxes, len(dense))
        if points is not None or boxes is not None:
            dense = dense + self.drawing(maps)
        return torch.cat([dense, F.pixel_unshuffle(maps, FINER)], dim=1)

    def _draw(
        self, points: tuple[torch.Tensor, torch.Tensor] | None, boxes: torch.Tensor | None, count: int
    ) -> torch.Tensor:
        """The seven maps (count, 7, 104, 104) in [0, 1]; a cell that the box covers in part has that share."""
        height, width = self.mask_input_size
        device = self._get_device()
        y = (torch.arange(height, device=device) + 0.5) * INPUT_SIZE / height
        x = (torch.arange(width, device=device) + 0.5) * INPUT_SIZE / width
        maps = torch.zeros(count, DRAWN, height, width, device=device)
        if points is not None:
            where, labels = points[0] + 0.5, points[1]
            squared = (x[None, None, None] - where[..., 0, None, None]) ** 2
            squared = squared + (y[None, None, :, None] - where[..., 1, None, None]) ** 2
            for kind, label in enumerate((1, 0)):
                nearest = squared.masked_fill((labels != label)[..., None, None], torch.inf).amin(1)
                for at, reach in enumerate(self.WIDTHS_PX):
                    maps[:, 3 * kind + at] = torch.exp(-nearest / (2 * reach**2))
        if boxes is not None:
            x0, y0, x1, y1 = boxes.reshape(-1, 4).unbind(1)
            maps[:, 6] = _covered(y, y0, y1)[:, :, None] * _covered(x, x0, x1)[:, None, :]
        return maps


def _covered(centres: torch.Tensor, start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """Share of each cell (N,) that lies between start and end (B,), all in input pixels -> (B, N) in [0, 1]."""
    half = float(FINER) / 2
    right = torch.minimum(centres + half, end[:, None])
    return ((right - torch.maximum(centres - half, start[:, None])) / (2 * half)).clamp(0, 1)


class DetailMaskDecoder(MaskDecoder):  # type: ignore[misc]  # segment_anything ships no types
    """SAM's mask decoder that sees the image and the prompts on finer grids than its embedding's.

    An embedding of 26 x 26 cells cannot tell where in a cell an edge runs. As in SAM 2 (Ravi et al. 2024, section 4)
    finer features of the image are added where the decoder enlarges; then each mask is touched up on its own grid.
    Its predicted IoU also reads the finished mask: one whose logits are far from 0 everywhere is more often right.
    """

    def __init__(self) -> None:
        super().__init__(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(depth=2, embedding_dim=WIDTH, mlp_dim=512, num_heads=8),
            transformer_dim=WIDTH,
            iou_head_depth=3,
            iou_head_hidden_dim=WIDTH,
        )
        self.from_image = nn.Conv2d(DETAIL, DETAIL, kernel_size=3, padding=1)
        self.from_prompts = nn.Conv2d(DRAWN, DETAIL, kernel_size=3, padding=1, bias=False)
        self.from_mask = nn.Conv2d(1, DETAIL, kernel_size=3, padding=1, bias=False)
        between = nn.Conv2d(DETAIL, DETAIL, kernel_size=3, padding=1)
        self.touch = nn.Sequential(nn.ReLU(), between, nn.ReLU(), nn.Conv2d(DETAIL, 1, kernel_size=1))
        self.judge = nn.Sequential(nn.Linear(SIGNS + 1, 16), nn.GELU(), nn.Linear(16, 1))
        for head in (self.touch, self.judge):  # training starts from the untouched mask and its first judgement
            for parameter in head[-1].parameters():
                nn.init.zeros_(parameter)

    def forward(
        self,
        image_embeddings: torch.Tensor,
        image_pe: torch.Tensor,
        sparse_prompt_embeddings: torch.Tensor,
        dense_prompt_embeddings: torch.Tensor,
        multimask_output: bool,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As SAM's: one embedding (1, 512, 26, 26) and P prompts -> masks (P, 1 or 3, 104, 104), predicted IoU.

        The three masks of one click are ordered: subpart, part, whole. In training there may be B embeddings, each with
        the same number of prompts, one picture's after the other.
        """
        each = len(sparse_prompt_embeddings) // len(image_embeddings)
        context, finer, finest = torch.split(image_embeddings, [WIDTH, 4 * MIDDLE, FINER**2 * DETAIL], dim=1)
        finer, finest = F.pixel_shuffle(finer, 2), F.pixel_shuffle(finest, FINER)
        from_image = _for_each(self.from_image(finest), each)
        context, finer, finest = (_for_each(part, each) for part in (context, finer, finest))
        dense, drawn = dense_prompt_embeddings[:, :WIDTH], dense_prompt_embeddings[:, WIDTH:]
        asked = slice(1, None) if multimask_output else slice(0, 1)
        tokens, cells = self._attended(context, image_pe, sparse_prompt_embeddings, dense)
        quality = self.iou_prediction_head(tokens[:, 0])[:, asked]
        masks = self._masks(tokens[:, 1 : 1 + self.num_mask_tokens], self._enlarged(cells, finer, finest), asked)
        guide = from_image + self.from_prompts(F.pixel_shuffle(drawn, FINER))
        prompts, several, height, width = masks.shape
        seen = self.from_mask(masks.reshape(-1, 1, height, width)).unflatten(0, (prompts, several)) + guide[:, None]
        masks = masks + self.touch(seen.flatten(0, 1)).reshape(masks.shape)
        return masks, quality + self.judge(torch.cat([signs(masks.detach()), quality[..., None]], -1))[..., 0]

    def _attended(
        self, context: torch.Tensor, grid: torch.Tensor, sparse: torch.Tensor, dense: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """SAM's two-way transformer: tokens (P, 5 + prompts, 128) and cells (P, 128, 26, 26)."""
        own = torch.cat([self.iou_token.weight, self.mask_tokens.weight])[None].expand(len(sparse), -1, -1)
        cells = context + dense
        tokens, flat = self.transformer(cells, grid.expand(len(sparse), -1, -1, -1), torch.cat([own, sparse], dim=1))
        return tokens, flat.transpose(1, 2).reshape(cells.shape)

    def _enlarged(self, cells: torch.Tensor, finer: torch.Tensor, finest: torch.Tensor) -> torch.Tensor:
        """(P, 128, 26, 26) -> (P, 16, 104, 104), the image's finer features added on their grids."""
        first, norm, activation, second, last = self.output_upscaling
        enlarged: torch.Tensor = last(second(activation(across(first(cells) + finer, norm))) + finest)
        return enlarged

    def _masks(self, tokens: torch.Tensor, enlarged: torch.Tensor, asked: slice) -> torch.Tensor:
        """The product of every asked mask token's own weights with the enlarged cells -> (P, M, 104, 104)."""
        numbers = range(self.num_mask_tokens)[asked]
        weights = torch.stack([self.output_hypernetworks_mlps[i](tokens[:, i]) for i in numbers], dim=1)
        return (weights @ enlarged.flatten(2)).reshape(*weights.shape[:2], *enlarged.shape[2:])


def _for_each(maps: torch.Tensor, prompts: int) -> torch.Tensor:
    """Each picture's maps once for each of its prompts; those of a single picture stay as they are (they spread)."""
    return maps if len(maps) == 1 else maps.repeat_interleave(prompts, dim=0)


def signs(masks: torch.Tensor) -> torch.Tensor:
    """What logits (P, M, h, w) say about their own mask -> (P, M, 4).

    The IoU to expect if each logit were calibrated; the stability of Kirillov et al. 2023 (appendix B: the overlap of
    the masks over 1 and over -1); the mask's size, as the square root of its share; the mean of how sure its cells are.
    """
    share, inside = masks.float().sigmoid(), (masks > 0).float()
    sure = (share * inside).sum((2, 3))
    expected = sure / (share * (1 - inside)).sum((2, 3)).add(inside.sum((2, 3))).clamp(min=1)
    stable = (masks > 1).float().sum((2, 3)) / (masks > -1).float().sum((2, 3)).clamp(min=1)
    return torch.stack([expected, stable, inside.mean((2, 3)).sqrt(), (2 * share - 1).abs().mean((2, 3))], dim=-1)


def sam_mini(trunk: nn.Module | None = None) -> Sam:
    """Untrained `sam-mini`: 1.4 M parameters of its own, on the trunk's 3.0 M."""
    return Sam(
        image_encoder=TrunkEncoder(trunk),
        prompt_encoder=DrawingPromptEncoder(),
        mask_decoder=DetailMaskDecoder(),
        pixel_mean=[127.5] * 3,
        pixel_std=[127.5] * 3,
    )
