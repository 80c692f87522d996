// Starts the worker's program. An exception outside of any promise reaches the page as an error event.

import start from "./worker/worker.js";

start().catch((error) =>
  setTimeout(() => {
    throw error;
  }),
);
