// Where is the pointer in the photo, how large is the photo on the screen, which patch lies there?

const TALLEST = 640; // pixels of a picture on the screen
const ROOM_BELOW = 130; // pixels for buttons and help under a picture in full screen
const SMALLEST = 48; // no side of a picture is drawn shorter, so that a strip can still be hit
const SMALL_PHOTO = 480; // a smaller photo is enlarged to this

function displaySize(width, height, room, tallest = TALLEST) {
  const scale = Math.min(room / width, tallest / height, document.fullscreenElement ? Infinity : Math.max(1, SMALL_PHOTO / Math.max(width, height)));
  return [Math.min(room, Math.max(SMALLEST, width * scale)), Math.max(SMALLEST, height * scale)];
}

// A lecture says how tall a figure may be, so that it is seen without scrolling.
function tallest(canvas) {
  if (document.fullscreenElement) return window.innerHeight - ROOM_BELOW;
  const share = parseFloat(getComputedStyle(canvas).getPropertyValue('--vizcore-figure-height'));
  return share ? Math.min(TALLEST, (share / 100) * window.innerHeight) : TALLEST;
}

// Gives a canvas its size on the screen and as many pixels as the screen has there (twice as many at most).
function fit(canvas, width, height, room) {
  const [wide, high] = displaySize(width, height, room, tallest(canvas)).map(Math.round);
  const density = Math.min(2, window.devicePixelRatio || 1);
  canvas.style.width = wide + 'px';
  canvas.style.height = high + 'px';
  if (canvas.width !== Math.round(wide * density) || canvas.height !== Math.round(high * density)) {
    canvas.width = Math.round(wide * density);
    canvas.height = Math.round(high * density);
  }
  return density;
}

function photoPosition(canvas, event, data) {
  const area = canvas.getBoundingClientRect();
  const within = (value, limit) => Math.max(0, Math.min(limit, value));
  return [
    within(((event.clientX - area.left) / area.width) * data.w, data.w),
    within(((event.clientY - area.top) / area.height) * data.h, data.h),
  ];
}

function patchAt(grid, [x, y]) {
  const [left, top, right, bottom] = grid.region;
  if (x < left || x > right || y < top || y > bottom) return null;
  const column = Math.min(grid.columns - 1, Math.floor(((x - left) / (right - left)) * grid.columns));
  const row = Math.min(grid.rows - 1, Math.floor(((y - top) / (bottom - top)) * grid.rows));
  return row * grid.columns + column;
}

function patchBox(grid, patch) {
  const [left, top, right, bottom] = grid.region;
  const wide = (right - left) / grid.columns, high = (bottom - top) / grid.rows;
  const column = patch % grid.columns, row = Math.floor(patch / grid.columns);
  return [left + column * wide, top + row * high, left + (column + 1) * wide, top + (row + 1) * high];
}

function boxBetween(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}
