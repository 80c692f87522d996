// Controls: a change applies at once, says what it restarted, can be taken back; what cannot be is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, notice, scene, show, state, stepTo, time, type, visits } from "./support.mjs";

const visit = visits();

const undo = (page) => page.getByRole("button", { name: "Undo" });
const value = (page, box) => page.locator(box).inputValue();
const servers = async (page) => (await page.locator(".stage > p.hidden").first().textContent()).match(/Server/g).length;

/** Drags a slider's thumb from where it is to its right end. */
async function dragToEnd(page, slider) {
  const input = page.locator(slider);
  await input.scrollIntoViewIfNeeded();
  const box = await input.boundingBox();
  const part = Number(await input.inputValue()) / Number(await input.getAttribute("max"));
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 8 + part * (box.width - 16), y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width + 20, y, { steps: 8 });
  await page.mouse.up();
}

/** Fails unless the run stands where it stood before a change, or says that it restarted. */
async function expectGoesOnOrSays(page, before) {
  if ((await decided(page)) !== before) assert.match(await notice(page), /restarted/);
}

// How to change a number, and what it is then.
const WAYS = {
  "the slider's arrow keys": [(page, id) => page.locator(`#${id}`).press("ArrowRight"), (n) => String(n + 1)],
  "dragging the slider": [(page, id) => dragToEnd(page, `#${id}`), (n, most) => String(most)],
  "its box": [(page, id) => type(page, `#${id}-box`, "7"), () => "7"],
};

for (const [way, [change, then]] of Object.entries(WAYS)) {
  test(`the number of servers follows ${way}, and undo takes it back`, async (t) => {
    const page = await visit(t);
    await stepTo(page, 5);
    const before = await state(page);
    await change(page, "count");

    const expected = then(3, 64);
    await eventually(() => value(page, "#count-box"), expected);
    await eventually(() => servers(page), Number(expected));
    await expectGoesOnOrSays(page, 5);
    assert.notEqual((await state(page)).link, before.link);

    await undo(page).click();
    await eventually(() => state(page), before);
    assert.equal(await value(page, "#count-box"), "3");
    assert.ok(await undo(page).isDisabled(), "that was one change");
  });

  test(`a weight follows ${way}, and undo takes it back`, async (t) => {
    const page = await visit(t);
    await stepTo(page, 5);
    const before = await state(page);
    await change(page, "weight-1");

    const expected = then(1, 10);
    await eventually(() => value(page, "#weight-1-box"), expected);
    await eventually(async () => (await state(page)).link !== before.link, true);
    assert.match(await page.locator("#scene option:checked").innerText(), /changed/);
    await expectGoesOnOrSays(page, 5);
    await stepTo(page, 6);
    assert.match(await page.locator("#panel .why table").innerText(), new RegExp(`\\b${expected}\\b`), "the weight is in the sums");

    await page.keyboard.press("Control+z");
    await eventually(() => state(page), before);
    await eventually(() => value(page, "#weight-1-box"), "1");
  });
}

test("a reset takes one number back to the scene's", async (t) => {
  const page = await visit(t);
  await type(page, "#weight-0-box", "9");
  const reset = page.getByRole("button", { name: /^Reset: .*a weight/ });
  await reset.click();
  await eventually(() => value(page, "#weight-0-box"), "5");
  assert.equal(await reset.isVisible(), false);
});

// A box, what is typed, and what the message must name: field, value, allowed range.
const REFUSED = [
  ["#weight-0-box", "-1", [/weight/, /[-−]1/, /0 – 1000000\b/]],
  ["#weight-0-box", "2000000", [/weight/, /2000000/, /0 – 1000000\b/]],
  ["#count-box", "2.5", [/How many/, /\b2\.5\b/, /whole numbers, 1 – 256/]],
  ["#count-box", "0", [/How many/, /\b0\b/, /1 – 256/]],
  ["#count-box", "-3", [/How many/, /[-−]3/, /1 – 256/]],
  ["#count-box", "1e9", [/How many/, /1e9|1000000000/, /1 – 256/]],
  ["#interval-box", "-1", [/Every \(R\)/, /[-−]1/, /0\.000001 – 10000\b/]],
  ["#size-box", "", [/Task size/, /nothing/, /0\.000001 – 1000000/]],
  ["#seed", "abc", [/seed/, /abc/, /0 – 4294967295/]],
  ["#seed", "-1", [/seed/, /-1/, /0 – 4294967295/]],
];

