import { type Disposable, DisposableStore } from "../../base/index.ts";
import type { ContainerContext, ExecIO, RunningProgram } from "../../container/index.ts";
import { TYPE_URL, type XdsNode } from "../../xds/index.ts";
import { answerAdmin } from "../admin/admin.ts";
import { serveHttp } from "../admin/http-endpoint.ts";
import { LEVELS } from "../admin/loggers.ts";
import { prometheusText } from "../admin/stats-page.ts";
import type { AdminDeps } from "../admin/types.ts";
import { EnvoyProxy } from "../proxy.ts";
import { AdsClient } from "./ads-client.ts";
import { type BootstrapFacts, makeBootstrap } from "./bootstrap.ts";
import { execPilotAgent } from "./exec.ts";
import { TERMINATION_DRAIN_MS } from "./limits.ts";
import { type AgentLog, agentLog } from "./log.ts";
import { envoyVersion, istioVersion, nodeOf, proxyConfig, type Role, zipkinAddress } from "./node.ts";
import { statsConfig } from "./stats-config.ts";
import { answerStatus, type StatusDeps } from "./status.ts";
import { keepCertificate } from "./workload-certificate.ts";

/** `pilot-agent proxy sidecar|router`: the agent, and the Envoy it starts. */
export function runProxy(context: ContainerContext, role: Role): RunningProgram {
  return new ProxyProcess(context, role);
}

/** `--proxyLogLevel=debug`; Envoy starts with it for every logger. */
function proxyLogLevel(command: readonly string[]): string {
  const level = command.find((one) => one.startsWith("--proxyLogLevel="))?.split("=")[1];
  return level && LEVELS.includes(level) ? level : "warning";
}

function bootstrapFacts(context: ContainerContext, node: XdsNode): BootstrapFacts {
  const { env, pod } = context;
  const matcher = proxyConfig(env).proxyStatsMatcher;
  return {
    node,
    zipkin: zipkinAddress(env, istioVersion(context.image)),
    statsConfig: statsConfig({
      annotations: pod.annotations(),
      matcher: typeof matcher === "object" && matcher !== null ? { ...matcher } : {},
      ip: pod.ip,
    }),
  };
}

class ProxyProcess implements RunningProgram {
  readonly exited: Promise<number>;
  private readonly store = new DisposableStore();
  private readonly stop = new AbortController();
  private readonly proxy: EnvoyProxy;
  private readonly ads: AdsClient;
  private readonly log: AgentLog;
  private readonly admin: AdminDeps;
  private readonly begun: number;
  private ready = false;
  private key: string | undefined;
  private exit: (code: number) => void = () => undefined;
  private readonly waiters: (() => void)[] = [];

  constructor(
    private readonly context: ContainerContext,
    private readonly role: Role,
  ) {
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
    this.begun = context.clock.now();
    // The agent and Envoy both write to stderr of the container; the access log goes to stdout.
    this.log = agentLog(context.clock, (text) => context.stderr(text));
    const node = nodeOf(context, role);
    this.announce(node.id);
    this.proxy = this.store.add(
      new EnvoyProxy({
        network: context.network,
        clock: context.clock,
        random: context.random,
        bootstrap: makeBootstrap(bootstrapFacts(context, node)),
        environment: (name) => context.env[name],
        readFile: (path) => context.files.read(path),
        writeLog: (path, text) => (path === "/dev/stdout" ? context.stdout(text) : context.stderr(text)),
      }),
    );
    const istio = istioVersion(context.image);
    this.admin = {
      proxy: this.proxy,
      live: () => this.initialized(),
      versions: { istio, envoy: envoyVersion(istio) },
      defaultLevel: proxyLogLevel(context.command),
      quit: () => this.shutDown(0),
    };
    const { signal } = this.stop;
    this.ads = new AdsClient({
      context,
      node,
      proxy: this.proxy,
      log: this.log,
      signal,
      onPush: () => this.checkReady(),
    });
    this.serve();
    this.start();
  }

