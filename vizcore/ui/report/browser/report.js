// Buttons that take away what the page shows, and, in a lecture, a look at each step once it is at rest.

const given = new WeakMap();

export default function (component) {
  const { data, parentElement: root } = component;
  const row = root.querySelector('.row'), said = root.querySelector('.said');
  given.set(row, data);
  const labels = JSON.stringify(data.forms);
  if (row.dataset.forms !== labels) row.replaceChildren(...data.forms.map((form) => button(row, said, form)));
  row.dataset.forms = labels;
  if (window.vizcoreKeepShown) window.vizcoreKeepShown();
  window.vizcoreKeepShown = data.step ? whenAtRest(900, () => send(data, 'keep').catch(() => {})) : null;
  return () => { if (window.vizcoreKeepShown) window.vizcoreKeepShown(); };
}

function button(row, said, form) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = form.label;
  made.title = form.help;
  made.onclick = async () => {
    made.disabled = true;
    said.textContent = given.get(row).working;
    try { said.textContent = await take(given.get(row), form); } finally { made.disabled = false; }
  };
  return made;
}

async function send(data, form) {
  const shown = form.startsWith('lecture') ? { blocks: [] } : await shownBlocks(data.most);
  const body = JSON.stringify({ ...shown, search: location.search });
  return fetch(`/vizcore/report/${data.token}?form=${form}&step=${data.step}`, { method: 'POST', body });
}

async function take(data, form) {
  try {
    if (data.step && form.key.startsWith('lecture')) await send(data, 'keep');
    const answer = await send(data, form.key);
    if (!answer.ok) return await answer.text();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = (/filename="([^"]+)"/.exec(answer.headers.get('content-disposition') || '') || [])[1] || 'report';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return '';
  } catch (problem) {
    return data.failed;
  }
}
