import { expect, test } from "@playwright/test";
import { barriers } from "./support/both-themes.ts";
import { expectPassed, openLab, run, typeCommand, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

// As on a projector; the pictures are taken in it.
test.use({
  viewport: { width: 1600, height: 900 },
  colorScheme: "dark",
  contextOptions: { reducedMotion: "reduce" },
});

let product: Product;

test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

const curl =
  'curl -s -o /dev/null --cacert ./labs/02/certs/ca/root-ca.crt -H "Host: istioinaction.io" https://istioinaction.io:$SECURE_INGRESS_PORT --resolve istioinaction.io:$SECURE_INGRESS_PORT:$GATEWAY_IP';
const strict = `kubectl apply -f - <<EOF
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
EOF`;

test("a learner does the mutual TLS lab by typing", async ({ page }) => {
  // Some forty commands and two graph windows: two minutes alone, more where other work shares the processors.
  test.setTimeout(420_000);
  const violations = await watchViolations(page);
  await openLab(page, product.url);
  await expect(page.getByTestId("cluster-badge")).toContainText("practice cluster");
  const meshBadge = page.getByTestId("mesh-badge");

  await test.step("the mesh takes plaintext and mutual TLS", async () => {
    await run(page, "kubectl get peerauthentication --all-namespaces", "No resources found");
    await run(page, "kubectl apply -n default -f sample-apps/sleep.yaml", "deployment.apps/sleep created");
    await run(
      page,
      "kubectl rollout status -n default deployment/sleep",
      'deployment "sleep" successfully rolled out',
    );
    await run(
      page,
      "kubectl exec deploy/sleep -n default -- curl -s http://web-api.istioinaction:8080/",
      "Hello From Purchase History (v1)!",
    );
    await typeCommand(
      page,
      "for i in {1..150}; do kubectl exec deploy/sleep -n default -- curl -s -o /dev/null http://web-api.istioinaction:8080/; sleep 1; done > /dev/null 2>&1 &",
    );
    await typeCommand(page, `for i in {1..150}; do ${curl}; sleep 1; done > /dev/null 2>&1 &`);
    await expect(meshBadge).toHaveAttribute("data-state", "mixed", { timeout: 60_000 });
    await expectPassed(page, "sleep-outside-mesh");
    await expectPassed(page, "mixed-traffic");
    await page.screenshot({ path: "test-results/screens/lab-mixed.png" });
  });

  await test.step("the permissive proxy has a door for plaintext", async () => {
    await page.getByTestId("next-step").click();
    await run(
      page,
      "istioctl proxy-config all deploy/web-api -n istioinaction -o json > permissive.json; wc -c permissive.json",
      /\d{5,} permissive.json/,
    );
    await run(page, `grep -c '"transport_protocol": "raw_buffer"' permissive.json`, /^[1-9]\d*$/m);
    await expectPassed(page, "snapshot-permissive");
  });

  await test.step("STRICT is applied and listed", async () => {
    await page.getByTestId("next-step").click();
    await run(page, strict, "peerauthentication.security.istio.io/default created");
    await run(page, "kubectl get peerauthentication --all-namespaces", /istio-system +default +STRICT/);
    await expectPassed(page, "strict-in-root-namespace");
    await expectPassed(page, "rule-reached-the-proxy");
    await expectPassed(page, "outsider-refused");
  });

  await test.step("who has no sidecar is locked out, the others are not", async () => {
    await page.getByTestId("next-step").click();
    const refused = await run(
      page,
      "kubectl exec deploy/sleep -n default -- curl http://web-api.istioinaction:8080/",
      "command terminated with exit code 56",
    );
    expect(refused).toContain("curl: (56) Recv failure: Connection reset by peer");
    await run(
      page,
      "kubectl exec deploy/sleep -n istioinaction -- curl -s http://web-api.istioinaction:8080/",
      "Hello From Purchase History (v1)!",
    );
  });

  await test.step("certificates name the service account", async () => {
    await page.getByTestId("next-step").click();
    await run(
      page,
      "istioctl proxy-config secret deploy/web-api -n istioinaction",
      /default +Cert Chain +ACTIVE +true/,
    );
    const pem = `istioctl proxy-config secret deploy/web-api -n istioinaction -o json | jq '[.dynamicActiveSecrets[] | select(.name == "default")][0].secret.tlsCertificate.certificateChain.inlineBytes' -r | base64 -d`;
    await typeCommand(page, `${pem} > web-api-cert.pem`);
    const read = "openssl x509 -in web-api-cert.pem -noout -text";
    await run(page, `${read} | grep 'Issuer'`, /Issuer: O ?= ?cluster\.local/);
    await run(page, `${read} | grep 'Validity' -A 2`, /Not After : /);
    await run(
      page,
      `${read} | grep 'Subject Alternative Name' -A 1`,
      "URI:spiffe://cluster.local/ns/istioinaction/sa/web-api",
    );
    await run(
      page,
      "kubectl get cm istio -n istio-system -o yaml | grep trustDomain -m 1",
      "    trustDomain: cluster.local",
    );
    await run(
      page,
      "cat sample-apps/web-api.yaml | grep ServiceAccount -A 3",
      /kind: ServiceAccount\s+metadata:\s+name: web-api\s+---/,
    );
    await expectPassed(page, "certificate-saved");
  });

  // The last plaintext leaves the graph's window of 30 seconds while the learner reads certificates.
  await test.step("the mesh is all mutual TLS, seen from the step that asks for it", async () => {
    await page.getByRole("button", { name: "Step 4: Who is locked out, and who is not" }).click();
    await expect(meshBadge).toHaveAttribute("data-state", "mtls", { timeout: 90_000 });
    await expectPassed(page, "all-mtls");
    await page.screenshot({ path: "test-results/screens/lab-mtls.png" });
    await page.getByTestId("next-step").click();
  });

  await test.step("the strict proxy has no door for plaintext", async () => {
    await page.getByTestId("next-step").click();
    await typeCommand(
      page,
      "istioctl proxy-config all deploy/web-api -n istioinaction -o json > strict.json",
    );
    await expectPassed(page, "snapshot-strict");
    await expect(page.getByTestId("lab-finished")).toBeVisible();
  });

  await test.step("progress survives a reload, and the page is accessible and clean", async () => {
    expect(await violations()).toEqual([]);
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await expect(page.getByTestId("lab-finished")).toBeVisible();
  });
});
