// The page in surroundings that forbid something, and what a browser does with it: reloads, other tabs, going back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, decided, eventually, launch, notice, rested, scene, serve, show, state, stepTo, time, type, visits } from "./support.mjs";

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

test("the address holds the run while it plays, without an event that says goodbye", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await scene(page, "inference");
  await eventually(async () => (await decided(page)) >= 4, true);
  await page.waitForTimeout(2000);
  // As a crash leaves it.
  const hash = await page.evaluate(() => location.hash);
  const again = await visit(t, { hash });
  assert.equal(await again.locator("#scene").inputValue(), "inference");
  assert.ok((await decided(again)) >= 4, `${await decided(again)} decisions`);
});

test("a full storage loses nothing but what it cannot hold", async (t) => {
  const prepare = (page) =>
    page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      };
    });
  const page = await visit(t, { prepare, newcomer: true });
  await page.locator("#theme").click();
  await page.locator("#language").click();
  await eventually(() => page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.lang]), ["dark", "zh-CN"]);
  await page.locator("#speed").press("End");
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  await show(page, "lessons");
  await page.locator("#lesson-balancer").click();
  await page.locator("#lesson-next").click();
  await page.locator('#lesson-step[aria-label*="2"]').waitFor();
});

test("without a clipboard, as on a page that came by http, what cannot be copied says so", async (t) => {
  const prepare = (page) => page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const page = await visit(t, { prepare });
  await page.locator("#share").click();
  await page.locator("#copy-link").click();
  await page.getByText("The browser did not allow copying").waitFor();
  assert.equal(await page.locator("#banner").isVisible(), false);
});

test("a browser that refuses WebAssembly is told why nothing comes", async (t) => {
  const server = await serve({ say: () => ({ "content-security-policy": "script-src 'self'" }) });
  const browser = await launch();
  t.after(() => Promise.all([browser.close(), server.close()]));
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.locator("#banner").waitFor();
  assert.match(await page.locator("#banner-what").innerText(), /WebAssembly/);
});

/** Far more events than are run at once, on the way to the end. */
const LONG = { arrivals: { pattern: "poisson", rate_per_s: 20000 }, servers: [{ speed: 30000, slots: 2 }, { speed: 7 }], duration_s: 600 };

test("a long way to another moment can be watched and stopped, and outlives a reload with what was changed", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#open-trace").click();
  await page.locator("#trace-file").setInputFiles({ name: "long.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(LONG)) });
  await page.locator("dialog").waitFor({ state: "detached" });
  await eventually(() => page.locator("#speed-1-box").inputValue(), "7");
  await type(page, "#speed-1-box", "8");
  const atRest = await answers(page, t, "at rest");
  await page.locator("#scrubber").fill("600");
  const seeking = page.locator(".seeking");
  await seeking.waitFor();
  assert.equal(await page.locator(".seeking progress").getAttribute("aria-label"), "On the way to another time");

  const meanwhile = await answers(page, t, "on the way");
  assert.ok(meanwhile <= 100 + 3 * atRest, `within 100 ms, on a machine that answers in ${atRest} ms at rest`);
  assert.equal(await seeking.count(), 1, "it is still on its way");

  await page.reload();
  await seeking.waitFor();
  await show(page, "set-up");
  await eventually(() => page.locator("#speed-1-box").inputValue(), "8");
  await page.locator(".seeking button").click();
  await seeking.waitFor({ state: "detached" });
  const at = await time(page);
  assert.ok(at < 600, `stopped at ${at} s`);
  await page.locator("#step").click();
  await eventually(async () => (await time(page)) >= at, true);
  assert.ok((await time(page)) < 600);
});

test("two tabs: what one remembers the other finds when it opens, and their runs are their own", async (t) => {
  const page = await visit(t);
  await stepTo(page, 3);
  await page.locator("#theme").click();
  const other = await page.context().newPage();
  await other.goto(page.url().split("#")[0]);
  await other.locator("#play").waitFor();
  assert.equal(await other.evaluate(() => document.documentElement.dataset.theme), "dark");
  await stepTo(other, 1);
  await other.locator("#language").click();
  await eventually(() => other.evaluate(() => document.documentElement.lang), "zh-CN");
  await stepTo(page, 4);
  assert.equal(await decided(other), 1);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  await page.reload();
  await page.locator("#play").waitFor();
  assert.deepEqual([await decided(page), await page.evaluate(() => document.documentElement.lang)], [4, "zh-CN"]);
});

test("hidden for an hour, or asleep, the run goes on from where it was", async (t) => {
  const prepare = (page) =>
    page.addInitScript(() => {
      window.later_ms = 0;
      const now = performance.now.bind(performance);
      performance.now = () => now() + window.later_ms;
    });
  const page = await visit(t, { prepare });
  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) >= 2, true);
  const before = await time(page);
  await page.evaluate(() => (window.later_ms = 3_600_000));
  await page.waitForTimeout(1000);
  const after = await time(page);
  assert.ok(after > before && after < before + 5, `from ${before} s to ${after} s`);
});

test("to leave and to come back, paused, is the same moment; back from a bad link too", async (t) => {
  const page = await visit(t);
  await scene(page, "random-split");
  await stepTo(page, 5);
  const before = await state(page);
  await page.goto("about:blank");
  await page.goBack();
  await page.locator("#play").waitFor();
  await page.locator(".part").first().waitFor({ state: "detached" });
  await eventually(() => state(page), before);

  await page.evaluate(() => (location.hash = "#s=3.nonsense"));
  await eventually(async () => (await notice(page)) !== "", true);
  await page.goBack();
  await rested(page);
  await eventually(() => state(page), before);
});

test("400 quick steps, and a reload comes back to the last", async (t) => {
  const page = await visit(t);
  await page.evaluate(() => {
    for (let i = 0; i < 400; i++) document.querySelector("#step").click();
  });
  await eventually(() => decided(page), 400);
  // So many are written to the address a little later: browsers refuse to be written to that often.
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator("#play").waitFor();
  await eventually(() => decided(page), 400);
});
