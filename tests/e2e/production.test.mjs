// What surrounds a strategy in production: states, faults, what balancers know, the way out, and configurations.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, seek, show, state, stepTo, type, visits } from "./support.mjs";

const visit = visits();

/** The tasks that each server got, as the cards say. */
const share = async (page, server) =>
  page.evaluate((server) => {
    const row = [...document.querySelectorAll("dialog table tr")].find((r) => r.innerText.trim().startsWith(server));
    return Number.parseFloat(row.innerText.split("\t")[1]);
  }, server);

async function shares(page) {
  await page.locator("#chart-shares").getByRole("button", { name: /^Show the numbers/ }).click();
  await page.locator("dialog table").waitFor();
  const found = await Promise.all(["■ a", "▲ b", "● c"].map((s) => share(page, s)));
  await page.keyboard.press("Escape");
  return found;
}

test("a server that fails fast draws the tasks, and one button puts it right", async (t) => {
  const page = await visit(t);
  await scene(page, "black-hole");
  await seek(page, 60);
  await expectNoAxeViolations(page, "the black hole");
  const before = await shares(page);
  assert.ok(before[2] > 0.6, `c draws ${before[2]}`);
  await seek(page, 0);
  await page.locator("#fix").click();
  await page.locator("#fix[disabled]").waitFor();
  await seek(page, 60);
  const after = await shares(page);
  assert.ok(after[2] < 0.45, `c draws ${after[2]}`);
});

test("states, planned faults, health and retries are set, and undone", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#add-fault").click();
  await page.locator(".fault-row").waitFor();
  for (const id of ["check", "max-fails", "slow-start", "refresh", "shed", "timeout"]) {
    await page.locator(`#${id}`).check();
    await page.locator(`#${id}-value-box`).waitFor();
  }
  await type(page, "#retries-box", "3");
  await page.locator("#budget").check();
  await expectNoAxeViolations(page, "everything of production is on");
  await page.locator("#server-1").click();
  const card = page.getByRole("dialog", { name: "Server b" });
  await card.getByRole("button", { name: "Failing" }).click();
  await eventually(() => card.getByRole("button", { name: "Failing" }).getAttribute("aria-pressed"), "true");
  await page.keyboard.press("Escape");
  const undo = page.getByRole("button", { name: "Undo" });
  for (let i = 0; i < 20 && (await undo.isEnabled()); i++) await undo.click();
  await eventually(() => page.locator(".fault-row").count(), 0);
});

test("the scene is exported as configuration, copied and kept", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#export").click();
  const text = page.locator("dialog pre.export");
  await eventually(async () => /weight=5/.test(await text.innerText().catch(() => "")), true);
  await expectNoAxeViolations(page, "a configuration is shown");
  await page.getByRole("button", { name: "haproxy" }).click();
  await eventually(async () => /balance /.test(await text.innerText()), true);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#download-export").click()]);
  assert.equal(download.suggestedFilename(), "haproxy.cfg");
  assert.match(await readFile(await download.path(), "utf8"), /weight 5/);
});

test("one click breaks a formula's condition, and the gap is told", async (t) => {
  const page = await visit(t);
  await scene(page, "mm1");
  await show(page, "formulas");
  await stepTo(page, 7);
  const before = await state(page);
  const card = page.locator("#what-if");
  await page.locator("#what-if-tails").click();
  await eventually(async () => /no task is done yet/.test(await card.innerText()), true);
  assert.match(await card.innerText(), /Press Play/, "it says what to do next");
  await seek(page, 400);
  await eventually(async () => /heavy tail[^]*=\s*10\s+s[^]*so far\s+[\d.]+ s \(\d+ tasks done\)/.test(await card.innerText()), true);
  await expectNoAxeViolations(page, "a condition is broken");
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(() => state(page), before, "undo leads back to the moment");
  await page.locator("#what-if-tails").click();
  await page.locator("#what-if-tails").click();
  await eventually(() => card.locator("dl").count(), 0);
});
