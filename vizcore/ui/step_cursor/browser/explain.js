// Where does the number under the cursor come from, and where does it go? Written out with its own values.

const MOST_TERMS = 60;

function show(state) {
  const { step, at } = state;
  const role = state.cells[at.role] ? at.role : 'out';
  const tensor = state.tensors[step[role]], index = Math.min(at.index, tensor.values.length - 1);
  state.at = { role, index };
  const found = role === 'out' ? termsOf(step, index) : uses(state, step, role, index);
  mark(state, role, index, found);
  const values = role === 'out' && step.layout ? found.map((t) => factor(state, step, t)) : null;
  fillProducts(state, values);
  const [head, terms] = role === 'out' ? made(state, index, found) : enters(state, role, tensor, index, found);
  const heading = document.createElement('div'), body = document.createElement('div');
  heading.className = 'head';
  heading.textContent = head;
  body.className = 'terms';
  body.append(...terms);
  state.formula.replaceChildren(heading, body);
  Object.assign(state.root.dataset, { step: step.key, role, index: String(index) });
  showTools(state, role, tensor, index);
}

function termsOf(step, index) {
  const found = [];
  for (let t = step.offsets[index]; t < step.offsets[index + 1]; t++) found.push(t);
  return found;
}

// The terms in which a factor stands; those of a bias are outputs.
function uses(state, step, role, index) {
  if (role === 'bias') return [...step.biasIndex.keys()].filter((out) => step.biasIndex[out] === index);
  const side = role === 'left' ? step.l : step.r, found = [];
  for (let t = 0; t < side.length; t++) if (side[t] === index) found.push(t);
  return found;
}

function outputOf(step, t) {
  let low = 0, high = step.offsets.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (step.offsets[middle] <= t) low = middle; else high = middle;
  }
  return low;
}

function factor(state, step, t) {
  const left = state.tensors[step.left].values[step.l[t]];
  return step.r ? left * state.tensors[step.right].values[step.r[t]] : left;
}

function mark(state, role, index, found) {
  for (const cell of state.marked) cell.classList.remove('term', 'cursor', 'won');
  state.marked = [];
  const add = (where, place, name) => {
    const cell = state.cells[where] && state.cells[where][place];
    if (!cell) return;
    cell.classList.add(name);
    state.marked.push(cell);
  };
  const { step } = state;
  for (const t of found) {
    if (role === 'bias') { add('out', t, 'term'); continue; }
    if (role !== 'left') add('left', step.l[t], 'term');
    if (role !== 'right' && step.r) add('right', step.r[t], 'term');
    if (role !== 'out') add('out', outputOf(step, t), 'term');
  }
  if (role === 'out' && step.biasIndex) add('bias', step.biasIndex[index], 'term');
  if (role === 'out' && step.kind === 'max') add('left', step.l[winner(state, step, found)], 'won');
  add(role, index, 'cursor');
  for (const box of state.area.querySelectorAll('.tensor[data-role]')) {
    box.classList.toggle('here', box.dataset.role === role);
    box.classList.toggle('dim', found.length > 0 && box.dataset.role !== role);
  }
}

function winner(state, step, found) {
  const values = state.tensors[step.left].values;
  return found.reduce((best, t) => (values[step.l[t]] > values[step.l[best]] ? t : best), found[0]);
}

// An output: all its terms, their sum, the bias once.
function made(state, index, found) {
  const { step, data } = state, out = state.tensors[step.out], left = state.tensors[step.left];
  const right = step.right ? state.tensors[step.right] : null, value = out.values[index];
  const n = (number) => written(state, number), head = placeName(out, index) + ' = ' + n(value);
  const lefts = found.slice(0, MOST_TERMS).map((t) => left.values[step.l[t]]);
  const wrap = (number) => (number < 0 ? '(' + n(number) + ')' : n(number));
  const rest = found.length > MOST_TERMS ? [' + … ' + filled(data.words.more, { n: found.length - MOST_TERMS })] : [];
  if (!found.length) return [head, [data.words.nothing]];
  if (step.kind === 'relu') return [head, ['max(0, ' + n(lefts[0]) + ') = ', bold(n(value))]];
  if (step.kind === 'copy') return [head, ['= ' + placeName(left, step.l[found[0]])]];
  if (step.kind === 'loss') return [head, ['−ln ' + n(lefts[0]) + ' = ', bold(n(value))]];
  if (step.kind === 'difference') {
    return [head, [wrap(lefts[0]) + ' − ' + n(right.values[step.r[found[0]]]) + ' = ', bold(n(value))]];
  }
  if (step.kind === 'max') return [head, ['max(' + lefts.map(n).join('; ') + ') = ', bold(n(value))]];
  if (step.kind === 'softmax') {
    const all = found.map((t) => Math.exp(left.values[step.l[t]])), sum = all.reduce((a, b) => a + b, 0);
    const powers = lefts.map((each) => 'e^' + wrap(each)).join(' + ');
    const own = left.values[index];
    return [head, ['e^' + wrap(own) + ' / (' + powers, ...rest, ') = ' + n(Math.exp(own)) + ' / ' + n(sum) + ' = ', bold(n(value))]];
  }
  const pieces = found.slice(0, MOST_TERMS).map((t) => {
    const l = left.values[step.l[t]];
    return right ? wrap(l) + '·' + wrap(right.values[step.r[t]]) : wrap(l);
  });
  const sum = found.reduce((total, t) => total + factor(state, step, t), 0);
  const tail = [];
  if (step.scale !== 1) tail.push(' = ' + n(sum), '; ' + n(sum) + ' / ' + Math.round(1 / step.scale));
  if (step.biasIndex) {
    const bias = state.tensors[step.bias];
    tail.push(' = ' + n(sum), '; + ' + placeName(bias, step.biasIndex[index]) + ' ' + wrap(bias.values[step.biasIndex[index]]));
  }
  return [head, [pieces.join(' + '), ...rest, ...tail, ' = ', bold(n(value))]];
}

// A factor: every product that it enters, and the output that the product belongs to.
function enters(state, role, tensor, index, found) {
  const { step, data } = state, out = state.tensors[step.out], n = (number) => written(state, number);
  const head = placeName(tensor, index) + ' = ' + n(tensor.values[index]) + ': '
    + (found.length ? filled(data.words[found.length === 1 ? 'enters_one' : 'enters'], { n: found.length }) : data.words.nowhere);
  const other = role === 'left' ? [step.right, step.r] : [step.left, step.l];
  const lines = found.slice(0, MOST_TERMS).map((t) => {
    if (role === 'bias') return '→ ' + placeName(out, t);
    const target = placeName(out, outputOf(step, t));
    if (!step.right) return '→ ' + target;
    const partner = state.tensors[other[0]].values[other[1][t]];
    if (step.kind === 'difference') return '→ ' + target;
    return n(tensor.values[index]) + '·' + (partner < 0 ? '(' + n(partner) + ')' : n(partner)) + ' = ' + n(factor(state, step, t)) + ' → ' + target;
  });
  const more = found.length > MOST_TERMS ? [' … ' + filled(data.words.more, { n: found.length - MOST_TERMS })] : [];
  return [head, [lines.join('   '), ...more]];
}

function bold(text) {
  const found = document.createElement('b');
  found.textContent = text;
  return found;
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
