"""What are the limits and budgets in force? The environment says it first, then `.streamlit/vizcore.toml`.

VIZCORE_QUEUE_LIMIT=64 in the environment and queue_limit = 64 in the file mean the same; README lists them all.
(A file of its own, because Streamlit warns about tables it does not know in `.streamlit/config.toml`.)
"""

from __future__ import annotations

import difflib
import ipaddress
import math
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

OTHER_VARIABLES = {"VIZCORE_REQUIRE_BROWSER", "VIZCORE_FUZZ_FROM"}  # of the test suite
LOGINS = ("", "oidc", "proxy")
SEVERAL = {"device", "viewers", "presenters", "administrators"}  # with commas between, or as a list of the file
DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
LEAST_SECRET = 16  # characters: whoever can guess it is the administrator
PROXY_SECRET = re.compile(rf"[!-~]{{{LEAST_SECRET},}}")  # what a header carries as it is
CONFIG_FILE = Path(".streamlit/vizcore.toml")
LONGEST_S = 1e6  # 11 days, what a socket can be told
COUNTS = ("batch_limit", "memory_mb", "queue_limit", "session_limit", "image_side_limit", "tray_limit")
FILES_MB = ("file_limit_mb", "evaluation_limit_mb", "clip_limit_mb", "uploads_limit_mb")  # pages ask for whole MB
PICTURES_MPX = ("image_limit_mpx", "tray_limit_mpx", "gallery_limit_mpx", "pictures_limit_mpx")
PATIENCE_S = ("hang_s", "deadline_s", "heartbeat_s", "connect_timeout_s")
LEAST = {**dict.fromkeys((*COUNTS, *FILES_MB, *PATIENCE_S), 1.0), **dict.fromkeys(PICTURES_MPX, 0.01)}  # of others: 0
MOST = {"threads": 256.0, **dict.fromkeys((*PATIENCE_S, "keep_visit_s"), LONGEST_S)}  # too many threads end the process


def _setting(default: Any, meaning: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"meaning": meaning, "choices": choices})


