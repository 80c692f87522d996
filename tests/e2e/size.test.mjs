// How few servers are enough: the question, the search in workers, and the answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, scene, type, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

/** Opens the question on a scene. */
async function question(page, id) {
  await scene(page, id);
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#lab-size").click();
  await page.locator("#size-start").waitFor();
}

const answer = (page) => page.locator(".size-answers").innerText();

test("the fewest servers of M/M/c are found, drawn and said", async (t) => {
  const page = await visit(t, { prepare: listen });
  await question(page, "mmc");
  assert.equal(await page.locator("#sweep-start").isVisible(), false);
  // Erlang C at 4 erlangs: a mean wait of 0.55 s on five servers, 0.14 s on six, 0.04 s on seven.
  await page.locator("#size-goal-0").selectOption("wait_mean_s");
  await type(page, "#size-value-0", "0.08");
  await type(page, "#size-tasks", "5000");
  await expectNoAxeViolations(page, "a question is asked");
  await page.locator("#size-start").click();
  await page.locator("#size-start").waitFor({ timeout: 60_000 });
  await eventually(async () => /7 meet all goals; 6 do not/.test(await answer(page)), true);
  assert.match(await page.locator(".size .sweep-progress").innerText(), /^Done after \d+ runs/);
  assert.match(await page.locator(".size-table").innerText(), /7\s+\d+\s+[\d.]+ s ± [\d.]+ s ✓/);
  await page.locator("#chart-size svg[role=img]").waitFor();
  await expectNoAxeViolations(page, "a question is answered");
  await expectAllSaid(page, "a question is answered");
  assert.equal(page.workers().length, 0);

  // A sweep is still there, and the question when it is opened again.
  await page.locator("#lab-sweep").click();
  await page.locator("#sweep-start").waitFor();
  await page.locator("#lab-size").click();
  assert.equal(await page.locator("#size-value-0").inputValue(), "0.08");
  assert.match(await answer(page), /7 meet all goals/);
});

test("replicas have goals of their own, several routers and a price", async (t) => {
  const page = await visit(t, { prepare: listen });
  await question(page, "prefix-routing");
  await eventually(() => page.locator("#size-goal-0").inputValue(), "ttft_p99_s");
  await type(page, "#size-value-0", "0.13");
  await page.locator("#size-goal-1").selectOption("good_share");
  await type(page, "#size-value-1", "0.9");
  assert.match(await page.locator(".size-goal").nth(1).innerText(), /≥/);
  await page.locator("#size-add").selectOption("sglang-cache-aware");
  await type(page, "#size-most", "8");
  await type(page, "#size-replications", "10");
  await type(page, "#size-tasks", "500");
  await type(page, "#size-price", "2.5");
  await page.locator("#size-start").click();
  await page.locator("#size-start").waitFor({ timeout: 60_000 });
  await eventually(async () => (await answer(page)).match(/meet all goals/g)?.length, 2);
  assert.match(await answer(page), /GPU-hours an hour cost/);
  await expectAllSaid(page, "replicas are sized");
});

test("a question is cancelled, refused where it cannot be, and kept in the link", async (t) => {
  const page = await visit(t);
  await question(page, "mmc");
  await type(page, "#size-tasks", "10000000");
  await page.locator("#size-start").click();
  await page.locator("#size-cancel").click();
  await eventually(() => page.workers().length, 0);
  assert.match(await page.locator(".size .sweep-progress").innerText(), /^Cancelled after/);

  await type(page, "#size-tasks", "5");
  await eventually(async () => /tasks.*\b5\b.*100/.test(await page.locator(".size .refused").innerText()), true);
  assert.ok(await page.locator("#size-start").isDisabled());
  await type(page, "#size-tasks", "4000");
  await page.locator(".size .refused").waitFor({ state: "detached" });

  await page.locator("#size-goal-add").press("Enter");
  await page.locator("#size-goal-1").selectOption("utilisation");
  await type(page, "#size-value-1", "0.8");
  await page.locator("#share").click();
  const link = await page.locator("#link").inputValue();
  const second = await visit(t, { hash: new URL(link).hash });
  await second.locator("#size-start").waitFor();
  await eventually(() => second.locator("#size-goal-1").inputValue(), "utilisation");
  await eventually(() => second.locator("#size-value-1").inputValue(), "0.8");
  await eventually(() => second.locator("#size-tasks").inputValue(), "4000");
});
