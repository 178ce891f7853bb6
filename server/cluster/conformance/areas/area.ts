import type { Run, Tool } from "../kubectl.ts";

/** What one check may use: a cluster by kubectl alone, and a namespace of its own, which goes when it is over. */
export interface Cluster {
  readonly kubectl: Tool;
  readonly namespace: string;
  /** kubectl in the namespace; a document goes to its standard input. */
  run(words: string, document?: object): Promise<Run>;
  ok(words: string, document?: object): Promise<string>;
  /** Standard error of a run that must fail. */
  refused(words: string, document?: object): Promise<string>;
  /** GET of a path of the API. */
  get(path: string): Promise<unknown>;
}

export interface Check {
  readonly title: string;
  run(cluster: Cluster): Promise<void>;
}

export interface Area {
  readonly name: string;
  readonly checks: readonly Check[];
}

export class Differs extends Error {}

/** Fails unless both are the same JSON, or the pattern is found. */
export function same(found: unknown, wanted: unknown): void {
  const fits =
    wanted instanceof RegExp ? wanted.test(String(found)) : JSON.stringify(found) === JSON.stringify(wanted);
  if (fits) return;
  const shown = wanted instanceof RegExp ? String(wanted) : JSON.stringify(wanted);
  throw new Differs(`found ${JSON.stringify(found)}, not ${shown}`);
}

/** Runs one check in a namespace of its own. */
export async function runCheck(kubectl: Tool, check: Check, namespace: string): Promise<void> {
  const words = (text: string) => ["-n", namespace, ...text.split(" ")];
  const input = (document: object | undefined) => (document ? JSON.stringify(document) : "");
  await kubectl.ok(`create namespace ${namespace}`);
  try {
    await check.run({
      ...{ kubectl, namespace },
      run: (text, document) => kubectl.run(words(text), input(document)),
      ok: (text, document) => kubectl.ok(words(text), input(document)),
      refused: (text, document) => kubectl.refused(words(text), input(document)),
      get: async (path) => JSON.parse(await kubectl.ok(["get", "--raw", path])),
    });
  } finally {
    await kubectl.run(`delete namespace ${namespace} --wait=false`);
  }
}

export const container = (name: string, rest: object = {}) => ({
  name,
  image: "registry.k8s.io/pause:3.10",
  ...rest,
});

export const deployment = (name: string, replicas: number, rest: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: [container("main")] },
    },
    ...rest,
  },
});
