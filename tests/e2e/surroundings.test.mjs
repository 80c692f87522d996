// The page in surroundings that forbid something: no storage, a sandboxed frame; and a reload in the middle of a run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, scene, serve, state, type, visits } from "./support.mjs";

const visit = visits();

test("a browser that forbids storage shows the page all the same", async (t) => {
  const prepare = (page) =>
    page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        },
      });
    });
  const page = await visit(t, { prepare });
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  await page.locator("#theme").click();
  await eventually(() => page.evaluate(() => document.documentElement.dataset.theme), "dark");
});

test("the page runs in a sandboxed frame, as a learning platform embeds it", async (t) => {
  // The frame's origin is opaque, so its modules are fetched as from elsewhere: the host has to allow that.
  const server = await serve({ say: () => ({ "access-control-allow-origin": "*" }) });
  const page = await visit(t, { url: server.url });
  // After the page, which loads its parts ahead, has gone.
  t.after(() => server.close());
  await page.setContent(`<iframe sandbox="allow-scripts" width="1200" height="700" src="${server.url}"></iframe>`);
  const frame = page.frameLocator("iframe");
  await frame.locator("#step").click();
  await frame.getByText("Why this server?").first().waitFor();
  assert.equal(await frame.locator("#banner").isVisible(), false);
});

test("a reload while time passes keeps the scene, its changes and the moment", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await scene(page, "inference");
  await page.locator("#tab-set-up").click();
  await type(page, "#speed-1-box", "3");
  await eventually(async () => (await decided(page)) >= 8, true);
  await page.reload();
  await page.locator("#play").waitFor({ state: "attached" });
  await eventually(() => page.locator("#scene").inputValue(), "inference");
  await eventually(async () => (await decided(page)) >= 3, true, "it goes on from about where it was");
  await page.locator("#tab-set-up").click();
  await eventually(() => page.locator("#speed-1-box").inputValue(), "3");
});
