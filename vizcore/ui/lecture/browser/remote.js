// Keys of a presenter's remote and of a keyboard: PageDown and PageUp step, R repeats the step, B blanks the screen,
// F freezes it, Z enlarges a figure, C shows the page's controls.
const LATEST_MS = 20000; // after which no figure is waited for

export default function (component) {
  const { setTriggerValue } = component;
  const typing = (target) => target && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const asked = { PageDown: 'next', PageUp: 'back', r: 'again' };
  const here = {
    b: toggleBlank, '.': toggleBlank, f: toggleFrozen, z: toggleZoomed, Escape: () => closeCover('zoomed'),
    c: () => document.body.classList.toggle('vizcore-controls'),
  };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.composedPath()[0])) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (here[key]) {
      here[key]();
    } else if (asked[key]) {
      closeCover('zoomed');
      setTriggerValue('pressed', `${asked[key]} ${Date.now()}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const moved = (event) => { pointer = [event.clientX, event.clientY]; };
  // One listener at a time: a page that runs again may mount this anew before the former one is taken away. The mark on
  // the body stays, so that a blank screen stays blank meanwhile.
  document.removeEventListener('keydown', window.vizcoreRemote, true);
  document.removeEventListener('pointermove', window.vizcorePointer, true);
  window.vizcoreRemote = pressed;
  window.vizcorePointer = moved;
  document.addEventListener('keydown', pressed, true);
  document.addEventListener('pointermove', moved, true);
  if (window.vizcoreFit) window.vizcoreFit();
  const begun = performance.now();
  let mounted = true;
  const fit = () => whenAtRest(400, async () => {
    if (!(await fitted()) && mounted && performance.now() - begun < LATEST_MS) window.vizcoreFit = fit();
  });
  window.vizcoreFit = fit();
  return () => {
    mounted = false;
    window.vizcoreFit();
    document.removeEventListener('keydown', pressed, true);
    document.removeEventListener('pointermove', moved, true);
  };
}
