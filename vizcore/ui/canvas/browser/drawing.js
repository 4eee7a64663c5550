// Paints the photo, what lies over it, and what was marked.

const POSITIVE = '#00b84a', NEGATIVE = '#e0202c', BAND = '#ffd600', OUTLINE = '#ffffff', SHADE = '#000000';
const LIFTED_SHADE = 0.4;

function loadImage(src) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = src;
  });
}

// In the next frame, once however often it is asked for, and after the message to the server: Streamlit sends from a
// timer, and a frame that is painted before it holds it up. Any paint in between makes this one needless.
function paintSoon(state) {
  if (state.soon) return;
  state.soon = true;
  setTimeout(() => requestAnimationFrame(() => { if (state.soon) paint(state); }));
}

function paint(state) {
  const { data, from } = state;
  state.soon = false;
  const pen = from.getContext('2d');
  const view = { pen, sx: from.width / data.w, sy: from.height / data.h, density: state.density };
  pen.clearRect(0, 0, from.width, from.height);
  if (state.base) pen.drawImage(backdrop(state), 0, 0);
  const patch = state.hovered ?? state.kept;
  if (data.grid) paintRow(view, from, { ...data.grid, lifted: true }, data.grid.onto ? null : shownRow(state, patch), state.opacity);
  pen.globalAlpha = state.opacity;
  if (state.layers[state.layer]) pen.drawImage(state.layers[state.layer], 0, 0, from.width, from.height);
  pen.globalAlpha = 1;
  if (state.overlay) pen.drawImage(state.overlay, 0, 0, from.width, from.height);
  if (data.grid && patch !== null) strokeBox(view, patchBox(data.grid, patch), BAND);
  for (const box of [...data.boxes, ...waiting(state, 'box').map((each) => each.box)]) strokeBox(view, box, BAND);
  if (state.band) strokeBox(view, state.band, BAND, [6, 4]);
  for (const path of [...waiting(state, 'path').map((each) => each.path), state.path]) if (path) strokePath(view, path);
  const clicked = waiting(state, 'point').map((each) => [each.x, each.y, each.positive]);
  for (const point of [...data.points, ...clicked]) drawPoint(view, point);
  if (state.cursor && state.focused) drawCross(view, state.cursor);
  if (data.grid && data.grid.onto) paintOnto(state, patch);
}

// The photo at the canvas's own size, scaled once: a paint copies it.
function backdrop(state) {
  const { base, from, scaled } = state;
  if (scaled?.of === base && scaled.width === from.width && scaled.height === from.height) return scaled;
  const copy = document.createElement('canvas');
  Object.assign(copy, { of: base, width: from.width, height: from.height });
  copy.getContext('2d').drawImage(base, 0, 0, copy.width, copy.height);
  return (state.scaled = copy);
}

function paintOnto(state, patch) {
  const { onto, data } = state, other = data.grid.onto;
  const pen = onto.getContext('2d');
  const view = { pen, sx: onto.width / other.w, sy: onto.height / other.h, density: state.density };
  pen.clearRect(0, 0, onto.width, onto.height);
  if (state.ontoBase) pen.drawImage(state.ontoBase, 0, 0, onto.width, onto.height);
  const row = shownRow(state, patch);
  if (!row) return;
  paintRow(view, onto, { ...other, ramp: data.grid.ramp, dimming: data.grid.dimming }, row, state.opacity);
  strokeBox(view, patchBox(other, row.indexOf(Math.max(...row))), BAND);
}

// The values of a patch's row; without a patch the row in front, if the map has one; else nothing.
function shownRow(state, patch) {
  const grid = state.data.grid, map = state.maps[state.map];
  if (!map) return null;
  const places = grid.onto ? grid.onto.rows * grid.onto.columns : grid.rows * grid.columns;
  const extra = map.length / places - grid.rows * grid.columns;
  const row = patch === null ? (extra ? 0 : null) : patch + extra;
  return row === null ? null : map.subarray(row * places, (row + 1) * places);
}

