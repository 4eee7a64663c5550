"""The bundled promptable segmenter: Segment Anything's own classes around the trunk of `cnn-mini`.

Input as SAM takes it: RGB 0..255, longest side 256, padded at the right and at the bottom; embedding (384, 16, 16);
low-resolution logits (64, 64). The image encoder is ours, the prompt encoder also draws its prompts, and what both know
on the finer grid of the masks travels along as further channels to the decoder, which touches up its masks with it. All
three answer the calls of `segment_anything`'s own, so every tool written for it works.
"""

from __future__ import annotations

import torch
from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from segment_anything.modeling.common import LayerNorm2d
from torch import nn
from torch.nn import functional as F

from vizcore.zoo.bundled.mini_classifiers import cnn_mini

INPUT_SIZE = 256
GRID = 16
WIDTH = 128
FINER = 4  # cells of the mask grid on a side of one cell of the embedding
DETAIL = 16  # channels of the image on the mask grid
DRAWN = 7  # maps of the prompts on the mask grid


class TrunkEncoder(nn.Module):
    """Image encoder of `sam-mini`: all four stages of `cnn-mini`, gathered on its 16 px grid.

    Earlier stages keep their detail as extra channels (pixel unshuffle), since masks are finer than the grid. The last
    256 channels are 16 channels of detail on the 4 px grid of the masks, folded up.
    (B, 3, 256, 256) normalised RGB -> (B, 384, 16, 16).
    """

    img_size = INPUT_SIZE  # read by segment_anything's predictor

    def __init__(self) -> None:
        super().__init__()
        self.trunk = cnn_mini()
        self.trunk.fc = nn.Identity()  # type: ignore[assignment]  # nobody asks its head
        gathered = 32 * 16 + 64 * 4 + 128 + 256
        self.neck = nn.Sequential(
            nn.Conv2d(gathered, WIDTH, kernel_size=1, bias=False),
            LayerNorm2d(WIDTH),
            nn.GELU(),
            nn.Conv2d(WIDTH, WIDTH, kernel_size=3, padding=1, bias=False),
            LayerNorm2d(WIDTH),
        )
        self.detail = nn.Sequential(nn.Conv2d(32 + 3 * FINER**2, DETAIL, kernel_size=3, padding=1), nn.GELU())

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        trunk = self.trunk
        first = trunk.layer1(trunk.maxpool(trunk.relu(trunk.bn1(trunk.conv1(pixels)))))
        second = trunk.layer2(first)
        third = trunk.layer3(second)
        stages = [F.pixel_unshuffle(first, 4), F.pixel_unshuffle(second, 2), third, trunk.layer4(third)]
        detail = self.detail(torch.cat([first, F.pixel_unshuffle(pixels, FINER)], dim=1))
        return torch.cat([self.neck(torch.cat(stages, dim=1)), F.pixel_unshuffle(detail, FINER)], dim=1)


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
        """As SAM's: points (B, N, 2) with labels (B, N), boxes (B, 4) or masks (B, 1, 64, 64) -> sparse, dense.

        The last 112 channels of dense (B, 240, 16, 16) are the drawn maps, folded up.
        """
        sparse, dense = super().forward(points, boxes, masks)
        return sparse, self.with_drawing(dense, points, boxes)

    def with_drawing(
        self, dense: torch.Tensor, points: tuple[torch.Tensor, torch.Tensor] | None, boxes: torch.Tensor | None
    ) -> torch.Tensor:
        """SAM's dense embedding (B, 128, 16, 16) -> (B, 240, 16, 16), with what the prompts draw."""
        maps = self._draw(points, boxes, len(dense))
        if points is not None or boxes is not None:
            dense = dense + self.drawing(maps)
        return torch.cat([dense, F.pixel_unshuffle(maps, FINER)], dim=1)

    def _draw(
        self, points: tuple[torch.Tensor, torch.Tensor] | None, boxes: torch.Tensor | None, count: int
    ) -> torch.Tensor:
        """The seven maps (count, 7, 64, 64) in [0, 1]; a cell that the box covers in part has that share."""
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
    """SAM's mask decoder that touches up its masks with the image and the prompts as seen on their own grid.

    An embedding of 16 x 16 cells cannot tell where in a cell an edge runs. SAM 2 hands its decoder finer features of
    the image for the same reason (Ravi et al. 2024, section 4).
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
        last = nn.Conv2d(DETAIL, 1, kernel_size=1)
        between = nn.Conv2d(DETAIL, DETAIL, kernel_size=3, padding=1)
        self.touch = nn.Sequential(nn.GELU(), between, nn.GELU(), last)
        for parameter in last.parameters():
            nn.init.zeros_(parameter)  # training starts from the untouched mask

    def forward(
        self,
        image_embeddings: torch.Tensor,
        image_pe: torch.Tensor,
        sparse_prompt_embeddings: torch.Tensor,
        dense_prompt_embeddings: torch.Tensor,
        multimask_output: bool,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As SAM's: one embedding (1, 384, 16, 16) and P prompts -> masks (P, 1 or 3, 64, 64), predicted IoU."""
        context, detail = image_embeddings[:, :WIDTH], image_embeddings[:, WIDTH:]
        dense, drawn = dense_prompt_embeddings[:, :WIDTH], dense_prompt_embeddings[:, WIDTH:]
        masks, quality = super().forward(context, image_pe, sparse_prompt_embeddings, dense, multimask_output)
        guide = self.from_image(F.pixel_shuffle(detail, FINER)) + self.from_prompts(F.pixel_shuffle(drawn, FINER))
        prompts, several, height, width = masks.shape
        seen = self.from_mask(masks.reshape(-1, 1, height, width)).unflatten(0, (prompts, several)) + guide[:, None]
        return masks + self.touch(seen.flatten(0, 1)).reshape(masks.shape), quality


def sam_mini() -> Sam:
    """Untrained `sam-mini`: 3.9 M parameters."""
    return Sam(
        image_encoder=TrunkEncoder(),
        prompt_encoder=DrawingPromptEncoder(),
        mask_decoder=DetailMaskDecoder(),
    )
