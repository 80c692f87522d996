// A strict policy: the page gets along with one that forbids inline scripts, inline styles and `eval`, and asks no other
// host for anything. The page has it itself; here the host says it too, so that workers have it, and hears of violations.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DIST, eventually, launch, pause, scene, serve, show, stepTo, sweep, watch } from "./support.mjs";

const POLICY = readFileSync(join(DIST, "index.html"), "utf8").match(/Content-Security-Policy" content="(.+?)"/)[1];

const violations = [];
let server;
let browser;
before(async () => {
  const say = (path) => {
    if (path.endsWith("/violation")) violations.push(path);
    return { "content-security-policy": `${POLICY}; report-uri ./violation` };
  };
  server = await serve({ say });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function visit(t) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US" });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const trouble = watch(page, server.url);
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  await page.goto(server.url);
  await page.locator("#play").waitFor();
  return { page, trouble };
}

test("the policy allows no inline script, no inline style and no eval", () => {
  assert.match(POLICY, /default-src 'self'/);
  assert.match(POLICY, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
  assert.doesNotMatch(POLICY, /unsafe-inline|'unsafe-eval'|\*|https?:|style-src/);
});

test("a whole session violates nothing, and asks no other host", async (t) => {
  const { page, trouble } = await visit(t);
  // The first scene plays.
  await page.locator("#panel .why .because").waitFor();
  // A newcomer is asked a question, which would take the first click on a card.
  await page.locator("#guess-dismiss").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".guess").waitFor({ state: "detached" });
  await pause(page);
  await stepTo(page, 7);
  await page.locator("#server-1").click();
  await page.locator(".popover").waitFor();
  await page.keyboard.press("Escape");
  // What is styled by numbers still is.
  assert.ok((await page.locator("#server-1").boundingBox()).x > (await page.locator("#server-1").evaluate((card) => card.parentElement.getBoundingClientRect().x)));

  for (const language of ["en", "zh-CN"]) {
    await eventually(() => page.evaluate(() => document.documentElement.lang), language);
    for (const [tab, there] of [["set-up", "#speed-0-box"], ["formulas", ".formula-card math"], ["lessons", ".lessons ol"], ["guide", ".guide details"]]) {
      await show(page, tab);
      await page.locator(there).first().waitFor();
    }
    for (const entry of await page.locator(".guide summary").all()) await entry.evaluate((e) => e.click());
    await page.locator("#language").click();
  }

  await show(page, "lessons");
  await page.locator("#lesson-balancer").click();
  await page.locator("#lesson-next").click();
  await page.locator('#lesson-step[aria-label*="2"]').waitFor();
  await scene(page, "weights");
  await show(page, "why");

  await page.locator("#compare").click();
  await page.locator(".stage").nth(1).waitFor();
  await page.locator("#compare").click();
  await page.locator(".bar .segments button").nth(1).click();
  await page.locator(".chart svg").first().waitFor();
  await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Save as SVG/ }).first().click()]);
  await page.locator(".bar .segments button").nth(0).click();
  await show(page, "set-up");
  await page.locator("#export").click();
  await page.locator("dialog pre.export").waitFor();
  await Promise.all([page.waitForEvent("download"), page.locator("#download-export").click()]);
  await page.keyboard.press("Escape");

  for (const id of ["random-split", "prefix-cache"]) await sweep(page, id);
  await page.locator("#share").click();
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  // It is kept for use without a network under the same policy.
  await eventually(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state), "activated");

  assert.deepEqual(await page.evaluate(() => window.violations), []);
  assert.deepEqual(violations, []);
  assert.deepEqual(trouble, []);
});

test("the three buttons of the banner work under the policy", async (t) => {
  const { page } = await visit(t);
  await pause(page);
  await scene(page, "random-split");
  await stepTo(page, 2);
  const fail = async () => {
    await page.evaluate(() => setTimeout(() => { throw new Error("made up"); }));
    await page.locator("#banner").waitFor();
    assert.match(await page.locator("#banner-what").innerText(), /made up/);
    await page.evaluate(() => (window.same = true));
  };
  const isSame = () => page.evaluate(() => window.same ?? false);
  await fail();
  await page.locator("#banner-close").click();
  await page.locator("#banner").waitFor({ state: "hidden" });
  assert.equal(await isSame(), true);

  await fail();
  await page.locator("#banner-reload").click();
  await eventually(isSame, false);
  await page.locator("#play").waitFor();
  assert.equal(await page.locator("#scene").inputValue(), "random-split");

  await fail();
  await page.locator("#banner-first").click();
  await eventually(isSame, false);
  await page.locator("#play").waitFor();
  assert.equal(await page.locator("#scene").inputValue(), "weights");
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});

test("what the policy forbids is heard of", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await eventually(() => page.evaluate(() => window.violations.length > 0), true);
  await eventually(() => violations.length > 0, true, "the host hears of it");
});
