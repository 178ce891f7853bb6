import { ECHO_BUCKETS, QUERY_BUCKETS } from "./limits.ts";
import { signals } from "./signals.ts";

/** What is asked for when somebody reads the metrics. */
export interface MetricSources {
  /** Learners with at least one page open. */
  learners(): number;
  sockets(): number;
  /** The phase of each workspace that is held. */
  phases(): readonly string[];
  isolation(): string;
  /** Resolves when the database has answered. */
  ping(): Promise<void>;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  stop(): void;
}

const phases = ["starting", "preparing", "ready", "recovering", "failed"];
const conditionStates = ["passed", "failed", "unknown", "running"];

/** Begins to count. prom-client is loaded only now: a start does not wait for it. */
export async function startMetrics(sources: MetricSources): Promise<Metrics> {
  const prom = await import("prom-client");
  const register = new prom.Registry();
  prom.collectDefaultMetrics({ register });
  const registers = [register];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new prom.Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, read: () => number) =>
    new prom.Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });

  gauge("meshwork_learners_connected", "Learners with at least one page open.", sources.learners);
  gauge("meshwork_sockets", "Open sockets of browsers.", sources.sockets);
  let terminals = 0;
  gauge("meshwork_terminals_attached", "Terminals that browsers look at.", () => terminals);
  new prom.Gauge({
    ...{ name: "meshwork_workspaces", help: "Workspaces that are held, by phase.", labelNames: ["phase"] },
    registers,
    collect() {
      const held = sources.phases();
      for (const phase of phases) this.set({ phase }, held.filter((each) => each === phase).length);
    },
  });
  const isolation = new prom.Gauge({
    ...{
      name: "meshwork_isolation",
      help: "1 for the isolation that shells have here.",
      labelNames: ["level"],
    },
    registers,
  });
  isolation.set({ level: sources.isolation() }, 1);

  const echo = new prom.Histogram({
    name: "meshwork_terminal_input_seconds",
    help: "From a key's arrival here until the learner's host had taken it.",
    ...{ buckets: ECHO_BUCKETS, registers },
  });
  const query = new prom.Histogram({
    ...{ name: "meshwork_database_seconds", help: "Answers of the database.", labelNames: ["operation"] },
    ...{ buckets: QUERY_BUCKETS, registers },
  });
  new prom.Gauge({
    ...{ name: "meshwork_database_up", help: "1 when the database answers.", registers },
    async collect() {
      const from = performance.now();
      const up = await sources.ping().then(
        () => true,
        () => false, // readyz and the log say why
      );
      if (up) query.observe({ operation: "ping" }, (performance.now() - from) / 1000);
      this.set(up ? 1 : 0);
    },
  });
  const output = counter("meshwork_terminal_output_bytes_total", "Bytes of terminals sent to browsers.");
  const hosts = counter("meshwork_host_restarts_total", "Workspace hosts that were lost and started again.");
  const clusters = counter(
    "meshwork_cluster_restarts_total",
    "Practice clusters that were lost and started again.",
  );
  const conditions = counter("meshwork_conditions_total", "Conditions of labs that were looked at.", [
    "status",
  ]);
  const joins = counter("meshwork_joins_refused_total", "Attempts to join a class that were refused.", [
    "reason",
  ]);
  const answers = counter("meshwork_http_answers_total", "HTTP answers.", ["code"]);
  // What has not happened yet reads 0, so that a rate has something to start from.
  for (const status of conditionStates) conditions.inc({ status }, 0);

  const listening = [
    signals.echo.listen((seconds) => echo.observe(seconds)),
    signals.output.listen((bytes) => output.inc(bytes)),
    signals.terminals.listen((change) => {
      terminals += change;
    }),
    signals.hostRestart.listen(() => hosts.inc()),
    signals.clusterRestart.listen(() => clusters.inc()),
    signals.condition.listen((status) => conditions.inc({ status })),
    signals.joinRefused.listen((reason) => joins.inc({ reason })),
    signals.query.listen(({ operation, seconds }) => query.observe({ operation }, seconds)),
    signals.answer.listen((code) => answers.inc({ code })),
  ];
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    stop() {
      for (const end of listening) end();
      register.clear();
    },
  };
}
