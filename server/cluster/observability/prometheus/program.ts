import { type Disposable, DisposableStore } from "../../base/index.ts";
import type { Transport } from "../../client/index.ts";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { serveApi } from "./api/server.ts";
import { DEFAULT_INTERVAL, type PrometheusConfig, readConfig } from "./config.ts";
import { type RuleGroup, readRules, ruleFiles } from "./rules/read-rules.ts";
import { RuleManager } from "./rules/rule-manager.ts";
import { Discovery } from "./scrape/discovery.ts";
import { Scraper } from "./scrape/scraper.ts";
import { SeriesStore } from "./storage/series-store.ts";

export interface PrometheusDeps {
  /** The API server as the pod's service account sees it. */
  readonly transportFor: (account: { readonly namespace: string; readonly name: string }) => Transport;
}

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
  /** The text that was looked at last, whether it could be used or not. */
  private seen = "";
  private seenRules = "";
  private groups: readonly RuleGroup[] = [];
  private reloaded = true;
  private discovery: Discovery | undefined;
  private scraper: Scraper | undefined;
  private rules: RuleManager | undefined;

  constructor(
    private readonly context: ContainerContext,
    private readonly deps: PrometheusDeps,
  ) {
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
    try {
      this.seen = this.configText();
      this.config = readConfig(this.seen);
      this.groups = this.ruleGroups(this.config);
    } catch (error) {
      this.log("error", `err="Error loading config (--config.file=${this.configPath()}): ${message(error)}"`);
      this.stop(2);
      return;
    }
    this.run(this.config);
  }

  kill(): void {
    this.stop(137);
  }

  private run(config: PrometheusConfig): void {
    const { context } = this;
    const { clock, network } = context;
    const version = /:v?([^:/@]+)$/.exec(context.image)?.[1] ?? "2.48.0";
    const series = new SeriesStore();
    const interval = () => this.looked().scrapeInterval;
    const scraper = this.store.add(
      new Scraper({ network, clock, store: series, interval: () => this.tick() }),
    );
    this.scraper = scraper;
    const rules = this.store.add(new RuleManager({ store: series, clock }));
    this.rules = rules;
    this.log(
      "info",
      `msg="Starting Prometheus Server" mode=server version="(version=${version}, practice cluster)"`,
    );
    rules.use(this.groups);
    this.discover(config);
    const serving: Disposable = serveApi(network, {
      store: series,
      scraper,
      clock,
      version,
      flags: context.command.slice(1),
      defaultStep: interval,
      config: () => this.looked(),
      rules,
      reloaded: () => this.reloaded,
      dropped: () => this.discovery?.dropped() ?? [],
      started: clock.now(),
    });
    this.store.add(serving);
    this.store.add({ dispose: () => this.discovery?.dispose() });
    this.log("info", 'msg="Server is ready to receive web requests."');
    const terminate = () => {
      this.log("warn", 'msg="Received SIGTERM, exiting gracefully..."');
      this.stop(0);
    };
    if (context.terminate.aborted) terminate();
    else context.terminate.addEventListener("abort", terminate, { once: true });
  }

  /** Anew with each configuration. */
  private discover(config: PrometheusConfig): void {
    const { scraper } = this;
    if (!scraper) return;
    const { namespace, serviceAccountName: name } = this.context.pod;
    for (const one of config.unsupported)
      this.log("warn", `msg="${one} is not supported by the practice cluster"`);
    this.discovery?.dispose();
    scraper.clear();
    this.discovery = new Discovery({
      transport: this.deps.transportFor({ namespace, name }),
      clock: this.context.clock,
      jobs: config.jobs,
      add: (target) => scraper.set(target),
      remove: (key) => scraper.remove(key),
    });
  }

  private tick(): number {
    const { scrapeInterval, jobs } = this.looked();
    return Math.min(scrapeInterval, ...jobs.map((job) => job.interval));
  }

  /** Looks whether the file has changed, as the config map's sidecar would; a broken one leaves the last good one in force. */
  private looked(): PrometheusConfig {
    const known = this.config ?? EMPTY;
    try {
      const text = this.configText();
      const rules = this.rulesText(known);
      if (text === this.seen && rules === this.seenRules) return known;
      const same = text === this.config?.text ? this.config : undefined;
      this.seen = text;
      this.seenRules = rules;
      const config = same ?? readConfig(text);
      this.rules?.use(this.ruleGroups(config));
      this.config = config;
      this.reloaded = true;
      this.log("info", `msg="Completed loading of configuration file" filename=${this.configPath()}`);
      if (!same) this.discover(config);
      return config;
    } catch (error) {
      if (this.reloaded)
        this.log(
          "error",
          `msg="Error reloading config" err="couldn't load configuration (--config.file=${this.configPath()}): ${message(error)}"`,
        );
      this.reloaded = false;
      return known;
    }
  }

  private ruleGroups(config: PrometheusConfig): readonly RuleGroup[] {
    const { files } = this.context;
    this.seenRules = this.rulesText(config);
    return ruleFiles(files, config.ruleFiles).flatMap((file) =>
      readRules(file, textOf(files.read(file)), config.evaluationInterval),
    );
  }

  private rulesText(config: PrometheusConfig): string {
    const { files } = this.context;
    return ruleFiles(files, config.ruleFiles)
      .map((file) => `${file}\n${textOf(files.read(file))}`)
      .join("\n");
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

const EMPTY: PrometheusConfig = {
  text: "",
  scrapeInterval: DEFAULT_INTERVAL,
  evaluationInterval: 60_000,
  jobs: [],
  ruleFiles: [],
  unsupported: [],
};

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("utf8");

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
