import type { ClassInfo } from "../../../server/contracts/index.ts";
import type { Standing } from "./standing.ts";

const columns = [
  ...["learner", "connected", "workspace", "isolation", "lab", "step", "step_title", "minutes_on_step"],
  ...[
    "labs_finished",
    "failing_condition",
    "message",
    "stuck",
    "idle",
    "hand_note",
    "last_event",
    "preflight",
  ],
] as const;
type Cell = string | number | boolean | undefined;

function cells(
  { row, onStepMs, stuck, idle }: Standing,
  name: string,
): Readonly<Record<(typeof columns)[number], Cell>> {
  return {
    ...{ learner: name, connected: row.connected, workspace: row.workspace, isolation: row.isolation },
    ...{ lab: row.lab, step: row.step, step_title: row.stepTitle },
    minutes_on_step: onStepMs === undefined ? undefined : Math.floor(onStepMs / 60_000),
    labs_finished: row.labsFinished,
    ...{ failing_condition: row.lastFailing?.condition, message: row.lastFailing?.message, stuck, idle },
    ...{ hand_note: row.hand?.note, last_event: row.lastEvent?.text, preflight: row.preflight },
  };
}

/** RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8. */
export function boardCsv(standings: readonly Standing[], nameOf: (learner: string) => string): string {
  const lines = standings.map((standing) => {
    const row = cells(standing, nameOf(standing.row.learner));
    return columns.map((column) => csvCell(row[column])).join(",");
  });
  return `\uFEFF${[columns.join(","), ...lines].join("\r\n")}\r\n`;
}

/**
 * A spreadsheet takes a cell for a formula that begins with one of these signs, even in quotes: a learner's name must not
 * run anything on the instructor's machine. The apostrophe makes it text (OWASP, "CSV injection").
 */
export function csvCell(value: Cell): string {
  if (value === undefined) return "";
  const text = String(value);
  const safe = typeof value === "string" && /^\s*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function boardJson(
  info: ClassInfo,
  standings: readonly Standing[],
  nameOf: (learner: string) => string,
): string {
  const learners = standings.map((standing) => cells(standing, nameOf(standing.row.learner)));
  return `${JSON.stringify({ class: info.name, workshop: info.workshop, istioVersion: info.istioVersion, learners }, undefined, 2)}\n`;
}

/** Hands the browser a file. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
