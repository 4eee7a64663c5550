// Paints a photo and the boxes over it. Streamlit calls this once for each new message; the photo is decoded once.
// Where the message names a slider, boxes under its value are left out as it moves, before the server hears of it.

const SHARPEST = 4, NEAR = 3; // pixels drawn for one of the page, at most; and how far beside a box the pointer still meets it
const states = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector('.vizcore-boxes'), canvas = root.querySelector('canvas');
  const state = states.get(canvas) || firstState(root, canvas);
  state.data = data;
  canvas.setAttribute('aria-label', data.alt);
  state.resized.observe(root);
  state.zoomed.observe(state.frame, { attributeFilter: ['data-zoom'] });
  showPhoto(state);
  follow(state);
  return () => {
    cancelAnimationFrame(state.looking);
    for (const each of [state.resized, state.zoomed, state.slid]) each.disconnect();
  };
}

// The slider may be drawn a moment later than the picture; until then no box is shown.
function follow(state) {
  const key = state.data.slider;
  const slider = key ? document.querySelector(`.st-key-${key.replace(/[^a-zA-Z0-9_-]/g, '-')}`) : null;
  state.slid.disconnect();
  if (slider) state.slid.observe(slider, { subtree: true, childList: true, attributeFilter: ['value', 'aria-valuetext', 'aria-valuenow'] });
  if (key && !slider?.querySelector('input')) state.looking = requestAnimationFrame(() => follow(state));
  choose(state, slider?.querySelector('input'), true);
}

// What is shown now: everything, or what reaches the slider's value.
function choose(state, slider, anew) {
  const { data, canvas } = state, least = slider ? Number(slider.value) : data.slider ? Infinity : -Infinity;
  if (!anew && least === state.least) return;
  state.least = least;
  state.boxes = data.boxes.filter((box) => box[6] >= least);
  state.labels = state.boxes.length > data.most ? '' : data.labels;
  point(state);
  showLegend(state);
  paint(state);
  if (least !== Infinity) canvas.dataset.boxes = String(state.boxes.length);
}

function firstState(root, canvas) {
  const state = { root, canvas, frame: canvas.parentElement, photo: null, hidden: new Set(), boxes: [], data: null };
  states.set(canvas, state);
  state.tip = root.querySelector('.vizcore-boxes-tip');
  state.legend = root.querySelector('.vizcore-boxes-legend');
  const again = () => { if (state.painted !== measure(state)) paint(state); };
  state.resized = new ResizeObserver(again);
  state.zoomed = new MutationObserver(again);
  state.slid = new MutationObserver((changes) => choose(state, changes[0].target.closest('[class*="st-key-"]')?.querySelector('input')));
  canvas.addEventListener('pointermove', (event) => point(state, event));
  canvas.addEventListener('pointerdown', (event) => point(state, event));
  canvas.addEventListener('pointerleave', () => point(state));
  return state;
}

function showPhoto(state) {
  if (state.img === state.data.img) return;
  state.img = state.data.img;
  state.photo = new Image();
  state.photo.onload = () => paint(state);
  state.photo.src = state.data.img;
}

// What the size of a painted picture depends on: the room for it, and how far it is enlarged.
function measure(state) {
  return `${state.root.clientWidth} ${devicePixelRatio * Number(state.frame.dataset.zoom || 1)}`;
}

