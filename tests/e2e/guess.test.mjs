// Guess first: the next decision is hidden until it is guessed, by mouse, keys or finger; then the page says who was right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { balancer, said } from "./hidden.mjs";
import { decided, eventually, expectNoAxeViolations, notice, scene, show, state, stepTo, visits } from "./support.mjs";

const visit = visits();

const verdict = (page) => page.locator(".guess-verdict");
const question = (page) => page.locator(".guess-question");

/** Opens a scene, and begins to guess. */
async function guessing(t, id, options = {}) {
  const page = await visit(t, options);
  if (id) await scene(page, id);
  await page.locator("#guess").click();
  await question(page).waitFor();
  return page;
}

/** What the engine picks: the letters of the first `n` decisions. */
async function picks(t, id, n) {
  const page = await visit(t);
  if (id) await scene(page, id);
  const letters = [];
  for (let i = 1; i <= n; i++) {
    await stepTo(page, i);
    letters.push((await page.locator("#panel .why h2").innerText()).match(/server (\w+)/)[1]);
  }
  return letters;
}

for (const id of ["", "least-connections", "random", "two-choices", "preprocessing-pull"]) {
  test(`the answer is not shown before it is guessed: ${id || "the first scene"}`, async (t) => {
    const steps = 6;
    const letters = await picks(t, id, steps);
    const page = await guessing(t, id);
    const pictures = new Map();
    for (let i = 0; i < steps; i++) {
      await eventually(() => decided(page), i);
      assert.deepEqual(await said(page), { why: false, coming: [], verdict: false }, `question ${i + 1}`);
      assert.match(await page.locator("#panel .empty").innerText(), /^Guess first/);
      const { height, picture } = await balancer(page);
      pictures.set(height, (pictures.get(height) ?? new Set()).add(picture));
      const tree = await page.locator(".stage").ariaSnapshot();
      assert.doesNotMatch(tree, /picked|next/i);
      const set = (await page.locator("#guess-go").count()) > 0;
      if (set) {
        for (let i = 0; i < (await page.locator(".server").count()); i++) await page.keyboard.press(String.fromCharCode(97 + i));
        await page.locator("#guess-go").click();
      } else await page.keyboard.press(letters[i]);
      await verdict(page).waitFor();
      assert.match(await page.locator("#panel .why h2").innerText(), new RegExp(`server ${letters[i]}$`));
      if (!set) assert.match(await verdict(page).innerText(), /^✓ Right/);
      await page.locator("#guess-go").click();
      await question(page).waitFor();
    }
    assert.ok(new Set(letters).size > 1, letters.join());
    // What waits in a common queue is drawn inside: that has happened before the decision.
    if (id !== "preprocessing-pull") assert.deepEqual([...pictures.values()].filter((alike) => alike.size > 1).length, 0, "the balancer looks the same whatever comes");
  });
}

for (const [locale, right, wrong] of [["en-US", /^✓ Right/, /^✗ Not so/], ["zh-CN", /^✓ 猜对了/, /^✗ 没猜对/]]) {
  test(`by mouse: a card is the guess, and the score is kept: ${locale}`, async (t) => {
    const page = await guessing(t, "", { locale });
    await expectNoAxeViolations(page, "asking");
    await page.locator("#server-0").click();
    await verdict(page).waitFor();
    assert.match(await verdict(page).innerText(), right);
    await expectNoAxeViolations(page, "revealed");
    await page.locator("#guess-go").click();
    await page.locator("#server-2").click();
    await verdict(page).waitFor();
    assert.match(await verdict(page).innerText(), wrong);
    assert.match(await page.locator(".guess-score summary").innerText(), locale === "en-US" ? /1 of 2/ : /猜 2 次，对 1 次/);
    assert.equal(await page.evaluate(() => localStorage.getItem("equipoise.guesses")), "smooth-wrr:1/2");
    await page.locator(".guess-score summary").click();
    await expectNoAxeViolations(page, "the score");
    await page.locator("#guess-reset").click();
    await eventually(() => page.evaluate(() => localStorage.getItem("equipoise.guesses")), "");
    await page.locator("#guess-leave").click();
    await page.locator(".guess").waitFor({ state: "detached" });
  });
}

test("by keys: a letter, or arrows and Enter; → asks the next, Esc ends it", async (t) => {
  const page = await visit(t);
  await page.keyboard.press("g");
  await question(page).waitFor();
  await page.keyboard.press("a");
  await verdict(page).waitFor();
  assert.match(await verdict(page).innerText(), /^✓/);
  await page.keyboard.press("ArrowRight");
  await question(page).waitFor();
  for (const [key, focused] of [["ArrowRight", "server-0"], ["ArrowRight", "server-1"], ["ArrowLeft", "server-0"], ["ArrowDown", "server-1"]]) {
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement.id), focused);
  }
  await page.keyboard.press("Enter");
  await verdict(page).waitFor();
  assert.match(await verdict(page).innerText(), /you said b/);
  await page.keyboard.press("Escape");
  await page.locator(".guess").waitFor({ state: "detached" });
  // Then the keys are the player's again.
  await page.keyboard.press("ArrowRight");
  await eventually(() => decided(page), 3);
});

