import { expect, test } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { openLab, watchViolations } from "./support/lab-page.ts";
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

  await test.step("a code that nobody was given is said to be none, to a stranger, too", async () => {
    const answer = await page.request.get(new URL("/certificate/0000000000000000", page.url()).href, {
      headers: { cookie: "" },
    });
    expect(answer.status()).toBe(404);
    expect(await answer.text()).toContain("No such certificate");
  });
  expect(await violations()).toEqual([]);
});
