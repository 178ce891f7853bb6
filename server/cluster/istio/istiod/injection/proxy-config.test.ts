import { describe, expect, it } from "vitest";
import { gatesFor } from "../../versions.ts";
import type { ProxyConfig } from "../model/extensions.ts";
import { defaultMeshConfig } from "../push/mesh-config.ts";
import { injectSidecar } from "./mutate.ts";
import { effectiveProxyConfig } from "./proxy-config.ts";
import { parseInjectionValues } from "./settings.ts";

const config = (namespace: string, spec: NonNullable<ProxyConfig["spec"]>): ProxyConfig => ({
  apiVersion: "networking.istio.io/v1beta1",
  kind: "ProxyConfig",
  metadata: { name: "p", namespace },
  spec,
});
const pod = {
  metadata: {
    name: "web",
    labels: { app: "web" },
    annotations: { "proxy.istio.io/config": "concurrency: 3\nproxyMetadata: {A: pod, B: pod}" },
  },
  spec: { containers: [{ name: "app" }] },
};
const settings = {
  values: parseInjectionValues("{}", "1.21.6"),
  mesh: defaultMeshConfig,
  nativeSidecar: false,
  proxyConfigs: [
    config("istio-system", { concurrency: 1, environmentVariables: { A: "mesh", C: "mesh" } }),
    config("shop", { concurrency: 2, image: { imageType: "distroless" } }),
    config("shop", { selector: { matchLabels: { app: "web" } }, environmentVariables: { B: "workload" } }),
    config("shop", { selector: { matchLabels: { app: "other" } }, concurrency: 9 }),
    config("elsewhere", { concurrency: 8 }),
  ],
};

describe("ProxyConfig", () => {
  it("of mesh, namespace, pod and workload are joined, later ones over earlier ones", () => {
    expect(effectiveProxyConfig(pod, "shop", settings)).toEqual({
      concurrency: 3,
      image: { imageType: "distroless" },
      proxyMetadata: { A: "pod", B: "workload", C: "mesh" },
    });
  });

  it("reach the injected container", () => {
    const injected = injectSidecar(pod, { namespace: "shop", settings, gates: gatesFor("1.21.6") });
    const proxy = injected.spec.containers.find(({ name }) => name === "istio-proxy");
    expect(proxy?.image).toBe("docker.io/istio/proxyv2:1.21.6-distroless");
    expect(proxy?.env).toContainEqual({ name: "B", value: "workload" });
  });
});
