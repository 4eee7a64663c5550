"""How alike are pictures to a model: two of them, their parts, or a whole gallery?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.similarity import many, mapped, pretraining, quality, search_speed, two  # noqa: E402

SCORES = ("two", "many", "map", "quality")  # where models that give scores and one vector (ONNX) will do
PARTS = {"many": many.show, "map": mapped.show, "quality": quality.show, "speed": search_speed.show}

bar = toolbar.open_page("similarity", _("Similarity"))
titles = {
    "two": _("Two photos"),
    "many": _("Many photos"),
    "map": _("Map"),
    "quality": _("Quality"),
    "pretraining": _("Pre-training"),
    "speed": _("Speed of search"),
}
part = bar.sections(titles, key="similarity.part", default="two")
photos = bar.photos(most=2, least=2, samples=two.SAMPLES, start=two.START) if part == "two" else []
cards = (
    []
    if part == "pretraining"
    else bar.models(["classify", "embed"], default=["cnn-mini", "vit-mini"], scores=part in SCORES)
)
if part == "pretraining":
    pretraining.show(bar)
elif cards and part == "two":
    two.show(photos, cards)
elif cards:
    PARTS[part](cards, bar)
lessons.show("similarity", part)
