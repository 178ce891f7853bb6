import { expect, test } from "@playwright/test";
import { openLab, run, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

// A learner puts a step back to its beginning: told before what goes, and what they made is kept.
test.use({ viewport: { width: 1600, height: 900 } });

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

test("resetting a step says what is lost, keeps it in a file, and begins anew", async ({ page }) => {
  const violations = await watchViolations(page);
  await page.goto(product.url);
  await page.getByTestId("continue").waitFor();
  await openLab(page, new URL("/", product.url).href, "install-istio");
  await run(page, "kubectl create configmap mine --from-literal=word=kept", "configmap/mine created");
  await page.getByTestId("lab-menu").click();
  await page.getByTestId("lab-action").getByText("Reset this step").first().click();
  const lost = page.getByTestId("lab-action-lost");
  await expect(lost.getByRole("listitem")).toHaveText(["ConfigMap mine in default"]);
  await page.screenshot({ path: test.info().outputPath("reset.png") });
  await page.getByTestId("lab-action-confirm").click();
  await expect(page.getByTestId("lab-action")).toHaveCount(0);
  // The new cluster is there when it answers, and does not know the old one's objects.
  await run(
    page,
    "until kubectl get ns default; do sleep 1; done; kubectl get configmap mine; cat kept-*.yaml",
    /configmaps "mine" not found[\s\S]*word: kept/,
  );
  expect(await violations()).toEqual([]);
});
