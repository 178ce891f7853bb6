import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isObject, objectOf, valueAt } from "../../apimachinery/index.ts";
import { seededRandom, systemClock } from "../../base/index.ts";
import { makeServingIdentity } from "../pki/serving-certificate.ts";
import { type Harness, pod, startHarness } from "../testing/harness.ts";

const PODS = "/api/v1/namespaces/default/pods";

describe("webhooks", () => {
  let api: Harness;
  let answer: (request: unknown) => object;
  let close: () => void;
  let caBundle = "";
  let realPort = 0;
  const seen: unknown[] = [];
  const dialled: unknown[] = [];

  beforeEach(async () => {
    seen.length = 0;
    dialled.length = 0;
    const identity = await makeServingIdentity(
      { clock: systemClock, random: seededRandom(7) },
      { dnsNames: ["hook.default.svc"], addresses: [] },
    );
    caBundle = Buffer.from(identity.caPem).toString("base64");
    const server = createServer(
      { cert: identity.certPem, key: identity.keyPem },
      async (request, response) => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(Buffer.from(part));
        const review: unknown = JSON.parse(Buffer.concat(parts).toString());
        const asked = valueAt(review, "request");
        seen.push(asked);
        const uid = isObject(asked) ? asked.uid : undefined;
        response.end(
          JSON.stringify({ ...objectOf(review), request: undefined, response: { uid, ...answer(asked) } }),
        );
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    realPort = port;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    api = await startHarness({
      dialer: {
        dialService: async ({ name }) => {
          if (name === "down") throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
          return connect(port, "127.0.0.1");
        },
        dialPod: async () => connect(port, "127.0.0.1"),
        dialAddress: async (target) => {
          dialled.push(target);
          if (target.host === "hook.default.svc") return connect(port, "127.0.0.1");
          throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
        },
      },
    });
    for (const name of ["hook", "down"]) {
      await api.create("/api/v1/namespaces/default/services", {
        metadata: { name },
        spec: { ports: [{ port: 443 }], clusterIP: name === "hook" ? "10.96.0.20" : "10.96.0.21" },
      });
    }
  });
  afterEach(() => {
    api.server.dispose();
    close();
  });

  const configure = (kind: "Mutating" | "Validating", webhook: object = {}) =>
    api.create(`/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`, {
      metadata: { name: "test" },
      webhooks: [
        {
          name: "test.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
          clientConfig: { service: { namespace: "default", name: "hook", path: "/inject" }, caBundle },
          ...webhook,
        },
      ],
    });
  const refusal = async () => {
    const { code, message } = await api.refusal({ method: "POST", path: PODS, body: pod("a") });
    return `${code} ${message}`;
  };

  it("[WH1] applies a mutating webhook's patch, and defaults what it added", async () => {
    await configure("Mutating");
    const patch = [
      { op: "add", path: "/spec/containers/-", value: { name: "istio-proxy", image: "proxyv2" } },
    ];
    answer = () => ({
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    });
    const made = await api.create(PODS, pod("a"));
    const containers = valueAt(made, "spec", "containers");
    expect(
      Array.isArray(containers) && containers.map((one) => `${one.name} ${one.imagePullPolicy}`),
    ).toEqual(["main Always", "istio-proxy Always"]);
    expect(seen).toMatchObject([
      {
        operation: "CREATE",
        kind: { group: "", version: "v1", kind: "Pod" },
        resource: { group: "", version: "v1", resource: "pods" },
        namespace: "default",
        name: "a",
        userInfo: { username: "tester" },
        object: { spec: { serviceAccountName: "default" } },
        oldObject: null,
        dryRun: false,
      },
    ]);
  });

  it("[A4] [WH10] reaches a URL over the practice network, never over the machine's", async () => {
    const to = (url: string) => ({ clientConfig: { url, caBundle } });
    await configure("Validating", to(`https://127.0.0.1:${realPort}/metadata`));
    answer = () => ({ allowed: true });
    expect(await refusal()).toBe(
      `500 Internal error occurred: failed calling webhook "test.example.com": failed to call webhook: Post "https://127.0.0.1:${realPort}/metadata?timeout=10s": dial tcp 127.0.0.1:${realPort}: connect: connection refused`,
    );
    expect([seen, dialled]).toEqual([[], [{ host: "127.0.0.1", port: realPort }]]);
    await api.request({
      method: "DELETE",
      path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/test",
    });
    await configure("Validating", to("https://hook.default.svc/validate"));
    await api.create(PODS, pod("a"));
    expect([seen.length, dialled.at(-1)]).toEqual([1, { host: "hook.default.svc", port: 443 }]);
  });

  it("[WH9] asks only about requests that meet its conditions", async () => {
    const matchConditions = [
      { name: "one", expression: "object.metadata.name != 'a'" },
      { name: "two", expression: "request.userInfo.username == object.metadata.labels.owner" },
    ];
    await configure("Validating", { matchConditions });
    answer = () => ({ allowed: false, status: { message: "no" } });
    await api.create(PODS, pod("a"));
    const told = async (owner?: string) => {
      const body = {
        ...pod("b"),
        metadata: { name: "b", ...(owner ? { labels: { owner } } : { labels: {} }) },
      };
      return (await api.refusal({ method: "POST", path: PODS, body })).status.message;
    };
    expect(await told("tester")).toBe('admission webhook "test.example.com" denied the request: no');
    expect(await told()).toBe(
      `pods "b" is forbidden: expression 'request.userInfo.username == object.metadata.labels.owner' resulted in error: no such key: owner`,
    );
    expect(seen).toHaveLength(1);
  });

  it("[WH1] gives a container that a webhook added the service account's token too", async () => {
    await configure("Mutating");
    const value = {
      name: "istio-proxy",
      image: "proxyv2",
      volumeMounts: [{ name: "own", mountPath: "/own" }],
    };
    const patch = [
      { op: "add", path: "/spec/containers/-", value },
      { op: "add", path: "/spec/volumes/-", value: { name: "own", emptyDir: {} } },
    ];
    answer = () => ({
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    });
    const made = await api.create(PODS, pod("a"));
    const containers = valueAt(made, "spec", "containers");
    const mounts = (Array.isArray(containers) ? containers : []).map(({ volumeMounts }) =>
      (Array.isArray(volumeMounts) ? volumeMounts : []).map((mount) => mount.mountPath),
    );
    const token = "/var/run/secrets/kubernetes.io/serviceaccount";
    expect(mounts).toEqual([[token], ["/own", token]]);
    expect(valueAt(made, "spec", "volumes")).toHaveLength(2);
    expect(seen).toHaveLength(1);
  });

  it("[WH2] tells a denial in upstream's words", async () => {
    await configure("Validating");
    answer = () => ({ allowed: false, status: { message: "no such luck", code: 403 } });
    expect(await refusal()).toBe('403 admission webhook "test.example.com" denied the request: no such luck');
    answer = () => ({ allowed: false });
    expect(await refusal()).toBe(
      '400 admission webhook "test.example.com" denied the request without explanation',
    );
  });

  it("[WH3] fails closed or open, as failurePolicy says", async () => {
    const service = { namespace: "default", name: "down", path: "/inject" };
    await configure("Mutating", { clientConfig: { service, caBundle }, failurePolicy: "Fail" });
    expect(await refusal()).toBe(
      '500 Internal error occurred: failed calling webhook "test.example.com": failed to call webhook: Post "https://down.default.svc:443/inject?timeout=10s": dial tcp 10.96.0.21:443: connect: connection refused',
    );
    await api.request({
      method: "PATCH",
      path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/test",
      contentType: "application/json-patch+json",
      body: [{ op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" }],
    });
    expect((await api.create(PODS, pod("a"))).metadata.name).toBe("a");
  });

  it("[WH4] does not trust a webhook whose certificate the bundle does not cover", async () => {
    const other = await makeServingIdentity(
      { clock: systemClock, random: seededRandom(9) },
      { dnsNames: ["x"], addresses: [] },
    );
    const service = { namespace: "default", name: "hook" };
    const clientConfig = { service, caBundle: Buffer.from(other.caPem).toString("base64") };
    await configure("Validating", { clientConfig });
    expect(await refusal()).toBe(
      '500 Internal error occurred: failed calling webhook "test.example.com": failed to call webhook: Post "https://hook.default.svc:443/?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  });

  it("[WH5] asks only when the selectors fit", async () => {
    answer = () => ({ allowed: false });
    await configure("Validating", {
      namespaceSelector: { matchLabels: { inject: "yes" } },
      objectSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["free"] }] },
    });
    await api.create(PODS, pod("a"));
    await api.request({
      method: "PATCH",
      path: "/api/v1/namespaces/default",
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { inject: "yes" } } },
    });
    expect((await api.refusal({ method: "POST", path: PODS, body: pod("b") })).code).toBe(400);
    await api.create(PODS, pod("free"));
  });
});
