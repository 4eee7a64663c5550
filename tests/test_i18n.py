"""Is every visible sentence in every language, and does each visitor hear their own?"""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.patience import PATIENCE_S
from tools import catalogues
from vizcore import errors, lessons
from vizcore.errors import DownloadFailed, ImageTooLarge, UnknownModel, VizError
from vizcore.i18n import LANGUAGES, N_, _, best_language, current_language, ngettext, speaking, use_language
from vizcore.i18n.numbers import alternatives, decimal, number, percent, signed, small
from vizcore.i18n.sentences import NOTES, SENTENCES, sentence_for, sentence_for_note, sentence_for_page
from vizcore.images.notes import NOTE_CODES
from vizcore.photo import Note

VIZCORE = Path(__file__).parent.parent / "vizcore"
KINDS = VizError.__subclasses__()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


# Which language


def test_language_is_one_we_have() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        use_language("tlh")
    assert current_language() == "en"


@pytest.mark.parametrize(
    ("wish", "code"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR_fr", "fr"), ("en-GB", "en"), ("de-DE", "en"), ("", "en"), (None, "en")],
)
def test_best_language(wish: str | None, code: str) -> None:
    assert best_language(wish) == code


def test_speaking_ends_after_an_error() -> None:
    with pytest.raises(KeyError), speaking("fr"):
        raise KeyError
    assert current_language() == "en"


def test_threads_do_not_hear_each_other() -> None:
    both_chose = threading.Barrier(2)
    heard: dict[str, str] = {}

    def visit(code: str) -> None:
        use_language(code)
        both_chose.wait(PATIENCE_S)
        heard[code] = sentence_for(errors.Cancelled())

    threads = [threading.Thread(target=visit, args=(code,)) for code in ("en", "fr")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard["en"].startswith("Stopped")
    assert heard["fr"].startswith("Arrêté")
    assert current_language() == "en"


def test_unknown_and_empty_messages_come_back_as_they_are() -> None:
    with speaking("fr"):
        assert (_("no such sentence"), _(""), N_("marked")) == ("no such sentence", "", "marked")
        assert [ngettext("{n} cat", "{n} cats", n) for n in (0, 1, 2)] == ["{n} cats", "{n} cat", "{n} cats"]


# Numbers


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["61.2", "50", "20,000", "−3", "12.3%", "50%", "a", "a or b", "a, b, or c"]),
        ("fr", ["61,2", "50", "20\u202f000", "−3", "12,3\xa0%", "50\xa0%", "a", "a ou b", "a, b ou c"]),
    ],
)
def test_numbers_and_lists(language: str, written: list[str]) -> None:
    with speaking(language):
        numbers = [number(61.24), number(50.0), number(20_000), number(-3, 0), percent(0.1234), percent(0.5, 0)]
        assert [*numbers, alternatives(["a"]), alternatives(["a", "b"]), alternatives(["a", "b", "c"])] == written


def test_long_lists_are_cut() -> None:
    assert alternatives([str(n) for n in range(30)], limit=2) == "0, 1, or …"
    assert alternatives([]) == ""


# Sentences of errors and notes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_error_has_a_sentence(kind: type[VizError], language: str) -> None:
    with speaking(language):
        sentence = sentence_for(kind())
    assert sentence.endswith((".", "!"))
    assert "{" not in sentence


def test_no_sentence_without_an_error() -> None:
    assert {code.partition(":")[0] for code in SENTENCES} == {kind.code for kind in KINDS} | {VizError.code}


def test_values_are_filled_in() -> None:
    error = ImageTooLarge(limit_mpx=50.0, actual_mpx=61.24, width=9000, height=6800)
    assert sentence_for(error) == (
        "This picture has 9,000 × 6,800 pixels (61.2 megapixels), more than the limit of 50; please make it smaller."
    )
    with speaking("fr"):
        assert "9\u202f000 × 6\u202f800 pixels (61,2 mégapixels)" in sentence_for(error)


