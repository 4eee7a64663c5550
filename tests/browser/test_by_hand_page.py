"""In a real browser: the cursor by mouse and keys without the server; a digit drawn, trained, stopped, rewound."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened, through_sections

pytestmark = pytest.mark.browser

FIRST_FIGURE_PX = 520
MOVE_MS = 100

# Moves the pointer over every cell of the picture: how long the line that explains it took each time.
ANSWERS_MS = """(stage) => {
  const cells = [...stage.querySelectorAll('[data-role="left"] .cell')], line = stage.querySelector('.formula');
  const answers = [];
  for (const cell of cells) {
    const before = line.textContent, begun = performance.now();
    cell.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerType: 'mouse' }));
    line.getBoundingClientRect();
    answers.push(line.textContent === before && cell !== cells[0] ? 1e9 : performance.now() - begun);
  }
  return answers;
}"""


def cursor_page(server: Server, page: Page, query: str = "") -> Locator:
    opened(page, f"{server.base}/by_hand?{query}")
    stage = page.locator(".stage[data-rev]").first
    stage.wait_for()
    return stage


def cell(stage: Locator, role: str, index: int) -> Locator:
    return stage.locator(f'.tensor[data-role="{role}"] .cell[data-i="{index}"]')


def test_the_cursor_by_mouse_without_the_server(server: Server, new_page: OpenPage) -> None:
    page = new_page(height=800)
    stage = cursor_page(server, page)
    formula = stage.locator(".formula")
    expect(formula).to_contain_text("z[0, 0, 1] = 12")
    expect(formula).to_contain_text("2·1 + 3·0 + 0·(−1) + 5·1 + 6·0 + 1·(−1) + 8·1 + 9·0 + 2·(−1) = 12; + b 0 = 12")
    expect(stage.locator('[data-role="left"] .cell.term')).to_have_count(9)
    area = stage.locator(".tensors").bounding_box()
    assert area is not None
    assert area["y"] < FIRST_FIGURE_PX
    sent: list[str] = []
    page.on("websocket", lambda socket: sent.append("opened"))
    page.context.on("request", lambda request: sent.append(request.url))
    page.context.set_offline(True)
    cell(stage, "left", 12).hover()
    expect(formula).to_contain_text("x[0, 2, 2] = 9: it enters 9 outputs")
    expect(formula).to_contain_text("9·(−1) = −9 → z[0, 0, 0]")
    cell(stage, "right", 0).hover()
    expect(formula).to_contain_text("W[0, 0, 0, 0] = 1: it enters 9 outputs")
    stage.get_by_role("button", name="∂W", exact=True).click()
    cell(stage, "out", 0).hover()
    expect(formula).to_contain_text(re.compile(r"∂W\[0, 0, 0, 0\] = .*1·0 \+ 2·0\."))
    stage.get_by_role("button", name="Softmax", exact=True).click()
    expect(formula).to_contain_text("e^")
    assert not sent


def test_the_cursor_answers_within_100_ms(server: Server, new_page: OpenPage) -> None:
    query = "by_hand.picture=colour&by_hand.side=16&by_hand.kernels=lecture&by_hand.kernels=blur&by_hand.kernels=emboss"
    stage = cursor_page(server, new_page(), query)
    answers = sorted(stage.evaluate(ANSWERS_MS))
    assert len(answers) == 3 * 16 * 16
    assert answers[len(answers) // 2] < MOVE_MS
    assert answers[-1] < 1e9  # each move changed the line


def test_the_cursor_by_keys(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    stage = cursor_page(server, page)
    stage.locator(".tensors").focus()
    page.keyboard.press("ArrowRight")
    expect(stage).to_have_attribute("data-index", "2")
    page.keyboard.press("ArrowDown")
    expect(stage).to_have_attribute("data-index", "5")
    page.keyboard.press("PageDown")
    expect(stage).to_have_attribute("data-step", "relu")
    expect(stage.locator(".formula")).to_contain_text("max(0, −6) = 0")
    page.keyboard.press("Space")
    expect(stage).to_have_attribute("data-role", "left")
    page.keyboard.press("Enter")
    expect(stage).to_have_attribute("data-step", "conv")
    page.keyboard.press("Shift+Enter")
    expect(stage).to_have_attribute("data-step", "relu")
    page.keyboard.press("Backspace")
    expect(stage).to_have_attribute("data-step", "conv")
    stage.get_by_role("button", name="Play").click()
    expect(stage).to_have_attribute("data-index", "3")


def draw_one(page: Page) -> None:
    """A stroke from top to bottom on the sheet."""
    sheet = page.locator(".pad canvas")
    sheet.scroll_into_view_if_needed()
    area = sheet.bounding_box()
    assert area is not None
    middle = area["x"] + area["width"] / 2
    page.mouse.move(middle, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(middle, area["y"] + area["height"] - 20, steps=6)
    page.mouse.up()


def test_train_stop_rewind_and_draw(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/by_hand?by_hand.section=learn&by_hand.epochs=60&by_hand.batch=8")
    page.get_by_text(re.compile(r"Step [\d,]{2,6} of")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("stopped; the best so far is kept").first.wait_for()
    page.get_by_text("Test accuracy", exact=True).first.wait_for()
    idle(page)
    page.get_by_role("button", name="Rewind").click()
    page.get_by_text("Untrained, it says").wait_for()
    idle(page)
    before = page.locator(".pad canvas").get_attribute("data-code")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw something on the black sheet").wait_for()
    draw_one(page)
    page.get_by_text("Untrained, it says").wait_for()
    expect(page.locator(".pad canvas")).not_to_have_attribute("data-code", before or "")
    assert "by_hand.digit=" in page.url


def test_accessible_on_a_phone_in_french(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(width=390, height=1400, locale="fr-FR"), f"{server.base}/by_hand")
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for section in through_sections(page, "by_hand.section", ("forward", "backward", "check")):
        page.wait_for_timeout(1000)
        assert page.evaluate(wide) <= 1, section
        assert grave_findings(page) == [], section