// As wide as there is room for, and as sharp as it is enlarged.
function paint(state) {
  const { canvas, data, frame, root } = state;
  const scale = Math.min(root.clientWidth / data.w, data.tallest / data.h);
  if (!scale) return;
  const wide = Math.max(1, Math.round(data.w * scale)), tall = Math.max(1, Math.round(data.h * scale));
  const density = Math.min(SHARPEST, devicePixelRatio * Number(frame.dataset.zoom || 1));
  state.painted = measure(state);
  frame.style.width = canvas.style.width = `${wide}px`;
  canvas.style.height = `${tall}px`;
  canvas.width = Math.round(wide * density);
  canvas.height = Math.round(tall * density);
  const pen = canvas.getContext('2d');
  pen.setTransform(canvas.width / wide, 0, 0, canvas.height / tall, 0, 0);
  if (state.photo.complete && state.photo.naturalWidth) pen.drawImage(backdrop(state), 0, 0, wide, tall);
  const seen = state.boxes.map((box) => shown(data, box, scale)).filter(({ kind }) => !state.hidden.has(kind.name)).reverse();
  pen.lineWidth = data.line;
  for (const { kind, place: [x0, y0, x1, y1] } of seen) {
    pen.strokeStyle = kind.colour;
    pen.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  pen.font = `${data.font}px ${getComputedStyle(root).fontFamily}`;
  pen.textBaseline = 'middle';
  if (state.labels) for (const each of seen) paintLabel(pen, state, each, wide, tall);
}

// The photo at the canvas's own size, scaled once: a paint copies it.
function backdrop(state) {
  const { photo, canvas, scaled } = state;
  if (scaled?.of === photo && scaled.width === canvas.width && scaled.height === canvas.height) return scaled;
  const copy = document.createElement('canvas');
  Object.assign(copy, { of: photo, width: canvas.width, height: canvas.height });
  copy.getContext('2d').drawImage(photo, 0, 0, copy.width, copy.height);
  return (state.scaled = copy);
}

function shown(data, [x0, y0, x1, y1, kind, words], scale) {
  return { kind: data.classes[kind], words, place: [x0, y0, x1, y1].map((each) => each * scale) };
}

// Above the box, or inside it where there is no room; at its right end on the right of the picture.
function paintLabel(pen, { data, labels }, { kind, words, place: [x0, y0, x1] }, wide, tall) {
  const text = labels === 'class' ? kind.name : `${kind.name} ${words}`;
  const long = pen.measureText(text).width + 4, high = data.font + 4;
  const from = x0 > 0.75 * wide ? Math.min(wide, x1) - long : x0;
  const left = Math.max(0, Math.min(wide - long, from)), top = Math.max(0, Math.min(tall - high, y0 > high ? y0 - high : y0));
  pen.fillStyle = kind.colour;
  pen.fillRect(left, top, long, high);
  pen.fillStyle = kind.ink;
  pen.fillText(text, left + 2, top + high / 2);
}

// The smallest box under the pointer is told; without an event none is.
function point(state, event) {
  const { canvas, data, frame, tip } = state, area = canvas.getBoundingClientRect();
  const x = event ? ((event.clientX - area.left) / area.width) * data.w : -1;
  const y = event ? ((event.clientY - area.top) / area.height) * data.h : -1;
  const near = (NEAR * data.w) / Math.max(1, area.width), size = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);
  const [box] = event ? state.boxes
    .filter((each) => !state.hidden.has(data.classes[each[4]].name))
    .filter(([x0, y0, x1, y1]) => x >= x0 - near && x <= x1 + near && y >= y0 - near && y <= y1 + near)
    .sort((a, b) => size(a) - size(b)) : [];
  tip.hidden = !box;
  if (!box) return;
  const [x0, y0, x1, y1, kind, words] = box, around = frame.getBoundingClientRect();
  tip.textContent = `${data.classes[kind].name} ${words}\n${Math.round(x1 - x0)} × ${Math.round(y1 - y0)} px`;
  const left = event.clientX - around.left, top = event.clientY - around.top;
  tip.style.left = `${Math.max(0, Math.min(around.width - tip.offsetWidth, left + 14))}px`;
  tip.style.top = `${top + 14 + tip.offsetHeight > around.height ? Math.max(0, top - 8 - tip.offsetHeight) : top + 14}px`;
}

// Where boxes bear no names: what the colours mean. A click there hides a class.
function showLegend(state) {
  const { data, legend } = state;
  const count = (row) => state.boxes.filter((box) => box[4] === row).length;
  const present = data.classes.map((kind, row) => ({ ...kind, n: count(row) })).filter(({ n }) => n);
  legend.hidden = Boolean(state.labels) || !present.length;
  legend.setAttribute('aria-label', data.hide);
  legend.replaceChildren(...(legend.hidden ? [] : present).map((kind) => {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', textContent: `${kind.short} (${kind.n})` });
    button.style.setProperty('--colour', kind.colour);
    button.setAttribute('aria-pressed', String(!state.hidden.has(kind.name)));
    button.onclick = () => {
      if (!state.hidden.delete(kind.name)) state.hidden.add(kind.name);
      button.setAttribute('aria-pressed', String(!state.hidden.has(kind.name)));
      paint(state);
    };
    return button;
  }));
  if (legend.hidden) state.hidden.clear(); // what cannot be switched on again is not left off
}
