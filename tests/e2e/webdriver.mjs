// A browser driven by the W3C's WebDriver, which the drivers of all engines speak, and Playwright does not where the
// browser is the system's own. Only what the tests for all engines need.

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const DRIVERS = {
  chromium: {
    program: process.env.CHROMEDRIVER ?? "chromedriver",
    wants: {
      "goog:chromeOptions": {
        binary: process.env.CHROMIUM_PATH,
        args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--window-size=1280,800"],
      },
    },
  },
  firefox: {
    program: process.env.GECKODRIVER ?? "geckodriver",
    wants: { "moz:firefoxOptions": { args: ["-headless", "--width=1280", "--height=800"], prefs: { "ui.prefersReducedMotion": 1, "intl.accept_languages": "en-US" } } },
  },
  webkit: {
    program: process.env.WEBKITDRIVER ?? "WebKitWebDriver",
    wants: { "webkitgtk:browserOptions": { binary: process.env.MINIBROWSER ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", args: ["--automation"] } },
  },
};

/** A screen for an engine that draws nothing without one; undefined where there is one already, or none can be made. */
async function screen(engine) {
  if (engine !== "webkit" || process.env.DISPLAY) return undefined;
  const xvfb = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x800x24"], { stdio: ["ignore", "pipe", "ignore"] });
  const display = await new Promise((resolve) => {
    xvfb.once("error", () => resolve(undefined));
    xvfb.stdout.once("data", (number) => resolve(`:${number}`.trim()));
  });
  return display && { env: { DISPLAY: display }, kill: () => xvfb.kill() };
}

/** Starts an engine on a driver of its own; undefined where its driver is not there. */
export async function drive(engine, port) {
  const { program, wants } = DRIVERS[engine];
  const own = await screen(engine);
  const driver = spawn(program, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, ...own?.env } });
  const there = await Promise.race([new Promise((resolve) => driver.once("error", () => resolve(false))), sleep(500, true)]);
  if (!there) {
    own?.kill();
    return undefined;
  }
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.error}: ${value.message}`);
    return value;
  };
  for (let tries = 0; tries < 100; tries++) {
    if ((await call("GET", "/status").catch(() => undefined))?.ready) break;
    await sleep(100);
  }
  const { sessionId } = await call("POST", "/session", { capabilities: { alwaysMatch: wants } });
  const session = `/session/${sessionId}`;
  // What is to be clicked may be about to be drawn.
  await call("POST", `${session}/timeouts`, { implicit: 10_000 });
  const run = (script, ...args) => call("POST", `${session}/execute/sync`, { script: `return (${script})(...arguments)`, args });
  return {
    open: (url) => call("POST", `${session}/url`, { url }),
    /** Until the new page is there: WebKit's driver answers while it still has the old one. */
    async reload() {
      await run(() => void (window.isOld = true));
      await call("POST", `${session}/refresh`, {});
      for (let tries = 0; tries < 200; tries++) {
        if (await run(() => !window.isOld && document.readyState === "complete").catch(() => false)) return;
        await sleep(50);
      }
      throw new Error("the page is not loaded again");
    },
    /** What a function gives in the page; it sees nothing of the test but its arguments. */
    run,
    /** Clicks as a person does: the element must be in sight and not covered. */
    async click(selector) {
      const found = await call("POST", `${session}/element`, { using: "css selector", value: selector });
      await call("POST", `${session}/element/${Object.values(found)[0]}/click`, {});
    },
    /** Picks from a list or fills a box. */
    set: (selector, value) =>
      run(
        (selector, value) => {
          const element = document.querySelector(selector);
          element.value = value;
          for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true }));
        },
        selector,
        value,
      ),
    async close() {
      await call("DELETE", session).catch(() => {});
      driver.kill();
      own?.kill();
    },
  };
}
