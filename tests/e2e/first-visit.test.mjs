// The first visit: the page starts below any path, asks nobody else for anything, and is soon there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { decided, eventually, expectNoAxeViolations, pause, visits } from "./support.mjs";

const BUDGET = 350 * 1024;

const visit = visits();

test("the page starts below a path and keeps to its own host and its budget", async (t) => {
  const bodies = [];
  const prepare = (page) => page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
  const page = await visit(t, { prepare });
  await page.waitForLoadState("networkidle");

  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  t.diagnostic(`first visit: ${(bytes / 1024).toFixed(0)} KB of ${BUDGET / 1024} KB, gzip`);
  assert.ok(bytes <= BUDGET, `${bytes} bytes`);
});

test("time passes by itself, and stops when asked", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });

  await eventually(async () => (await decided(page)) >= 3, true);
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Pause");
  assert.equal(await page.locator("#banner").isVisible(), false);
  await expectNoAxeViolations(page, "playing");

  await pause(page);
  await expectNoAxeViolations(page, "paused");
});

test("for a reader who avoids motion, time waits for the first press", async (t) => {
  const page = await visit(t);
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Play");
  // A card can be clicked before anything has moved.
  await page.locator("#server-2").waitFor();
  assert.equal(await decided(page), 0);

  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) >= 2, true);
});
