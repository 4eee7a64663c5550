"""How is the app started where there is no checkout to stand in?"""

from __future__ import annotations

import os
import re
import socket
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vizcore.app_files import HOME

LOCAL_CONFIG = Path(".streamlit", "config.toml")
EVERY_INTERFACE = ("0.0.0.0", "::")
OURS = "127.0.0.1"  # browser.serverAddress as our own config.toml has it
QUIET = {"OMP_WAIT_POLICY": "passive", "MALLOC_ARENA_MAX": "2"}  # sleeping threads and few arenas, as `make run`


def own_address(given: str | None) -> str | None:
    """The address, if a server can listen there (or Streamlit's unix://PATH); typer.BadParameter for another."""
    if given is None or given.startswith("unix://"):
        return given
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(given, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.bind(place)
    except (OSError, UnicodeError):
        raise typer.BadParameter(f"{given} is no address of this machine") from None
    return given


def run(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: 8501.")] = None,
    address: Annotated[
        str | None, typer.Option(callback=own_address, help="Of this machine, to listen to; default: 127.0.0.1 alone.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
) -> None:
    """Start the app and open the browser. What a .streamlit/config.toml in this folder says goes before ours."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    options = {"server.port": port, "server.address": address, "server.headless": headless or None}
    own = own_config()
    options["browser.serverAddress"] = told_address(address, own, os.environ)
    os.execv(sys.executable, command(options, own, os.environ))


def own_config() -> dict[str, Any]:
    """The config.toml of the folder; {} without one. One that cannot be read ends the program with status 2."""
    try:
        return tomllib.loads(LOCAL_CONFIG.read_text(encoding="utf-8")) if os.path.lexists(LOCAL_CONFIG) else {}
    except (ValueError, OSError) as problem:  # what is no TOML or no UTF-8 is a ValueError
        typer.echo(f"The settings in {LOCAL_CONFIG} cannot be used: {problem}.", err=True)
        raise typer.Exit(2) from None


def told_address(address: str | None, own: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
    """The address that the start prints and opens, where the one to listen on is none; None to leave the setting.

    Without it Streamlit would ask a host on the internet. own: the config.toml of the folder.
    """
    if address not in EVERY_INTERFACE or "STREAMLIT_BROWSER_SERVER_ADDRESS" in environment:
        return None
    known = dict(flat(own)).get("browser.serverAddress", "")
    return None if known not in ("", OURS) else next(_addresses(), OURS)


def _addresses() -> Iterator[str]:
    """IPv4 addresses by which other machines reach this one."""
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    for name, known in psutil.net_if_addrs().items():
        for each in known:
            if name in up and each.family == socket.AF_INET and not each.address.startswith(("127.", "169.254.")):
                yield each.address


def command(options: Mapping[str, Any], own: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """The program that serves, with our settings except those that somebody made: in the folder that it starts in or in
    the environment. Whoever chooses a colour has not opened the app to the network.

    own: the folder's config.toml; a theme of its own takes the place of all of ours.
    """
    ours = flat(tomllib.loads((HOME / LOCAL_CONFIG).read_text(encoding="utf-8")))
    made = dict(flat(own))
    kept = {
        name: value
        for name, value in ours
        if name not in made and variable(name) not in environment and not (name.startswith("theme.") and "theme" in own)
    }
    given = {name: value for name, value in options.items() if value is not None}
    flags = [piece for name, value in {**kept, **given}.items() for piece in _flags(name, value)]
    return [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py"), *flags]


def variable(name: str) -> str:
    """Streamlit's name for a setting in the environment: "server.maxUploadSize" -> STREAMLIT_SERVER_MAX_UPLOAD_SIZE."""
    return "STREAMLIT_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace(".", "_").upper()


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
