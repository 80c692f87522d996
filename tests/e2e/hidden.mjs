// What a page shows where it could give an answer away before the guess.

/** The inside of the balancer, not its door, where the task waits. The stage is as high as the bar below leaves it. */
export async function balancer(page) {
  const { stage, card } = await page.evaluate(() => {
    const box = (selector) => {
      const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
      return { x, y, width, height };
    };
    return { stage: box(".stage"), card: box("#server-0") };
  });
  const x = stage.x + (card.x - stage.x) * 0.56;
  const clip = { x, y: stage.y + stage.height * 0.45, width: 100, height: stage.height * 0.25 };
  return { height: stage.height, picture: (await page.screenshot({ clip })).toString("base64") };
}

/** What a page says of servers where an answer could be given away. */
export const said = (page) =>
  page.evaluate(() => ({
    why: document.querySelector("#panel .why") !== null,
    coming: [...document.querySelectorAll(".marks rect[opacity='0.35']")].map((mark) => mark.getAttribute("fill")).filter((fill) => fill !== "gray"),
    verdict: document.querySelector(".guess-verdict") !== null,
  }));
