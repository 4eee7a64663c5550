// The row of buttons and choices under the picture. What the browser can draw alone never leaves it.

const MOST_UNCONFIRMED = 100;

function showControls(root, state) {
  const { data } = state, find = (selector) => root.querySelector(selector);
  const words = data.words, marks = !['patch', 'pick'].includes(data.mode);
  const points = marks && data.mode !== 'box';
  show(find('.signs'), points && data.report);
  show(find('.commands'), marks && data.report);
  find('.signs').setAttribute('aria-label', words.marks);
  for (const name of ['positive', 'negative', 'undo', 'redo', 'clear']) write(find('button.' + name), words[name]);
  find('button.positive').onclick = () => chooseSign(root, state, true);
  find('button.negative').onclick = () => chooseSign(root, state, false);
  for (const kind of ['undo', 'redo', 'clear']) find('button.' + kind).onclick = () => send(state, { kind });
  const maps = data.grid ? data.grid.maps.map((each) => each.name) : [];
  showChoice(find('label.map'), words.map, maps.length > 1 ? maps : [], state.map, (chosen) => { state.map = chosen; paint(state); });
  const layers = data.layers.length ? [words.none, ...data.layers.map((each) => each.label)] : [];
  showChoice(find('label.layer'), words.layer, layers, state.layer + 1, (chosen) => { state.layer = chosen - 1; paint(state); });
  showLarge(root, find('button.large'), words.large);
  showOpacity(find('label.opacity'), state, Boolean(data.grid) || layers.length > 0);
  show(find('.tools'), [...find('.tools').children].some((each) => !each.hidden));
}

// The canvas alone over the whole screen, for a projector; it can be clicked as before. Escape ends it.
function showLarge(root, button, word) {
  write(button, word);
  show(button, document.fullscreenEnabled);
  button.onclick = () => {
    if (root.fullscreenElement || document.fullscreenElement) document.exitFullscreen();
    else root.querySelector('.stage').requestFullscreen();
  };
}

function show(element, visible) {
  element.hidden = !visible;
}

function chooseSign(root, state, positive) {
  state.positive = positive;
  root.querySelector('button.positive').setAttribute('aria-pressed', String(positive));
  root.querySelector('button.negative').setAttribute('aria-pressed', String(!positive));
}

function showChoice(label, word, options, chosen, choose) {
  show(label, options.length > 0);
  const select = label.querySelector('select');
  write(label.querySelector('span'), word);
  if ([...select.options].map((each) => each.text).join('\n') !== options.join('\n')) {
    select.replaceChildren(...options.map((text) => new Option(text)));
  }
  select.selectedIndex = Math.min(chosen, options.length - 1);
  select.onchange = () => choose(select.selectedIndex);
}

function showOpacity(label, state, visible) {
  show(label, visible);
  write(label.querySelector('span'), state.data.words.opacity);
  const range = label.querySelector('input');
  range.value = String(Math.round(state.opacity * 100));
  range.oninput = () => { state.opacity = Number(range.value) / 100; paint(state); };
}

// Tells the server, and draws meanwhile what it will answer with. Of messages that come quickly one after the other
// Streamlit keeps the last one only, so that each carries all events that the server has not confirmed.
function send(state, event) {
  if (!state.data.report) return;
  state.lastId = Math.max(Date.now(), state.lastId + 1, state.data.seen + 1);
  state.unconfirmed = [...state.unconfirmed, { id: state.lastId, ...event }].slice(-MOST_UNCONFIRMED);
  state.sender('event', state.unconfirmed);
  paintSoon(state);
}

function waiting(state, kind) {
  return state.unconfirmed.filter((event) => event.kind === kind);
}

// A text that stays is left alone: to set it anew makes the browser lay out the page once more.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function say(state, text) {
  state.live.textContent = text;
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