test("what cannot be is refused with field, value and range, and nothing is lost", async (t) => {
  const page = await visit(t);
  await stepTo(page, 4);
  const before = await state(page);
  for (const [box, text, names] of REFUSED) {
    const kept = await value(page, box);
    await type(page, box, text);
    const message = page.locator(`${box}-refused`);
    await message.waitFor();
    for (const name of names) assert.match(await message.innerText(), name, `${box} ← ${text}`);
    assert.equal(await value(page, box), kept, `${box} shows what is in force`);
    assert.equal(await page.locator(box).getAttribute("aria-invalid"), "true");
    assert.equal(`#${await page.locator(box).getAttribute("aria-describedby")}`, `${box}-refused`);
    const [at, from] = [await message.boundingBox(), await page.locator(box).boundingBox()];
    const gap = Math.max(at.y - from.y - from.height, from.y - at.y - at.height);
    assert.ok(gap >= 0 && gap < 20, `the message stands ${gap} px from ${box}`);
    assert.deepEqual(await state(page), before);
    if (text === "2000000") await expectNoAxeViolations(page, "a refusal");
    await page.locator(box).pressSequentially("1");
    await message.waitFor({ state: "detached" });
    await type(page, box, kept);
  }
  assert.ok(await undo(page).isDisabled(), "nothing to take back");
});

test("another strategy in the middle of a run continues from there and says so", async (t) => {
  const page = await visit(t);
  await stepTo(page, 6);
  const at = await time(page);
  await page.locator("#strategy").selectOption({ label: "Random" });
  await eventually(() => notice(page), "The run continues; only the strategy starts from its initial state.");
  assert.equal(await time(page), at);
  await stepTo(page, 7);
  await undo(page).click();
  await eventually(() => decided(page), 6);
});

test("while time passes, it goes on passing through a change", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await eventually(async () => (await decided(page)) >= 3, true);
  await type(page, "#weight-2-box", "4");
  await eventually(() => value(page, "#weight-2-box"), "4");
  const then = await decided(page);
  assert.ok(then >= 3);
  await eventually(async () => (await decided(page)) > then, true);
});

test("passing time leaves alone what is being typed", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  const box = page.locator("#weight-2-box");
  await box.selectText();
  for (const key of ["4", "2"]) {
    await page.keyboard.press(key);
    const then = await decided(page);
    await eventually(async () => (await decided(page)) > then, true);
  }
  assert.equal(await box.inputValue(), "42");
  await page.keyboard.press("Enter");
  await eventually(async () => Number(await page.locator("#weight-2").getAttribute("aria-valuetext")), 42);
});

test("another seed is another run; the old seed is the old run", async (t) => {
  const page = await visit(t);
  await scene(page, "random");
  await stepTo(page, 5);
  const before = await state(page);
  await type(page, "#seed", "4242");
  await eventually(() => value(page, "#seed"), "4242");
  await stepTo(page, 5);
  assert.notDeepEqual((await state(page)).why, before.why);
  await type(page, "#seed", before.seed);
  await stepTo(page, 0);
  await stepTo(page, 5);
  assert.deepEqual((await state(page)).why, before.why);

  await page.locator("#another-seed").click();
  await eventually(async () => (await value(page, "#seed")) !== before.seed, true);
});

