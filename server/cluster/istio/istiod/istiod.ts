import { setMaxListeners } from "node:events";
import { isNotFound } from "../../apimachinery/index.ts";
import { type Disposable, DisposableStore, type Logger } from "../../base/index.ts";
import { ResourceClient, type Transport } from "../../client/index.ts";
import type { ContainerContext } from "../../container/index.ts";
import type { VersionGates } from "../versions.ts";
import { openAuthority } from "./ca/store.ts";
import { Debouncer } from "./discovery/debounce.ts";
import { DiscoveryServer } from "./discovery/server.ts";
import { GatewayController } from "./gateway-api/controller.ts";
import { ClusterView, CONFIG_MAPS, SECRETS } from "./ingest/cluster-view.ts";
import { type InjectionSettings, parseInjectionValues } from "./injection/settings.ts";
import { reviewInjection } from "./injection/webhook.ts";
import { httpGet } from "./jwks/http-get.ts";
import { JwksResolver } from "./jwks/resolver.ts";
import { DEBOUNCE_MAX_MS, DEBOUNCE_QUIET_MS } from "./limits.ts";
import type { LogScopes } from "./log-scopes.ts";
import type { World } from "./model/world.ts";
import {
  type OwnObjectsDeps,
  patchWebhooks,
  webhookType,
  writeLeaderRecords,
  writeRootCertificate,
} from "./own-objects.ts";
import { affectedTypes } from "./push/changes.ts";
import { defaultMeshConfig, type MeshConfig, parseMeshConfig } from "./push/mesh-config.ts";
import { buildPushContext, byCreation, type PushContext } from "./push/push-context.ts";
import { reviewValidation } from "./validation/webhook.ts";
import { controlzPage } from "./web/controlz.ts";
import { type DebugState, debugPage, type WebReply } from "./web/debug.ts";
import { listenControlz, listenHttp, listenTls, listenWebhook, servingContext } from "./web/servers.ts";

/** Names of istiod's certificate, for every revision its own beside those of all. */
const servingNames = (revision: string) => [
  "istiod-remote.istio-system.svc",
  "istiod.istio-system.svc",
  "istio-pilot.istio-system.svc",
  "istiod.istio-system",
  ...(revision ? [`istiod-${revision}.istio-system.svc`, `istiod-${revision}.istio-system`] : []),
];

export interface IstiodDeps {
  readonly transport: Transport;
  readonly context: ContainerContext;
  readonly gates: VersionGates;
  readonly logger: Logger;
  /** How much `logger` says; ControlZ changes it. */
  readonly scopes: LogScopes;
}

/** Upstream's default (pkg/ctrlz). */
const CONTROLZ_PORT = 9876;

/** One running istiod. `start` resolves when it serves; `dispose` closes every port and watch at once. */
export class Istiod implements Disposable {
  private readonly started = new DisposableStore();
  private readonly abort = new AbortController();
  private mesh: MeshConfig = defaultMeshConfig;
  private current: PushContext;
  private pushCount = 0;
  private world: World | undefined;
  /** The mesh configuration or somebody's keys have changed. */
  private everything = true;
  private discovery: DiscoveryServer | undefined;
  private readonly view: ClusterView;
  private readonly jwks: JwksResolver;
  private readonly gatewayApi: GatewayController;
  private onChange: () => void = () => undefined;

  constructor(private readonly deps: IstiodDeps) {
    const { transport, logger, context } = deps;
    this.view = new ClusterView({ transport, logger, clock: context.clock });
    this.jwks = this.started.add(
      new JwksResolver({
        logger,
        clock: context.clock,
        get: (uri) => httpGet(context.network, uri),
        onChange: () => {
          this.everything = true;
          this.onChange();
        },
      }),
    );
    this.gatewayApi = new GatewayController({
      ...deps,
      clock: context.clock,
      typeOf: (field) => this.view.optionalType(field),
      service: (key) => this.view.service(key),
      gatewayClasses: () => this.view.snapshot().gatewayClasses,
      deployment: () => ({ settings: this.injectionSettings(), gates: deps.gates }),
    });
    this.current = this.snapshot();
    // Each watch listens for the one end; that is no leak.
    setMaxListeners(0, this.abort.signal);
    this.started.add({ dispose: () => this.abort.abort() });
  }

