"""Is the process the same after our YOLO was loaded from a pickle and asked, and did nothing go out or stray?"""

from __future__ import annotations

from pathlib import Path

from tests.zoo.test_guards import changed, changed_variables, watched, wrote_outside
from vizcore.zoo.guards import ULTRALYTICS_ENVIRONMENT

# Set by vizcore.images once it is imported: Pillow's remarks about odd files are our notes.
OUR_OWN = "('ignore', None, <class 'Warning'>, re.compile('PIL\\\\.'), 0), "
ASKING = """
import hashlib
from dataclasses import replace
from pathlib import Path
from vizcore.detection.detect import detect
from vizcore.photo import Photo
from vizcore.settings import Settings
from vizcore.zoo import guards
from vizcore.zoo.cards import WeightFile
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model

folder = Path(CACHE) / "weights" / "yolo11n"
folder.mkdir(parents=True)
settings = Settings(cache_dir=CACHE, offline=True)
import vizcore.settings
vizcore.settings.current = lambda: settings
library = guards.import_ultralytics(settings)
with guards.process_kept():
    network = library.nn.tasks.DetectionModel("yolo11n.yaml", nc=80, verbose=False)
torch.save({"model": network.half(), "ema": None}, folder / "yolo11n.pt")
content = (folder / "yolo11n.pt").read_bytes()
file = WeightFile("yolo11n.pt", "", hashlib.sha256(content).hexdigest(), len(content))
model = load_model(replace(CARDS["yolo11n"], files=(file,)), "cpu", settings)
found = detect(model, Photo(numpy.zeros((60, 90, 3), numpy.uint8), "black"))
extra = {"model": found.provenance.model}
"""


def test_loading_and_asking_leave_the_process_alone(tmp_path: Path) -> None:
    report = watched(ASKING, tmp_path)
    assert report["extra"] == {"model": "yolo11n"}
    assert changed(report) <= {"filters"}
    before, after = report["before"]["filters"], report["after"]["filters"]
    assert after.replace(OUR_OWN, "") == before
    strange = {name for name in changed_variables(report) if not name.startswith(("HF_", "TRANSFORMERS_"))}
    assert strange == {*ULTRALYTICS_ENVIRONMENT, "YOLO_CONFIG_DIR"}
    assert [event for event in report["events"] if event[0] in {"network", "process"}] == []
    assert wrote_outside(report, tmp_path) == []
    assert list((tmp_path / "home").iterdir()) == []
    assert report["output"] == []
