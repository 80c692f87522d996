// Scenes of language models: their program is a part of the page, which they wait for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, notice, pause, scene, show, state, stepTo, visits } from "./support.mjs";

const visit = visits();

const PART = (url) => url.pathname.endsWith("/split_replicas.wasm");

test("a scene waits for the program of replicas, and a later choice goes before it", async (t) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const page = await visit(t, { prepare: (page) => page.route(PART, (route) => held.then(() => route.continue())) });
  await page.locator("#scene").selectOption("kv-wall");
  await eventually(async () => /Loading the program/.test(await notice(page)), true, "it says that it loads");
  await page.locator("#scene").selectOption("round-robin");
  release();
  await page.waitForResponse((response) => PART(new URL(response.url())));
  await eventually(() => state(page).then(({ link }) => link.length > 0), true);
  assert.equal(await page.locator("#scene").inputValue(), "round-robin");
  await scene(page, "kv-wall");
  await stepTo(page, 3);
  assert.equal(await page.locator("#scene").inputValue(), "kv-wall");
});

test("a link to a scene of language models opens at its moment", async (t) => {
  const page = await visit(t);
  await scene(page, "prefix-routing");
  await stepTo(page, 12);
  const before = await state(page);
  const elsewhere = await visit(t, { hash: before.link });
  await eventually(() => state(elsewhere), before);
  assert.equal(await notice(elsewhere), "");
});

for (const colorScheme of ["light", "dark"]) {
  test(`a router explains its pick, and axe finds nothing: ${colorScheme}`, async (t) => {
    const page = await visit(t, { colorScheme });
    await scene(page, "hot-prefix");
    await stepTo(page, 30);
    await pause(page);
    await page.locator("#panel .why .because").waitFor();
    assert.match(await page.locator("#panel .why").innerText(), /tokens|in flight/);
    await expectNoAxeViolations(page, "why");
    await show(page, "set-up");
    await page.getByText("Model and hardware").waitFor();
    await expectNoAxeViolations(page, "set-up");
    await page.locator("#fix").click();
    assert.equal(await page.locator("#fix").isDisabled(), true);
  });
}
