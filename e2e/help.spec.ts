// Help in a class, as both sides see it: a hand, a hint, a terminal that is watched and typed in only with consent.
import { expect, type Page, test } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { type ClassStory, startClassStory } from "./support/class.ts";
import { openLab, run, terminalText, watchViolations } from "./support/lab-page.ts";

test.describe.configure({ mode: "serial" });

let story: ClassStory;
let ada: Page;
let grace: Page;
test.beforeAll(async ({ browser }) => {
  story = await startClassStory(browser, { name: "Monday morning" });
  grace = story.teacher;
  ada = await story.learner("Ada Lovelace");
  await openLab(ada, new URL("/", story.product.url).href);
});
test.afterAll(async () => story?.stop());

const queue = () => grace.getByTestId("help-queue");
const drawer = () => grace.getByTestId("learner-drawer");

test("a hand goes up, is seen with what fails and the last commands, and somebody is on it", async () => {
  const violations = await watchViolations(ada);
  await run(ada, "echo where is$((1))it", "is1it");
  await ada.getByTestId("help-button").click();
  await ada.getByLabel("What would you like help with?").fill("My curl says 503.");
  await expectAccessibleInBothThemes(ada, "help-hand");
  await ada.getByTestId("help-raise").click();
  await expect(ada.getByTestId("help-hand")).toContainText("You are next");
  await ada.keyboard.press("Escape");

  await expect(queue()).toContainText("My curl says 503.");
  await expect(grace.getByTestId("learners")).toContainText("hand up: My curl says 503.");
  await grace.getByTestId("hand-take").click();
  await expect(ada.getByTestId("help-button")).toHaveText("Grace Hopper is on it");
  await expectAccessibleInBothThemes(grace, "class-with-hand");
  await queue().getByTestId("hand-open").click();
  await expect(drawer().getByTestId("last-commands")).toContainText("echo where is$((1))it");
  await expect.poll(() => drawer().boundingBox()).toEqual({ x: 680, y: 0, width: 760, height: 900 });
  expect(await violations()).toEqual([]);
});

test("a command that is sent waits for the learner's press, then runs", async () => {
  await drawer().getByText("Command", { exact: true }).click();
  await drawer().getByLabel("The command to try").fill("echo from-gr$((0))ce");
  await drawer().getByRole("button", { name: "Send" }).click();
  await expect(ada.getByTestId("help-notes")).toContainText("Grace Hopper · try this");
  expect(await terminalText(ada)).not.toContain("from-gr0ce");
  await ada.getByTestId("help-notes").getByTestId("help-run").click();
  await expect.poll(() => terminalText(ada)).toContain("from-gr0ce");
  await ada.getByRole("button", { name: "Put away" }).click();
});

test("the terminal is seen after a yes, typed in after another, and dark again at once", async () => {
  await drawer().getByTestId("ask-view").click();
  await expect(ada.getByTestId("help-consent")).toContainText("would like to watch your terminal");
  await expectAccessibleInBothThemes(ada, "help-consent");
  await ada.getByTestId("help-refuse").click();
  await expect(drawer()).toContainText("The last time: Ada Lovelace would rather not.");

  await drawer().getByTestId("ask-type").click();
  await ada.getByTestId("help-allow").click();
  await expect(ada.getByTestId("help-banner")).toContainText("Grace Hopper can type in your terminal.");
  const watched = drawer().getByTestId("watched-terminal");
  await expect(watched.locator(".xterm-rows")).toContainText("from-gr0ce");
  await watched.click();
  await grace.keyboard.type("echo typed-by-gr$((0))ce");
  await grace.keyboard.press("Enter");
  await expect.poll(() => terminalText(ada)).toContain("typed-by-gr0ce");
  await expect(watched.locator(".xterm-rows")).toContainText("typed-by-gr0ce");
  await expectAccessibleInBothThemes(grace, "help-watching");
  await expectAccessibleInBothThemes(ada, "help-watched");
  await ada.getByTestId("help-end").click();
  await expect(drawer().getByTestId("watched-terminal")).toHaveCount(0);
  await expect(drawer()).toContainText("The last time: Ada Lovelace ended it.");
  await expect(ada.getByTestId("help-banner")).toHaveCount(0);
  await grace.keyboard.press("Escape");
});

test("a word to everybody reaches everybody; done takes the hand down", async () => {
  const ben = await story.learner("Ben Okri");
  await ben.goto(ada.url());
  await ben.getByTestId("help-button").waitFor();
  await grace.getByLabel("Write to the whole class").fill("We break until eleven.");
  await grace.getByLabel("Write to the whole class").press("Enter");
  await expect(grace.getByText("Told 2 learners.")).toBeVisible();
  for (const page of [ada, ben])
    await expect(page.getByTestId("help-notes")).toContainText("We break until eleven.");
  await queue().getByTestId("hand-done").click();
  await expect(ada.getByTestId("help-button")).toHaveText("Ask for help");
  await expect(queue()).toContainText("Nobody has a hand up.");
});