  checkpoint(): string | undefined {
    return this.key;
  }

  kill(): void {
    this.shutDown(137);
  }

  private get status(): StatusDeps {
    return {
      context: this.context,
      ready: () => this.initialized() && !this.proxy.failingHealth,
      proxyMetrics: () => prometheusText(this.admin),
      quit: () => this.shutDown(0),
      drain: () => this.proxy.listenerManager.drain({ inboundOnly: true }),
    };
  }

  exec(io: ExecIO): Promise<number> | undefined {
    return execPilotAgent(io, {
      versions: this.admin.versions,
      admin: (method, target) => answerAdmin(this.admin, { method, target }),
      status: (method, target) => answerStatus({ method, target }, this.status),
      ready: () => this.whenReady(io.signal),
    });
  }

  private announce(id: string): void {
    const { context, log } = this;
    for (const flag of context.command.filter((one) => one.startsWith("--")))
      log.info(`FLAG: ${flag.replace("=", '="')}${flag.includes("=") ? '"' : ""}`);
    log.info(`Version ${istioVersion(context.image)}-practice-Clean`);
    log.info(
      `Proxy role\tips=[${context.pod.ip}] type=${this.role} id=${id.split("~")[2]} domain=${id.split("~")[3]}`,
    );
    log.info("Opening status port 15020");
    log.info("Starting proxy agent");
    log.info(
      "Envoy command: [-c etc/istio/proxy/envoy-rev.json --drain-time-s 45 --drain-strategy immediate --local-address-ip-version v4 --file-flush-interval-msec 1000 --disable-hot-restart --allow-unknown-static-fields -l warning]",
    );
  }

  private serve(): void {
    const { network } = this.context;
    const own: Disposable[] = [
      serveHttp({
        network,
        port: 15000,
        address: "127.0.0.1",
        answer: ({ method, target }) => answerAdmin(this.admin, { method, target }),
      }),
      serveHttp({
        network,
        port: 15020,
        address: "0.0.0.0",
        answer: (request) => answerStatus(request, this.status),
      }),
    ];
    for (const one of own) this.store.add(one);
  }

  private start(): void {
    const { context, log } = this;
    const { signal } = this.stop;
    const bug = (error: unknown) => {
      log.error(`agent stopped: ${String(error)}`);
      this.shutDown(255);
    };
    keepCertificate({
      context,
      log,
      signal,
      onSecrets: (secrets, version) => {
        for (const secret of secrets) this.proxy.setSecret(secret, version);
        this.checkReady();
      },
      onKey: (key) => {
        this.key = key;
      },
    }).catch(bug);
    this.ads.run().catch(bug);
    const terminate = () => {
      log.info("Agent draining Proxy");
      const drain = context.clock.setTimeout(() => this.shutDown(0), TERMINATION_DRAIN_MS);
      this.store.add(drain);
    };
    if (context.terminate.aborted) terminate();
    else context.terminate.addEventListener("abort", terminate, { once: true });
  }

  private initialized(): boolean {
    return (
      this.ads.count(TYPE_URL.cluster).accepted > 0 &&
      this.ads.count(TYPE_URL.listener).accepted > 0 &&
      this.ads.settled() &&
      this.proxy.secrets.get("default") !== undefined
    );
  }

  private checkReady(): void {
    if (this.ready || !this.initialized()) return;
    this.ready = true;
    this.log.info(`Readiness succeeded in ${(this.context.clock.now() - this.begun) / 1000}s`);
    this.log.info("Envoy proxy is ready");
    for (const waiter of this.waiters.splice(0)) waiter();
  }

  private whenReady(signal: AbortSignal): Promise<void> {
    if (this.ready) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  private shutDown(code: number): void {
    this.stop.abort();
    this.store.dispose();
    this.exit(code);
  }
}
