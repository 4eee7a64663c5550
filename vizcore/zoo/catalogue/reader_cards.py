"""Engines that read text: RapidOCR, whose models come inside its package, and Tesseract, where the system has it.

Sizes and hashes: the files of rapidocr 3.10.0 as installed. Licences: MODEL_LICENSES.md inside the package, and the
tessdata repository of Tesseract.
"""

from __future__ import annotations

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

UNSTATED = "Not stated by the authors"


def _measured(clean: float, clean_worst: float, noisy: float, noisy_worst: float) -> tuple[Measured, ...]:
    """Character error rates in percent; corpus values with the worst page, since six pages allow no interval."""
    source = "benchmarks/reading.py"
    return (
        Measured("CER, 6 drawn documents in English and French", clean, "%", source),
        Measured("CER of the worst of these pages", clean_worst, "%", source),
        Measured("CER, the same with noise of 40 grey levels", noisy, "%", source),
        Measured("CER of the worst noisy page", noisy_worst, "%", source),
    )


READER_CARDS = (
    ModelCard(
        key="rapidocr",
        title="RapidOCR (PP-OCRv6 small)",
        family="ppocr",
        task="read",
        source="package",
        loader="vizcore.zoo.text_readers:load_rapidocr",
        files=(
            WeightFile(
                "PP-OCRv6_det_small.onnx",
                sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
                size_bytes=9_929_594,
            ),
            WeightFile(
                "PP-OCRv6_rec_small.onnx",
                sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
                size_bytes=21_234_383,
            ),
            WeightFile(
                "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
                sha256="e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
                size_bytes=585_532,
            ),
        ),
        recipe="rapidocr",
        labels="",
        parameters_m=7.937,
        licences=Licences("Apache-2.0", "Apache-2.0", UNSTATED, permissive=True),
        measured=_measured(0.13, 0.51, 0.26, 0.82),
        paper="PP-OCR: A Practical Ultra Lightweight OCR System (Du et al. 2020)",
        facts={"package": "rapidocr"},
        limits="Reads printed lines in Latin and Chinese letters; right-to-left scripts are not among its models here.",
    ),
    ModelCard(
        key="tesseract",
        title="Tesseract",
        family="tesseract",
        task="read",
        source="program",
        loader="vizcore.zoo.text_readers:load_tesseract",
        files=(),
        recipe="tesseract",
        labels="",
        parameters_m=0.0,
        licences=Licences("Apache-2.0", "Apache-2.0", UNSTATED, permissive=True),
        measured=_measured(0.58, 1.23, 9.17, 19.11),
        paper="An Overview of the Tesseract OCR Engine (Smith 2007)",
        facts={"program": "tesseract", "page_segmentation": 6},
        limits="Reads English and French here, as one block of text; noise costs it more than a network.",
    ),
)
