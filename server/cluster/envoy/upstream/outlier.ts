import type { Clock, Disposable } from "../../base/index.ts";
import type { OutlierDetection } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import type { AnswerLabels } from "../stats/answer-labels.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import type { Endpoint } from "./endpoint.ts";

const BASE_EJECTION_MS = 30_000;
const MAX_EJECTION_MS = 300_000;
const MAX_EJECTION_PERCENT = 10;
const CONSECUTIVE = 5;

export interface OutlierDeps {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  readonly labels: AnswerLabels;
  readonly config: () => OutlierDetection | undefined;
  readonly endpoints: () => readonly Endpoint[];
}

type Detector = "consecutive_5xx" | "consecutive_gateway_failure" | "consecutive_local_origin_failure";

/**
 * Takes hosts that fail out of the load balancing for a while, longer each time (Envoy upstream/outlier_detection_impl.cc).
 * A host comes back when its time is over; Envoy looks only every `interval`.
 */
export class OutlierMonitor implements Disposable {
  private readonly ejected = new Map<Endpoint, Disposable>();

  constructor(private readonly deps: OutlierDeps) {}

  /** One answer; 0 is none, and counts as a gateway's failure. */
  observe(endpoint: Endpoint, status: number): void {
    const config = this.deps.config();
    if (!config) return;
    if (config.splitExternalLocalOriginErrors && this.localOrigin(endpoint, status, config)) return;
    const failed = status === 0 || status >= 500;
    const gateway = status === 0 || (status >= 502 && status <= 504);
    endpoint.consecutive5xx = failed ? endpoint.consecutive5xx + 1 : 0;
    endpoint.consecutiveGateway = gateway ? endpoint.consecutiveGateway + 1 : 0;
    const wanted = config.consecutiveGatewayFailure ?? CONSECUTIVE;
    if (gateway && wanted > 0 && endpoint.consecutiveGateway >= wanted) {
      endpoint.consecutiveGateway = 0;
      this.detected(endpoint, "consecutive_gateway_failure", config.enforcingConsecutiveGatewayFailure ?? 0);
    }
    const errors = config.consecutive5xx ?? CONSECUTIVE;
    if (failed && errors > 0 && endpoint.consecutive5xx >= errors) {
      endpoint.consecutive5xx = 0;
      this.detected(endpoint, "consecutive_5xx", config.enforcingConsecutive5xx ?? 100);
    }
  }

  /** True: there was no answer, and where those are counted by themselves nothing else is. */
  private localOrigin(endpoint: Endpoint, status: number, config: OutlierDetection): boolean {
    endpoint.consecutiveLocalOrigin = status === 0 ? endpoint.consecutiveLocalOrigin + 1 : 0;
    const wanted = config.consecutiveLocalOriginFailure ?? CONSECUTIVE;
    if (endpoint.consecutiveLocalOrigin >= wanted) {
      endpoint.consecutiveLocalOrigin = 0;
      const enforcing = config.enforcingConsecutiveLocalOriginFailure ?? 100;
      this.detected(endpoint, "consecutive_local_origin_failure", enforcing);
    }
    return status === 0;
  }

  /** Endpoints that are gone need no watch. */
  forget(endpoint: Endpoint): void {
    this.release(endpoint);
  }

  dispose(): void {
    for (const endpoint of [...this.ejected.keys()]) this.release(endpoint);
  }

  private detected(endpoint: Endpoint, by: Detector, enforcing: number): void {
    this.count(`ejections_detected_${by}`);
    if (enforcing <= 0 || this.ejected.has(endpoint)) return;
    if (!this.mayEject()) {
      this.count("ejections_overflow");
      return;
    }
    this.count(`ejections_enforced_${by}`);
    this.eject(endpoint);
  }

  /** Envoy ejects at least one host whatever the percentage. */
  private mayEject(): boolean {
    const percent = this.deps.config()?.maxEjectionPercent ?? MAX_EJECTION_PERCENT;
    if (this.ejected.size === 0) return true;
    return (100 * (this.ejected.size + 1)) / this.deps.endpoints().length <= percent;
  }

  private eject(endpoint: Endpoint): void {
    const { clock, metrics, labels } = this.deps;
    const base = milliseconds(this.deps.config()?.baseEjectionTime) ?? BASE_EJECTION_MS;
    endpoint.ejections += 1;
    const time = Math.min(base * endpoint.ejections, Math.max(base, MAX_EJECTION_MS));
    endpoint.ejectedUntil = clock.now() + time;
    this.count("ejections_enforced_total");
    this.count("ejections_total");
    metrics.move("envoy_cluster_outlier_detection_ejections_active", labels.all, 1);
    this.ejected.set(
      endpoint,
      clock.setTimeout(() => this.release(endpoint), time),
    );
  }

  private release(endpoint: Endpoint): void {
    const timer = this.ejected.get(endpoint);
    if (!timer) return;
    timer.dispose();
    this.ejected.delete(endpoint);
    endpoint.ejectedUntil = 0;
    const { metrics, labels } = this.deps;
    metrics.move("envoy_cluster_outlier_detection_ejections_active", labels.all, -1);
  }

  private count(name: string): void {
    this.deps.metrics.add(`envoy_cluster_outlier_detection_${name}`, this.deps.labels.all);
  }
}
