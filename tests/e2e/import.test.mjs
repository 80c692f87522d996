// Configurations of real balancers: opened, dropped or pasted, read with a list by line, and shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, expectNoAxeViolations, show, state, visits } from "./support.mjs";

const visit = visits();

const NGINX = `upstream app {
  least_conn;
  server 10.0.0.1:80 weight=2;
  server 10.0.0.2:80 route=x;
  server 10.0.0.9:80 backup;
}
server {
  listen 80;
  location / { proxy_pass http://app; }
}
`;

/** Opens the dialog by its button. */
async function dialog(page) {
  await show(page, "set-up");
  await page.locator("#open-trace").click();
  await page.locator("#trace-file").waitFor();
}

const strategy = (page) => page.locator("#strategy").inputValue();

/** The list of what came of each line. */
const rows = (page) => page.locator("#import-notes tbody tr").allInnerTexts();

test("a configuration is opened, listed by line, shown, and undone", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  const before = await strategy(page);
  await dialog(page);
  await page.locator("#trace-file").setInputFiles({ name: "nginx.conf", mimeType: "text/plain", buffer: Buffer.from(NGINX) });
  await page.locator("#import-apply").waitFor();
  const list = (await rows(page)).map((row) => row.replace(/\s+/g, " "));
  assert.ok(list.some((row) => /^2 least_conn understood balancer\.strategy\.id = least-connections/.test(row)), list.join("\n"));
  assert.ok(list.some((row) => /^4 route=x not expressible/.test(row)), list.join("\n"));
  assert.ok(list.some((row) => /^5 server 10\.0\.0\.9:80 backup understood servers\[2\]: backup = true/.test(row)), list.join("\n"));
  assert.ok(list.some((row) => /^8 listen 80 ignored/.test(row)), list.join("\n"));
  await expectNoAxeViolations(page);
  await page.locator("#import-apply").click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await show(page, "set-up");
  assert.equal(await strategy(page), "least-connections");
  await page.keyboard.press("Control+z");
  await page.waitForFunction((was) => document.querySelector("#strategy")?.value === was, before);
});

test("what is pasted is known by its first words", async (t) => {
  const page = await visit(t);
  const paste = async (text) => {
    await dialog(page);
    await page.locator("#paste").fill(text);
    await page.locator("#read-paste").click();
  };
  await paste("global\n  daemon\nbackend b\n  balance leastconn\n  server a 10.0.0.1:80\n  server b 10.0.0.2:80\n");
  await page.locator("#import-apply").click();
  await show(page, "set-up");
  assert.equal(await strategy(page), "haproxy-leastconn");
  await paste('{"balancer": {"strategy": "p2c"}, "servers": 5}');
  await page.waitForFunction(() => document.querySelector("#strategy")?.value === "two-choices");
  const { link } = await state(page);
  await paste("time,size\n0,1\n1,1\n2,1\n");
  await page.locator("#trace").waitFor();
  await paste(`see https://example.org/${link.replace("#s=", "%23s%3D")}`);
  await page.locator("#trace").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector("#strategy")?.value === "two-choices");
});

for (const [link, opens] of [
  ["https://example.org/#job=stragglers", "#job=stragglers"],
  ["“https://example.org/#lesson=balancer.2 is where we were.”", "#lesson=balancer.2"],
  ["https%3A%2F%2Fexample.org%2F%23lesson%3Dbalancer.2", "#lesson=balancer.2"],
]) {
  test(`a link that was pasted is opened: ${link}`, async (t) => {
    const page = await visit(t);
    await dialog(page);
    await page.locator("#paste").fill(link);
    await page.locator("#read-paste").click();
    await eventually(() => page.evaluate(() => location.hash), opens);
  });
}

test("a damaged file is refused with its line, and nothing changes", async (t) => {
  const page = await visit(t);
  await show(page, "set-up");
  const before = await strategy(page);
  await dialog(page);
  await page.locator("#paste").fill("upstream a {\n  server b:1 weight=x;\n}\n");
  await page.locator("#read-paste").click();
  const said = await page.locator("dialog .refused").innerText();
  assert.match(said, /^Line 2: “x” is not allowed here\. Allowed: a whole number/);
  await page.locator("dialog .outlined").click();
  assert.equal(await strategy(page), before);
});
