import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { API_SERVER_PORT, bridgeApiServer } from "./api-bridge.ts";
import type { KubeObject } from "./apimachinery/index.ts";
import { builtinStrategies, metricsStrategies } from "./apis/index.ts";
import {
  type ApiServer,
  createApiServer,
  ensureBootstrapPolicy,
  openObjectStorage,
  packObjects,
  unpackObjects,
} from "./apiserver/index.ts";
import { type Logger, systemClock, systemRandom } from "./base/index.ts";
import { startControllers } from "./controllers/index.ts";
import { createProxyProgram } from "./envoy/index.ts";
import {
  createIstiodProgram,
  ISTIO_VERSIONS,
  installProfile,
  isIstioVersion,
  PROFILE_NAMES,
} from "./istio/index.ts";

import { type Checkpoints, type Kubelet, startKubelet } from "./kubelet/index.ts";
import { CLUSTER_DNS_IP, createPracticeNetwork, NODE_IP } from "./network/index.ts";

import { observabilityPrograms, prometheusAddon } from "./observability/index.ts";
import type { Edges } from "./options.ts";
import { rememberPorts } from "./ports.ts";
import { GATEWAY_PORTS, openRealEdges, type RealGateway } from "./real-edges.ts";
import { startScheduler } from "./scheduler/index.ts";
import { Storage } from "./storage/index.ts";
import { builtinPrograms, createContainerShell } from "./workloads/index.ts";

/** Room for some sixteen thousand pods. */
const WIDE_POD_CIDR = "10.42.0.0/18";

export interface PracticeClusterDeps {
  /** Where everything is kept; absent: in memory, gone with the process. */
  readonly stateDir?: string;
  /** Folder of a prepared state (see stopAndPack) that a cluster without state begins with. */
  readonly restore?: string;
  readonly istioVersion: string;
  /** Port of the API server; 0 takes a free one, remembered in the state folder. */
  readonly port: number;
  readonly edges: Edges;
  /** Pods the node takes, for benchmarks; absent: 110, as a kubelet's default. */
  readonly maxPods?: number;
  /** The generated schemas of the built-in kinds; absent: where `npm run generate` puts them. */
  readonly openapiFile?: string;
  readonly logger: Logger;
}

export interface PracticeCluster {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  readonly istioVersion: string;
  /** Where the ingress gateway answers to real sockets: for each service port the real one. */
  readonly gateway: RealGateway;
  /** Pods of an earlier life are started: half a second of work, which whoever waits for the API need not wait for. */
  runPods(): void;
  /** It began with a prepared state, whose pods run on: resolves when they are as ready as they were. Else undefined. */
  readonly restored: Promise<void> | undefined;
  /** Applies a profile of Istio and waits until it is ready. Safe to repeat. */
  installIstio(profile: string): Promise<void>;
  /** Writes the telemetry add-ons' manifests, one file each, into a folder. */
  writeAddons(folder: string): Promise<void>;
  stop(): Promise<void>;
  /** Stops, and packs what there was into a folder for others to begin with. Keys of the API server stay out. */
  stopAndPack(into: string): Promise<void>;
}

