// Keeps the page for use without a network: each version whole, in a cache of its own that is filled before that version
// takes over. `site` fills in the version, which changes with every file of the page, and the names of the files.

const VERSION = "{{version}}";
const FILES = ["{{names}}"];

const SCOPE = registration.scope;
const cacheOf = (version) => `${SCOPE} ${version}`;
// Whoever works on the page wants its latest build, and no questions (`cargo xtask serve`).
const IS_LOCAL = ["127.0.0.1", "[::1]", "localhost"].includes(location.hostname);

addEventListener("install", (event) => event.waitUntil(fill().then(() => IS_LOCAL && skipWaiting())));
addEventListener("message", ({ data }) => data === "take over" && skipWaiting());
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));
addEventListener("fetch", (event) => {
  const { mode, url } = event.request;
  const address = url.split(/[?#]/)[0];
  if (mode !== "navigate") event.respondWith(file(event.request));
  else if (address === SCOPE || address === `${SCOPE}index.html`) {
    event.respondWith(page(event.request));
    event.waitUntil(tidy());
  }
});

/** Fetches all files of this version, or fails. */
async function fill() {
  const cache = await caches.open(cacheOf(VERSION));
  // The names of all other files change with their contents: what the browser has of them is right.
  const page = await fetch("./", { cache: "no-cache" });
  // The host may have got another version in the meantime; its own worker will see to that one.
  if (!page.ok || !(await page.clone().text()).includes(VERSION)) throw new Error(`not the page of ${VERSION}`);
  await cache.addAll(FILES.map((name) => `./${VERSION}/${name}`));
  await cache.put("./", page);
}

/** The page of this version. */
async function page(request) {
  const cache = await caches.open(cacheOf(VERSION));
  const kept = await cache.match("./");
  if (!kept) return fetch(request);
  return IS_LOCAL ? fetch(request).catch(() => kept) : kept;
}

/** A file of any version: a page that is open keeps to its own. */
async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** Removes the other versions, unless a page may still ask for their files, or one of them is about to take over. */
async function tidy() {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.some(({ url }) => url.startsWith(SCOPE)) || registration.installing || registration.waiting) return;
  const others = (await caches.keys()).filter((name) => name.startsWith(cacheOf("")) && name !== cacheOf(VERSION));
  await Promise.all(others.map((name) => caches.delete(name)));
}
