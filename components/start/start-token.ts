export interface StartLink {
  readonly token: string | undefined;
  /** Where to go afterwards: a path of this site, never another one. */
  readonly next: string;
}

/** Reads the link the server printed: `/start#TOKEN`, `/start#token=TOKEN` or `/start?token=TOKEN`, with an optional `next`. */
export function readStartLink(search: string, hash: string): StartLink {
  const query = new URLSearchParams(search);
  const fragment = hash.replace(/^#/, "");
  const fields = fragment.includes("=") ? new URLSearchParams(fragment) : new URLSearchParams();
  const bare = fragment !== "" && !fragment.includes("=") ? fragment : undefined;
  const token = fields.get("token") ?? bare ?? query.get("token") ?? undefined;
  return { token: token || undefined, next: samePath(fields.get("next") ?? query.get("next")) };
}

/** "//evil.example" and "/\evil.example" are other hosts to a browser. */
const samePath = (path: string | null): string => (path && /^\/(?![/\\])/.test(path) ? path : "/");
