// Links and data: their controls, the reason of a pick, the cure; and a table that learns.

import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, seek, show, type, visits } from "./support.mjs";

const visit = visits();

test("a task's transfer is weighed against the queue, and said", async (t) => {
  const page = await visit(t);
  await scene(page, "popular-shard");
  await seek(page, 100);
  const why = page.locator("section.why").first();
  await eventually(async () => /data are nearest to server/.test(await why.innerText()), true);
  await page.locator("#fix").click();
  await page.locator("#fix[disabled]").waitFor();
  await seek(page, 150);
  await eventually(async () => /With transfer and queue, server/.test(await why.innerText()), true);
  await expectNoAxeViolations(page, "weighed");
});

test("links are set, and are in the address", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await type(page, "#answer-size-box", "20");
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=8.")), true);
  await expectNoAxeViolations(page, "the controls of links");
  await page.reload();
  await show(page, "set-up");
  await eventually(() => page.locator("#answer-size-box").inputValue(), "20");
});

test("a table learns in sight, and its regret is charted", async (t) => {
  const page = await visit(t);
  await scene(page, "learning-to-queue");
  await seek(page, 300);
  const chart = page.locator("#chart-regret");
  await eventually(async () => /against an oracle/.test(await chart.innerText()), true);
  await expectNoAxeViolations(page, "a table that learns");
});
