// Looks at one step of a lecture: when is it at rest, and how much of its first figure is in view?

const QUIET_MS = 700, PATIENCE_MS = 25000;

export default function (component) {
  const { data, setTriggerValue } = component;
  if (window.vizcoreRehearse) window.vizcoreRehearse();
  const begun = performance.now();
  const look = () => whenAtRest(QUIET_MS, async (since) => {
    const figure = await fitted(), box = figure && figure.box;
    if (!box && performance.now() - begun < PATIENCE_MS) { window.vizcoreRehearse = look(); return; }
    const seen = box ? (Math.min(box.bottom, floorOfView()) - Math.max(box.top, 0)) / box.height : null;
    setTriggerValue('found', {
      ...data, ago: performance.now() - since, shown: box ? Math.max(0, Math.min(1, seen)) : null,
      width: innerWidth, height: innerHeight, at: Date.now(),
    });
  });
  window.vizcoreRehearse = look();
  return () => window.vizcoreRehearse();
}
