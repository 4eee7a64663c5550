"""Is every visible sentence in every language? Gathers the sentences, merges translations, compiles the catalogues.

`python -m tools.catalogues` reads the sentences from app.py, pages/, vizcore/ and the model cards, adds the
translations that lie in `vizcore/i18n/pending/*.po.txt`, writes `locale/<language>/LC_MESSAGES/vizcore.po` and compiles
it to `vizcore.mo`.
`--adopt` also deletes the pending files afterwards; `--check` writes nothing and fails when something is missing.
A sentence whose words changed keeps its translation, marked fuzzy and with the former words beside it: correct it and
delete the mark. Until then visitors read the English.
A pending line is `msgid TAB msgstr`, or `singular TAB plural TAB msgstr[0] TAB msgstr[1]`, with \\n and \\t as escapes.
"""

from __future__ import annotations

import argparse
import io
import re
import string
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from vizcore.i18n import LANGUAGES as SPOKEN
from vizcore.zoo.catalogue import CARDS

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "vizcore" / "i18n" / "locale"
PENDING = ROOT / "vizcore" / "i18n" / "pending"
LANGUAGES = tuple(code for code in SPOKEN if code != "en")  # English is the language of the keys
# What a typesetter of the language mends in every translation: (pattern, replacement).
TYPOGRAPHY = {
    "fr": (
        (r"(?<=\w)'(?=\w)", "’"),
        (r" ([;?!%])(?!\w)", "\u202f\\1"),  # narrow no-break space
        (r" ([:»])(?!\w)", "\u00a0\\1"),  # no-break space
        (r"« ", "«\u00a0"),
        (r"(?<=[^\W\d]) …$", "…"),  # French sets it against the last word
        (r"(\{\w+\}\**|\$1|\d) (px²?|mm²?|µs|ms|s|ko|Mo|Go|M)(?![\w’])", "\\1\u00a0\\2"),  # a number and its unit
    )
}
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
SPDX = re.compile(r"[A-Za-z0-9.-]+\d[A-Za-z0-9.-]*")  # a licence's own name: Apache-2.0
Key = str | tuple[str, ...]


def sources() -> list[Path]:
    """Every file whose sentences a visitor can see."""
    found = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "vizcore").rglob("*.py")]
    return sorted(path for path in found if path.is_file())


def card_sentences() -> Iterator[tuple[str, str]]:
    """(sentence, file) of what the model cards say in words; the interface shows it through `ui/card_text.py`."""
    for card in CARDS.values():
        place = f"vizcore/zoo/{'bundled/weights' if card.bundled else 'catalogue'}"
        terms = (card.licences.training_data, card.licences.weights)
        learnt_from = str(card.facts.get("learnt_from", ""))
        for text in (card.limits, learnt_from, *terms, *(each.name for each in card.measured)):
            if text and not SPDX.fullmatch(text):
                yield text, place


def gather(paths: list[Path], more: Iterable[tuple[str, str]] = ()) -> Catalog:
    """The sentences of these files and (sentence, place) of `more`, without translations."""
    template = Catalog()
    for sentence, where in more:
        template.add(sentence, locations=[(where, 0)])
    for path in paths:
        place = (path.relative_to(ROOT).as_posix(), 0)
        for _line, key, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            template.add(key, locations=[place])
    return template


def read_catalogue(language: str) -> Catalog:
    path = po_path(language)
    if not path.is_file():
        return empty_catalogue(language, datetime.now(UTC).replace(second=0, microsecond=0))
    with path.open("rb") as file:
        return read_po(file, locale=language)


