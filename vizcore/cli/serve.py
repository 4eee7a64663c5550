"""How is the app started where there is no checkout to stand in?"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vizcore.app_files import HOME

LOCAL_CONFIG = Path(".streamlit", "config.toml")
QUIET = {"OMP_WAIT_POLICY": "passive", "MALLOC_ARENA_MAX": "2"}  # sleeping threads and few arenas, as `make run`


def run(
    port: Annotated[int | None, typer.Option(help="Default: 8501.")] = None,
    address: Annotated[str | None, typer.Option(help="Default: this machine only.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
) -> None:
    """Start the app and open the browser. A .streamlit/config.toml in this folder takes the place of ours."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    options = {"server.port": port, "server.address": address, "server.headless": headless or None}
    os.execv(sys.executable, command(options, own_config=LOCAL_CONFIG.is_file()))


def command(options: Mapping[str, Any], *, own_config: bool) -> list[str]:
    """The program that serves. own_config: the folder it starts in has a config.toml, so that ours stays out of it."""
    ours = {} if own_config else dict(flat(tomllib.loads((HOME / LOCAL_CONFIG).read_text(encoding="utf-8"))))
    given = {name: value for name, value in options.items() if value is not None}
    flags = [piece for name, value in {**ours, **given}.items() for piece in _flags(name, value)]
    return [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py"), *flags]


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """{"server": {"port": 1}} -> ("server.port", 1)."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _flags(name: str, value: Any) -> list[str]:
    """A list is said piece by piece."""
    values = value if isinstance(value, list) else [value]
    return [
        piece for each in values for piece in (f"--{name}", str(each).lower() if each in (True, False) else str(each))
    ]
