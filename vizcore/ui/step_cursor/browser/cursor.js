// Streamlit calls this once for each new message. The whole trace is here then: no move of the cursor asks the server.

const states = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector('.stage');
  const state = states.get(root) || firstState(root);
  const before = state.data;
  state.data = data;
  state.stops = colours(data);
  Object.assign(state, readTrace(data));
  writeWords(state);
  const begin = Math.max(0, state.steps.findIndex((step) => step.key === data.start));
  const moved = !before || before.start !== data.start || before.trace !== data.trace;
  const kept = state.steps.findIndex((step) => state.step && step.key === state.step.key);
  const cell = moved ? { role: 'out', index: data.cell } : state.kept;
  goTo(state, moved || kept < 0 ? begin : kept, cell);
  root.dataset.rev = String(data.rev);
  state.observer.observe(root);
  return () => { pause(state); state.observer.disconnect(); };
}

function firstState(root) {
  const state = {
    root, area: root.querySelector('.tensors'), formula: root.querySelector('.formula'),
    at: { role: 'out', index: 0 }, kept: { role: 'out', index: 0 }, past: [], marked: [], player: null, width: 0,
  };
  states.set(root, state);
  attach(state);
  state.observer = new ResizeObserver(() => {
    if (!state.data || Math.abs(state.area.clientWidth - state.width) < 8) return;
    state.width = state.area.clientWidth;
    state.marked = [];
    buildStep(state);
    show(state);
  });
  const on = (name, act) => { root.querySelector('button.' + name).onclick = act; };
  on('previous', () => { pause(state); moveTo(state, state.at.role, state.at.index - 1); });
  on('next', () => { pause(state); moveTo(state, state.at.role, state.at.index + 1); });
  on('play', () => togglePlay(state));
  on('origin', () => follow(state, origins));
  on('use', () => follow(state, usesOf));
  on('back', () => goBack(state));
  return state;
}

function writeWords(state) {
  const { root, data } = state, words = data.words;
  root.querySelector('.help').textContent = words.help;
  state.area.setAttribute('aria-label', words.label);
  for (const way of ['forward', 'backward']) {
    root.querySelector('.' + way + ' .way').textContent = words[way];
    root.querySelector('.' + way).setAttribute('aria-label', words[way]);
  }
  for (const name of ['previous', 'next', 'origin', 'use', 'back']) root.querySelector('button.' + name).textContent = words[name];
  showPlayer(state);
}

function showPlayer(state) {
  const button = state.root.querySelector('button.play');
  button.textContent = state.data.words[state.player ? 'pause' : 'play'];
  button.setAttribute('aria-pressed', String(Boolean(state.player)));
}

function showSteps(state) {
  for (const way of ['forward', 'backward']) {
    const row = state.root.querySelector('.steps.' + way), label = row.querySelector('.way');
    const buttons = state.steps.map((step, place) => [step, place]).filter(([step]) => step.backward === (way === 'backward'));
    row.hidden = !buttons.length;
    row.replaceChildren(label, ...buttons.map(([step, place]) => stepButton(state, step, place)));
  }
  state.root.querySelector('.note').textContent = state.step.note;
}

function stepButton(state, step, place) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = step.title;
  button.dataset.step = step.key;
  button.title = state.tensors[step.out].title;
  button.setAttribute('aria-pressed', String(place === state.place));
  button.onclick = () => {
    pause(state);
    remember(state);
    goTo(state, place);
    state.root.querySelector('.steps button[aria-pressed="true"]').focus();
  };
  return button;
}

function showTools(state, role, tensor, index) {
  const find = (name) => state.root.querySelector('button.' + name);
  find('origin').disabled = !origins(state, tensor, index);
  find('use').disabled = !usesOf(state, tensor, index);
  find('back').disabled = !state.past.length;
  find('previous').disabled = index === 0;
  find('next').disabled = index === tensor.values.length - 1;
}
