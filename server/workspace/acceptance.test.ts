import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LabBench, openLabBench } from "./testing/lab-bench.ts";

// What a mesh must do, asked with the tools a learner has: kubectl, istioctl, curl, openssl.

const files = fileURLToPath(new URL("../../content/workshops/istio-basics/files", import.meta.url));
let bench: LabBench;

const prepare = [
  "kubectl rollout status -n istio-system deployment/istiod --timeout=60s",
  "bash labs/02/certs/make-certs.sh",
  "kubectl apply -f labs/06/namespace.yaml",
  "kubectl apply -n istioinaction -f sample-apps/",
  "kubectl apply -n default -f sample-apps/sleep.yaml",
  "kubectl create -n istio-system secret tls istioinaction-cert --key labs/02/certs/istioinaction.io.key --cert labs/02/certs/istioinaction.io.crt",
  "kubectl apply -n istioinaction -f labs/02/web-api-gw-https.yaml -f labs/02/web-api-gw-vs.yaml",
  "kubectl wait -n istioinaction --for=condition=Available deployment --all --timeout=60s",
  "kubectl wait -n default --for=condition=Available deployment --all --timeout=60s",
].join(" && ");

beforeAll(async () => {
  bench = await openLabBench(files);
  expect(await bench.run(prepare)).toMatchObject({ exitCode: 0 });
}, 120_000);
afterAll(() => bench?.close());

const call = (namespace: string, url = "http://web-api.istioinaction:8080/") =>
  `kubectl exec deploy/sleep -n ${namespace} -- curl -m 5 -s -o /dev/null -w '%{http_code}' ${url} 2>/dev/null; echo " $?"`;
const outside = call("default");
const inside = call("istioinaction");
const sentinelOutside = call("default", "http://sleep.istioinaction/");
const name = "istioinaction.io";
const tls = "--cacert labs/02/certs/ca/root-ca.crt";
const visit = (options: string, host = name) =>
  `curl -m 5 -s -o /dev/null -w '%{http_code}' ${options} --resolve ${host}:$SECURE_INGRESS_PORT:$GATEWAY_IP https://${host}:$SECURE_INGRESS_PORT; echo " $?"`;

const said = async (command: string) => (await bench.run(command)).output.trim();
/** A push takes a moment; the last answer stands when it never comes. */
const eventually = (command: string) => expect.poll(() => said(command), { timeout: 10_000, interval: 100 });
const apply = async (...objects: object[]) => {
  const items = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  expect(await bench.run(`kubectl apply -f - <<'EOF'\n${items}\nEOF`)).toMatchObject({ exitCode: 0 });
};

const policy = (namespace: string, spec: object, metadata: object = {}) => ({
  apiVersion: "security.istio.io/v1beta1",
  kind: "PeerAuthentication",
  metadata: { name: "default", namespace, ...metadata },
  spec,
});
const mtls = (mode: string) => ({ mtls: { mode } });
const webApi = { selector: { matchLabels: { app: "web-api" } } };
const workload = (spec: object) => policy("istioinaction", { ...webApi, ...spec }, { name: "web-api" });
const plaintextRule = {
  apiVersion: "networking.istio.io/v1beta1",
  kind: "DestinationRule",
  metadata: { name: "web-api", namespace: "istioinaction" },
  spec: { host: "web-api.istioinaction.svc.cluster.local", trafficPolicy: { tls: { mode: "DISABLE" } } },
};
/** Applied with the others on a workload that serves nobody: when it holds, so does what came with it. */
const sentinel = policy(
  "istioinaction",
  { selector: { matchLabels: { app: "sleep" } }, ...mtls("STRICT") },
  { name: "sentinel" },
);
const STRICT = policy("istio-system", mtls("STRICT"));
const taken = "200 0";
const reset = "000 56";
/** From a sidecar whose application has no port open. */
const nobodyListens = "503 0";

