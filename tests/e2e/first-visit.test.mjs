// The first visit: the page starts below any path, asks nobody else for anything, and is soon there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, serve, watch } from "./support.mjs";

const BUDGET = 350 * 1024;

let server;
let browser;

before(async () => {
  server = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test("the page starts below a path and keeps to its own host and its budget", async (t) => {
  const page = await browser.newPage();
  const trouble = watch(page, server.url);
  const bodies = [];
  page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));

  await page.goto(server.url, { waitUntil: "networkidle" });
  await page.getByRole("heading", { level: 1 }).waitFor();

  assert.deepEqual(trouble, []);
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  t.diagnostic(`first visit: ${(bytes / 1024).toFixed(0)} KB of ${BUDGET / 1024} KB, gzip`);
  assert.ok(bytes <= BUDGET, `${bytes} bytes`);
});
