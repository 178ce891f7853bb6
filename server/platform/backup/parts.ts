// What of a data folder is worth keeping. Sockets, locks, logs and what a start makes anew are not.
import path from "node:path";

/** Folders of a workspace that are kept, and how. */
export const workspaceParts = [
  { name: "home", steady: false },
  // A log and its snapshots: they belong together.
  { name: "cluster", steady: true },
  { name: "screens", steady: false },
] as const;

/** Folders of the data folder that are exchanged whole: workspaces, and the labs that classes were opened with. */
export const keptFolders = ["workspaces", "content"] as const;
/** Keys that sessions, codes and links are made with: without them nobody would come back by what they hold. */
export const keptKeys = ["accounts-key"] as const;

/** Which labs are prepared, and with which profile the cluster began. */
export const workspaceState = "state.json";

export const workspacesDir = (dataDir: string) => path.join(dataDir, "workspaces");
export const rowsPath = (table: string) => `database/${table}.jsonl`;

const parts = workspaceParts.map(({ name }) => name).join("|");
const allowed = [
  /^database\/[a-z_]{1,63}\.jsonl$/,
  new RegExp(`^workspaces/[a-z0-9-]{1,64}/(${parts})(/|$)`),
  /^workspaces\/[a-z0-9-]{1,64}\/state\.json$/,
  /^content\/[0-9a-f]{64}(\/|$)/,
  new RegExp(`^(${keptKeys.join("|")})$`),
];

/** Whether an archive may put something there, relative to the data folder. */
export function isKept(at: string): boolean {
  const names = at.split("/");
  const odd = names.some((name) => name === "" || name === "." || name === "..") || at.includes("\0");
  return !odd && allowed.some((pattern) => pattern.test(at));
}
