"""Does every link of the built documentation lead somewhere, and does no page ask another host for anything?

`python -m tools.docs_check build/docs` reads the HTML that mkdocs wrote: internal links and anchors must exist, both
languages have the same pages, and scripts, styles, fonts and pictures come from the site itself. Links to other sites
are not followed (no network).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
HARMLESS = {"canonical", "alternate", "next", "prev"}  # relations that no browser fetches
LOST = "404.html"  # for whoever came to a wrong address: it knows no place, so its links begin at the root


class Page(HTMLParser):
    """What one page links to, loads and can be jumped to in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if (name := LOADED.get(tag)) and given.get(name) and given.get("rel") not in HARMLESS:
            self.loaded.append(given[name])


def problems(site: Path) -> Iterator[str]:
    """One line for each thing that is wrong."""
    pages = {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    if not pages:
        yield f"{site}: no pages"
    for name, page in pages.items():
        for target in page.loaded if name != LOST else ():
            if urlsplit(target).netloc or not (site / name).parent.joinpath(unquote(urlsplit(target).path)).exists():
                yield f"{name}: loads {target}"
        for target in page.links:
            if not _leads_somewhere(site, name, target, pages):
                yield f"{name}: links to {target}"
    english = {name for name in pages if not name.startswith("fr/")} - {LOST}
    for name in sorted(english ^ {name.removeprefix("fr/") for name in pages if name.startswith("fr/")}):
        yield f"{name}: in one language only"


def _leads_somewhere(site: Path, name: str, target: str, pages: dict[str, Page]) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or name == LOST:  # elsewhere
        return True
    path = (site / name).parent.joinpath(unquote(parts.path)).resolve() if parts.path else (site / name).resolve()
    if path.is_dir():
        path /= "index.html"
    if not path.is_file():
        return False
    anchor = unquote(parts.fragment)
    found = pages.get(path.relative_to(site.resolve()).as_posix())
    return not anchor or anchor.startswith("__") or found is None or anchor in found.anchors


def main() -> int:
    found = list(problems(Path(sys.argv[1] if len(sys.argv) > 1 else "build/docs")))
    print("\n".join(found) or "documentation: every link leads somewhere, nothing comes from another host")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
