// Health by a program's rule, numbers that change by plan, and how retries are sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, show, state, type, visits } from "./support.mjs";

const visit = visits();

test("a program's rule, a planned change and pauses that grow are set, and are in the address", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#max-fails").check();
  await page.locator("#passive-rule").selectOption({ label: "Envoy" });
  await page.locator("#most-ejected-box").waitFor();
  await type(page, "#retries-box", "3");
  await page.locator("#backoff-law").selectOption({ label: "each twice the last" });
  await page.locator("#retry-to").selectOption({ label: "a server not tried yet (nginx)" });
  await page.locator("#add-change").click();
  const row = page.locator(".change-row");
  await row.waitFor();
  await row.locator("select").selectOption("servers.*.weight");
  const to = row.getByRole("spinbutton", { name: "To" });
  await to.fill("7");
  await page.keyboard.press("Tab");
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=8.")), true);
  // What no server can have is said, and does not stay in the box.
  await to.fill("1000000000");
  await page.keyboard.press("Tab");
  await page.locator(".notice.refusal").waitFor();
  await eventually(() => to.inputValue(), "7");
  await expectNoAxeViolations(page, "a program's rule and a planned change");
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=8.")), true);
  await page.reload();
  await show(page, "set-up");
  assert.equal(await page.locator("#passive-rule option:checked").innerText(), "Envoy");
  assert.equal(await page.locator("#most-ejected-box").isVisible(), true);
  assert.equal(await page.locator("#retries-box").inputValue(), "3");
  assert.equal(await page.locator("#backoff-law option:checked").innerText(), "each twice the last");
  assert.equal(await page.locator("#retry-to option:checked").innerText(), "a server not tried yet (nginx)");
  assert.equal(await row.locator("select").inputValue(), "servers.*.weight");
  assert.equal(await to.inputValue(), "7");
});

test("the scene of Envoy's tenth is put right", async (t) => {
  const page = await visit(t);
  await scene(page, "ejection-limit");
  await page.locator("#fix").click();
  await page.locator("#fix[disabled]").waitFor();
  assert.ok(await state(page));
});