// What the model does not see is darkened; over the rest the opacity of each place follows its value. lifted: its root,
// since one patch often takes most of the attention and leaves the others invisible, and over a darkened photo, whose
// own colours may be those of the map.
function paintRow(view, canvas, grid, row, opacity) {
  const { pen, sx, sy } = view;
  const [left, top, right, bottom] = grid.region;
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, canvas.width, canvas.height);
  pen.rect(left * sx, top * sy, (right - left) * sx, (bottom - top) * sy);
  pen.clip('evenodd');
  pen.globalAlpha = 1 - grid.dimming;
  pen.fillStyle = SHADE;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.restore();
  if (!row) return;
  const small = new OffscreenCanvas(grid.columns, grid.rows);
  small.getContext('2d').putImageData(colouredRow(grid, row, opacity), 0, 0);
  pen.save();
  pen.beginPath();
  pen.rect(left * sx, top * sy, (right - left) * sx, (bottom - top) * sy);
  pen.clip();
  if (grid.lifted) {
    pen.fillStyle = SHADE;
    pen.globalAlpha = LIFTED_SHADE * opacity;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.globalAlpha = 1;
  }
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(small, left * sx, top * sy, (right - left) * sx, (bottom - top) * sy);
  pen.restore();
}

function colouredRow(grid, row, opacity) {
  const stops = grid.ramp.map((code) => [1, 3, 5].map((start) => parseInt(code.slice(start, start + 2), 16)));
  const picture = new ImageData(grid.columns, grid.rows);
  row.forEach((value, place) => {
    const position = (value / 255) * (stops.length - 1), low = Math.min(stops.length - 2, Math.floor(position));
    for (let c = 0; c < 3; c++) {
      picture.data[4 * place + c] = stops[low][c] + (position - low) * (stops[low + 1][c] - stops[low][c]);
    }
    picture.data[4 * place + 3] = (grid.lifted ? Math.sqrt(value * 255) : value) * opacity;
  });
  return picture;
}

function strokeBox({ pen, sx, sy, density }, [x0, y0, x1, y1], colour, dash = []) {
  pen.setLineDash(dash.map((length) => length * density));
  for (const [width, style] of [[5, SHADE], [2.5, colour]]) {
    pen.lineWidth = width * density;
    pen.strokeStyle = style;
    pen.strokeRect(x0 * sx, y0 * sy, (x1 - x0) * sx, (y1 - y0) * sy);
  }
  pen.setLineDash([]);
}

function strokePath({ pen, sx, sy, density }, path) {
  pen.beginPath();
  for (const [x, y] of path) pen.lineTo(x * sx, y * sy);
  for (const [width, style] of [[5, SHADE], [2.5, BAND]]) {
    pen.lineWidth = width * density;
    pen.strokeStyle = style;
    pen.stroke();
  }
}

// A plus or a minus in its disc: told apart by shape, not by colour alone.
function drawPoint({ pen, sx, sy, density }, [x, y, positive]) {
  const size = 7 * density, arm = 3.5 * density;
  pen.beginPath();
  pen.arc(x * sx, y * sy, size, 0, 7);
  pen.fillStyle = positive ? POSITIVE : NEGATIVE;
  pen.fill();
  pen.lineWidth = 2 * density;
  pen.strokeStyle = OUTLINE;
  pen.moveTo(x * sx - arm, y * sy);
  pen.lineTo(x * sx + arm, y * sy);
  if (positive) {
    pen.moveTo(x * sx, y * sy - arm);
    pen.lineTo(x * sx, y * sy + arm);
  }
  pen.stroke();
}

function drawCross({ pen, sx, sy, density }, [x, y]) {
  const arm = 12 * density;
  for (const [width, style] of [[4, SHADE], [1.5, OUTLINE]]) {
    pen.lineWidth = width * density;
    pen.strokeStyle = style;
    pen.beginPath();
    pen.moveTo(x * sx - arm, y * sy);
    pen.lineTo(x * sx + arm, y * sy);
    pen.moveTo(x * sx, y * sy - arm);
    pen.lineTo(x * sx, y * sy + arm);
    pen.stroke();
  }
}
