// That the page has a text for everything it says.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

// A text without a translation shows as its key, such as `why.heading`; one with an empty place shows the place.
const LOCALES = new URL("../../locales/", import.meta.url);
const files = readdirSync(LOCALES, { recursive: true }).filter((file) => file.endsWith(".yml"));
const roots = files.flatMap((file) => readFileSync(new URL(file, LOCALES), "utf8").match(/^[a-z][a-z-]*(?=:)/gm));
const RAW = new RegExp(String.raw`(?:^|[^\w.[])(?:(?:en|zh-CN)\.)?(?:${roots.join("|")})\.[a-z][\w.-]*|%\{|\bNaN\b|\bundefined (?!past)|\binf\b`, "g");

/** Remembers what is written on the canvases. */
export const listen = (page) =>
  page.addInitScript(() => {
    window.written = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      window.written.add(text);
      return fillText.call(this, text, ...rest);
    };
  });

/** Fails if a raw key, an empty place or no number at all shows anywhere: as text, as a name, or on a canvas. */
export async function expectAllSaid(page, what) {
  const said = await page.evaluate(() => {
    const named = ["aria-label", "title", "aria-valuetext"];
    const names = [...document.querySelectorAll("[aria-label], [title], [aria-valuetext]")].flatMap((e) => named.map((n) => e.getAttribute(n) ?? ""));
    return [document.title, document.querySelector("#app").innerText, ...names, ...window.written].join("\n");
  });
  assert.deepEqual([...said.matchAll(RAW)].map(([raw]) => raw.trim()), [], what);
}
