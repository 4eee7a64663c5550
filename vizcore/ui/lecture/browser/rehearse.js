// Looks at one step of a lecture: when is it at rest, and how much of its first figure is in view?
// What is told can get lost in a run that another one cuts short: it is told again while the page rests at this step.

const QUIET_MS = 700, PATIENCE_MS = 25000, AGAIN_MS = 3000;

export default function (component) {
  const { data, setTriggerValue } = component;
  if (window.vizcoreRehearse) window.vizcoreRehearse();
  const begun = performance.now();
  let over = false, stop = () => {};
  const look = () => {
    stop = whenAtRest(QUIET_MS, async (since) => {
      const figure = await fitted(), box = figure && figure.box;
      if (over) return;
      if (!box && performance.now() - begun < PATIENCE_MS) { look(); return; }
      const seen = box ? (Math.min(box.bottom, floorOfView()) - Math.max(box.top, 0)) / box.height : null;
      setTriggerValue('found', {
        ...data, ago: performance.now() - since, shown: box ? Math.max(0, Math.min(1, seen)) : null,
        width: innerWidth, height: innerHeight, at: Date.now(),
      });
      const again = setTimeout(look, AGAIN_MS);
      stop = () => clearTimeout(again);
    });
  };
  const end = () => { over = true; stop(); };
  look();
  window.vizcoreRehearse = end;
  return end;
}
