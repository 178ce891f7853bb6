// What the operator's commands print.

/** Columns as wide as their widest cell; the first row is the head. */
export function printTable(table, print) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
}

/** "2026-11-23 10:00 UTC" of anything a Date is made from. */
export const utc = (time) => `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
