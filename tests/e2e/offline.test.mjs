// Without a network: after one visit the whole page is kept, and a new version replaces the old one whole or not at all.

import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { decided, DIST, eventually, launch, notice, scene, serve, show, stepTo, type, watch } from "./support.mjs";

// On a host of one's own the latest build is shown at once. Another name for it is that of any other host.
const NAME = "equipoise.example";

const TITLE = "Equipoise — a playground of load balancing for machine learning";
const LATER = "Equipoise, a later version";

let later;
let incomplete;
before(async () => {
  later = await mkdtemp(join(tmpdir(), "equipoise-"));
  await cp(DIST, later, { recursive: true });
  const [folder] = (await readdir(later, { withFileTypes: true })).filter((file) => file.isDirectory()).map((file) => file.name);
  const version = folder.replace(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
  await rename(join(later, folder), join(later, version));
  for (const name of ["index.html", "service_worker.js"]) {
    const text = await readFile(join(later, name), "utf8");
    await writeFile(join(later, name), text.replaceAll(folder, version));
  }
  for (const language of ["en", "zh-CN"]) {
    const file = join(later, version, `texts.${language}.json`);
    const texts = JSON.parse(await readFile(file, "utf8"));
    assert.equal(texts["page.title"] === TITLE, language === "en");
    await writeFile(file, JSON.stringify({ ...texts, "page.title": LATER }));
  }
  incomplete = await mkdtemp(join(tmpdir(), "equipoise-"));
  await cp(later, incomplete, { recursive: true });
  await rm(join(incomplete, version, "guide.zh-CN.json"));
});
after(() => Promise.all([later, incomplete].map((folder) => rm(folder, { recursive: true }))));

/** A host, and a visitor with a page that is kept. The host can be put away, and another one set up in its place. */
async function host(t, { name = NAME, ...options } = {}) {
  let server = await serve();
  const { port } = server;
  const url = server.url.replace("127.0.0.1", name);
  const secure = `--unsafely-treat-insecure-origin-as-secure=${new URL(url).origin}`;
  const browser = await launch({ args: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`, secure] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US", reducedMotion: "reduce", ...options });
  t.after(() => Promise.all([browser.close(), server?.close()]));
  const put = async (folder) => {
    await server?.close();
    server = folder && (await serve({ folder, port }));
  };
  const open = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    await page.locator("#play").waitFor();
    return page;
  };
  return { open, put, cut: () => put(undefined), url, context };
}

/** Waits until all of the page is kept. */
const kept = (page) => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);

/** How many versions are kept whole: the page comes last. */
const versions = (page) =>
  page.evaluate(async () => {
    const pages = (await caches.keys()).map(async (name) => (await caches.open(name)).match("./"));
    return (await Promise.all(pages)).filter(Boolean).length;
  });

/** Runs a small sweep of a scene, in workers. */
async function sweep(page, id) {
  await scene(page, id);
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  for (const [box, value] of Object.entries({ points: 2, replications: 10, tasks: 200 })) await type(page, `#sweep-${box}`, String(value));
  await page.locator("#sweep-start").click();
  await eventually(async () => /^40 runs done|^40 次/.test(await page.locator(".sweep-progress").innerText()), true, `a sweep of ${id}`);
  await page.locator(".bar .segments button").nth(0).click();
}

// Most of the time is spent waiting until the page is kept.
describe("offline", { concurrency: 3 }, () => {
  test("after one visit everything is there without a network, in both languages", async (t) => {
    const { open, cut, url } = await host(t);
    const page = await open();
    await kept(page);
    await cut();
    // At once, and for whoever comes again.
    await show(page, "guide");
    await page.locator(".guide details").first().waitFor();
    await page.reload();
    await page.locator("#play").waitFor();
    const trouble = watch(page, url);

    for (const [tab, there] of [["set-up", "#speed-0-box"], ["formulas", ".formula-card"], ["guide", ".guide details"], ["lessons", ".lessons ol"]]) {
      await show(page, tab);
      await page.locator(there).first().waitFor();
    }
    for (const id of ["prefix-cache", "black-hole", "weights"]) {
      await scene(page, id);
      await stepTo(page, 2);
    }
    await page.locator("#help").click();
    await page.locator("dialog .keys").waitFor();
    await page.keyboard.press("Escape");
    await sweep(page, "random-split");
    await sweep(page, "prefix-cache");

    await page.locator("#language").click();
    await eventually(() => page.evaluate(() => document.documentElement.lang), "zh-CN");
    await show(page, "guide");
    await page.locator(".guide summary").first().click();
    await eventually(async () => /[一-龥]/.test(await page.locator(".guide .text").first().innerText()), true);
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await page.locator("#play").waitFor();
    await eventually(() => page.locator("#scene").inputValue(), "prefix-cache");
    assert.deepEqual(trouble, []);
  });

  test("a new version says that it is there, and takes over whole when asked to", async (t) => {
    const { open, put, url } = await host(t);
    const page = await open();
    await kept(page);
    const other = await open();
    await put(later);

    await page.reload();
    // The service worker is asked for after a while, and keeps the whole page first.
    await eventually(() => notice(page), "A new version of this page is here.", undefined, 60_000);
    assert.equal(await page.title(), TITLE);
    // What this version has not loaded yet is on no host any more.
    await show(page, "guide");
    await page.locator(".guide details").first().waitFor();
    await page.locator("#step").click();
    await eventually(() => decided(page), 1);

    await page.locator("#new-version").click();
    // A browser with much to do takes its time to let one worker replace another.
    await eventually(() => page.title().catch(() => ""), LATER, "the new version", 60_000);
    await eventually(() => decided(page), 1, "the scene and its moment are those from before");
    await show(page, "guide");
    await page.locator(".guide details").first().waitFor();

    // A page that was open all along keeps to its version.
    assert.equal(await versions(other), 2);
    await show(other, "guide");
    await other.locator(".guide details").first().waitFor();
    assert.equal(await other.title(), TITLE);

    // When it is gone, so is what was kept for it.
    await other.close();
    await page.goto("about:blank");
    await page.goto(url);
    await eventually(() => page.title(), LATER, "the new version", 60_000);
    await eventually(() => versions(page), 1, "the old one is gone", 60_000);
  });

  test("a new version that does not come whole changes nothing", async (t) => {
    const { open, put, cut } = await host(t);
    const page = await open();
    await kept(page);
    await put(incomplete);
    const outcome = await page.evaluate(async () => {
      const { installing } = await (await navigator.serviceWorker.ready).update();
      await new Promise((resolve) => installing.addEventListener("statechange", resolve));
      return installing.state;
    });
    assert.equal(outcome, "redundant");
    await cut();
    await page.reload();
    await page.locator("#play").waitFor();
    assert.equal(await page.title(), TITLE);
    assert.equal(await notice(page), "");
  });

  test("on the machine where the page is built a reload shows the latest build", async (t) => {
    const { open, put, cut } = await host(t, { name: "127.0.0.1" });
    const page = await open();
    await kept(page);
    await put(later);
    await page.reload();
    await eventually(() => page.title(), LATER);
    await eventually(() => versions(page), 2);
    await cut();
    await page.reload();
    await eventually(() => page.title(), LATER, "and the latest is kept");
  });

  test("a browser that forbids to keep anything shows the page all the same", async (t) => {
    const { open, context, url } = await host(t);
    await context.addInitScript(() => {
      Object.defineProperty(navigator, "serviceWorker", {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        },
      });
    });
    const asked = context.waitForEvent("response", (response) => response.url().endsWith("/offline.js"));
    const page = await open();
    const trouble = watch(page, url);
    await asked;
    await page.locator("#step").click();
    await eventually(() => decided(page), 1);
    assert.equal(await page.locator("#banner").isVisible(), false);
    assert.deepEqual(trouble, []);
  });

  test("where nothing can be kept, what is out of reach says so, and loads once the network is back", async (t) => {
    const { open, put, cut } = await host(t, { serviceWorkers: "block" });
    const page = await open();
    await page.locator(".part").first().waitFor({ state: "detached" });
    await cut();
    await show(page, "guide");
    const again = page.locator("#panel .part").getByRole("button");
    await again.waitFor();
    await page.locator("#language").click();
    await eventually(async () => /could not be loaded/.test(await notice(page)), true);
    await page.locator("#step").click();
    await eventually(() => decided(page), 1);

    await put(DIST);
    await again.click();
    await page.locator(".guide details").first().waitFor();
    await page.locator("#language").click();
    await eventually(() => page.evaluate(() => document.documentElement.lang), "zh-CN");
  });
});
