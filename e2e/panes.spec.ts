import { expect, type Page, test } from "@playwright/test";
import { barriers, expectAccessibleInBothThemes } from "./support/both-themes.ts";
import { openLab, run, terminalText, typeCommand, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

let product: Product;

test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

const pane = async (page: Page, name: string) => {
  await page.getByTestId(`pane-tab-${name}`).click();
  await expect(page.getByTestId(`pane-tab-${name}`)).toHaveAttribute("aria-selected", "true");
};
const treeItem = (page: Page, words: string | RegExp) =>
  page.getByRole("treeitem").filter({ hasText: words });
const call =
  "kubectl exec deploy/sleep -n istioinaction -- curl -s -o /dev/null http://web-api.istioinaction:8080/";
// Some at once, then a few more each second: rates of the last minute are looked at long after the first.
const requests = `for i in {1..8}; do ${call}; done; (for i in {1..90}; do ${call}; sleep 1; done > /dev/null 2>&1 &); echo all sent`;
const strict =
  "kubectl apply -f - <<EOF\napiVersion: security.istio.io/v1beta1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\nspec: {mtls: {mode: STRICT}}\nEOF";

test("a learner looks at the mesh from every side without leaving the lab", async ({ page }) => {
  // Every pane, most of them judged in two themes: under two minutes alone, more where other work shares the processors.
  test.setTimeout(600_000);
  const violations = await watchViolations(page);
  await openLab(page, product.url);

  await test.step("two terminals side by side, and run buttons aim at the chosen one", async () => {
    await page.getByTestId("terminal-split").click();
    const screens = page.getByTestId("terminal-screen").locator("visible=true");
    await expect(screens).toHaveCount(2);
    await expect.poll(() => terminalText(page)).toMatch(/[$#] *$/m);
    await page.getByRole("tab", { name: "Terminal 2" }).press("F2");
    await page.getByRole("textbox", { name: "Name of Terminal 2" }).fill("watch");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("tab", { name: "watch" })).toHaveAttribute("aria-selected", "true");
    await page.getByTestId("block-run").first().getByTestId("run").click();
    await expect.poll(() => terminalText(page)).toContain("kubectl get peerauthentication");
    await screens.first().click();
    await expect(page.getByRole("tab", { name: "Terminal", exact: true })).toHaveAttribute(
      "aria-selected",
      "true",
    );
    expect(await terminalText(page)).not.toContain("kubectl get peerauthentication");
    await expectAccessibleInBothThemes(page, "terminal-split");
    await page.reload();
    await expect(screens).toHaveCount(2);
    await page.getByTestId("terminal-split").click();
    await expect(screens).toHaveCount(1);
    await expect.poll(() => terminalText(page)).toMatch(/[$#] *$/m);
    await page.getByRole("tab", { name: "watch" }).click();
    await page.getByTestId("terminal-close").click();
    await expect(page.getByRole("tab", { name: "watch" })).toHaveCount(0);
  });

  await test.step("a second terminal is a shell of its own, and ends when it is closed", async () => {
    await run(page, "mine=first; echo here is $mine", /^here is first$/m);
    await page.getByTestId("terminal-new").click();
    await expect(page.getByRole("tab", { name: "Terminal 2" })).toHaveAttribute("aria-selected", "true");
    await expect.poll(() => terminalText(page)).toMatch(/[$#] *$/m);
    await page.getByTestId("terminal-screen").locator("visible=true").click();
    await page.keyboard.type('echo "there is <$mine>"');
    await page.keyboard.press("Enter");
    await expect.poll(() => terminalText(page)).toMatch(/^there is <>$/m);
    await page.getByTestId("terminal-close").click();
    await expect(page.getByRole("tab", { name: "Terminal 2" })).toHaveCount(0);
    await expect.poll(() => terminalText(page)).toContain("here is first");
  });

  await test.step("Prometheus: completion, a graph, a table, its own words for a mistake", async () => {
    await run(page, requests, /^all sent$/m);
    await pane(page, "metrics");
    const field = page.getByRole("textbox", { name: "PromQL expression" });
    await field.click();
    await page.keyboard.type("sum by (response_code) (istio_requests_to");
    await expect(page.getByRole("option", { name: /istio_requests_total/ })).toBeVisible();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await field.fill("sum by (response_code) (istio_requests_total)");
    await page.getByTestId("run-query").click();
    await expect(page.getByTestId("metrics-graph")).toContainText('{response_code="200"}');
    await expectAccessibleInBothThemes(page, "pane-metrics");
    await page.getByTestId("metrics-query").getByText("Table").click();
    await expect(
      page.getByTestId("metrics-table").getByRole("row").filter({ hasText: 'response_code="200"' }),
    ).toContainText(/[1-9]/);
    await field.fill("sum(");
    await page.getByTestId("run-query").click();
    await expect(page.getByTestId("pane-error")).toContainText(
      'Error executing query: invalid parameter "query"',
    );
    await page.getByTestId("metrics-query").getByText("Dashboards").click();
    await expect(page.getByTestId("dashboard-panel").filter({ hasText: "Without a 5xx" })).toContainText(
      "100 %",
    );
    expect(await barriers(page)).toEqual([]);
  });

  await test.step("Envoy: from a listener to an endpoint, and what STRICT takes away", async () => {
    await pane(page, "envoy");
    const pods = page.getByTestId("envoy").getByTestId("pod-choice");
    await expect(pods).toBeVisible();
    const webApi = await pods
      .locator("option")
      .filter({ hasText: /^web-api-/ })
      .first()
      .textContent();
    await pods.selectOption({ label: webApi ?? "" });
    await page.getByTestId("envoy").getByPlaceholder("Filter").fill("8080");
    await treeItem(page, "0.0.0.0:8080").click();
    await treeItem(page, "http/1.1").first().click();
    await treeItem(page, 'Routes "8080"').click();
    await treeItem(page, "recommendation.istioinaction").first().click();
    await treeItem(page, "/*").click();
    await treeItem(page, "outbound|8080||recommendation").click();
    await expect(treeItem(page, /\d+\.\d+\.\d+\.\d+:8080/).last()).toContainText("mutual TLS");
    await expect(page.getByTestId("envoy-detail")).toContainText("cluster outbound|8080||recommendation");
    await expectAccessibleInBothThemes(page, "pane-envoy");
    await page.getByTestId("envoy-keep").click();
    await expect(page.getByTestId("envoy-keep")).toContainText("Compare with");
    await run(page, strict, "peerauthentication.security.istio.io/default created");
    await page.getByTestId("envoy-keep").click();
    await expect(
      page
        .getByTestId("envoy")
        .getByRole("button", { name: /removed .*raw_buffer/ })
        .first(),
    ).toBeVisible({ timeout: 60_000 });
    expect(await barriers(page)).toEqual([]);
  });

  await test.step("the cluster, live: what was applied is there and marked as changed", async () => {
    await pane(page, "cluster");
    await page.getByTestId("kind-PeerAuthentication").click();
    await page.getByTestId("object-default").click();
    await expect(page.getByTestId("object-detail")).toContainText("mode: STRICT");
    await typeCommand(page, "kubectl create namespace made-just-now");
    await page.getByTestId("kind-Namespace").click();
    const made = page.getByRole("row").filter({ hasText: "made-just-now" });
    await expect(made).toContainText("changed");
    await expectAccessibleInBothThemes(page, "pane-cluster");
  });

  await test.step("logs: the refused caller, its flag in words", async () => {
    await run(
      page,
      "kubectl apply -n default -f sample-apps/sleep.yaml && kubectl rollout status -n default deployment/sleep",
      "successfully rolled out",
    );
    await run(
      page,
      "kubectl exec deploy/sleep -n default -- curl -s http://web-api.istioinaction:8080/; echo ended $?",
      /^ended 56$/m,
    );
    await pane(page, "logs");
    const logs = page.getByTestId("logs");
    const pods = logs.getByTestId("pod-choice");
    const webApi = await pods
      .locator("option")
      .filter({ hasText: /^web-api-/ })
      .first()
      .textContent();
    await pods.selectOption({ label: webApi ?? "" });
    await logs.getByTestId("container-choice").selectOption("istio-proxy");
    const markup = "<img src=x onerror=document.title=1>";
    await run(
      page,
      `kubectl exec deploy/sleep -n istioinaction -- curl -s -o /dev/null -A '${markup}' http://web-api.istioinaction:8080/hostile; echo sent $?`,
      /^sent 0$/m,
    );
    await expect(logs.getByTestId("access-line").filter({ hasText: "/hostile" }).last()).toBeVisible();
    expect(await page.locator("img").count()).toBe(0);
    const refused = logs.getByTestId("access-line").filter({ hasText: "NR" }).last();
    await expect(refused).toContainText("no answer");
    const inWords = /no filter chain fits the connection/;
    await expect(refused.getByTestId("response-flag")).toHaveAttribute("aria-label", inWords);
    expect(await barriers(page)).toEqual([]);
  });

  await test.step("everything by name: the palette goes to a step and to a pane, the keys do, too", async () => {
    await page.getByTestId("open-palette").click();
    await page.getByRole("combobox", { name: "What would you like to do?" }).fill("step 3");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("step-title")).toHaveText("Ask for mutual TLS everywhere");
    await page.keyboard.press("F1");
    await page.getByRole("combobox", { name: "What would you like to do?" }).fill("kiali");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("pane-tab-mesh")).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Alt+6");
    await expect(page.getByTestId("pane-tab-cluster")).toHaveAttribute("aria-selected", "true");
    const saved = page.waitForEvent("download");
    await page.keyboard.press("F1");
    await page.getByRole("combobox", { name: "What would you like to do?" }).fill("copy my work");
    await page.keyboard.press("Enter");
    expect((await saved).suggestedFilename()).toBe("meshwork-secure-services-mtls.zip");
  });

  await test.step("traces: says what is missing while there is no Jaeger", async () => {
    await pane(page, "traces");
    await expect(page.getByTestId("traces")).toContainText(
      /kubectl apply -f samples\/addons\/jaeger.yaml|No traces yet|Find a request/,
    );
    expect(await barriers(page)).toEqual([]);
  });
  expect(await violations()).toEqual([]);
});

test("an edit is compared by the server, applied, and never lost", async ({ page }) => {
  const violations = await watchViolations(page);
  await openLab(page, product.url);
  await run(
    page,
    "printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: notes, namespace: default}\\ndata: {a: one}\\n' > notes.yaml; kubectl apply -f notes.yaml",
    /configmap\/notes (created|unchanged)/,
  );
  await pane(page, "editor");
  await treeItem(page, "notes.yaml").click();
  const text = page.getByTestId("editor-text").getByRole("textbox");
  await expect(text).toContainText("kind: ConfigMap");

  await test.step("the server's own difference, then the apply", async () => {
    await text.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type(", b: two");
    await expect(text).toContainText("data: {a: one, b: two}");
    await page.getByTestId("editor-apply").click();
    await expect(page.getByTestId("apply-panel")).toContainText("Applying this would change:");
    await expect(page.getByTestId("diff")).toContainText("b: two");
    await expectAccessibleInBothThemes(page, "pane-editor");
    await page.getByTestId("apply-now").click();
    await expect(page.getByTestId("apply-panel")).toContainText("configmap/notes configured");
    await run(page, "kubectl get configmap notes -n default -o jsonpath='{.data.b}'; echo", /^two$/m);
  });

  await test.step("a change from the terminal meets the unsaved edit; the learner chooses", async () => {
    await typeCommand(page, "echo '# from the terminal' >> notes.yaml");
    await expect(page.getByTestId("editor-conflict")).toContainText("your edits are still here");
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await pane(page, "editor");
    await treeItem(page, "notes.yaml").click();
    await expect(text).toContainText("b: two");
    await page.getByTestId("keep-mine").click();
    await page.getByTestId("editor-save").click();
    await expect(page.getByTestId("editor-save")).toBeDisabled();
    await run(page, "cat notes.yaml", "data: {a: one, b: two}");
  });

  await test.step("the cluster's own schemas complete and judge a manifest", async () => {
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByRole("textbox", { name: "Name of the new file" }).fill("route.yaml");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByTestId("editor-text").getByRole("textbox", { name: /route.yaml/ })).toBeVisible();
    await text.fill(
      "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n  hosst: [a]\n  ",
    );
    await page.keyboard.press("Control+End");
    await page.keyboard.type("ga");
    await expect(page.getByRole("option", { name: /^gateways/ })).toBeVisible();
    await page.screenshot({ path: "test-results/screens/editor-completion.png" });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(text.locator(".cm-lintRange-warning").first()).toHaveText("hosst: [a]");
    await text.getByText("gateways").hover();
    await expect(page.locator(".cm-field-hover")).toContainText("list of strings");
    expect(await barriers(page)).toEqual([]);
  });
  expect(await violations()).toEqual([]);
});
