// Traces: opened by button, drop and link, read in a worker, played, compared with what was measured.

import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { finished } from "node:stream/promises";
import { decided, eventually, expectNoAxeViolations, notice, scene, seek, show, state, stepTo, time, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

const rows = (n, row) => Array.from({ length: n }, (_, i) => row(i)).join("\n") + "\n";
const date = (i) => new Date(1_700_000_000_000 + i * 250).toISOString().replace("T", " ").replace("Z", "0000");

/** Small traces, one of each kind of columns: contents, requests, and what the page calls the format. */
const TRACES = {
  "hour.csv": [`TIMESTAMP,ContextTokens,GeneratedTokens\n${rows(60, (i) => `${date(i)},${200 + i},${5 + (i % 7)}`)}`, 60, "Azure LLM"],
  "blocks.jsonl": [rows(50, (i) => JSON.stringify({ timestamp: i * 300, input_length: 900, output_length: 8, hash_ids: [1, i] })), 50, "Mooncake"],
  "burst.csv": [`Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n${rows(41, (i) => `${i},ChatGPT,300,${i === 7 ? 0 : 20},320,Conversation log`)}`, 40, "BurstGPT"],
  "processed.csv": [`arrived_at,num_prefill_tokens,num_decode_tokens\n${rows(30, (i) => `${i * 0.5},250,9`)}`, 30, "Vidur"],
  "tasks.csv": [`time,size,client\n${rows(80, (i) => `${i * 0.4},${1 + (i % 4)},c${i % 5}`)}`, 80, "times and sizes"],
};
const measured = rows(90, (i) =>
  JSON.stringify({
    input_toks: 300,
    output_toks: 40,
    arrival_time: i * 0.2,
    queued_ts: i * 0.2,
    scheduled_ts: i * 0.2 + 0.01,
    first_token_ts: i * 0.2 + 0.08,
    last_token_ts: i * 0.2 + 0.9,
  }),
);

const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

/** Opens the dialog by its button. */
async function dialog(page) {
  await show(page, "set-up");
  await page.locator("#open-trace").click();
  await page.locator("#trace-file").waitFor();
}

/** Opens a trace, and waits until the run plays it. */
async function open(page, name, text) {
  await dialog(page);
  await page.locator("#trace-file").setInputFiles(file(name, text));
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.locator("#trace").waitFor();
}

for (const [name, [text, requests, format]] of Object.entries(TRACES)) {
  test(`the format ${format} is recognised, and its requests are played`, async (t) => {
    const page = await visit(t);
    await open(page, name, text);
    const said = await page.locator("#trace").innerText();
    assert.match(said, new RegExp(`^${name}: ${requests} requests, ${format}, .* CRC-64 [0-9a-f]{16}$`));
    await seek(page, Number(await page.locator("#scrubber").getAttribute("max")));
    await eventually(() => decided(page), requests);
    assert.equal(page.workers().length, 0, "the worker has ended");
  });
}

for (const locale of ["en-US", "zh-CN"]) {
  test(`everything is said, and axe finds nothing: ${locale}`, async (t) => {
    const page = await visit(t, { locale, prepare: listen });
    await dialog(page);
    await expectNoAxeViolations(page, "nothing is chosen");
    await page.locator("#trace-file").setInputFiles(file("bad.csv", "time,size\n1,2\n2,many\n3,1\n"));
    await page.locator("#trace-skip").waitFor();
    await expectNoAxeViolations(page, "a bad row");
    await expectAllSaid(page, "a bad row");
    await page.locator("#trace-stop").click();
    await page.locator("#trace-file").setInputFiles(file("run.jsonl", measured));
    await page.locator("#trace").waitFor();
    await seek(page, 18);
    await expectNoAxeViolations(page, "a trace is played");
    await expectAllSaid(page, "a trace is played");
    await page.locator("#open-measured").click();
    await page.locator("#measured").waitFor();
    await expectNoAxeViolations(page, "measured beside simulated");
    await expectAllSaid(page, "measured beside simulated");
  });
}

test("a bad row is named by line and column; to stop changes nothing, to skip leaves it out", async (t) => {
  const page = await visit(t);
  const before = await state(page);
  await dialog(page);
  const bad = file("tasks.csv", `time,size\n${rows(9, (i) => `${i},${i === 4 ? "many" : 2}`)}`);
  await page.locator("#trace-file").setInputFiles(bad);
  const refusal = page.locator("dialog .refused");
  await eventually(() => refusal.innerText(), "Line 6, column size: “many”. Allowed: numbers from 0 to 1000000000000.");
  await page.locator("#trace-stop").click();
  await refusal.waitFor({ state: "detached" });
  await page.locator("#trace-file").setInputFiles(bad);
  await page.locator("#trace-skip").click();
  await page.locator("#trace").waitFor();
  assert.match(await page.locator("#trace").innerText(), /8 requests/);
  assert.match(await page.locator("#panel").innerText(), /Rows left out, since they cannot be read: 1/);
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(async () => (await state(page)).link, before.link, "undo leads back");
});

test("what is no trace is refused", async (t) => {
  const page = await visit(t);
  await dialog(page);
  for (const [text, why] of [
    ["a,b\n1,2\n", /no known format: a,b/],
    ["time,size\n", /no request in it/],
  ]) {
    await page.locator("#trace-file").setInputFiles(file("x.csv", text));
    await eventually(async () => why.test(await page.locator("dialog .refused").innerText()), true, text);
  }
  await page.locator("#trace-file").setInputFiles(file("x.json", '{"sede": 1}'));
  await eventually(async () => /sede is an unknown field/.test(await page.locator("dialog .refused").innerText()), true);
});

/** Drops a file on the page, as a person does with the mouse. */
const drop = (page, name, text) =>
  page.evaluate(
    ([name, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], name));
      for (const type of ["dragover", "drop"]) {
        document.querySelector("main").dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }
    },
    [name, text],
  );

