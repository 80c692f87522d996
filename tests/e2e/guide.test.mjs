// The guide: every entry, in both languages, leads to the scene that shows it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, show, stepTo, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

for (const locale of ["en-US", "zh-CN"]) {
  test(`every entry of the guide opens: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    await show(page, "guide");
    const entries = page.locator(".guide details");
    await eventually(async () => (await entries.count()) >= 20, true, "the guide is loaded");
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
