// Is the first figure of a step in view as a whole? Where little is missing, the charts of its row are drawn less tall.

const LEAST_ZOOM = 0.7, LEAST_PICTURE = 0.5; // a chart's words get too small sooner than a photo
const CHART = '[data-testid="stPlotlyChart"], .vizcore-boxes-frame';

function firstFigure() {
  const main = document.querySelector('[data-testid="stMain"]');
  const all = (root) => [...root.querySelectorAll('*')].flatMap((each) => [
    ...(each.matches('img, canvas, .js-plotly-plot, svg[role="img"]') ? [each] : []),
    ...(each.shadowRoot ? all(each.shadowRoot) : []),
  ]);
  const drawn = (each) => (each.tagName !== 'IMG' || (each.complete && each.naturalWidth > 0))
    && (!each.matches('.js-plotly-plot') || each.querySelector('.main-svg'));
  return (main ? all(main) : [])
    .filter((each) => !each.closest('[class*="st-key-toolbar"], [data-testid="stPopoverBody"]') && drawn(each))
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width >= 120 && box.height >= 80)
    .sort((a, b) => a.box.top - b.box.top)[0] || null;
}

// Where the page ends for the eye: above the bar with the buttons.
function floorOfView() {
  const bar = document.querySelector('[class*="st-key-lecture-bar"]');
  return bar ? bar.getBoundingClientRect().top : innerHeight;
}

function fitFigure() {
  const first = firstFigure();
  const chart = first && first.element.closest(CHART);
  const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop; // none between two pages
  if (!chart || scrolled > 0 || first.box.bottom <= floorOfView()) return;
  const least = chart.matches('.vizcore-boxes-frame') ? LEAST_PICTURE : LEAST_ZOOM;
  const zoom = Math.max(least, ((floorOfView() - 4 - first.box.top) / first.box.height) * Number(chart.style.zoom || 1));
  for (const each of document.querySelectorAll(CHART)) {
    if (Math.abs(each.getBoundingClientRect().top - first.box.top) < 60) each.style.zoom = String(zoom);
  }
}

// The first figure after it was made to fit, null while there is none. A chart may be drawn seconds after the page has
// come to rest, and grow to its size after that.
async function fitted() {
  for (let tries = 0; tries < 4; tries += 1) {
    const before = firstFigure();
    fitFigure();
    await new Promise((done) => setTimeout(done, 250));
    const now = firstFigure();
    if (!before || !now || now.box.bottom <= floorOfView()) return before && now;
  }
  return firstFigure();
}
