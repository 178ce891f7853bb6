// The text format of Prometheus for the few kinds of figures that the API server has.

export type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly values: Map<string, number>;
}

interface Histogram {
  readonly help: string;
  readonly values: Map<string, { readonly counts: number[]; sum: number; count: number }>;
}

export class MetricRegistry {
  private readonly families = new Map<string, Family>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(private readonly buckets: readonly number[]) {}

  /** Names and labels are the caller's own words: their number is small. */
  counter(name: string, help: string) {
    const { values } = this.family(name, { help, type: "counter" });
    return (labels: Labels, by = 1) => add(values, labels, by);
  }

  gauge(name: string, help: string) {
    const { values } = this.family(name, { help, type: "gauge" });
    return {
      add: (labels: Labels, by: number) => add(values, labels, by),
      set: (labels: Labels, value: number) => values.set(labelText(labels), value),
      clear: () => values.clear(),
    };
  }

  histogram(name: string, help: string) {
    const values: Histogram["values"] = new Map();
    this.histograms.set(name, { help, values });
    return (labels: Labels, value: number) => {
      const key = labelText(labels);
      const entry = values.get(key) ?? { counts: this.buckets.map(() => 0), sum: 0, count: 0 };
      values.set(key, entry);
      entry.sum += value;
      entry.count += 1;
      this.buckets.forEach((bound, index) => {
        if (value <= bound) entry.counts[index] = (entry.counts[index] ?? 0) + 1;
      });
    };
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, { help, type, values }] of this.families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of values) lines.push(`${name}${braced(labels)} ${value}`);
    }
    for (const [name, { help, values }] of this.histograms) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} histogram`);
      for (const [labels, { counts, sum, count }] of values) {
        const bucket = (bound: string, value: number) =>
          lines.push(`${name}_bucket${braced([labels, `le="${bound}"`].filter(Boolean).join(","))} ${value}`);
        for (const [index, bound] of this.buckets.entries()) bucket(String(bound), counts[index] ?? 0);
        bucket("+Inf", count);
        lines.push(`${name}_sum${braced(labels)} ${sum}`, `${name}_count${braced(labels)} ${count}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  private family(name: string, { help, type }: Pick<Family, "help" | "type">): Family {
    const made = { help, type, values: new Map<string, number>() };
    this.families.set(name, made);
    return made;
  }
}

const braced = (labels: string) => (labels ? `{${labels}}` : "");

function add(values: Map<string, number>, labels: Labels, by: number): void {
  const key = labelText(labels);
  values.set(key, (values.get(key) ?? 0) + by);
}

const labelText = (labels: Labels) =>
  Object.entries(labels)
    .map(
      ([name, value]) =>
        `${name}="${value.replace(/[\\"\n]/g, (one) => (one === "\n" ? "\\n" : `\\${one}`))}"`,
    )
    .join(",");
