// A class as its instructor sees and steers it: who is where, what fails for several, the gate, and one action for all.
import { expect, type Page, test } from "@playwright/test";
import readQr from "qr/decode.js";
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
  // Behind the best walls that this machine gives: on a class server they are bubblewrap's.
  story = await startClassStory(browser, { name: "Tuesday", env: { MESHWORK_ISOLATION: "sandbox" } });
  teacher = story.teacher;
  violations = await watchViolations(teacher);
  await teacher.reload();
  ada = await story.learner("Ada Lovelace");
});
test.afterAll(async () => story?.stop());

test("the way into the class is shown to the room, and the picture leads where the words say", async () => {
  await tab("Before the class").click();
  await teacher.getByTestId("show-join").click();
  await expect(teacher.getByTestId("join-code")).toBeVisible();
  const code = (await teacher.getByTestId("join-code").locator("span").allTextContents()).join("-");
  const picture = teacher.getByRole("img", { name: /^QR code of/ });
  const { data, size } = await picture.evaluate(async (svg) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const size = 400;
    [canvas.width, canvas.height] = [size, size];
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0, size, size);
    return { size, data: [...(context?.getImageData(0, 0, size, size).data ?? [])] };
  });
  expect(readQr({ width: size, height: size, data: Uint8Array.from(data) })).toBe(at(`/join/${code}`));
  await expectAccessibleInBothThemes(teacher, "class-join");
  await teacher.getByRole("link", { name: "Back to the class" }).click();
  await expect(teacher.getByTestId("class")).toBeVisible();
});

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
  const { isolation } = await (await teacher.request.get(at("/healthz"))).json();
  await expect(teacher.getByTestId("learners")).toContainText(`isolation ${isolation}`);
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

test("every mesh is on the wall, under the names that are shown, and leads to its learner", async () => {
  await tab("Mesh wall").click();
  const wall = teacher.getByTestId("wall");
  await expect(wall.getByRole("button", { name: /Ada Lovelace/ })).toContainText(
    "See who speaks in the clear",
  );
  await expect(wall.locator("circle").first()).toBeVisible({ timeout: 30_000 });
  await expectAccessibleInBothThemes(teacher, "class-wall");
  await teacher.getByTestId("hide-names").click();
  await expect(wall).not.toContainText("Ada Lovelace");
  await teacher.getByTestId("hide-names").click();
  await wall.getByRole("button", { name: /Ada Lovelace/ }).click();
  await expect(teacher.getByTestId("learner-drawer")).toContainText("Ada Lovelace");
  await teacher.keyboard.press("Escape");
  await tab("Learners").click();
});

test("what a class is can be changed while it runs", async () => {
  await tab("Settings").click();
  await teacher.getByLabel("Name").fill("Tuesday, second group");
  await teacher.getByLabel("Seats").fill("12");
  await teacher.getByTestId("save-class").click();
  await expect(teacher.getByRole("heading", { level: 1 })).toHaveText("Tuesday, second group");
  await expect(teacher.getByTestId("class")).toContainText("12 seats");
  await expectAccessibleInBothThemes(teacher, "class-settings");
  await tab("Learners").click();
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
