"""Does the frame hold in a real browser: navigation, deep links, tray, languages, and nobody else asked?"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.driver import Server, idle, opened, running_app

pytestmark = pytest.mark.browser

# CPU seconds from the server's start to the first page at rest, in those of a bare Streamlit page: what 1.5 s were on
# the machine where the limit was set, whose bare page takes 0.88 to 0.98 s (ours 1.15 to 1.19).
FIRST_PAINT_RATIO = 1.6
FIRST_PAINT_MB = 120
OURS_MB = 40  # more than a page of Streamlit alone takes here; pandas would add 70


def tray_count(page: Page) -> Any:
    return page.get_by_test_id("stSidebar").locator("p", has_text=re.compile("Your pictures|Vos images"))


def picture(folder: Path, name: str, colour: tuple[int, int, int]) -> Path:
    """A small picture with location data in its EXIF block."""
    exif = Image.Exif()
    exif[0x013B] = "canary author"
    file = folder / name
    Image.new("RGB", (48, 32), colour).save(file, "JPEG", exif=exif)
    return file


def test_deep_link_as_first_request_of_a_fresh_server(fresh_server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{fresh_server.base}/features?sample=coffee&features.strength=0.4")
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text("Home")
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text("About")
    expect(tray_count(page)).to_contain_text("(1 of 12)")
    expect(page.get_by_test_id("stSidebar").get_by_text("coffee", exact=True)).to_be_visible()
    expect(page.get_by_role("slider")).to_have_value("0.4")
    assert "features.strength=0.4" in page.url


def test_first_paint_is_light(new_page: Any) -> None:
    """The best of up to four fresh servers each, by turns: a busy machine only ever makes one look heavier.

    What the page asks for by itself later (the strip of answers, which loads torch) is held back, however late it is.
    """
    ours, bare = [], []
    for _ in range(4):
        bare.append(first_paint(new_page(), "tests/browser/apps/bare_app.py"))
        ours.append(first_paint(new_page(), "app.py"))
        (cpu_s, taken_mb), (bare_s, bare_mb) = (tuple(map(min, zip(*each, strict=True))) for each in (ours, bare))
        light = taken_mb <= FIRST_PAINT_MB and taken_mb - bare_mb <= OURS_MB
        if light and cpu_s <= FIRST_PAINT_RATIO * bare_s:
            return
    pytest.fail(
        f"expected {FIRST_PAINT_RATIO} times, {FIRST_PAINT_MB} MB, {OURS_MB} MB over; got {ours} against {bare}"
    )


def first_paint(page: Page, script: str) -> tuple[float, float]:
    """CPU seconds and MB of a fresh server after its first page."""

    def hold_back(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(data: str | bytes) -> None:
            if isinstance(data, str) or not BackMsg.FromString(data).rerun_script.fragment_id:
                server.send(data)

        route.on_message(pass_on)

    page.route_web_socket(re.compile("_stcore/stream"), hold_back)
    with running_app(script) as app:
        opened(page, app.base)
        return app.cpu_s(), app.resident_mb()


def test_browser_asks_nobody_but_the_server(server: Server, new_page: Any) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for path in ("", "/about", "/?sample=cat"):
        opened(page, server.base + path)
    places = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert places == {urlsplit(server.base).netloc}


def test_sample_then_remove(server: Server, new_page: Any) -> None:
    page = opened(new_page(), server.base)
    page.get_by_test_id("stMain").get_by_role("button", name="A cat", exact=True).click()
    expect(tray_count(page)).to_contain_text("(1 of 12)")
    idle(page)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Remove cat").click()
    expect(tray_count(page)).to_contain_text("(0 of 12)")


def test_upload_good_and_bad_together(server: Server, new_page: Any, tmp_path: Path) -> None:
    good = picture(tmp_path, "good.exe", (200, 30, 30))
    bad = tmp_path / "bad_*name*.png"
    bad.write_text("<svg onload=alert(1)>")
    page = opened(new_page(), server.base)
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files([good, bad])
    expect(tray_count(page)).to_contain_text("(1 of 12)")
    idle(page)
    problem = page.get_by_test_id("stAlert")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text("bad_*name*.png")
    page.reload()  # nothing is lost
    idle(page)
    expect(tray_count(page)).to_contain_text("(1 of 12)")
    expect(problem.filter(has_text="bad_")).to_have_count(1)


ENDING_LINES = """name => {
  const text = document.createTreeWalker(name, NodeFilter.SHOW_TEXT).nextNode(), ending = document.createRange();
  ending.setStart(text, text.data.length - ".jpeg".length);
  ending.setEnd(text, text.data.length);
  return new Set([...ending.getClientRects()].map((each) => Math.round(each.top))).size;
}"""


def test_a_name_never_breaks_inside_its_ending(server: Server, new_page: Any, tmp_path: Path) -> None:
    page = opened(new_page(), server.base)
    file = picture(tmp_path, "WWWWWWWWMMM.jpeg", (9, 90, 200))
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(file)
    shown = page.get_by_test_id("stSidebar").locator("[class*=st-key-tray-row] p").filter(has_text="jpeg").first
    expect(shown).to_be_visible()
    assert shown.locator("span").or_(shown).last.evaluate(ENDING_LINES) == 1


def test_only_our_own_pixels_come_back(server: Server, new_page: Any, tmp_path: Path) -> None:
    page = new_page()
    bodies: list[bytes] = []

    def keep(response: Any) -> None:
        if "/media/" in response.url:
            bodies.append(response.body())

    page.on("response", keep)
    opened(page, server.base)
    file = picture(tmp_path, "located.jpg", (10, 120, 200))
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(file)
    expect(tray_count(page)).to_contain_text("(1 of 12)")
    idle(page)
    assert bodies
    assert not any(b"canary" in body or body == file.read_bytes() for body in bodies)
    assert "located" not in server.printed()
    assert "canary" not in server.printed()


def test_language_switch_keeps_page_and_pictures(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/about?sample=cat")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_test_id("stSidebar").get_by_text("Français", exact=True).click()
    expect(page.locator("h1")).to_have_text("À propos")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(tray_count(page)).to_contain_text("(1 sur 12)")
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text("Accueil")
    assert "lang=fr" in page.url
    page.get_by_test_id("stSidebarNav").get_by_text("Accueil").click()
    expect(page.locator("h1")).to_have_text("Vis-à-vis")
    idle(page)
    expect(page.get_by_text("Comment s’en servir en cours")).to_be_visible()


def test_upload_words_follow_the_language(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/?lang=fr")
    field = page.get_by_test_id("stFileUploaderDropzone").first
    expect(field).to_contain_text("Choisir des fichiers")
    expect(field).to_contain_text("Mo par fichier")
    page.get_by_test_id("stSidebar").get_by_text("English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(field).to_contain_text("MB per file")
    expect(field).not_to_contain_text("Choisir")


NUMBER_FIELD = """() => {
  const field = Object.assign(document.createElement("input"), { type: "number", step: "any", id: "number" });
  field.dataset.testid = "stNumberInputField";
  document.querySelector('[data-testid="stMain"]').append(field);
}"""


def test_a_comma_is_read_in_a_number_field_of_an_english_browser(server: Server, new_page: Any) -> None:
    """Such a browser would drop it, and half would be five; a field of the pages' kind, as none stands on this one."""
    page = opened(new_page(locale="en-US"), f"{server.base}/about?lang=fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.evaluate(NUMBER_FIELD)
    page.locator("#number").press_sequentially("0,5")
    expect(page.locator("#number")).to_have_value("0.5")


@pytest.mark.parametrize(("locale", "title"), [("fr-CA", "À propos"), ("en-GB", "About"), ("de-DE", "About")])
def test_browser_language_is_the_first_guess(server: Server, new_page: Any, locale: str, title: str) -> None:
    page = opened(new_page(locale=locale), f"{server.base}/about")
    expect(page.locator("h1")).to_have_text(title)


def test_link_may_name_the_language(server: Server, new_page: Any) -> None:
    page = opened(new_page(locale="fr-FR"), f"{server.base}/about?lang=en")
    expect(page.locator("h1")).to_have_text("About")


def test_two_visitors_never_see_each_other(server: Server, new_page: Any, tmp_path: Path) -> None:
    first, second = opened(new_page(), server.base), opened(new_page(), server.base)
    upload = picture(tmp_path, "secret.jpg", (1, 2, 3))
    first.get_by_test_id("stMain").locator("input[type=file]").set_input_files(upload)
    expect(tray_count(first)).to_contain_text("(1 of 12)")
    second.get_by_test_id("stMain").get_by_role("button", name="An astronaut", exact=True).click()
    expect(tray_count(second)).to_contain_text("(1 of 12)")
    idle(first)
    idle(second)
    assert second.get_by_text("secret").count() == 0
    assert first.get_by_test_id("stSidebar").get_by_text("astronaut", exact=True).count() == 0


def test_delete_all_now(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/?sample=cat&sample=coffee")
    expect(tray_count(page)).to_contain_text("(2 of 12)")
    page.get_by_role("button", name="Delete all now").click()
    expect(tray_count(page)).to_contain_text("(0 of 12)")


@pytest.mark.parametrize("path", ["/", "/?sample=cat", "/about"])
def test_no_sideways_scroll(server: Server, new_page: Any, path: str) -> None:
    """On a phone, and on the same page in a window that grows."""
    page = opened(new_page(width=390, locale="fr-FR"), server.base + path)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        idle(page)
        inner, outer = page.get_by_test_id("stMain").evaluate("each => [each.scrollWidth, each.clientWidth]")
        assert inner <= outer <= width


def test_title_and_favicon_are_ours(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/about")
    expect(page).to_have_title("About · Vis-à-vis")
    icon = page.locator("link[rel~=icon]").first.get_attribute("href")
    assert icon is not None
    pixels = np.asarray(Image.open(io.BytesIO(page.request.get(_absolute(server, icon)).body())))
    assert pixels.shape[:2] == (96, 96)


def _absolute(server: Server, href: str) -> str:
    return href if href.startswith("http") else f"{server.base}/{href.lstrip('./')}"
