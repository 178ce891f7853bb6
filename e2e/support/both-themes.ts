import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What axe finds on the page as it stands, one line per rule. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

// --mw-page of app/globals.css.
const pageColour = { light: "rgb(244, 246, 250)", dark: "rgb(13, 17, 23)" } as const;

/** Pictures that the README shows: a run with MESHWORK_GALLERY=1 puts them where it looks for them. */
const gallery: ReadonlySet<string> = new Set([
  ...["overview-light", "lab-why-dark", "terminal-split-light", "pane-metrics-dark"],
  ...["pane-envoy-light", "graph-failures-light", "graph-change-dark", "traffic-hops-light", "lab-narrow"],
]);

function pictureOf(name: string): string {
  const shown = process.env.MESHWORK_GALLERY === "1" && gallery.has(name);
  return `${shown ? "docs/images" : "test-results/screens"}/${name}.png`;
}

const phone = { width: 390, height: 844 } as const;

/** On a phone nothing hangs over the edge, and nothing stands in anybody's way; a picture is kept. */
export async function expectReadsOnAPhone(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize(phone);
  await page.mouse.move(0, 0);
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth))
    .toBeLessThanOrEqual(0);
  await page.screenshot({ path: pictureOf(`${name}-narrow`) });
  expect(await barriers(page), `${name}, narrow`).toEqual([]);
  if (before) await page.setViewportSize(before);
}

/** The page in the dark and in the light theme: nothing stands in anybody's way, and a picture of each is kept. */
export async function expectAccessibleInBothThemes(page: Page, name: string): Promise<void> {
  // A tool tip repeats the name of what it is of, outside of every region.
  await page.mouse.move(0, 0);
  await expect(page.getByRole("tooltip")).toHaveCount(0);
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion a colour is what it will be, not on its way from the other theme.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("body")).toHaveCSS("background-color", pageColour[colorScheme]);
    // Two frames: the graph's canvas takes the theme's colours in the one after.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await page.screenshot({ path: pictureOf(`${name}-${colorScheme}`) });
    expect(await barriers(page), `${name}, ${colorScheme}`).toEqual([]);
  }
}
