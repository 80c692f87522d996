// What loads later, when the host fails: each place says so and can try again, and nothing else is lost.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { decided, eventually, expectNoAxeViolations, hasten, isPart, launch, notice, scene, serve, show, state, type } from "./support.mjs";

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

/**
 * A page whose host can be made to fail for some files: no trouble is expected but that. With `file` the host gives
 * another `answer` for it from the start, and the page is not waited for; neither is it where it has another `url`.
 */
async function visit(t, { failing = () => false, prepare = () => {}, file, answer, url = server.url } = {}) {
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
  await prepare(page);
  if (file) await page.route(file, answer);
  await page.goto(url, { waitUntil: "commit" });
  if (!file && url === server.url) await page.locator("#play").waitFor();
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
    const { page, host } = await visit(t, { failing: isPart });
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
  const { page, host } = await visit(t, { failing: isPart });
  const again = page.locator(".work .part").getByRole("button");
  await again.waitFor();
  await goesOn(page);
  host.failing = () => false;
  await again.click();
  await page.locator(".chart svg").first().waitFor();
});

test("a host that gives no answer has failed after a while", async (t) => {
  const { page, host } = await visit(t, { failing: isPart });
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
  const { page, host } = await visit(t, { failing: ({ pathname }) => /guide\..*\.json$/.test(pathname) });
  await show(page, "guide");
  const again = page.locator("#panel .part").getByRole("button");
  await again.waitFor();
  host.failing = () => false;
  await again.click();
  await page.locator(".guide details").first().waitFor();
});

test("the lab that cannot be loaded can be left, and loads later", async (t) => {
  const { page, host } = await visit(t, { failing: isPart });
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
  const { page, host } = await visit(t, { failing: isReader });
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  const { link } = await state(page);
  await page.locator("#step").click();
  await eventually(() => decided(page), 2);

  await page.evaluate((link) => (location.hash = link), link);
  await eventually(async () => /could not be opened/.test(await notice(page)), true);
  await goesOn(page);
  host.failing = () => false;
  // Only another address is heard of: the step must have been written first.
  await eventually(async () => (await page.evaluate(() => location.hash)) !== link, true);
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
  const { page, host } = await visit(t, { failing: ({ pathname }) => pathname.endsWith("/split_replicas.wasm") });
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
    const { page, host } = await visit(t, { failing: ({ pathname }) => pathname.endsWith(`/${missing}`) });
    await lab(page, 10, 1000);
    await page.locator("#sweep-start").click();
    await page.locator(".refused").waitFor();
    assert.match(await page.locator(".refused").innerText(), /workers cannot/);
    host.failing = () => false;
    await page.locator("#sweep-start").click();
    await eventually(() => page.locator(".sweep-progress").innerText(), "40 runs done");
  });
}

/** Ends or silences workers: what they are sent is lost. */
const INTERFERE = {
  "one of its workers ends": () => window.workers[0].terminate(),
  "all of its workers end": () => window.workers.forEach((worker) => worker.terminate()),
  "one of its workers hangs": () => (window.workers[0].postMessage = () => {}),
};

/** Remembers all workers that the page starts. */
const rememberWorkers = () => {
  window.workers = [];
  const { Worker } = window;
  window.Worker = class extends Worker {
    constructor(...words) {
      super(...words);
      window.workers.push(this);
    }
  };
};

/** Runs the sweep that is planned, with something done to it meanwhile; what its chart holds then. */
async function swept(page, interfere) {
  await page.locator("#sweep-start").click();
  if (interfere) {
    await page.waitForFunction(() => /of 80 runs/.test(document.querySelector(".sweep-progress")?.innerText));
    await page.evaluate(interfere);
  }
  await page.getByText("80 runs done").waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as JSON" }).click()]);
  return readFile(await download.path(), "utf8");
}

test("a sweep ends whole, with each run once and the same numbers, whatever happens to its workers", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(rememberWorkers);
  await lab(page, 20, 20_000);
  const undisturbed = await swept(page);
  for (const [what, interfere] of Object.entries(INTERFERE)) {
    await page.evaluate(() => (window.workers = []));
    assert.equal(await swept(page, interfere), undisturbed, what);
  }
});

test("how few servers are enough is found all the same when a worker ends", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(rememberWorkers);
  await scene(page, "mmc");
  await page.getByRole("button", { name: "Many runs" }).click();
  await page.locator("#lab-size").click();
  await page.locator("#size-goal-0").selectOption("wait_mean_s");
  await type(page, "#size-value-0", "0.08");
  await type(page, "#size-tasks", "5000");
  await page.locator("#size-start").click();
  await eventually(() => page.evaluate(() => window.workers.length > 0), true);
  await page.evaluate(() => window.workers[0].terminate());
  await eventually(async () => /7 meet all goals; 6 do not/.test(await page.locator(".size-answers").innerText()), true, "found", 60_000);
});

