import { beforeAll, describe, expect, it, vi } from "vitest";
import type { IstioVersion } from "../istio/testing.ts";
import { type Answer, ask, type Call, type Failure } from "./call.ts";
import { admit } from "./configuration.ts";
import { SimulatedMesh } from "./mesh.ts";
import { SHOP } from "./shop.ts";

/** What must come of a call. Only what is written is compared; `null` says that a header must be absent. */
export interface Expected {
  readonly status?: number;
  readonly body?: string;
  /** Pod whose application answered. */
  readonly by?: string;
  /** Path, protocol and headers as the application saw them. */
  readonly path?: string;
  readonly httpVersion?: string;
  readonly sent?: Readonly<Record<string, string | RegExp | null>>;
  /** Headers that must have reached the application, whatever they say. */
  readonly seenHeaders?: readonly string[];
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly subject?: string;
  readonly failure?: string;
  /** There is no answer, whatever the client is told of it. */
  readonly failed?: true;
}

export interface ExpectedCall extends Call {
  readonly expect: Expected;
}

/** Many calls, and how often each pod (or status, as text) may have answered. */
export interface SharedCall extends Call {
  readonly times: number;
  readonly shares: Readonly<Record<string, readonly [atLeast: number, atMost: number]>>;
  /** All of them must have been answered by one. */
  readonly sticky?: boolean;
}

export interface Row {
  readonly name: string;
  readonly config: string;
  readonly calls?: readonly (ExpectedCall | SharedCall)[];
  /** The reason for which the API server takes none of it. */
  readonly refused?: string;
  /** `Warning:` lines of kubectl. */
  readonly warnings?: readonly string[];
  /** Mesh configuration (ConfigMap istio) of this row. */
  readonly mesh?: string;
  readonly version?: IstioVersion;
  /** Another configuration for the same running proxies, and what then comes of calls. */
  readonly afterwards?: readonly { readonly config: string; readonly calls: readonly ExpectedCall[] }[];
  /** Texts that must stand in the log of a pod's proxy after the calls; an empty list: it has logged nothing. */
  readonly log?: Readonly<Record<string, readonly string[]>>;
  /** Texts that come into a log by themselves, such as a mirrored request's. */
  readonly eventually?: Readonly<Record<string, readonly string[]>>;
  readonly unlogged?: Readonly<Record<string, readonly string[]>>;
  /** Lines that the metrics of a pod's proxy must have, or must not. */
  readonly metrics?: Readonly<Record<string, readonly RegExp[]>>;
  readonly uncounted?: Readonly<Record<string, readonly RegExp[]>>;
}

// Tables of one test file share the pods and their certificates; proxies are made anew for each row.
let shared: Promise<SimulatedMesh> | undefined;

export async function disposeMesh(): Promise<void> {
  (await shared)?.dispose();
  shared = undefined;
}

/** One feature, one table. Each row starts from the mesh of shop.ts without any configuration. */
export function simulate(feature: string, rows: readonly Row[]): void {
  describe(feature, () => {
    let mesh: SimulatedMesh;
    beforeAll(async () => {
      shared ??= SimulatedMesh.create(SHOP);
      mesh = await shared;
    }, 30_000);
    for (const row of rows) it(row.name, () => check(mesh, row));
  });
}

async function check(mesh: SimulatedMesh, row: Row): Promise<void> {
  const version = row.version ?? "1.21.6";
  const { refused, warnings } = admit(row.config, version);
  expect(refused).toEqual(row.refused === undefined ? [] : [row.refused]);
  expect(warnings).toEqual(row.warnings ?? []);
  if (row.refused !== undefined) return;
  mesh.apply(row.config, { version, mesh: row.mesh ?? "{}" });
  for (const call of row.calls ?? [])
    if ("expect" in call) expect(observed(await ask(mesh, call), call.expect)).toEqual(call.expect);
    else await share(mesh, call);
  for (const { config, calls } of row.afterwards ?? []) {
    mesh.update(config, { version, mesh: row.mesh ?? "{}" });
    for (const call of calls) expect(observed(await ask(mesh, call), call.expect)).toEqual(call.expect);
  }
  for (const [pod, texts] of Object.entries(row.eventually ?? {}))
    await vi.waitFor(() => {
      for (const text of texts) expect(mesh.logs.get(pod)?.join("\n")).toContain(text);
    }, 10_000);
  checkRecords(mesh, row);
}

