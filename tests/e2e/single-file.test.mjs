// The page as one file, opened from a disk: every scene, the guide, sweeps in workers, both languages.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decided, eventually, launch, notice, scene, show, stepTo, sweep, watch } from "./support.mjs";

const FILE = fileURLToPath(new URL("../../equipoise.html", import.meta.url));

let browser;
let folder;
before(async () => {
  browser = await launch();
  // Alone in a folder, whose name has to be written differently in an address.
  folder = await mkdtemp(join(tmpdir(), "a stick %20 负载-"));
  await copyFile(FILE, join(folder, "equipoise.html"));
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** The page of a visitor, who is asked for nothing but this file. */
async function visit(t) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US", reducedMotion: "reduce", offline: true });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const url = pathToFileURL(join(folder, "equipoise.html")).href;
  const trouble = watch(page, url);
  page.on("request", (request) => /^(blob|data):/.test(request.url()) || request.url().split("#")[0] === url || trouble.push(`asked: ${request.url()}`));
  t.after(async () => {
    await context.close();
    assert.deepEqual(trouble, []);
  });
  await page.goto(url);
  await page.locator("#play").waitFor();
  await page.locator(".part").first().waitFor({ state: "detached" });
  return page;
}

test("every scene plays", async (t) => {
  const page = await visit(t);
  const ids = await page.locator("#scene optgroup option").evaluateAll((all) => all.map((option) => option.value));
  assert.ok(ids.length >= 20);
  for (const id of ids) {
    await scene(page, id);
    await stepTo(page, 2);
    await page.locator("#panel .why .because").waitFor();
    assert.equal(await notice(page), "", id);
  }
  assert.equal(await page.locator("#banner").isVisible(), false);
});

test("panels, dialogs and sweeps are in it, and what is remembered and linked too", async (t) => {
  const page = await visit(t);
  for (const [tab, there] of [["set-up", "#speed-0-box"], ["formulas", ".formula-card"], ["guide", ".guide details"]]) {
    await show(page, tab);
    await page.locator(there).first().waitFor();
  }
  for (const id of ["random-split", "prefix-cache"]) await sweep(page, id);
  await page.locator("#language").click();
  await eventually(() => page.evaluate(() => document.documentElement.lang), "zh-CN");
  await eventually(async () => /[一-龥]/.test(await page.locator(".guide summary").first().innerText()), true);

  await stepTo(page, 3);
  // The address follows a moment later.
  await page.waitForTimeout(1000);
  await page.reload();
  await page.locator("#play").waitFor();
  await eventually(() => page.locator("#scene").inputValue(), "prefix-cache");
  await eventually(() => decided(page), 3);
  await page.locator("a.logo").click();
  await eventually(() => page.locator("#scene").inputValue(), "weights");
});
