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
  const headings = await whys.allInnerTexts();
  headings.forEach((heading, i) => assert.match(heading, [/^A\s+Task 9 /, /^B\s+Task 9 /][i], "both decided the same task last"));
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
  assert.deepEqual(await page.locator(".whose .badge").allInnerTexts(), ["A", "B"]);
  await expectNoAxeViolations(page, "compare");
  await page.locator("#theme").click();
  await page.locator("[data-theme=dark]").waitFor();
  await expectNoAxeViolations(page, "compare, dark");

  await page.locator("#compare").click();
  await eventually(() => page.locator(".stage").count(), 1);
  assert.equal(await page.locator("#chart-difference").count(), 0);
  assert.equal(await decided(page), 9);
});

for (const viewport of [{ width: 1280, height: 720 }, { width: 1440, height: 900 }]) {
  test(`${viewport.width}×${viewport.height}: with all charts below, both stages still have their height`, async (t) => {
    const page = await visit(t, { viewport });
    await page.locator("#compare").click();
    await page.locator(".bar .segments button").nth(1).click();
    await eventually(() => page.locator(".chart").count().then((n) => n > 3), true);
    const { y } = await page.locator(".transport").boundingBox();
    for (const stage of await page.locator(".stage").all()) {
      const box = await stage.boundingBox();
      assert.ok(box.height >= 250 && box.y + box.height <= y + 0.5, JSON.stringify(box));
    }
    const charts = await page.locator(".charts").boundingBox();
    assert.ok(charts.height >= 180 && charts.y + charts.height <= viewport.height + 0.5, JSON.stringify(charts));
    await page.locator("#compare").click();
    await eventually(() => page.locator(".stage").count(), 1);
    assert.ok((await page.locator(".stage").boundingBox()).height >= 200, "alone");
  });
}

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

test("a scene that is kept is compared with another one, here, in a link and in many runs", async (t) => {
  const page = await visit(t);
  await scene(page, "mm1");
  await page.locator("#compare").click();
  await page.locator("#keep").click();
  await expectNoAxeViolations(page, "a scene is kept");
  await scene(page, "two-speeds");
  // A is the new scene with its two servers, B the one that was kept.
  await eventually(async () => (await stages(page)).map((text) => /Server b/.test(text)), [true, false]);
  await stepTo(page, 12);
  await eventually(() => page.locator(".whys .why").count(), 2);
  assert.match(await page.locator("#other-strategy option:checked").innerText(), /M\/M\/1/);

  const elsewhere = await visit(t, { hash: await page.evaluate(() => location.hash) });
  await eventually(async () => (await stages(elsewhere)).map((text) => /Server b/.test(text)), [true, false]);

  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-param").selectOption("nothing");
  await type(page, "#sweep-replications", "10");
  await type(page, "#sweep-tasks", "2000");
  await eventually(() => page.locator("#sweep-start").innerText(), "Run 20 runs");
  await page.locator("#sweep-start").click();
  await eventually(() => page.locator(".sweep-progress").innerText(), "20 runs done");
  const ways = await page.locator(".sweep-point p").allInnerTexts();
  assert.match(ways[0], /^A: Two speeds/);
  assert.match(ways[1], /^B: M\/M\/1.* ± .*× A: .* ± .*pairs of runs on the same seeds/s);
  await expectNoAxeViolations(page, "two scenes in many runs");
  await page.locator("#sweep-alone").click();
  await eventually(() => page.locator("#sweep-alone").count(), 0);
  await page.locator(".bar .segments button").first().click();
  await eventually(() => page.locator(".stage").count(), 1);
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