test("formulas have units and a key to their symbols; those that do not apply are folded away", async (t) => {
  const page = await visit(t, { locale: "zh-CN" });
  await scene(page, "article-formulas");
  await show(page, "formulas");
  const text = await page.locator("#panel .formulas").innerText();
  const lines = await page.locator("#panel .filled span").allTextContents();
  assert.ok(lines.includes("T4=(4−1)⋅2+10=16 秒"), lines.join("\n"));
  const gap = page.locator("#panel .filled span").filter({ hasText: "b: " }).filter({ hasText: "6 秒" }).locator("math");
  assert.deepEqual(await gap.locator("mfrac > *").allTextContents(), ["2", "0.3333"]);
  assert.equal(await page.locator("#panel .formula math").first().isVisible(), true);
  assert.doesNotMatch(text, /The article|Counting|%\{|\\frac/);
  const rest = page.locator("#does-not");
  assert.match(await rest.locator("summary").innerText(), new RegExp(String(await rest.locator(".formula-card").count())));
  assert.equal(await rest.locator(".formula-card").first().isVisible(), false);
  await rest.locator("summary").press("Enter");
  await rest.locator(".formula-card .reason").first().waitFor();
  await page.locator("#symbols summary").press("Enter");
  await page.locator("#symbols dt").first().waitFor();
  await expectNoAxeViolations(page, "formulas, all open");
});

test("among many runs, nothing asks to press → for an allocation", async (t) => {
  const page = await visit(t);
  await page.locator("#panel .empty").waitFor();
  await page.locator(".bar .segments button").nth(2).click();
  await page.locator("#sweep-start").waitFor();
  assert.equal(await page.locator("#panel .empty").count(), 0);
});

test("a server's card opens its controls: weight, speed, state", async (t) => {
  const page = await visit(t);
  await stepTo(page, 4);
  await page.locator("#server-1").click();
  const card = page.getByRole("dialog", { name: "Server b" });
  await card.waitFor();
  await expectNoAxeViolations(page, "a server's card is open");

  await type(page, "#stage-weight-1-box", "3");
  await eventually(() => value(page, "#weight-1-box"), "3");
  const speed = Number(await value(page, "#stage-speed-1-box"));
  await card.getByRole("button", { name: "Halve its speed" }).click();
  await eventually(async () => Number(await value(page, "#stage-speed-1-box")), speed / 2);
  const down = card.getByRole("button", { name: "Down" });
  await down.click();
  await eventually(() => down.getAttribute("aria-pressed"), "true");
  await expectGoesOnOrSays(page, 4);

  // A server that is down gets nothing.
  for (let n = 5; n <= 12; n++) {
    await stepTo(page, n);
    assert.doesNotMatch(await page.locator("#panel .why h2").innerText(), /server b/);
  }
  for (let i = 0; i < 3; i++) await undo(page).click();
  await eventually(() => value(page, "#weight-1-box"), "1");
  assert.equal(await decided(page), 4);
});

test("every kind of control in the set-up changes the scenario, and undo takes all of it back", async (t) => {
  const page = await visit(t);
  await page.getByRole("tab", { name: "Set up" }).click();
  await page.locator("#add-rule").waitFor();
  await expectNoAxeViolations(page, "set up");
  await stepTo(page, 3);
  const before = await state(page);
  const changes = [
    () => page.locator("#place").selectOption({ label: "Hybrid, a device before programs" }),
    () => page.locator("#pattern").selectOption({ label: "In bursts" }),
    () => page.locator("#law").selectOption({ label: "Heavy-tailed (Pareto)" }),
    () => page.locator("#limit-queue").check(),
    () => page.locator("#limit-rate").check(),
    () => page.locator("#add-rule").click(),
    () => type(page, "#slots-box", "3"),
    () => type(page, "#client-skew-box", "1.5"),
    () => type(page, "#speed-0-box", "4"),
  ];
  for (const change of changes) {
    const { link } = await state(page);
    await change();
    await eventually(async () => (await state(page)).link !== link, true, String(change));
    assert.equal(await page.locator(".notice.refusal").count(), 0, String(change));
  }
  await expectNoAxeViolations(page, "set up with everything on");
  for (const _ of changes) await undo(page).click();
  await eventually(() => state(page), before);
});

test("a weight is dragged on a server's card; a click still opens it", async (t) => {
  const page = await visit(t);
  const card = page.locator("#server-1");
  await card.waitFor();
  const { x, y, width, height } = await card.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 45, y + height / 2, { steps: 5 });
  await page.mouse.up();
  await eventually(() => value(page, "#weight-1-box"), "4");
  assert.equal(await card.getAttribute("aria-expanded"), "false");
  await card.click();
  await eventually(() => card.getAttribute("aria-expanded"), "true");
});

test("the rule is typeset, with the numbers of this decision", async (t) => {
  const page = await visit(t);
  await stepTo(page, 1);
  // Smooth weighted round robin, weights 5, 1 and 1.
  const rule = page.locator("#panel .why .rule math");
  assert.deepEqual(await rule.locator("mn").allTextContents(), ["5", "7", "−2"]);
  assert.equal(await rule.textContent(), "5−7=−2");
});