  /** Rejects when the API server cannot be reached or the authority's secret is unreadable: the container then restarts. */
  async start(): Promise<void> {
    const { context, gates, logger } = this.deps;
    const { clock, network } = context;
    const debounce = this.started.add(
      new Debouncer({ clock, quietMs: DEBOUNCE_QUIET_MS, maxMs: DEBOUNCE_MAX_MS }, () => this.pushNow()),
    );
    this.onChange = () => debounce.trigger();
    await this.readMeshConfig();
    this.followMeshConfig(() => debounce.trigger());
    const [authority, synced] = await Promise.all([
      this.authority(),
      this.view.start(this.abort.signal, () => debounce.trigger()),
    ]);
    if (!synced) return;
    const serving = servingContext(await authority.serve(servingNames(this.revision)));
    if (this.abort.signal.aborted) return;
    this.current = this.snapshot();
    const discovery = this.started.add(
      new DiscoveryServer({
        ...this.deps,
        clock,
        random: context.random,
        authority,
        pushContext: () => this.current,
      }),
    );
    this.discovery = discovery;
    const page = (target: string) => this.page(target);
    const serve = (secure: boolean) => (stream: Parameters<DiscoveryServer["serve"]>[0]) =>
      void discovery.serve(stream, { secure });
    this.started.add(listenTls(network, { port: 15012, context: serving }, serve(true)));
    this.started.add(network.listen({ port: 15010 }, serve(false)));
    this.started.add(
      listenWebhook(
        network,
        { port: 15017, context: serving },
        {
          "/inject": (request) => reviewInjection(request, { settings: this.injectionSettings(), gates }),
          "/validate": reviewValidation,
        },
      ),
    );
    this.started.add(listenHttp(network, 15014, page));
    this.started.add(
      listenControlz(network, CONTROLZ_PORT, (request) => controlzPage(request, this.deps.scopes)),
    );
    const own = this.ownObjects();
    await patchWebhooks(own, authority.pem.root);
    this.keepWebhooks(own, authority.pem.root);
    // Ready only now: who sees istiod ready may create pods that need the webhook and the root certificate.
    this.keepRootCertificates(own, authority.pem.root);
    await writeLeaderRecords(own, gates);
    this.started.add(listenHttp(network, 8080, page));
    this.gatewayApi.reconcile(this.current);
    logger.info({}, "All caches have been synced up, marking server ready");
  }

  page(target: string): WebReply {
    if (!this.discovery) return { status: 503, contentType: "text/plain", body: "not ready\n" };
    const state: DebugState = {
      discovery: this.discovery,
      gates: this.deps.gates,
      podName: this.deps.context.pod.name,
      pushes: () => this.pushCount,
      pushContext: () => this.current,
    };
    return debugPage(target, state);
  }

  dispose(): void {
    this.started.dispose();
  }

  private authority() {
    const { transport, context, logger } = this.deps;
    const { clock, random, pod } = context;
    const secrets = new ResourceClient({ transport, type: SECRETS, userAgent: "pilot-discovery" });
    const { trustDomain } = this.mesh;
    return openAuthority({ secrets, namespace: pod.namespace, trustDomain, clock, random, logger });
  }

