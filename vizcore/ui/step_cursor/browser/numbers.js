// What the server sent, as numbers; how a number is written, and in which colour its cell is painted.

function decoded(code, Kind) {
  const bytes = Uint8Array.from(atob(code), (sign) => sign.charCodeAt(0));
  return new Kind(bytes.buffer);
}

function readTrace(data) {
  const tensors = {};
  for (const [key, each] of Object.entries(data.tensors)) tensors[key] = readTensor(key, each);
  const steps = data.steps.map((each) => ({
    ...each,
    offsets: decoded(each.offsets, Int32Array),
    l: decoded(each.l, Int32Array),
    r: each.r ? decoded(each.r, Int32Array) : null,
    biasIndex: each.biasIndex ? decoded(each.biasIndex, Int32Array) : null,
  }));
  return { tensors, steps };
}

function readTensor(key, sent) {
  const values = decoded(sent.data, Float64Array), shape = sent.shape;
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape.slice(-2);
  let low = 0, high = 0;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  return { ...sent, key, values, rows, columns, maps: values.length / (rows * columns), low, high };
}

const formats = new Map();

function written(state, value, digits = 4) {
  const language = state.data.language, key = language + digits;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(language, { maximumSignificantDigits: digits }));
    formats.set(key + 'e', new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation: 'scientific' }));
  }
  const size = Math.abs(value);
  const tiny = size && (size < 1e-4 || size >= 1e7);
  return formats.get(key + (tiny ? 'e' : '')).format(value === 0 ? 0 : value).replace('-', '−');
}

// In a cell there is room for few signs: decimals go first, and a number that is still too long is left out.
function short(state, value) {
  const size = Math.abs(value), room = Math.floor(state.size / 6.4);
  if (size && size < 0.005) return value > 0 ? '0+' : '0−';
  for (const decimals of [2, 1, 0]) {
    const text = written(state, Number(value.toFixed(decimals)), 6).replace(/^(−?)0([.,])/, '$1$2');
    if (text.length <= room) return text;
  }
  return '';
}

function colours(data) {
  return data.stops.map((code) => [1, 3, 5].map((start) => parseInt(code.slice(start, start + 2), 16)));
}

// Pictures in grey, from black to white; everything else from blue over white (zero) to red.
function cellColour(state, tensor, value) {
  if (tensor.role === 'picture') {
    const high = tensor.low >= 0 && tensor.high <= 1 ? 1 : tensor.high, low = Math.min(0, tensor.low);
    const grey = Math.round(255 * ((value - low) / (high - low || 1)));
    return [grey, grey, grey];
  }
  const scale = Math.max(Math.abs(tensor.low), Math.abs(tensor.high)) || 1;
  const stops = state.stops, place = ((value / scale + 1) / 2) * (stops.length - 1);
  const below = Math.max(0, Math.min(stops.length - 2, Math.floor(place)));
  return [0, 1, 2].map((c) => Math.round(stops[below][c] + (place - below) * (stops[below + 1][c] - stops[below][c])));
}

function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000' : '#fff';
}

// "z[1, 0, 2]": where a number stands in its tensor, counted from 0 as in NumPy.
function placeName(tensor, index) {
  const place = [];
  for (const length of [...tensor.shape].reverse()) {
    place.unshift(index % length);
    index = Math.floor(index / length);
  }
  return tensor.symbol + (tensor.values.length > 1 ? '[' + place.join(', ') + ']' : '');
}
