// Mouse, keys and the player: which cell is meant, which step is shown.

const PLAY_MS = 700;

function attach(state) {
  const { area } = state;
  area.onpointermove = (event) => { if (event.pointerType !== 'touch' && !state.player) hover(state, event.target); };
  area.onpointerleave = () => { if (state.hovering) { state.hovering = false; state.at = state.kept; show(state); } };
  area.onclick = (event) => { pause(state); hover(state, event.target); keep(state); };
  area.ondblclick = () => follow(state, origins);
  area.onkeydown = (event) => { if (answerKey(state, event)) event.preventDefault(); };
}

function cellAt(target) {
  const cell = target.closest && target.closest('.cell[data-i]'), box = cell && cell.closest('.tensor[data-role]');
  return box ? { role: box.dataset.role, index: Number(cell.dataset.i) } : null;
}

function hover(state, target) {
  const found = cellAt(target);
  if (!found || (found.role === state.at.role && found.index === state.at.index)) return;
  state.hovering = true;
  state.at = found;
  show(state);
}

function keep(state) {
  state.hovering = false;
  state.kept = state.at;
}

function moveTo(state, role, index) {
  const tensor = state.tensors[state.step[role]];
  state.at = { role, index: Math.max(0, Math.min(tensor.values.length - 1, index)) };
  keep(state);
  show(state);
}

function goTo(state, place, at = { role: 'out', index: 0 }) {
  state.place = Math.max(0, Math.min(state.steps.length - 1, place));
  state.step = state.steps[state.place];
  state.at = at;
  keep(state);
  state.products = null;
  state.marked = [];
  showSteps(state);
  buildStep(state);
  show(state);
}

// Returns whether the key was meant for the matrices.
function answerKey(state, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  const { role, index } = state.at, columns = state.tensors[state.step[role]].columns;
  const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -index, End: Infinity };
  pause(state);
  if (event.key in ways) {
    const next = index + ways[event.key];
    const last = state.tensors[state.step[role]].values.length - 1;
    if (next >= 0 && (next <= last || event.key === 'End')) moveTo(state, role, next);
    return true;
  }
  if (event.key === 'PageDown') { remember(state); goTo(state, state.place + 1); return true; }
  if (event.key === 'PageUp') { remember(state); goTo(state, state.place - 1); return true; }
  if (event.key === ' ') { nextTensor(state); return true; }
  if (event.key === 'Enter') { follow(state, event.shiftKey ? usesOf : origins); return true; }
  if (event.key === 'Backspace') { goBack(state); return true; }
  return false;
}

function nextTensor(state) {
  const roles = shownRoles(state.step).map(([role]) => role).reverse();
  moveTo(state, roles[(roles.indexOf(state.at.role) + 1) % roles.length], 0);
}

function remember(state) {
  state.past.push({ place: state.place, at: state.kept });
  if (state.past.length > 50) state.past.shift();
}

function goBack(state) {
  const before = state.past.pop();
  if (before) goTo(state, before.place, before.at);
}

// The step that made this number; a cell of padding was made by none.
function origins(state, tensor, index) {
  const inner = tensor.ring ? withoutRing(state, tensor, index) : [tensor.key, index];
  if (!inner) return null;
  const place = state.steps.findIndex((step) => step.out === inner[0]);
  return place >= 0 && place !== state.place ? { place, at: { role: 'out', index: inner[1] } } : null;
}

// The next step that uses this number, after this one first, from the beginning else.
function usesOf(state, tensor, index) {
  const order = [...state.steps.keys()].map((k) => (state.place + 1 + k) % state.steps.length);
  for (const place of order) {
    const step = state.steps[place];
    for (const role of ['left', 'right', 'bias']) {
      if (step[role] === tensor.key) return { place, at: { role, index } };
      const ringed = step[role] && state.tensors[step[role]];
      if (ringed && ringed.origin === tensor.key) return { place, at: { role, index: withRing(ringed, tensor, index) } };
    }
  }
  return null;
}

function withoutRing(state, tensor, index) {
  const plain = state.tensors[tensor.origin], each = tensor.rows * tensor.columns;
  const map = Math.floor(index / each), row = Math.floor((index % each) / tensor.columns) - tensor.ring;
  const column = (index % tensor.columns) - tensor.ring;
  if (row < 0 || column < 0 || row >= plain.rows || column >= plain.columns) return null;
  return [tensor.origin, map * plain.rows * plain.columns + row * plain.columns + column];
}

function withRing(ringed, plain, index) {
  const each = plain.rows * plain.columns, map = Math.floor(index / each);
  const row = Math.floor((index % each) / plain.columns) + ringed.ring, column = (index % plain.columns) + ringed.ring;
  return map * ringed.rows * ringed.columns + row * ringed.columns + column;
}

function follow(state, way) {
  const found = way(state, state.tensors[state.step[state.at.role]], state.at.index);
  if (!found) return;
  remember(state);
  goTo(state, found.place, found.at);
}

function togglePlay(state) {
  if (state.player) return pause(state);
  if (state.at.role !== 'out' || state.at.index >= state.tensors[state.step.out].values.length - 1) moveTo(state, 'out', 0);
  state.player = setInterval(() => {
    if (!state.area.isConnected || state.at.index >= state.tensors[state.step.out].values.length - 1) return pause(state);
    moveTo(state, 'out', state.at.index + 1);
  }, PLAY_MS);
  showPlayer(state);
}

function pause(state) {
  if (state.player) clearInterval(state.player);
  state.player = null;
  showPlayer(state);
}