  private snapshot(): PushContext {
    const { gates, context } = this.deps;
    this.pushCount += 1;
    const time = new Date(context.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const world = this.view.snapshot();
    // Without a look before, or when something beside the objects has changed, everything may differ.
    const affected = this.world && !this.everything ? affectedTypes(this.world, world) : undefined;
    this.world = world;
    this.everything = false;
    return buildPushContext(world, {
      ...(affected ? { affected } : {}),
      version: `${time}/${this.pushCount}`,
      gates,
      mesh: this.mesh,
      traceSampling: Number(context.env.PILOT_TRACE_SAMPLING ?? "1"),
      jwks: (rule) => this.jwks.keysOf(rule),
    });
  }

  private pushNow(): void {
    if (!this.discovery) return;
    this.current = this.snapshot();
    const { services, version } = this.current;
    this.deps.logger.info(
      { scope: "ads" },
      `Push debounce stable[${this.pushCount}] 1 for config: ${DEBOUNCE_QUIET_MS}ms since last change, full=true`,
    );
    this.deps.logger.info(
      { scope: "ads" },
      `XDS: Pushing Services:${services.length} ConnectedEndpoints:${this.discovery.connected().length} Version:${version}`,
    );
    this.discovery.push(this.current);
    this.gatewayApi.reconcile(this.current);
  }

  /** Before anything else: the authority needs the trust domain. */
  private async readMeshConfig(): Promise<void> {
    const { transport, context } = this.deps;
    const configMaps = new ResourceClient({ transport, type: CONFIG_MAPS, userAgent: "pilot-discovery" });
    try {
      const { data } = await configMaps.get({ namespace: context.pod.namespace, name: this.named("istio") });
      this.mesh = parseMeshConfig(data?.mesh ?? "");
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private followMeshConfig(onChange: () => void): void {
    const { namespace } = this.deps.context.pod;
    const read = ({
      metadata,
      data,
    }: {
      metadata: { name?: string; namespace?: string };
      data?: Readonly<Record<string, string>>;
    }) => {
      if (metadata.namespace !== namespace || metadata.name !== this.named("istio")) return;
      try {
        this.mesh = parseMeshConfig(data?.mesh ?? "");
        this.everything = true;
        this.deps.logger.info({}, "mesh configuration updated");
        onChange();
      } catch (error) {
        this.deps.logger.error({}, `failed to read mesh config: ${String(error)}`);
      }
    };
    this.started.add(this.view.configMaps.addHandler({ added: read, updated: read }));
  }

  /** Empty for the default one. */
  private get revision(): string {
    const { REVISION = "default" } = this.deps.context.env;
    return REVISION === "default" ? "" : REVISION;
  }

  /** What every revision has for itself. */
  private named(name: string): string {
    return this.revision ? `${name}-${this.revision}` : name;
  }

  private ownObjects(): OwnObjectsDeps {
    const { transport, logger, context } = this.deps;
    return {
      transport,
      logger,
      clock: context.clock,
      namespace: context.pod.namespace,
      podName: context.pod.name,
      revision: this.revision,
    };
  }

  /** In every namespace now and later; put back when somebody deletes or changes it. */
  private keepRootCertificates(own: OwnObjectsDeps, rootPem: string): void {
    const write = (namespace: string) => {
      writeRootCertificate(own, namespace, rootPem).catch((error: unknown) =>
        own.logger.warn({}, `root certificate of namespace ${namespace}: ${String(error)}`),
      );
    };
    this.started.add(
      this.view.namespaces.addHandler({ added: ({ metadata }) => write(metadata.name ?? "") }),
    );
    const restore = ({ metadata }: { metadata: { name?: string; namespace?: string } }) => {
      if (metadata.name !== "istio-ca-root-cert") return;
      const { namespace = "" } = metadata;
      if (this.view.namespaces.lister.get(namespace)?.metadata.deletionTimestamp === undefined)
        write(namespace);
    };
    this.started.add(this.view.configMaps.addHandler({ updated: restore, deleted: restore }));
  }

  /** An installer that runs again may write the configurations without our bundle; then it is put back. */
  private keepWebhooks(own: OwnObjectsDeps, rootPem: string): void {
    const patch = () => {
      patchWebhooks(own, rootPem).catch((error: unknown) =>
        own.logger.warn({}, `webhook configurations: ${String(error)}`),
      );
    };
    for (const kind of ["Mutating", "Validating"] as const) {
      const informer = this.view.informerOf(webhookType(kind));
      this.started.add(informer.addHandler({ added: patch, updated: patch }));
      informer.start(this.abort.signal);
    }
  }

  private injectionSettings(): InjectionSettings {
    const { gates, context } = this.deps;
    const config = this.view.configMaps.lister.get(
      `${context.pod.namespace}/${this.named("istio-sidecar-injector")}`,
    );
    return {
      values: parseInjectionValues(config?.data?.values ?? "{}", gates.version),
      mesh: this.mesh,
      proxyConfigs: byCreation(this.view.snapshot().proxyConfigs),
      nativeSidecar: gates.nativeSidecars,
      revision: this.revision,
    };
  }
}
