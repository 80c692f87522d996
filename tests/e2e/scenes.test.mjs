// Scenes: every preset, strategy and entry of the guide, in both languages, with a text for everything it says.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, notice, scene, stepTo, visits } from "./support.mjs";

const visit = visits();

// A text without a translation shows as its key, such as `why.heading`; one with an empty place shows the place.
const LOCALES = new URL("../../locales/", import.meta.url);
const roots = readdirSync(LOCALES).flatMap((file) => readFileSync(new URL(file, LOCALES), "utf8").match(/^[a-z][a-z-]*(?=:)/gm));
const RAW = new RegExp(String.raw`(?:^|[^\w.[])(?:(?:en|zh-CN)\.)?(?:${roots.join("|")})\.[a-z][\w.-]*|%\{|\bNaN\b|\bundefined (?!past)|\binf\b`, "g");

/** Remembers what is written on the canvases. */
const listen = (page) =>
  page.addInitScript(() => {
    window.written = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      window.written.add(text);
      return fillText.call(this, text, ...rest);
    };
  });

/** Fails if a raw key, an empty place or no number at all shows anywhere: as text, as a name, or on a canvas. */
async function expectAllSaid(page, what) {
  const said = await page.evaluate(() => {
    const named = ["aria-label", "title", "aria-valuetext"];
    const names = [...document.querySelectorAll("[aria-label], [title], [aria-valuetext]")].flatMap((e) => named.map((n) => e.getAttribute(n) ?? ""));
    return [document.title, document.querySelector("#app").innerText, ...names, ...window.written].join("\n");
  });
  assert.deepEqual([...said.matchAll(RAW)].map(([raw]) => raw.trim()), [], what);
}

const options = (page, select) => page.locator(`${select} option`).evaluateAll((all) => all.map((o) => o.value));

async function show(page, tab) {
  await page.locator(`#tab-${tab}`).click();
  await page.locator(`#panel[aria-labelledby=tab-${tab}]`).waitFor();
}

for (const locale of ["en-US", "zh-CN"]) {
  test(`every scene runs and says everything: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    const ids = await options(page, "#scene");
    assert.ok(ids.length >= 20);
    const rungs = page.locator(".bar .segments button");
    for (const id of ids) {
      await scene(page, id);
      assert.equal(await decided(page), 0, id);
      await stepTo(page, 2);
      for (const tab of ["set-up", "formulas", "why"]) {
        await show(page, tab);
        await expectAllSaid(page, `${id}, ${tab}`);
      }
      // On to where something can be observed, with all charts.
      const end = Number(await page.locator("#scrubber").getAttribute("max"));
      await page.locator("#scrubber").fill(String(end * 0.6));
      await page.locator(".seeking").waitFor({ state: "detached" });
      await eventually(async () => (await decided(page)) > 2, true, id);
      await rungs.nth(1).click();
      await page.locator(".one-run").waitFor();
      await expectAllSaid(page, `${id}, one run`);
      await rungs.nth(0).click();
      assert.equal(await notice(page), "", id);
      assert.equal(await page.locator("#banner").isVisible(), false, id);
    }
  });

  test(`every strategy explains itself: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    const strategies = page.locator("#strategy option");
    for (let i = 0; i < (await strategies.count()); i++) {
      await page.locator("#strategy").selectOption({ index: i });
      const name = await strategies.nth(i).innerText();
      await page.locator("#home").click();
      await stepTo(page, 0);
      for (let n = 1; n <= 3; n++) {
        await stepTo(page, n);
        await page.locator("#panel .why .because").waitFor();
        await expectAllSaid(page, `${name}, task ${n}`);
      }
    }
  });

  test(`every entry of the guide opens: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    await show(page, "guide");
    const entries = page.locator(".guide details");
    assert.ok((await entries.count()) >= 20);
    for (const entry of await entries.all()) {
      await entry.locator("summary").click();
      await entry.locator(".text").waitFor();
      assert.ok((await entry.locator(".text").innerText()).length > 40);
    }
    await expectAllSaid(page, "guide");
    await expectNoAxeViolations(page, "guide, all open");
  });
}

test("every entry of the guide leads to its scene", async (t) => {
  const page = await visit(t);
  await show(page, "guide");
  for (const entry of await page.locator(".guide details").all()) {
    await entry.locator("summary").click();
    const button = entry.getByRole("button");
    await button.click();
    const name = (await button.innerText()).replace(/^Show it: /, "");
    await eventually(() => page.locator("#scene option:checked").innerText(), name);
    assert.ok(await entry.evaluate((e) => e.open), "the text stays open beside its scene");
    await stepTo(page, 1);
  }
});