describe("who may call a workload", () => {
  afterEach(async () => {
    await bench.run("kubectl delete pa,dr --all -A");
    await eventually(sentinelOutside).toBe(nobodyListens);
    await eventually(outside).toBe(taken);
  }, 30_000);

  it.each([
    ["nothing said", [], [taken, taken]],
    ["STRICT for the mesh", [STRICT], [reset, taken]],
    ["STRICT in another namespace", [policy("default", mtls("STRICT"))], [taken, taken]],
    [
      "PERMISSIVE for the namespace in a strict mesh",
      [STRICT, policy("istioinaction", mtls("PERMISSIVE"))],
      [taken, taken],
    ],
    [
      "DISABLE for the namespace in a strict mesh",
      [STRICT, policy("istioinaction", mtls("DISABLE"))],
      [taken, taken],
    ],
    ["PERMISSIVE for the workload in a strict mesh", [STRICT, workload(mtls("PERMISSIVE"))], [taken, taken]],
    ["UNSET for the workload in a strict mesh", [STRICT, workload(mtls("UNSET"))], [reset, taken]],
    [
      "a port of a strict workload",
      [workload({ ...mtls("STRICT"), portLevelMtls: { 8081: { mode: "PERMISSIVE" } } })],
      [taken, taken],
    ],
    [
      "the service's port is not the workload's",
      [workload({ ...mtls("STRICT"), portLevelMtls: { 8080: { mode: "PERMISSIVE" } } })],
      [reset, taken],
    ],
    [
      "a selector in the root namespace rules only there",
      [policy("istio-system", { ...webApi, ...mtls("STRICT") })],
      [taken, taken],
    ],
    ["a client told to use plaintext in a strict mesh", [STRICT, plaintextRule], [reset, "503 0"]],
  ])(
    "%s",
    async (_, objects, answers) => {
      await apply(...objects, sentinel);
      await eventually(sentinelOutside).toBe(reset);
      await eventually(outside).toBe(answers[0]);
      await eventually(inside).toBe(answers[1]);
    },
    60_000,
  );

  it("STRICT takes doors for plaintext away, and deleting it gives them back", async () => {
    const doors =
      "istioctl pc listeners deploy/web-api.istioinaction --port 15006 | grep -c 'raw_buffer.*8081'; istioctl pc all deploy/web-api.istioinaction -o json | grep -c raw_buffer";
    const before = await said(doors);
    expect(before.split("\n")[0]).toBe("1");
    await apply(STRICT);
    await eventually(
      "istioctl pc listeners deploy/web-api.istioinaction --port 15006 | grep -c raw_buffer",
    ).toBe("0");
    expect(Number((await said(doors)).split("\n")[1])).toBeLessThan(Number(before.split("\n")[1]));
    await bench.run("kubectl delete pa --all -A");
    await eventually(doors).toBe(before);
  });
});

it("a workload's certificate is the one istioctl lists, and its root signed it", async () => {
  const chain = `istioctl pc secret deploy/web-api.istioinaction -o json | jq -r '.dynamicActiveSecrets[] | select(.name == "default") | .secret.tlsCertificate.certificateChain.inlineBytes' | base64 -d > leaf.pem`;
  const root =
    "kubectl get cm istio-ca-root-cert -n istioinaction -o jsonpath='{.data.root-cert\\.pem}' > root.pem";
  await bench.run(`${chain}; ${root}`);
  expect(
    await said("openssl verify -CAfile root.pem leaf.pem; openssl x509 -noout -checkend 0 -in leaf.pem"),
  ).toBe("leaf.pem: OK\nCertificate will not expire");
  const listed = await said(
    "istioctl pc secret deploy/web-api.istioinaction | awk '$1 == \"default\" {print $6}'",
  );
  const serial = (await said("openssl x509 -noout -serial -in leaf.pem")).replace("serial=", "");
  expect(BigInt(`0x${listed}`)).toBe(BigInt(`0x${serial}`));
});

