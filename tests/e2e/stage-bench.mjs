// Opens the built page at #bench and prints how long the frames of a stage with 5,000 tasks took.

import { launch, serve } from "./support.mjs";

const site = await serve();
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.on("console", (message) => message.text().startsWith("stage:") && console.log(message.text()));
await page.goto(`${site.url}#bench`);
await page.locator(".notice", { hasText: "stage:" }).waitFor({ timeout: 60_000 });
await browser.close();
await site.close();