const scenario = { name: "mine.json", mimeType: "application/json", buffer: Buffer.from('{"servers": [{"speed": 3}, {"speed": 2}]}') };
const measured = Array.from({ length: 30 }, (_, i) =>
  JSON.stringify({ input_toks: 300, output_toks: 40, arrival_time: i * 0.2, queued_ts: i * 0.2, scheduled_ts: i * 0.2 + 0.01, first_token_ts: i * 0.2 + 0.08, last_token_ts: i * 0.2 + 0.9 }),
).join("\n");

/** Opens a file in its dialog. */
async function open(page, file) {
  await show(page, "set-up");
  await page.locator("#open-trace").click();
  await page.locator("#trace-file").setInputFiles(file);
}

/** What is said of a job that no worker does. */
const refusal = async (page) => {
  await page.locator("dialog .refused").waitFor();
  return page.locator("dialog .refused").innerText();
};

for (const missing of ["worker_bg.wasm", "start_worker.js"]) {
  test(`without ${missing} to save, to open and to compare say so, and can be tried again`, async (t) => {
    const { page, host } = await visit(t);
    const fail = ({ pathname }) => pathname.endsWith(`/${missing}`);
    host.failing = fail;
    await open(page, scenario);
    assert.match(await refusal(page), /in the background.*Try again/);
    await expectNoAxeViolations(page, "no worker");
    host.failing = () => false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
    await eventually(() => page.locator("#speed-0-box").inputValue(), "3");

    host.failing = fail;
    await page.locator("#export").click();
    await page.locator("#save-scenario").click();
    assert.match(await refusal(page), /in the background/);
    host.failing = () => false;
    await Promise.all([page.waitForEvent("download"), page.locator("#save-scenario").click()]);
    await page.keyboard.press("Escape");

    await open(page, { name: "run.jsonl", mimeType: "text/plain", buffer: Buffer.from(measured) });
    await page.locator("#trace").waitFor();
    host.failing = fail;
    await page.locator("#open-measured").click();
    assert.match(await refusal(page), /in the background/);
    host.failing = () => false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#measured").waitFor();
  });
}

for (const harm of ["hangs", "ends"]) {
  test(`a worker that ${harm} before it has read a file is given up, and the file can be read again`, async (t) => {
    const { page } = await visit(t, { prepare: hasten });
    await page.evaluate((harm) => {
      window.harm = harm;
      const { Worker } = window;
      window.Worker = class extends Worker {
        postMessage(...words) {
          if (window.harm === "ends") this.terminate();
          else if (!window.harm) super.postMessage(...words);
        }
      };
    }, harm);
    await open(page, scenario);
    assert.match(await refusal(page), /no answer/);
    await page.evaluate(() => Object.assign(window, { harm: undefined, patient: true }));
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
  });
}

test("exercises that could not be fetched come with the next scene", async (t) => {
  const { page, host } = await visit(t, { failing: (url) => /\/exercises\./.test(url.pathname) });
  // They come with the part that reads lessons.
  await show(page, "lessons");
  await show(page, "why");
  await eventually(() => host.asked, 1, "they are asked for");
  host.failing = () => false;
  await goesOn(page);
  assert.equal(await page.locator("#exercise").count(), 0);
  await scene(page, "round-robin");
  await page.locator("#exercise").waitFor();
});

const never = () => {};
const notFound = (route) => route.fulfill({ status: 404 });
const html = (route) => route.fulfill({ contentType: "text/html", body: "<p>Sign in to this network</p>" });
const half = async (route) => {
  const response = await route.fetch();
  const body = await response.body();
  await route.fulfill({ response, body: body.subarray(0, body.length / 2) });
};

// What the page cannot start without, what the host does with it, and what is said.
const STARTS = [
  ["gives no answer for the texts", /\/texts\..*json$/, never, /no answer in 20 s/],
  ["has no texts", /\/texts\..*json$/, notFound, /texts\.en\.json: 404/],
  ["has another page for the texts", /\/texts\..*json$/, html, /./],
  ["gives no answer for the program", /\/page_bg\.wasm$/, never, /no answer in 20 s/],
  ["has no program", /\/page_bg\.wasm$/, notFound, /./],
  ["has half of the program", /\/page_bg\.wasm$/, half, /./],
  ["gives no answer for a module", /\/page\.js$/, never, /no answer in 60 s/],
  ["has no module", /\/page\.js$/, notFound, /./],
];

for (const [what, file, answer, said] of STARTS) {
  test(`a host that ${what}: the page says so, and starts when it is loaded again`, async (t) => {
    const { page } = await visit(t, { prepare: hasten, file, answer });
    await page.locator("#banner").waitFor();
    assert.match(await page.locator("#banner-what").innerText(), said);
    await page.unroute(file);
    await page.locator("#banner-reload").click();
    await page.locator("#play").waitFor();
  });
}

test("an answer that begins and comes to no end has failed after a while", async (t) => {
  const stall = { on: true };
  const slow = await serve({ stalls: (path) => stall.on && /\/texts\./.test(path) });
  t.after(() => slow.close());
  const { page } = await visit(t, { prepare: hasten, url: slow.url });
  await page.locator("#banner").waitFor();
  assert.match(await page.locator("#banner-what").innerText(), /no answer in 60 s/);
  stall.on = false;
  await page.locator("#banner-reload").click();
  await page.locator("#play").waitFor();
});
