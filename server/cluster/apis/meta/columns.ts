import type { KubeObject } from "../../apimachinery/index.ts";
import type { PrinterColumn } from "../strategy.ts";
import { since } from "./human-duration.ts";

// Column names and order of every kind follow pkg/printers/internalversion/printers.go (v1.35).

type Cell<T extends KubeObject> = PrinterColumn<T>["cell"];

export const nameColumn: PrinterColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name of the object, unique within its namespace.",
  priority: 0,
  cell: (object) => object.metadata.name ?? "",
};

export const ageColumn: PrinterColumn = {
  name: "Age",
  type: "string",
  description: "Time since the object was created.",
  priority: 0,
  cell: (object, now) => since(object.metadata.creationTimestamp, now),
};

/** What upstream's default table has instead of an age (CRDs, roles, limit ranges). */
export const createdAtColumn: PrinterColumn = {
  name: "Created At",
  type: "date",
  description: "Time at which the object was created.",
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp ?? "<unknown>",
};

export function text<T extends KubeObject>(name: string, cell: Cell<T>): PrinterColumn<T> {
  return { name, type: "string", description: `${name} of the object.`, priority: 0, cell };
}

export function integer<T extends KubeObject>(name: string, cell: Cell<T>): PrinterColumn<T> {
  return { name, type: "integer", description: `${name} of the object.`, priority: 0, cell };
}

/** The same column, shown with `-o wide` only. */
export function wide<T extends KubeObject>(column: PrinterColumn<T>): PrinterColumn<T> {
  return { ...column, priority: 1 };
}

/** `a=b,c=d` sorted by key, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}=${value}`).join(",");
}
