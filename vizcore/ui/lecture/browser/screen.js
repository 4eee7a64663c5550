// What the audience sees for a moment instead of the page: nothing, the page as it was, or one figure alone.

const FIGURES = 'img, canvas, .js-plotly-plot, svg[role="img"]';
let pointer = [0, 0];

function toggleBlank() {
  document.body.classList.toggle('vizcore-blank');
}

// The screen stays as it is; what happens beneath (the next step, a run that ends) is not seen until the same key.
function toggleFrozen() {
  if (!closeCover('frozen')) {
    const app = document.querySelector('[data-testid="stApp"]');
    const cover = openCover('frozen');
    cover.append(deepCopy(app));
    copyScroll(app, cover.firstElementChild);
  }
}

// One figure over the whole screen: the one under the pointer, else the first that is in view.
function toggleZoomed() {
  if (closeCover('zoomed')) return;
  const seen = figures(document.querySelector('[data-testid="stMain"]')).filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width >= 100 && box.height >= 60 && box.bottom > 0 && box.top < innerHeight;
  });
  const under = (box) => box.left <= pointer[0] && pointer[0] <= box.right && box.top <= pointer[1] && pointer[1] <= box.bottom;
  const figure = seen.find((each) => under(each.getBoundingClientRect())) || seen[0];
  if (!figure) return;
  const box = figure.getBoundingClientRect();
  const scale = Math.min(innerWidth / box.width, innerHeight / box.height) * 0.97;
  const copy = deepCopy(figure), cover = openCover('zoomed');
  copy.style.cssText += `;position:absolute;margin:0;width:${box.width}px;height:${box.height}px;max-height:none;max-width:none;`
    + `transform-origin:0 0;transform:translate(${(innerWidth - box.width * scale) / 2}px,${(innerHeight - box.height * scale) / 2}px) scale(${scale})`;
  cover.append(copy);
  cover.onclick = () => closeCover('zoomed');
}

function figures(root) {
  return [...root.querySelectorAll('*')].flatMap((each) => [
    ...(each.matches(FIGURES) && !each.closest('[class*="st-key-toolbar"]') ? [each] : []),
    ...(each.shadowRoot ? figures(each.shadowRoot) : []),
  ]);
}

function openCover(name) {
  const cover = document.createElement('div');
  cover.className = 'vizcore-cover';
  cover.dataset.name = name;
  const app = document.querySelector('[data-testid="stApp"]');
  cover.style.cssText = `position:fixed;inset:0;z-index:1000000;overflow:hidden;background:${getComputedStyle(app).backgroundColor}`;
  document.body.append(cover);
  return cover;
}

function closeCover(name) {
  const cover = document.querySelector(`.vizcore-cover[data-name="${name}"]`);
  if (cover) cover.remove();
  return Boolean(cover);
}

// With what canvases show and what stands in the shadow of a component.
function deepCopy(node) {
  const copy = node.cloneNode(false);
  if (node.nodeType !== Node.ELEMENT_NODE) return copy;
  if (copy.id) copy.removeAttribute('id');
  if (node.matches('canvas') && node.width && node.height) {
    copy.getContext('2d').drawImage(node, 0, 0);
    const box = node.getBoundingClientRect();
    copy.style.width = `${box.width}px`;
    copy.style.height = `${box.height}px`;
  }
  if (node.shadowRoot) {
    const shadow = copy.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = node.shadowRoot.adoptedStyleSheets;
    for (const each of node.shadowRoot.childNodes) shadow.append(deepCopy(each));
  }
  for (const each of node.childNodes) if (each.nodeName !== 'SCRIPT') copy.append(deepCopy(each));
  return copy;
}

function copyScroll(from, to) {
  const main = from.querySelector('[data-testid="stMain"]'), copy = to.querySelector('[data-testid="stMain"]');
  if (main && copy) copy.scrollTop = main.scrollTop;
}
