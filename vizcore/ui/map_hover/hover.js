// The picture of the point under the pointer, beside it. A chart's pictures stand in its layout, as `meta.pictures`.

const SIDE = 128;

function shown() {
  let tile = document.querySelector('.vizcore-map-hover');
  if (!tile) {
    tile = Object.assign(document.createElement('img'), { className: 'vizcore-map-hover', alt: '' });
    tile.style.cssText = `position:fixed;z-index:1000;width:${SIDE}px;height:${SIDE}px;object-fit:cover;border-radius:8px;`
      + 'pointer-events:none;box-shadow:0 2px 12px rgb(0 0 0 / 0.5)';
    document.body.append(tile);
  }
  return tile;
}

function hide() {
  document.querySelector('.vizcore-map-hover')?.remove();
}

function show(chart, { points, event }) {
  const numbers = points[0]?.customdata, picture = chart.layout.meta?.pictures?.[[numbers].flat()[0]];
  if (!picture || !event) return hide();
  const at = event.touches?.[0] || event, tile = shown();
  tile.src = picture;
  tile.style.left = `${at.clientX + 16 + SIDE < innerWidth ? at.clientX + 16 : Math.max(0, at.clientX - 16 - SIDE)}px`;
  tile.style.top = `${Math.max(0, Math.min(innerHeight - SIDE, at.clientY + 16))}px`;
}

function listen() {
  const charts = [...document.querySelectorAll('[class*="st-key-aligned-similarity-maps"] .js-plotly-plot')];
  for (const chart of charts) {
    if (!chart.on || !chart._ev || chart.vizcoreHover === chart._ev) continue;
    chart.vizcoreHover = chart._ev; // Plotly makes a new one when it draws from nothing
    chart.on('plotly_hover', (event) => show(chart, event));
    chart.on('plotly_unhover', hide);
    chart.addEventListener('pointerleave', hide);
  }
  if (!charts.length) hide();
}

window.vizcoreMapHover?.disconnect();
window.vizcoreMapHover = new MutationObserver(() => requestAnimationFrame(listen));
window.vizcoreMapHover.observe(document.body, { childList: true, subtree: true });
listen();
