// Runs before anything is drawn: the remembered theme, and the banner for a failure.

let dark = matchMedia("(prefers-color-scheme: dark)").matches;
try {
  const remembered = localStorage.getItem("equipoise.theme");
  // Where colours are forced, their ground is the system's.
  if (remembered && !matchMedia("(forced-colors: active)").matches) dark = remembered === "dark";
} catch {
  // No storage here: the system's theme stays.
}
document.documentElement.dataset.theme = dark ? "dark" : "light";

const element = (id) => document.getElementById(id);

function show(what) {
  // A browser's note that a resize took two frames is no failure.
  if (/ResizeObserver/.test(what)) return;
  const place = element("banner-what");
  if (!place) return;
  element("banner").hidden = false;
  place.textContent ||= what;
}

addEventListener("error", (event) => show(event.message || "a file of the page could not be loaded"), true);
addEventListener("unhandledrejection", (event) => show(String(event.reason)));
addEventListener("DOMContentLoaded", () => {
  const press = (id, what) => element(id).addEventListener("click", what);
  press("banner-reload", () => location.reload());
  press("banner-first", () => (location.href = location.pathname));
  press("banner-close", () => (element("banner").hidden = true));
});

// A host that gives no answer has failed, and so has one that does not come to the end of it: whoever asked can then say
// so, and ask again.
const ANSWER_MS = 20_000;
const WHOLE_MS = 60_000;
const late = (ms) => new Error(`no answer in ${ms / 1000} s`);
// By then the page's modules are there, and have asked for its program.
const started = setTimeout(() => show(late(WHOLE_MS).message), WHOLE_MS);
const ask = fetch;
globalThis.fetch = async (what, options) => {
  clearTimeout(started);
  const control = new AbortController();
  const within = (ms) => setTimeout(() => control.abort(late(ms)), ms);
  const timer = within(ANSWER_MS);
  try {
    return await ask(what, { ...options, signal: control.signal });
  } finally {
    clearTimeout(timer);
    // To end what has ended does nothing.
    within(WHOLE_MS);
  }
};
