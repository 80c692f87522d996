// What loads later, when the host fails: each place says so and can try again, and nothing else is lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decided, eventually, expectNoAxeViolations, isPart, launch, notice, scene, serve, show, state, type } from "./support.mjs";

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

/** A page whose host can be made to fail for some files: no trouble is expected but that. */
async function visit(t, failing = () => false) {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", serviceWorkers: "block" });
  t.after(() => context.close());
  const host = { failing, asked: 0 };
  await context.route("**", (route) => {
    if (!host.failing(new URL(route.request().url()))) return route.continue();
    host.asked++;
    return route.fulfill({ status: 503 });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(server.url);
  await page.locator("#play").waitFor();
  return { page, host };
}

/** The page behind is whole: it steps and nothing covers its buttons. */
async function goesOn(page) {
  const before = await decided(page);
  await page.locator("#step").click();
  await eventually(() => decided(page), before + 1, "the page goes on");
  await page.locator("#theme").click();
  assert.equal(await page.locator("#banner").isVisible(), false);
}

for (const [tab, there] of [["set-up", "#speed-0-box"], ["formulas", ".formula-card"], ["guide", ".guide details"], ["lessons", ".lessons ol"]]) {
  test(`the panel ${tab} that cannot be loaded says so, and is loaded when asked again`, async (t) => {
    const { page, host } = await visit(t, isPart);
    await show(page, tab);
    const failed = page.locator("#panel .part");
    await failed.getByRole("button", { name: "Try again" }).waitFor();
    await goesOn(page);
    await expectNoAxeViolations(page, `${tab} failed`);

    const before = host.asked;
    await failed.getByRole("button").click();
    await eventually(() => host.asked > before, true, "it is fetched again");
    await failed.getByRole("button").waitFor();

    host.failing = () => false;
    await failed.getByRole("button").click();
    await page.locator(there).first().waitFor();
    await goesOn(page);
  });
}

test("the charts that cannot be loaded leave the rest alone, and come when asked again", async (t) => {
  const { page, host } = await visit(t, isPart);
  const again = page.locator(".work .part").getByRole("button");
  await again.waitFor();
  await goesOn(page);
  host.failing = () => false;
  await again.click();
  await page.locator(".chart svg").first().waitFor();
});

test("a host that gives no answer has failed after a while", async (t) => {
  const { page, host } = await visit(t, isPart);
  await page.locator(".work .part").getByRole("button").waitFor();
  let silent = true;
  await page.route(isPart, (route) => silent || route.continue());
  host.failing = () => false;
  await page.locator(".work .part").getByRole("button").click();
  await page.locator(".work .part[role=status]").waitFor();
  await goesOn(page);
  const again = page.locator(".work .part").getByRole("button");
  await again.waitFor({ timeout: 30_000 });
  silent = false;
  await again.click();
  await page.locator(".chart svg").first().waitFor();
});

test("the guide's texts can be asked for again", async (t) => {
  const { page, host } = await visit(t, ({ pathname }) => /guide\..*\.json$/.test(pathname));
  await show(page, "guide");
  const again = page.locator("#panel .part").getByRole("button");
  await again.waitFor();
  host.failing = () => false;
  await again.click();
  await page.locator(".guide details").first().waitFor();
});

test("the lab that cannot be loaded can be left, and loads later", async (t) => {
  const { page, host } = await visit(t, isPart);
  await page.getByRole("button", { name: "Many runs" }).click();
  const again = page.locator("#lab").getByRole("button");
  await again.waitFor();
  await page.getByRole("button", { name: "One allocation" }).click();
  await goesOn(page);
  host.failing = () => false;
  await page.getByRole("button", { name: "Many runs" }).click();
  await again.click();
  await page.locator("#sweep-start").waitFor();
});

const isReader = ({ pathname }) => pathname.endsWith("/split_link.wasm");

test("a link is kept when its reader cannot be loaded, and opens when the page is loaded again", async (t) => {
  const { page, host } = await visit(t);
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  const { link } = await state(page);

  host.failing = isReader;
  await page.reload();
  await page.locator("#banner").waitFor();
  assert.equal(await page.evaluate(() => location.hash), link);

  host.failing = () => false;
  await page.locator("#banner-reload").click();
  await page.locator("#play").waitFor();
  assert.equal(await decided(page), 1);
});

test("a link put into the address bar whose reader cannot be loaded loses nothing", async (t) => {
  const { page, host } = await visit(t, isReader);
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  const { link } = await state(page);
  await page.locator("#step").click();
  await eventually(() => decided(page), 2);

  await page.evaluate((link) => (location.hash = link), link);
  await eventually(async () => /could not be opened/.test(await notice(page)), true);
  await goesOn(page);
  host.failing = () => false;
  await page.evaluate((link) => (location.hash = link), link);
  await eventually(() => decided(page), 1, "the link is opened");
});

/** Opens many runs and plans some. */
async function lab(page, replications, tasks) {
  await scene(page, "random-split");
  await page.getByRole("button", { name: "Many runs" }).click();
  await page.locator("#sweep-start").waitFor();
  for (const [box, value] of Object.entries({ points: 2, replications, tasks })) await type(page, `#sweep-${box}`, String(value));
  await eventually(() => page.locator("#sweep-start").innerText(), `Run ${4 * replications} runs`);
}

test("a scene whose program cannot be loaded says so, and opens when it is chosen again", async (t) => {
  const { page, host } = await visit(t, ({ pathname }) => pathname.endsWith("/split_replicas.wasm"));
  await page.locator("#scene").selectOption("prefix-cache");
  await eventually(async () => /could not be loaded/.test(await notice(page)), true);
  await goesOn(page);

  host.failing = () => false;
  await scene(page, "weights");
  await scene(page, "prefix-cache");
  await goesOn(page);
});

for (const missing of ["worker_bg.wasm", "worker.js", "start_worker.js"]) {
  test(`a sweep without ${missing} says that there is no worker, and runs when there is`, async (t) => {
    const { page, host } = await visit(t, ({ pathname }) => pathname.endsWith(`/${missing}`));
    await lab(page, 10, 1000);
    await page.locator("#sweep-start").click();
    await page.locator(".refused").waitFor();
    assert.match(await page.locator(".refused").innerText(), /workers cannot/);
    host.failing = () => false;
    await page.locator("#sweep-start").click();
    await eventually(() => page.locator(".sweep-progress").innerText(), "40 runs done");
  });
}

for (const ended of ["one", "all"]) {
  test(`the sweep ends whole when ${ended} of its workers end in the middle`, async (t) => {
    const { page } = await visit(t);
    await page.evaluate(() => {
      window.workers = [];
      const { Worker } = window;
      window.Worker = class extends Worker {
        constructor(...words) {
          super(...words);
          window.workers.push(this);
        }
      };
    });
    await lab(page, 100, 20_000);
    await page.locator("#sweep-start").click();
    await page.waitForFunction(() => /of 400 runs/.test(document.querySelector(".sweep-progress")?.innerText));
    await page.evaluate((ended) => window.workers.slice(0, ended === "one" ? 1 : Infinity).forEach((worker) => worker.terminate()), ended);
    await page.getByText("400 runs done").waitFor({ timeout: 60_000 });
  });
}