def test_the_reason_chooses_the_sentence() -> None:
    cut = DownloadFailed(model="m", file="w", host="h", reason="cut", status=0, folder="f")
    other = DownloadFailed(model="m", file="w", host="h", reason="odd", status=0, folder="f")
    assert "broke off" in sentence_for(cut)
    assert sentence_for(other) == "The download of m from h failed; please try again later."


def test_braces_in_a_value_stay_literal() -> None:
    assert "“{0.__class__}”" in sentence_for(UnknownModel(key="{0.__class__}", known=["a", "b"]))


def raised_notes() -> set[str]:
    """First arguments of every Note("...") and note("...") in the product, both arms of a conditional one."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in VIZCORE.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    notes = [call.args[0] for call in calls if getattr(call.func, "id", "") in {"Note", "note"} and call.args]
    arms = [arm for note in notes for arm in ([note.body, note.orelse] if isinstance(note, ast.IfExp) else [note])]
    return {arm.value for arm in arms if isinstance(arm, ast.Constant)}


def test_every_note_has_words() -> None:
    assert raised_notes() | NOTE_CODES.keys() <= NOTES.keys()


@pytest.mark.parametrize("code", NOTE_CODES)
def test_words_of_a_note_use_only_its_values(code: str) -> None:
    assert catalogues.fields_of(NOTES[code]) <= set(NOTE_CODES[code].values)


def test_a_note_in_words() -> None:
    assert sentence_for_note(Note("first_frame", {"frames": 12})) == (
        "Animation or several pages: only the first of 12 is used"
    )


def test_a_share_in_words() -> None:
    assert sentence_for_note(Note("cropped_away", {"share": 0.25})) == "Cropped: the model never sees 25% of the photo"
    assert sentence_for_note(Note("cropped_away")) == "Cropped: the model never sees – of the photo"


def test_a_note_without_words_is_its_code() -> None:
    assert sentence_for_note(Note("new_kind")) == "new_kind"


# Catalogues


@pytest.fixture(scope="module", params=catalogues.LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """What the catalogue of a language must hold: every sentence of the sources, and the translations on disk."""
    template = catalogues.gather(catalogues.sources(), catalogues.card_sentences())
    return catalogues.merged(request.param, template, pending={})


def test_every_language_has_a_catalogue() -> None:
    compiled = {file.parent.parent.name for file in catalogues.LOCALE.glob("*/LC_MESSAGES/vizcore.mo")}
    assert compiled == set(catalogues.LANGUAGES) == LANGUAGES.keys() - {"en"}


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    assert catalogues.untranslated(catalogue) == []


def test_translations_keep_the_fields(catalogue: Catalog) -> None:
    assert catalogues.wrong_fields(catalogue) == []


def test_the_compiled_catalogue_is_the_written_one(catalogue: Catalog) -> None:
    assert catalogues.stale(str(catalogue.locale), catalogue) == []


def test_gathering_finds_each_kind_of_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    file = tmp_path / "page.py"
    file.write_text('_("one")\nTABLE = {1: N_("two " "halves")}\nngettext("{n} a", "{n} b", 3)\nprint("none")\n')
    found = [message.id for message in catalogues.messages(catalogues.gather([file]))]
    assert found == ["one", "two halves", ("{n} a", "{n} b")]


def test_a_changed_sentence_keeps_its_translation_for_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    before, after = Catalog(), Catalog()
    before.add("The attack left the photo alone, and the model with it.")
    after.add("The attack left the photo alone and the model with it.")
    french = "L’attaque a laissé la photo et le modèle tranquilles."
    catalogues.write("fr", catalogues.merged("fr", before, {singular_of(before): french}))
    for _run in range(2):  # the mark stays
        found = catalogues.merged("fr", after, {})
        [message] = catalogues.messages(found)
        assert message.string == french
        assert catalogues.unreviewed(found) == [message.id]
        assert any("review" in each for each in catalogues.problems("fr", found))
        catalogues.write("fr", found)
    assert french.encode() not in catalogues.mo_bytes(found), "visitors read the English meanwhile"
    assert b"#, fuzzy" in catalogues.po_bytes(found)
    assert catalogues.unreviewed(catalogues.merged("fr", after, {singular_of(after): french})) == []


def singular_of(catalogue: Catalog) -> str:
    [message] = catalogues.messages(catalogue)
    return catalogues.singular(message.id)


def test_pending_lines(tmp_path: Path) -> None:
    (tmp_path / "a.po.txt").write_text("one\tun\n\ntwo\\nlines\tdeux\\nlignes\n{n} a\t{n} b\t{n} x\t{n} y\n")
    assert catalogues.pending_translations(tmp_path) == {
        "one": "un",
        "two\nlines": "deux\nlignes",
        "{n} a": ("{n} x", "{n} y"),
    }
    (tmp_path / "b.po.txt").write_text("only one cell\n")
    with pytest.raises(ValueError, match=r"b\.po\.txt:1"):
        catalogues.pending_translations(tmp_path)


@pytest.mark.parametrize(
    ("text", "set_text"),
    [
        ('l\'image : "oui" ; 5 %', 'l’image\u00a0: "oui"\u202f; 5\u202f%'),
        ("« {n} »", "«\u00a0{n}\u00a0»"),
        (":material/add: Ajouter :material/x:", ":material/add: Ajouter :material/x:"),
        (("d'un", "d'autres"), ("d’un", "d’autres")),
        ("{n} ms, **{size}** Mo, 160 px, {n} modèles", "{n}\u00a0ms, **{size}**\u00a0Mo, 160\u00a0px, {n} modèles"),
        ("Lecture …", "Lecture…"),
        ("rappels 0, 0,1 … 1", "rappels 0, 0,1 … 1"),
        ("", ""),
    ],
)
def test_french_typography(text: object, set_text: object) -> None:
    assert catalogues.typeset(text, "fr") == set_text
    assert catalogues.typeset(text, "en") == text


@pytest.mark.parametrize(
    ("key", "text", "missing", "wrong"),
    [
        ("{n} of {total}", "{n} sur {total}", [], []),
        ("{n} of {total}", "{n} sur {totale}", [], ["{n} of {total}"]),
        ("{n} of {total}", "{total}", [], ["{n} of {total}"]),
        ("plain", "", ["plain"], []),
        (("{n} cat", "{n} cats"), ("{n} chat", "{n} chats"), [], []),
        (("one cat", "{n} cats"), ("un chat", "{n} chats"), [], []),
        (("{n} cat", "{n} cats"), ("{n} chat", ""), ["{n} cat"], []),
    ],
)
def test_problems_are_found(key: str, text: str, missing: list[str], wrong: list[str]) -> None:
    catalogue = Catalog(locale="fr")
    catalogue.add(key, text)
    assert catalogues.untranslated(catalogue) == missing
    assert catalogues.wrong_fields(catalogue) == wrong


PLACES = {
    "folder": "/srv/secret/weights",
    "file": "/home/somebody/.cache/vizcore/model.safetensors",
    "log": "/srv/secret/start.log",
    "address": "10.9.8.7:26379",
}


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.code)
def test_no_path_of_the_server_reaches_a_browser(kind: type[VizError]) -> None:
    reasons = [key.split(":")[1] for key in SENTENCES if key.startswith(f"{kind.code}:")]
    for reason in ["", *reasons]:
        said = sentence_for_page(kind(reason=reason, **PLACES))
        assert "/srv" not in said
        assert "somebody" not in said
        assert "10.9.8.7" not in said


def test_a_browser_is_told_the_setting_instead_of_the_folder() -> None:
    said = sentence_for_page(errors.WeightsMissing(model="m", **PLACES))
    assert "the file model.safetensors into the folder VIZCORE_WEIGHTS" in said


def test_no_sentence_hides_from_the_catalogue() -> None:
    """The collector does not read what stands in the braces of an f-string: such a sentence would stay English."""
    with (VIZCORE / "i18n" / "locale" / "fr" / "LC_MESSAGES" / "vizcore.po").open("rb") as file:
        known = {each.id if isinstance(each.id, str) else each.id[0] for each in read_po(file) if each.id}
    hidden = {
        (path.name, node.args[0].value)
        for path in VIZCORE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "ngettext") and node.args
        if isinstance(node.args[0], ast.Constant) and node.args[0].value not in known
    }
    assert not hidden


NOT_FOR_EYES = {"sign_in_page.py", "cookie.py"}  # a line of the log, a header


def joined_without_the_language(code: str) -> list[str]:
    """F-strings with a value straight before ": " or "; ", but for formulas and style sheets: French has a space there,
    so such pieces go through `i18n.pieces`."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr):
            texts = [each.value if isinstance(each, ast.Constant) else "" for each in node.values]
            if not any(sign in text for sign in "{\\" for text in map(str, texts)):
                after = [text for value, text in pairwise(texts) if not value]
                found += [ast.unparse(node) for text in after if str(text).lstrip("*").startswith((": ", "; "))]
    return found