function checkRecords(mesh: SimulatedMesh, row: Row): void {
  const logOf = (pod: string) => mesh.logs.get(pod)?.join("\n") ?? "";
  const metricsOf = (pod: string) => mesh.proxy(pod).metrics.istio.exposition();
  for (const [pod, texts] of Object.entries(row.log ?? {})) {
    if (texts.length === 0) expect(logOf(pod)).toBe("");
    for (const text of texts) expect(logOf(pod)).toContain(text);
  }
  for (const [pod, texts] of Object.entries(row.unlogged ?? {}))
    for (const text of texts) expect(logOf(pod)).not.toContain(text);
  for (const [pod, lines] of Object.entries(row.metrics ?? {}))
    for (const line of lines) expect(metricsOf(pod)).toMatch(line);
  for (const [pod, lines] of Object.entries(row.uncounted ?? {}))
    for (const line of lines) expect(metricsOf(pod)).not.toMatch(line);
}

async function share(mesh: SimulatedMesh, call: SharedCall): Promise<void> {
  const counts = new Map<string, number>();
  for (let i = 0; i < call.times; i++) {
    const answer = await ask(mesh, call);
    const key = "failure" in answer ? answer.failure : (answer.seen?.pod ?? String(answer.status));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const outside = [...counts].filter(([key, count]) => {
    const [atLeast, atMost] = call.shares[key] ?? [0, 0];
    return count < atLeast || count > atMost;
  });
  const missing = Object.entries(call.shares).filter(([key, [atLeast]]) => atLeast > 0 && !counts.has(key));
  expect({ outside, missing }).toEqual({ outside: [], missing: [] });
  if (call.sticky) expect(counts.size).toBe(1);
}

/** A pattern that fits stands for itself: the comparison then holds. */
function matched(
  wanted: NonNullable<Expected["sent"]>,
  from: Readonly<Record<string, string>>,
): Expected["sent"] {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => {
      const found = from[name] ?? null;
      return [name, value instanceof RegExp && found !== null && value.test(found) ? value : found];
    }),
  );
}

/** The parts of an answer that the expectation speaks of. */
function observed(answer: Answer | Failure, expected: Expected): Expected {
  if ("failure" in answer) return expected.failed ? { failed: true } : { failure: answer.failure };
  const { seen } = answer;
  const pick = (wanted: Expected["headers"], from: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(Object.keys(wanted ?? {}).map((name) => [name, from?.[name] ?? null]));
  return {
    ...(expected.status !== undefined || expected.failure !== undefined || expected.failed
      ? { status: answer.status }
      : {}),
    ...(expected.body !== undefined ? { body: answer.body } : {}),
    ...(expected.by !== undefined ? { by: seen?.pod ?? `nobody (${answer.status} ${answer.body})` } : {}),
    ...(expected.path !== undefined ? { path: seen?.path ?? "" } : {}),
    ...(expected.httpVersion !== undefined ? { httpVersion: seen?.httpVersion ?? "" } : {}),
    ...(expected.seenHeaders
      ? { seenHeaders: expected.seenHeaders.filter((name) => seen?.headers[name] !== undefined) }
      : {}),
    ...(expected.sent ? { sent: matched(expected.sent, seen?.headers ?? {}) } : {}),
    ...(expected.headers ? { headers: pick(expected.headers, answer.headers) } : {}),
    ...(expected.subject !== undefined ? { subject: answer.subject ?? "" } : {}),
  };
}
