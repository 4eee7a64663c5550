// Streamlit calls this once for each new message; everything the visitor did in the browser is kept between calls.

const states = new WeakMap();

export default function (component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const from = root.querySelector('canvas.from');
  const state = states.get(from) || firstState(root, from);
  state.data = data;
  state.sender = setTriggerValue;
  from.setAttribute('aria-label', data.alt);
  from.classList.toggle('drags', dragsBoxes(data) || data.mode === 'draw');
  write(root.querySelector('.help'), data.words.help);
  receive(root, state, data);
  return () => state.observer.disconnect();
}

function firstState(root, from) {
  const state = {
    from, onto: root.querySelector('canvas.onto'), live: root.querySelector('.live'), density: 1,
    loaded: new Map(), base: null, ontoBase: null, overlay: null, layers: [], maps: [],
    layer: -1, map: 0, opacity: null, positive: true, focused: false,
    pressed: null, band: null, path: null, corner: null, cursor: null, hovered: null, kept: null, walk: null,
    unconfirmed: [], lastId: 0, soon: false,
  };
  states.set(from, state);
  attachPointer(state);
  attachKeyboard(state);
  state.observer = new ResizeObserver(() => { if (state.data) { resize(root, state); paint(state); } });
  state.observer.observe(root.querySelector('.stage'));
  return state;
}

async function receive(root, state, data) {
  state.opacity ??= data.opacity;
  const other = data.grid && data.grid.onto;
  const wanted = [data.img, other ? other.img : null, data.overlay, ...data.layers.map((each) => each.src)];
  const [base, ontoBase, overlay, ...layers] = await Promise.all(wanted.map((src) => (src ? kept(state, src) : null)));
  if (state.data !== data) return; // a newer message came while the pictures were decoded
  const anew = state.base !== base;
  if (anew) forgetPlaces(state);
  Object.assign(state, { base, ontoBase, overlay, layers });
  for (const src of state.loaded.keys()) if (!wanted.includes(src)) state.loaded.delete(src);
  receiveMaps(state, data.grid);
  state.unconfirmed = state.unconfirmed.filter((event) => event.id > data.seen);
  receivePatch(state, anew);
  state.layer = Math.min(state.layer, layers.length - 1);
  showControls(root, state);
  state.onto.hidden = !other;
  if (other) state.onto.setAttribute('aria-label', other.alt);
  resize(root, state);
  paint(state);
  state.from.dataset.rev = String(data.rev);
}

// A picture is decoded once, for as long as messages name it.
function kept(state, src) {
  if (!state.loaded.has(src)) state.loaded.set(src, loadImage(src));
  return state.loaded.get(src);
}

function forgetPlaces(state) {
  Object.assign(state, { band: null, path: null, corner: null, cursor: null, hovered: null, kept: null });
}

function receiveMaps(state, grid) {
  const codes = grid ? grid.maps.map((each) => each.data) : [];
  if (state.codes && codes.length === state.codes.length && codes.every((code, i) => code === state.codes[i])) return;
  state.codes = codes;
  state.maps = codes.map((code) => Uint8Array.from(atob(code), (sign) => sign.charCodeAt(0)));
  state.map = Math.min(state.map, Math.max(0, codes.length - 1));
  if (!grid || (state.kept !== null && state.kept >= grid.rows * grid.columns)) state.kept = null;
}

// The patch that the server names (from a link, or a lecture's step) counts when it is news, unless a choice made here is
// still on its way there.
function receivePatch(state, anew) {
  const { patch, grid } = state.data, news = anew || patch !== state.given;
  state.given = patch;
  if (patch === undefined || !news || state.walk || waiting(state, 'patch').length) return;
  state.kept = patch;
  state.cursor = patch === null ? null : middle(patchBox(grid, patch));
  showPatch(state);
}

function resize(root, state) {
  const { data } = state, other = data.grid && data.grid.onto;
  const whole = root.querySelector('.stage').clientWidth || 640;
  const room = other && whole > 560 ? Math.floor((whole - 13) / 2) : whole;
  state.density = fit(state.from, data.w, data.h, room);
  if (other) fit(state.onto, other.w, other.h, room);
}
