"""What little of Streamlit's look and markup is changed?"""

from __future__ import annotations

import json
from html import escape

import streamlit as st

from vizcore.figures.theme import PAPER, PRIMARY
from vizcore.i18n import N_, _, current_language
from vizcore.ui import aligned_columns

SIDEBAR_PX = 270

# Less empty space above a page's title; a button that shows only its icon keeps its words for screen readers; chosen
# options are readable in the dark theme too; headings, names of metrics and of pages fit a column and tables the page;
# scripts take no room in the sidebar.
CSS = f"""
[data-testid="stMainBlockContainer"] {{ padding-top: 2.6rem; }}
@media (min-width: 700px) {{ [data-testid="stMainBlockContainer"] {{ padding-inline: 2.5rem; }} }}
@media (max-width: 699px) {{ [data-testid="stMainBlockContainer"] {{ padding-top: 4.2rem; }} }}
[class*="st-key-tray-row"] [data-testid="stButton"] [data-testid="stMarkdownContainer"] {{
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}}
[class*="st-key-tray-row"] {{ flex-wrap: nowrap !important; }}
[class*="st-key-tray-row"] > * {{ min-width: 0; }}
.st-key-refusals {{ flex-wrap: nowrap !important; }}
[data-testid="stMain"] button[data-variant="segmented_control"]:hover {{ color: inherit !important; }}
[data-testid="stMultiSelect"] [data-tag] {{ background: {PRIMARY.light}; color: {PAPER.light}; }}
[data-testid="stMarkdownContainer"] table {{ display: block; overflow-x: auto; max-width: 100%; }}
[data-testid="stMarkdownContainer"] :is(td, th) {{
  overflow-wrap: break-word; hyphens: auto; min-width: 4.2rem; max-width: 20rem; padding: 0.4rem; vertical-align: top;
}}
[data-testid="stMarkdownContainer"] th {{ overflow-wrap: normal; }}
[data-testid="stMarkdownContainer"] td.vizcore-long {{ min-width: 12rem; }}
[class*="st-key-terms"] td {{ min-width: 6.5rem; }}
[class*="st-key-terms"] td:last-child {{ min-width: 14rem; }}
[data-testid="stSlider"]:has([aria-disabled="true"], [disabled], [data-disabled]) [data-testid="stWidgetLabel"],
[data-testid="stSlider"]:has([aria-disabled="true"], [disabled], [data-disabled]) [data-testid="stWidgetLabel"] p {{
  color: CanvasText !important; opacity: 0.85;
}}
[data-testid="stSidebar"] [data-testid="stElementContainer"]:has(> [data-testid="stHtml"]), .st-key-system_theme {{
  position: absolute;
}}
[data-testid="stMain"] h1 {{ font-size: 2rem; padding: 0; }}
[data-testid="stMain"] h2 {{ font-size: 1.6rem; }}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] :is(div, span, p),
[data-testid="stMetricLabel"], [data-testid="stMetricLabel"] :is(div, p),
[data-testid="stCheckbox"] [data-testid="stWidgetLabel"] :is(div, p) {{
  white-space: normal !important; overflow: visible !important;
}}
[class*="st-key-icon-only"] [data-testid="stMarkdownContainer"],
[class*="st-key-strip"] button[data-variant="pills"] p {{
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}}
[class*="st-key-strip"] button[data-variant="pills"] {{
  width: 46px; height: 46px; padding: 0; border-radius: 0.4rem; background-size: cover; opacity: 0.75;
}}
[class*="st-key-strip"] button[data-variant="pills"][aria-pressed="true"],
[class*="st-key-strip"] button[data-variant="pills"][aria-checked="true"] {{
  opacity: 1; outline: 3px solid var(--st-primary-color, {PRIMARY.light}); outline-offset: 1px;
}}
"""

# Streamlit 1.67 puts a <div> for each section between the navigation's <ul> and its <li>, which screen readers cannot
# read as a list (axe: "list", "listitem"). Its links are announced as what they are once the list is not called one.
# A table or a formula that is wider than the page can be scrolled by keys once it takes the focus; a cell with a
# sentence in it is wide enough to be read, not a tower of single words.
ROLES = """
const LISTS =
  'ul[data-testid="stSidebarNavItems"]:not([role]), [data-testid="stSidebarNavItems"] li:not([role])';
const WIDE = '[data-testid="stMarkdownContainer"] :is(table, .katex-display)';
const reachable = (wide) => {
  wide.querySelectorAll("td").forEach((cell) => cell.classList.toggle("vizcore-long", cell.textContent.length > 48));
  wide.scrollWidth > wide.clientWidth ? wide.setAttribute("tabindex", "0") : wide.removeAttribute("tabindex");
};
const mend = () => {
  document.querySelectorAll(LISTS).forEach((each) => each.setAttribute("role", "none"));
  document.querySelectorAll(WIDE).forEach(reachable);
};
if (!window.vizcoreRoles) {
  window.vizcoreRoles = new MutationObserver(mend);
  window.vizcoreRoles.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", mend);
  document.addEventListener("toggle", mend, true);
  document.fonts.addEventListener("loadingdone", mend);
}
mend();
"""


