// What every end-to-end test starts with: the built page behind a static server of its own, a browser, and a visit.

import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";

/** The built page. */
export const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

// A path below the host's root, as a project's page often has one: an absolute link in the page breaks there.
const BELOW = "/some/where/";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves a folder as a static host does, on a free port unless one is named. `say` gives an answer's other headers, `stalls`
 * says which answers begin and come to no end.
 */
export async function serve({ folder = DIST, port = 0, say = () => ({}), stalls = () => false } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    // A browser may ask for the icon of a page that names none, such as one that a test writes.
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const name = pathname.startsWith(BELOW) ? decodeURIComponent(pathname.slice(BELOW.length)) : undefined;
    const file = name === undefined ? undefined : join(folder, normalize(`/${name || "index.html"}`));
    const headers = say(pathname);
    const isFile = file !== undefined && (await stat(file).catch(() => undefined))?.isFile();
    if (!isFile) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
    if (stalls(pathname)) createReadStream(file, { end: 99 }).pipe(response, { end: false });
    else createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${BELOW}`,
    port: server.address().port,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether an address is that of a part of the page's program. */
export const isPart = ({ pathname }) => /\/(split_\w+\.wasm|chunks\.wasm|chunk_\d+\.wasm|later\.[\w-]+\.json)$/.test(pathname);

/** Starts the browser that `cargo xtask test` found. */
export function launch({ args = [], ...options } = {}) {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error("CHROMIUM_PATH must say where Chromium is: start these with `cargo xtask test`");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...args],
    ...options,
  });
}

/** Collects what should stay empty on a page: errors, failed requests, and requests to another host. */
export function watch(page, url) {
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && trouble.push(`console: ${message.text()}`));
  // What the page breaks off itself, such as a request of a worker that it ends, has not failed.
  page.on("requestfailed", (request) => request.failure().errorText === "net::ERR_ABORTED" || trouble.push(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && trouble.push(`${response.status()}: ${response.url()}`));
  page.on("request", (request) => {
    const other = /^https?:/.test(request.url()) && !request.url().startsWith(url);
    if (other) trouble.push(`elsewhere: ${request.url()}`);
  });
  return trouble;
}

/**
 * A server and a browser for the tests of one file, as a function that opens the page for a visitor of its own. The
 * test fails if that page ever has trouble. Visitors avoid motion unless told otherwise: then nothing moves by itself,
 * and what a test reads stays as it is. The page is there with its parts unless it need not be `whole`. Nothing keeps it
 * for use without a network: what is kept is out of the reach of a test that holds files back.
 * Its visitor has been here before unless they are a `newcomer`.
 */
export function visits() {
  let server;
  let browser;
  before(async () => {
    server = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  return async (t, { url = server.url, hash = "", prepare = () => {}, whole = true, newcomer = false, ...options } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US", reducedMotion: "reduce", serviceWorkers: "block", ...options });
    // A newcomer is asked a question, which would take the first click on a card.
    if (!newcomer) await context.addInitScript(rememberTheVisitor);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const trouble = watch(page, url);
    t.after(async () => {
      await context.close();
      assert.deepEqual(trouble, []);
    });
    await prepare(page);
    await page.goto(url + hash);
    await page.locator("#play").waitFor({ state: "attached" });
    // Charts and controls load a little later; until then they hold their places.
    if (whole) await page.locator(".part").first().waitFor({ state: "detached" });
    return page;
  };
}

/** Where a browser forbids storage every visitor is a newcomer. */
function rememberTheVisitor() {
  try {
    localStorage.getItem("equipoise.guesses") ?? localStorage.setItem("equipoise.guesses", "");
  } catch {}
}

/** Lets the page's patience with its host and its workers end soon, until it is loaded again or `patient`. */
export const hasten = (page) =>
  page.addInitScript(() => {
    if (window.name === "again") return;
    window.name = "again";
    const { setTimeout, setInterval } = window;
    const sooner = (ms) => (window.patient ? ms : ms / 10);
    window.setTimeout = (what, ms, ...more) => setTimeout(what, ms >= 20_000 ? sooner(ms) : ms, ...more);
    window.setInterval = (what, ms, ...more) => setInterval(what, ms === 1000 ? sooner(ms) : ms, ...more);
  });

/** How long the page takes to answer a click [ms]: of nine the median, and the longest. */
export async function answers(page, t, what) {
  const all = [];
  for (let i = 0; i < 9; i++) {
    const answered = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const began = performance.now();
          const seen = new MutationObserver(() => resolve(performance.now() - began));
          seen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
          setTimeout(() => document.querySelector("#theme").click());
        }),
    );
    all.push(answered);
  }
  all.sort((a, b) => a - b);
  t.diagnostic(`${what}, a click was answered after ${all[4].toFixed(0)} ms in the median, ${all[8].toFixed(0)} ms at most`);
  return all[4];
}

/** Reads until what is read equals `expected`; fails with the difference if that does not come within a time [ms]. */
export async function eventually(read, expected, what, within = 10_000) {
  const end = Date.now() + within;
  let found = await read();
  while (!isDeepStrictEqual(found, expected) && Date.now() < end) {
    await sleep(20);
    found = await read();
  }
  assert.deepEqual(found, expected, what);
}

/** All that a reader sees of where the run stands; the same place looks the same. */
export const state = (page) =>
  page.evaluate(() => {
    // The address is written a little later after many changes, but at once before the page is hidden.
    document.dispatchEvent(new Event("visibilitychange"));
    const texts = (selector) => [...document.querySelectorAll(selector)].map((e) => e.innerText);
    return {
      position: document.querySelector("#position").innerText,
      why: texts("#panel .why, #panel .empty"),
      stages: texts(".stage > p.hidden"),
      seed: document.querySelector("#seed").value,
      compare: document.querySelector("#other-strategy")?.value,
      link: location.hash,
    };
  });

/** How many tasks have been given to servers. */
export const decided = async (page) => Number((await page.locator("#position").innerText()).match(/\d+$/)[0]);

/** The simulated time [s]. */
export const time = async (page) => Number.parseFloat(await page.locator("#position").innerText());

/** The text of the message at the foot of the page, or an empty one. */
export const notice = async (page) => (await page.locator(".notice > span").allInnerTexts()).join();

/** Steps to the `n`th allocation, one by one. All in the page: that is quicker than to aim with the mouse each time. */
export async function stepTo(page, n) {
  await page.evaluate(async (n) => {
    const frame = () => new Promise(requestAnimationFrame);
    const decided = () => Number(document.querySelector("#position").innerText.match(/\d+$/)[0]);
    const end = Date.now() + 10_000;
    for (let at = decided(); at !== n; ) {
      const button = document.querySelector(at < n ? "#step" : "#back");
      at += Math.sign(n - at);
      button.click();
      while (decided() !== at || document.querySelector(".seeking")) {
        if (Date.now() > end) throw new Error(`at ${decided()} instead of ${at}, on the way to ${n}`);
        await frame();
      }
    }
  }, n);
  await rested(page);
}

/** Waits until a page in which time has stopped has said so: it sums up once more at its next frame. */
export const rested = (page) =>
  page.evaluate(async () => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  });

/** Stops time, wherever it is. */
export async function pause(page) {
  const play = page.locator("#play");
  if ((await play.getAttribute("aria-label")) !== "Play") await play.click();
  await page.locator("#play[aria-label=Play]").waitFor();
  await rested(page);
}

/** Waits until a program that a scene or a comparison needs is loaded; the page says so while it is on its way. */
export const loaded = (page) =>
  eventually(async () => /Loading the program|正在载入所需的程序/.test(await notice(page)), false, "its program is loaded");

/** Opens a scene at its start. */
export async function scene(page, id) {
  await page.locator("#scene").selectOption(id);
  await eventually(() => page.locator("#scene").inputValue(), id);
  await loaded(page);
}

/** Shows a panel. */
export async function show(page, tab) {
  await page.locator(`#tab-${tab}`).evaluate((button) => button.click());
  await page.locator(`#panel[aria-labelledby=tab-${tab}]`).waitFor();
}

/** Moves the scrubber and waits until time is there. */
export async function seek(page, time_s) {
  await page.locator("#scrubber").fill(String(time_s));
  const step = Number(await page.locator("#scrubber").getAttribute("step"));
  await eventually(async () => Math.abs((await time(page)) - time_s) <= step + 0.01 && !(await page.locator(".seeking").count()), true, `at ${time_s} s`);
}

/** Types a number into a box, as far as leaving it. */
export async function type(page, box, text) {
  await page.locator(box).fill(text);
  await page.locator(box).blur();
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Opens a scene, sweeps it with few short runs, and goes back to one allocation. */
export async function sweep(page, id) {
  await scene(page, id);
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  for (const [box, value] of Object.entries({ points: 2, replications: 10, tasks: 200 })) await type(page, `#sweep-${box}`, String(value));
  await page.locator("#sweep-start").click();
  await eventually(() => page.locator(".sweep-progress").innerText(), "40 runs done", id);
  await page.locator(".bar .segments button").nth(0).click();
}

/** Fails if axe finds fault with the page as it is. */
export async function expectNoAxeViolations(page, what) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const found = violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(" ")}: ${n.any[0]?.message ?? n.failureSummary}`));
  assert.deepEqual(found, [], what);
}
