import { isNotFound, type KubeObject, type ResourceInfo } from "../../kube/index.ts";
import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { valueAt } from "../field-path.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "../outcome.ts";
import { commandLine } from "../shell.ts";

type ObjectProbe = Extract<ConditionProbe, { type: "object" }>["object"];

/** An object exists (or not), and a field of it has the value (or is set at all). */
export async function probeObject(probe: ObjectProbe, context: ProbeContext): Promise<Outcome> {
  const resource = await context.cluster.resourceOf(probe.apiVersion, probe.kind, context.signal);
  const evidence = { command: commandOf(probe, resource) };
  const object = await find(probe, resource, context);
  const wanted = probe.exists !== false;
  if (!object) {
    if (!wanted) return { kind: "passed", evidence };
    const near = await nearMisses(probe, resource, context);
    return {
      kind: "failed",
      expected: describe(probe),
      actual:
        near.length === 0 ? "there is no such object" : `there is no such object, but ${near.join(", ")}`,
      evidence,
    };
  }
  if (probe.path === undefined) {
    if (wanted) return { kind: "passed", evidence };
    return { kind: "failed", expected: `no ${nameOf(probe)}`, actual: "it exists", evidence };
  }
  return checkField({ ...probe, path: probe.path }, object, evidence);
}

function checkField(
  probe: ObjectProbe & { path: string },
  object: KubeObject,
  evidence: { command: string },
): Outcome {
  const value = valueAt(object, probe.path);
  const actual = `${probe.path} is ${value === undefined ? "not set" : JSON.stringify(value)}`;
  // Labels and annotations are strings; an author writes `equals: 1` all the same.
  const passed =
    probe.equals === undefined
      ? (value !== undefined) === (probe.exists !== false)
      : (typeof value === "string" || typeof value === "number" || typeof value === "boolean") &&
        String(value) === String(probe.equals);
  return passed
    ? { kind: "passed", actual, evidence }
    : { kind: "failed", expected: describe(probe), actual, evidence };
}

async function find(
  probe: ObjectProbe,
  resource: ResourceInfo,
  context: ProbeContext,
): Promise<KubeObject | undefined> {
  const reference = {
    name: probe.name,
    ...(resource.namespaced ? { namespace: probe.ns ?? "default" } : {}),
  };
  try {
    return await context.cluster.get(resource, reference, context.signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Objects of the same kind elsewhere: the usual slip is the namespace, then the name. */
async function nearMisses(
  probe: ObjectProbe,
  resource: ResourceInfo,
  context: ProbeContext,
): Promise<string[]> {
  const all = await context.cluster.list(resource, { signal: context.signal });
  const close = all.filter(
    ({ metadata }) =>
      metadata.name === probe.name || (metadata.namespace === probe.ns && all.length <= limits.nearMisses),
  );
  return close
    .slice(0, limits.nearMisses)
    .map(({ metadata }) => `there is ${metadata.name} in ${metadata.namespace ?? "the cluster"}`);
}

function describe(probe: ObjectProbe): string {
  if (probe.path === undefined) return nameOf(probe);
  if (probe.equals !== undefined) return `${nameOf(probe)} with ${probe.path} = ${probe.equals}`;
  return `${nameOf(probe)} with ${probe.path} ${probe.exists === false ? "not set" : "set"}`;
}

function nameOf(probe: ObjectProbe): string {
  return `${probe.kind} ${probe.name}${probe.ns === undefined ? "" : ` in ${probe.ns}`}`;
}

function commandOf(probe: ObjectProbe, resource: ResourceInfo): string {
  const namespace = resource.namespaced ? ["-n", probe.ns ?? "default"] : [];
  return commandLine(["kubectl", "get", probe.kind.toLowerCase(), probe.name, ...namespace, "-o", "yaml"]);
}
