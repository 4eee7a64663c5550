// Says in one sentence why a page stays grey (its socket never opened, or was lost), and after a loss that it is another
// process that answers now. Streamlit itself says nothing, and asks the new process for nothing until the next click.
(() => {
  const words = WORDS, LONG_MS = 30_000;
  const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "";
  const said = words[asked.slice(0, 2).toLowerCase()] || Object.values(words)[0];
  let instance = "INSTANCE", opened = false, away = false, since = Date.now(), notice = null;

  const take = () => { notice?.remove(); notice = null; };

  const show = (words) => {
    take();
    notice = document.createElement("p");
    notice.id = "vizcore-connection";
    notice.setAttribute("role", "status");
    notice.textContent = words;
    notice.style.cssText = "position:fixed;bottom:1rem;left:50%;transform:translateX(-50%);box-sizing:border-box;"
      + "width:min(44rem,92vw);margin:0;padding:.8rem 1rem;border-radius:.4rem;z-index:1000000;"
      + "font:1rem/1.5 system-ui,sans-serif;color:#fff;background:#12161e;border:1px solid #7f8a9d";
    document.body.append(notice);
  };

  const compare = async () => {
    try {
      const now = (await (await fetch("/vizcore/instance", { cache: "no-store" })).json()).instance;
      if (now !== instance) {
        show(said.anew); // until the next run, which says the same in a toast, or a click on it
        const own = notice;
        own.onclick = take;
        setTimeout(() => own === notice && take(), LONG_MS);
      }
      instance = now;
    } catch { /* no answer: nothing is known */ }
  };

  setInterval(() => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (app && app.getAttribute("data-test-connection-state") === "CONNECTED") {
      if (away || !opened) take();
      if (away) compare();
      if (app.getAttribute("data-test-script-state") === "running") take();
      [opened, away, since] = [true, false, Date.now()];
    } else {
      away = opened;
      if (!notice && Date.now() - since > PATIENCE_MS) show(opened ? said.lost : said.never);
    }
  }, 500);
})();
