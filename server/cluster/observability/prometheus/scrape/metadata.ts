import { MAX_HELP_LENGTH, MAX_METADATA } from "../limits.ts";

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Type and help of metrics as scrapes have told them last. */
export class MetadataStore {
  private readonly byMetric = new Map<string, MetricMetadata>();

  /** Reads the comment lines of a scrape: `# TYPE name counter`, `# HELP name text`. */
  read(text: string): void {
    for (const [, keyword, metric = "", rest = ""] of text.matchAll(/^# (TYPE|HELP) (\S+)(?: (.*))?$/gm)) {
      const known = this.byMetric.get(metric);
      if (!known && this.byMetric.size >= MAX_METADATA) continue;
      const { type, help } = known ?? { type: "unknown", help: "" };
      const next =
        keyword === "TYPE" ? { type: rest.trim(), help } : { type, help: rest.slice(0, MAX_HELP_LENGTH) };
      if (known?.type === next.type && known.help === next.help) continue;
      this.byMetric.set(metric, { ...next, unit: "" });
    }
  }

  /** One metric, or all of them up to a number. */
  list(metric: string | undefined, limit: number): Readonly<Record<string, readonly MetricMetadata[]>> {
    const chosen = [...this.byMetric].filter(([name]) => metric === undefined || name === metric);
    return Object.fromEntries(chosen.slice(0, limit).map(([name, one]) => [name, [one]]));
  }
}
