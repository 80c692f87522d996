// Compare: a second strategy on the same arrivals, at the same time, and what differs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, pause, scene, seek, state, stepTo, type, visits } from "./support.mjs";

const visit = visits();

/** What both stages say; with the same strategy on both they are equal exactly when both are at the same time. */
const stages = async (page) => (await state(page)).stages;
const areEqual = async (page) => {
  const [a, b] = await stages(page);
  return b !== undefined && a === b;
};

test("compare shows a second stage, and charts of the difference", async (t) => {
  const page = await visit(t);
  await stepTo(page, 6);
  await page.locator("#compare").click();
  await page.locator(".stage").nth(1).waitFor();
  await page.locator("#other-strategy").selectOption("least-connections");
  await stepTo(page, 9);

  const whys = page.locator("#panel .why h2");
  await eventually(() => whys.count(), 2);
  for (const heading of await whys.allInnerTexts()) assert.match(heading, /^Task 9 /, "both decided the same task last");
  assert.match(await page.locator("#panel .why").nth(1).innerText(), /in progress/);
  for (const chart of ["difference", "present-pair"]) {
    assert.ok((await page.locator(`#chart-${chart} .plot svg path, #chart-${chart} .plot svg polyline, #chart-${chart} .plot svg circle`).count()) > 0, chart);
  }
  // Both stages are in sight, and painted.
  for (const stage of await page.locator(".stage").all()) {
    const box = await stage.boundingBox();
    assert.ok(box.height >= 120 && box.y + box.height <= 720, JSON.stringify(box));
    assert.ok((await stage.locator("canvas").first().evaluate((c) => c.toDataURL().length)) > 5000);
  }
  await expectNoAxeViolations(page, "compare");
  await page.locator("#theme").click();
  await page.locator("[data-theme=dark]").waitFor();
  await expectNoAxeViolations(page, "compare, dark");

  await page.locator("#compare").click();
  await eventually(() => page.locator(".stage").count(), 1);
  assert.equal(await page.locator("#chart-difference").count(), 0);
  assert.equal(await decided(page), 9);
});

test("both run on the same arrivals and sizes, at the same time", async (t) => {
  const page = await visit(t);
  await scene(page, "least-connections");
  await page.locator("#compare").click();
  await page.locator("#other-strategy").selectOption("least-connections");
  for (const n of [1, 5, 12, 7, 0]) {
    await stepTo(page, n);
    await eventually(() => areEqual(page), true, `at ${n}`);
  }
  await seek(page, 20);
  await eventually(() => areEqual(page), true, "after a seek");
  await type(page, "#count-box", "4");
  await eventually(async () => (await areEqual(page)) && /Server d/.test((await stages(page))[1]), true, "after a change");

  await page.locator("#other-strategy").selectOption("ip-hash");
  await stepTo(page, 20);
  await eventually(() => areEqual(page), false, "another strategy sends tasks elsewhere");
});

test("both play together, and stop together", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await page.locator("#compare").click();
  await page.locator("#other-strategy").selectOption("smooth-wrr");
  const from = await decided(page);
  await eventually(async () => (await decided(page)) >= from + 6, true);
  await pause(page);
  await eventually(() => areEqual(page), true);
  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) >= from + 9, true);
  await pause(page);
  await eventually(() => areEqual(page), true);
});
