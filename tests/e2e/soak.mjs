// A soak: minutes at the highest speed, while scenes, languages, a comparison, dialogs and the lab are opened and closed. What
// the page holds at the end is what it held after five minutes (or half of a shorter soak). `cargo xtask soak`.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { launch, scene, serve, watch } from "./support.mjs";

const MINUTES = Number(process.argv[2] ?? 30);
/** Rounds in a minute, at least: a page that slows down does fewer. 200 in the whole half hour. */
const ROUNDS = 200 / 30;
const SCENES = ["weights", "inference", "retry-storm", "hot-key"];

const server = await serve();
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: "en-US" });
const trouble = watch(page, server.url);
await page.addInitScript(() => localStorage.setItem("equipoise.guesses", ""));
// The memories of the page's programs; those of workers go with them.
await page.addInitScript(() => {
  window.memories = [];
  window.urls = 0;
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (what) => (window.urls++, createObjectURL(what));
  URL.revokeObjectURL = (url) => (window.urls--, revokeObjectURL(url));
  const { instantiateStreaming, instantiate } = WebAssembly;
  const remember = async (made) => {
    const { exports } = (await made).instance ?? (await made);
    const own = Object.values(exports).filter((e) => e instanceof WebAssembly.Memory);
    window.memories = [...new Set([...window.memories, ...own])];
    return made;
  };
  WebAssembly.instantiateStreaming = (...words) => remember(instantiateStreaming(...words));
  WebAssembly.instantiate = (...words) => remember(instantiate(...words));
});
await page.goto(server.url);
await page.locator("#play").waitFor();
const cdp = await page.context().newCDPSession(page);
await cdp.send("Performance.enable");

/** What the page holds once nothing is left over. */
async function held() {
  await scene(page, "weights");
  await sleep(2000);
  await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  const urls = await page.evaluate(() => window.urls);
  const memory = await page.evaluate(() => window.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners"), memory, urls, workers: page.workers().length };
}

async function round(id) {
  await scene(page, id);
  await page.locator("#speed").evaluate((slider) => {
    slider.value = slider.max;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await sleep(5000);
  await page.locator("#compare").click();
  await sleep(1000);
  await page.locator("#compare").click();
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  await page.locator("#sweep-start").click();
  await page.waitForFunction(() => /\d/.test(document.querySelector(".sweep-progress").innerText));
  const cancel = page.locator("#sweep-cancel");
  if (await cancel.count()) await cancel.click();
  await page.locator(".bar .segments button").nth(0).click();
  for (let times = 0; times < 2; times++) await page.locator("#language").click();
  await page.locator("#help").click();
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save as SVG/ }).first().evaluate((button) => button.click());
  await (await saved).cancel();
}

const begun = Date.now();
const minutes = () => (Date.now() - begun) / 60_000;
let first;
let rounds = 0;
while (minutes() < MINUTES) {
  for (const id of SCENES) await round(id);
  rounds += SCENES.length;
  const now = await held();
  console.log(`${minutes().toFixed(1)} min, ${rounds} rounds: ${JSON.stringify(now)}`);
  if (minutes() >= Math.min(5, MINUTES / 2)) first ??= now;
}
const last = await held();
console.log(`end: ${JSON.stringify(last)}`);
await browser.close();
await server.close();
assert.deepEqual(trouble, []);
assert.deepEqual([last.workers, last.urls], [0, 0], "no worker and no file is left");
assert.ok(last.memory > 0 && last.memory <= 1.05 * first.memory, `WebAssembly ${first.memory} → ${last.memory} bytes`);
assert.ok(rounds >= Math.floor(ROUNDS * MINUTES), `${rounds} rounds`);
assert.ok(last.heap <= 1.05 * first.heap, `heap ${first.heap} → ${last.heap} bytes`);
assert.ok(last.nodes <= 1.05 * first.nodes && last.listeners <= 1.05 * first.listeners, "nodes and listeners");
