"""In which language does this visitor read? `_("English sentence")` answers in the language of the running context.

English is the key of every sentence; the other catalogues lie in `locale/`, made by `make catalogues`. The choice is a
context variable: two sessions in two threads never hear each other's language, and a new thread begins in English.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "fr": "Français"}
LOCALE = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def use_language(code: str) -> None:
    """From now on, in this context, sentences come in this language; ValueError for one that is not in LANGUAGES."""
    if code not in LANGUAGES:
        raise ValueError(f"expected one of {list(LANGUAGES)}, got {code!r}")
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """This language inside `with`, the former one after it."""
    before = current_language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


def current_language() -> str:
    """The code of the language in force: "en", "fr"."""
    return _language.get()


def best_language(wish: str | None) -> str:
    """The language we have for a wish such as "fr-CA" or "FR_fr"; English where we have none."""
    code = (wish or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else "en"


def _(message: str) -> str:
    """The message in the language in force; itself where that is English or nobody has translated it."""
    return _catalogue(current_language()).gettext(message) if message else ""


def N_(message: str) -> str:
    """Marks a message in a table for translation; `_(TABLE[key])` translates it when it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of the message that fits the count: ngettext("{n} picture", "{n} pictures", n).format(n=n)."""
    return _catalogue(current_language()).ngettext(singular, plural, count)


@cache
def _catalogue(code: str) -> _gettext.NullTranslations:
    if code == "en":
        return _gettext.NullTranslations()
    return _gettext.translation("vizcore", LOCALE, languages=[code])
