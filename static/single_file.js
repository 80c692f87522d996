// Starts the page that is one file. It holds all other files as base64; each becomes a blob, and what asks for a file by
// its address gets the blob.

{
  const ROOT = "equipoise:/";

  /** Starts a program from its packed files. Workers get the text of this, so it needs nothing from around it. */
  function run(packed, folder, start) {
    const types = { js: "text/javascript", json: "application/json", wasm: "application/wasm" };
    const { fetch, URL } = globalThis;
    const IMPORT = /\b(import\b[^"'`();]*\bfrom)"(\.[^"]+)"/g;
    const blobs = {};

    /** The address of a file's blob. A module imports other blobs, which are made before it: none may be in a circle. */
    function blobOf(file) {
      if (blobs[file]) return blobs[file];
      const bytes = Uint8Array.from(atob(packed[file]), (byte) => byte.charCodeAt(0));
      const type = types[file.split(".").pop()];
      const text = type === types.js && new TextDecoder().decode(bytes);
      const linked = text && text.replace(IMPORT, (_, what, from) => `${what}"${blobOf(new URL(from, file).href)}"`);
      return (blobs[file] = URL.createObjectURL(new Blob([linked || bytes], { type })));
    }
    for (const file in packed) blobOf(file);

    globalThis.fetch = (what, options) => fetch(blobs[what] ?? what, options);
    // A module looks for what stands beside it, but nothing stands beside a blob.
    globalThis.URL = class extends URL {
      constructor(what, from) {
        super(what, String(from).startsWith("blob:") ? folder : from);
      }
    };
    return import(blobs[start]);
  }

  addEventListener("DOMContentLoaded", () => {
    const files = Object.entries(JSON.parse(document.getElementById("files").textContent));
    const packed = Object.fromEntries(files.map(([name, text]) => [ROOT + name, text]));

    // Chromium lets no module be a worker of a page from a disk, and no worker read a blob of the page's.
    const work = `${ROOT}start_worker.js`;
    const ofWorker = Object.fromEntries(Object.entries(packed).filter(([file]) => file === work || file.startsWith(`${ROOT}worker/`)));
    const script = `(${run})(${JSON.stringify(ofWorker)}, "${ROOT}worker/", "${work}");`;
    const worker = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    globalThis.Worker = class extends Worker {
      constructor(what) {
        super(what === work ? worker : what);
      }
    };

    return run(packed, ROOT, `${ROOT}start.js`);
  });
}
