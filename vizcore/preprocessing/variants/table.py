"""Which faults are there? Adding one is adding a row to `VARIANTS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vizcore.i18n import N_
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES, DetectionRecipe
from vizcore.preprocessing.fitting import Exact
from vizcore.preprocessing.geometry import Placement
from vizcore.preprocessing.recipes import RECIPES, Recipe
from vizcore.preprocessing.steps import Pixels
from vizcore.preprocessing.variants import fitting_faults, photo_faults, value_faults
from vizcore.preprocessing.variants.fitting_faults import Sampling

AnyRecipe = Recipe | DetectionRecipe
Refit = tuple[Callable[[Placement], Placement] | None, Sampling]


@dataclass(frozen=True)
class Variant:
    """One fault. title, warning, remedy: to be translated when shown.

    photo: changes the pixels that come out of the file. reference: what the right pipeline makes of the same file,
    where the photo itself cannot carry the fault (transparency, a certain decoder). refit: another placement (None:
    the recipe's own) and sampling. values: changes the numbers. needs: whether the fault means anything for a recipe.
    turned: quarter turns against the clock in `photo`, which boxes are turned back by.
    """

    name: str
    title: str
    warning: str
    remedy: str
    photo: Callable[[Pixels], Pixels] | None = None
    reference: Callable[[Pixels], Pixels] | None = None
    refit: Refit | None = None
    values: Callable[[Exact, AnyRecipe], Exact] | None = None
    needs: Callable[[AnyRecipe], bool] = lambda recipe: True
    turned: int = 0

    @property
    def of_pixels_only(self) -> bool:
        """Whether the fault can be given to a model as a photo, whatever its recipe."""
        return self.photo is not None


def layout_of(recipe: AnyRecipe) -> str:
    """How the recipe fits a photo: "crop", "stretch", "letterbox", or "whole" (aspect kept, no frame)."""
    if isinstance(recipe, Recipe):
        return "crop" if recipe.shorter_side else "stretch"
    return next((kind for kind in ("letterbox", "stretch") if recipe.layout.startswith(kind)), "whole")


def antialiases(recipe: AnyRecipe) -> bool:
    """Whether the recipe averages over the photo's pixels when it shrinks."""
    return isinstance(recipe, Recipe) or recipe.layout in ("stretch", "shorter-side")


def normalises(recipe: AnyRecipe) -> bool:
    """Whether the recipe has a mean or a deviation of its own."""
    return (recipe.mean, recipe.deviation) != ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def recipe_named(name: str) -> AnyRecipe | None:
    """The recipe of a card, None for a model that prepares its pictures itself (promptable segmenters)."""
    return RECIPES.get(name) or DETECTION_RECIPES.get(name)


def _jpeg(quality: int) -> Variant:
    return Variant(
        f"jpeg_{quality}",
        N_("Saved as JPEG, quality {n}"),
        N_("Fine texture is gone and blocks have appeared before the model sees the photo."),
        N_("Keep the original file for the model; compress only what people look at, at quality 85 or more."),
        photo=partial(photo_faults.jpeg, quality=quality),
    )


VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant(
            "bgr",
            N_("BGR for RGB"),
            N_("Red and blue have changed places: OpenCV reads blue first."),
            N_("Convert once, right after reading: cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)."),
            photo=photo_faults.blue_first,
        ),
        Variant(
            "exif_ignored",
            N_("EXIF orientation ignored"),
            N_("The photo lies on its side, as phones store it; people never see that, since viewers turn it."),
            N_("Turn it on opening: ImageOps.exif_transpose(picture), before anything else."),
            photo=photo_faults.lying_on_its_side,
            turned=1,
        ),
        Variant(
            "range_255",
            N_("0..255 for 0..1"),
            N_("The division by 255 is missing: every number is 255 times too large."),
            N_("Divide by 255 exactly once, and assert max <= 1 before normalising."),
            values=value_faults.not_divided,
        ),
        Variant(
            "wrong_mean_std",
            N_("Wrong mean and deviation"),
            N_("Another model's normalisation: the numbers look harmless but lie elsewhere than in training."),
            N_("Take mean and deviation from the checkpoint's own preprocessing, never from habit."),
            values=value_faults.wrong_mean_and_deviation,
        ),
        Variant(
            "not_normalised",
            N_("Not normalised"),
            N_("0..1 goes in where numbers around 0 are expected: the picture has lost most of its contrast."),
            N_("Subtract the mean and divide by the deviation of the recipe, channel by channel."),
            values=value_faults.not_normalised,
            needs=normalises,
        ),
        Variant(
            "normalised_twice",
            N_("Normalised twice"),
            N_("The pipeline normalises, and so does the exported model: contrast is four times too high."),
            N_("Decide where it happens, write it into the file's metadata, and test it with one photo."),
            values=value_faults.normalised_twice,
            needs=normalises,
        ),
        Variant(
            "stretch",
            N_("Stretched"),
            N_("The photo is squeezed into the model's shape: things have changed their proportions."),
            N_("Fit the photo as in training; if it must be stretched, train with stretched photos."),
            refit=(fitting_faults.stretched, "antialiased"),
            needs=lambda recipe: layout_of(recipe) != "stretch",
        ),
        Variant(
            "letterbox",
            N_("Letterboxed"),
            N_("Grey bars that the model never met in training take room from the photo."),
            N_("Use the fit of the recipe; bars belong to models that were trained with them."),
            refit=(fitting_faults.letterboxed, "antialiased"),
            needs=lambda recipe: layout_of(recipe) not in ("letterbox", "whole"),
        ),
        Variant(
            "crop",
            N_("Cropped to the centre"),
            N_("What stands at the edge is cut off before the model sees it."),
            N_("Show the whole photo to a detector; crop only where the model was trained on crops."),
            refit=(fitting_faults.cropped, "antialiased"),
            needs=lambda recipe: layout_of(recipe) != "crop",
        ),
        Variant(
            "no_antialias",
            N_("Shrunk without antialiasing"),
            N_("One pixel in many is picked instead of an average: fine patterns turn into noise."),
            N_("Pillow averages by itself; in torch pass antialias=True, in OpenCV use INTER_AREA to shrink."),
            refit=(None, "linear"),
            needs=antialiases,
        ),
        Variant(
            "antialias",
            N_("Shrunk with antialiasing"),
            N_("The model was trained on pictures shrunk without an average; these are softer."),
            N_("Use the resize of the training code: for Ultralytics, cv2.resize with INTER_LINEAR."),
            refit=(None, "antialiased"),
            needs=lambda recipe: not antialiases(recipe),
        ),
        Variant(
            "bicubic",
            N_("Another resize filter (bicubic)"),
            N_("Edges overshoot a little: a small difference at every edge of the photo."),
            N_("Name the filter in the recipe and use the same library on both sides."),
            refit=(None, "bicubic"),
            needs=lambda recipe: getattr(recipe, "kind", "bilinear") != "bicubic",
        ),
        Variant(
            "nearest",
            N_("Nearest neighbour"),
            N_("Every pixel is a copy of one pixel of the photo: edges have become stairs."),
            N_("Keep nearest neighbour for masks and labels; photos need bilinear with antialiasing."),
            refit=(None, "nearest"),
        ),
        Variant(
            "grey",
            N_("Grey for colour"),
            N_("All three channels are the same: the colour is lost, as from a camera in night mode."),
            N_('Check the mode on opening ("L"), and measure the model on grey photos before you allow them.'),
            photo=photo_faults.grey,
        ),
        Variant(
            "alpha_black",
            N_("Transparency on black"),
            N_("Alpha was dropped: what was transparent is black, and the model sees a hard edge."),
            N_("Lay the picture on white (or on the background of training) before dropping alpha."),
            photo=photo_faults.cut_out_on_black,
            reference=photo_faults.cut_out_on_white,
        ),
        Variant(
            "gamma",
            N_("Gamma applied once too often"),
            N_("sRGB was taken for linear light: the middle tones are much too dark."),
            N_("Convert by the file's colour profile, once, and leave sRGB values as they are."),
            photo=photo_faults.gamma,
        ),
        _jpeg(50),
        _jpeg(10),
        Variant(
            "opencv_decoder",
            N_("Decoded by OpenCV instead of Pillow"),
            N_("Two decoders may round differently; here both read the same JPEG of quality 90."),
            N_("Use one decoder in training and in production, and compare one file byte by byte."),
            photo=photo_faults.decoded_by_opencv,
            reference=photo_faults.decoded_by_pillow,
        ),
        Variant(
            "truncated_16_bit",
            N_("16 bits cut to 8"),
            N_("astype(uint8) kept the lower byte of 12-bit values: brightness wraps around many times."),
            N_("Scale by the sensor's own maximum before changing the number type."),
            photo=photo_faults.low_byte_of_12_bits,
        ),
    )
}


def applicable(recipe: AnyRecipe | None) -> tuple[Variant, ...]:
    """The faults that mean something for a recipe; for None those that can be given as a photo."""
    if recipe is None:
        return tuple(variant for variant in VARIANTS.values() if variant.of_pixels_only)
    return tuple(variant for variant in VARIANTS.values() if variant.needs(recipe))
