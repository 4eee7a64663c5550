"""The lessons name the size of picture that the bundled detectors and the segmenter see."""

from __future__ import annotations

from pathlib import Path

import pytest

from vizcore.zoo.bundled import lite_sam, mini_detectors

LESSONS = Path(__file__).parents[2] / "vizcore" / "lessons"


@pytest.mark.parametrize(
    ("page", "language", "words"),
    [
        ("detection", "en", f"at {mini_detectors.INPUT_SIZE} pixels"),
        ("detection", "fr", f"à {mini_detectors.INPUT_SIZE} pixels"),
        ("segmentation", "en", f"it sees the photo at {lite_sam.INPUT_SIZE} pixels"),
        ("segmentation", "fr", f"il voit la photo sur {lite_sam.INPUT_SIZE} pixels"),
    ],
)
def test_the_lesson_says_the_size_that_the_model_sees(page: str, language: str, words: str) -> None:
    text = (LESSONS / language / f"{page}.md").read_text("utf-8")
    assert words in " ".join(text.split())
