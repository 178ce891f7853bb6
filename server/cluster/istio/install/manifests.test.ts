import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import { gatesFor, type IstioVersion } from "../versions.ts";
import { manifestsFor } from "./manifests.ts";
import { operatorSpec } from "./operator/operator.ts";
import { installSettings } from "./settings.ts";
import type { Tree } from "./tree.ts";

function installed(overlay: Tree, version: IstioVersion = "1.21.6", isDefault = true) {
  const gates = gatesFor(version);
  return manifestsFor(installSettings(operatorSpec(gates, overlay), gates), { isDefault });
}

const demo = installed({ profile: "demo" });
const objects = demo.flatMap((component) => component.objects);

const named = (kind: string, from = objects) =>
  from.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name ?? "");

function only(kind: string, name: string, from = objects): KubeObject {
  const found = from.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`${kind} ${name} is missing`);
  return found;
}

describe("demo profile of 1.21.6", () => {
  it("comes in the order of installation", () => {
    expect(demo.map(({ component }) => component)).toEqual([
      "Base",
      "Pilot",
      "EgressGateways",
      "IngressGateways",
    ]);
  });

  it.each([
    ["Deployment", ["istiod", "istio-egressgateway", "istio-ingressgateway"]],
    ["Service", ["istiod", "istio-egressgateway", "istio-ingressgateway"]],
    ["ConfigMap", ["istio", "istio-sidecar-injector"]],
    ["PodDisruptionBudget", ["istiod", "istio-egressgateway", "istio-ingressgateway"]],
    [
      "ServiceAccount",
      [
        "istio-reader-service-account",
        "istiod",
        "istio-egressgateway-service-account",
        "istio-ingressgateway-service-account",
      ],
    ],
    [
      "ClusterRole",
      [
        "istio-reader-clusterrole-istio-system",
        "istiod-clusterrole-istio-system",
        "istiod-gateway-controller-istio-system",
      ],
    ],
    ["Role", ["istiod", "istio-egressgateway-sds", "istio-ingressgateway-sds"]],
    ["MutatingWebhookConfiguration", ["istio-sidecar-injector", "istio-revision-tag-default"]],
    ["ValidatingWebhookConfiguration", ["istio-validator-istio-system", "istiod-default-validator"]],
    ["HorizontalPodAutoscaler", []],
    ["EnvoyFilter", []],
  ])("has these of %s", (kind, names) => {
    expect(named(kind)).toEqual(names);
  });

  it("opens the ports of its services", () => {
    const ports = (name: string) => {
      const { ports: list } = only("Service", name).spec as {
        ports: readonly { name: string; port: number; targetPort: number }[];
      };
      return list.map(({ name: portName, port, targetPort }) => `${portName}:${port}→${targetPort}`);
    };
    expect(ports("istiod")).toEqual([
      "grpc-xds:15010→15010",
      "https-dns:15012→15012",
      "https-webhook:443→15017",
      "http-monitoring:15014→15014",
    ]);
    expect(ports("istio-ingressgateway")).toEqual([
      "status-port:15021→15021",
      "http2:80→8080",
      "https:443→8443",
      "tcp:31400→31400",
      "tls:15443→15443",
    ]);
    expect(ports("istio-egressgateway")).toEqual(["http2:80→8080", "https:443→8443"]);
  });

  it("writes the mesh text that learners search", () => {
    const { mesh } = only("ConfigMap", "istio").data as { mesh: string };
    expect(mesh.split("\n").slice(0, 9)).toEqual([
      "accessLogFile: /dev/stdout",
      "defaultConfig:",
      "  discoveryAddress: istiod.istio-system.svc:15012",
      "  tracing:",
      "    zipkin:",
      "      address: zipkin.istio-system:9411",
      "defaultProviders:",
      "  metrics:",
      "  - prometheus",
    ]);
    expect(mesh.split("\n").slice(-2)).toEqual(["rootNamespace: istio-system", "trustDomain: cluster.local"]);
  });

  it("gives istiod and gateways what the charts give", () => {
    const container = (name: string) => {
      const { template } = only("Deployment", name).spec as {
        template: {
          spec: {
            containers: readonly {
              env: readonly { name: string }[];
              volumeMounts: readonly { mountPath: string }[];
            }[];
          };
        };
      };
      const [first] = template.spec.containers;
      return {
        env: first?.env.map((one) => one.name),
        mounts: first?.volumeMounts.map(({ mountPath }) => mountPath),
      };
    };
    // Recorded from manifests/charts of 1.21.6.
    expect(container("istiod").env).toEqual([
      ...["REVISION", "JWT_POLICY", "PILOT_CERT_PROVIDER", "POD_NAME", "POD_NAMESPACE", "SERVICE_ACCOUNT"],
      ...["KUBECONFIG", "PILOT_TRACE_SAMPLING", "PILOT_ENABLE_ANALYSIS", "CLUSTER_ID", "GOMEMLIMIT"],
      ...["GOMAXPROCS", "PLATFORM"],
    ]);
    expect(container("istio-ingressgateway")).toEqual({
      env: [
        ...["JWT_POLICY", "PILOT_CERT_PROVIDER", "CA_ADDR", "NODE_NAME", "POD_NAME", "POD_NAMESPACE"],
        ...["INSTANCE_IP", "HOST_IP", "ISTIO_CPU_LIMIT", "SERVICE_ACCOUNT", "ISTIO_META_WORKLOAD_NAME"],
        ...["ISTIO_META_OWNER", "ISTIO_META_MESH_ID", "TRUST_DOMAIN", "ISTIO_META_UNPRIVILEGED_POD"],
        ...["ISTIO_META_CLUSTER_ID", "ISTIO_META_NODE_NAME"],
      ],
      mounts: [
        ...["/var/run/secrets/workload-spiffe-uds", "/var/run/secrets/credential-uds"],
        ...["/var/run/secrets/workload-spiffe-credentials", "/etc/istio/proxy", "/etc/istio/config"],
        ...["/var/run/secrets/istio", "/var/run/secrets/tokens", "/var/lib/istio/data", "/etc/istio/pod"],
        ...["/etc/istio/ingressgateway-certs", "/etc/istio/ingressgateway-ca-certs"],
      ],
    });
    expect(only("Deployment", "istiod").spec).toMatchObject({
      selector: { matchLabels: { istio: "pilot" } },
    });
  });

  it("says on everything who made it", () => {
    for (const { metadata } of objects)
      expect(metadata.labels).toMatchObject({
        "operator.istio.io/managed": "Reconcile",
        "operator.istio.io/version": "1.21.6",
        "istio.io/rev": "default",
      });
  });
});