@dataclass(frozen=True)
class Settings:
    """The values in force. Each field's `meaning` (its metadata) is what README's table says."""

    device: str = _setting("auto", "auto, cpu, cuda, cuda:1 or mps")
    threads: int = _setting(0, "threads of one model call on the CPU, up to 256; 0 = cores, at most 4")
    backend: str = _setting(
        "local", "where operations run: local = in this process, ray = on a cluster's replicas", ("local", "ray")
    )
    cluster: str = _setting("127.0.0.1:26379", "with backend = ray: address and port of the cluster")
    cluster_token: str = _setting("", "file with the cluster's secret; empty = cluster_token in the cache folder")
    cluster_fallback: bool = _setting(False, "true: this process does the work when the cluster does not answer")
    hang_s: float = _setting(120.0, "a replica whose one turn takes longer than this is taken for hung and replaced")
    batch_limit: int = _setting(1, "photos of different requests in one model call; above 1, last digits may differ")
    runtime: str = _setting(
        "onnx",
        "onnx: ONNX Runtime answers for bundled models on the CPU where it was measured equal and faster; torch: never",
        ("onnx", "torch"),
    )
    memory_mb: int = _setting(3000, "budget of the model pool in MB")
    cache_mb: int = _setting(256, "budget of the result cache in MB")
    queue_limit: int = _setting(64, "requests waiting for one device before new ones are refused")
    session_limit: int = _setting(2, "different pieces of work one session may have waiting or running")
    visitor_limit: int = _setting(4, "hosted: the same for all tabs of one visitor together; 0 = no limit")
    deadline_s: float = _setting(60.0, "how long a request may wait before it is dropped")
    heartbeat_s: float = _setting(45.0, "a long job whose page has not asked for this long is given up")
    autostart: bool = _setting(True, "false: long work waits for Start instead of beginning when its page opens")
    weights: str = _setting("", "folder of official weights that an administrator filled")
    cache_dir: str = _setting("", "folder for downloads; empty = the user's cache folder")
    offline: bool = _setting(False, "true: nothing ever tries the network")
    permissive_only: bool = _setting(False, "true: hides models whose licences are not permissive")
    connect_timeout_s: float = _setting(8.0, "how long a download waits for a host's first answer")
    image_limit_mpx: float = _setting(50.0, "largest picture in megapixels")
    image_side_limit: int = _setting(20_000, "longest side of a picture in pixels")
    file_limit_mb: float = _setting(20.0, "largest picture file in MB")
    evaluation_limit_mb: float = _setting(150.0, "largest file of annotations or detections in MB")
    clip_limit_mb: float = _setting(100.0, "largest video file in MB")
    tray_limit: int = _setting(12, "pictures in one visitor's tray")
    tray_limit_mpx: float = _setting(150.0, "megapixels of all pictures in one visitor's tray together")
    lectures: str = _setting("", "folder with lectures of your own (.md), offered beside those that ship")
    event_log: str = _setting("", "file for one JSON line about each answer (no pictures); empty = memory only")
    event_log_mb: float = _setting(10.0, "size at which that file is turned over; three older ones are kept")
    alarm_error_rate: float = _setting(0.05, "share of errors that is an alarm, once even its 95 % interval lies above")
    alarm_empty_rate: float = _setting(0.8, "share of photos without a box that is an alarm, likewise")
    alarm_p95_ms: float = _setting(5000.0, "milliseconds until the answer that one in twenty may exceed")
    start_check: bool = _setting(True, "false: golden pictures are not asked again after each start of the server")
    gallery_limit_mpx: float = _setting(6000.0, "megapixels of all pictures of one gallery together, as in their files")
    pictures_limit_mpx: float = _setting(1000.0, "megapixels of all visitors' pictures together; 1000 are 3 GB")
    uploads_limit_mb: float = _setting(1000.0, "MB of files that have arrived and no page has taken yet, of everybody")
    hosted: bool = _setting(False, "true: many people use this server; only administrators fetch models")
    own_models: bool = _setting(False, "true: visitors of a hosted server may bring networks of their own")
    allow_camera: bool = _setting(True, "false: no page offers the camera")
    visits_limit: int = _setting(300, "hosted: visits (open tabs) of everybody at the same time; 0 = no limit")
    visits_each: int = _setting(10, "hosted: tabs that one visitor may have open; 0 = no limit")
    keep_visit_s: float = _setting(
        600.0, "how long a visitor's pictures and settings are kept after the connection is lost"
    )
    login: str = _setting("", "who says who a visitor is: empty = nobody, oidc = st.login, proxy = trusted headers")
    role_claim: str = _setting("email", "the login's claim that the next three lists are about")
    viewers: str = _setting("", "who may use the pages, commas between them, or a list; * = everybody who signed in")
    presenters: str = _setting("", "who may also hold lectures; * = everybody who signed in")
    administrators: str = _setting("", "who may also see and change the server's state; * is not heeded here")
    proxy_secret: str = _setting("", "with login = proxy: what the proxy sends as X-Vizcore-Proxy-Secret")


def read_settings(environment: Mapping[str, str], config_file: Path) -> Settings:
    """Settings from these two places; ValueError names a value that does not fit its type, or an unknown key.

    OSError where the file cannot be read, also where a folder stands in its place.
    """
    table = tomllib.loads(config_file.read_text(encoding="utf-8")) if os.path.lexists(config_file) else {}
    unknown = sorted(set(table) - {each.name for each in fields(Settings)})
    if unknown:
        raise ValueError(f"expected names of settings in {config_file.name}, got {', '.join(unknown)}")
    variables = {f"VIZCORE_{each.name.upper()}" for each in fields(Settings)} | OTHER_VARIABLES
    if strange := sorted(name for name in environment if name.startswith("VIZCORE_") and name not in variables):
        known = difflib.get_close_matches(strange[0], variables, 1)
        hint = f"; perhaps {known[0]} is meant" if known else ""
        raise ValueError(f"expected variables that README lists, got {', '.join(strange)}{hint}")
    given: dict[str, Any] = {}
    for each in fields(Settings):
        written = environment.get(f"VIZCORE_{each.name.upper()}", table.get(each.name))
        if written is not None:
            given[each.name] = _text(each, written) if isinstance(each.default, str) else _number(each, str(written))
    return _possible(Settings(**given))


