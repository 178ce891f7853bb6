/**
 * Columns as Go's text/tabwriter lays them out with istioctl's settings: minwidth 0, `padding` blanks between cells, the
 * last cell of a row unpadded. Rows must have the same number of cells.
 */
export function table(rows: readonly (readonly string[])[], padding = 5): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? 0, cell.length === 0 ? padding : cell.length + padding);
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("");
  return rows.map((row) => `${line(row)}\n`).join("");
}
