// Keys of a presenter's remote and of a keyboard: PageDown and PageUp step, R repeats the step, B blanks the screen.
export default function (component) {
  const { setTriggerValue } = component;
  const typing = (target) => target && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const keys = { PageDown: "next", PageUp: "back", r: "again", R: "again" };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "b" || event.key === "B" || event.key === ".") {
      document.body.classList.toggle("vizcore-blank");
      event.preventDefault();
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    setTriggerValue("pressed", `${action} ${Date.now()}`);
  };
  // One listener at a time: a page that runs again may mount this anew before the former one is taken away. The mark on
  // the body stays, so that a blank screen stays blank meanwhile.
  document.removeEventListener("keydown", window.vizcoreRemote, true);
  window.vizcoreRemote = pressed;
  document.addEventListener("keydown", pressed, true);
  return () => document.removeEventListener("keydown", pressed, true);
}