interface Definition extends KubeObject {
  readonly spec: {
    readonly names: { readonly shortNames?: readonly string[]; readonly categories: readonly string[] };
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly additionalPrinterColumns: readonly { readonly name: string }[];
    }[];
  };
}

/** `name: short | versions, the stored one starred | columns`. */
function summary(object: KubeObject): string {
  const { spec } = object as Definition;
  const versions = spec.versions.map(({ name, storage }) => `${name}${storage ? "*" : ""}`);
  const columns = spec.versions[0]?.additionalPrinterColumns.map(({ name }) => name);
  return `${object.metadata.name}: ${spec.names.shortNames?.join(",") ?? "-"} | ${versions.join(" ")} | ${columns?.join(" ")}`;
}

describe("custom resource definitions", () => {
  const definitions = (version: "1.21.6" | "1.29.6") =>
    installed({ profile: "demo" }, version)
      .flatMap((component) => component.objects)
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(summary);

  it("are the 14 of 1.21.6", () => {
    expect(definitions("1.21.6")).toEqual([
      "wasmplugins.extensions.istio.io: - | v1alpha1* | Age",
      "destinationrules.networking.istio.io: dr | v1alpha3* v1beta1 | Host Age",
      "envoyfilters.networking.istio.io: - | v1alpha3* | Age",
      "gateways.networking.istio.io: gw | v1alpha3* v1beta1 | Age",
      "proxyconfigs.networking.istio.io: - | v1beta1* | Age",
      "serviceentries.networking.istio.io: se | v1alpha3* v1beta1 | Hosts Location Resolution Age",
      "sidecars.networking.istio.io: - | v1alpha3* v1beta1 | Age",
      "virtualservices.networking.istio.io: vs | v1alpha3* v1beta1 | Gateways Hosts Age",
      "workloadentries.networking.istio.io: we | v1alpha3* v1beta1 | Age Address",
      "workloadgroups.networking.istio.io: wg | v1alpha3* v1beta1 | Age",
      "authorizationpolicies.security.istio.io: - | v1 v1beta1* | Age",
      "peerauthentications.security.istio.io: pa | v1beta1* | Mode Age",
      "requestauthentications.security.istio.io: ra | v1 v1beta1* | Age",
      "telemetries.telemetry.istio.io: telemetry | v1alpha1* | Age",
    ]);
  });

  it("serve v1 in 1.29.6", () => {
    const modern = definitions("1.29.6");
    expect(modern).toHaveLength(14);
    expect(modern).toContain(
      "virtualservices.networking.istio.io: vs | v1* v1alpha3 v1beta1 | Gateways Hosts Age",
    );
    expect(modern).toContain("authorizationpolicies.security.istio.io: ap | v1* v1beta1 | Action Age");
    expect(modern).toContain("telemetries.telemetry.istio.io: telemetry | v1 v1alpha1* | Age");
    expect(modern).toContain("envoyfilters.networking.istio.io: - | v1alpha3* | Age");
  });
});

describe("other profiles and releases", () => {
  const kinds = (profile: "default" | "minimal" | "empty", version: "1.21.6" | "1.29.6" = "1.21.6") =>
    named(
      "Deployment",
      installed({ profile }, version).flatMap((component) => component.objects),
    );

  it("leave out what they do not have", () => {
    expect(kinds("default")).toEqual(["istiod", "istio-ingressgateway"]);
    expect(kinds("minimal")).toEqual(["istiod"]);
    expect(kinds("empty")).toEqual([]);
  });

  it("has the visible differences of 1.29.6", () => {
    const modern = installed({ profile: "demo" }, "1.29.6").flatMap((component) => component.objects);
    expect(named("ConfigMap", modern)).toEqual(["istio", "istio-sidecar-injector", "values"]);
    expect(named("PodDisruptionBudget", modern)).toEqual([]);
    expect(named("Service", modern)).toContain("istiod-revision-tag-default");
    expect(JSON.stringify(only("ConfigMap", "istio", modern).data)).not.toContain("zipkin.istio-system");
  });
});
