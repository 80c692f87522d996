// Links: the address and the Share dialog hold everything; a link that holds nothing says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decided, eventually, expectNoAxeViolations, loaded, notice, pause, scene, state, stepTo, type, visits } from "./support.mjs";

const visit = visits();

/** Copies the link as a reader does, and gives its part after the address of the page. */
async function share(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#share").click();
  await expectNoAxeViolations(page, "share");
  await page.locator("#copy-link").click();
  await page.getByText("Copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator("#link").inputValue());
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  const [address, fragment] = copied.split("#");
  assert.equal(address, page.url().split("#")[0]);
  return `#${fragment}`;
}

/** A reader elsewhere opens the link and sees the same. */
async function expectSameElsewhere(t, hash, expected) {
  const page = await visit(t, { hash });
  await eventually(() => state(page), expected);
  assert.equal(await notice(page), "");
  return page;
}

test("a copied link opens the same scenario at the same moment", async (t) => {
  const page = await visit(t);
  await scene(page, "hybrid");
  await type(page, "#seed", "77");
  await stepTo(page, 9);
  const before = await state(page);
  const hash = await share(page);
  assert.equal(hash, before.link, "the address bar holds the same");

  const elsewhere = await expectSameElsewhere(t, hash, before);
  await eventually(() => elsewhere.locator("#scene").inputValue(), "hybrid");
  await eventually(() => elsewhere.locator("#seed").inputValue(), "77");
  // And the run goes on in the same way.
  await stepTo(page, 12);
  await stepTo(elsewhere, 12);
  await eventually(() => state(elsewhere), await state(page));
});

test("a link made while time passes holds the moment it was made", async (t) => {
  const page = await visit(t, { reducedMotion: "no-preference" });
  await eventually(async () => (await decided(page)) >= 3, true);
  const hash = await share(page);
  await pause(page);
  const made = await state(page);
  assert.equal(made.link, hash);
  await expectSameElsewhere(t, hash, made);
});

test("a link holds the changes made in the middle of a run", async (t) => {
  const page = await visit(t);
  await stepTo(page, 5);
  await type(page, "#weight-2-box", "6");
  await stepTo(page, 8);
  await page.locator("#strategy").selectOption({ label: "Weighted random" });
  await stepTo(page, 11);
  const now = await state(page);
  const elsewhere = await expectSameElsewhere(t, await share(page), now);
  await eventually(() => elsewhere.locator("#weight-2-box").inputValue(), "6");

  // Before the change the old weight was in force, there too.
  await stepTo(page, 4);
  await stepTo(elsewhere, 4);
  await eventually(() => elsewhere.locator("#weight-2-box").inputValue(), "1");
  await eventually(() => state(elsewhere), await state(page));
  await stepTo(elsewhere, 11);
  await eventually(() => state(elsewhere), now);
});

test("a link holds the strategy compared with", async (t) => {
  const page = await visit(t);
  await page.locator("#compare").click();
  await page.locator("#other-strategy").selectOption("ip-hash");
  await loaded(page);
  await stepTo(page, 7);
  // The other run follows within a frame or two.
  await page.locator(".whys .why").nth(1).waitFor();
  const before = await state(page);
  assert.equal(before.compare, "ip-hash");
  await expectSameElsewhere(t, await share(page), before);
});

test("a reload comes back to the same place", async (t) => {
  const page = await visit(t);
  await stepTo(page, 6);
  const before = await state(page);
  await page.reload();
  await page.locator("#position").waitFor();
  await eventually(() => state(page), before);
});

test("a link put into the address bar of an open page opens there", async (t) => {
  const page = await visit(t);
  await scene(page, "training");
  await stepTo(page, 6);
  const before = await state(page);
  await scene(page, "random");
  await stepTo(page, 2);
  await page.evaluate((hash) => (location.hash = hash), before.link);
  await eventually(() => state(page), before);
});

/** The link to the first scene with this weight. */
async function linkWithWeight(t, weight) {
  const page = await visit(t);
  await type(page, "#weight-0-box", String(weight));
  await eventually(() => page.locator("#weight-0-box").inputValue(), String(weight));
  return (await state(page)).link;
}

/** The link with the weight 999999 turned into 2081343: both are numbers of three bytes, the low seven bits first. */
function tooHeavy(link) {
  const [form, code] = link.split(".");
  const bytes = Buffer.from(code, "base64url");
  bytes[bytes.indexOf(Buffer.from([0xbf, 0x84, 0x3d])) + 2] = 0x7f;
  return `${form}.${bytes.toString("base64url")}`;
}

const base64 = (text) => Buffer.from(text).toString("base64url");

// What becomes of a good link, and what the message says of it.
const INVALID = {
  "no base64": [() => "#s=%%%", /damaged/],
  "nothing in it": [() => "#s=", /damaged/],
  garbage: [() => `#s=${base64("garbage \u0000\u0001 garbage")}`, /damaged/],
  "garbage of the right version": [(link) => `${link.split(".")[0]}.${base64("garbage \u0000\u0001 garbage")}`, /damaged/],
  "the first half of a link": [(link) => link.slice(0, link.length / 2), /damaged/],
  "another version's": [(link) => link.replace(/=[^.]*/, "=99"), /another version.*99/],
  "a number that cannot be": [tooHeavy, /weight.*2081343 cannot be\. Allowed: 0 .*1000000/],
};

for (const [what, [spoil, why]] of Object.entries(INVALID)) {
  test(`an invalid link (${what}) says so and gives the first scene`, async (t) => {
    const hash = spoil(await linkWithWeight(t, 999_999));
    const page = await visit(t, { hash });
    const message = page.locator(".notice.refusal");
    await message.waitFor();
    assert.match(await message.innerText(), /^This link could not be opened; what you see is not from it\. /);
    assert.match(await message.innerText(), why);
    await eventually(() => page.locator("#scene").inputValue(), "weights");
    await eventually(() => page.locator("#weight-0-box").inputValue(), "5");
    await expectNoAxeViolations(page, "a refused link");

    await stepTo(page, 2);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await eventually(() => notice(page), "");
    assert.notEqual((await state(page)).link, hash, "the address is mended");
  });
}

test("an invalid link put into the address bar loses nothing", async (t) => {
  const page = await visit(t);
  await scene(page, "random");
  await stepTo(page, 3);
  const { link, ...before } = await state(page);
  await page.evaluate(() => (location.hash = "#s=%%%"));
  await page.locator(".notice.refusal").waitFor();
  const { link: _, ...after } = await state(page);
  assert.deepEqual(after, before);
});
