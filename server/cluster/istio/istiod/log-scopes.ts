/** From silent to talkative. */
export const LOG_LEVELS = ["none", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const isLogLevel = (text: unknown): text is LogLevel => LOG_LEVELS.some((level) => level === text);

/** A scope as ControlZ tells it (pkg/ctrlz/topics/scopes). */
export interface LogScope {
  readonly name: string;
  readonly description: string;
  readonly output_level: LogLevel;
  readonly stack_trace_level: LogLevel;
  readonly log_callers: boolean;
}

/** Upstream's scopes of pilot-discovery with their descriptions; lines without a scope belong to "default". */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ads: "ads debugging",
  analysis: "Scope for configuration analysis runtime",
  authn: "authn debugging",
  authorization: "Istio Authorization Policy",
  ca: "CA service debugging",
  controllers: "common controller logic",
  default: "Unscoped logging messages.",
  delta: "delta xds debugging",
  file: "File client messages",
  gateway: "gateway-api controller",
  grpcgen: "xDS Generator for Proxyless gRPC",
  klog: "",
  krt: "",
  kube: "kubernetes service registry controller",
  model: "model",
  monitor: "file configuration monitor",
  monitoring: "metrics monitoring",
  pkica: "Citadel CA log",
  pkira: "Istiod RA log",
  processing: "Scope for configuration processing runtime",
  retry: "logs for retries",
  rootcertrotator: "Self-signed CA root cert rotator log",
  secretcontroller: "Citadel kubernetes controller log",
  security: "security debugging",
  serverca: "Citadel server log",
  serviceentry: "ServiceEntry registry",
  spiffe: "SPIFFE library logging",
  trustBundle: "Workload mTLS trust bundle logs",
  validation: "CRD validation debugging",
  validationController: "validation webhook controller",
  validationServer: "validation webhook server",
  wle: "wle controller debugging",
};

/** How much istiod says, by scope; changed while it runs. */
export class LogScopes {
  private readonly scopes = new Map<string, LogScope>(
    Object.entries(DESCRIPTIONS).map(([name, description]) => [
      name,
      { ...{ name, description, output_level: "info" }, stack_trace_level: "none", log_callers: false },
    ]),
  );

  all(): readonly LogScope[] {
    return [...this.scopes.values()];
  }

  find(name: string): LogScope | undefined {
    return this.scopes.get(name);
  }

  /** Whether a line of this level is written; an unknown scope counts as "default". */
  says(scope: string, level: LogLevel): boolean {
    const { output_level } = this.scopes.get(scope) ?? this.scopes.get("default") ?? { output_level: "info" };
    return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(output_level);
  }

  change(
    name: string,
    change: Partial<Pick<LogScope, "output_level" | "stack_trace_level" | "log_callers">>,
  ): void {
    const present = this.scopes.get(name);
    if (present) this.scopes.set(name, { ...present, ...change });
  }
}
