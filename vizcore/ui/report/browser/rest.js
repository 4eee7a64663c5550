// When is the page at rest: nothing runs, nothing on it is outdated, and no job is under way?

const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';

function resting() {
  return Boolean(document.querySelector(AT_REST)) && !document.querySelector('[data-stale="true"]');
}

// Calls back once when the page has been at rest for `quiet` ms; the function returned gives up.
function whenAtRest(quiet, then) {
  let since = 0;
  const look = () => {
    if (!resting()) since = 0;
    else if (!since) since = performance.now();
    else if (performance.now() - since >= quiet) { clearInterval(timer); then(since); }
  };
  const timer = setInterval(look, 100);
  return () => clearInterval(timer);
}
