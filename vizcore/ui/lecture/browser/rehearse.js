// Looks at one step of a lecture: when is it at rest, and how much of its first figure is in view?

const QUIET_MS = 700, PATIENCE_MS = 25000;

function firstFigure() {
  const main = document.querySelector('[data-testid="stMain"]');
  const all = (root) => [...root.querySelectorAll('*')].flatMap((each) => [
    ...(each.matches('img, canvas, .js-plotly-plot .main-svg, svg[role="img"]') ? [each] : []),
    ...(each.shadowRoot ? all(each.shadowRoot) : []),
  ]);
  const drawn = (each) => each.tagName !== 'IMG' || (each.complete && each.naturalWidth > 0);
  const boxes = (main ? all(main) : [])
    .filter((each) => !each.closest('[class*="st-key-toolbar"], [data-testid="stPopoverBody"]') && drawn(each))
    .map((each) => each.getBoundingClientRect())
    .filter((box) => box.width >= 120 && box.height >= 80);
  return boxes.sort((a, b) => a.top - b.top)[0] || null;
}

export default function (component) {
  const { data, setTriggerValue } = component;
  if (window.vizcoreRehearse) window.vizcoreRehearse();
  const begun = performance.now();
  const look = () => whenAtRest(QUIET_MS, (since) => {
    const box = firstFigure();
    if (!box && performance.now() - begun < PATIENCE_MS) { window.vizcoreRehearse = look(); return; }
    const seen = box ? (Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) / box.height : null;
    setTriggerValue('found', {
      ...data, ago: performance.now() - since, shown: box ? Math.max(0, Math.min(1, seen)) : null,
      width: innerWidth, height: innerHeight, at: Date.now(),
    });
  });
  window.vizcoreRehearse = look();
  return () => window.vizcoreRehearse();
}
