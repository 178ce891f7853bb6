import type { Disposable } from "../base/index.ts";
import { EARLY_PROBE_MS, EARLY_PROBES } from "./limits.ts";
import type { Probe } from "./pod.ts";
import { act, type ProbeResult, type ProbeTarget } from "./prober.ts";

export type ProbeKind = "Startup" | "Readiness" | "Liveness";

export interface ProbeWatch {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly target: ProbeTarget;
  /** The verdict after thresholds; called at the first one and whenever it changes. */
  onVerdict(success: boolean): void;
  /** Every failed attempt, for the Unhealthy event. */
  onFailure(message: string): void;
}

/** Probes at once (after the initial delay) and then every period. A startup probe ends with its success. */
export function startProbe(watch: ProbeWatch): Disposable {
  const worker = new ProbeWorker(watch);
  worker.schedule((watch.probe.initialDelaySeconds ?? 0) * 1000);
  return worker;
}

class ProbeWorker implements Disposable {
  private timer: Disposable | undefined;
  private stopped = false;
  private verdict: boolean | undefined;
  private lastOk: boolean | undefined;
  private run = 0;
  private early = 0;

  constructor(private readonly watch: ProbeWatch) {}

  dispose(): void {
    this.stopped = true;
    this.timer?.dispose();
  }

  schedule(ms: number): void {
    const { clock } = this.watch.target;
    if (ms === 0) this.start();
    else this.timer = clock.setTimeout(() => this.start(), ms);
  }

  private start(): void {
    // act never rejects; a bug in it would surface as an unhandled rejection, which is where bugs belong.
    void this.once();
  }

  private async once(): Promise<void> {
    const { probe, target } = this.watch;
    const result = await act(probe, target, (probe.timeoutSeconds ?? 1) * 1000);
    if (this.stopped) return;
    this.judge(result);
    if (!this.stopped) this.schedule(this.pause());
  }

  /**
   * A period; but kubelet asks a container that has just started again with each change of its pod's status, so that who
   * is late by a moment need not wait for a period (prober_manager.go UpdatePodStatus). Here: a few early questions.
   */
  private pause(): number {
    const { probe, kind } = this.watch;
    const period = (probe.periodSeconds ?? 10) * 1000;
    if (kind !== "Readiness" || this.lastOk || this.early >= EARLY_PROBES) return period;
    this.early += 1;
    return Math.min(period, EARLY_PROBE_MS);
  }

  private judge(result: ProbeResult): void {
    const { probe, kind } = this.watch;
    this.run = result.ok === this.lastOk ? this.run + 1 : 1;
    this.lastOk = result.ok;
    if (!result.ok) this.watch.onFailure(result.message);
    const needed = result.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.run < needed || this.verdict === result.ok) return;
    this.verdict = result.ok;
    // Once it was ready, a failure is no late start.
    if (result.ok) this.early = EARLY_PROBES;
    if (kind === "Startup" && result.ok) this.dispose();
    this.watch.onVerdict(result.ok);
  }
}
