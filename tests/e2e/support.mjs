// What every end-to-end test starts with: the built page behind a static server of its own, and a browser.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The built page. */
export const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

// A path below the host's root, as a project's page often has one: an absolute link in the page breaks there.
const BELOW = "/some/where/";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Serves dist/ on a free port, as a static host does. */
export async function serve() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = pathname.startsWith(BELOW) ? decodeURIComponent(pathname.slice(BELOW.length)) : undefined;
    const file = name === undefined ? undefined : join(DIST, normalize(`/${name || "index.html"}`));
    const isFile = file !== undefined && (await stat(file).catch(() => undefined))?.isFile();
    if (!isFile) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${BELOW}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts the browser that `cargo xtask test` found. */
export function launch(options = {}) {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error("CHROMIUM_PATH must say where Chromium is: start these with `cargo xtask test`");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options,
  });
}

/** Collects what should stay empty on a page: errors, failed requests, and requests to another host. */
export function watch(page, url) {
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && trouble.push(`console: ${message.text()}`));
  page.on("requestfailed", (request) => trouble.push(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && trouble.push(`${response.status()}: ${response.url()}`));
  page.on("request", (request) => {
    const other = /^https?:/.test(request.url()) && !request.url().startsWith(url);
    if (other) trouble.push(`elsewhere: ${request.url()}`);
  });
  return trouble;
}