/** Starts every part of the practice cluster in this process; resolves when the API answers. */
export async function startPracticeCluster(deps: PracticeClusterDeps): Promise<PracticeCluster> {
  const { stateDir, istioVersion, openapiFile, logger } = deps;
  if (!isIstioVersion(istioVersion))
    throw new Error(
      `Istio ${istioVersion} is not supported by the practice cluster; it knows ${ISTIO_VERSIONS.join(", ")}`,
    );
  const base = { clock: systemClock, random: systemRandom, logger };
  const ending = new AbortController();
  const { signal } = ending;
  const resume = await takeUp(deps);
  const objects = stateDir
    ? openObjectStorage({ directory: objectsIn(stateDir), clock: systemClock, logger })
    : { storage: new Storage<KubeObject>(), dispose: () => undefined };
  let kubelet: Kubelet | undefined;
  let runPods = (): void => undefined;
  const mayRun = new Promise<void>((resolve) => (runPods = resolve));
  const api = await createApiServer({
    ...base,
    storage: objects.storage,
    strategies: [...builtinStrategies, ...metricsStrategies(metricsOf(() => kubelet))],
    ...(stateDir && { stateDir }),
    ...(openapiFile && { openapiFile }),
  });
  await ensureBootstrapPolicy(asSystem(api, "system:apiserver"));
  const size = deps.maxPods ? { maxPods: deps.maxPods, podCIDR: WIDE_POD_CIDR } : {};
  const network = createPracticeNetwork({ ...base, ...size });
  kubelet = startKubelet({
    ...base,
    ...size,
    resume,
    mayRun,
    transport: asSystem(api, "system:node:practice-node"),
    network,
    programs: programs(api),
    shell: createContainerShell(),
    signal,
  });
  const { connection, dialer } = kubelet;
  api.setKubelet(connection);
  api.setDialer(dialer);
  const ports = await rememberPorts({ stateDir, count: GATEWAY_PORTS.length + 1 });
  const [apiPort = 0, ...gatewayPorts] = ports;
  const real = openRealEdges({ ...base, network, edges: deps.edges, free: gatewayPorts });
  const { url } = await api.listen({ port: deps.port || apiPort });
  const bridge = bridgeApiServer({ network, realPort: Number(new URL(url).port), logger });
  await startControllers({
    ...base,
    transport: asSystem(api, "system:kube-controller-manager"),
    ...real.controllers,
    rootCaPem: api.caPem,
    signCertificate: api.signCertificate,
    apiServer: { address: NODE_IP, port: API_SERVER_PORT },
    clusterDnsIP: CLUSTER_DNS_IP,
    signal,
  });
  startScheduler({ ...base, transport: asSystem(api, "system:kube-scheduler"), signal });
  const stop = async () => {
    ending.abort();
    real.dispose();
    bridge.dispose();
    kubelet?.dispose();
    api.dispose();
    objects.dispose();
  };
  return {
    url,
    caPem: api.caPem,
    token: api.adminToken,
    istioVersion,
    gateway: real.gateway,
    runPods,
    restored: resume && kubelet.resumed(),
    async installIstio(name) {
      const profile = PROFILE_NAMES.find((known) => known === name);
      if (!profile)
        throw new Error(
          `profile ${name} is not supported by the practice cluster yet; it knows ${PROFILE_NAMES.join(", ")}`,
        );
      const transport = asSystem(api, "kubernetes-admin");
      await installProfile({ profile, version: istioVersion }, { transport, clock: systemClock, signal });
    },
    async writeAddons(folder) {
      await mkdir(folder, { recursive: true });
      for (const [name, objects] of Object.entries(addons(istioVersion)))
        await writeFile(
          path.join(folder, `${name}.yaml`),
          objects.map((object) => JSON.stringify(object, null, 2)).join("\n---\n"),
        );
    },
    stop,
    async stopAndPack(into) {
      if (!stateDir) throw new Error("a cluster that keeps nothing cannot be packed");
      const checkpoints = kubelet?.checkpoints() ?? new Map();
      await stop();
      await packObjects(objectsIn(stateDir), into, systemClock.now());
      await writeFile(path.join(into, CHECKPOINTS), JSON.stringify([...checkpoints]), { mode: 0o600 });
    },
  };
}

const objectsIn = (stateDir: string) => path.join(stateDir, "objects");

/** What the programs of a packed cluster gave, beside its objects. */
const CHECKPOINTS = "checkpoints.json";

/** Lays the prepared state out, if one is asked for and there is no other yet; what its programs left behind, then. */
async function takeUp({ stateDir, restore, logger }: PracticeClusterDeps): Promise<Checkpoints | undefined> {
  if (stateDir === undefined || restore === undefined) return undefined;
  try {
    const entries: unknown = JSON.parse(await readFile(path.join(restore, CHECKPOINTS), "utf8"));
    if (!Array.isArray(entries)) throw new Error(`${restore} holds no checkpoints`);
    const checkpoints = new Map(entries.map(([key, text]: unknown[]) => [String(key), String(text)]));
    return (await unpackObjects(restore, objectsIn(stateDir), systemClock.now())) ? checkpoints : undefined;
  } catch (error) {
    // Whoever gave it is told by the ready line, and prepares this cluster in another way.
    logger.warn({ error: String(error) }, "the prepared state cannot be taken up; beginning empty");
    return undefined;
  }
}

/** Parts of the cluster itself may do anything, as on a real one they nearly may. */
const asSystem = (api: ApiServer, name: string) =>
  api.transportFor({ name, groups: ["system:masters", "system:authenticated"] });

/** What metrics-server would serve: the containers' estimates, and the node's own parts. */
const metricsOf = (kubelet: () => Kubelet | undefined) => ({
  now: () => systemClock.now(),
  nodeName: "practice-node",
  system: { cpuMillis: 120, memoryBytes: 400 * 2 ** 20 },
  pods: () => kubelet()?.connection.usage() ?? [],
});

/** Every image that can run here. */
function programs(api: ApiServer) {
  const transportFor = ({ namespace, name }: { namespace: string; name: string }) =>
    asSystem(api, `system:serviceaccount:${namespace}:${name}`);
  const istiod = createIstiodProgram({ transportFor });
  return [...builtinPrograms, istiod, createProxyProgram(), ...observabilityPrograms({ transportFor })];
}

/** By file name, as in a release's samples/addons. */
const addons = (version: string): Readonly<Record<string, readonly KubeObject[]>> => ({
  prometheus: prometheusAddon({ version }),
});
