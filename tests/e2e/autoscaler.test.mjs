// An autoscaler over standby servers: its controls, the ghost cards in words, the chart, the cure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, seek, show, type, visits } from "./support.mjs";

const visit = visits();

test("a cold start is seen on the stage and in the chart, at the same moment, and is put right", async (t) => {
  const page = await visit(t);
  await scene(page, "cold-start");
  const said = () => page.locator(".stage p.hidden").innerText();
  await seek(page, 200);
  await eventually(async () => /starting: compiling, ready in 1(69|70) s/.test(await said()), true);
  const chart = page.locator("#chart-scaling");
  await eventually(async () => /6 ordered, 2 useful/.test(await chart.innerText()), true);
  await expectNoAxeViolations(page, "standby servers that start");
  await page.locator("#fix").click();
  await page.locator("#fix[disabled]").waitFor();
});

test("what a short tail costs is an example away: p99 against server-hours, beside a timetable", async (t) => {
  const page = await visit(t);
  await scene(page, "rush-hour");
  await page.locator(".bar .segments button:nth-child(3)").click();
  await page.locator("#sweep-example").click();
  await page.locator(".sweep-progress", { hasText: "120 runs done" }).waitFor({ timeout: 240_000 });
  const chart = page.locator("#chart-trade");
  await eventually(async () => /99th percentile of response against server-hours/.test(await chart.innerText()), true);
  await eventually(async () => /A: Kubernetes HPA[^]*B: a timetable/.test(await chart.innerText()), true);
  const cells = page.locator(".sweep-point p");
  const at = /([\d.]+) ± [\d.]+ s at ([\d.]+) ± [\d.]+ \/h/;
  const numbers = async () => (await cells.allInnerTexts()).map((text) => text.match(at).slice(1).map(Number));
  const [few, timetable] = await numbers();
  await page.locator("#sweep-point").selectOption({ label: "2.6" });
  await eventually(async () => (await numbers())[0][0] > 20 * few[0], true);
  const [many] = await numbers();
  assert.ok(few[1] > many[1] && many[1] > timetable[1], "server-hours");
  assert.ok(timetable[0] < 1.5 * few[0], "as fast");
  await expectNoAxeViolations(page, "one number against another");
  // By keyboard back to what was changed.
  await page.locator("#sweep-across").focus();
  await page.keyboard.press("Home");
  await page.locator("#chart-sweep").waitFor();
});

test("an autoscaler is set by keyboard, undone, and is in the address", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#scale-by").focus();
  await page.locator("#scale-by").selectOption({ label: "Kubernetes HPA" });
  await page.locator("#on-at-start-box").waitFor();
  await type(page, "#scale-target-box", "2.5");
  await page.locator("#start-up").selectOption({ label: "82 s: the same, cached" });
  await expectNoAxeViolations(page, "the controls of an autoscaler");
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=8.")), true);
  await page.reload();
  await show(page, "set-up");
  await eventually(() => page.locator("#scale-target-box").inputValue(), "2.5");
  await page.locator("#start-up").selectOption({ label: "the times below" });
  await page.locator("#start-node-box").waitFor();
  await page.keyboard.press("Control+z");
  await eventually(() => page.locator("#start-up option:checked").innerText(), "82 s: the same, cached");
});