def wanted_devices(setting: str) -> tuple[str, ...]:
    """The devices that a setting names: "auto", or "cuda:0,cuda:1" for one worker each."""
    names = tuple(name.strip() for name in setting.split(","))
    if wrong := [name for name in names if not DEVICE.fullmatch(name)]:
        raise ValueError(f"expected auto, cpu, cuda, cuda:N or mps for device, got {', '.join(wrong)}")
    if len(set(names)) != len(names):
        raise ValueError(f"expected different devices, got {setting}")
    return names


def host_and_port(address: str) -> tuple[str, int]:
    """("127.0.0.1", 26379); ValueError for what is no IPv4 address with a port."""
    host, _, port = address.rpartition(":")
    try:
        found = str(ipaddress.IPv4Address(host)), int(port)
    except ValueError:
        found = "", 0
    if not 0 < found[1] < 65536:
        raise ValueError(f"expected an address such as 127.0.0.1:26379 for cluster, got {address}")
    return found


def _possible(settings: Settings) -> Settings:
    """Refuses what would leave a server open, or closed to everybody, by a slip of the pen."""
    wanted_devices(settings.device)
    host_and_port(settings.cluster)
    if settings.login not in LOGINS:
        raise ValueError(f"expected one of {', '.join(LOGINS[1:])} or nothing for login, got {settings.login}")
    if settings.login == "oidc" and not _names_anybody(settings):
        raise ValueError("expected names in viewers, presenters or administrators with login = oidc, got none")
    if settings.login == "proxy" and not settings.proxy_secret:
        raise ValueError("expected a proxy_secret with login = proxy, got none")
    if settings.login == "proxy" and not PROXY_SECRET.fullmatch(settings.proxy_secret):
        raise ValueError(
            f"expected a proxy_secret of at least {LEAST_SECRET} letters, digits or signs without spaces"
            f" (openssl rand -hex 32 makes one), got {len(settings.proxy_secret)} characters"
        )
    return settings


def _names_anybody(settings: Settings) -> bool:
    """Whether one of the three lists lets somebody in; `*` does not in that of the administrators."""
    texts = (settings.viewers, settings.presenters, settings.administrators.replace("*", ""))
    return any(text.replace(",", "").strip() for text in texts)


def _text(setting: Field[Any], written: object) -> object:
    """Nothing is the default. Of the file: a text, or a list of texts where several may stand with commas between."""
    name, choices = setting.name, setting.metadata["choices"]
    if name in SEVERAL and isinstance(written, list) and all(isinstance(each, str) for each in written):
        if parted := [each for each in written if "," in each]:
            raise ValueError(f"expected no comma within a text of the list {name}, got {parted[0]}")
        written = ",".join(written)
    if not isinstance(written, str):
        raise ValueError(f"expected a text in quotation marks for {name}, got {type(written).__name__}")
    if choices and written and written not in choices:
        raise ValueError(f"expected {' or '.join(choices)} for {name}, got {written}")
    return written or setting.default


def _number(setting: Field[Any], text: str) -> object:
    """A number within its bounds, or true or false."""
    default: Any = setting.default
    name, kind = setting.name, type(default)
    least, most = LEAST.get(name, 0.0), MOST.get(name, math.inf)
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", ""}:
            raise ValueError(f"expected 0, 1, true or false for {name}, got {text}")
        return text.lower() in {"1", "true"}
    try:
        number: float = kind(text)
    except ValueError:
        raise ValueError(f"expected {kind.__name__} for {name}, got {text}") from None
    if not least <= number < math.inf:
        raise ValueError(f"expected a finite number of at least {least:g} for {name}, got {text}")
    if number > most:
        raise ValueError(f"expected at most {most:,.0f} for {name}, got {text}")
    return number


def settled_or_exit() -> None:
    """Reads the settings; ends the program with status 2 and one sentence where they do not fit."""
    try:
        current()
    except (ValueError, OSError) as problem:  # a TOML file that cannot be read is a ValueError too
        sys.stderr.write(f"The settings of Vis-à-vis cannot be used: {problem}.\n")
        raise SystemExit(2) from None


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once: the offline latch cannot be lifted while it runs."""
    return read_settings(os.environ, CONFIG_FILE)
