// The page in a frame of another page: stage and transport, as large as the frame, and messages both ways.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, serve, state, stepTo, visits } from "./support.mjs";

const visit = visits();

/** A page of another host with the page in a frame, and what that has said; a sandbox makes its origin opaque. */
async function framed(t, hash, { sandbox = "", width = 900, height = 460, locale } = {}) {
  const server = await serve({ say: () => ({ "access-control-allow-origin": "*" }) });
  t.after(() => server.close());
  const page = await visit(t, { url: server.url, locale });
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("message", ({ data }) => data.equipoise && heard.push(data));
  });
  await page.evaluate(
    ([src, sandbox, width, height]) => {
      document.body.innerHTML = `<iframe ${sandbox} title="Equipoise" width="${width}" height="${height}" src="${src}"></iframe>`;
    },
    [`${server.url}${hash}`, sandbox, width, height],
  );
  const frame = page.frameLocator("iframe");
  await frame.locator("#step").waitFor();
  const last = (kind) => page.evaluate((kind) => heard.findLast((message) => message.equipoise === kind), kind);
  const ask = (message) => page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
  return { page, frame, last, ask };
}

for (const [what, sandbox] of [["plain", ""], ["sandboxed, of an opaque origin", 'sandbox="allow-scripts"']]) {
  test(`a frame, ${what}, holds stage and transport, and says where it stands`, async (t) => {
    const { frame, last, ask } = await framed(t, "#embed", { sandbox });
    assert.equal(await frame.locator(".bar, .side, .charts, .guess").count(), 0);
    await eventually(async () => (await last("position"))?.decided, 0);
    await frame.locator("#step").click();
    await eventually(async () => (await last("position"))?.server, "a");
    await ask({ equipoise: "step" });
    await eventually(async () => (await last("position"))?.decided, 2);
    await ask({ equipoise: "back" });
    await eventually(async () => (await last("position"))?.decided, 1);
    await ask({ equipoise: "seek", time_s: 6 });
    await eventually(async () => Math.round((await last("position"))?.time_s), 6);
    await ask({ equipoise: "play" });
    await eventually(async () => (await last("position"))?.playing, true);
    await ask({ equipoise: "pause" });
    await eventually(async () => (await last("position"))?.playing, false);
    for (const nonsense of [{ equipoise: "seek", time_s: "x" }, { equipoise: "seek" }, { equipoise: 7 }, "hello", null]) await ask(nonsense);
    assert.equal(await frame.locator("#banner").isVisible(), false);
  });
}

for (const [width, height] of [[1000, 420], [600, 400], [360, 560]]) {
  test(`it fits a frame of ${width} × ${height}, and says what height it would like`, async (t) => {
    const { frame, last } = await framed(t, "#embed", { width, height });
    const wanted = async () => (await last("height"))?.height ?? 0;
    await eventually(async () => (await wanted()) > 200 && (await wanted()) < 900, true);
    const scrolls = () => frame.locator("html").evaluate((html) => [html.scrollWidth - html.clientWidth, html.scrollHeight - html.clientHeight]);
    await eventually(scrolls, [0, 0]);
    for (const part of [".stage", ".transport", "#step"]) {
      const box = await frame.locator(part).evaluate((e) => e.getBoundingClientRect().bottom - innerHeight);
      assert.ok(box <= 0.5, `${part} ends ${box} px below the frame`);
    }
  });
}

test("a lesson in a frame has its step beside the stage", async (t) => {
  const { frame } = await framed(t, "#lesson=balancer.2&view=embed");
  await frame.locator("#lesson-step").waitFor();
  assert.equal(await frame.locator("[role=tab], .bar").count(), 0);
  await frame.locator("#lesson-next").click();
  await frame.locator("#lesson-step").waitFor();
});

test("the Share dialog has the snippet, and what it holds opens the same moment", async (t) => {
  const page = await visit(t);
  await stepTo(page, 5);
  const { position } = await state(page);
  await page.locator("#share").click();
  await page.locator("dialog summary").last().click();
  await expectNoAxeViolations(page, "the dialog");
  const snippet = await page.locator("#frame").inputValue();
  const src = snippet.match(/^<iframe src="([^"]+)"/)[1].replaceAll("&amp;", "&");
  const inside = await visit(t, { hash: `#${src.split("#")[1]}` });
  await eventually(() => inside.locator("#position").innerText(), position);
  assert.equal(await inside.locator(".page.embed").count(), 1);
  await expectNoAxeViolations(inside, "embed");
  const whole = await inside.locator(".display a").getAttribute("href");
  assert.doesNotMatch(whole, /embed/);
});
