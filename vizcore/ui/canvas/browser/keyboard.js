// The same with keys: a cross is moved over the picture and marks where it stands.

const REST_MS = 250;
const STEP = 10; // pixels on the screen; 1 with Ctrl or Alt
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function attachKeyboard(state) {
  const { from } = state;
  from.onkeydown = (event) => {
    if (answerKey(state, event)) event.preventDefault();
  };
  from.onfocus = () => { state.focused = from.matches(':focus-visible') && !state.pressed; paint(state); };
  from.onblur = () => { Object.assign(state, { focused: false, corner: null, band: null, path: null }); paint(state); };
}

// Returns whether the key was meant for the picture.
function answerKey(state, event) {
  const key = event.key, control = event.ctrlKey || event.metaKey;
  if (control && key.toLowerCase() === 'z') return command(state, event.shiftKey ? 'redo' : 'undo');
  if (control && key.toLowerCase() === 'y') return command(state, 'redo');
  if (WAYS[key]) return moveCursor(state, WAYS[key], control || event.altKey);
  if (control || event.altKey) return false;
  if (key === 'Escape') return escape(state);
  if (key === 'Delete' || key === 'Backspace') return command(state, 'clear');
  if (key.toLowerCase() === 'c' && state.data.mode === 'draw') return closePath(state, event.shiftKey);
  if (key.toLowerCase() === 'b' && dragsBoxes(state.data)) return setCorner(state);
  if (key === 'Enter' || key === ' ') return mark(state, event.shiftKey);
  return false;
}

function command(state, kind) {
  if (state.data.mode === 'patch' || !state.data.report) return false;
  send(state, { kind });
  return true;
}

function moveCursor(state, [right, down], finely) {
  const { data, from } = state, grid = data.grid;
  const centre = grid ? middle(grid.region) : [data.w / 2, data.h / 2];
  const start = state.cursor || centre, area = from.getBoundingClientRect();
  const step = grid && data.mode === 'patch'
    ? [(grid.region[2] - grid.region[0]) / grid.columns, (grid.region[3] - grid.region[1]) / grid.rows]
    : [data.w / area.width, data.h / area.height].map((unit) => unit * (finely ? 1 : STEP));
  const limits = grid && data.mode === 'patch' ? grid.region : [0, 0, data.w, data.h];
  const within = (value, low, high) => Math.max(low, Math.min(high, value));
  state.focused = true;
  state.cursor = [
    within(start[0] + right * step[0], limits[0], limits[2]),
    within(start[1] + down * step[1], limits[1], limits[3]),
  ];
  if (state.corner) state.band = boxBetween(state.corner, state.cursor);
  if (data.mode === 'patch' && grid) {
    state.hovered = null;
    state.kept = patchAt(grid, state.cursor);
    state.cursor = middle(patchBox(grid, state.kept));
    showPatch(state);
    reportSoon(state);
  } else {
    paint(state);
    say(state, filled(data.words.at, { x: Math.round(state.cursor[0]), y: Math.round(state.cursor[1]) }));
  }
  return true;
}

// The numbers beside the picture follow the arrows once they rest: one report for a walk over many patches.
function reportSoon(state) {
  clearTimeout(state.walk);
  state.walk = setTimeout(() => { state.walk = null; if (state.kept !== null && state.cursor) sendPatch(state); }, REST_MS);
}

function sendPatch(state) {
  clearTimeout(state.walk);
  state.walk = null;
  const [x, y] = state.cursor || [0, 0];
  send(state, { kind: 'patch', x, y, patch: state.kept });
}

function mark(state, negative) {
  const { data } = state;
  state.focused = true;
  state.cursor ||= [data.w / 2, data.h / 2];
  if (data.mode === 'box') return setCorner(state);
  if (data.mode === 'draw') return addCorner(state);
  if (data.mode === 'patch') {
    if (data.grid && state.kept !== null) sendPatch(state);
    return true;
  }
  sendPoint(state, state.cursor, state.positive !== negative);
  return true;
}

// The first press sets a corner, the second one the opposite corner.
function setCorner(state) {
  const { data } = state;
  state.focused = true;
  state.cursor ||= [data.w / 2, data.h / 2];
  if (state.corner) {
    const box = boxBetween(state.corner, state.cursor);
    state.corner = state.band = null;
    sendBox(state, box);
    return true;
  }
  state.corner = [...state.cursor];
  say(state, filled(data.words.corner, { x: Math.round(state.corner[0]), y: Math.round(state.corner[1]) }));
  paint(state);
  return true;
}

function addCorner(state) {
  const [x, y] = state.cursor.map(Math.round);
  state.path = [...(state.path || []), [...state.cursor]];
  say(state, filled(state.data.words.corners, { n: state.path.length, x, y }));
  paint(state);
  return true;
}

function closePath(state, negative) {
  const path = state.path;
  state.path = null;
  sendPath(state, path, state.positive !== negative);
  paint(state);
  return true;
}

function escape(state) {
  const letsGo = state.data.mode === 'patch' && state.kept !== null;
  const busy = state.path || state.corner || state.band || state.kept !== null || state.cursor;
  state.path = state.corner = state.band = state.kept = state.hovered = state.cursor = null;
  if (letsGo) sendPatch(state);
  showPatch(state);
  return Boolean(busy);
}

function middle([left, top, right, bottom]) {
  return [(left + right) / 2, (top + bottom) / 2];
}
