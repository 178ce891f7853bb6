import { expect, test } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { openLab, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

// What the labs say is proved by `meshwork lab test`; here each is opened as a learner opens it.
test.describe.configure({ mode: "serial" });
test.use({ viewport: { width: 1600, height: 900 } });

const labs = [
  "install-istio",
  "telemetry-add-ons",
  "ingress-gateway",
  "secure-ingress",
  "add-services-to-the-mesh",
  "secure-services-mtls",
  "control-traffic",
  "decide-who-may-call-whom",
  "debug-the-mesh",
];

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

for (const lab of labs)
  test(`the lab ${lab} opens, prepares its cluster and shows its last step`, async ({ page }) => {
    const violations = await watchViolations(page);
    await page.goto(product.url);
    await page.getByTestId("continue").waitFor();
    await openLab(page, new URL("/", product.url).href, lab);
    const steps = page.getByRole("button", { name: /^Step \d+: / });
    await steps.last().click();
    await expect(steps.last()).toHaveAttribute("aria-current", "step");
    await expectAccessibleInBothThemes(page, `lab-${lab}`);
    expect(await violations()).toEqual([]);
  });
