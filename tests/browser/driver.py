"""How does a test start the app, open it in Chromium and wait until the page is at rest?"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.patience import PATIENCE_MS, PATIENCE_S

ROOT = Path(__file__).parents[2]
CLOCK_OF_A_PROCESS = 2  # CPUCLOCK_SCHED: what clock_getcpuclockid(3) puts beside a process's number
ENDED_S = 10  # then a server that was told to end is killed

# Chromium's own background requests off, so that whatever it still asks for was asked by the page.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SHELL = "chromium-headless-shell"  # Chromium without windows of its own: a page costs a quarter less CPU
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
# Asked when the browser has nothing else to do: a key would overtake what React leaves for after the drawing, as the
# scripts that listen for keys. A browser that is busy for a second has something to do: no. Asked several times, with a
# message between: by messages React leaves things for later, and Chromium may call itself idle before one is delivered.
DRAWN = """() => new Promise((done) => {
    const drawn = () => !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
    const {port1, port2} = new MessageChannel()
    const ask = (again) => requestIdleCallback(({didTimeout}) => {
        if (again && !didTimeout && drawn()) return port2.postMessage(again - 1)
        port1.close()
        done(!didTimeout && drawn())
    }, {timeout: 1000})
    port1.onmessage = ({data}) => ask(data)
    ask(3)
})"""
# Playwright takes the promise of an answer for a yes, and does not ask again when it turns out to be a no.
UNTIL_DRAWN = f"""async () => {{
    while (!await ({DRAWN})()) await new Promise((later) => setTimeout(later, 20))
    return true
}}"""


@dataclass(frozen=True)
class Server:
    """A running app: its address, its process, the file with what it printed."""

    base: str
    process: subprocess.Popen[bytes]
    log: Path

    def cpu_s(self) -> float:
        """Seconds of CPU that the process has used."""
        return time.clock_gettime((~self.process.pid << 3) | CLOCK_OF_A_PROCESS)

    def resident_mb(self) -> float:
        """Memory that the process holds now."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def printed(self) -> str:
        return self.log.read_text(errors="replace")


@contextlib.contextmanager
def running_app(
    script: str = "app.py",
    *,
    port: int | None = None,
    arguments: Sequence[str] = (),
    folder: Path = ROOT,
    streamlit: Sequence[str] = ("-m", "streamlit"),
    **environment: str,
) -> Iterator[Server]:
    """`streamlit run` of the app, or of another script, on a free port as an administrator would host it.

    folder: the checkout whose app it is. streamlit: what Python is told to run as Streamlit's command.
    """
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch, "server.log")
        port = port or free_port()
        options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true"}
        options |= {"server.fileWatcherType": "none", "browser.gatherUsageStats": "false"}
        flags = [piece for name, value in options.items() for piece in (f"--{name}", str(value))]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *streamlit, "run", script, *flags, *arguments],
                cwd=folder,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            server = Server(f"http://127.0.0.1:{port}", process, log)
            _wait_until_up(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(ENDED_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def chromium(*, shell: bool = True) -> str | None:
    """The path of the browser: CHROMIUM, or the first one found. shell: the headless shell will do."""
    names = (os.environ.get("CHROMIUM", ""), *([SHELL] if shell else []), *BROWSERS)
    return next(filter(None, map(shutil.which, names)), None)


def idle(page: Page) -> None:
    """Waits until the script is not running, nothing on the page is outdated or waits for its part of Streamlit's code
    (the browser fetches it when an element of that kind first appears), and what drawing left to do is done.

    There is a moment between a click and "running": wait for something visible first where a test clicks.
    """
    page.wait_for_selector(AT_REST, timeout=PATIENCE_MS)
    page.wait_for_function(UNTIL_DRAWN, timeout=PATIENCE_MS)


def add_picture(page: Page, key: str, *files: Path) -> None:
    """Uploads through the bar of the page `key`, and waits until an empty tray holds one."""
    page.locator(f".st-key-icon-only-add-{key} button").first.click()
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").first.set_input_files(list(files))
    page.get_by_test_id("stSidebar").locator("[class*=st-key-tray-row]").first.wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    idle(page)


def opened(page: Page, url: str) -> Page:
    """The page after its first complete drawing."""
    page.goto(url)
    page.locator("h1").first.wait_for(timeout=PATIENCE_MS)
    idle(page)
    return page


def through_sections(page: Page, key: str, sections: Sequence[str]) -> Iterator[str]:
    """Shows the sections of an opened page in turn, by its own tabs; each one's key, with the page at rest.

    key: the parameter of the sections in the address. sections: their keys in order, first the one that is shown.
    """
    tabs = page.locator("[class*=st-key-toolbar-]").get_by_role("radiogroup").first.get_by_role("radio")
    yield sections[0]
    for place, section in enumerate(sections[1:], start=1):
        tabs.nth(place).click()
        page.wait_for_url(re.compile(rf"[?&]{re.escape(key)}={section}(&|$)"))
        idle(page)
        yield section


def above(figure: Locator, pixels: int) -> None:
    """Waits until the figure's top is within the first `pixels` of the window: at rest it has to be."""
    until = time.monotonic() + PATIENCE_S
    while not (box := figure.bounding_box()) or box["y"] >= pixels:  # the first of several may not be there yet
        assert time.monotonic() < until, f"the figure begins at {box}, not within {pixels} px"
        figure.page.wait_for_timeout(100)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(server: Server) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            if urllib.request.urlopen(f"{server.base}/_stcore/health", timeout=PATIENCE_S).read() == b"ok":
                return
        time.sleep(0.05)
    raise RuntimeError(f"the app did not start:\n{server.printed()}")
