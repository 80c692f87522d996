// Time: play and pause, one allocation forward and back, the scrubber, the speed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, pause, scene, seek, state, stepTo, time, visits } from "./support.mjs";

const visit = visits();

for (const id of ["weights", "least-response-time", "hybrid", "training", "preprocessing-pull"]) {
  test(`ten steps forward and ten back pass the same states: ${id}`, async (t) => {
    const page = await visit(t);
    await scene(page, id);
    const seen = [];
    for (let n = 0; n <= 10; n++) {
      await stepTo(page, n);
      seen.push(await state(page));
    }
    assert.equal(new Set(seen.map((s) => s.link)).size, seen.length, "every state has a link of its own");
    for (let n = 10; n >= 0; n--) {
      await stepTo(page, n);
      await eventually(() => state(page), seen[n], `back at ${n}`);
    }
    await stepTo(page, 10);
    await eventually(() => state(page), seen[10], "forward again");
  });
}

test("play and pause; steps go on from there; ten back and forth come to the same state", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await eventually(async () => (await decided(page)) >= 4, true);
  await pause(page);
  const paused = await state(page);
  const at = await decided(page);
  await stepTo(page, at + 1);
  const next = await state(page);
  assert.notDeepEqual(next, paused);
  await stepTo(page, at + 11);
  await stepTo(page, at + 1);
  await eventually(() => state(page), next);

  await page.locator("#play").click();
  await eventually(async () => (await decided(page)) > at + 1, true);
});

test("the buttons step", async (t) => {
  const page = await visit(t);
  for (const [button, n] of [["step", 1], ["step", 2], ["back", 1], ["step", 2], ["back", 1], ["back", 0], ["back", 0], ["step", 1]]) {
    await page.locator(`#${button}`).click();
    await eventually(() => decided(page), n);
  }
});

test("two presses are two steps, however quick", async (t) => {
  const page = await visit(t);
  const twice = (button) => page.locator(button).evaluate((b) => [b.click(), b.click()]);
  await stepTo(page, 6);
  await twice("#step");
  await eventually(() => decided(page), 8);
  await twice("#back");
  await eventually(() => decided(page), 6);
});

test("the start is one press away", async (t) => {
  const page = await visit(t);
  await page.locator("#home").click();
  const start = await state(page);
  await stepTo(page, 3);
  assert.notDeepEqual(await state(page), start);
  await page.locator("#home").click();
  await eventually(() => state(page), start);
});

test("the scrubber goes to a time with the mouse and with arrow keys", async (t) => {
  const page = await visit(t);
  const scrubber = page.locator("#scrubber");
  const end = Number(await scrubber.getAttribute("max"));
  const box = await scrubber.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await eventually(async () => Math.abs((await time(page)) - end / 2) < end / 50, true);
  assert.ok((await decided(page)) > 3);

  // The arrows belong to the slider then, not to the steps.
  const before = await time(page);
  await scrubber.press("ArrowRight");
  await eventually(async () => (await time(page)) > before, true);
  assert.ok((await time(page)) - before < end / 200);
});

test("the same time looks the same, wherever one comes from", async (t) => {
  const page = await visit(t);
  await scene(page, "bursts");
  await seek(page, 30);
  const there = await state(page);
  assert.ok((await decided(page)) > 0);
  await seek(page, 5);
  await seek(page, 30);
  await eventually(() => state(page), there, "from before");
  await seek(page, 55);
  await seek(page, 30);
  await eventually(() => state(page), there, "from after");
});

test("a higher speed lets more time pass, and is remembered", async (t) => {
  const page = await visit(t);
  const speed = page.locator("#speed");
  const before = await speed.getAttribute("aria-valuetext");
  await speed.press("End");
  await eventually(() => speed.getAttribute("aria-valuetext"), "1000×");
  assert.notEqual(before, "1000×");
  await page.locator("#play").click();
  await eventually(async () => (await time(page)) > 20, true);
  await page.reload();
  await eventually(() => page.locator("#speed").getAttribute("aria-valuetext"), "1000×");
});

/** Takes down how many decisions the cards on the stage know of, as they are painted: "got 3 of 7". */
function readCards() {
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const got = /^got \d+ of (\d+)$/.exec(text);
    if (got) globalThis.painted = Number(got[1]);
    return write.call(this, text, ...place);
  };
}

/** In each of some frames, as it is shown: what the cards, the position and the reason know. */
const moments = (page, frames) =>
  page.evaluate(async (frames) => {
    const seen = [];
    while (seen.length < frames) {
      await new Promise(requestAnimationFrame);
      // The page draws what it says after all that was asked for in this frame.
      await new Promise((resolve) => setTimeout(resolve));
      const [said] = document.querySelector("#position").innerText.match(/\d+$/);
      const [, why] = document.querySelector("#panel .why h2").innerText.match(/Task (\d+)/);
      seen.push([globalThis.painted, Number(said), Number(why)]);
    }
    return seen;
  }, frames);

test("at any speed the picture of a decision and what is said of it are of one moment", async (t) => {
  const prepare = (page) => page.addInitScript(readCards);
  const page = await visit(t, { prepare, viewport: { width: 1440, height: 900 } });
  await page.locator("#play").click();
  // 1×, 10× and 100×.
  for (const place of [25, 50, 75]) {
    await page.locator("#speed").fill(String(place));
    await eventually(async () => (await page.locator("#panel .why h2").count()) > 0, true);
    const seen = await moments(page, 90);
    // An action, or a part that comes, draws the panels a frame before the stage.
    const apart = seen.filter(([painted, said, why]) => painted !== said || painted !== why);
    assert.ok(apart.length < seen.length / 20, `at ${place}: ${JSON.stringify(apart)}`);
    assert.ok(new Set(seen.map(([painted]) => painted)).size > 1, "time passes");
  }
});
