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
  document.addEventListener("keydown", pressed, true);
  // The mark on the body stays: a page that runs again meanwhile mounts this anew, and the screen is to stay blank.
  return () => document.removeEventListener("keydown", pressed, true);
}
