// Large type for a class: a clicker's keys, a light on what the step is about, letters that are read from afar.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, rested, stepTo, visits } from "./support.mjs";

const visit = visits();

/** The least size of type that is read from six metres on a picture two metres wide, of 1280 pixels: a letter of 20 minutes of arc. */
const LEAST_PX = 22;

/** The sizes on the screen of all text that is seen, smallest first, with the text. */
const sizes = (page) =>
  page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector(".page"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const e = walker.currentNode.parentElement;
      const box = e.getBoundingClientRect();
      const seen = walker.currentNode.data.trim() && box.width > 2 && box.bottom > 0 && box.top < innerHeight && !e.closest(".hidden, option");
      if (!seen || getComputedStyle(e).visibility === "hidden") continue;
      const zoom = e.closest("svg") ? e.closest("svg").getBoundingClientRect().width / e.closest("svg").viewBox.baseVal.width : e.currentCSSZoom;
      found.push([Math.round(Number.parseFloat(getComputedStyle(e).fontSize) * zoom), walker.currentNode.data.trim()]);
    }
    return found.sort(([a], [b]) => a - b);
  });

test("a key and the Share dialog lead there, Escape leads back", async (t) => {
  const page = await visit(t);
  await stepTo(page, 3);
  // The key comes with a part that is fetched ahead.
  const leave = page.locator(".page.present #present-leave");
  await eventually(async () => {
    if (await leave.count()) return true;
    await page.keyboard.press("p");
    return leave.waitFor({ timeout: 1500 }).then(() => true, () => false);
  }, true);
  assert.equal(await page.locator(".bar, .side").count(), 0);
  assert.match(await page.evaluate(() => location.hash), /&view=present$/);
  await page.keyboard.press("Escape");
  await page.locator(".bar").waitFor();
  assert.doesNotMatch(await page.evaluate(() => location.hash), /view=/);
  await page.locator("#share").click();
  await page.locator("#present").click();
  await page.locator("#present-leave").click();
  await page.locator(".bar").waitFor();
  assert.equal(await decided(page), 3);
});

for (const locale of ["en-US", "zh-CN"]) {
  test(`a clicker steps, with a light on what the step is about, in large type: ${locale}`, async (t) => {
    const page = await visit(t, { hash: "#view=present", locale });
    await page.locator(".caption").waitFor();
    for (const [key, n] of [["PageDown", 1], ["PageDown", 2], ["PageDown", 3], ["PageUp", 2]]) {
      await page.keyboard.press(key);
      await eventually(() => decided(page), n, key);
    }
    // Task 2 goes to a.
    assert.match(await page.locator(".caption").innerText(), /→ a/);
    await page.locator(".spotlight").waitFor();
    await expectNoAxeViolations(page, "present");

    // The middle of the picked server's card is lit, and that of the others is not.
    const lit = (server) =>
      page.evaluate((server) => {
        const box = document.querySelector(`#server-${server}`).getBoundingClientRect();
        const path = document.querySelector(".spotlight path");
        return !path.isPointInFill(new DOMPoint(box.x + box.width / 2, box.y + box.height / 2));
      }, server);
    await eventually(async () => [await lit(0), await lit(1), await lit(2)], [true, false, false]);

    const small = (await sizes(page)).filter(([px]) => px < LEAST_PX);
    assert.deepEqual(small, [], "type that cannot be read from six metres");
    const out = await page.evaluate(() =>
      [".stage", ".caption", ".chart", ".transport", "#present-leave"].filter((part) => {
        const { right, bottom } = document.querySelector(part).getBoundingClientRect();
        return right > innerWidth + 1 || bottom > innerHeight + 1;
      }),
    );
    assert.deepEqual(out, [], "all of it is on a screen of 1280 × 720");

    await page.keyboard.press("s");
    await page.locator(".spotlight").waitFor({ state: "detached" });
    await page.keyboard.press("s");
    await page.keyboard.press("k");
    await page.locator(".spotlight").waitFor({ state: "detached" });
  });
}

test("a class guesses before the clicker shows it", async (t) => {
  const page = await visit(t, { hash: "#view=present" });
  await page.locator(".caption").waitFor();
  await page.keyboard.press("g");
  await page.locator("#guess-leave").waitFor();
  assert.equal(await page.locator(".caption").count(), 0);
  // A letter is a guess, so another key of clickers blanks the screen meanwhile.
  await page.keyboard.press(".");
  await page.locator(".blank").waitFor();
  await page.keyboard.press("a");
  await page.locator(".blank").waitFor({ state: "detached" });
  assert.equal(await page.locator(".guess-verdict").count(), 0);
  await page.keyboard.press("b");
  await page.locator(".guess-verdict").waitFor();
  await page.keyboard.press("PageDown");
  await page.locator(".guess-question").waitFor();
});

for (const [locale, line] of [["en-US", "The screen is blank. Any key shows it again."], ["zh-CN", "屏幕已变黑，按任意键恢复显示。"]]) {
  test(`a clicker blanks the screen, time waits, and any key shows it again: ${locale}`, async (t) => {
    const page = await visit(t, { hash: "#view=present", locale });
    await page.locator(".caption").waitFor();
    const blank = page.locator(".blank");
    /** Whether all that is seen is black. */
    const isBlack = () => page.evaluate(() => {
      const places = [[5, 5], [innerWidth / 2, innerHeight / 2], [innerWidth - 5, innerHeight - 5]];
      return places.every(([x, y]) => getComputedStyle(document.elementFromPoint(x, y)).backgroundColor === "rgb(0, 0, 0)");
    });
    await page.keyboard.press("k");
    await page.keyboard.press("b");
    await blank.waitFor();
    assert.ok(await isBlack());
    assert.equal(await page.locator(".display > [role=status]", { hasText: line }).count(), 1);
    await rested(page);
    const at = await decided(page);
    await expectNoAxeViolations(page, "blank");
    assert.equal(await decided(page), at, "time waits");
    // The key that shows it again does nothing else.
    await page.keyboard.press("PageDown");
    await blank.waitFor({ state: "detached" });
    assert.equal(await decided(page), at);
    assert.equal(await page.locator(".display > [role=status]", { hasText: line }).count(), 0);
    for (const [on, off] of [[".", "."], ["b", "Escape"], ["B", "b"]]) {
      await page.keyboard.press(on);
      await blank.waitFor();
      await page.keyboard.press(off);
      await blank.waitFor({ state: "detached" });
    }
    await page.keyboard.press("b");
    await blank.click();
    await blank.waitFor({ state: "detached" });
    assert.equal(await page.locator(".page.present").count(), 1);
  });
}

test("a lesson in large type keeps its step, and a clicker still steps", async (t) => {
  const page = await visit(t, { hash: "#lesson=balancer.1&view=present" });
  await page.locator("#lesson-step").waitFor();
  await eventually(() => page.locator("#scene, [role=tab]").count(), 0);
  await page.keyboard.press("PageDown");
  await eventually(() => decided(page), 1);
  await page.locator("#lesson-next").click();
  await page.locator("#lesson-step").waitFor();
});
