// Starts the page's program. What goes wrong here is an unhandled rejection, which first.js shows.

import * as page from "./page.js";
import { set } from "./program.js";

set(page);
page.default();

// By then what the first screen shows is there. To keep it all needs no hurry, and nothing fails without.
setTimeout(() => import("./offline.js").catch(() => {}), 4000);
