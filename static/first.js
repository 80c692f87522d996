// Runs before anything is drawn: the remembered theme, and the banner for a failure.

let dark = matchMedia("(prefers-color-scheme: dark)").matches;
try {
  const remembered = localStorage.getItem("equipoise.theme");
  if (remembered) dark = remembered === "dark";
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

// A host that gives no answer has failed: whoever asked can then say so, and ask again.
const PATIENCE_MS = 20_000;
const ask = fetch;
globalThis.fetch = async (what, options) => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  try {
    return await ask(what, { ...options, signal: late.signal });
  } finally {
    clearTimeout(timer);
  }
};
