// A locked link: what it hides is not on the page, in either language or any layout, and no key leads to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, notice, scene, state, stepTo, visits } from "./support.mjs";

const visit = visits();

// What is hidden, with what would show of it.
const HIDDEN = {
  "tab-guide": "#tab-guide",
  "tab-formulas": "#tab-formulas",
  scenes: "#scene",
  "many-runs": ".bar .segments button:nth-child(3)",
  compare: "#compare",
  undo: ".bar button.icon[aria-label=Undo], .bar button.icon[aria-label=撤销]",
  language: "#language",
  theme: "#theme",
  help: "#help",
  share: "#share",
  speed: "#speed",
  seed: "#seed",
  guess: "#guess",
  "set-up-faults": "#add-fault",
  "balancer.strategy.id": "#strategy",
  "servers.*.weight": "[id*=weight-]",
};
const HIDE = `hide=${Object.keys(HIDDEN).join(",")}`;

/** The parts of `HIDDEN` that are on the page. */
const shown = (page) =>
  page.evaluate((hidden) => Object.keys(hidden).filter((name) => document.querySelector(hidden[name])), HIDDEN);

/** All that a key may have changed: never the time or the moment. */
const untouched = (page) =>
  page.evaluate(() => ({
    dialog: document.querySelector("dialog")?.innerText,
    theme: document.documentElement.dataset.theme,
    lang: document.documentElement.lang,
    stages: document.querySelectorAll(".stage").length,
    guess: Boolean(document.querySelector(".guess")),
    tabs: [...document.querySelectorAll("[role=tab]")].map((tab) => tab.id),
    hide: location.hash.match(/&hide=[^&]*/)?.[0],
  }));

/** Presses every key that does something anywhere, and goes through all that Tab reaches. */
async function tryAllKeys(page, what, layout) {
  const before = await untouched(page);
  await page.evaluate(() => document.activeElement.blur());
  // Escape leads from large type to the whole page, which is locked likewise.
  const escape = layout === "present" ? [] : ["Escape"];
  for (const key of ["g", "?", "Control+z", "k", "k", ".", ",", "Home", "a", "b", ...escape]) {
    await page.keyboard.press(key);
    assert.deepEqual(await shown(page), [], `${what}: after ${key}`);
    assert.deepEqual(await untouched(page), before, `${what}: after ${key}`);
  }
  const reached = new Set();
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.id));
    const bad = await page.evaluate(
      (hidden) => Object.keys(hidden).filter((name) => document.activeElement.matches(hidden[name])),
      HIDDEN,
    );
    assert.deepEqual(bad, [], `${what}: Tab`);
  }
  assert.ok(reached.has("unlock"), `${what}: the way out is reached: ${[...reached]}`);
  assert.ok(reached.has("step"), what);
  // What a card offers.
  if (await page.locator("#server-1").count()) {
    await page.locator("#server-1").focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await shown(page), [], `${what}: at a card`);
    await page.keyboard.press("Escape");
  }
}

/** The link to the first scene at its third task. */
async function link(t) {
  const page = await visit(t);
  await stepTo(page, 3);
  return (await state(page)).link;
}

for (const [locale, lang] of [["en-US", "en"], ["zh-CN", "zh-CN"]]) {
  for (const layout of ["whole", "lesson", "embed", "present"]) {
    test(`a locked link hides what it says: ${layout}, ${lang}`, async (t) => {
      const opens = layout === "lesson" ? "#lesson=balancer.1" : await link(t);
      const view = ["embed", "present"].includes(layout) ? `&view=${layout}` : "";
      const page = await visit(t, { hash: `${opens}&${HIDE}${view}`, locale });
      await page.locator("#unlock").waitFor();
      await eventually(() => page.evaluate(() => document.documentElement.lang), lang);
      assert.deepEqual(await shown(page), []);
      if (layout === "whole") await page.locator("#tab-set-up").click();
      if (layout === "whole") await page.locator("#interval").waitFor();
      await expectNoAxeViolations(page, layout);
      await tryAllKeys(page, `${layout}, ${lang}`, layout);
      // A reload keeps the lock.
      await page.reload();
      await page.locator("#unlock").waitFor();
      assert.deepEqual(await shown(page), []);

      await page.locator("#unlock").click();
      await page.locator("#unlock").waitFor({ state: "detached" });
      await eventually(() => page.locator("#speed, #guess").count(), 2);
      // The tab is no part of the address.
      if (layout === "whole") await page.locator("#tab-set-up").click();
      const there = { whole: Object.keys(HIDDEN), lesson: ["tab-guide", "scenes", "compare", "help"] }[layout] ?? ["guess"];
      const missing = async () => {
        const now = await shown(page);
        return there.filter((name) => !now.includes(name));
      };
      await eventually(missing, [], "all is there again");
      assert.doesNotMatch(await page.evaluate(() => location.hash), /hide=/);
    });
  }
}

