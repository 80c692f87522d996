// Lessons: whole ones by mouse, by keyboard and on a phone, progress that stays, and a teacher's own.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, show, visits } from "./support.mjs";
import { expectAllSaid, listen } from "./texts.mjs";

const visit = visits();

/** The steps of a lesson as they are written: kind and directives. */
function steps(id) {
  const folder = new URL("../../lessons/en/", import.meta.url);
  const name = readdirSync(folder).find((file) => file.replace(/^\d+-/, "") === `${id}.md`);
  const [, ...parts] = readFileSync(new URL(name, folder), "utf8").split(/^## /m);
  return parts.map((part) => {
    const [kind, ...lines] = part.split("\n\n")[0].split("\n");
    return { kind, by: lines.filter((line) => line.startsWith("by: ")).map((line) => line.slice(4)) };
  });
}

/** The element that holds the value of a field. */
function control(path) {
  const known = { servers: "#count-box", rate: "#rate-box", strategy: "#strategy" };
  const [, list, field] = path.match(/servers\[(\d+)\]\.(\w+)/) ?? [];
  return known[path] ?? `#lesson-${field}-${list}-box`;
}

/** Ways to use the page: what to press, and how to put a value into a control. */
const byMouse = {
  press: (page, selector) => page.locator(selector).click(),
  set: (page, selector, value) => {
    const at = page.locator(selector);
    return selector === "#strategy" ? at.selectOption(value) : at.fill(value).then(() => at.blur());
  },
};
const byFinger = { ...byMouse, press: (page, selector) => page.locator(selector).tap() };
const byKeyboard = {
  press: async (page, selector) => {
    await tabTo(page, selector);
    await page.keyboard.press("Enter");
  },
  set: async (page, selector, value) => {
    await tabTo(page, selector);
    if (selector === "#strategy") {
      const name = await page.locator(`#strategy option[value=${value}]`).innerText();
      await page.keyboard.type(name);
    } else {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Tab");
  },
};

/** Goes to an element by the tab key alone, forwards or backwards. */
async function tabTo(page, selector) {
  const target = await page.locator(selector).first().elementHandle();
  const isThere = () => page.evaluate((e) => e === document.activeElement, target);
  const isBefore = await page.evaluate((e) => {
    const order = document.activeElement.compareDocumentPosition(e);
    return (order & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  }, target);
  for (let i = 0; i < 80 && !(await isThere()); i++) await page.keyboard.press(isBefore ? "Shift+Tab" : "Tab");
  assert.ok(await isThere(), `${selector} can be reached`);
}

/** Does a whole lesson. Any answer will do: the page says what is right. */
async function walk(page, id, { press, set }) {
  await press(page, `#lesson-${id}`);
  const all = steps(id);
  for (const [i, { kind, by }] of all.entries()) {
    await page.locator(`#lesson-step[aria-label*="${i + 1}"]`).waitFor();
    await eventually(() => page.locator(".lessons progress").getAttribute("value"), String(i + 1), `${id}, step ${i + 1}`);
    const what = `${id}, step ${i + 1}`;
    assert.doesNotMatch(await page.locator("#lesson-step .text").innerText(), /\{\{|\$|–\s*[s秒%]/, what);
    if (kind === "predict") {
      if (await page.locator("#lesson-number").count()) await set(page, "#lesson-number", "1");
      else await press(page, ".choices button:first-child");
      await page.locator(".verdict").waitFor();
    }
    for (const deed of by) {
      const [path, value] = deed.split(" = ");
      if (deed === "put right") await press(page, "#fix");
      else await set(page, control(path), value);
    }
    if (kind === "do") await page.locator(".verdict.right").waitFor();
    if (kind === "explain") await set(page, "#lesson-words", `Because of step ${i + 1}.`);
    await expectNoAxeViolations(page, what);
    await expectAllSaid(page, what);
    await press(page, "#lesson-next");
  }
  await page.locator(`#lesson-${id}`).waitFor({ timeout: 60_000 });
}

const WALKS = [
  ["by mouse", byMouse, { locale: "en-US" }, ["balancer", "chance", "keys"]],
  ["by mouse, in Chinese", byMouse, { locale: "zh-CN" }, ["little", "production", "training"]],
  ["by keyboard", byKeyboard, { locale: "en-US" }, ["turns", "in-flight", "formulas", "saturation", "preprocessing", "inference"]],
  ["on a phone, in Chinese", byFinger, { locale: "zh-CN", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, ["elasticity"]],
  ["on a phone", byFinger, { locale: "en-US", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, ["fleet"]],
];

for (const [how, way, options, ids] of WALKS) {
  test(`whole lessons ${how}: ${ids.join(", ")}`, async (t) => {
    const page = await visit(t, { prepare: listen, ...options });
    await show(page, "lessons");
    for (const id of ids) await walk(page, id, way);
  });
}

test("progress stays over a reload, and the address leads to the step", async (t) => {
  const page = await visit(t);
  await show(page, "lessons");
  await page.locator("#lesson-balancer").click();
  await page.locator("#lesson-next").click();
  await page.locator(".choices button", { hasText: "b" }).click();
  assert.match(await page.locator(".verdict").innerText(), /^✗ .*says: .* a\.$/);
  await eventually(() => page.evaluate(() => location.hash), "#lesson=balancer.2");
  await page.reload();
  await page.locator("#lesson-step").waitFor();
  assert.equal(await page.locator(".lessons progress").getAttribute("value"), "2");
  await page.locator("#lesson-list").click();
  assert.match(await page.locator("li", { has: page.locator("#lesson-balancer") }).innerText(), /Step 2 of 8; 0 of 1 answers right/);
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#lessons-save").click()]);
  assert.match(readFileSync(await file.path(), "utf8"), /What a balancer is\nStep 2 of 8/);
});

const OWN = "---\ntitle: Mine\n---\n\n## say\nscene: weights\n\nA step of *my* own.\n";

test("a teacher's own lesson opens from a file and from its link; errors are named by line", async (t) => {
  const page = await visit(t);
  await show(page, "lessons");
  const open = (text) => page.locator("#lesson-file").setInputFiles({ name: "mine.md", mimeType: "text/markdown", buffer: Buffer.from(text) });
  await page.locator("#lesson-file").waitFor();
  await open(OWN.replace("weights", "wieghts"));
  await page.locator(".problems").waitFor();
  assert.match(await page.locator(".problems").innerText(), /^Line 6: .*wieghts/);
  await open(OWN);
  await eventually(() => page.locator("#lesson-step em").innerText(), "my");
  const link = await page.locator("#panel a").getAttribute("href");
  await page.goto("about:blank");
  await page.goto(link);
  await eventually(() => page.locator("#lesson-step em").innerText(), "my");
  assert.equal(await page.locator("#scene").inputValue(), "weights");
});
