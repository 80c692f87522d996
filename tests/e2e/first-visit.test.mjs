// The first visit: the page starts below any path, asks nobody else for anything, and is soon there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { decided, eventually, expectNoAxeViolations, isPart, launch, pause, serve, visits } from "./support.mjs";

/** All files until the first scene moves and the panel says why [bytes, gzip]. */
const FIRST = 300 * 1024;
/** Any file that is loaded later [bytes, gzip]. */
const PART = 120 * 1024;

const visit = visits();

test("the first scene moves within its budget, and what comes later does so in small parts", async (t) => {
  const server = await serve();
  const browser = await launch();
  t.after(() => Promise.all([browser.close(), server.close()]));
  const page = await browser.newPage({ locale: "en-US" });
  const [first, later] = [new Map(), new Map()];
  let files = first;
  page.on("response", (response) => files.set(new URL(response.url()).pathname, response.body()));
  // Parts wait until the page has shown that it needs none of them.
  let release;
  const shown = new Promise((resolve) => (release = resolve));
  await page.route(isPart, (route) => shown.then(() => route.continue()));

  await page.goto(server.url);
  await eventually(async () => (await decided(page)) >= 2, true, "the first scene moves");
  await page.locator("#panel .why .because").waitFor();
  files = later;
  release();
  await page.locator("#tab-guide").click();
  await page.locator(".guide details").first().waitFor();
  await page.waitForLoadState("networkidle");
  await eventually(async () => (await page.locator(".part").count()) === 0, true, "all parts on the screen are there");

  const total = await table(t, "until the first scene moves", first);
  await table(t, "later", later);
  assert.ok(total <= FIRST, `the first visit: ${total} bytes`);
  for (const [path, body] of later) {
    const bytes = gzipSync(await body).length;
    assert.ok(bytes <= PART, `${path}: ${bytes} bytes`);
  }
});

/** Prints the files with their sizes, and gives their sum [bytes, gzip]. */
async function table(t, title, files) {
  const rows = [];
  for (const [path, body] of files) rows.push([path.split("/").pop() || "index.html", gzipSync(await body).length]);
  rows.sort((a, b) => b[1] - a[1]);
  const sum = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
  const line = ([name, bytes]) => `${(bytes / 1024).toFixed(1).padStart(8)} KB  ${name}`;
  for (const text of [`${title}, gzip:`, ...rows.map(line), line(["together", sum])]) t.diagnostic(text);
  return sum;
}

test("time passes by itself, and stops when asked", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });

  await eventually(async () => (await decided(page)) >= 3, true);
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Pause");
  assert.equal(await page.locator("#banner").isVisible(), false);
  await expectNoAxeViolations(page, "playing");

  await pause(page);
  await expectNoAxeViolations(page, "paused");
});

test("for a reader who avoids motion, time waits for the first press", async (t) => {
  const page = await visit(t);
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Play");
  // A card can be clicked before anything has moved.
  await page.locator("#server-2").waitFor();
  assert.equal(await decided(page), 0);

  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) >= 2, true);
});
