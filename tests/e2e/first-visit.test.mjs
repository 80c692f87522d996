// The first visit: the page starts below any path, asks no other host for anything, and is soon there.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { DIST, decided, eventually, expectNoAxeViolations, isPart, launch, pause, serve, stepTo, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

/** All files until the first scene moves and the panel says why [bytes, gzip]. */
const FIRST = 300 * 1024;
/** Any file that is loaded later [bytes, gzip]. */
const PART = 120 * 1024;

const visit = visits();

test("the first scene moves within its budget, and what comes later does so in small files", async (t) => {
  const server = await serve();
  const browser = await launch();
  t.after(() => Promise.all([browser.close(), server.close()]));
  const page = await browser.newPage({ locale: "en-US", serviceWorkers: "block" });
  const asked = new Set();
  page.on("request", (request) => asked.add(basename(new URL(request.url()).pathname)));
  // Parts wait until the page has shown that it needs none of them.
  let release;
  const shown = new Promise((resolve) => (release = resolve));
  await page.route(isPart, (route) => shown.then(() => route.continue()));

  await page.goto(server.url);
  await eventually(async () => (await decided(page)) >= 2, true, "the first scene moves");
  await page.locator("#panel .why .because").waitFor();
  const first = new Set([...asked, "index.html"]);
  release();
  await eventually(async () => (await page.locator(".part").count()) === 0, true, "all parts on the screen are there");

  const files = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const sizes = files.map(({ name, path }) => ({ name, bytes: gzipSync(readFileSync(join(path, name))).length }));
  sizes.sort((a, b) => b.bytes - a.bytes);
  const isFirst = ({ name }) => first.has(name) && !isPart({ pathname: `/${name}` });
  const together = table(t, "until the first scene moves", sizes.filter(isFirst));
  const later = sizes.filter((file) => !isFirst(file));
  table(t, "later", later);
  assert.ok(together <= FIRST, `the first visit: ${together} bytes`);
  assert.deepEqual(later.filter(({ bytes }) => bytes > PART), []);
});

/** Prints files with their sizes, and gives the sum [bytes, gzip]. */
function table(t, title, files) {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  t.diagnostic(`${title}, gzip:`);
  for (const file of [...files, { name: "together", bytes }]) t.diagnostic(`${(file.bytes / 1024).toFixed(1).padStart(8)} KB  ${file.name}`);
  return bytes;
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

/** A visit during which the second file of texts is held back until it is released. */
async function withoutLater(t, locale = "en-US") {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const prepare = async (page) => {
    await listen(page);
    await page.route(/\/later\.[\w-]+\.json$/, (route) => released.then(() => route.continue()));
  };
  return { page: await visit(t, { locale, prepare, whole: false }), release };
}

/** Makes the first decision of a scene. */
async function first(page, id) {
  // A scene of language models waits for a part, which is held back too: the one before stays.
  await page.locator("#scene").selectOption(id);
  await page.locator("#step").click();
  await eventually(async () => (await decided(page)) > 0, true, id);
}

for (const locale of ["en-US", "zh-CN"]) {
  test(`the first screen needs no text of the second file, and no scene shows a raw key without it: ${locale}`, async (t) => {
    const { page, release } = await withoutLater(t, locale);
    const scenes = await page.locator("#scene optgroup option").evaluateAll((options) => options.map((option) => option.value));
    for (const id of scenes.toReversed()) {
      await first(page, id);
      await expectAllSaid(page, id);
    }
    // The first scene again, for a whole turn of its strategy.
    const whys = [];
    for (let task = 1; task <= 7; task++) {
      await stepTo(page, task);
      await expectAllSaid(page, `task ${task}`);
      whys.push(await page.locator("#panel .why").innerText());
    }
    await page.locator("#help").click();
    await page.locator("dialog").waitFor();
    await expectAllSaid(page, "help");
    await page.locator("dialog header button").click();

    release();
    await page.locator(".part").first().waitFor({ state: "detached" });
    for (let task = 7; task >= 1; task--) {
      await stepTo(page, task);
      assert.equal(await page.locator("#panel .why").innerText(), whys[task - 1], `task ${task}`);
    }
  });
}

test("what is said of another strategy's pick comes with the second file", async (t) => {
  const { page, release } = await withoutLater(t);
  await first(page, "random-split");
  const because = page.locator("#panel .because");
  assert.equal(await because.innerText(), "Loading …");
  release();
  await eventually(async () => /^The random number/.test(await because.innerText()), true);
});
