// Language and theme: switched without a reload, remembered, and there before anything is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, show, state, stepTo, visits } from "./support.mjs";

const visit = visits();

const language = (page) => page.locator("html").getAttribute("lang");
const theme = (page) => page.locator("html").getAttribute("data-theme");
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("the other language comes without a reload, and is remembered", async (t) => {
  const page = await visit(t);
  assert.equal(await language(page), "en");
  await stepTo(page, 5);
  const before = await state(page);
  await page.evaluate(() => (window.same = true));

  await page.locator("#language").click();
  await eventually(() => language(page), "zh-CN");
  assert.equal(await page.evaluate(() => window.same), true, "no reload");
  assert.match(await page.title(), /负载均衡/);
  assert.match(await page.locator("#tab-why").innerText(), /为什么/);
  const after = await state(page);
  assert.notDeepEqual(after.why, before.why);
  assert.equal(after.link, before.link, "the run is the same");

  await page.reload();
  await page.locator("#play").waitFor();
  assert.equal(await language(page), "zh-CN");
  await eventually(() => state(page), after);

  await page.locator("#language").click();
  await eventually(() => language(page), "en");
  await eventually(() => state(page), before);
});

test("a browser that speaks Chinese is answered in Chinese", async (t) => {
  const page = await visit(t, { locale: "zh-CN" });
  assert.equal(await language(page), "zh-CN");
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "播放");
});

test("the system's theme is the first one", async (t) => {
  assert.equal(await theme(await visit(t)), "light");
  assert.equal(await theme(await visit(t, { colorScheme: "dark" })), "dark");
});

test("the system's theme is followed while the page is open, unless another was chosen", async (t) => {
  const page = await visit(t);
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(() => theme(page), "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(() => theme(page), "light");
  await page.locator("#theme").click();
  await eventually(() => theme(page), "dark");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForTimeout(200);
  assert.equal(await theme(page), "dark");
});

/** A property of the page's style, as it is used. */
const property = (page, name) => page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name), name);

for (const colorScheme of ["light", "dark"]) {
  test(`where more contrast is wanted, hairlines and texts have it: ${colorScheme}`, async (t) => {
    const page = await visit(t, { colorScheme });
    assert.notEqual(await property(page, "--line"), await property(page, "--edge"));
    await page.emulateMedia({ contrast: "more" });
    assert.equal(await property(page, "--line"), await property(page, "--edge"));
    assert.equal(await property(page, "--ink2"), await property(page, "--ink"));
    await expectNoAxeViolations(page, "more contrast");
  });

  test(`where colours are forced, sliders and canvases are drawn for the system's ground: ${colorScheme}`, async (t) => {
    const page = await visit(t, { colorScheme, forcedColors: "active" });
    // A theme that was chosen before would not be seen on that ground.
    const other = colorScheme === "dark" ? "light" : "dark";
    await page.evaluate((other) => localStorage.setItem("equipoise.theme", other), other);
    await page.reload();
    await page.locator("#weight-0").waitFor();
    assert.equal(await theme(page), colorScheme);
    await stepTo(page, 2);
    for (const slider of ["#weight-0", "#scrubber", "#speed"]) {
      const colours = await track(page, slider);
      assert.ok(colours.every((contrast) => contrast >= 3), `${slider}: ${colours}`);
    }
    await page.emulateMedia({ forcedColors: "none" });
    await eventually(() => theme(page), colorScheme);
  });
}

/** The contrast of a slider's track to what is around it, near both of its ends. */
async function track(page, slider) {
  await page.locator(slider).scrollIntoViewIfNeeded();
  const box = await page.locator(slider).boundingBox();
  const picture = [...(await page.screenshot({ clip: box }))];
  return page.evaluate(async (picture) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(picture)]));
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const light = (x, y) => {
      const [r, g, b] = [...context.getImageData(x, y, 1, 1).data].map((c) => linear(c / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const contrast = (a, b) => Math.max(a, b) / Math.min(a, b);
    return [0.12, 0.93].map((part) => contrast(light(Math.round(width * part), Math.round(height / 2)), light(Math.round(width * part), 1)));
  }, picture);
}

for (const [system, other, colour] of [["light", "dark", "rgb(20, 24, 28)"], ["dark", "light", "rgb(246, 247, 248)"]]) {
  test(`where the system is ${system}, a chosen ${other} theme is there before the app is`, async (t) => {
    const page = await visit(t, { colorScheme: system });
    const canvas = () => page.locator(".stage canvas").first().evaluate((c) => c.toDataURL());
    const painted = await canvas();
    await page.locator("#theme").click();
    await eventually(() => theme(page), other);
    await eventually(async () => (await canvas()) !== painted, true, "the stage follows");

    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/*.wasm", (route) => held.then(() => route.continue()));
    await page.reload({ waitUntil: "domcontentloaded" });
    assert.equal(await page.locator("#play").count(), 0, "the app is not there yet");
    assert.equal(await theme(page), other);
    assert.equal(await background(page), colour);

    release();
    await page.locator("#play").waitFor();
    assert.equal(await theme(page), other);
    assert.equal(await background(page), colour);
  });
}

for (const locale of ["en-US", "zh-CN"]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing: ${locale}, ${colorScheme}, every panel and both rungs`, async (t) => {
      const page = await visit(t, { locale, colorScheme });
      await stepTo(page, 6);
      for (const tab of ["set-up", "why", "formulas", "guide", "lessons"]) {
        await show(page, tab);
        await expectNoAxeViolations(page, tab);
      }
      const rungs = page.locator(".bar .segments button");
      await rungs.nth(1).click();
      await page.locator(".one-run").waitFor();
      await expectNoAxeViolations(page, "one run");
    });
  }
}
