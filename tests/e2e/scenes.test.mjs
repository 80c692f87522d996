// Scenes: every preset and every strategy, in both languages, with a text for everything it says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, notice, scene, show, stepTo, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

const options = (page, select) => page.locator(`${select} option`).evaluateAll((all) => all.map((o) => o.value));

for (const locale of ["en-US", "zh-CN"]) {
  test(`every scene runs and says everything: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    const ids = await options(page, "#scene optgroup");
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
      await rungs.nth(1).evaluate((button) => button.click());
      await page.locator(".one-run").waitFor();
      await expectAllSaid(page, `${id}, one run`);
      await rungs.nth(0).evaluate((button) => button.click());
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
}
