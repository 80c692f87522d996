// The controls of connections, zones and second copies, by mouse and by keyboard, in both languages; a link opens with them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, show, type, visits } from "./support.mjs";

const visit = visits();

const value = (page, id) => page.locator(`#${id}`).inputValue();
const chosen = (page, id) => page.locator(`#${id}`).evaluate((list) => list.selectedIndex);

/** Opens the address once more: what was set is in it. */
async function again(page) {
  await eventually(() => page.evaluate(() => location.hash.startsWith("#s=8.")), true);
  await page.reload();
  await page.locator(".part").first().waitFor({ state: "detached" });
  await show(page, "set-up");
}

/** Goes to a control and presses keys there. */
async function keys(page, id, ...pressed) {
  await page.locator(`#${id}`).focus();
  for (const key of pressed) await page.keyboard.press(key);
}

/** Types a number into a box as one who uses the keyboard only. */
const number = (page, id, digits) => keys(page, id, "ControlOrMeta+a", ...digits, "Tab");

for (const [locale, words] of [
  ["en-US", { connection: "connection (layer 4)", same: "if it has a server (Kubernetes)", server: "the server too: it stops" }],
  ["zh-CN", { connection: "每个连接挑一次（四层）", same: "本区有服务器就留下（Kubernetes）", server: "服务器也知道：停止处理" }],
]) {
  test(`connections are set by mouse: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await show(page, "set-up");
    await page.locator("#pick-per").selectOption({ label: words.connection });
    await type(page, "#per-client-box", "4");
    await page.locator("#at-start").check();
    await page.locator("#connection-age").check();
    await type(page, "#connection-age-value-box", "12");
    await expectNoAxeViolations(page, `the controls of connections, ${locale}`);
    await again(page);
    assert.equal(await page.locator("#pick-per option:checked").innerText(), words.connection);
    await eventually(async () => [await value(page, "per-client-box"), await value(page, "connection-age-value-box")], ["4", "12"]);
    assert.ok(await page.locator("#at-start").isChecked());
  });

  test(`connections are set by keyboard: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await show(page, "set-up");
    await keys(page, "pick-per", "ArrowDown", "ArrowDown");
    await page.locator("#reconnect-jitter-box").waitFor();
    await keys(page, "connection-requests", " ");
    await number(page, "connection-requests-value-box", "50");
    await number(page, "reconnect-box", "3");
    await again(page);
    await eventually(() => chosen(page, "pick-per"), 2);
    await eventually(async () => [await value(page, "connection-requests-value-box"), await value(page, "reconnect-box")], ["50", "3"]);
  });

  test(`zones are set by mouse, at a server's card and in the panel: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await page.locator("#server-1").click();
    await type(page, "#stage-zone-1-box", "1");
    await expectNoAxeViolations(page, `a server's zone, ${locale}`);
    await page.keyboard.press("Escape");
    await show(page, "set-up");
    await page.locator("#zone-preference").selectOption({ label: words.same });
    await type(page, "#zone-latency-box", "0.25");
    await expectNoAxeViolations(page, `the controls of zones, ${locale}`);
    await again(page);
    assert.equal(await page.locator("#zone-preference option:checked").innerText(), words.same);
    await eventually(() => value(page, "zone-latency-box"), "0.25");
    await page.locator("#server-1").click();
    await eventually(() => value(page, "stage-zone-1-box"), "1");
  });

  test(`zones are set by keyboard: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await keys(page, "server-2", "Enter");
    await page.locator("#stage-zone-2-box").waitFor();
    await number(page, "stage-zone-2-box", "1");
    await number(page, "stage-priority-2-box", "2");
    await page.keyboard.press("Escape");
    await show(page, "set-up");
    await keys(page, "zone-preference", "ArrowDown", "ArrowDown");
    await number(page, "zone-servers-box", "3");
    await number(page, "overprovisioning-box", "2");
    await again(page);
    await eventually(() => chosen(page, "zone-preference"), 2);
    await eventually(async () => [await value(page, "zone-servers-box"), await value(page, "overprovisioning-box")], ["3", "2"]);
  });

  test(`second copies are set by mouse and by keyboard: ${locale}`, async (t) => {
    const page = await visit(t, { locale });
    await show(page, "set-up");
    await page.locator("#hedge").check();
    await type(page, "#hedge-value-box", "0.4");
    await page.locator("#heard-by").selectOption({ label: words.server });
    await expectNoAxeViolations(page, `the controls of second copies, ${locale}`);
    await again(page);
    assert.equal(await page.locator("#heard-by option:checked").innerText(), words.server);
    await keys(page, "hedge", " ");
    await page.locator("#hedge-value-box").waitFor({ state: "detached" });
    await keys(page, "hedge", " ");
    await number(page, "hedge-value-box", "0.7");
    await keys(page, "heard-by", "ArrowUp");
    await again(page);
    await eventually(() => value(page, "hedge-value-box"), "0.7");
    await eventually(() => chosen(page, "heard-by"), 1);
  });
}