test("a drag on a card changes no hidden weight, and a file that is dropped opens nothing", async (t) => {
  const page = await visit(t, { hash: "#hide=servers.*.weight,set-up-trace" });
  await page.locator("#unlock").waitFor();
  await stepTo(page, 2);
  const before = await state(page);
  const box = await page.locator("#server-0").boundingBox();
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 140, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["time,size\n"], "trace.csv"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await stepTo(page, 3);
  await stepTo(page, 2);
  assert.equal(await page.locator("dialog").count(), 0);
  assert.equal((await state(page)).link, before.link);
});

test("the dialog ticks what a class sees, and the link it makes hides the rest", async (t) => {
  const page = await visit(t);
  await stepTo(page, 4);
  const before = await state(page);
  await page.locator("#share").click();
  await page.locator("#share-locks summary").first().click();
  await page.locator("#show-none").click();
  for (const name of ["scenes", "tab-why", "play", "set-up-servers"]) await page.locator(`#show-${name}`).check();
  await page.locator("fieldset details summary", { hasText: "Single scenes" }).click();
  await page.locator("#show-scene-random").uncheck();
  await page.locator("fieldset details summary", { hasText: "Servers" }).click();
  await page.locator("[id='show-servers.*.weight']").uncheck();
  await expectNoAxeViolations(page, "the dialog");
  const made = (await page.locator("#link").inputValue()).split("#")[1];
  assert.match(made, /&hide=.*scene-random,servers\.\*\.weight/);

  const pupil = await visit(t, { hash: `#${made}` });
  await pupil.locator("#unlock").waitFor();
  await eventually(() => pupil.locator("#position").innerText(), before.position);
  assert.deepEqual(await pupil.locator("[role=tab]").evaluateAll((tabs) => tabs.map((tab) => tab.id)), ["tab-why"]);
  assert.equal(await pupil.locator("#scene option[value=random]").count(), 0);
  await pupil.locator("#count").waitFor();
  assert.equal(await pupil.locator("[id^=weight-], #strategy, .chart, #seed").count(), 0);
  await scene(pupil, "two-choices");
  await eventually(() => decided(pupil), 0);
});

for (const [locale, line] of [["en-US", /hides the worksheet/], ["zh-CN", /隐藏了练习单/]]) {
  test(`a hidden worksheet is refused at its address too, until all is shown: ${locale}`, async (t) => {
    const page = await visit(t, { hash: "#lesson=balancer.2&hide=worksheet", locale });
    await page.locator("#lesson-step").waitFor();
    assert.equal(await page.locator("#lesson-sheet").count(), 0);
    const sheet = await visit(t, { hash: "#lesson=balancer.sheet&hide=worksheet", locale });
    await sheet.locator("#sheet-hidden").waitFor();
    assert.match(await sheet.locator("#sheet-hidden").innerText(), line);
    assert.equal(await sheet.locator(".sheet, .paper, .answer").count(), 0);
    await expectNoAxeViolations(sheet, "no worksheet");
    await sheet.locator("#sheet-back").click();
    await sheet.locator("#lesson-step").waitFor();
    await sheet.evaluate(() => (location.hash = "#lesson=balancer.sheet&hide=worksheet"));
    await sheet.locator("#sheet-hidden").waitFor();
    await sheet.locator("#unlock").click();
    await sheet.locator(".paper").first().waitFor({ timeout: 60_000 });
    assert.ok((await sheet.locator(".answer").count()) > 0, "whoever shows all gets the key");
  });
}

test("a link without the key gives the pupils' sheet alone", async (t) => {
  const page = await visit(t, { hash: "#lesson=balancer.sheet&hide=worksheet-key" });
  await page.locator(".paper").first().waitFor({ timeout: 60_000 });
  assert.equal(await page.locator(".answer, #sheet-key").count(), 0);
});

test("a name that is none is said with those allowed, and nothing else is lost", async (t) => {
  const opens = await link(t);
  const page = await visit(t, { hash: `${opens}&hide=tab-gide,compare&view=sideways` });
  await page.locator(".notice.refusal").waitFor();
  assert.match(await notice(page), /hide: tab-gide cannot be\. Allowed: .*tab-guide/);
  assert.equal(await decided(page), 3);
  assert.equal(await page.locator("#compare").count(), 0);
  assert.equal(await page.locator("#tab-guide").count(), 1);
});
