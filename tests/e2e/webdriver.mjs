// A browser driven by the W3C's WebDriver, which Firefox's and Chromium's drivers both speak, and Playwright does not
// where Firefox is the system's own. Only what the tests for all engines need.

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
};

/** Starts an engine on a driver of its own; undefined where its driver is not there. */
export async function drive(engine, port) {
  const { program, wants } = DRIVERS[engine];
  const driver = spawn(program, [`--port=${port}`], { stdio: "ignore" });
  const there = await Promise.race([new Promise((resolve) => driver.once("error", () => resolve(false))), sleep(500, true)]);
  if (!there) return undefined;
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
  const run = (script, ...args) => call("POST", `${session}/execute/sync`, { script: `return (${script})(...arguments)`, args });
  return {
    open: (url) => call("POST", `${session}/url`, { url }),
    reload: () => call("POST", `${session}/refresh`, {}),
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
    },
  };
}
