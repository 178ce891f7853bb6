// A class on a server of the benchmark's own: an owner by the printed link, and learners by the class's code.
import path from "node:path";
import type { ClassInfo, Result } from "../../server/contracts/index.ts";
import { atEnd, stop } from "./processes.ts";
import { openPage, type PageSocket, startWeb, type Web } from "./web.ts";
import { launcherIn } from "./workspace.ts";

export interface Classroom {
  readonly web: Web;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: { readonly cookie: string; readonly page: PageSocket };
  readonly id: string;
  /** A cookie each. */
  readonly learners: readonly string[];
}

async function post(web: Web, { path, body, cookie }: { path: string; body: object; cookie?: string }) {
  const response = await fetch(`${web.origin}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: web.origin, ...(cookie && { Cookie: cookie }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const value: unknown = await response.json();
  return { value, cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
}

export async function answer<T>(ask: (reply: (result: Result<T>) => void) => void): Promise<T> {
  const result = await new Promise<Result<T>>((resolve) => ask(resolve));
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export async function startClassroom(dataDir: string, size: number): Promise<Classroom> {
  const environment = {
    ...{ MESHWORK_DATA_DIR: dataDir, MESHWORK_MODE: "class", MESHWORK_ALLOW_WEAK_ISOLATION: "1" },
    ...{ MESHWORK_PAGES: "none", MESHWORK_STOP_WORKSPACES: "1" },
  };
  // Workspaces outlive a web that was killed: whatever happens, they end before their folder is removed.
  launcherIn(path.join(dataDir, "workspaces"));
  const web = await startWeb(environment);
  const { cookie } = await post(web, {
    path: "/api/auth/use-link",
    body: { token: web.token, name: "Owner", email: "owner@example.org", password: "long enough to keep" },
  });
  const page = await openPage(web, cookie);
  const create = { name: "Bench", workshop: "istio-basics", istioVersion: "1.21.6", language: "en" } as const;
  const { id } = await answer<ClassInfo>((reply) => page.emit("class:create", create, reply));
  await answer<ClassInfo>((reply) => page.emit("class:move", { class: id, to: "open" }, reply));
  const { value } = await post(web, { path: "/api/join-code/new", body: { classroom: id }, cookie });
  const code = typeof value === "object" && value && "code" in value ? String(value.code) : "";
  const learners: string[] = [];
  for (let n = 1; n <= size; n++)
    learners.push((await post(web, { path: "/api/auth/join", body: { code, name: `Learner ${n}` } })).cookie);
  return { web, environment, owner: { cookie, page }, id, learners };
}

/** The web process dies without a word; another one takes its place on the same port. */
export async function restartWeb({
  web,
  environment,
}: Classroom): Promise<{ web: Web; listeningAfter: number }> {
  const { port } = new URL(web.origin);
  const ended = new Promise<void>((resolve) => web.child.once("exit", () => resolve()));
  web.child.kill("SIGKILL");
  await ended;
  const begun = performance.now();
  const next = await startWeb({ ...environment, PORT: port });
  return { web: next, listeningAfter: performance.now() - begun };
}

/** The last web's end also ends the workspaces; called before folders are removed. */
export function stopAtEnd(current: () => Web): void {
  atEnd(() => stop(current().child));
}
