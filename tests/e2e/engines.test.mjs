// What every engine must do, driven by WebDriver: the first scene, steps, a comparison, formulas, a sweep in workers,
// a lesson's question, the other language, the same moment after a reload, and all of it without a network. `cargo xtask test` says which engines are there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, serve } from "./support.mjs";
import { drive } from "./webdriver.mjs";

const ENGINES = { chromium: 9531, firefox: 9532, webkit: 9533 };
const asked = process.env.BROWSER ? [process.env.BROWSER] : Object.keys(ENGINES);

const text = (page, selector) => page.run((selector) => document.querySelector(selector)?.innerText.trim() ?? "", selector);
const count = (page, selector) => page.run((selector) => document.querySelectorAll(selector).length, selector);
const decided = async (page) => Number((await text(page, "#position")).match(/\d+$/)?.[0]);

for (const engine of asked) {
  test(`${engine}: from the first scene to a sweep`, async (t) => {
    const page = await drive(engine, ENGINES[engine]);
    if (!page) return t.skip(`no driver of ${engine}`);
    const server = await serve();
    t.after(async () => {
      await page.close();
      await server.close();
    });
    await page.open(server.url);
    await page.run(() => localStorage.setItem("equipoise.guesses", ""));
    await page.reload();
    await eventually(async () => (await count(page, "#play")) === 1 && (await count(page, ".part")) === 0, true, "the page is there");
    if ((await page.run(() => document.querySelector("#play").ariaLabel)) !== "Play") await page.click("#play");

    // Weights 5, 1, 1: the sequence of smooth weighted round robin.
    await page.click("#home");
    let picks = "";
    for (let n = 1; n <= 7; n++) {
      await page.click("#step");
      await eventually(() => decided(page), n, "a step");
      picks += (await text(page, "#panel .why h2")).match(/server (\w+)/)[1];
    }
    assert.equal(picks, "aabacaa");
    await page.click("#back");
    await eventually(() => decided(page), 6, "back");

    await page.click("#compare");
    await eventually(() => count(page, ".stage"), 2, "compared");
    await page.click("#tab-formulas");
    await eventually(async () => (await count(page, "#panel math")) > 0, true, "formulas");
    await page.click("#compare");

    const link = await page.run(() => location.hash);
    assert.notEqual(link, "");
    await page.reload();
    await eventually(() => decided(page), 6, "the same moment after a reload");

    await page.click(".bar .segments button:nth-of-type(3)");
    await eventually(() => count(page, "#sweep-start"), 1, "the lab");
    for (const [box, value] of Object.entries({ points: 2, replications: 10, tasks: 200 })) await page.set(`#sweep-${box}`, String(value));
    await page.click("#sweep-start");
    await eventually(() => text(page, ".sweep-progress"), "40 runs done", "a sweep");
    await page.click(".bar .segments button:nth-of-type(1)");

    await page.click("#tab-lessons");
    await eventually(() => count(page, "#lesson-balancer"), 1, "the lessons");
    await page.click("#lesson-balancer");
    await eventually(() => count(page, "#lesson-next"), 1, "a lesson");
    await page.click("#lesson-next");
    await eventually(() => count(page, ".choices button:nth-of-type(2)"), 1, "its question");
    await page.click(".choices button:nth-of-type(2)");
    await eventually(() => text(page, ".verdict"), "✗ Not ▲ b. The engine says: ■ a.", "its answer");

    await page.click("#language");
    await eventually(() => page.run(() => document.documentElement.lang), "zh-CN", "in Chinese");
    assert.match(await page.run(() => document.body.innerText), /服务器/);

    await eventually(() => page.run(async () => (await navigator.serviceWorker.ready).active.state), "activated", "all is kept", 60_000);
    const lesson = await page.run(() => location.href);
    await server.close();
    await page.open("about:blank");
    await page.open(lesson);
    await eventually(() => count(page, "#lesson-step"), 1, "the lesson without a network");
    await page.click("#tab-guide");
    await eventually(async () => (await count(page, ".guide details")) > 40, true, "the guide without a network");
  });
}
