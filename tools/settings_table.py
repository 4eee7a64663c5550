"""Do README and `.streamlit/vizcore.toml` list the settings that the code has? Writes both from `vizcore.settings`.

`python -m tools.settings_table` writes them; `--check` only fails when they are stale.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import Field, fields
from pathlib import Path

from vizcore.settings import CONFIG_FILE, LEAST, Settings

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
TOML_HEAD = """\
# The app's own limits and budgets. Every line here is a default, switched off by its "#": take the "#" away to change
# a value. The environment comes first: VIZCORE_QUEUE_LIMIT=64. Made by `python -m tools.settings_table`.
"""


def written(value: object) -> str:
    """The value as TOML: true, "auto", 64."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value}"


def meaning(setting: Field[object]) -> str:
    """With the least value, where that is not 0."""
    least = f"; at least {LEAST[setting.name]:g}" if setting.name in LEAST else ""
    return f"{setting.metadata['meaning']}{least}"


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{each.name}` | `VIZCORE_{each.name.upper()}` | `{written(each.default)}` | {meaning(each)} |"
        for each in fields(Settings)
    ]
    return "\n".join(["| in the file | in the environment | default | meaning |", "|---|---|---|---|", *rows])


def toml() -> str:
    """The settings as a TOML file in which every line is commented out."""
    rows = [f"\n# {meaning(each)}\n# {each.name} = {written(each.default)}\n" for each in fields(Settings)]
    return TOML_HEAD + "".join(rows)


def readme_with_table(text: str) -> str:
    """README with everything between the two marks replaced by the table."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    given = options.parse_args()
    readme, config = ROOT / "README.md", ROOT / CONFIG_FILE
    wanted = {readme: readme_with_table(readme.read_text(encoding="utf-8")), config: toml()}
    stale = [path for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not given.check:
            path.write_text(wanted[path], encoding="utf-8")
        print(f"{path.name}: {'stale, run python -m tools.settings_table' if given.check else 'written'}")
    return 1 if stale and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
