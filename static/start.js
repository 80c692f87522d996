// Starts the page's program. What goes wrong here is an unhandled rejection, which first.js shows.

import * as page from "./page.js";
import { set } from "./program.js";

set(page);
page.default();

// The first texts come beside the program, if it is the language that this guesses (src/app/settings.rs decides).
if (location.protocol.startsWith("http")) {
  let language = navigator.language.startsWith("zh") ? "zh-CN" : "en";
  try {
    language = localStorage.getItem("equipoise.language") ?? language;
  } catch {
    // No storage here: the browser's language.
  }
  const href = new URL(`./texts.${language}.json`, import.meta.url).href;
  document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "", href }));
}

// By then what the first screen shows is there. To keep it all needs no hurry, and nothing fails without.
setTimeout(() => import("./offline.js").catch(() => {}), 4000);
