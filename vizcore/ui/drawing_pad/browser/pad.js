// 32 x 32 dots, white on black. The server hears of it when a stroke ends.

const DOTS = 32, RADIUS = 1.6;
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const states = new WeakMap();

export default function (component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const canvas = root.querySelector('canvas');
  const state = states.get(canvas) || firstState(root, canvas);
  state.data = data;
  state.send = setTriggerValue;
  canvas.setAttribute('aria-label', data.alt);
  root.querySelector('.help').textContent = data.words.help;
  root.querySelector('.clear').textContent = data.words.clear;
  if (data.code !== state.code && !state.last) {
    state.code = data.code;
    state.dots = decoded(data.code);
  }
  paint(state);
  canvas.dataset.code = data.code;
}

function firstState(root, canvas) {
  const state = { canvas, live: root.querySelector('.live'), dots: new Uint8Array(DOTS * DOTS), code: null, last: null, pen: null, down: false };
  states.set(canvas, state);
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.pen = null;
    state.last = place(canvas, event);
    stroke(state, state.last, state.last);
  };
  canvas.onpointermove = (event) => {
    if (!state.last) return;
    const at = place(canvas, event);
    stroke(state, state.last, at);
    state.last = at;
  };
  canvas.onpointerup = canvas.onpointercancel = () => { if (state.last) { state.last = null; report(state); } };
  canvas.onkeydown = (event) => { if (answerKey(state, event)) event.preventDefault(); };
  canvas.onblur = () => { if (state.down) report(state); state.down = false; state.pen = null; paint(state); };
  root.querySelector('.clear').onclick = () => clear(state);
  return state;
}

function answerKey(state, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.key.toLowerCase() === 'c') { clear(state); return true; }
  state.pen ||= [DOTS / 2, DOTS / 2];
  if (WAYS[event.key]) {
    const [right, down] = WAYS[event.key], before = state.pen;
    state.pen = [Math.max(0.5, Math.min(DOTS - 0.5, before[0] + right)), Math.max(0.5, Math.min(DOTS - 0.5, before[1] + down))];
    if (state.down) stroke(state, before, state.pen); else paint(state);
  } else if (event.key === ' ') {
    state.down = !state.down;
    if (state.down) stroke(state, state.pen, state.pen); else report(state);
  } else return false;
  const [x, y] = state.pen.map(Math.floor);
  state.live.textContent = state.data.words[state.down ? 'down' : 'up'].replace('{x}', x).replace('{y}', y);
  return true;
}

function clear(state) {
  state.dots = new Uint8Array(DOTS * DOTS);
  paint(state);
  report(state);
}

function place(canvas, event) {
  const area = canvas.getBoundingClientRect();
  return [((event.clientX - area.left) / area.width) * DOTS, ((event.clientY - area.top) / area.height) * DOTS];
}

function stroke(state, [x0, y0], [x1, y1]) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)));
  for (let k = 0; k <= steps; k++) dot(state, x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps);
  paint(state);
}

function dot(state, x, y) {
  for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(DOTS - 1, y + 2); row++) {
    for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(DOTS - 1, x + 2); column++) {
      if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= RADIUS) state.dots[row * DOTS + column] = 1;
    }
  }
}

function paint(state) {
  const pen = state.canvas.getContext('2d'), size = state.canvas.width / DOTS;
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, state.canvas.width, state.canvas.height);
  pen.fillStyle = '#fff';
  state.dots.forEach((set, k) => { if (set) pen.fillRect((k % DOTS) * size, Math.floor(k / DOTS) * size, size, size); });
  if (!state.pen) return;
  pen.strokeStyle = state.down ? '#00b84a' : '#ffd600';
  pen.lineWidth = 2;
  pen.strokeRect((state.pen[0] - 1) * size, (state.pen[1] - 1) * size, 2 * size, 2 * size);
}

function report(state) {
  state.code = encoded(state.dots);
  state.send('drawn', state.code);
}

function encoded(dots) {
  const bytes = new Uint8Array((DOTS * DOTS) / 8);
  dots.forEach((set, k) => { if (set) bytes[k >> 3] |= 128 >> (k & 7); });
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function decoded(code) {
  const dots = new Uint8Array(DOTS * DOTS);
  const bytes = atob(code.replace(/-/g, '+').replace(/_/g, '/'));
  for (let k = 0; k < dots.length && k >> 3 < bytes.length; k++) dots[k] = (bytes.charCodeAt(k >> 3) >> (7 - (k & 7))) & 1;
  return dots;
}
