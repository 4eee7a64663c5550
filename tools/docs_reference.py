"""What do the reference pages of the documentation site say about verbs and settings? A hook of mkdocs (mkdocs.yml).

A page that holds one of MARKS gets there every verb with its options, as `--help` knows them, or every setting with its
default and meaning. What the code says about them is English in both languages of the site.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # mkdocs loads a hook by its file alone

HEADS = {"en": ("option", "meaning", "default"), "fr": ("option", "signification", "par défaut")}
REQUIRED = {"en": "required", "fr": "obligatoire"}


def settings(_language: str) -> str:
    from tools.settings_table import table

    return table()


def commands(language: str) -> str:
    """One section a verb, in alphabetical order."""
    from typer.main import get_command

    from vizcore.cli.program import program

    verbs: dict[str, Any] = get_command(program()).commands  # type: ignore[attr-defined]
    return "\n\n".join(_verb(name, verbs[name], language) for name in sorted(verbs) if not verbs[name].hidden)


def _verb(name: str, command: Any, language: str) -> str:
    shown = [each for each in command.params if each.name != "help" and not each.hidden]
    rows = [f"| `{_names(each)}` | {_cell(each.help or '')} | {_default(each, REQUIRED[language])} |" for each in shown]
    head = [f"| {' | '.join(HEADS[language])} |", "|---|---|---|"] if rows else []
    return "\n".join([f"## {name}", "", _cell(" ".join((command.help or "").split())), "", *head, *rows])


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()) + ("..." if parameter.nargs == -1 else "")
    return ", ".join(parameter.opts)


def _default(parameter: Any, required: str) -> str:
    if parameter.required:
        return required
    value = parameter.default
    return "" if callable(value) or value in (None, False, "", [], ()) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


MARKS = {"<!-- commands -->": commands, "<!-- settings -->": settings}


def on_page_markdown(markdown: str, *, page: Any, **_others: Any) -> str:
    language = Path(page.file.src_uri).parts[0]
    for mark, made in MARKS.items():
        if mark in markdown:
            markdown = markdown.replace(mark, made(language if language in HEADS else "en"))
    return markdown
