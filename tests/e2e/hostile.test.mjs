// Whatever is pressed, in whatever order, and whatever names say: the page goes on, and nothing of them runs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { decided, eventually, show, stepTo, visits } from "./support.mjs";

const visit = visits();

/** Presses, chooses and types at random for a time; what was done. */
function monkey({ seed, ms }) {
  let drawn = seed;
  const draw = (n) => {
    drawn = (Math.imul(drawn, 1664525) + 1013904223) >>> 0;
    return Math.floor((drawn / 2 ** 32) * n);
  };
  const set = (control, value, kind) => {
    control.value = value;
    control.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const act = (control) => {
    const { tagName, type } = control;
    if (tagName === "SELECT") set(control, control.options[draw(control.options.length)].value, "change");
    else if (type === "range") set(control, Number(control.min) + (draw(101) / 100) * (control.max - control.min), "input");
    else if (type === "number" || type === "text") {
      set(control, ["", "0", "-1", "3", "1e9", "NaN", "77"][draw(7)], "input");
      control.dispatchEvent(new Event("change", { bubbles: true }));
    } else control.click();
  };
  const keys = [" ", "ArrowRight", "ArrowLeft", "Home", "g", "p", "Escape", "?", "b"];
  const done = [];
  return new Promise((resolve) => {
    const end = performance.now() + ms;
    const go = () => {
      for (let times = 0; times < 3; times++) {
        const root = document.querySelector("dialog[open]") ?? document;
        const all = [...root.querySelectorAll("button, select, input:not([type=file]), summary, [role=tab]")];
        const controls = all.filter((e) => !e.disabled && e.offsetParent && !e.closest("#banner"));
        const control = controls[draw(controls.length)];
        if (control && draw(8)) {
          done.push(control.id || control.innerText || control.type);
          act(control);
        } else {
          const key = keys[draw(keys.length)];
          done.push(key);
          dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }
      }
      if (performance.now() < end && document.querySelector("#banner").hidden) setTimeout(go, 15);
      else resolve(done);
    };
    go();
  });
}

for (const seed of [1, 2]) {
  test(`a monkey presses what there is, seed ${seed}, and the page answers`, async (t) => {
    const page = await visit(t);
    page.on("download", (download) => download.cancel());
    const done = await page.evaluate(monkey, { seed, ms: 5000 });
    t.diagnostic(`${done.length} deeds`);
    const { banner, what } = await page.evaluate(() => ({ banner: !document.querySelector("#banner").hidden, what: document.querySelector("#banner-what").innerText }));
    assert.equal(banner, false, `${what}: ${done.slice(-20).join(", ")}`);
    // Whatever is shown, its address opens.
    await page.reload();
    await page.locator("#app > .page:not(.skeleton)").waitFor();
    assert.equal(await page.locator("#banner").isHidden(), true);
    assert.ok(done.length > 20, `${done.length} deeds`);
  });
}

const MARKUP = '<img src=x onerror="window.harmed=1"><b id="harm">x</b>';
const HOSTILE = {
  name: MARKUP,
  servers: [{}, {}],
  balancer: { rules: [{ by: "url", pattern: `/${MARKUP}`, servers: [0, 1] }] },
};

test("markup in names and rules is text: in panels, links, tables and pictures", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  await page.locator("#open-trace").click();
  await page.locator("#trace-file").setInputFiles({ name: `${MARKUP.replaceAll("/", "")}.json`, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(HOSTILE)) });
  await eventually(async () => (await page.locator("dialog").allInnerTexts()).join(), "", "it is opened");
  await stepTo(page, 3);
  for (const tab of ["why", "formulas", "set-up"]) await show(page, tab);
  assert.equal(await page.locator("#panel input[type=text]").evaluateAll((all, text) => all.some((e) => e.value === text), `/${MARKUP}`), true, "it is shown");
  await page.locator(".bar .segments button").nth(1).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Save as SVG/ }).first().click()]);
  const svg = await readFile(await download.path(), "utf8");
  assert.doesNotMatch(svg, /<img|<b /);
  await page.reload();
  await page.locator("#play").waitFor();
  await eventually(() => decided(page), 3);
  assert.deepEqual(await page.evaluate(() => [window.harmed ?? false, document.querySelectorAll("#harm, img").length]), [false, 0]);
});
