import { expect, test } from "@playwright/test";
import { expectAccessibleInBothThemes, expectReadsOnAPhone } from "./support/both-themes.ts";
import { openLab, terminalText, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

test("a note and a bookmark stay with their step, and a certificate is not given before it is earned", async ({
  page,
}) => {
  test.setTimeout(480_000);
  const violations = await watchViolations(page);
  await openLab(page, product.url);
  const note = page.getByTestId("note-text");

  await test.step("written, saved on the server, there again", async () => {
    await page.getByTestId("note-open").click();
    await note.fill("PERMISSIVE takes both");
    await page.getByTestId("bookmark").click();
    await expect(page.getByTestId("note-state")).toHaveText("Saved");
    await expect(page.getByRole("button", { name: /^Step 1: .*bookmarked$/ })).toBeVisible();
    await page.getByTestId("step-notes").scrollIntoViewIfNeeded();
    await expectAccessibleInBothThemes(page, "notes");
    await page.reload();
    await expect(note).toHaveValue("PERMISSIVE takes both");
    await page.getByRole("button", { name: /^Step 2:/ }).click();
    await expect(note).toHaveCount(0);
  });

  await test.step("shown round once, by keyboard, and again when asked for", async () => {
    await page.getByTestId("tour-start").focus();
    await page.keyboard.press("Enter");
    const tour = page.getByTestId("tour");
    await expect(tour).toBeFocused();
    await expect(tour).toContainText("1 of 5");
    await expectAccessibleInBothThemes(page, "tour");
    await page.keyboard.press("ArrowRight");
    await expect(tour).toContainText("A real terminal");
    await expect(tour).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(tour).toHaveCount(0);
    await page.reload();
    await expect(page.getByTestId("step-title")).toBeVisible();
    await expect(page.getByTestId("tour-offer")).toHaveCount(0);
    await page.keyboard.press("F1");
    await page.getByRole("combobox", { name: "What would you like to do?" }).fill("show me around");
    await page.keyboard.press("Enter");
    await expect(tour).toContainText("1 of 5");
    await page.getByRole("button", { name: "End the tour" }).click();
  });

  await test.step("on a phone the text, the terminal or the panes, each readable", async () => {
    await expectReadsOnAPhone(page, "lab");
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.getByTestId("terminal-screen")).not.toBeInViewport();
    await page.getByTestId("run").first().click();
    await expect.poll(() => terminalText(page)).toContain("istioctl proxy-config");
    await expect(page.getByTestId("terminal-screen")).toBeInViewport();
    await expectReadsOnAPhone(page, "lab-terminal");
    await page.getByText("Panes", { exact: true }).click();
    await expect(page.getByTestId("mesh-canvas")).toBeInViewport();
    await expectReadsOnAPhone(page, "lab-panes");
    await page.getByText("Lab", { exact: true }).click();
    await expect(page.getByTestId("step-title")).toBeInViewport();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step("the whole lab on paper: every step, no panes, no answers", async () => {
    await page.keyboard.press("F1");
    await page.getByRole("combobox", { name: "What would you like to do?" }).fill("print");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("sheet-step")).toHaveCount(6);
    await expect(page.getByTestId("run").first()).toBeHidden();
    await expectAccessibleInBothThemes(page, "print-page");
    await expectReadsOnAPhone(page, "print-page");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await expect(page.getByTestId("print")).toBeHidden();
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.getByTestId("sheet-step").last()).toHaveCSS("color", "rgb(0, 0, 0)");
    await page.emulateMedia({ media: "screen" });
  });

  await test.step("a code that nobody was given is said to be none, to a stranger, too", async () => {
    const answer = await page.request.get(new URL("/certificate/0000000000000000", page.url()).href, {
      headers: { cookie: "" },
    });
    expect(answer.status()).toBe(404);
    expect(await answer.text()).toContain("No such certificate");
  });
  expect(await violations()).toEqual([]);
});
