// Keys of every page: / searches the pages, ? says which keys there are, the left and right arrows walk the sections.
// WORDS and PAGES are put in by the server at each run.

const words = WORDS, pages = PAGES;

function busyElsewhere(event) {
  const target = event.composedPath()[0];
  const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|CANVAS)$/.test(target.tagName)
    || (target.closest && target.closest('[role="slider"], [role="listbox"], [role="application"], dialog[open]'));
  return event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector('[class*="st-key-lecture-bar"]');
}

function openDialog(label) {
  document.querySelectorAll('dialog.vizcore-keys').forEach((each) => each.remove());
  const dialog = document.createElement('dialog');
  dialog.className = 'vizcore-keys';
  dialog.setAttribute('aria-label', label);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function showHelp() {
  const dialog = openDialog(words.help);
  const title = document.createElement('h2');
  title.textContent = words.help;
  const list = document.createElement('dl');
  for (const [key, meaning] of words.keys) {
    const term = document.createElement('dt'), said = document.createElement('dd');
    term.append(Object.assign(document.createElement('kbd'), { textContent: key }));
    said.textContent = meaning;
    list.append(term, said);
  }
  dialog.append(title, list);
}

function showSearch() {
  const dialog = openDialog(words.search);
  const field = Object.assign(document.createElement('input'), { type: 'search', placeholder: words.search });
  field.setAttribute('aria-label', words.search);
  const list = document.createElement('ul');
  const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const list_fitting = () => {
    const fitting = pages.filter((page) => fold(page.title).includes(fold(field.value.trim())));
    list.replaceChildren(...fitting.map((page) => {
      const entry = document.createElement('li'), button = document.createElement('button');
      button.textContent = page.title;
      button.onclick = () => { dialog.close(); go(page.path); };
      entry.append(button);
      return entry;
    }));
    if (!fitting.length) list.textContent = words.none;
  };
  field.oninput = list_fitting;
  field.onkeydown = (event) => {
    const first = list.querySelector('button');
    if (event.key === 'Enter' && first) first.click();
    if (event.key === 'ArrowDown' && first) { first.focus(); event.preventDefault(); }
  };
  dialog.append(field, list);
  list_fitting();
  field.focus();
}

// By the navigation's own link, which keeps the session; the address itself only where there is none.
function go(path) {
  const link = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')]
    .find((each) => new URL(each.href).pathname.replace(/^\//, '') === path);
  if (link) link.click();
  else location.pathname = '/' + path;
}

function walkSections(step) {
  const row = document.querySelector('[class*="st-key-toolbar-"] [data-testid="stButtonGroup"]:has(button[data-variant="segmented_control"])');
  const choices = row ? [...row.querySelectorAll('button')] : [];
  const now = choices.findIndex((each) => each.getAttribute('aria-checked') === 'true' || each.getAttribute('aria-pressed') === 'true');
  const next = choices[now + step];
  if (now >= 0 && next) next.click();
  return now >= 0 && Boolean(next);
}

const pressed = (event) => {
  if (busyElsewhere(event)) return;
  const done = event.key === '/' ? (showSearch(), true)
    : event.key === '?' ? (showHelp(), true)
      : event.key === 'ArrowRight' ? walkSections(1)
        : event.key === 'ArrowLeft' ? walkSections(-1) : false;
  if (done) { event.preventDefault(); event.stopPropagation(); }
};
document.removeEventListener('keydown', window.vizcoreKeys, true);
window.vizcoreKeys = pressed;
document.addEventListener('keydown', pressed, true);
