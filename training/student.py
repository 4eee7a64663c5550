"""A bundled classifier while it learns: with what teaches it and is thrown away, at any size of picture."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torchvision.models.vision_transformer import interpolate_embeddings

from training.distillation import TokenFollower
from training.losses import TEACHER_OUTPUTS
from training.shipping import load_weights
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE, cnn_mini, vit_mini


class Student(nn.Module):
    """The model plus the extra head that learns from the teacher; `forward` gives (logits of 104, logits of 1,000)."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.name = name
        self.model = cnn_mini() if name == "cnn-mini" else vit_mini(image_size=size)
        self.teacher_head = nn.Linear(256 if name == "cnn-mini" else 192, TEACHER_OUTPUTS)
        self._seen: torch.Tensor | None = None
        self.follower = TokenFollower() if name == "vit-mini" else None
        if self.follower is not None:
            self.follower.watch(self.model)
        head = self.model.fc if name == "cnn-mini" else self.model.heads
        head.register_forward_pre_hook(lambda _, args: setattr(self, "_seen", args[0]))

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.model(pixels)
        return logits.float(), self.teacher_head(self._seen).float()


def grow_vit(student: Student, size: int) -> Student:
    """The same ViT for pictures of `size` px: position embeddings interpolated, everything else kept."""
    grown = Student(student.name, size)
    state = interpolate_embeddings(size, 16, student.model.state_dict())
    grown.model.load_state_dict(state)
    grown.teacher_head.load_state_dict(student.teacher_head.state_dict())
    grown.follower.load_state_dict(student.follower.state_dict())
    return grown


def as_shipped(average: Student) -> Student:
    """The averaged weights for the app's own size, whatever size they saw last."""
    return grow_vit(average, INPUT_SIZE).eval() if average.name == "vit-mini" else average


def load_start(student: Student, file: Path) -> None:
    """Weights of a model of any input size into the student."""
    state = load_weights(file)
    if student.name == "vit-mini":
        state = interpolate_embeddings(student.model.image_size, 16, state)
    student.model.load_state_dict(state)