def test_joined_without_the_language_finds_them() -> None:
    code = """f"{name}: {value}"; f"**{name}**: {value}"; f"{at}; {to}"; f"{a}{{b: {c}}}"; f"in: {a}"; f"{a} is b" """
    assert len(joined_without_the_language(code)) == 3


@pytest.mark.parametrize("part", ["ui", "figures", "presenting"])
def test_pieces_stand_together_as_the_language_has_it(part: str) -> None:
    files = [path for path in (VIZCORE / part).rglob("*.py") if path.name not in NOT_FOR_EYES]
    assert not {path.name: found for path in files if (found := joined_without_the_language(path.read_text("utf-8")))}


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [(0, "0", "0"), (5.2e-6, "5.2 × 10⁻⁶", "5,2 × 10⁻⁶"), (-2e-4, "−2 × 10⁻⁴", "−2 × 10⁻⁴"), (0.25, "0.25", "0,25")],
)
def test_small_numbers(value: float, english: str, french: str) -> None:
    with speaking("en"):
        assert small(value).replace("\N{NO-BREAK SPACE}", " ") == english
    with speaking("fr"):
        assert small(value).replace("\N{NO-BREAK SPACE}", " ") == french


CODE_AND_FORMULAS = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)]*\)", re.S)


@pytest.mark.parametrize("file", sorted((lessons.FOLDER / "fr").glob("*.md")), ids=lambda file: file.stem)
def test_french_lessons_are_set_as_french(file: Path) -> None:
    """No sign alone at the beginning of a line, and the same apostrophe everywhere."""
    words = CODE_AND_FORMULAS.sub("", file.read_text(encoding="utf-8"))
    assert not re.findall(r".{0,20}(?:(?<=\w)'(?=\w)| [;?!»]| :(?=\s)|« ).{0,10}", words)


def test_nothing_is_written_minus_zero() -> None:
    with speaking("en"):
        assert [number(each, 2) for each in (-0.0, -0.004, -0.005, -0.006)] == ["0", "0", "0", "−0.01"]
        assert [decimal(each, 1) for each in (-0.0, -0.04, -0.06, 0.04)] == ["0.0", "0.0", "−0.1", "0.0"]
        assert [percent(each) for each in (-0.0, -0.0004, -0.0006)] == ["0.0%", "0.0%", "−0.1%"]
        assert [signed(each, 2) for each in (0.0, -0.001, -0.01)] == ["+0.00", "0.00", "−0.01"]
