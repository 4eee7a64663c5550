// Frames are taken while a button is held (mouse, finger, or Space), made small here, and sent when it is let go.

const states = new WeakMap();

export default function (component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const video = root.querySelector('video');
  const state = states.get(video) || firstState(root, video);
  state.data = data;
  state.send = setTriggerValue;
  write(state);
  return () => close(state);  // the page drops it: the camera's light goes out
}

function firstState(root, video) {
  const find = (name) => root.querySelector('.' + name);
  const state = { video, open: find('open'), hold: find('hold'), turn: find('turn'), live: find('live'), stream: null,
    facing: 'environment', frames: null, timer: null };
  states.set(video, state);
  state.open.onclick = () => (state.stream ? close(state) : open(state));
  state.turn.onclick = () => { state.facing = state.facing === 'environment' ? 'user' : 'environment'; open(state); };
  state.hold.onpointerdown = (event) => { state.hold.setPointerCapture(event.pointerId); begin(state); };
  state.hold.onpointerup = state.hold.onpointercancel = () => end(state);
  state.hold.onkeydown = (event) => { if (event.key === ' ' || event.key === 'Enter') { event.preventDefault(); begin(state); } };
  state.hold.onkeyup = state.hold.onblur = () => end(state);
  state.hold.oncontextmenu = (event) => event.preventDefault();
  return state;
}

async function open(state) {
  if (!navigator.mediaDevices) { state.live.textContent = state.data.words.insecure; return; }
  stop(state);
  try {
    state.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: state.facing, width: { ideal: 640 } }, audio: false });
  } catch { state.live.textContent = state.data.words.refused; write(state); return; }
  state.video.srcObject = state.stream;
  state.live.textContent = '';
  write(state);
}

function close(state) { end(state); stop(state); write(state); }

function stop(state) {
  if (state.stream) state.stream.getTracks().forEach((track) => track.stop());
  state.stream = null;
  state.video.srcObject = null;
}

function begin(state) {
  if (state.frames || !state.stream) return;
  state.frames = [];
  state.hold.classList.add('on');
  take(state);
  state.timer = setInterval(() => take(state), state.data.every_ms);
}

function take(state) {
  const { videoWidth: width, videoHeight: height } = state.video;
  if (!width || state.frames.length >= state.data.most) return;
  const scale = Math.min(1, state.data.side / Math.min(width, height));
  const sheet = document.createElement('canvas');
  sheet.width = Math.round(width * scale);
  sheet.height = Math.round(height * scale);
  sheet.getContext('2d').drawImage(state.video, 0, 0, sheet.width, sheet.height);
  state.frames.push(sheet.toDataURL('image/jpeg', 0.85));
  count(state);
}

function end(state) {
  clearInterval(state.timer);
  const frames = state.frames;
  state.frames = null;
  state.hold.classList.remove('on');
  if (frames && frames.length) state.send('burst', { frames });
}

function count(state) {
  state.live.textContent = state.data.words.count.replace('{n}', state.frames.length).replace('{most}', state.data.most);
}

function write(state) {
  const { words } = state.data, running = Boolean(state.stream);
  state.open.textContent = running ? words.close : words.open;
  state.hold.textContent = words.hold;
  state.turn.textContent = words.turn;
  state.video.hidden = state.hold.hidden = state.turn.hidden = !running;
}
