// Pictures of one group are enlarged and moved as one: by buttons, keys, a drag, two fingers, Ctrl and the wheel.
// WORDS is put in by the server at each run.

const words = WORDS, MOST = 8, STEP = 1.5, NUDGE = 0.15;
const GROUP = '[class*="st-key-zoomed-"]', PICTURE = '[data-testid="stImage"] img, .vizcore-boxes-frame canvas';
const KEYS = { '+': ['by', STEP], '=': ['by', STEP], '-': ['by', 1 / STEP], '0': ['reset'], Escape: ['reset'],
  ArrowLeft: ['move', -NUDGE, 0], ArrowRight: ['move', NUDGE, 0], ArrowUp: ['move', 0, -NUDGE], ArrowDown: ['move', 0, NUDGE] };
// Name of a group -> how many times enlarged, and the middle of what is seen, as shares of the picture.
const views = (window.vizcoreZooms ||= new Map());
const inside = (value, reach) => Math.max(reach, Math.min(1 - reach, value));
const usual = () => ({ scale: 1, x: 0.5, y: 0.5 });

function nameOf(frame) {
  const group = frame.closest(GROUP);
  return group && [...group.classList].find((each) => each.startsWith('st-key-zoomed-'));
}

function pictureIn(frame) {
  return frame.querySelector(':scope > img, :scope > canvas');
}

function viewOf(frame) {
  return views.get(nameOf(frame)) || usual();
}

function setView(frame, { scale, x, y }) {
  const kept = Math.max(1, Math.min(MOST, scale)), reach = 0.5 / kept;
  views.set(nameOf(frame), { scale: kept, x: inside(x, reach), y: inside(y, reach) });
  frame.closest(GROUP).querySelectorAll('[data-zoom]').forEach(draw);
}

// [u, v]: the place in the frame that stays where it is.
function zoomBy(frame, factor, [u, v] = [0.5, 0.5]) {
  const now = viewOf(frame), scale = Math.max(1, Math.min(MOST, now.scale * factor));
  const stays = (middle, place) => middle + (place - 0.5) * (1 / now.scale - 1 / scale);
  setView(frame, { scale, x: stays(now.x, u), y: stays(now.y, v) });
}

function moveBy(frame, right, down) {
  const now = viewOf(frame);
  setView(frame, { scale: now.scale, x: now.x + right / now.scale, y: now.y + down / now.scale });
}

function draw(frame) {
  const { scale, x, y } = viewOf(frame), picture = pictureIn(frame);
  if (!picture) return;
  picture.style.transformOrigin = '0 0';
  picture.style.transform = scale === 1 ? ''
    : `translate(${((0.5 - x * scale) * 100).toFixed(3)}%, ${((0.5 - y * scale) * 100).toFixed(3)}%) scale(${scale.toFixed(4)})`;
  frame.dataset.zoom = scale.toFixed(2);
  frame.style.touchAction = scale === 1 ? 'pan-x pan-y' : 'none';
  frame.style.cursor = scale === 1 ? '' : 'grab';
  const name = picture.alt || picture.getAttribute('aria-label');
  frame.setAttribute('aria-label', name ? `${name}. ${words.help}` : words.help);
  const buttons = frame.querySelectorAll('.vizcore-zoom button');
  buttons[1].textContent = `${Number(scale.toFixed(1)).toLocaleString(document.documentElement.lang)} ×`;
  [words.smaller, words.reset, words.larger].forEach((each, place) => buttons[place].setAttribute('aria-label', each));
}

function placeIn(frame, event) {
  const area = frame.getBoundingClientRect();
  return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
}

function pressKey(frame, event) {
  const [act, ...values] = KEYS[event.key] || [];
  const zoomed = viewOf(frame).scale > 1;
  if (!act || event.ctrlKey || event.metaKey || event.altKey || (act !== 'by' && !zoomed)) return;
  if (act === 'by') zoomBy(frame, values[0]);
  else if (act === 'reset') setView(frame, usual());
  else moveBy(frame, ...values);
  event.preventDefault();
  event.stopPropagation();
}

// One finger or the mouse moves what is enlarged, two fingers enlarge it.
function followPointers(frame) {
  const down = new Map();
  const spread = () => {
    const [[a, b], [c, d]] = [...down.values()];
    return [Math.hypot(a - c, b - d), [(a + c) / 2, (b + d) / 2]];
  };
  frame.onpointerdown = (event) => {
    if (event.target.closest('.vizcore-zoom') || event.button) return;
    down.set(event.pointerId, placeIn(frame, event));
    if (viewOf(frame).scale > 1 || down.size > 1) frame.setPointerCapture(event.pointerId);
  };
  frame.onpointermove = (event) => {
    if (!down.has(event.pointerId)) return;
    const before = down.size === 2 ? spread() : null, [u, v] = down.get(event.pointerId), now = placeIn(frame, event);
    down.set(event.pointerId, now);
    if (before) {
      const [apart, middle] = spread();
      zoomBy(frame, apart / Math.max(before[0], 1e-3), middle);
      moveBy(frame, before[1][0] - middle[0], before[1][1] - middle[1]);
    } else if (viewOf(frame).scale > 1) moveBy(frame, u - now[0], v - now[1]);
  };
  frame.onpointerup = frame.onpointercancel = (event) => down.delete(event.pointerId);
}

function furnish(frame) {
  const bar = document.createElement('div');
  bar.className = 'vizcore-zoom';
  for (const [sign, act] of [['−', () => zoomBy(frame, 1 / STEP)], ['', () => setView(frame, usual())], ['+', () => zoomBy(frame, STEP)]]) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', textContent: sign, tabIndex: -1, onclick: act });
    bar.append(button);
  }
  frame.append(bar);
  Object.assign(frame, { tabIndex: 0, onkeydown: (event) => pressKey(frame, event) });
  frame.setAttribute('role', 'application'); // so that keys reach it, and arrows do not change the section
  frame.ondblclick = (event) => {
    if (event.target.closest('.vizcore-zoom')) return;
    if (viewOf(frame).scale > 1) setView(frame, usual());
    else zoomBy(frame, 2, placeIn(frame, event));
  };
  frame.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(frame, Math.exp(-event.deltaY / 200), placeIn(frame, event));
  }, { passive: false });
  frame.ondragstart = () => false;
  followPointers(frame);
}

function furnishAll() {
  document.querySelectorAll(GROUP).forEach((group) => group.querySelectorAll(PICTURE).forEach((picture) => {
    const frame = picture.parentElement;
    if (!frame.querySelector(':scope > .vizcore-zoom')) furnish(frame);
    draw(frame);
  }));
}

window.vizcoreZoomWatch?.disconnect();
let due = 0;
window.vizcoreZoomWatch = new MutationObserver((changes) => {
  const ours = (each) => each.target.closest?.('.vizcore-zoom');
  if (due || changes.every(ours)) return;
  due = requestAnimationFrame(() => { due = 0; furnishAll(); });
});
window.vizcoreZoomWatch.observe(document.body, { childList: true, subtree: true });
furnishAll();
