// A class server's people: from the printed owner link to a learner who joined with nothing but a code.
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

test.describe.configure({ mode: "serial" });
test.use({ viewport: { width: 1280, height: 800 } });

const password = "correct horse battery staple";
/** Names that would do harm where they were taken for markup, for a script, or for what stands beside them. */
const hostile = `<img src=x onerror=alert(1)>"'\u202e{{7*7}}`;

let product: Product;
let owner: Page;
let joinUrl: string;
const contexts: BrowserContext[] = [];
test.beforeAll(async () => {
  product = await startProduct({
    MESHWORK_MODE: "class",
    MESHWORK_ISOLATION: "none",
    MESHWORK_ALLOW_WEAK_ISOLATION: "1",
  });
});
test.afterAll(async () => {
  for (const context of contexts) await context.close();
  await product?.stop();
});

const at = (path: string) => new URL(path, product.url).href;

test("the printed link makes the owner, who invites an instructor", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  contexts.push(context);
  owner = await context.newPage();
  const violations = await watchViolations(owner);
  await owner.goto(product.url);
  await expect(owner.getByRole("heading", { name: "Set up this server" })).toBeVisible();
  await expectAccessibleInBothThemes(owner, "owner-setup");
  await owner.getByLabel("Your name").fill("Olga Owner");
  await owner.getByLabel("E-mail").fill("olga@example.org");
  await owner.getByLabel("Password").fill("short");
  await owner.getByRole("button", { name: "Become the owner" }).click();
  await expect(owner.getByRole("alert")).toContainText("Password:");
  await owner.getByLabel("Password").fill(password);
  await owner.getByRole("button", { name: "Become the owner" }).click();
  await expect(owner.getByTestId("account-menu")).toContainText("Olga Owner");

  await owner.getByTestId("account-menu").click();
  await owner.getByRole("menuitem", { name: "People" }).click();
  await expect(owner.getByRole("heading", { name: "One person" })).toBeVisible();
  await owner.getByTestId("invite").click();
  const link = await owner.getByTestId("one-time-link").locator("code").textContent();
  await expectAccessibleInBothThemes(owner, "people-invite");

  const other = await browser.newContext({ viewport: { width: 390, height: 800 } });
  contexts.push(other);
  const instructor = await other.newPage();
  await instructor.goto(link ?? "");
  await expect(instructor.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await instructor.getByLabel("Your name").fill("Ines");
  await instructor.getByLabel("E-mail").fill("ines@example.org");
  await instructor.getByLabel("Password").fill(password);
  await instructor.getByRole("button", { name: "Go on" }).click();
  await instructor.getByTestId("account-menu").waitFor();
  await instructor.goto(at("/account"));
  await expect(instructor.getByText("ines@example.org (not confirmed yet) · instructor")).toBeVisible();
  await expectAccessibleInBothThemes(instructor, "account-phone");
  expect((await instructor.goto(at("/people")))?.status()).toBe(404);
  expect(await violations()).toEqual([]);
});

test("a class's code lets somebody in with a name only, however the name is meant", async ({ browser }) => {
  await owner.goto(at("/instructor"));
  await owner
    .getByRole("button", { name: /new class/i })
    .first()
    .click();
  await owner.getByLabel("Name").fill("Monday");
  await owner.getByTestId("make-class").click();
  await owner.getByRole("tab", { name: "Before the class" }).click();
  await owner.getByTestId("new-code").click();
  await expect(owner.getByTestId("join-code")).toHaveText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$/);
  joinUrl = at(`/join/${await owner.getByTestId("join-code").textContent()}`);

  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  contexts.push(context);
  const learner = await context.newPage();
  const violations = await watchViolations(learner);
  const dialogs: string[] = [];
  for (const page of [learner, owner]) page.on("dialog", (dialog) => void dialogs.push(dialog.message()));
  await learner.goto(at("/join/WRNG-WRNG-WRNGG"));
  await learner.getByLabel("Your name").fill(hostile);
  await learner.getByRole("button", { name: "Join" }).click();
  await expect(learner.getByRole("alert")).toHaveText("This code lets nobody in. Ask for the current one.");
  await expectAccessibleInBothThemes(learner, "join-refused");
  await learner.goto(joinUrl);
  await learner.getByLabel("Your name").fill(hostile);
  await learner.getByRole("button", { name: "Join" }).click();
  await learner.getByTestId("continue").waitFor();

  const ownerSaw = await watchViolations(owner);
  await owner.goto(at("/people"));
  await expect(owner.getByText(`<img src=x onerror=alert(1)>"'{{7*7}}`, { exact: true })).toBeVisible();
  await expectAccessibleInBothThemes(owner, "people");
  await learner.goto(at("/account"));
  await expect(learner.getByRole("heading", { name: "Keep your progress" })).toBeVisible();
  await expectAccessibleInBothThemes(learner, "account-guest-phone");
  expect([dialogs, await violations(), await ownerSaw()]).toEqual([[], [], []]);
});

test("signing out in one tab takes the other along; the way back is where it was", async () => {
  const second = await owner.context().newPage();
  await second.goto(at("/"));
  await second.getByTestId("continue").waitFor();
  await owner.goto(at("/"));
  await owner.getByTestId("account-menu").click();
  await owner.getByTestId("sign-out").click();
  await expect(owner.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(second.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectAccessibleInBothThemes(second, "sign-in");
  await owner.goto(at("/people"));
  await owner.getByLabel("E-mail").fill("olga@example.org");
  await owner.getByLabel("Password").fill("not this one");
  await owner.getByRole("button", { name: "Sign in" }).click();
  await expect(owner.getByRole("alert")).toHaveText("Invalid email or password.");
  await owner.getByLabel("Password").fill(password);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await expect(owner.getByRole("heading", { name: "3 people" })).toBeVisible();
});
