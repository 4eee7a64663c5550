"""A real nginx on loopback with the recipe of deploy/nginx in it, started and ended by a test."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.browser.driver import free_port
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "deploy" / "nginx" / "vis-a-vis.conf"
FRAME = """\
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/recipe.conf;
}}
"""


def nginx_program() -> str | None:
    """Path of nginx, or None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@dataclass
class Proxy:
    """A running nginx: the address of its TLS server, of its plain one, and its folder with logs."""

    base: str
    plain: str
    folder: Path
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        return (self.folder / "access.log").read_text(errors="replace")


def recipe(text: str, folder: Path, ports: tuple[int, int], upstream: Sequence[str]) -> str:
    """The recipe with its ports, certificate, log and upstream replaced, everything else as it is written."""
    http, https = ports
    servers = "\n".join(f"    server {each} max_fails=1 fail_timeout=5s;" for each in upstream)
    changes = (
        (r"listen 80;", f"listen 127.0.0.1:{http};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{https} ssl;"),
        (r"/etc/ssl/vis-a-vis/", f"{folder}/"),
        (r"/var/log/nginx/vis-a-vis\.log", f"{folder}/access.log"),
        (r"/var/log/nginx/vis-a-vis-error\.log", f"{folder}/recipe-error.log"),
        (r"    server 127\.0\.0\.1:8501 [^\n]*", servers),
    )
    for pattern, replacement in changes:
        text, found = re.subn(pattern, replacement, text)
        if not found:
            raise ValueError(f"expected {pattern} in the recipe")
    return text


def make_certificate(folder: Path) -> None:
    """A self-signed certificate for 127.0.0.1 that lives for a day."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem", "-days", "1"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)


@contextlib.contextmanager
def running_proxy(folder: Path, upstream: Sequence[str], ports: tuple[int, int] | None = None) -> Iterator[Proxy]:
    """nginx with the recipe in front of these addresses ("127.0.0.1:8501"), ended when the block ends."""
    program = nginx_program()
    if program is None:
        raise RuntimeError("nginx is not installed")
    ports = ports or (free_port(), free_port())
    if not (folder / "privkey.pem").is_file():
        make_certificate(folder)
    (folder / "recipe.conf").write_text(recipe(RECIPE.read_text(encoding="utf-8"), folder, ports, upstream))
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder))
    process = subprocess.Popen([program, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/start.log"])
    try:
        _wait_for(ports[1], process, folder)
        yield Proxy(f"https://127.0.0.1:{ports[1]}", f"http://127.0.0.1:{ports[0]}", folder, process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start:\n{(folder / 'start.log').read_text(errors='replace')}")
