// Says in one sentence why a page stays grey: its socket never opened, or was lost. Streamlit itself says nothing.
(() => {
  const words = WORDS;
  const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "";
  const said = words[asked.slice(0, 2).toLowerCase()] || Object.values(words)[0];
  let opened = false, since = Date.now(), notice = null;
  setInterval(() => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (app && app.getAttribute("data-test-connection-state") === "CONNECTED") {
      [opened, since] = [true, Date.now()];
      notice?.remove();
      notice = null;
    } else if (!notice && Date.now() - since > PATIENCE_MS) {
      notice = document.createElement("p");
      notice.id = "vizcore-connection";
      notice.setAttribute("role", "status");
      notice.textContent = opened ? said.lost : said.never;
      notice.style.cssText = "position:fixed;bottom:1rem;left:50%;transform:translateX(-50%);box-sizing:border-box;"
        + "width:min(44rem,92vw);margin:0;padding:.8rem 1rem;border-radius:.4rem;z-index:1000000;"
        + "font:1rem/1.5 system-ui,sans-serif;color:#fff;background:#12161e;border:1px solid #7f8a9d";
      document.body.append(notice);
    }
  }, 1000);
})();
