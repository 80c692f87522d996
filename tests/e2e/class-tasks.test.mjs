// What a class does with the page, each task by its shortest visible way in at most five actions: a click, a key, a choice
// from a list, a drag, or a field typed into. At the end the answer is on the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, visits } from "./support.mjs";

const visit = visits();
const MOST = 5;

/** A page whose actions are counted. */
async function pupil(t) {
  const page = await visit(t);
  let actions = 0;
  const act = async (what) => {
    actions += 1;
    assert.ok(actions <= MOST, `action ${actions}`);
    await what();
  };
  t.after(() => t.diagnostic(`${actions} actions`));
  return {
    page,
    scene: (id) => act(() => page.locator("#scene").selectOption(id)),
    click: (selector) => act(() => page.locator(selector).click()),
    key: (key) => act(() => page.keyboard.press(key)),
    choose: (selector, value) => act(() => page.locator(selector).selectOption(value)),
    drag: (selector, to) => act(() => page.locator(selector).fill(String(to))),
    says: (selector, wanted) => eventually(async () => wanted.test((await page.locator(selector).allTextContents()).join(" ")), true, `${selector}: ${wanted}`),
  };
}

const SPEED = "#speed";

test("weighted turns in a row make tasks wait, smooth ones do not", async (t) => {
  const { page, scene, click, drag, says } = await pupil(t);
  await scene("weighted-burst");
  await click("#compare");
  assert.equal(await page.locator("#other-strategy").inputValue(), "smooth-wrr");
  await drag(SPEED, 70);
  await click("#play");
  // Run A is slower, by far more than the interval.
  await says("#chart-difference .key", /Mean [1-9]?\d?\.[1-9]\d* ± 0\.[01]\d* s/);
});

test("from which load on two choices are ten times better than chance, by the formula", async (t) => {
  const { page, scene, click, says } = await pupil(t);
  await scene("supermarket");
  await click(".bar .segments button:nth-child(3)");
  await click("#sweep-start");
  await says("#chart-sweep .key", /10 times better than Random from utilisation ρ 0\.97\d on/);
  await says("#chart-sweep .key", /limit of very many servers; with 100/);
  await page.locator("#sweep-cancel").click();
});

test("the same measured: at a utilisation of 0.98 both points are solid, ten times apart", async (t) => {
  const { page, click } = await pupil(t);
  await click(".bar .segments button:nth-child(3)");
  await click("#sweep-example");
  await page.locator(".sweep-progress", { hasText: "40 runs done" }).waitFor({ timeout: 240_000 });
  assert.equal(await page.locator("#sweep-point option:checked").innerText(), "0.98");
  const cells = await page.locator(".sweep-point p").allInnerTexts();
  assert.equal(cells.length, 2);
  for (const cell of cells) assert.doesNotMatch(cell.split("\n").slice(0, 2).join(" "), /too short|no verdict/i, "solid");
  const times = Number(cells[1].match(/([\d.]+) × A: Two choices/)[1]);
  assert.ok(times > 9 && times < 12, cells[1]);
  assert.equal(await page.locator(".sweep-tools .hint").count(), 0, "it is of the scene shown");
});

test("predict whom least connections will pick", async (t) => {
  const { scene, key, says } = await pupil(t);
  await scene("least-connections");
  await key("g");
  await says(".guess-question", /\S/);
  await key("a");
  await says(".guess-verdict", /\S/);
});

test("round robin overloads a slow server, and weights cure it", async (t) => {
  const { scene, click, choose, says } = await pupil(t);
  await scene("round-robin");
  await click("#server-2");
  await click(".popover > .outlined");
  await says("#chart-load .key", /Server c has a utilisation of 1\.6/);
  await choose("#strategy", "smooth-wrr");
  await click("#by-speed");
  await says("#chart-load .key", /utilisation of 0\.96/);
});

