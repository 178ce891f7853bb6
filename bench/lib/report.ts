// What a benchmark says: one table, a line a figure, each with what it is compared to and the budget it should keep.

export interface Figure {
  readonly what: string;
  /** Undefined: it could not be measured; `note` says why. */
  readonly ours: number | undefined;
  readonly unit: string;
  readonly peer?: { readonly name: string; readonly value: number } | undefined;
  /** `of: "ratio"` judges ours ÷ peer. */
  readonly budget?: {
    readonly limit: number;
    readonly is: "at most" | "at least";
    readonly of?: "ours" | "ratio";
  };
  readonly note?: string;
}

/** Prints the table and tells the runner, if there is one, how many budgets were met. */
export function report(title: string, figures: readonly Figure[]): void {
  const rows = figures.map(cells);
  const head = ["", "ours", "peer", "ratio", "budget", "met"];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(
    [`\n${title}`, line(head), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n"),
  );
  for (const { what, note } of figures) if (note) console.log(`  ${what}: ${note}`);
  const judged = figures.filter((figure) => verdict(figure) !== undefined);
  const missed = judged.filter((figure) => verdict(figure) === false);
  process.send?.({ met: judged.length - missed.length, missed: missed.map(sentence) });
}

function cells(figure: Figure): string[] {
  const { what, ours, unit, peer, budget } = figure;
  const good = verdict(figure);
  return [
    what,
    ours === undefined ? "not measured" : `${digits(ours)} ${unit}`,
    peer ? `${digits(peer.value)} ${unit} (${peer.name})` : "",
    ours !== undefined && peer ? `${(ours / peer.value).toFixed(2)}×` : "",
    budget ? budgetText(figure) : "",
    good === undefined ? "" : good ? "yes" : "NO",
  ];
}

function budgetText({ budget, unit }: Figure): string {
  if (!budget) return "";
  const sign = budget.is === "at most" ? "≤" : "≥";
  return budget.of === "ratio" ? `${sign} ${budget.limit}×` : `${sign} ${budget.limit} ${unit}`;
}

function verdict({ ours, peer, budget }: Figure): boolean | undefined {
  if (!budget || ours === undefined) return undefined;
  if (budget.of === "ratio" && !peer) return undefined;
  const value = budget.of === "ratio" && peer ? ours / peer.value : ours;
  return budget.is === "at most" ? value <= budget.limit : value >= budget.limit;
}

function sentence(figure: Figure): string {
  const [what, ours, , ratio] = cells(figure);
  return `${what}: ${ours}${ratio ? `, ${ratio}` : ""} (budget ${budgetText(figure)})`;
}

function digits(value: number): string {
  const shown = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: shown, maximumFractionDigits: shown });
}
