// The matrices of one step: its inputs, its weights, the products at the cursor and its outputs.

const LARGEST = 40, SMALLEST = 9, NUMBERS_FROM = 21, NARROW = 620;
const GAP = 14, SIGN = 26; // pixels between two matrices, and of a sign between them

function shownRoles(step) {
  const roles = [['left', step.left]];
  if (step.right) roles.push(['right', step.right]);
  if (step.bias) roles.push(['bias', step.bias]);
  roles.push(['out', step.out]);
  return roles;
}

function buildStep(state) {
  const step = state.step, area = state.area;
  area.replaceChildren();
  state.cells = {};
  const roles = shownRoles(step), room = Math.max(200, area.clientWidth - 8);
  const wide = room >= NARROW;
  const columns = roles.map(([role, key]) => columnsOf(state.tensors[key], role));
  const products = step.layout ? step.layout[2] : 0;
  const all = columns.reduce((sum, each) => sum + each, products), boxes = roles.length + (products ? 1 : 0);
  const between = (boxes - 1) * (2 * GAP + SIGN) + 8 * roles.reduce((sum, [, key]) => sum + mapsInRow(state.tensors[key]), 0);
  const fit = wide ? (room - between) / all : (room - 24) / Math.max(...columns);
  area.classList.toggle('wide', wide);
  state.size = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(fit)));
  roles.forEach(([role, key], place) => {
    if (role === 'right' || role === 'out') area.append(sign(role === 'out' ? '=' : signBefore(step)));
    if (role === 'bias') area.append(...(step.layout ? [sign('='), productsBox(state), sign('Σ +')] : [sign('+')]));
    area.append(figure(state, role, state.tensors[key], wide ? columns[place] * state.size + 10 * mapsInRow(state.tensors[key]) : room));
  });
}

function columnsOf(tensor, role) {
  return cellsInRow(tensor, role) * mapsInRow(tensor);
}

// A row of numbers is wrapped; the biases stand in two columns, so that they take little room.
function cellsInRow(tensor, role) {
  return tensor.shape.length > 1 ? tensor.columns : Math.min(tensor.columns, role === 'bias' ? 2 : 12);
}

// Kernels of few channels: a column for each filter, its channels below each other, as the input's are.
function byFilter(tensor) {
  return tensor.shape.length === 4 && tensor.shape[1] > 1 && tensor.shape[1] <= 4 && tensor.shape[0] <= 4;
}

// Several maps of one tensor stand side by side; of kernels those of one filter.
function mapsInRow(tensor) {
  if (tensor.shape.length === 4 && tensor.shape[1] > 1) return byFilter(tensor) ? tensor.shape[0] : tensor.shape[1];
  if (tensor.maps <= 4) return tensor.columns > 6 ? 1 : Math.min(2, tensor.maps);
  return Math.min(4, Math.ceil(Math.sqrt(tensor.maps)));
}

function signBefore(step) {
  return step.kind === 'difference' ? '−' : step.layout ? '⋆' : '·';
}

function sign(text) {
  const found = document.createElement('span');
  found.className = 'sign';
  found.textContent = text;
  return found;
}

function figure(state, role, tensor, room) {
  const box = document.createElement('figure'), caption = document.createElement('figcaption');
  const maps = document.createElement('div');
  box.className = 'tensor';
  box.dataset.role = role;
  box.style.setProperty('--size', state.size + 'px');
  box.style.setProperty('--room', room + 'px');
  caption.append(tensor.title, document.createElement('br'), tensor.shape.join(' × '));
  maps.className = 'maps';
  if (byFilter(tensor)) {
    maps.classList.add('filters');
    maps.style.gridTemplateRows = 'repeat(' + tensor.shape[1] + ', auto)';
  }
  const cells = new Array(tensor.values.length), each = tensor.rows * tensor.columns;
  for (let map = 0; map < tensor.maps; map++) maps.append(mapGrid(state, role, tensor, map * each, cells));
  state.cells[role] = cells;
  box.append(caption, maps);
  return box;
}

function mapGrid(state, role, tensor, first, cells) {
  const grid = document.createElement('div'), wrapped = cellsInRow(tensor, role);
  grid.className = 'map';
  grid.style.gridTemplateColumns = 'repeat(' + wrapped + ', ' + state.size + 'px)';
  for (let place = 0; place < tensor.rows * tensor.columns; place++) {
    const cell = paintedCell(state, tensor, tensor.values[first + place]);
    cell.dataset.i = first + place;
    if (tensor.ring && inRing(tensor, place)) cell.classList.add('ring');
    cells[first + place] = cell;
    grid.append(cell);
  }
  return grid;
}

function inRing(tensor, place) {
  const row = Math.floor(place / tensor.columns), column = place % tensor.columns, ring = tensor.ring;
  return row < ring || column < ring || row >= tensor.rows - ring || column >= tensor.columns - ring;
}

function paintedCell(state, tensor, value) {
  const cell = document.createElement('i'), colour = cellColour(state, tensor, value);
  cell.className = 'cell';
  cell.style.background = 'rgb(' + colour.join(' ') + ')';
  cell.style.color = inkOn(colour);
  if (state.size >= NUMBERS_FROM) cell.textContent = short(state, value);
  return cell;
}

// Filled anew for each output: the products under the window, laid out as the kernel is.
function productsBox(state) {
  const box = document.createElement('figure'), caption = document.createElement('figcaption');
  const maps = document.createElement('div');
  box.className = 'tensor products';
  box.style.setProperty('--size', state.size + 'px');
  box.style.setProperty('--room', Math.max(state.step.layout[2] * state.size + 24, 100) + 'px');
  caption.append(state.data.words.products, document.createElement('br'), state.step.layout.join(' × '));
  maps.className = 'maps';
  box.append(caption, maps);
  state.products = maps;
  return box;
}

function fillProducts(state, values) {
  if (!state.products || !state.products.isConnected) return;
  const [channels, rows, columns] = state.step.layout;
  state.products.replaceChildren();
  if (!values) return;
  const scale = Math.max(...values.map(Math.abs)) || 1;
  const look = { role: 'value', low: -scale, high: scale };
  for (let channel = 0; channel < channels; channel++) {
    const grid = document.createElement('div');
    grid.className = 'map';
    grid.style.gridTemplateColumns = 'repeat(' + columns + ', ' + state.size + 'px)';
    for (let place = 0; place < rows * columns; place++) {
      grid.append(paintedCell(state, look, values[channel * rows * columns + place]));
    }
    state.products.append(grid);
  }
}