test("Little's law, and why its sides differ for a while", async (t) => {
  const { scene, click, says } = await pupil(t);
  await scene("little");
  await click("#tab-formulas");
  await click("#play");
  await says(".formula-card", /Little's law, from the start until now/);
  await says(".formula-card", /\d+ tasks are still inside/);
});

test("Little's law looks broken under overload, and the page says why", async (t) => {
  const { page, scene, click, drag, says } = await pupil(t);
  await scene("little");
  await drag("#rate-box", 1.5);
  await click("#tab-formulas");
  await drag(SPEED, 70);
  await click("#play");
  // Most of what came is still inside: in L, and not yet in W.
  await says(".formula-card", /[1-9]\d{2} tasks are still inside/);
  const card = await page.locator(".formula-card").first().innerText();
  const [tasks] = card.match(/\d+(?= tasks)/);
  assert.ok(Number(tasks) > 0, card);
});

test("when a server fails: how many keys move under a ring, and under modulo", async (t) => {
  const { page, scene, click, says } = await pupil(t);
  await scene("remapping-storm");
  await says("#chart-key-moves", /ketama/);
  const names = (await page.locator("#chart-key-moves svg text").allTextContents()).map((name) => name.trim());
  for (const name of ["nginx", "ketama", "HA ring", "HA map", "Envoy", "Maglev", "bounded"]) assert.ok(names.includes(name), `${name} of ${names}`);
  await page.locator("#chart-key-moves").hover();
  await click("#chart-key-moves .tools button:first-child");
  await page.locator("dialog tbody tr").first().waitFor();
  const rows = await page.locator("dialog tbody tr").allInnerTexts();
  const share = (name) => Number.parseFloat(rows.find((row) => row.startsWith(name)).split("\t")[1]);
  assert.ok(share("HA map") > 0.6 && share("ketama") < 0.4, rows.join("\n"));
});

test("the herd runs after an old report, and what cures it", async (t) => {
  const { scene, click, says } = await pupil(t);
  await scene("herding");
  await click("#step");
  await says("#panel", /a report of the loads that is [\d.]+ s old/);
  await click("#fix");
  await says(".about", /Put right: let each balancer count what it sends/);
});

test("the slowest worker sets the step, and weights halve it", async (t) => {
  const { scene, choose, click, says } = await pupil(t);
  await scene("training");
  await choose("#strategy", "smooth-wrr");
  await click("#tab-formulas");
  await says(".formula-card", /Mean length of a training step[^]*2\.1\d/);
});

test("answers of very uneven length: counting requests beside turns, at the 99th percentile", async (t) => {
  const { scene, click, choose, drag, says } = await pupil(t);
  await scene("inference");
  await click("#compare");
  await choose("#chart-difference ~ .chart h2 select", { label: "Response times" });
  await click(".whose-chart button:last-child");
  await drag("#scrubber", 100);
  await says("#chart-responses svg", /p99/);
});

test("prefix caching: what it does to the first token", async (t) => {
  const { page, scene, click, says } = await pupil(t);
  await scene("prefix-cache");
  // It comes with the last part to load.
  await page.locator("#exercise").waitFor({ timeout: 60_000 });
  await click("#fix");
  await says("#exercise", /Done/);
});

test("a link to this moment, without two of its controls", async (t) => {
  const { page, click } = await pupil(t);
  await click("#step");
  await click("#share");
  await click("#share-locks > summary");
  await click("#show-compare");
  await click("#show-scenes");
  const link = await page.locator("#link").inputValue();
  assert.match(link, /#.*&hide=compare,scenes$/);
  const pupils = await visit(t, { hash: `#${link.split("#")[1]}` });
  await pupils.locator("#unlock").waitFor();
  assert.equal(await pupils.locator("#compare, #scene").count(), 0);
  await eventually(() => decided(pupils), 1);
});

test("a worksheet with its key", async (t) => {
  const { page, click } = await pupil(t);
  await click("#tab-lessons");
  await click("#lesson-balancer");
  await click("#lesson-sheet");
  await page.locator(".paper").first().waitFor({ timeout: 60_000 });
  await page.locator(".answer").first().waitFor();
});

test("the picture for a projector", async (t) => {
  const { page, click } = await pupil(t);
  await click("#share");
  await click("#present");
  await page.locator(".page.present").waitFor();
});
