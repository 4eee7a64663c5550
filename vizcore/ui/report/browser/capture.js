// What does the page show now? Its headings, words, formulas, tables and pictures in order, controls left out.
// Everything is sent as text or as a drawn picture; the server believes none of it.

const LONGEST_SIDE = 1000, CHART_SCALE = 1.5, SMALLEST = 60, MOST_ROWS = 60;
const LEFT_OUT = [
  'button', 'input', 'textarea', 'select', 'label', 'nav', 'style', 'script', 'noscript', 'details:not([open])',
  '[class*="st-key-toolbar"]', '[class*="st-key-lecture-bar"]', '[class*="st-key-page-head"]',
  '[class*="st-key-strip"]', '[data-testid="stPopover"]', '[data-testid="stPopoverBody"]',
  '[data-testid="stElementToolbar"]', '[data-testid="stWidgetLabel"]', '[data-testid="stIconMaterial"]',
  '[data-testid="stTooltipIcon"]', '[data-testid="stSlider"]', '[data-testid="stFileUploader"]', '.katex-html',
  '.modebar-container', '.help', '.tools',
].join(',');

// {blocks, left_out}: pictures beyond `most` are counted only.
async function shownBlocks(most) {
  const main = document.querySelector('[data-testid="stMain"]');
  const found = { blocks: [], left_out: 0 };
  if (main) await gather(main, found, most);
  return found;
}

async function gather(node, found, most) {
  for (const each of [...node.children, ...(node.shadowRoot ? node.shadowRoot.children : [])]) {
    if (each.matches(LEFT_OUT) || !visible(each)) continue;
    const block = await blockOf(each);
    if (block === null) await gather(each, found, most);
    else if (block.kind !== 'picture') { if (block.kind !== 'none') found.blocks.push(block); }
    else if (found.blocks.filter((one) => one.kind === 'picture').length < most) {
      const src = await block.draw().catch(() => null);
      if (src) found.blocks.push({ kind: 'picture', src, alt: block.alt });
    } else found.left_out += 1;
  }
}

function visible(element) {
  if (getComputedStyle(element).display === 'contents') return true;
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden';
}

// A block, {kind: "none"} for what is left out with all that is inside it, null for what holds other blocks.
async function blockOf(element) {
  const name = element.tagName.toLowerCase();
  if (element.matches('.js-plotly-plot')) return picture(element, () => drawnChart(element), altOf(element));
  if (element.matches('[data-testid="stDataFrame"]')) return gridTable(element);
  if (name === 'table') return plainTable(element);
  if (name === 'img') return picture(element, () => drawn(element, element.naturalWidth, element.naturalHeight), element.alt);
  if (name === 'canvas') return picture(element, () => drawn(element, element.width, element.height), element.getAttribute('aria-label'));
  if (name === 'svg') return picture(element, () => drawnChart(element), altOf(element));
  if (/^h[1-6]$/.test(name)) return words('heading', element, Number(name[1]));
  if (element.matches('[data-testid="stMetric"]')) return { kind: 'text', pieces: [element.innerText.split('\n').filter(Boolean).join(' · ')] };
  if (element.matches('.katex, .katex-display')) return words('text', { childNodes: [element] });
  if (element.matches('[data-testid="stCaptionContainer"]') && !element.querySelector('table')) return words('note', element);
  if (name === 'p' || name === 'dt' || name === 'dd' || name === 'pre') return element.querySelector('img') ? null : words('text', element);
  if (name === 'li') return words('item', element);
  return null;
}

function picture(element, draw, alt) {
  const box = element.getBoundingClientRect();
  if (box.width < SMALLEST || box.height < SMALLEST) return { kind: 'none' };
  return { kind: 'picture', draw, alt: alt || '' };
}

function altOf(element) {
  const named = element.closest('[aria-label], [role="img"]');
  const title = element.querySelector('title');
  return (named && named.getAttribute('aria-label')) || (title && title.textContent) || '';
}

function words(kind, element, level) {
  const pieces = [];
  say(element, pieces);
  const joined = pieces.reduce((all, each) => {
    if (typeof each === 'string' && typeof all.at(-1) === 'string') all[all.length - 1] += each;
    else all.push(each);
    return all;
  }, []).map((each) => (typeof each === 'string' ? each.replace(/[^\S\n]+/g, ' ').replace(/ ?\n ?/g, '\n') : each));
  if (typeof joined[0] === 'string') joined[0] = joined[0].trimStart();
  if (typeof joined.at(-1) === 'string') joined[joined.length - 1] = joined.at(-1).trimEnd();
  const empty = joined.every((each) => typeof each === 'string' && !each.trim());
  return empty ? { kind: 'none' } : { kind, level, pieces: joined };
}