test("a file dropped anywhere is opened, and the next one after it", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await drop(page, "tasks.csv", TRACES["tasks.csv"][0]);
  await page.locator("#trace").waitFor();
  await drop(page, "hour.csv", TRACES["hour.csv"][0]);
  await eventually(async () => /^hour.csv/.test(await page.locator("#trace").innerText()), true);
});

test("a link says which file it wants, refuses another, and then shows the same moment", async (t) => {
  const page = await visit(t);
  await open(page, "hour.csv", TRACES["hour.csv"][0]);
  await stepTo(page, 7);
  const before = await state(page);
  const elsewhere = await visit(t, { hash: before.link });
  const asked = elsewhere.locator("dialog");
  await asked.waitFor();
  assert.match(await asked.innerText(), /hour\.csv: 60 requests, .*CRC-64 [0-9a-f]{16}/);
  await expectNoAxeViolations(elsewhere, "a file is wanted");
  await elsewhere.locator("#trace-file").setInputFiles(file("hour.csv", TRACES["tasks.csv"][0]));
  await eventually(async () => /another file: its CRC-64 is [0-9a-f]{16}/.test(await asked.innerText()), true);
  // Closed without the file, the link stays as it is, and the panel asks for it.
  await elsewhere.locator("dialog header button").click();
  assert.equal((await state(elsewhere)).link, before.link);
  await show(elsewhere, "set-up");
  assert.match(await elsewhere.locator("#panel").innerText(), /waits for the trace hour\.csv/);
  await elsewhere.locator("#open-trace").click();
  await elsewhere.locator("#trace-file").setInputFiles(file("renamed.csv", TRACES["hour.csv"][0]));
  await asked.waitFor({ state: "detached" });
  await show(elsewhere, "why");
  await eventually(async () => (await state(elsewhere)).position, before.position);
  await show(page, "why");
  assert.deepEqual((await state(elsewhere)).why, (await state(page)).why);
});

test("a trace is sought, stepped, compared, scaled and closed by keyboard", async (t) => {
  const page = await visit(t);
  await open(page, "tasks.csv", TRACES["tasks.csv"][0]);
  await stepTo(page, 5);
  const there = await state(page);
  await seek(page, 20);
  await stepTo(page, (await decided(page)) + 1);
  await page.locator("#home").click();
  await stepTo(page, 5);
  assert.deepEqual((await state(page)).position, there.position);
  await page.locator("#time-scale-box").focus();
  await page.locator("#time-scale-box").fill("0.5");
  await page.keyboard.press("Tab");
  await eventually(() => page.locator("#trace-rate-box").inputValue(), "5");
  await stepTo(page, 5);
  assert.equal(await time(page), 0.8);
  await page.locator("#close-trace").focus();
  await page.keyboard.press("Enter");
  await page.locator("#trace").waitFor({ state: "detached" });
  await page.locator("#open-trace").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog #trace-file").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
});

