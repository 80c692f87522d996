// Guess first with every strategy: nothing on the page tells the answer before the guess, and what the engine picks is right.
// The library's tests do this over fifty decisions of each strategy's scene; here the page is looked at, over a few.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { balancer, said } from "./hidden.mjs";
import { decided, eventually, scene, visits } from "./support.mjs";

const visit = visits();
const STEPS = 3;

const ALL = readdirSync(new URL("../../locales/strategies/", import.meta.url)).map((file) => file.replace(".yml", ""));
const ROUTERS = ALL.filter((id) => /^(sglang|vllm|dynamo|ray|llm-d|production-stack|aibrix)/.test(id));

/** A scene of several servers for each, and the strategies that it can have. */
const SCENES = { weights: ALL.filter((id) => !ROUTERS.includes(id)), "prefix-routing": ROUTERS };

/** The answer to a question: one server or, where chance decides, all of them. */
async function answer(page) {
  if ((await page.locator("#guess-go").count()) === 0) return page.keyboard.press("a");
  const servers = await page.locator(".server").count();
  for (let i = 0; i < servers; i++) await page.keyboard.press(String.fromCharCode(97 + i));
  await page.locator("#guess-go").click();
}

for (const [id, strategies] of Object.entries(SCENES)) {
  test(`no strategy's pick is shown before the guess: ${strategies.length} strategies in the scene ${id}`, async (t) => {
    const page = await visit(t);
    await scene(page, id);
    // What hides the pick looks the same whatever it is: with every strategy, at every question.
    const pictures = new Map();
    for (const strategy of strategies) {
      await scene(page, id);
      await page.keyboard.press("Home");
      await page.locator("#strategy").selectOption(strategy);
      await eventually(() => page.locator("#strategy").inputValue(), strategy);
      await page.locator("#guess").click();
      for (let n = 0; n < STEPS; n++) {
        const what = `${strategy}, question ${n + 1}`;
        await page.locator(".guess-question").waitFor();
        assert.equal(await decided(page), n, what);
        assert.deepEqual(await said(page), { why: false, coming: [], verdict: false }, what);
        assert.doesNotMatch(await page.locator(".stage").ariaSnapshot(), /picked|next/i, what);
        const { height, picture } = await balancer(page);
        const seen = pictures.get(height) ?? pictures.set(height, new Map()).get(height);
        if (!seen.has(picture)) seen.set(picture, what);
        const set = (await page.locator("#guess-go").count()) > 0;
        await answer(page);
        await page.locator(".guess-verdict").waitFor();
        const [, letter] = (await page.locator("#panel .why h2").innerText()).match(/server (\w+)/) ?? [];
        const verdict = await page.locator(".guess-verdict").innerText();
        if (!set) assert.equal(/^✓ Right/.test(verdict), letter === "a", `${what}: ${verdict}`);
        assert.match(verdict, new RegExp(`(server|on) ${letter}\\b`), what);
        await page.locator("#guess-go").click();
      }
      await page.locator(".guess-question").waitFor();
      await page.locator("#guess-leave").click();
      await page.locator(".guess").waitFor({ state: "detached" });
    }
    for (const seen of pictures.values()) assert.equal(seen.size, 1, `the balancer shows something: ${[...seen.values()]}`);
  });
}

test("these are all strategies", () => {
  assert.equal(SCENES.weights.length + SCENES["prefix-routing"].length, ALL.length);
  assert.ok(ALL.length >= 61);
});