# Streamlit 1.67 reads the width asked for when the sidebar is mounted, which may be before the page has asked: it then
# opens wider, from visit to visit. Until somebody drags its edge, it has the width asked for; then the one dragged.
WIDTH = """{
  const root = document.documentElement;
  const sidebar = () => document.querySelector('[data-testid="stSidebar"]');
  const dragged = (event) => {
    if (sidebar() && Math.abs(event.clientX - sidebar().getBoundingClientRect().right) < 12) {
      root.classList.remove("vizcore-sidebar");
    }
  };
  if (!window.vizcoreSidebar && !localStorage.getItem("sidebarWidth")) {
    root.classList.add("vizcore-sidebar");
    document.addEventListener("pointerdown", dragged, true);
  }
  window.vizcoreSidebar = true;
}"""
WIDTH_CSS = f"""
@media (min-width: 769px) {{
  .vizcore-sidebar [data-testid="stSidebar"][data-collapsed="false"] {{
    width: {SIDEBAR_PX}px !important; min-width: {SIDEBAR_PX}px !important; max-width: {SIDEBAR_PX}px !important;
  }}
}}
"""

# Streamlit's own words that a visitor meets, which it has in English only: (pattern, sentence).
OWN_WORDS = (
    (r"^Upload$", N_("Choose files")),
    (r"^Drag and drop files here$", N_("Drop the files here")),
    (r"^(\d+)MB per file", N_("$1 MB a file")),
    (r"^(\d+)GB per file", N_("$1 GB a file")),
    (r"^Uploading\.\.\.$", N_("Uploading …")),
    (r"^Take Photo$", N_("Take a photo")),
    (r"^Clear photo$", N_("Clear the photo")),
    (r"^No results$", N_("Nothing fits")),
    (r"^Press Enter to apply$", N_("Enter applies it")),
    (r"^This app would like to use your camera\.$", N_("This page would like to use your camera.")),
    (r"^Learn how to allow access\.$", N_("How to allow it")),
)
# A script runs when it comes onto the page, not when it changes there: so it is the same in every language, and reads
# what to say from a hidden element whenever that one changes. A slider writes its numbers with a point; they get the
# language's own sign. A number field is the browser's own, and reads and writes as the browser's language does: in an
# English browser it drops the comma of "0,5", which would be 5, so there a comma is typed as the point it stands for.
WORDS = """
const SLIDER = '[data-testid="stSliderThumbValue"], [data-testid="stSliderTickBar"]';
const say = (node) => {
  const around = node.parentElement;
  const ofSlider = around?.closest(SLIDER);
  const field = around?.closest('[data-testid="stFileUploader"], [data-testid="stCameraInput"]');
  const apart = field ? "textarea, pre" : '[data-testid="stMarkdownContainer"], textarea, pre';
  if (!ofSlider && around?.closest(apart)) return;
  if (around?.closest('[data-testid="stWidgetLabel"], [data-testid="stFileUploaderFileName"]')) return;
  const own = node.vizcoreSaid === node.nodeValue ? node.vizcoreOwn : node.nodeValue;
  const pair = window.vizcoreWords.find(([pattern]) => pattern.test(own));
  const decimals = [/(\\d)\\.(\\d)/, `$1${window.vizcoreDecimal}$2`];
  const said = ofSlider ? own.replace(...decimals) : pair ? own.replace(...pair) : own;
  if (said !== node.nodeValue) node.nodeValue = said;
  [node.vizcoreOwn, node.vizcoreSaid] = [own, said];
};
const sayAll = (root) => {
  if (root.nodeType === Node.TEXT_NODE) return say(root);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) say(texts.currentNode);
};
const read = () => {
  const told = document.querySelector("[data-vizcore-language]")?.dataset;
  if (!told || told.vizcoreWords === window.vizcoreTold) return;
  window.vizcoreTold = told.vizcoreWords;
  document.documentElement.lang = told.vizcoreLanguage;
  window.vizcoreDecimal = (0.5).toLocaleString(told.vizcoreLanguage)[1];
  window.vizcoreWords = JSON.parse(told.vizcoreWords).map(([pattern, words]) => [new RegExp(pattern), words]);
  sayAll(document.body);
};
const comma = (event) => {
  const asksForPoint = (0.5).toLocaleString(navigator.language)[1] === ".";
  const field = event.target?.closest?.('[data-testid="stNumberInputField"]');
  if (!field || event.data !== "," || !asksForPoint || window.vizcoreDecimal !== ",") return;
  event.preventDefault();
  document.execCommand("insertText", false, ".");
};
if (!window.vizcoreSaid) {
  window.vizcoreWords = [];
  window.vizcoreDecimal = ".";
  document.addEventListener("beforeinput", comma, true);
  window.vizcoreSaid = new MutationObserver((changes) => {
    read();
    changes.forEach((each) => (each.type === "characterData" ? [each.target] : each.addedNodes).forEach(sayAll));
  });
  window.vizcoreSaid.observe(document.body, { childList: true, characterData: true, subtree: true });
}
read();
"""


def apply() -> None:
    """Adds the style sheet, the mending of roles, and the language of the page with Streamlit's own words in it."""
    st.html(f"<style>{CSS}{WIDTH_CSS}{aligned_columns.CSS}</style>")
    with st.sidebar:
        st.html(f"<script>{WIDTH}</script>", unsafe_allow_javascript=True)
        st.html(f"<script>{ROLES}</script>", unsafe_allow_javascript=True)
        st.html(_own_words())
        st.html(f"<script>{WORDS}</script>", unsafe_allow_javascript=True)


def _own_words() -> str:
    """The hidden element that says the language and its words."""
    pairs = [] if current_language() == "en" else [[pattern, _(words)] for pattern, words in OWN_WORDS]
    words = escape(json.dumps(pairs), quote=True)
    return f'<span hidden data-vizcore-language="{current_language()}" data-vizcore-words="{words}">&nbsp;</span>'
