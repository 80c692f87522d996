// Sizes: a phone in the hand, a laptop, a wall. Everything can be reached, nothing is cut off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, scene, show, state, stepTo, visits } from "./support.mjs";

const visit = visits();

const PHONES = { "390×844": { width: 390, height: 844 }, "360×740": { width: 360, height: 740 } };
const SCREENS = { "1280×720": { width: 1280, height: 720 }, "1024×768": { width: 1024, height: 768 }, "3840×2160": { width: 3840, height: 2160 } };
const TABS = ["set-up", "why", "formulas", "guide", "lessons"];

const phone = (t, viewport, locale = "en-US") => visit(t, { viewport, locale, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

/** What sticks out of the page to the right. A phone would widen the page for it, so the page is no measure of itself. */
const stickingOut = (page) =>
  page.evaluate((width) => {
    const { scrollWidth } = document.scrollingElement;
    const out = [...document.querySelectorAll("button, input, select, h2, p")].filter((e) => {
      const { right, width: own } = e.getBoundingClientRect();
      return own > 1 && right > width + 0.5 && !e.closest(".scroll");
    });
    return [...(scrollWidth > width ? [`the page is ${scrollWidth} px wide`] : []), ...out.map((e) => e.id || e.className || e.innerText)];
  }, page.viewportSize().width);

/** Controls too small for a finger. One with a label can be hit there too. */
const tooSmall = (page) =>
  page.evaluate(() => {
    const large = (e) => {
      const { width, height } = e.getBoundingClientRect();
      return width === 0 || (width >= 24 && height >= 24);
    };
    const controls = [...document.querySelectorAll("a[href], button, input, select, summary")];
    const small = controls.filter((e) => !large(e) && ![...(e.labels ?? [])].some((l) => l.getBoundingClientRect().width > 0 && large(l)));
    return small.map((e) => {
      const { width, height } = e.getBoundingClientRect();
      return `${e.id || e.className || e.getAttribute("aria-label")}: ${width.toFixed(1)}×${height.toFixed(1)}`;
    });
  });

for (const [name, viewport] of Object.entries(PHONES)) {
  test(`${name}: fingers play, step, open a server's card and change a weight`, async (t) => {
    const page = await phone(t, viewport);
    await page.locator("#step").tap();
    await eventually(() => decided(page), 1);
    await page.locator("#play").tap();
    await eventually(async () => (await decided(page)) >= 3, true);
    await page.locator("#play").tap();
    await page.locator("#play[aria-label=Play]").waitFor();

    const before = await state(page);
    await page.locator("#server-0").tap();
    const card = page.getByRole("dialog", { name: "Server a" });
    await card.waitFor();
    assert.deepEqual(await stickingOut(page), []);
    assert.deepEqual(await tooSmall(page), []);
    await expectNoAxeViolations(page, "a server's card is open");
    const slider = page.locator("#stage-weight-0");
    await slider.tap({ position: { x: (await slider.boundingBox()).width - 6, y: 14 } });
    await eventually(() => page.locator("#stage-weight-0-box").inputValue(), "10");
    await card.getByRole("button", { name: "Close" }).tap();
    await card.waitFor({ state: "detached" });
    await eventually(() => page.locator("#weight-0-box").inputValue(), "10");

    await page.getByRole("button", { name: "Undo" }).tap();
    await eventually(() => state(page), before);
  });

  for (const locale of ["en-US", "zh-CN"]) {
    test(`${name}, ${locale}: nothing sticks out, nothing is too small`, async (t) => {
      const page = await phone(t, viewport, locale);
      await stepTo(page, 4);
      const wrong = new Set();
      for (const tab of TABS) {
        await show(page, tab);
        for (const what of [...(await stickingOut(page)), ...(await tooSmall(page))]) wrong.add(what);
        await expectNoAxeViolations(page, tab);
      }
      assert.deepEqual([...wrong], []);
      await page.locator("#help").tap();
      await page.locator("dialog[open]").waitFor();
      assert.deepEqual(await stickingOut(page), [], "help");
      await expectNoAxeViolations(page, "help");
    });
  }
}

// At twice and at four times the size of 1280×720 and 1280×1024, and on the narrowest phones.
for (const [width, height, locales] of [[640, 360, ["en-US"]], [320, 640, ["en-US"]], [320, 256, ["en-US", "zh-CN"]]]) {
  for (const locale of locales) {
    test(`${width}×${height}, ${locale}: nothing sticks out, and the stage is not covered`, async (t) => {
      const page = await visit(t, { viewport: { width, height }, locale });
      await stepTo(page, 4);
      const wrong = new Set();
      const look = async (what) => (await stickingOut(page)).forEach((part) => wrong.add(`${what}: ${part}`));
      for (const tab of TABS) {
        await show(page, tab);
        await look(tab);
      }
      await page.locator(".bar .segments button").nth(1).click();
      await eventually(() => page.locator(".chart").count().then((n) => n > 3), true);
      await look("charts");
      await page.locator(".bar .segments button").nth(2).click();
      await page.locator("#sweep-start").waitFor();
      await look("the lab");
      await page.locator(".bar .segments button").nth(0).click();
      assert.deepEqual([...wrong], []);

      await page.evaluate(() => document.activeElement.blur());
      await page.evaluate(() => scrollTo(0, 0));
      const { y } = await page.locator(".transport").boundingBox();
      assert.ok(height - y <= Math.max(0.25 * height, 106), `the transport covers ${height - y} px`);
    });
  }
}

test("in the lab nothing is too small for a finger", async (t) => {
  const page = await phone(t, PHONES["390×844"]);
  await page.locator(".bar .segments button").nth(2).tap();
  await page.locator("#sweep-start").waitFor();
  assert.deepEqual(await stickingOut(page), []);
  assert.deepEqual(await tooSmall(page), []);
  const box = await page.locator("#sweep-log").boundingBox();
  assert.ok(box.width >= 24 && box.height >= 24, `${box.width}×${box.height}`);
});

test("a reader's own spacing of text cuts nothing off", async (t) => {
  const page = await visit(t, { viewport: PHONES["390×844"] });
  await stepTo(page, 4);
  // As success criterion 1.4.12 of WCAG 2.2 has it.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets.push(sheet);
  });
  for (const tab of TABS) {
    await show(page, tab);
    assert.deepEqual(await stickingOut(page), [], tab);
    const cut = await page.locator("button:visible, #panel p:visible, #panel h2:visible").evaluateAll((all) =>
      all.filter((e) => /hidden|clip/.test(getComputedStyle(e).overflow) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)).map((e) => e.id || e.innerText));
    assert.deepEqual(cut, [], tab);
  }
});

