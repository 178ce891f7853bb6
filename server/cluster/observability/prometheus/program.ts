import { type Disposable, DisposableStore, silentLogger, toDisposable } from "../../base/index.ts";
import { Informer, ResourceClient, type ResourceType, type Transport } from "../../client/index.ts";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { serveApi } from "./api/server.ts";
import { DEFAULT_INTERVAL, type PrometheusConfig, readConfig } from "./config.ts";
import { Scraper } from "./scrape/scraper.ts";
import { type PodObject, targetOf } from "./scrape/targets.ts";
import { SeriesStore } from "./storage/series-store.ts";

export interface PrometheusDeps {
  /** The API server as the pod's service account sees it. */
  readonly transportFor: (account: { readonly namespace: string; readonly name: string }) => Transport;
}

const PODS: ResourceType<PodObject> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** The image `prom/prometheus`: scrapes annotated pods over the pod network and answers PromQL on 9090. */
export function createPrometheusProgram(deps: PrometheusDeps): Program {
  return {
    images: ["prom/prometheus"],
    entrypoint: ["/bin/prometheus"],
    hasShell: true,
    uid: 65534,
    start: (context) => new PrometheusProcess(context, deps),
  };
}

/** Sidecars that tell Prometheus of a changed config map. Ours reads the file anew by itself; the container just runs. */
export function createConfigReloadProgram(): Program {
  return {
    images: ["jimmidyson/configmap-reload", "prometheus-operator/prometheus-config-reloader"],
    entrypoint: ["/configmap-reload"],
    hasShell: false,
    start: (context) => {
      const wait = new Promise<number>((resolve) => {
        if (context.terminate.aborted) resolve(0);
        else context.terminate.addEventListener("abort", () => resolve(0), { once: true });
      });
      return { exited: wait, kill: () => undefined };
    },
  };
}

class PrometheusProcess implements RunningProgram {
  readonly exited: Promise<number>;
  private readonly store = new DisposableStore();
  private exit: (code: number) => void = () => undefined;
  private config: PrometheusConfig | undefined;

  constructor(
    private readonly context: ContainerContext,
    private readonly deps: PrometheusDeps,
  ) {
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
    try {
      this.config = readConfig(this.configText());
    } catch (error) {
      this.log("error", `err="Error loading config (--config.file=${this.configPath()}): ${message(error)}"`);
      this.stop(2);
      return;
    }
    this.run();
  }

  kill(): void {
    this.stop(137);
  }

  private run(): void {
    const { context } = this;
    const { clock, network } = context;
    const version = /:v?([^:/@]+)$/.exec(context.image)?.[1] ?? "2.48.0";
    const series = new SeriesStore();
    const interval = () => this.current().scrapeInterval;
    const scraper = this.store.add(new Scraper({ network, clock, store: series, interval }));
    this.log(
      "info",
      `msg="Starting Prometheus Server" mode=server version="(version=${version}, practice cluster)"`,
    );
    this.discover(scraper);
    const serving: Disposable = serveApi(network, {
      store: series,
      scraper,
      clock,
      version,
      defaultStep: interval,
      configText: () => this.current().text,
      started: clock.now(),
    });
    this.store.add(serving);
    this.log("info", 'msg="Server is ready to receive web requests."');
    const terminate = () => {
      this.log("warn", 'msg="Received SIGTERM, exiting gracefully..."');
      this.stop(0);
    };
    if (context.terminate.aborted) terminate();
    else context.terminate.addEventListener("abort", terminate, { once: true });
  }

  private discover(scraper: Scraper): void {
    const abort = new AbortController();
    this.store.add(toDisposable(() => abort.abort()));
    const { namespace, serviceAccountName: name } = this.context.pod;
    const transport = this.deps.transportFor({ namespace, name });
    const client = new ResourceClient({ transport, type: PODS });
    const pods = new Informer({ client, clock: this.context.clock, logger: silentLogger });
    const see = (pod: PodObject) => {
      const target = targetOf(pod);
      if (target) scraper.set(target);
      else scraper.remove(`${pod.metadata.namespace}/${pod.metadata.name}`);
    };
    pods.addHandler({
      added: see,
      updated: see,
      deleted: (pod) => scraper.remove(`${pod.metadata.namespace}/${pod.metadata.name}`),
    });
    pods.start(abort.signal);
  }

  /** The file as it is now; a broken one leaves the last good one in force. */
  private current(): PrometheusConfig {
    const known = this.config;
    let text = known?.text ?? "";
    try {
      text = this.configText();
      if (known?.text !== text) this.config = readConfig(text);
    } catch (error) {
      this.log("error", `msg="Failed to load config" err="${message(error)}"`);
      this.config = { text, scrapeInterval: known?.scrapeInterval ?? DEFAULT_INTERVAL };
    }
    return this.config ?? { text, scrapeInterval: DEFAULT_INTERVAL };
  }

  private configPath(): string {
    const flag = this.context.command.find((one) => one.startsWith("--config.file="));
    return flag?.slice("--config.file=".length) ?? "/etc/config/prometheus.yml";
  }

  private configText(): string {
    const bytes = this.context.files.read(this.configPath());
    if (!bytes) throw new Error(`open ${this.configPath()}: no such file or directory`);
    return Buffer.from(bytes).toString("utf8");
  }

  private log(level: string, text: string): void {
    this.context.stderr(`ts=${new Date(this.context.clock.now()).toISOString()} level=${level} ${text}\n`);
  }

  private stop(code: number): void {
    this.store.dispose();
    this.exit(code);
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