test("where chance decides a set is guessed, or a chance", async (t) => {
  const page = await guessing(t, "random");
  assert.equal(await page.locator("#guess-go").isDisabled(), true);
  await page.keyboard.press("a");
  await page.locator("#server-1").click();
  assert.equal(await page.locator(".server.marked").count(), 2);
  await expectNoAxeViolations(page, "a set");
  await page.locator("#guess-go").click();
  await verdict(page).waitFor();
  assert.match(await verdict(page).innerText(), /^✗ Not so.*you said a, b/s);
  assert.match(await page.locator(".guess").innerText(), /drawn 4096 times: a \d+/);
  await page.keyboard.press("ArrowRight");
  await question(page).waitFor();
  const servers = await page.locator(".guess-servers button").count();
  await page.locator("#guess-chance").fill(String(Math.round(100 / servers)));
  await page.locator("#guess-chance").press("Enter");
  await verdict(page).waitFor();
  assert.match(await verdict(page).innerText(), /^✓ Right/);
});

test("a class votes by hand, and sees its votes beside the answer", async (t) => {
  const page = await guessing(t, "");
  await page.locator("#guess-votes summary").click();
  await page.getByRole("button", { name: "One vote more for server a" }).click();
  await page.getByRole("button", { name: "One vote more for server a" }).click();
  await page.getByRole("button", { name: "One vote fewer for server a" }).click();
  await page.locator("#votes-1").fill("7");
  await page.locator("#votes-1").blur();
  await expectNoAxeViolations(page, "votes");
  await page.locator("#guess-go").click();
  await verdict(page).waitFor();
  assert.match(await verdict(page).innerText(), /1 of 8 votes are right/);
  assert.equal(await page.locator(".guess-bars li").count(), 3);
  await expectNoAxeViolations(page, "votes revealed");
  // They are not the score of whoever sits at the machine.
  assert.match(await page.locator(".guess-score summary").innerText(), /0 of 0/);
});

test("a number is expected before the run, and stands beside what the run shows", async (t) => {
  const page = await guessing(t, "");
  await page.locator("#guess-number summary").click();
  await page.locator("#guess-number-of").selectOption({ index: 3 });
  await page.locator("#guess-number-value").fill("50");
  await page.locator("#guess-number-value").blur();
  await page.locator("#guess-run").click();
  await eventually(async () => (await decided(page)) >= 3, true);
  assert.match(await page.locator("#guess-seen").innerText(), /share of server a.*you expect 50 %; the run shows \d/);
  await expectNoAxeViolations(page, "a number expected");
  await page.locator("#guess-forget").click();
  await page.locator(".guess").waitFor({ state: "detached" });
});

test("a curve is drawn before a sweep, by click and by number, and is in its chart afterwards", async (t) => {
  const page = await visit(t);
  await page.getByRole("button", { name: "Many runs" }).click();
  await page.locator("#sketch summary").click();
  await page.locator("#sketch .plot").click({ position: { x: 200, y: 40 } });
  await page.locator("#sketch-0").fill("2");
  await page.locator("#sketch-0").blur();
  await page.locator("#sketch-6").fill("6");
  await page.locator("#sketch-6").blur();
  await expectNoAxeViolations(page, "a curve");
  await page.locator("#sweep-tasks").fill("200");
  await page.locator("#sweep-tasks").blur();
  await page.locator("#sweep-start").click();
  await page.locator("#chart-sweep").waitFor();
  await eventually(async () => (await page.locator("#chart-sweep .key").innerText()).includes("what you expected"), true);
});

test("fingers guess on a phone", async (t) => {
  const page = await guessing(t, "", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(wide <= 390, `${wide} px`);
  await page.locator(".guess-servers button").first().tap();
  await verdict(page).waitFor();
  await page.locator("#guess-go").tap();
  await page.locator("#server-0").tap();
  await verdict(page).waitFor();
  await expectNoAxeViolations(page, "on a phone");
});

test("a newcomer is asked once, over a scene that plays", async (t) => {
  const page = await visit(t, { newcomer: true, reducedMotion: "no-preference" });
  await page.locator("#guess-dismiss").waitFor();
  await eventually(async () => (await decided(page)) >= 2, true, "the scene plays");
  await expectNoAxeViolations(page, "greeted");
  await page.locator("#server-0").click();
  await verdict(page).waitFor();
  await page.reload();
  await page.locator(".part").first().waitFor({ state: "detached" });
  assert.equal(await page.locator(".guess").count(), 0);
});

test("a newcomer is left alone for good by one key", async (t) => {
  const page = await visit(t, { newcomer: true });
  await page.locator("#guess-dismiss").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".guess").waitFor({ state: "detached" });
  await page.reload();
  await page.locator(".part").first().waitFor({ state: "detached" });
  assert.equal(await page.locator(".guess").count(), 0);
});

test("what is guessed is of one run: comparing ends it, and other panels stay hidden", async (t) => {
  const page = await guessing(t, "");
  await show(page, "guide");
  await show(page, "why");
  assert.match(await page.locator("#panel .empty").innerText(), /^Guess first/);
  await page.locator("#back").click();
  await question(page).waitFor();
  await page.locator("#compare").click();
  await page.locator("#other-strategy").waitFor();
  assert.equal(await page.locator(".guess").count(), 0);
  assert.equal(await notice(page), "");
  assert.notEqual((await state(page)).compare, undefined);
});
