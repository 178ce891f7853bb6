import { expect, type Page, test } from "@playwright/test";
import { barriers, expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { openLab, run, terminalText, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

test.use({ viewport: { width: 1600, height: 900 } });

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

const DENY = `kubectl apply -f - <<'EOF'
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: no-web, namespace: istioinaction}
spec:
  selector: {matchLabels: {app: recommendation}}
  action: DENY
  rules: [{from: [{source: {principals: ["cluster.local/ns/istioinaction/sa/web-api"]}}]}]
EOF`;

const panel = (page: Page) => page.getByTestId("traffic-panel");
const hop = (page: Page, from: string, to: string) =>
  page.getByTestId("hop").filter({ hasText: new RegExp(`^${from}${to}`) });
const settled = (page: Page) =>
  expect(page.getByTestId("hops")).toHaveAttribute("data-settled", "true", { timeout: 30_000 });

test("a learner sends traffic from the graph, and follows one request hop by hop", async ({ page }) => {
  // Some thirty seconds alone; a refusal is sent until the policy has reached the sidecar.
  test.setTimeout(480_000);
  const violations = await watchViolations(page);
  await openLab(page, product.url);
  await page.getByTestId("graph-traffic").click();

  await test.step("one request, with who called whom and over what", async () => {
    await page.getByTestId("traffic-from").selectOption({ label: "sleep · istioinaction" });
    await page.getByTestId("traffic-url").fill("http://web-api.istioinaction:8080/");
    await page.getByTestId("traffic-send").click();
    await expect(page.getByTestId("answer")).toContainText("200");
    await settled(page);
    await expect(hop(page, "sleep", "web-api")).toContainText("mTLS");
    await expect(hop(page, "sleep", "web-api")).toContainText("web-api answered.");
    await expect(hop(page, "web-api", "recommendation")).toContainText("200");
    await expect(hop(page, "recommendation", "purchase-history-v1")).toContainText("mTLS");
    await expectAccessibleInBothThemes(page, "traffic-hops");
  });

  await test.step("a refusal names the policy that decided", async () => {
    await run(page, DENY, /authorizationpolicy\S* created/);
    await expect
      .poll(
        async () => {
          await page.getByTestId("traffic-send").click();
          await expect(page.getByTestId("answer")).toContainText("What came back");
          await settled(page);
          return hop(page, "web-api", "recommendation").textContent();
        },
        { timeout: 60_000 },
      )
      .toContain("AuthorizationPolicy istioinaction/no-web denies it, by its rule 1.");
    await expect(hop(page, "web-api", "recommendation")).toContainText("403");
    await run(page, "kubectl delete authorizationpolicy no-web -n istioinaction", /deleted/);
  });

  await test.step("from outside, through the gateway, at a rate, until it is stopped", async () => {
    await page.getByTestId("traffic-from").selectOption("gateway");
    await page.getByTestId("traffic-url").fill("https://istioinaction.io/");
    await page.getByLabel("Requests a second").fill("4");
    await page.getByTestId("traffic-start").click();
    await expect(page.getByTestId("traffic-running")).toContainText("200 ×");
    await expect(page.getByTestId("edge-istio-ingressgateway-to-web-api")).toContainText("rps", {
      timeout: 60_000,
    });
    await expect(page.getByTestId("graph-traffic")).toContainText("Sending…");
    await page.getByTestId("traffic-send").click();
    await settled(page);
    await expect(hop(page, "outside", "istio-ingressgateway")).toContainText("TLS");
    await expect(hop(page, "istio-ingressgateway", "web-api")).toContainText("mTLS");
    await expectAccessibleInBothThemes(page, "traffic-gateway");
    await page.getByTestId("traffic-stop").click();
    await expect(page.getByTestId("traffic-running")).toContainText("Stopped.");
  });

  await test.step("what cannot be sent is said in its place; the same request is typed for the learner", async () => {
    await page.getByTestId("traffic-url").fill("nowhere");
    await page.getByTestId("traffic-send").click();
    await expect(panel(page)).toContainText("An address such as");
    expect(await barriers(page)).toEqual([]);
    await page.getByTestId("traffic-url").fill("https://istioinaction.io/");
    await page.getByRole("button", { name: "The same in the terminal" }).click();
    await expect.poll(() => terminalText(page)).toContain("curl -s -k -i --resolve");
  });
  expect(await violations()).toEqual([]);
});
