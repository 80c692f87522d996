// What is said to those who do not see the page: a step once, with its reason; while time passes nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, pause, rested, scene, stepTo, visits } from "./support.mjs";

const visit = visits();

/** Takes down what a screen reader says by itself: texts that come into live regions. */
const listen = (page) =>
  page.evaluate(() => {
    window.said = [];
    const LIVE = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output";
    const hear = (changes) => {
      const regions = new Set(changes.map(({ target }) => (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest(LIVE)));
      for (const region of regions) if (region?.textContent.trim()) window.said.push(region.textContent.trim().replaceAll(/\s+/g, " "));
    };
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

/** What was said since the last question. */
const said = async (page) => {
  await rested(page);
  return page.evaluate(() => window.said.splice(0));
};

for (const [locale, task, because] of [["en-US", "Task", /largest/], ["zh-CN", "任务", /最大/]]) {
  test(`a step says once which server was picked, and why: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await listen(page);
    const steps = [() => page.locator("#step").click(), () => page.keyboard.press("ArrowRight"), () => page.keyboard.press("PageDown"), () => page.keyboard.press("ArrowLeft")];
    for (const [i, server] of ["a", "a", "b", "a"].entries()) {
      await steps[i]();
      const n = i === 3 ? 2 : i + 1;
      await eventually(() => decided(page), n);
      const all = await said(page);
      assert.equal(all.length, 1, JSON.stringify(all));
      assert.match(all[0], new RegExp(`${task} ${n} .*${server}`));
      assert.match(all[0], because);
    }
    // What is paused says no more.
    await page.waitForTimeout(500);
    assert.deepEqual(await said(page), []);
  });
}

test("while time passes nothing is said; when it stops, the latest decision", async (t) => {
  const page = await visit(t);
  await stepTo(page, 2);
  await listen(page);
  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) >= 5, true);
  assert.deepEqual(await said(page), []);
  await pause(page);
  const all = await said(page);
  assert.equal(all.length, 1, JSON.stringify(all));
  assert.match(all[0], new RegExp(`^Task ${await decided(page)} → server`));
});

test("two runs are said one after the other, and a guess says nothing before it is made", async (t) => {
  const page = await visit(t);
  await scene(page, "random-split");
  await page.locator("#compare").click();
  await page.locator(".stage").nth(1).waitFor();
  await rested(page);
  await listen(page);
  await page.locator("#step").click();
  await eventually(() => decided(page), 1);
  assert.match((await said(page)).join(), /Task 1 → server .*Task 1 → server /);
  await page.locator("#compare").click();
  await page.keyboard.press("g");
  await page.locator(".guess").waitFor();
  await said(page);
  await page.keyboard.press("ArrowRight");
  assert.doesNotMatch((await said(page)).join(), /→ server/);
});
