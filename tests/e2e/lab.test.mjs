// The third rung: sweeps in workers, with progress and cancel, while the page answers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { answers, decided, eventually, expectNoAxeViolations, scene, type, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

/** Opens the lab on a scene and plans a sweep: points, runs at each point, tasks in each run. */
async function lab(page, id, points, replications, tasks) {
  await scene(page, id);
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  for (const [box, value] of Object.entries({ points, replications, tasks })) {
    await type(page, `#sweep-${box}`, String(value));
  }
  const runs = points * replications * 2;
  await eventually(() => page.locator("#sweep-start").innerText(), `Run ${runs} runs`);
}

const done = (page) => page.locator(".sweep-progress").innerText();

test("a sweep runs in workers, is drawn, and opens one of its runs", async (t) => {
  const page = await visit(t, { prepare: listen });
  await lab(page, "random-split", 3, 10, 2000);
  await expectNoAxeViolations(page, "a sweep is planned");
  await page.locator("#sweep-start").click();
  await eventually(() => done(page), "60 runs done");
  await expectNoAxeViolations(page, "a sweep is done");
  await expectAllSaid(page, "a sweep is done");
  const key = await page.locator("#chart-sweep .key").innerText();
  assert.match(key, /formula: Random/);

  // The chart's numbers: the mean at the first point, where ρ = 0.5 and W = 2 s.
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as JSON" }).click()]);
  const rows = JSON.parse(await readFile(await download.path(), "utf8"));
  const first = rows.find((row) => Object.values(row)[0] === 0.5);
  assert.ok(Object.values(first).some((y) => typeof y === "number" && Math.abs(y - 2) < 0.2), JSON.stringify(first));

  await page.locator("#sweep-point").selectOption({ index: 2 });
  await page.getByRole("button", { name: "Open one of its runs" }).first().click();
  await page.locator(".one-allocation").waitFor();
  assert.equal(await page.locator("#lab").isVisible(), false);
  assert.equal(await decided(page), 0);

  // Back in the lab the run is one of the sweep's, and no other scene to sweep.
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator(".sweep-point").waitFor();
  assert.equal(await page.locator(".sweep-tools .hint").count(), 0);
  await page.locator(".bar .segments button").nth(0).click();
  await page.getByRole("button", { name: "Undo" }).click();
});

test("while a sweep runs the page answers at once, and to cancel ends the workers", async (t) => {
  const page = await visit(t);
  await lab(page, "least-connections", 20, 100, 1000000);
  const atRest = await answers(page, t, "at rest");
  await page.locator("#sweep-start").click();
  await page.waitForFunction(() => /of 4,?000 runs/.test(document.querySelector(".sweep-progress").innerText));
  assert.ok(page.workers().length >= 1);
  assert.ok((await answers(page, t, "meanwhile")) <= 100 + 3 * atRest, "within 100 ms");
  await page.locator("#sweep-cancel").click();
  await eventually(() => page.workers().length, 0);
  assert.match(await done(page), /^Cancelled after/);
});

test("a wrong plan hides neither the sweep that runs nor its cancel, and a batch begins with its length", async (t) => {
  const page = await visit(t);
  await lab(page, "preprocessing", 3, 100, 2000);
  await page.locator("#sweep-start").click();
  await page.locator(".sweep-progress").waitFor();
  await eventually(() => page.locator("#sweep-metric").inputValue(), "round_mean_s");
  await type(page, "#sweep-tasks", "1");
  await page.locator(".refused").waitFor();
  assert.ok(await page.locator(".sweep-progress").isVisible());
  await page.locator("#sweep-metric").selectOption("response_mean_s");
  await type(page, "#sweep-tasks", "3000");
  await page.locator(".refused").waitFor({ state: "detached" });
});

test("a sweep is kept in the link", async (t) => {
  const page = await visit(t);
  await lab(page, "random-split", 5, 12, 3000);
  await page.locator("#share").click();
  const link = await page.locator("#link").inputValue();
  const second = await visit(t, { hash: new URL(link).hash });
  await second.locator("#sweep-start").waitFor();
  await eventually(() => second.locator("#sweep-points").inputValue(), "5");
  await eventually(() => second.locator("#sweep-tasks").inputValue(), "3000");
});

test("a plan that cannot be is refused with field, value and range", async (t) => {
  const page = await visit(t);
  await lab(page, "random-split", 3, 10, 2000);
  await type(page, "#sweep-to", "40");
  await page.locator("#sweep-tasks").fill("1");
  await page.locator("#sweep-tasks").blur();
  await eventually(async () => /tasks.*\b1\b.*100/.test(await page.locator(".refused").innerText()), true);
  assert.ok(await page.locator("#sweep-start").isDisabled());
  await type(page, "#sweep-tasks", "2000");
  await page.locator(".refused").waitFor({ state: "detached" });
  assert.ok(await page.locator("#sweep-start").isEnabled());
});

test("numbers that change before anything is drawn again are all kept", async (t) => {
  const page = await visit(t);
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  await page.evaluate(() => {
    for (const [box, value] of [["points", 2], ["replications", 3], ["tasks", 200]]) {
      const input = document.querySelector(`#sweep-${box}`);
      input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  await eventually(() => page.locator("#sweep-start").innerText(), "Run 12 runs");
  assert.equal(await page.locator("#sweep-tasks").inputValue(), "200");
});
