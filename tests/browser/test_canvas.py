"""The canvas as a visitor uses it: mouse, keyboard, finger, and what the browser answers without the server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, running_app

pytestmark = pytest.mark.browser
SCALE = 1600 / 702  # photo pixels for one on the screen, at this width of the page


@pytest.fixture(scope="module")
def canvas_server(chromium_path: str) -> Iterator[Server]:
    with running_app("tests/browser/apps/canvas_app.py") as app:
        yield app


def opened(page: Page, server: Server, mode: str, **more: str) -> Locator:
    """The canvas after its first painting."""
    query = "&".join(f"{name}={value}" for name, value in {"mode": mode, **more}.items())
    page.goto(f"{server.base}/?{query}")
    page.locator("canvas.from[data-rev]").wait_for()
    idle(page)
    return page.locator("canvas.from")


def place(canvas: Locator, across: float, down: float) -> dict[str, float]:
    area = canvas.bounding_box()
    assert area is not None
    return {"x": area["width"] * across, "y": area["height"] * down}


def state(page: Page, **expected: str) -> str:
    """What the server knows, once it knows this."""
    shown = page.get_by_test_id("stCode")
    for name, value in expected.items():
        expect(shown).to_contain_text(f"{name}={value}")
    return shown.inner_text()


def numbers(text: str, name: str) -> list[float]:
    return [float(value) for value in re.findall(rf"{name}=(-?[\d.]+)", text)]


def painted(page: Page, rev: int) -> None:
    page.locator(f'canvas.from[data-rev="{rev}"]').wait_for()


def colour(canvas: Locator, across: float, down: float) -> list[int]:
    script = """(canvas, [x, y]) => [...canvas.getContext('2d')
        .getImageData(Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1).data]"""
    return canvas.evaluate(script, [across, down])


def test_click_shift_click_and_right_click_in_photo_pixels(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "point")
    canvas.click(position=place(canvas, 0.25, 0.5))
    painted(page, 1)
    canvas.click(position=place(canvas, 0.5, 0.25), modifiers=["Shift"])
    painted(page, 2)
    canvas.click(position=place(canvas, 0.75, 0.75), button="right")
    painted(page, 3)
    text = state(page, rev="3", events="3")
    assert numbers(text, "x")[:3] == pytest.approx([400, 800, 1200], abs=2)
    assert numbers(text, "y")[:3] == pytest.approx([600, 300, 900], abs=2)
    assert re.findall(r"positive=(\w+)", text)[:3] == ["True", "False", "False"]
    green, red = colour(canvas, 0.25, 0.5 + 5 / 527), colour(canvas, 0.5, 0.25 + 5 / 527)
    assert green[1] > green[0]
    assert red[0] > red[1]


def test_a_box_is_drawn_while_it_is_dragged(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "both")
    area = canvas.bounding_box()
    assert area is not None
    before = colour(canvas, 200 / area["width"], 400 / area["height"])
    page.mouse.move(area["x"] + 400, area["y"] + 400)
    page.mouse.down()
    page.mouse.move(area["x"] + 300, area["y"] + 200)
    page.mouse.move(area["x"] + 200, area["y"] + 100)
    edge = [colour(canvas, 200 / area["width"], (100 + step) / area["height"]) for step in range(20, 60)]
    assert any(pixel[0] > 200 and pixel[1] > 180 and pixel[2] < 80 for pixel in edge), "no rubber band"
    state(page, rev="0")
    page.mouse.up()
    painted(page, 1)
    box = re.search(r"boxes=\(\(([^)]+)\)", state(page, rev="1"))
    assert box
    assert [float(end) for end in box[1].split(",")] == pytest.approx(
        [200 * SCALE, 100 * SCALE, 400 * SCALE, 400 * SCALE], abs=3
    )
    assert colour(canvas, 200 / area["width"], 400 / area["height"]) != before


def test_keyboard_points_box_undo_and_focus(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "both")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator(".live")).to_have_text(f"{round(800 + 10 * SCALE)}, {round(600 + SCALE)}")
    page.keyboard.press("Enter")
    painted(page, 1)
    page.keyboard.press("Shift+Enter")  # the focus stayed where it was
    painted(page, 2)
    page.keyboard.press("b")
    expect(page.locator(".live")).to_contain_text("first corner at")
    for key in ["ArrowRight"] * 5 + ["ArrowUp"] * 3:
        page.keyboard.press(key)
    page.keyboard.press("b")
    painted(page, 3)
    text = state(page, rev="3")
    assert re.findall(r"positive=(\w+)", text)[:2] == ["True", "False"]
    box = re.search(r"boxes=\(\(([^)]+)\)", text)
    assert box
    ends = [float(end) for end in box[1].split(",")]
    assert (ends[2] - ends[0], ends[3] - ends[1]) == pytest.approx((50 * SCALE, 30 * SCALE), abs=1)
    page.keyboard.press("Control+z")
    painted(page, 4)
    assert "boxes=()" in state(page, rev="4")
    page.keyboard.press("Control+Shift+z")
    painted(page, 5)
    page.keyboard.press("Delete")
    painted(page, 6)
    assert "points=(), boxes=()" in state(page, rev="6")


def test_keyboard_box_mode_and_escape(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "box")
    canvas.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    painted(page, 1)
    box = re.search(r"boxes=\(\(([^)]+)\)\s*,\)", state(page, rev="1", events="1"))
    assert box
    assert [float(end) for end in box[1].split(",")] == pytest.approx(
        [800 - 10 * SCALE, 600, 800, 600 + 10 * SCALE], abs=2
    )


def test_six_rapid_clicks_are_six_points(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "point")
    area = canvas.bounding_box()
    assert area is not None
    for step in range(6):
        page.mouse.click(area["x"] + 50 + 60 * step, area["y"] + 200)
    painted(page, 6)
    assert state(page, rev="6", events="6").count("Point(") == 6


def test_buttons_for_those_without_keys(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page(width=390, height=800)
    canvas = opened(page, canvas_server, "point", lang="fr")
    page.get_by_role("button", name=re.compile("Background|Arrière-plan")).click()
    canvas.click(position=place(canvas, 0.5, 0.5))
    painted(page, 1)
    assert "positive=False" in state(page, rev="1")
    page.locator("button.undo").click()
    painted(page, 2)
    page.locator("button.redo").click()
    painted(page, 3)
    assert state(page, rev="3").count("Point(") == 1


def test_finger_taps_and_long_presses(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page(width=390, height=800, has_touch=True)
    canvas = opened(page, canvas_server, "point")
    area = canvas.bounding_box()
    assert area is not None
    middle = {"x": area["x"] + area["width"] / 2, "y": area["y"] + area["height"] / 2}
    page.touchscreen.tap(**middle)
    painted(page, 1)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [middle]})
    page.wait_for_timeout(700)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    painted(page, 2)
    assert re.findall(r"positive=(\w+)", state(page, rev="2"))[:2] == ["True", "False"]


def test_patches_are_answered_without_the_server(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "silent")
    runs: list[str] = []
    page.on("websocket", lambda socket: runs.append("new"))
    resting = colour(canvas, 0.2, 0.5)
    canvas.hover(position=place(canvas, 0.2, 0.5))
    expect(canvas).to_have_attribute("data-patch", "4")
    assert colour(canvas, 0.2, 0.5) != resting
    canvas.click(position=place(canvas, 0.2, 0.5))
    page.mouse.move(5, 5)
    expect(canvas).to_have_attribute("data-patch", "4")
    lit = colour(canvas, 0.2, 0.5)
    page.locator("label.map select").select_option(label="turned")
    assert colour(canvas, 0.2, 0.5) != lit
    page.locator("label.opacity input").fill("0")
    state(page, rev="0", events="0")
    assert not runs


def test_the_photo_is_darkened_under_a_map_as_far_as_it_is_shown(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "silent")
    shown = sum(colour(canvas, 0.5, 0.5)[:3])  # hardly anything of [CLS] goes there
    page.locator("label.opacity input").fill("0")
    canvas.hover(position=place(canvas, 0.2, 0.5))
    expect(canvas).to_have_attribute("data-patch", "4")
    assert shown < 0.8 * sum(colour(canvas, 0.5, 0.5)[:3])


def test_patches_with_the_keyboard(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "patch")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(canvas).to_have_attribute("data-patch", "7")
    page.keyboard.press("ArrowUp")
    expect(canvas).to_have_attribute("data-patch", "3")
    page.keyboard.press("ArrowRight")
    expect(canvas).to_have_attribute("data-patch", "3")  # the edge
    expect(page.locator(".live")).to_have_text("patch 3")
    page.keyboard.press("Enter")
    assert "patch=3" in state(page, events="1")
    page.keyboard.press("Escape")
    expect(canvas).to_have_attribute("data-patch", "")


def test_a_patch_shows_its_likeness_on_the_other_photo(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "onto")
    other = page.get_by_role("img", name="the other photo")
    before = colour(other, 0.25, 0.75)
    canvas.click(position=place(canvas, 0.4, 0.4))
    page.locator('canvas.from[data-patch="5"]').wait_for()
    assert colour(other, 0.25, 0.75) != before
    assert colour(other, 0.75, 0.25) != colour(other, 0.25, 0.75)


def test_overlays_are_switched_in_the_browser(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "point")
    bare = colour(canvas, 0.1, 0.5)
    page.locator("label.layer select").select_option(label="left")
    covered = colour(canvas, 0.1, 0.5)
    assert covered != bare
    page.locator("label.layer select").select_option(index=2)
    assert colour(canvas, 0.1, 0.5) == bare
    assert colour(canvas, 0.9, 0.5)[0] > 150
    state(page, rev="0", events="0")


def test_name_role_and_no_accessibility_violation(canvas_server: Server, new_page: OpenPage) -> None:
    page = new_page()
    opened(page, canvas_server, "both")
    expect(page.get_by_role("application", name="A coloured ramp")).to_be_visible()
    ours = [each for each in violations(page) if "canvas" in str(each["nodes"]) or "stage" in str(each["nodes"])]
    assert not ours, ours


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_pages_hold_the_whole_picture(canvas_server: Server, new_page: OpenPage, scheme: str) -> None:
    page = new_page(width=390, height=800, color_scheme=scheme)
    area = opened(page, canvas_server, "onto").bounding_box()
    other = page.locator("canvas.onto").bounding_box()
    assert area is not None
    assert other is not None
    assert area["x"] >= 0
    assert area["x"] + area["width"] <= 390
    assert other["y"] > area["y"] + area["height"]


def test_a_click_is_painted_once_here_and_once_when_it_is_answered(new_page: OpenPage, canvas_server: Server) -> None:
    page = new_page()
    canvas = opened(page, canvas_server, "point")
    canvas.click(position=place(canvas, 0.25, 0.5))  # the first one brings the focus too
    painted(page, 1)
    idle(page)
    canvas.evaluate("""(canvas) => {
      const pen = canvas.getContext('2d'), clear = pen.clearRect;
      window.painted = 0;
      pen.clearRect = (...area) => { window.painted += 1; clear.apply(pen, area); };
    }""")
    canvas.click(position=place(canvas, 0.5, 0.5))
    painted(page, 2)
    idle(page)
    assert 1 <= page.evaluate("window.painted") <= 2  # one, where the answer is there before the next frame
