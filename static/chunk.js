// The small chunks of a program stand one after another in one file, which is fetched once (site/src/chunks.rs).

let chunks;

/** The `i`th module of the file, as if it had been fetched. */
async function chunk(i) {
  chunks ??= whole();
  const bytes = await chunks;
  const [from, to] = new Uint32Array(bytes, 4 * i, 2);
  return new Response(bytes.slice(from, to), { headers: { "content-type": "application/wasm" } });
}

/** All bytes of the file. After a failure the next chunk asks again. */
async function whole() {
  try {
    const answer = await fetch(new URL("./chunks.wasm", import.meta.url));
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return await answer.arrayBuffer();
  } catch (error) {
    chunks = undefined;
    throw error;
  }
}
