import { expect, type Page } from "@playwright/test";

declare global {
  interface Window {
    __violations?: string[];
  }
}

/** Collects what the page's own security policy refused; a story ends with an empty list. */
export async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__violations?.push(
        `${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  return () => page.evaluate(() => window.__violations ?? []);
}

/** Everything in the terminal's buffer, trailing blanks cut. */
export const terminalText = (page: Page) => page.evaluate(() => window.__meshworkTerminal?.text() ?? "");

/** Types as a learner does, character by character, and presses Enter. */
export async function typeCommand(page: Page, command: string): Promise<void> {
  await page.getByTestId("terminal-screen").click();
  for (const [index, line] of command.split("\n").entries()) {
    if (index > 0) await page.keyboard.press("Enter");
    await page.keyboard.type(line);
  }
  await page.keyboard.press("Enter");
}

/** Types a command and waits until the terminal shows `expected` after it. Returns what came since. */
export async function run(page: Page, command: string, expected: string | RegExp): Promise<string> {
  const before = (await terminalText(page)).length;
  await typeCommand(page, command);
  const since = async () => (await terminalText(page)).slice(Math.max(0, before - 200));
  const matcher =
    expected instanceof RegExp ? expected : new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  await expect.poll(since, { timeout: 60_000, message: `after: ${command}` }).toMatch(matcher);
  return since();
}

export async function openLab(page: Page, url: string, lab = "secure-services-mtls"): Promise<void> {
  await page.goto(url);
  await page.getByTestId(`lab-${lab}`).getByRole("link").first().click();
  // The first visit of a lab renders its text and colours its code.
  await expect(page).toHaveURL(new RegExp(`/labs/${lab}`), { timeout: 60_000 });
  // The banner goes when the workspace is ready.
  await expect(page.getByTestId("status-banner")).toHaveCount(0, { timeout: 90_000 });
  // Before the first word from the workspace there is no banner either: the prompt is what says "ready".
  await expect.poll(() => terminalText(page), { timeout: 120_000 }).toMatch(/[$#] *$/m);
}

export const condition = (page: Page, id: string) => page.getByTestId(`condition-${id}`);

export async function expectPassed(page: Page, id: string): Promise<void> {
  await expect(condition(page, id)).toHaveAttribute("data-status", "passed", { timeout: 90_000 });
}
