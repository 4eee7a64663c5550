// Mouse, pen and finger: clicks, boxes, long presses, and the patch under the pointer.

const DRAG_FROM = 5; // pixels on the screen that a press must move to become a box
const STROKE_FROM = 2; // pixels on the screen between two corners of an outline
const LONG_PRESS_MS = 500;

function attachPointer(state) {
  const { from } = state;
  from.onpointerdown = (event) => press(state, event);
  from.onpointermove = (event) => move(state, event);
  from.onpointerup = (event) => release(state, event);
  from.onpointercancel = () => giveUp(state);
  from.onpointerleave = () => hover(state, null);
  from.oncontextmenu = (event) => event.preventDefault();
}

function press(state, event) {
  if (event.button !== 0 && event.button !== 2) return;
  state.from.setPointerCapture(event.pointerId);
  state.focused = false; // the cross is for keys; the pointer shows where it is
  state.pressed = {
    id: event.pointerId,
    at: photoPosition(state.from, event, state.data),
    screen: [event.clientX, event.clientY],
    negative: event.button === 2 || event.shiftKey,
    since: event.timeStamp,
    touch: event.pointerType === 'touch',
    moved: false,
  };
  if (state.data.mode === 'draw') state.path = [state.pressed.at];
}

function move(state, event) {
  const at = photoPosition(state.from, event, state.data), pressed = state.pressed;
  if (state.data.grid && event.pointerType !== 'touch') hover(state, patchAt(state.data.grid, at));
  if (!pressed || pressed.id !== event.pointerId) return;
  const way = Math.hypot(event.clientX - pressed.screen[0], event.clientY - pressed.screen[1]);
  pressed.moved ||= way > DRAG_FROM;
  if (state.data.mode === 'draw') return drawOn(state, event, at);
  if (!pressed.moved || !dragsBoxes(state.data)) return;
  state.band = boxBetween(pressed.at, at);
  paint(state);
}

function release(state, event) {
  const pressed = state.pressed;
  if (!pressed || pressed.id !== event.pointerId) return;
  const { path } = state;
  letGo(state);
  answer(state, event, pressed, path);
  if (state.data.mode !== 'patch') paintSoon(state); // a patch is painted where it is chosen
}

function answer(state, event, pressed, path) {
  const at = photoPosition(state.from, event, state.data), data = state.data;
  if (data.mode === 'draw') return sendPath(state, path, state.positive !== pressed.negative);
  if (data.mode === 'patch') return keepPatch(state, at);
  if (pressed.moved && dragsBoxes(data)) return sendBox(state, boxBetween(pressed.at, at));
  if (data.mode === 'box') return;
  const long = pressed.touch && event.timeStamp - pressed.since > LONG_PRESS_MS;
  sendPoint(state, pressed.moved ? at : pressed.at, state.positive !== (pressed.negative || long));
}

function letGo(state) {
  state.pressed = null;
  state.band = null;
  state.path = null;
}

function giveUp(state) {
  letGo(state);
  paint(state);
}

// An outline keeps a corner wherever the pointer went a few pixels further.
function drawOn(state, event, at) {
  const [x, y] = state.pressed.screen;
  if (Math.hypot(event.clientX - x, event.clientY - y) < STROKE_FROM) return;
  state.pressed.screen = [event.clientX, event.clientY];
  state.path.push(at);
  paint(state);
}

function hover(state, patch) {
  if (state.hovered === patch) return;
  state.hovered = patch;
  showPatch(state);
}

// A second click on the same patch lets it go.
function keepPatch(state, at) {
  const patch = patchAt(state.data.grid, at);
  state.kept = state.kept === patch ? null : patch;
  state.cursor = at;
  state.hovered = null;
  showPatch(state);
  send(state, { kind: 'patch', x: at[0], y: at[1], patch: state.kept });
}

function showPatch(state) {
  const patch = state.hovered ?? state.kept;
  paint(state);
  state.from.dataset.patch = patch === null ? '' : String(patch);
  if (state.hovered === null) say(state, patch === null ? '' : filled(state.data.words.patch, { n: patch }));
}

function dragsBoxes(data) {
  return data.mode === 'box' || data.mode === 'both';
}

function sendPoint(state, [x, y], positive) {
  state.cursor = [x, y];
  send(state, { kind: 'point', x, y, positive });
}

function sendBox(state, box) {
  if (box[2] > box[0] && box[3] > box[1]) send(state, { kind: 'box', box });
}

function sendPath(state, path, positive) {
  if (path && path.length >= 3) send(state, { kind: 'path', path, positive });
}
