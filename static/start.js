// Starts the page's program. What goes wrong here is an unhandled rejection, which first.js shows.

import start from "./page.js";

start();