function say(node, pieces) {
  for (const each of node.childNodes) {
    if (each.nodeType === Node.TEXT_NODE) pieces.push(each.nodeValue);
    else if (each.nodeType !== Node.ELEMENT_NODE || each.matches(LEFT_OUT)) continue;
    else if (each.matches('.katex')) {
      const math = each.querySelector('math'), tex = each.querySelector('annotation');
      if (math) pieces.push({ math: new XMLSerializer().serializeToString(math), tex: tex ? tex.textContent : '' });
    } else if (each.tagName === 'BR') pieces.push('\n');
    else {
      say(each, pieces);
      if (['DIV', 'P', 'LI'].includes(each.tagName)) pieces.push('\n');
    }
  }
}

function plainTable(element) {
  const row = (line) => [...line.children].map((cell) => cell.innerText.trim());
  const lines = [...element.querySelectorAll('tr')];
  const first = lines.length && lines[0].querySelector('th') && !lines[0].querySelector('td') ? lines.shift() : null;
  return { kind: 'table', head: first ? row(first) : [], rows: lines.slice(0, MOST_ROWS).map(row), rows_left_out: Math.max(0, lines.length - MOST_ROWS) };
}

// Streamlit paints its tables; for screen readers a plain one stands beside, with the rows that are in view.
function gridTable(element) {
  const grid = element.querySelector('table[role="grid"]');
  if (!grid) return { kind: 'none' };
  const lines = [...grid.querySelectorAll('tr')].map((line) => [...line.children].map((cell) => cell.textContent));
  const all = Number(grid.getAttribute('aria-rowcount') || 0);
  return { kind: 'table', head: lines[0] || [], rows: lines.slice(1, MOST_ROWS + 1), rows_left_out: Math.max(0, all - lines.length) };
}

async function drawn(source, width, height) {
  if (!width || !height) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const [canvas, pen] = paper(width * scale, height * scale);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.92);
}

// A chart is one or several SVG layers over each other, with WebGL canvases between them.
async function drawnChart(element) {
  const box = element.getBoundingClientRect();
  const scale = Math.min(CHART_SCALE, LONGEST_SIDE / Math.max(box.width, box.height));
  const [canvas, pen] = paper(box.width * scale, box.height * scale);
  const layers = element.matches('svg') ? [element] : [...element.querySelectorAll('svg.main-svg, .gl-container canvas')];
  for (const layer of layers) {
    const at = layer.getBoundingClientRect();
    const image = layer.matches('canvas') ? layer : await asImage(layer, at);
    if (image && at.width && at.height) pen.drawImage(image, (at.x - box.x) * scale, (at.y - box.y) * scale, at.width * scale, at.height * scale);
  }
  return canvas.toDataURL('image/png');
}

async function asImage(svg, at) {
  const copy = svg.cloneNode(true);
  const font = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  font.textContent = await fontRules();
  copy.prepend(font);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(at.width));
  copy.setAttribute('height', String(at.height));
  const seen = getComputedStyle(svg);
  copy.style.color = seen.color;
  copy.style.fontFamily = seen.fontFamily;
  return new Promise((done) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  });
}

// A picture made of an SVG knows no font of the page; the page's own one is put into it, fetched once.
function fontRules() {
  window.vizcoreFontRules ??= (async () => {
    const rules = [...document.styleSheets].flatMap((sheet) => { try { return [...sheet.cssRules]; } catch { return []; } });
    const face = rules.find((rule) => rule instanceof CSSFontFaceRule && /Source Sans/.test(rule.style.fontFamily)
      && rule.style.fontStyle !== 'italic');
    const address = face && /url\("?([^")]+)"?\)/.exec(face.style.getPropertyValue('src'));
    if (!address) return '';
    const base = (face.parentStyleSheet && face.parentStyleSheet.href) || document.baseURI;
    const bytes = new Uint8Array(await (await fetch(new URL(address[1], base))).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return `@font-face{font-family:${face.style.fontFamily};font-weight:200 900;src:url(data:font/woff2;base64,${btoa(text)})}`;
  })().catch(() => '');
  return window.vizcoreFontRules;
}

function paper(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const pen = canvas.getContext('2d');
  const app = document.querySelector('[data-testid="stApp"]');
  pen.fillStyle = app ? getComputedStyle(app).backgroundColor : '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  return [canvas, pen];
}
