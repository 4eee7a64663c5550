"""Promptable segmenters: our small SAM, the official ones, SAM 2.1, MobileSAM, and GrabCut as what came before.

segment-anything's files: names carry the start of their MD5; SHA-256 and sizes as in micro-sam's table and at least two
other public listings. Hugging Face: pinned revisions, hashes from several listings. MobileSAM: the digest of the v8.4.0
asset of Ultralytics, the same bytes as in the authors' repository. `sam-mini` is listed once its JSON (written by the
training export, see `bundled_cards`) lies beside its weights.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from vizcore.zoo.cards import Licences, ModelCard, WeightFile
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS, measured_rows

SAM_PAPER = "Segment Anything (Kirillov et al. 2023)"
SAM_LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="SA-1B (Meta): 11 million licensed photos, research licence",
    permissive=True,
)
SAM2_LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="SA-V (Meta, CC-BY-4.0) and SA-1B (research licence)",
    permissive=True,
)
MOBILE_LICENCES = Licences(
    code="AGPL-3.0 (Ultralytics)",
    weights="Apache-2.0",
    training_data="1 % of SA-1B (research licence), distilled from SAM ViT-H",
    permissive=False,
)
CLASSICAL_LICENCES = Licences(
    code="Apache-2.0 (OpenCV)", weights="none", training_data="none: it learns from your photo alone", permissive=True
)

_log = logging.getLogger(__name__)


def _official(size: str, name: str, sha256: str, size_bytes: int, parameters_m: float) -> ModelCard:
    url = f"https://dl.fbaipublicfiles.com/segment_anything/{name}"
    return ModelCard(
        key=f"sam-vit-{size}",
        title=f"SAM ViT-{size.upper()}",
        family="sam",
        task="promptable",
        source="segment-anything",
        loader="vizcore.zoo.sam_models:load_promptable",
        files=(WeightFile(name, url, sha256, size_bytes),),
        recipe="sam-1024",
        labels="",
        parameters_m=parameters_m,
        licences=SAM_LICENCES,
        paper=SAM_PAPER,
        facts={"builder": f"vit_{size}"},
    )


def _huggingface(repo: str, revision: str, file: tuple[str, int], **rest: object) -> ModelCard:
    name = "model.safetensors"
    sha256, size_bytes = file
    facts = {"repo": repo, "revision": revision}
    return ModelCard(
        family="sam",
        task="promptable",
        source="huggingface",
        loader="vizcore.zoo.huggingface_sam:load_promptable",
        files=(WeightFile(name, f"https://huggingface.co/{repo}/resolve/{revision}/{name}", sha256, size_bytes),),
        labels="",
        **(rest | {"facts": facts | rest["facts"]}),  # type: ignore[operator]
    )


def read_sam_mini(folder: Path) -> tuple[ModelCard, ...]:
    """The card of `sam-mini` if its JSON is in the folder and complete; what is wrong with it goes to the log."""
    path = folder / "sam-mini.json"
    if not path.is_file():
        return ()
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        return (_mini(report),)
    except (KeyError, TypeError, ValueError) as problem:
        _log.warning("bundled model sam-mini is not listed: %s", problem)
        return ()


def _mini(report: dict[str, object]) -> ModelCard:
    measured: list[dict[str, object]] = report["measured"]  # type: ignore[assignment]
    sha256, size_bytes = str(report["sha256"]), int(str(report["size_bytes"]))
    return ModelCard(
        key="sam-mini",
        title="SAM mini",
        family="sam",
        task="promptable",
        source="bundled",
        loader="vizcore.zoo.bundled_models:load_promptable",
        files=(WeightFile("sam-mini.safetensors", sha256=sha256, size_bytes=size_bytes),),
        recipe="sam-416",
        labels="",
        parameters_m=float(str(report["parameters_m"])),
        licences=Licences(
            code="AGPL-3.0-only",
            weights=str(report.get("weights_licence", "AGPL-3.0-only")),
            training_data=str(report["training_data"]),
            permissive=False,
        ),
        paper=SAM_PAPER,
        measured=measured_rows(measured),
        facts={"builder": "sam_mini", "trunk": "image_encoder.trunk."},
        limits=str(report.get("limits", "")),
    )


SAM_MINI_CARDS = read_sam_mini(BUNDLED_WEIGHTS)

SEGMENT_ANYTHING_CARDS = (
    _official(
        "b",
        "sam_vit_b_01ec64.pth",
        "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        375_042_383,
        93.735472,
    ),
    _official(
        "l",
        "sam_vit_l_0b3195.pth",
        "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
        1_249_524_607,
        312.342832,
    ),
    _official(
        "h",
        "sam_vit_h_4b8939.pth",
        "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
        2_564_550_879,
        641.090608,
    ),
)

OTHER_CARDS = (
    _huggingface(
        "facebook/sam-vit-base",
        "70c1a07f894ebb5b307fd9eaaee97b9dfc16068f",
        ("892c410e496344e527255ccdcb2cb7244a609acb5389c7c4fdba1288f861c579", 374_979_480),
        key="hf-sam-vit-base",
        title="SAM ViT-B (Hugging Face)",
        recipe="sam-1024",
        parameters_m=93.735728,
        licences=SAM_LICENCES,
        paper=SAM_PAPER,
        facts={"class": "SamModel", "config": {}, "stretched": False},
    ),
    _huggingface(
        "facebook/sam2.1-hiera-tiny",
        "de431c4043854a71d8101e17995dfe596bf101a5",
        ("48c14467e5cf9e51870511feb72c89688e82dd74523142c0538b663e193ac2a7", 155_908_064),
        key="sam2-hiera-tiny",
        title="SAM 2.1 Hiera-Tiny",
        recipe="sam2-1024",
        parameters_m=31.440721,
        licences=SAM2_LICENCES,
        paper="SAM 2: Segment Anything in Images and Videos (Ravi et al. 2024)",
        facts={
            "class": "Sam2Model",
            "config": {},
            "stretched": True,
            # Parts of the video model that a single picture does not need.
            "unused": (
                r"^memory_",
                r"^mask_downsample",
                r"^object_pointer_proj",
                r"^temporal_positional_encoding_projection_layer",
                r"^no_memory_positional_encoding$",
                r"^no_object_pointer$",
                r"^occlusion_spatial_embedding_parameter$",
            ),
        },
    ),
    ModelCard(
        key="mobile-sam",
        title="MobileSAM",
        family="sam",
        task="promptable",
        source="ultralytics",
        loader="vizcore.zoo.ultralytics_sam:load_promptable",
        files=(
            WeightFile(
                "mobile_sam.pt",
                "https://github.com/ultralytics/assets/releases/download/v8.4.0/mobile_sam.pt",
                "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
                40_728_226,
            ),
        ),
        recipe="sam-1024",
        labels="",
        parameters_m=10.130092,
        licences=MOBILE_LICENCES,
        paper="Faster Segment Anything: Towards Lightweight SAM for Mobile Applications (Zhang et al. 2023)",
        facts={"builder": "build_mobile_sam"},
    ),
    ModelCard(
        key="grabcut",
        title="GrabCut",
        family="classical",
        task="promptable",
        source="opencv",
        loader="vizcore.zoo.classical_segmenters:load_promptable",
        files=(),
        recipe="grabcut-320",
        labels="",
        parameters_m=0.0,
        licences=CLASSICAL_LICENCES,
        paper='"GrabCut": Interactive Foreground Extraction using Iterated Graph Cuts (Rother et al. 2004)',
        facts={"side": 320, "rounds": 4},
        limits="Knows colours and edges only: best with a box, and where object and background differ in colour.",
    ),
)

PROMPTABLE_CARDS = (*SAM_MINI_CARDS, *SEGMENT_ANYTHING_CARDS, *OTHER_CARDS)