test("a measured run is charted over the simulated one, and compared number by number", async (t) => {
  const page = await visit(t);
  await open(page, "run.jsonl", measured);
  await seek(page, 12);
  for (const chart of ["first-token", "per-token", "replicas"]) {
    assert.match(await page.locator(`#chart-${chart} .key`).innerText(), /measured:/, chart);
  }
  await page.locator("#open-measured").click();
  const cells = page.locator("#measured tr");
  await cells.first().waitFor();
  assert.deepEqual(await cells.nth(1).locator("th, td").allInnerTexts(), ["Requests", "90", "90", "0 %"]);
  assert.deepEqual((await cells.nth(2).locator("th, td").allInnerTexts()).slice(0, 2), ["Time to first token: mean, s", "0.08"]);
  assert.equal(await cells.count(), 15);
});

test("requests and scenario are saved, and open again", async (t) => {
  const page = await visit(t);
  await open(page, "run.jsonl", measured);
  await seek(page, 19);
  await page.locator("#export").click();
  const save = async (id) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(id).click()]);
    return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
  };
  const [name, csv] = await save("#save-csv");
  assert.equal(name, "requests.csv");
  assert.equal(csv.trim().split("\n").length, 91);
  const [, jsonl] = await save("#save-jsonl");
  assert.equal(JSON.parse(jsonl.split("\n")[0]).input_toks, 300);
  const [, scenario] = await save("#save-scenario");
  await page.keyboard.press("Escape");
  await open(page, "again.csv", csv);
  assert.match(await page.locator("#trace").innerText(), /90 requests/);
  const elsewhere = await visit(t);
  await dialog(elsewhere);
  await elsewhere.locator("#trace-file").setInputFiles(file("scenario.json", scenario));
  await elsewhere.locator("dialog").waitFor({ state: "detached" });
  await eventually(async () => /Model and hardware/.test(await elsewhere.locator("#panel").innerText()), true);
  assert.equal(JSON.parse(scenario).servers[0].service, "replica");
});

test("a trace gives way to a scene", async (t) => {
  const page = await visit(t);
  await open(page, "tasks.csv", TRACES["tasks.csv"][0]);
  await scene(page, "round-robin");
  await page.locator("#trace").waitFor({ state: "detached" });
  assert.equal(await notice(page), "");
});

const LONG = process.env.EQUIPOISE_LONG ? false : "it takes a minute: EQUIPOISE_LONG=1";

test("a file of 200 MB is read without a long task and can be cancelled; closing gives its memory back", { skip: LONG }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "equipoise-trace-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "large.jsonl");
  const out = createWriteStream(path);
  for (let i = 0; i < 270_000; i++) {
    const ids = Array.from({ length: 140 }, (_, k) => (k < 90 ? k : i * 50 + k));
    const row = JSON.stringify({ timestamp: i * 20, input_length: 8_000, output_length: 3 + (i % 5), hash_ids: ids });
    if (!out.write(`${row}\n`)) await new Promise((resolve) => out.once("drain", resolve));
  }
  out.end();
  await finished(out);
  const { size } = await stat(path);
  assert.ok(size > 190e6 && size <= 200 * 1024 * 1024, `${size} bytes`);

  const page = await visit(t);
  page.setDefaultTimeout(120_000);
  await page.evaluate(() => {
    window.long = [];
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return session.send("Runtime.getHeapUsage");
  };
  await dialog(page);
  const before = await heap();
  await page.locator("#trace-file").setInputFiles(path);
  await page.locator("#trace-cancel").click();
  await eventually(() => page.workers().length, 0, "to cancel ends the worker");
  await page.evaluate(() => (window.long.length = 0));
  const began = Date.now();
  await page.locator("#trace-file").setInputFiles(path);
  await page.locator("#trace").waitFor();
  t.diagnostic(`read in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const opened = await heap();
  const long = await page.evaluate(() => window.long);
  t.diagnostic(`long tasks: ${JSON.stringify(long)} ms; heap ${JSON.stringify([before, opened])}`);
  assert.deepEqual(long.filter((ms) => ms > 50), []);
  await page.locator("#close-trace").click();
  await page.locator("#trace").waitFor({ state: "detached" });
  const closed = await heap();
  t.diagnostic(`closed ${JSON.stringify(closed)}`);
  const held = (usage) => usage.backingStorageSize ?? usage.embedderHeapUsedSize;
  assert.ok(held(opened) - held(before) > 50e6, "the columns are held by the browser");
  assert.ok(held(closed) - held(before) < 5e6, "and given back");
});
