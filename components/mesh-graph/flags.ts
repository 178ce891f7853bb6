import { responseFlags } from "../ui/index.ts";

/** What a status without a flag says: then the application, or a policy of its own sidecar, answered so. */
const byStatus: Readonly<Record<string, string>> = {
  "401": "No valid token: a RequestAuthentication, or the application, wants one.",
  "403": "Refused by an AuthorizationPolicy (RBAC: access denied) or by the application.",
  "404": "The application does not know this path.",
  "0": "There was no answer at all.",
  "-": "There was no answer at all.",
};

/** Why requests failed with this status, and what to look at next, in plain words. */
export function explainFailure({ code, flags }: { readonly code: string; readonly flags: string }): string {
  const known = flags.split(",").flatMap((flag) => responseFlags[flag] ?? []);
  if (known.length > 0) return known.map(({ means, look }) => `${means} ${look}`).join(" ");
  const none = flags === "-" || flags === "";
  return byStatus[code] ?? (none ? "The application answered so." : `Envoy's flag is ${flags}.`);
}