test("on a phone both stages of a comparison have their place", async (t) => {
  const page = await phone(t, PHONES["390×844"]);
  await page.locator("#compare").tap();
  await page.locator(".stage").nth(1).waitFor();
  await stepTo(page, 5);
  await page.locator("#other-strategy").selectOption("random");
  await eventually(() => page.locator("#panel .why").count(), 2);
  const { y } = await page.locator(".transport").boundingBox();
  for (const stage of await page.locator(".stage").all()) {
    const box = await stage.boundingBox();
    assert.ok(box.height >= 250 && box.y + box.height <= y + 0.5, `${JSON.stringify(box)} above the transport at ${y} px`);
  }
  assert.deepEqual(await stickingOut(page), []);
  assert.deepEqual(await tooSmall(page), []);
  await expectNoAxeViolations(page, "compare");
});

test("on a phone the explanation comes before the charts, and what lies below the edge comes up when it is in use", async (t) => {
  const page = await phone(t, PHONES["390×844"]);
  await stepTo(page, 3);
  await page.locator(".bar .segments button").nth(1).tap();
  await eventually(() => page.locator(".chart").count().then((n) => n > 3), true);
  const top = async (part) => (await page.locator(part).boundingBox()).y;
  assert.ok((await top("#panel .why")) < (await top(".charts")));
  await page.locator("#compare").tap();
  await page.locator(".stage").nth(1).waitFor();
  const below = async (part) => {
    const { y, height } = await page.locator(part).boundingBox();
    return y + height > 844.5;
  };
  assert.ok(await below("#seed"));
  await page.locator("#seed").focus();
  assert.equal(await below("#seed"), false);
  assert.equal(await page.locator("label[for=seed]").isVisible(), true);
  assert.ok((await page.locator("label[for=seed]").boundingBox()).width > 10, "the seed's label is seen");
});

for (const [name, viewport] of Object.entries(SCREENS)) {
  for (const locale of ["en-US", "zh-CN"]) {
    test(`${name}, ${locale}: stage, transport, charts and panels stand side by side without scrolling`, async (t) => {
      const page = await visit(t, { viewport, locale });
      for (const id of ["weights", "inference"]) {
        await scene(page, id);
        await stepTo(page, 4);
        const { x } = await page.locator(".side").boundingBox();
        for (const part of [".stages", ".transport", ".charts", ".side"]) {
          const box = await page.locator(part).boundingBox();
          assert.ok(box.y + box.height <= viewport.height + 0.5, `${part} ends ${box.y + box.height} px down`);
          assert.ok(part === ".side" || box.x + box.width <= x + 0.5, `${part} ends at ${box.x + box.width} px, the panels begin at ${x} px`);
        }
        assert.ok((await page.locator(".stage").boundingBox()).height >= viewport.height / 3, "the stage is large");
        for (const tab of TABS) {
          await show(page, tab);
          assert.deepEqual(await stickingOut(page), [], `${id}, ${tab}`);
        }
        await expectNoAxeViolations(page, id);
      }
    });
  }
}

test("on a wall the text is larger", async (t) => {
  const page = await visit(t, { viewport: SCREENS["3840×2160"] });
  const size = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  assert.ok(size >= 16, `${size} px`);
});
