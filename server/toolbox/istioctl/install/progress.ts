import type { Component } from "../../../cluster/istio/install/index.ts";
import type { CommandContext } from "../command.ts";
import { atLeast } from "../release.ts";

const NAMES: Readonly<Record<Component, string>> = {
  Base: "Istio core",
  Pilot: "Istiod",
  IngressGateways: "Ingress gateways",
  EgressGateways: "Egress gateways",
};
const ICONS: Readonly<Record<Component, string>> = {
  Base: "⛵️",
  Pilot: "🧠",
  IngressGateways: "🛬",
  EgressGateways: "🛫",
};

/** Upstream's words for a component, as its prompt and progress say them (operator/pkg/name). */
export const componentName = (component: Component) => NAMES[component];

export interface ProgressOutput {
  write(text: string): void;
  /** Width of a terminal, which shows one line that changes; anything else gets a line for each change. */
  readonly columns: number | undefined;
  readonly version: string;
}

/** What an installation tells while it runs (operator/pkg/util/progress): who is worked on, what is waited for, who is done. */
export class Progress {
  private readonly running = new Map<Component, readonly string[]>();
  private last = "";

  constructor(private readonly output: ProgressOutput) {}

  working(component: Component, waitingFor: readonly string[] = []): void {
    this.running.set(component, waitingFor);
    this.status();
  }

  installed(component: Component): void {
    this.running.delete(component);
    const icon = atLeast(this.output.version, "1.24") ? ` ${ICONS[component]}` : "";
    this.done(`${this.green("✔")} ${NAMES[component]} installed${icon}`);
    // The next component's own words follow; those still running say theirs again at their next change.
    this.last = "";
  }

  failed(component: Component, why: string): void {
    this.running.delete(component);
    this.done(`${this.color(31, "✘")} ${NAMES[component]} encountered an error: ${why}`);
  }

  pruning(): void {
    this.changing(`${this.color(33, "-")} Pruning removed resources`);
  }

  finished(what: "Installation" | "Uninstall"): void {
    this.done(`${this.green("✔")} ${what} complete`);
  }

  private status(): void {
    const components = [...this.running.keys()].map(componentName).sort();
    const waiting = [...this.running.values()].flat().sort();
    const wait = waiting.length > 0 ? ` Waiting for ${waiting.join(", ")}` : "";
    const text = `Processing resources for ${components.join(", ")}.${wait}`;
    this.changing(`${this.color(33, "-")} ${this.cut(text)}`);
  }

  /** A line that wraps could not be written over. */
  private cut(text: string): string {
    const room = (this.output.columns ?? Number.POSITIVE_INFINITY) - "- ".length;
    return room > "...".length && text.length > room ? `${text.slice(0, room - "...".length)}...` : text;
  }

  private changing(text: string): void {
    if (text === this.last) return;
    this.last = text;
    this.output.write(this.terminal ? `\r${text}\x1b[K` : `${text}\n`);
  }

  private done(text: string): void {
    this.output.write(this.terminal ? `\r${text}\x1b[K\n` : `${text}\n`);
  }

  private get terminal(): boolean {
    return this.output.columns !== undefined;
  }

  private green(text: string): string {
    return this.color(32, text);
  }

  private color(code: number, text: string): string {
    return this.terminal ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** Where upstream writes it: standard error (operator/pkg/util/progress). */
export function progressOf({ stderr, version }: Pick<CommandContext, "stderr" | "version">): Progress {
  const columns = process.stderr.isTTY ? process.stderr.columns : undefined;
  return new Progress({ write: stderr, columns, version });
}
