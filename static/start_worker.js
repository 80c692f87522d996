// Starts the worker's program. An exception outside of any promise reaches the page as an error event.

import * as worker from "./worker/worker.js";
import { set } from "./worker/program.js";

set(worker);
worker.default().catch((error) =>
  setTimeout(() => {
    throw error;
  }),
);
