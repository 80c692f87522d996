// Jobs: steps of a training, input pipelines, files among readers, in place of the stage.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, notice, scene, type, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

/** Opens the jobs from the list of scenes, and one of them. */
async function job(page, id = "stragglers") {
  await page.locator("#scene").selectOption("job");
  await page.locator("#job").waitFor();
  await page.locator("#job").selectOption(id);
  await eventually(() => page.locator("#job").inputValue(), id);
}

const said = (page) => page.locator("#job-said").innerText();

/** A number of the table: predicted and observed. */
async function row(page, name) {
  const cells = page.locator("#job-numbers tr", { has: page.getByRole("rowheader", { name, exact: true }) }).locator("td");
  return cells.allInnerTexts();
}

const hash = (page) => page.evaluate(() => location.hash);

test("a training is stepped forward and back, by mouse and keys", async (t) => {
  const page = await visit(t, { prepare: listen });
  await job(page);
  assert.match(await said(page), /^Step 1 of 400 took [\d.]+ s\. The last to finish was worker \d+/);
  await page.locator("#job-next").click();
  await eventually(async () => (await said(page)).slice(0, 13), "Step 2 of 400");
  await page.keyboard.press("ArrowRight");
  await eventually(async () => (await said(page)).slice(0, 13), "Step 3 of 400");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await eventually(async () => (await said(page)).slice(0, 13), "Step 1 of 400");
  assert.ok(await page.locator("#job-back").isDisabled());
  // The slider takes arrows for itself: one step, not two.
  await page.locator("#job-step").focus();
  await page.keyboard.press("ArrowRight");
  await eventually(async () => (await said(page)).slice(0, 13), "Step 2 of 400");
  await expectAllSaid(page, "a training");
  await expectNoAxeViolations(page, "a training");
});

test("the cure makes the run better, and is taken back", async (t) => {
  const page = await visit(t);
  await job(page, "backup-workers");
  const [predicted, before] = (await row(page, "Samples kept")).map(Number.parseFloat);
  assert.ok(Math.abs(predicted - 49.08) < 0.01 && Math.abs(before / predicted - 1) < 0.02, `${predicted} and ${before}`);
  await page.locator("#cure").click();
  await eventually(async () => (await page.locator("#job-picture path.dropped").first().getAttribute("d")).length > 0, true);
  assert.ok(Number.parseFloat((await row(page, "Samples kept"))[1]) > 1.2 * before);
  assert.deepEqual((await row(page, "Best number of backup workers"))[0], "12");
  assert.match(await page.locator(".job-cure p").innerText(), /all but 12 have ended/);
  await expectNoAxeViolations(page, "cured");
  await page.locator("#uncure").click();
  await eventually(async () => Number.parseFloat((await row(page, "Samples kept"))[1]), before);
});

test("controls change the run; what cannot be is refused with its range", async (t) => {
  const page = await visit(t);
  await job(page, "unequal-workers");
  const before = await row(page, "Time of a step");
  await page.locator("#job-divide").selectOption("by-speed");
  await eventually(async () => (await row(page, "Time of a step"))[1] !== before[1], true);
  await type(page, "#job-slow_workers-box", "12");
  await eventually(async () => /slow_workers.*12.*at most 8/.test(await notice(page)), true);
  await page.locator("#job-jitter").selectOption("pareto");
  await eventually(async () => /unequal and vary/.test((await row(page, "Time of a step"))[0]), true);
  assert.match(await page.locator("#job option:checked").innerText(), /\(changed\)$/);
});

test("a pipeline shows its buffers, and files who reads them", async (t) => {
  const page = await visit(t, { prepare: listen });
  await job(page, "bottleneck");
  assert.deepEqual(await row(page, "What holds the rest back"), ["decoder", "decoder"]);
  assert.equal(await page.locator(".job-lanes.buffer").count(), 4);
  await page.locator("#job-next").click();
  assert.match(await said(page), /^Batch \d of 2000: the accelerator took 25 ms/);
  await expectNoAxeViolations(page, "a pipeline");
  await expectAllSaid(page, "a pipeline");
  await job(page, "static-shards");
  assert.match(await said(page), /^File 1 of 64.*reader 1 reads it/);
  await page.locator(".job-workers summary").click();
  assert.equal(await page.locator(".job-workers tbody tr").count(), 8);
  await expectNoAxeViolations(page, "files");
  await expectAllSaid(page, "files");
});

test("a link brings job, fields and step back, and a wrong one says what is wrong", async (t) => {
  const page = await visit(t);
  await job(page, "overlap");
  await page.locator("#cure").click();
  await page.locator("#job-next").click();
  await eventually(() => hash(page), "#job=overlap;overlap=true;step=1");
  await page.reload();
  await page.locator("#job-overlap").waitFor();
  assert.ok(await page.locator("#job-overlap").isChecked());
  assert.match(await said(page), /^Step 2 of 100/);
  await page.evaluate(() => (location.hash = "#job=overlap;workers=9999"));
  await eventually(async () => /workers is 9999; allowed: a whole number from 1 to 256/.test(await page.locator(".job").innerText()), true);
  await page.locator(".job button").click();
  await page.locator("#job").waitFor();
});

test("a job's changes are undone one by one, and its link is shared", async (t) => {
  const page = await visit(t);
  await job(page, "token-budget");
  await page.locator("#cure").click();
  await eventually(() => hash(page), "#job=token-budget;micro=packed");
  await page.locator("#job-next").click();
  await page.locator('header.bar button[aria-label="Undo"]').click();
  await eventually(() => hash(page), "#job=token-budget");
  await page.keyboard.press("Control+z");
  await eventually(() => page.locator("#job").inputValue(), "stragglers");
  await page.locator("#share").click();
  await eventually(async () => (await page.locator("#link").inputValue()).endsWith("#job=stragglers"), true);
  await expectNoAxeViolations(page, "a job's link");
  await page.keyboard.press("Escape");
  await page.locator("#link").waitFor({ state: "detached" });
});

test("scenes lead to it and back, and it waits until it is asked for", async (t) => {
  const asked = [];
  const page = await visit(t, { prepare: (page) => page.on("request", (request) => asked.push(request.url())) });
  assert.ok(!asked.some((url) => /\/jobs\./.test(url)));
  await scene(page, "training");
  await page.locator("#open-job").click();
  await page.locator("#job").waitFor();
  assert.equal(await page.locator("#job").inputValue(), "unequal-workers");
  await page.locator("#close-job").click();
  await page.locator("#play").waitFor();
  assert.equal(await page.locator("#scene").inputValue(), "training");
  await page.locator("#scene").selectOption("job");
  await page.locator("#job").waitFor();
  await page.locator("#scene").selectOption("weights");
  await page.locator("#play").waitFor();
  assert.match(await hash(page), /^#s=/);
});

for (const [width, height] of [[390, 844], [1440, 900]]) {
  test(`in Chinese and dark at ${width} pixels nothing is cut off`, async (t) => {
    const page = await visit(t, { locale: "zh-CN", colorScheme: "dark", viewport: { width, height }, prepare: listen });
    for (const id of ["stragglers", "autotune", "last-file"]) {
      await job(page, id);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${id}: ${wide} pixels too wide`);
      await expectAllSaid(page, id);
      await expectNoAxeViolations(page, id);
    }
    assert.match(await page.locator(".job h1").innerText(), /训练步/);
    await page.locator("#language").click();
    await eventually(() => page.locator(".job h1").innerText(), "Training steps and input pipelines");
  });
}
