// Charts: what is under the pointer, the numbers as a table, and files to keep.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, seek, stepTo, visits } from "./support.mjs";

const visit = visits();
const chart = (page, n) => page.locator(".chart").nth(n);

test("the pointer reads values", async (t) => {
  const page = await visit(t);
  await stepTo(page, 8);
  for (let n = 0; n < 3; n++) {
    const { x, y, width, height } = await chart(page, n).locator(".plot").boundingBox();
    await page.mouse.move(x + width * 0.4, y + height * 0.5);
    await chart(page, n).locator(".reading").waitFor();
    assert.match(await chart(page, n).locator(".reading").innerText(), /\d/);
  }
  await page.mouse.move(5, 5);
  await eventually(() => page.locator(".reading").count(), 0);
});

test("the values read are those under the pointer, by mouse and by finger", async (t) => {
  const page = await visit(t, { hasTouch: true });
  await stepTo(page, 8);
  const shares = page.locator("#chart-shares");
  const { x, y, width, height } = await shares.locator(".plot").boundingBox();
  const at = (part) => [x + 46 + (width - 60) * part, y + height / 2];
  for (const [part, server] of [[1 / 6, "a"], [1 / 2, "b"], [5 / 6, "c"]]) {
    await page.mouse.move(...at(part));
    await eventually(async () => (await shares.locator(".reading > b").innerText()).slice(-1), server);
  }
  await page.mouse.move(5, 5);
  await page.touchscreen.tap(...at(1 / 2));
  await eventually(async () => (await shares.locator(".reading > b").innerText()).slice(-1), "b");
});

test("a table shows a chart's numbers, keeps the focus and gives it back", async (t) => {
  const page = await visit(t);
  await stepTo(page, 8);
  const button = chart(page, 0).getByRole("button", { name: /^Show the numbers/ });
  await button.press("Enter");
  const dialog = page.locator("dialog[open]");
  // What is in a dialog may have to be loaded first.
  await dialog.locator("tbody tr").nth(2).waitFor();
  assert.match(await dialog.locator("tbody").innerText(), /\d/);
  await expectNoAxeViolations(page, "table");
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("dialog")));
  }
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await eventually(() => button.evaluate((b) => b === document.activeElement), true);
});

test("a chart can be kept as SVG and as CSV", async (t) => {
  const page = await visit(t);
  await stepTo(page, 8);
  const save = async (what) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      chart(page, 0).getByRole("button", { name: new RegExp(`^Save as ${what}`) }).click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
  };
  const [svgName, svg] = await save("SVG");
  assert.match(svgName, /\.svg$/);
  assert.match(svg, /<svg [^]*<\/svg>\s*$/);
  const [csvName, csv] = await save("CSV");
  assert.match(csvName, /\.csv$/);
  const rows = csv.trim().split(/\r?\n/);
  assert.ok(rows.length >= 4);
  assert.equal(new Set(rows.map((row) => row.split(",").length)).size, 1, csv);
});

test("each place shows any chart that suits the scene", async (t) => {
  const page = await visit(t);
  await stepTo(page, 8);
  const choose = chart(page, 2).locator("select");
  for (const name of await choose.locator("option").allInnerTexts()) {
    await choose.selectOption({ label: name });
    await eventually(() => choose.locator("option:checked").innerText(), name);
    assert.ok((await chart(page, 2).locator(".plot svg *").count()) > 3, name);
  }
});

for (const viewport of [{ width: 1280, height: 720 }, { width: 1440, height: 900 }]) {
  test(`whatever the charts have to say, the stage keeps its height: ${viewport.width}×${viewport.height}`, async (t) => {
    const page = await visit(t, { viewport });
    const height = () => page.locator(".stage").evaluate((stage) => stage.clientHeight);
    const notes = new Set();
    for (const id of ["weights", "mm1", "herding", "remapping-storm", "training"]) {
      await scene(page, id);
      const first = await height();
      for (const part of [0.02, 0.3, 1]) {
        await seek(page, part * Number(await page.locator("#scrubber").getAttribute("max")));
        await eventually(height, first, `${id} at ${part}`);
        notes.add((await page.locator(".charts .key").allInnerTexts()).join("\n"));
      }
    }
    assert.ok(notes.size > 8, "the charts say something else each time");
  });
}
