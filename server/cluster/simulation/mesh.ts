import type { KubeObject } from "../apimachinery/index.ts";
import { type Disposable, DisposableStore, seededRandom, silentLogger, systemClock } from "../base/index.ts";
import { EnvoyProxy } from "../envoy/index.ts";
import { caSecret, createTestCa, pairSecret, type TestCa } from "../envoy/testing/certificates.ts";
import {
  generate,
  type IstioVersion,
  type MeshProxy,
  PUSH_ORDER,
  parseProxy,
  pushOf,
  worldFrom,
} from "../istio/testing.ts";
import { type AttachedPod, createPracticeNetwork } from "../network/index.ts";
import type { Bootstrap, Secret, XdsNode } from "../xds/index.ts";
import { admit } from "./configuration.ts";
import { labelsOf, objectsOf, type PlacedWorkload } from "./objects.ts";
import { podName, serveApplication, type WorkloadSpec } from "./workload.ts";

interface Placed extends PlacedWorkload {
  readonly network: AttachedPod;
  readonly secrets: readonly Secret[];
}

export interface MeshSettings {
  readonly version: IstioVersion;
  /** Mesh configuration as ConfigMap `istio` has it. */
  readonly mesh: string;
}

export const GATEWAY_NAMESPACE = "istio-system";

/**
 * A mesh of the real generators and the real proxies, over in-memory sockets with real TLS; only Kubernetes and the
 * discovery stream between the two are left out. Each configuration meets fresh proxies.
 */
export class SimulatedMesh implements Disposable {
  private readonly store = new DisposableStore();
  private running = new Map<string, { proxy: EnvoyProxy; client: MeshProxy }>();
  private readonly placed = new Map<string, Placed>();
  readonly logs = new Map<string, string[]>();

  private constructor(private readonly ca: TestCa) {}

  static async create(workloads: readonly WorkloadSpec[]): Promise<SimulatedMesh> {
    const mesh = new SimulatedMesh(await createTestCa(systemClock.now()));
    await mesh.place(workloads);
    return mesh;
  }

  /** The pod's own network namespace: what its `curl` would use. */
  pod(name: string): AttachedPod {
    const found = this.placed.get(name);
    if (!found) throw new Error(`no pod ${name}`);
    return found.network;
  }

  proxy(name: string): EnvoyProxy {
    const found = this.running.get(name);
    if (!found) throw new Error(`no proxy in ${name}`);
    return found.proxy;
  }

  /** Starts new proxies with exactly this configuration. Throws what the API server or a proxy would refuse it with. */
  apply(yaml: string, settings: MeshSettings): void {
    this.stopProxies();
    for (const [name, one] of this.placed) if (one.spec.meshed) this.startProxy(name, one);
    this.update(yaml, settings);
  }

  /** Pushes another configuration to the proxies that run. */
  update(yaml: string, settings: MeshSettings): void {
    const { objects, refused } = admit(yaml, settings.version);
    if (refused.length > 0) throw new Error(refused.join("\n"));
    this.push([...objectsOf([...this.placed.values()]), ...objects], settings);
  }

  dispose(): void {
    this.stopProxies();
    this.store.dispose();
  }

  private push(objects: readonly KubeObject[], { version, mesh }: MeshSettings): void {
    const push = pushOf(worldFrom(objects), { version, mesh });
    for (const { proxy, client } of this.running.values())
      for (const typeUrl of PUSH_ORDER) {
        const wanted = proxy.wanted(typeUrl);
        proxy.accept(typeUrl, push.version, generate(typeUrl, wanted, { proxy: client, push }));
      }
  }

  private stopProxies(): void {
    for (const { proxy } of this.running.values()) proxy.dispose();
    this.running = new Map();
  }

  private startProxy(name: string, { spec, network, secrets }: Placed): void {
    const node = nodeOf(spec, network.ip);
    const client = parseProxy(node);
    if (!client) throw new Error(`${node.id} is no proxy`);
    const log: string[] = [];
    this.logs.set(name, log);
    const proxy = new EnvoyProxy({
      clock: systemClock,
      random: seededRandom(),
      network,
      bootstrap: bootstrapOf(node),
      readFile: () => undefined,
      writeLog: (_path, text) => log.push(text.trimEnd()),
    });
    for (const secret of secrets) proxy.setSecret(secret, "1");
    this.running.set(name, { proxy, client });
  }

  private async place(workloads: readonly WorkloadSpec[]): Promise<void> {
    const network = createPracticeNetwork({
      clock: systemClock,
      random: seededRandom(),
      logger: silentLogger,
    });
    const addresses = new Map<string, string>();
    for (const spec of workloads) {
      const { namespace, name } = spec;
      const pod = this.store.add(network.attachPod({ namespace, name: podName(spec) }));
      if (spec.meshed && !isGateway(spec)) pod.redirect(SIDECAR_RULES);
      this.store.add(serveApplication(pod, spec));
      const service = `${namespace}/${name}`;
      const clusterIP = addresses.get(service) ?? `10.43.0.${20 + addresses.size}`;
      addresses.set(service, clusterIP);
      const uri = `spiffe://cluster.local/ns/${namespace}/sa/${name}`;
      const pair = await this.ca.issue({ uri });
      this.placed.set(podName(spec), {
        spec,
        network: pod,
        ip: pod.ip,
        clusterIP,
        secrets: [pairSecret("default", pair), caSecret("ROOTCA", this.ca.pem)],
      });
    }
    for (const [key, clusterIP] of addresses) this.openService(network, key, clusterIP);
  }

  private openService(
    network: ReturnType<typeof createPracticeNetwork>,
    key: string,
    clusterIP: string,
  ): void {
    const pods = [...this.placed.values()].filter(({ spec }) => `${spec.namespace}/${spec.name}` === key);
    const [first] = pods;
    if (!first || first.spec.service === false) return;
    network.setService({
      namespace: first.spec.namespace,
      name: first.spec.name,
      clusterIP,
      ports: first.spec.ports.map(({ port, targetPort }) => ({
        port,
        endpoints: pods.map(({ ip }) => ({ address: ip, port: targetPort })),
      })),
    });
  }
}

const SIDECAR_RULES = {
  outboundPort: 15001,
  inboundPort: 15006,
  proxyUid: 1337,
  excludeInboundPorts: [15090, 15021, 15020],
};

const isGateway = ({ namespace }: WorkloadSpec) => namespace === GATEWAY_NAMESPACE;

function nodeOf(spec: WorkloadSpec, ip: string): XdsNode {
  const { namespace, name, zone } = spec;
  const [region, within] = zone?.split("/") ?? [];
  const pod = podName(spec);
  const type = isGateway(spec) ? "router" : "sidecar";
  return {
    id: `${type}~${ip}~${pod}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${name}.${namespace}`,
    ...(region ? { locality: { region, ...(within ? { zone: within } : {}) } } : {}),
    metadata: {
      NAME: pod,
      NAMESPACE: namespace,
      WORKLOAD_NAME: name,
      CLUSTER_ID: "Kubernetes",
      ISTIO_VERSION: "1.21.6",
      LABELS: labelsOf(spec),
    },
  };
}

const bootstrapOf = (node: XdsNode): Bootstrap => ({
  node,
  staticResources: { listeners: [], clusters: [] },
  dynamicResources: {
    ldsConfig: { ads: {} },
    cdsConfig: { ads: {} },
    adsConfig: { apiType: "GRPC", grpcServices: [] },
  },
  admin: { address: { socketAddress: { address: "127.0.0.1", portValue: 15000 } } },
});
