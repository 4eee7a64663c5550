"""Built-in photos: real, credited, read from the files of installed packages without importing these."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import files, packages_distributions
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.patience import PATIENCE_S
from vizcore.errors import UnknownSample
from vizcore.samples import KNOWN_SAMPLES, SAMPLES, Sample, load_sample, sample_file, sample_preview


def test_all_are_here_with_the_pinned_packages() -> None:
    assert list(SAMPLES) == [sample.key for sample in KNOWN_SAMPLES]
    assert next(iter(SAMPLES)) == "cat"
    assert {"cat", "astronaut", "coffee", "rocket", "motorcycle", "bus", "zidane"} <= set(SAMPLES)


@pytest.mark.parametrize("key", SAMPLES)
def test_each_is_a_colourful_or_grey_photo_of_useful_size(key: str) -> None:
    photo = load_sample(key)
    assert photo.name == key
    assert min(photo.width, photo.height) >= 300
    assert max(photo.width, photo.height) <= 1500
    assert photo.rgb.std() > 10


@pytest.mark.parametrize("sample", KNOWN_SAMPLES, ids=lambda sample: sample.key)
def test_each_has_credit_licence_and_source(sample: Sample) -> None:
    assert all([sample.title, sample.credit, sample.licence])
    assert sample.source.startswith("http")


@pytest.mark.parametrize("sample", KNOWN_SAMPLES, ids=lambda sample: sample.key)
def test_each_came_with_the_package_itself(sample: Sample) -> None:
    """Listed among the files that the wheel installed, so a fresh machine has it without any download."""
    package, path = sample.package, sample.path
    [distribution] = packages_distributions()[package]
    assert f"{package}/{path}" in {Path(file).as_posix() for file in files(distribution) or []}


def test_keys_are_words_for_an_address_bar() -> None:
    assert all(key.replace("-", "").isalnum() and key.islower() for key in SAMPLES)


def test_the_same_sample_is_read_once() -> None:
    assert load_sample("cat") is load_sample("cat")


def test_a_sample_that_is_not_there() -> None:
    with pytest.raises(UnknownSample) as caught:
        load_sample("unicorn")
    assert caught.value.values == {"key": "unicorn", "known": list(SAMPLES)}


@pytest.mark.parametrize("change", [{"package": "no_such_package"}, {"path": "data/no_such_photo.png"}])
def test_without_its_package_or_file_a_sample_has_no_place(change: dict[str, str]) -> None:
    assert sample_file(replace(KNOWN_SAMPLES[0], **change)) is None


def test_no_package_is_imported_to_find_them() -> None:
    code = "import json, sys, vizcore.samples; vizcore.samples.load_sample('bus'); print(json.dumps(list(sys.modules)))"
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S, check=True, cwd=root
    )
    assert not {"skimage", "sklearn", "ultralytics", "matplotlib", "torch"} & set(json.loads(done.stdout))


@pytest.mark.parametrize("key", ["bus", "cat"])
def test_the_preview_is_the_sample_made_small(key: str) -> None:
    whole = load_sample(key)
    small = sample_preview(key, 120)
    assert max(small.shape[:2]) == 120
    coarse = [
        np.asarray(Image.fromarray(each).resize((9, 12), Image.Resampling.BOX), float) for each in (whole.rgb, small)
    ]
    assert np.abs(coarse[0] - coarse[1]).mean() < 2


def test_no_preview_of_an_unknown_sample() -> None:
    with pytest.raises(UnknownSample):
        sample_preview("unicorn", 120)