describe("the front door", () => {
  it("answers its host over TLS and nobody else", async () => {
    await eventually(visit(tls)).toBe("200 0");
    expect(await said(visit(`${tls} -H 'Host: other.io'`))).toBe("404 0");
    expect(await said(visit(""))).toBe("000 60");
    expect(await said(visit(tls, "other.io"))).toBe("000 35");
    expect(await said("curl -m 5 -s http://$GATEWAY_IP:$SECURE_INGRESS_PORT; echo $?")).toBe("56");
    expect(await said("curl -m 5 -s http://$GATEWAY_IP:$INGRESS_PORT; echo $?")).toBe("7");
  });

  it("has nobody to ask when the service has no pods, and finds it again", async () => {
    await bench.run("kubectl scale -n istioinaction deploy/web-api --replicas=0");
    await eventually(visit(tls)).toBe("503 0");
    await bench.run("kubectl scale -n istioinaction deploy/web-api --replicas=1");
    await bench.run("kubectl rollout status -n istioinaction deploy/web-api --timeout=30s");
    await eventually(visit(tls)).toBe("200 0");
  }, 60_000);

  it("knows no way without a VirtualService, and is shut without a Gateway", async () => {
    await bench.run("kubectl delete -n istioinaction virtualservice web-api-gw-vs");
    await eventually(visit(tls)).toBe("404 0");
    await bench.run("kubectl delete -n istioinaction gateway.networking.istio.io web-api-gateway");
    await eventually(visit(tls)).toBe("000 7");
    await bench.run(
      "kubectl apply -n istioinaction -f labs/02/web-api-gw-https.yaml -f labs/02/web-api-gw-vs.yaml",
    );
    await eventually(visit(tls)).toBe("200 0");
  });
});

describe("who is injected", () => {
  it.each([
    ["istio-injection=enabled", "", true],
    ["istio-injection=enabled", "true", true],
    ["istio-injection=enabled", "false", false],
    ["istio-injection=disabled", "", false],
    ["istio-injection=disabled", "true", false],
    ["istio.io/rev=default", "", true],
    ["istio.io/rev=default", "true", true],
    ["", "true", true],
    ["", "", false],
    ["istio-injection=enabled istio.io/rev=other", "", true],
  ])("namespace label %j, pod label %j: %s", async (labels, pod, injected) => {
    const create = "kubectl create namespace probe";
    const label = labels ? `kubectl label namespace probe ${labels}` : "true";
    const overrides = pod ? `--labels=sidecar.istio.io/inject=${pod}` : "";
    const dryRun = `kubectl run probe -n probe --image=nginx ${overrides} --dry-run=server -o jsonpath='{.spec.containers[*].name}'`;
    await bench.run(`${create} && ${label}`);
    await eventually("kubectl get sa default -n probe -o name").toBe("serviceaccount/default");
    expect(await said(dryRun)).toBe(injected ? "probe istio-proxy" : "probe");
    await bench.run("kubectl delete namespace probe --wait");
  });
});

it("istio-system holds what the demo profile puts there", async () => {
  const kinds = "deployment,service,configmap,secret,serviceaccount,poddisruptionbudget";
  expect((await said(`kubectl get ${kinds} -n istio-system -o name`)).split("\n")).toEqual([
    "deployment.apps/istio-egressgateway",
    "deployment.apps/istio-ingressgateway",
    "deployment.apps/istiod",
    "service/istio-egressgateway",
    "service/istio-ingressgateway",
    "service/istiod",
    "configmap/istio",
    "configmap/istio-ca-root-cert",
    "configmap/istio-gateway-status-leader",
    "configmap/istio-leader",
    "configmap/istio-namespace-controller-election",
    "configmap/istio-sidecar-injector",
    "configmap/kube-root-ca.crt",
    "secret/istio-ca-secret",
    "secret/istioinaction-cert",
    "serviceaccount/default",
    "serviceaccount/istio-egressgateway-service-account",
    "serviceaccount/istio-ingressgateway-service-account",
    "serviceaccount/istio-reader-service-account",
    "serviceaccount/istiod",
    "poddisruptionbudget.policy/istio-egressgateway",
    "poddisruptionbudget.policy/istio-ingressgateway",
    "poddisruptionbudget.policy/istiod",
  ]);
  expect(
    await said("kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations -o name"),
  ).toBe(
    [
      "mutatingwebhookconfiguration.admissionregistration.k8s.io/istio-revision-tag-default",
      "mutatingwebhookconfiguration.admissionregistration.k8s.io/istio-sidecar-injector",
      "validatingwebhookconfiguration.admissionregistration.k8s.io/istio-validator-istio-system",
      "validatingwebhookconfiguration.admissionregistration.k8s.io/istiod-default-validator",
    ].join("\n"),
  );
  expect(await said("kubectl get svc kubernetes -n default -o jsonpath='{.spec.clusterIP}'")).toBe(
    "10.96.0.1",
  );
});