def pending_translations(folder: Path) -> dict[str, str | tuple[str, ...]]:
    """Translations by msgid (the singular, where there is a plural); ValueError names a line of another form."""
    found: dict[str, str | tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            cells = [cell.replace("\\n", "\n").replace("\\t", "\t") for cell in line.split("\t")]
            if len(cells) not in (2, 4):
                raise ValueError(f"expected 2 or 4 cells in {path.name}:{number}, got {len(cells)}")
            found[cells[0]] = cells[1] if len(cells) == 2 else (cells[2], cells[3])
    return found


def merged(language: str, template: Catalog, pending: dict[str, str | tuple[str, ...]]) -> Catalog:
    """The template with the translations we have; pending ones win. A sentence that changed keeps the translation of
    the one it resembles, marked fuzzy until somebody has looked at it; what nobody shows any more is dropped.
    """
    known = read_catalogue(language)
    result = empty_catalogue(language, known.creation_date)
    for message in messages(known):
        result.add(message.id, message.string, flags=message.flags)
    shown = Catalog()
    for message in sorted(messages(template), key=lambda message: singular(message.id)):
        shown.add(message.id, locations=sorted(set(message.locations)))
        if text := pending.get(singular(message.id)):
            result.delete(message.id)
            result.add(message.id, text)
    result.update(shown, update_creation_date=False)
    for message in messages(result):
        message.string = typeset(message.string, language)
    return result


def typeset(text: Any, language: str) -> Any:
    """The text, or each of its plural forms, with the language's typography."""
    if not isinstance(text, str):
        return tuple(typeset(form, language) for form in text)
    for pattern, replacement in TYPOGRAPHY.get(language, ()):
        text = re.sub(pattern, replacement, text)
    return text


def empty_catalogue(language: str, born: datetime | str) -> Catalog:
    """A catalogue with a header that names no person and does not change from one run to the next."""
    return Catalog(
        locale=language,
        project="vis-a-vis",
        version="1",
        header_comment="# Made by `make catalogues`; edit the translations here, the sentences in the code.",
        msgid_bugs_address="the project's issues",
        last_translator="the project",
        language_team="the project",
        creation_date=born,
        revision_date=born,
        fuzzy=False,
    )


def messages(catalogue: Catalog) -> Iterator[Message]:
    """All messages but the header."""
    return (message for message in catalogue if message.id)


def singular(key: Key | list[str]) -> str:
    return key if isinstance(key, str) else key[0]


def untranslated(catalogue: Catalog) -> list[str]:
    """Sentences without a translation, or with only some of their plural forms."""
    return [singular(message.id) for message in messages(catalogue) if not _complete(message.string)]


def unreviewed(catalogue: Catalog) -> list[str]:
    """Sentences whose translation was another sentence's: to be corrected, and the mark "fuzzy" taken away."""
    return [singular(message.id) for message in messages(catalogue) if message.fuzzy]


def _complete(text: object) -> bool:
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def wrong_fields(catalogue: Catalog) -> list[str]:
    """Sentences whose translation has other {fields} than the sentence itself."""
    return [singular(message.id) for message in messages(catalogue) if _fields_differ(message)]


def _fields_differ(message: Message) -> bool:
    allowed = {frozenset(fields_of(text)) for text in _forms(message.id)}
    return any(frozenset(fields_of(text)) not in allowed for text in _forms(message.string) if text)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def fields_of(text: str) -> set[str]:
    """Names in braces: "{n} of {total}" -> {"n", "total"}."""
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "vizcore.po"


def po_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, include_lineno=False, ignore_obsolete=True, include_previous=True)
    return buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def write(language: str, catalogue: Catalog) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalogue))
    path.with_suffix(".mo").write_bytes(mo_bytes(read_catalogue(language)))


def stale(language: str, catalogue: Catalog) -> list[str]:
    """Files on disk that `make catalogues` would change."""
    po, mo = po_path(language), po_path(language).with_suffix(".mo")
    wanted = {po: po_bytes(catalogue), mo: mo_bytes(read_catalogue(language))}
    return [path.name for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]


def problems(language: str, catalogue: Catalog) -> list[str]:
    return [
        *(f"{language}: no translation: {text!r}" for text in untranslated(catalogue)),
        *(f"{language}: fuzzy, please review in the .po: {text!r}" for text in unreviewed(catalogue)),
        *(f"{language}: other fields in the translation: {text!r}" for text in wrong_fields(catalogue)),
    ]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing; fail when something is missing or stale")
    options.add_argument("--adopt", action="store_true", help="delete the pending files after merging them")
    given = options.parse_args()
    template, pending, found = gather(sources(), card_sentences()), pending_translations(PENDING), []
    for language in LANGUAGES:
        catalogue = merged(language, template, pending)
        if given.check:
            found += [f"{language}: run make catalogues ({name} is stale)" for name in stale(language, catalogue)]
        else:
            write(language, catalogue)
        found += problems(language, catalogue)
    shown = {singular(message.id) for message in messages(template)}
    unused = sorted(set(pending) - shown)
    if given.adopt and not given.check:
        for path in PENDING.glob("*.po.txt"):
            path.unlink()
    print("\n".join([*found, *(f"pending, but shown nowhere: {text!r}" for text in unused)]) or "catalogues complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
