// Asks for the page anew when the system turns dark or light: figures and pictures were drawn for the other ground.
const SETTLED_MS = 100; // Streamlit has taken the other theme by then, and says so with the request

export default function ({ setTriggerValue }) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let waiting = 0;
  const turned = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => setTriggerValue('turned', Date.now()), SETTLED_MS);
  };
  system.addEventListener('change', turned);
  return () => {
    clearTimeout(waiting);
    system.removeEventListener('change', turned);
  };
}
