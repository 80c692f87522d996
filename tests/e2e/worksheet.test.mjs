// Worksheets: what is printed of a lesson, the codes on it, runs for desks, and a lesson made of a scene.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { eventually, scene, show, visits } from "./support.mjs";

const visit = visits();

/** Paper, and what is left of it between margins of 15 mm [CSS px]. */
const PAPERS = { A4: [210, 297], Letter: [215.9, 279.4] };
const PX_PER_MM = 96 / 25.4;
const inner = (paper) => PAPERS[paper].map((mm) => Math.floor((mm - 30) * PX_PER_MM));

/** Opens a lesson's worksheet and waits until it is made. */
async function open(t, lesson, options = {}) {
  const page = await visit(t, { hash: `#lesson=${lesson}.sheet`, ...options });
  await page.locator(".paper").first().waitFor({ timeout: 60_000 });
  return page;
}

/** What a code on the page says, as a camera would see it. */
async function decoded(code) {
  await code.scrollIntoViewIfNeeded();
  const { data, width, height } = PNG.sync.read(await code.screenshot({ scale: "css" }));
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

/** Every code on the sheet opens the scene beside it. */
async function expectCodes(page) {
  const codes = await page.locator(".paper .qr").all();
  assert.ok(codes.length > 0);
  for (const code of codes) {
    const said = await decoded(code.locator("svg"));
    assert.equal(said, await code.evaluate((link) => link.href));
  }
  return codes.length;
}

/** Fails if axe finds fault with the worksheet. */
async function expectClean(page) {
  await page.evaluate(await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8"));
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(".side", { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(" ")}`));
  });
  assert.deepEqual(found, []);
}

/** How many pages a PDF has. */
function pagesOf(pdf) {
  const text = pdf.toString("latin1");
  const streams = [...text.matchAll(/stream\r?\n([\s\S]*?)endstream/g)].map(([, stream]) => {
    try {
      return inflateSync(Buffer.from(stream, "latin1")).toString("latin1");
    } catch {
      return "";
    }
  });
  return [text, ...streams].join("\n").match(/\/Type\s*\/Page\b(?!s)/g).length;
}

/** On paper nothing is wider than the paper, and what must not be torn apart is lower than it. */
async function expectWithin(page, paper) {
  const [width, height] = inner(paper);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ media: "print", reducedMotion: "reduce" });
  const over = await page.evaluate(
    ([width, height]) => {
      const name = (e) => `${e.tagName}.${e.className?.baseVal ?? e.className} ${e.textContent.slice(0, 40)}`;
      const all = [...document.querySelectorAll(".paper *")].filter((e) => !e.closest("math"));
      const wide = all.filter((e) => {
        const { left, right, width: own } = e.getBoundingClientRect();
        // A shape of a picture may reach over the picture's edge, which cuts it.
        return own > 0 && !e.ownerSVGElement && (left < -0.5 || right > width + 0.5);
      });
      const high = all.filter((e) => e.matches(".item, figure, .answer, tr") && e.getBoundingClientRect().height > height);
      const cut = all.filter((e) => e.matches("p, td, th, h1, h2, span, small, figcaption") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0);
      return { wide: wide.map(name), high: high.map(name), cut: cut.map(name) };
    },
    [width, height],
  );
  assert.deepEqual(over, { wide: [], high: [], cut: [] }, paper);
  const shown = await page.evaluate(() => [".bar", ".work", ".tabs", ".export-bar", ".transport"].filter((s) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility())));
  assert.deepEqual(shown, [], "only the sheet is printed");
  const pdf = await page.pdf({ format: paper, printBackground: false });
  if (process.env.EQUIPOISE_PAPERS) {
    const { writeFile } = await import("node:fs/promises");
    const title = (await page.locator(".paper h1").first().innerText()).replaceAll(/\W+/g, "-");
    await writeFile(`${process.env.EQUIPOISE_PAPERS}/${title}-${await page.evaluate(() => document.documentElement.lang)}-${paper}.pdf`, pdf);
  }
  return pagesOf(pdf);
}

for (const [lesson, locale] of [
  ["turns", "en-US"],
  ["chance", "zh-CN"],
  ["formulas", "en-US"],
  ["fleet", "zh-CN"],
]) {
  test(`the worksheet of ${lesson} in ${locale} fits on A4 and Letter, and its codes open its scenes`, async (t) => {
    const page = await open(t, lesson, { locale, colorScheme: "dark" });
    await expectClean(page);
    await expectCodes(page);
    for (const paper of ["A4", "Letter"]) {
      const pages = await expectWithin(page, paper);
      assert.ok(pages >= 2 && pages <= 9, `${pages} pages of ${paper}`);
    }
  });
}

test("the key has the engine's answers, and pupils do not", async (t) => {
  const page = await open(t, "turns");
  const asked = await page.locator(".paper:not(.answers) h2").count();
  assert.equal(await page.locator(".answers .answer").count(), asked);
  assert.match(await page.locator(".answers .answer").first().innerText(), /^1\. . b$/);
  const sheet = await page.locator(".paper:not(.answers)").innerText();
  assert.doesNotMatch(sheet, /Ten minutes later/);
  assert.match(await page.locator(".answers").innerText(), /Ten minutes later/);
  await page.locator("#sheet-key").uncheck();
  await eventually(() => page.locator(".answers").count(), 0);
});

/** Asks for runs for so many desks, and gives the rows of the key: the class's, then each desk's. */
async function desks(page, count) {
  await page.locator("#sheet-desks").fill(String(count));
  await page.locator("#sheet-desks").press("Enter");
  const rows = page.locator(".desks tbody tr");
  await eventually(() => rows.count(), count + 1);
  return rows;
}

test("each desk has its own run, and the key has the answers of all", async (t) => {
  await desks(await open(t, "saturation"), 3);
  const rows = await desks(await open(t, "little"), 2);
  const answers = await rows.locator("td:nth-child(2)").allInnerTexts();
  assert.equal(new Set(answers).size, 3, `not each its own: ${answers}`);

  // A pupil at desk 2 gets that answer.
  const page = await visit(t, { hash: "#lesson=little.2&desk=2" });
  await page.locator("#lesson-number").fill("1");
  await page.locator("#lesson-number").press("Enter");
  await page.locator(".verdict").waitFor();
  assert.ok((await page.locator(".verdict").innerText()).includes(answers[2]));
  assert.equal(await page.locator("#seed").inputValue(), "200007");
  assert.equal(await page.locator("#desk").inputValue(), "2");
  // Typed in place of the link it is the same, and stays with the lesson.
  await page.locator("#desk").fill("5");
  await page.locator("#desk").press("Enter");
  await eventually(() => page.locator("#seed").inputValue(), "500007");
  await page.locator("#lesson-next").click();
  await eventually(() => page.evaluate(() => location.hash), "#lesson=little.3&desk=5");
  await page.locator("#desk").fill("");
  await page.locator("#desk").press("Enter");
  await eventually(() => page.locator("#seed").inputValue(), "7");
});

test("a sheet for each desk has the codes of its runs", async (t) => {
  const page = await open(t, "chance");
  await page.locator("#sheet-desks").fill("2");
  await page.locator("#sheet-desks").press("Enter");
  await page.locator("#sheet-each").check();
  await eventually(() => page.locator(".paper:not(.answers)").count(), 2);
  const links = await page.locator(".paper .qr").evaluateAll((codes) => codes.map((code) => code.hash));
  assert.ok(links.some((link) => link.endsWith("&desk=1")) && links.some((link) => link.endsWith("&desk=2")), links.join());
  await expectCodes(page);
});

test("a scene's link with a desk behind it has that desk's seed", async (t) => {
  const page = await visit(t);
  await scene(page, "random");
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=")), true);
  await page.goto(`${page.url()}&desk=12`);
  await page.reload();
  await eventually(() => page.locator("#seed").inputValue(), "1200007");
});

test("a lesson made of a scene is saved, opened, and its worksheet has the scene's own links", async (t) => {
  const page = await visit(t);
  await scene(page, "two-choices");
  await page.locator("#seed").fill("11");
  await page.locator("#seed").press("Enter");
  for (let i = 0; i < 3; i++) await page.locator("#step").click();
  await show(page, "lessons");
  const saved = page.waitForEvent("download");
  await page.locator("#lesson-draft").click();
  const text = await readFile(await (await saved).path(), "utf8");
  assert.match(text, /scene: two-choices\nset: seed = 11\nat: 3 tasks\n/);
  const file = { name: "mine.md", mimeType: "text/markdown", buffer: Buffer.from(text) };
  await page.locator("#lesson-file").setInputFiles(file);
  await page.locator("#lesson-step").waitFor();
  await eventually(() => page.locator("#seed").inputValue(), "11");
  await page.locator("#lesson-sheet").click();
  await page.locator(".paper").first().waitFor();
  const [link] = await page.locator(".paper .qr").evaluateAll((codes) => codes.map((code) => code.href));
  assert.match(link, /#s=\d+\./);
  assert.ok(link.length > 400, `${link.length} characters`);
  await expectCodes(page);
  await expectWithin(page, "A4");
});

test("progress in a teacher's own lesson is listed, saved and printed with the rest", async (t) => {
  const page = await visit(t);
  await show(page, "lessons");
  await page.locator("#lesson-turns").click();
  await page.locator("#lesson-next").click();
  await page.locator(".choices").waitFor();
  await page.locator("#lesson-list").click();
  const buffer = Buffer.from("---\ntitle: Mine\n---\n## explain\nscene: weights\n\nWhy?\n");
  await page.locator("#lesson-file").setInputFiles({ name: "mine.md", mimeType: "text/markdown", buffer });
  await page.locator("#lesson-words").fill("Because.");
  await page.locator("#lesson-list").click();
  await eventually(() => page.evaluate(() => location.hash.includes("lesson=")), false, "the address leads to no lesson");
  await page.reload();
  await show(page, "lessons");
  await page.locator(".own", { hasText: "Mine" }).waitFor();
  const saved = page.waitForEvent("download");
  await page.locator("#lessons-save").click();
  const text = await readFile(await (await saved).path(), "utf8");
  assert.match(text, /Turns and weights\nStep 2 of/);
  assert.match(text, /Mine\nStep 1 of 1[^\n]*\nStep 1: Because\.\n/);
  await page.emulateMedia({ media: "print", reducedMotion: "reduce" });
  const shown = (selector) => page.evaluate((s) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility()), selector);
  assert.ok((await shown(".lessons ol")) && (await shown(".own")));
  assert.ok(!(await shown(".bar, .work, .tabs, .export-bar, #lesson-file, #desk")));
});

test("what is wrong with a lesson is said by line in Chinese", async (t) => {
  const page = await visit(t, { locale: "zh-CN" });
  await show(page, "lessons");
  const buffer = Buffer.from("---\ntitle: x\n---\n## say\nscene: nowhere\nset: servers = 0\n\nx\n");
  await page.locator("#lesson-file").setInputFiles({ name: "x.md", mimeType: "text/markdown", buffer });
  await page.locator(".problems li").first().waitFor();
  const lines = await page.locator(".problems li").allInnerTexts();
  assert.ok(lines.every((line) => !/allowed|preset\b/.test(line)), lines.join("\n"));
  assert.match(lines[0], /第 5 行.*预设场景的名称/);
});
