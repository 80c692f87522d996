// The keyboard alone: everything can be reached, the player's keys work, dialogs keep the focus and give it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, state, stepTo, visits } from "./support.mjs";

const visit = visits();

/** The focused element's id, or its name, or nothing. */
const focused = (page) =>
  page.evaluate(() => {
    const e = document.activeElement;
    return e === document.body ? "" : e.id || e.getAttribute("aria-label") || e.innerText || e.tagName;
  });

const playing = async (page) => (await page.locator("#play").getAttribute("aria-label")) === "Pause";

test("the tab key reaches every control, and one sees where it is", async (t) => {
  const page = await visit(t);
  // A first step puts the cards on the stage and the explanation into the panel.
  await stepTo(page, 1);
  // From the top of the page.
  await page.locator("a.logo").focus();
  const seen = new Set();
  for (let i = 0; i < 100; i++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at === "" || (seen.size > 0 && at === [...seen][0])) break;
    seen.add(at);
    const visible = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
    });
    assert.ok(visible, `the focus shows on ${at}`);
  }
  const wanted = [
    ...["scene", "compare", "share", "language", "theme", "help", "server-0", "server-1", "server-2"],
    ...["home", "back", "play", "step", "scrubber", "speed", "seed", "another-seed", "tab-why", "panel"],
    ...["strategy", "place", "pattern", "interval", "interval-box", "count", "count-box", "weight-0", "weight-0-box", "weight-2-box"],
  ];
  assert.deepEqual(wanted.filter((id) => !seen.has(id)), [], `seen: ${[...seen].join(", ")}`);
});

test("the keys of a player", async (t) => {
  const page = await visit(t);
  const key = (name) => page.keyboard.press(name);
  for (const [name, n] of [["ArrowRight", 1], [".", 2], ["ArrowRight", 3], ["ArrowLeft", 2], [",", 1], [".", 2]]) {
    await key(name);
    await eventually(() => decided(page), n, name);
  }
  await key("Home");
  await eventually(() => decided(page), 0);

  await key("Space");
  await eventually(() => playing(page), true);
  await eventually(async () => (await decided(page)) >= 2, true);
  await key("Space");
  await eventually(() => playing(page), false);
});

test("undo has its key, and a text box keeps its own", async (t) => {
  const page = await visit(t);
  await stepTo(page, 3);
  const before = await state(page);
  await page.locator("#weight-0").press("ArrowRight");
  await eventually(() => page.locator("#weight-0-box").inputValue(), "6");
  await page.keyboard.press("Control+z");
  await eventually(() => state(page), before);
});

test("a control keeps the keys that it needs itself", async (t) => {
  const page = await visit(t);
  await stepTo(page, 3);
  await page.locator("#weight-0").press("ArrowLeft");
  await page.locator("#strategy").press("ArrowDown");
  await page.locator("#interval-box").press("Home");
  await page.locator("#interval-box").press(".");
  await page.locator("#interval-box").press("Escape");
  await page.locator("#tab-why").press("ArrowRight");
  assert.equal(await decided(page), 3);
  // A button takes the space bar for itself: once, not twice.
  await page.locator("#play").press("Space");
  await eventually(() => playing(page), true);
});

test("a list chosen from with the mouse leaves the arrows to the player; with the keys, it keeps them", async (t) => {
  const page = await visit(t);
  const list = page.locator("#strategy");
  await list.click();
  await list.selectOption("random");
  await eventually(() => focused(page), "");
  await page.keyboard.press("ArrowRight");
  await eventually(() => decided(page), 1);
  assert.equal(await list.inputValue(), "random");

  await list.focus();
  await page.keyboard.press("ArrowDown");
  await eventually(async () => (await list.inputValue()) !== "random", true);
  assert.equal(await focused(page), "strategy");
  assert.equal(await decided(page), 1);
});

test("the tabs follow the arrow keys", async (t) => {
  const page = await visit(t);
  await page.locator("#tab-why").focus();
  for (const [name, tab] of [["ArrowRight", "formulas"], ["ArrowRight", "guide"], ["ArrowRight", "lessons"], ["ArrowRight", "set-up"], ["ArrowLeft", "lessons"], ["Home", "set-up"], ["End", "lessons"]]) {
    await page.keyboard.press(name);
    await eventually(() => focused(page), `tab-${tab}`, name);
    // The focus moves at once; the page is drawn a moment later.
    const selected = page.locator("[role=tab][aria-selected=true]");
    await eventually(() => selected.evaluateAll((tabs) => tabs.map((t) => t.id)), [`tab-${tab}`], name);
  }
});

// What opens a dialog, from where, and how it is closed again.
const DIALOGS = {
  "help by its key, closed with Escape": ["theme", "?", "Escape"],
  "help by its button, closed with Escape": ["help", "Enter", "Escape"],
  "help by its button, closed with its cross": ["help", "Enter", "cross"],
  "share, closed with Escape": ["share", "Enter", "Escape"],
  "share, closed with its cross": ["share", "Space", "cross"],
};

for (const [what, [from, open, close]] of Object.entries(DIALOGS)) {
  test(`a dialog keeps the focus and gives it back: ${what}`, async (t) => {
    const page = await visit(t);
    await stepTo(page, 2);
    await page.locator(`#${from}`).press(open);
    const dialog = page.locator("dialog[open]");
    await dialog.waitFor();
    await expectNoAxeViolations(page, what);
    for (const key of ["Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      // The browser's own bars come between the last and the first; a page sees that as its body.
      assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("dialog")), key);
    }
    // The page behind takes no keys.
    await page.keyboard.press("ArrowRight");
    assert.equal(await decided(page), 2);

    if (close === "Escape") await page.keyboard.press("Escape");
    else await dialog.getByRole("button", { name: "Close" }).press("Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await eventually(() => focused(page), from);
  });
}

test("a server's card opens and closes, and the focus comes back to it", async (t) => {
  const page = await visit(t);
  await stepTo(page, 2);
  await page.locator("#server-1").press("Enter");
  const card = page.getByRole("dialog", { name: "Server b" });
  await card.waitFor();
  assert.equal(await page.locator("#server-1").getAttribute("aria-expanded"), "true");
  await page.locator("#stage-weight-1").press("ArrowRight");
  await eventually(() => page.locator("#weight-1-box").inputValue(), "2");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  await eventually(() => focused(page), "server-1");
});

test("what opens at a server's card is next to it for the tab key, and to open another keeps the focus there", async (t) => {
  const page = await visit(t);
  await stepTo(page, 2);
  const inside = () => page.evaluate(() => document.activeElement.closest(".popover")?.getAttribute("aria-label"));
  for (const [i, name] of [[0, "Server a"], [2, "Server c"], [1, "Server b"]]) {
    await page.locator(`#server-${i}`).press("Enter");
    await page.getByRole("dialog", { name }).waitFor();
    assert.equal(await focused(page), `server-${i}`);
    await page.keyboard.press("Tab");
    assert.equal(await inside(), name);
    await page.keyboard.press("Shift+Tab");
    assert.equal(await focused(page), `server-${i}`);
  }
});
