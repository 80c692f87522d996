// Runs tests that are compiled for a browser in an engine that their runner does not drive:
// `node in_engine.mjs ENGINE PROGRAM WORDS…`, where the program is what would run them in another. Ends as they do.

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { drive } from "./webdriver.mjs";

const ADDRESS = "127.0.0.1:9541";
const WITHIN_MS = 600_000;

const [engine, program, ...words] = process.argv.slice(2);
const env = { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: ADDRESS };
// A group of its own: cargo's end alone would leave the runner that it started.
const runner = spawn(program, words, { env, stdio: ["ignore", "pipe", "inherit"], detached: true });
let page;
try {
  await new Promise((resolve, reject) => {
    runner.stdout.on("data", (text) => String(text).includes(ADDRESS) && resolve());
    runner.once("error", reject);
    runner.once("exit", (code) => reject(new Error(`${program} ended with ${code} and served no tests`)));
  });
  page = await drive(engine, 9542);
  if (!page) throw new Error(`no driver of ${engine}`);
  await page.open(`http://${ADDRESS}`);
  const end = Date.now() + WITHIN_MS;
  let said = "";
  while (!/^test result: .+$/m.test(said)) {
    if (Date.now() > end) throw new Error(`no result after ${WITHIN_MS / 60_000} minutes:\n${said}`);
    await sleep(200);
    said = await page.run(() => document.body.innerText);
  }
  console.log(`${engine}:\n${said}`);
  process.exitCode = /^test result: ok/m.test(said) ? 0 : 1;
} finally {
  await page?.close();
  process.kill(-runner.pid);
}
