// A class as its instructor sees and steers it: who is where, what fails for several, the gate, and one action for all.
import { expect, type Page, test } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { type ClassStory, startClassStory } from "./support/class.ts";
import { openLab, run, watchViolations } from "./support/lab-page.ts";

test.describe.configure({ mode: "serial" });

let story: ClassStory;
let teacher: Page;
let ada: Page;
let violations: () => Promise<string[]>;
const at = (path: string) => new URL(path, story.product.url).href;
const tab = (name: string) => teacher.getByRole("tab", { name });
test.beforeAll(async ({ browser }) => {
  story = await startClassStory(browser, { name: "Tuesday" });
  teacher = story.teacher;
  violations = await watchViolations(teacher);
  await teacher.reload();
  ada = await story.learner("Ada Lovelace");
});
test.afterAll(async () => story?.stop());

test("a learner tries the browser first, and the board knows", async () => {
  await ada.goto(at("/preflight"));
  await expect(ada.getByTestId("preflight-verdict")).toBeVisible();
  await expectAccessibleInBothThemes(ada, "preflight");
  await expect(teacher.getByTestId("learners")).toContainText(/browser (good|limited)/);
});

test("the board shows where the learner is and what fails, by learner, by step and by failure", async () => {
  await openLab(ada, at("/"));
  await expect(teacher.getByTestId("learners")).toContainText("See who speaks in the clear");
  await expect(teacher.getByTestId("learners")).toContainText("There is no running sleep pod");
  await tab("By step").click();
  await expectAccessibleInBothThemes(teacher, "class-by-step");
  await tab("Same failure").click();
  await expect(teacher.getByTestId("failures")).toContainText("Ada Lovelace");
  await expectAccessibleInBothThemes(teacher, "class-same-failure");
  await tab("Report").click();
  await expectAccessibleInBothThemes(teacher, "class-report");
  await tab("Before the class").click();
  await expectAccessibleInBothThemes(teacher, "class-setup");
  await tab("Learners").click();
});

test("names can be hidden from those who see the projector", async () => {
  await teacher.getByTestId("hide-names").click();
  await expect(teacher.getByTestId("class")).not.toContainText("Ada Lovelace");
  await teacher.getByTestId("hide-names").click();
  await expect(teacher.getByTestId("learners")).toContainText("Ada Lovelace");
});

test("what the instructor demands of every mesh is shown first, and is there afterwards", async () => {
  await teacher.getByRole("button", { name: "For these learners" }).click();
  await teacher.getByTestId("preview-action").click();
  await expect(teacher.getByTestId("class-action")).toContainText("1 workspace runs and would be reached");
  await expectAccessibleInBothThemes(teacher, "class-action");
  await teacher.getByTestId("start-action").click();
  await expect(teacher.getByTestId("action-results")).toContainText("Finished: 1 of 1, 1 done.");
  await teacher.keyboard.press("Escape");
  await run(ada, "kubectl get peerauthentication -n istio-system", /default\s+STRICT/);
});

test("a gate stops what lies beyond it, and says so", async () => {
  await teacher.getByTestId("gate").click();
  await teacher.getByRole("option", { name: "Up to: Install Istio" }).click();
  await expect(teacher.getByTestId("gate")).toHaveValue("Up to: Install Istio");
  await ada.goto(at("/"));
  await expect(ada.getByText("your class is not there yet").first()).toBeVisible();
  await ada.goto(at("/labs/secure-services-mtls"));
  await expect(ada.getByTestId("status-banner")).toContainText(
    'Your class stays at "Install Istio" for now.',
  );
  await expectAccessibleInBothThemes(ada, "lab-beyond-gate");
  expect(await violations()).toEqual([]);
});
