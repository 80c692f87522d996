// Has the page kept for use without a network (service_worker.js), and says when there is a newer version.

const ASK_EVERY_MS = 1000;

try {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("./service_worker.js");

  // The first version to be kept is the one that is shown.
  const say = () => registration.waiting && serviceWorker.controller && dispatchEvent(new Event("newversion"));
  const follow = () => registration.installing?.addEventListener("statechange", say);
  registration.addEventListener("updatefound", follow);
  follow();
  say();

  addEventListener("click", ({ target }) => {
    if (target.id !== "new-version") return;
    serviceWorker.addEventListener("controllerchange", () => location.reload());
    // Another tab may have let it take over already.
    if (!registration.waiting) location.reload();
    // Asked once, a browser may wait for minutes until the old version's worker is idle.
    const ask = () => registration.waiting?.postMessage("take over");
    ask();
    setInterval(ask, ASK_EVERY_MS);
  });
} catch {
  // A sandboxed frame, a private window, a page that did not come by https: it needs the network, as any other page.
}
