import { z } from "zod";
import { conditionId } from "../../contracts/index.ts";

// What a condition may ask, as an author writes it under `checks:` in a lab's front matter. `platform/checks` evaluates
// these; the shapes stand here because they are part of the lab format.

const name = z.string().min(1).max(253);
const namespace = z.string({ error: 'write the namespace, e.g. "ns: istioinaction"' }).min(1).max(63);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const objectProbe = z
  .strictObject({
    apiVersion: z.string({ error: 'write the API version, e.g. "apiVersion: apps/v1"' }),
    kind: z.string({ error: 'write the kind, e.g. "kind: Deployment"' }),
    ns: namespace.optional(),
    name,
    /** Dots between keys, [n] for list items: `spec.mtls.mode`, `spec.servers[0].port.number`. */
    path: z.string().min(1).max(200).optional(),
    equals: scalar.optional(),
    exists: z.boolean().optional(),
  })
  .refine((probe) => probe.equals === undefined || (probe.path !== undefined && probe.exists === undefined), {
    error: '"equals" needs a "path" and stands without "exists"',
  });

const podsProbe = z.strictObject({
  selector: z.string({ error: 'write a label selector, e.g. "selector: app=web-api"' }).min(1).max(200),
  ns: namespace,
  /** At least so many pods, each with all its containers ready. */
  ready: z.number().int().min(1).max(100).default(1),
  /** Exactly so many containers (native sidecars count, as in kubectl's READY column). */
  containers: z.number().int().min(1).max(20).optional(),
});

const httpProbe = z
  .strictObject({
    /** A pod of this Deployment asks, or the learner's own shell through the ingress gateway. */
    from: z.union(
      [z.literal("gateway"), z.strictObject({ deploy: name, ns: namespace, container: name.optional() })],
      { error: 'write "from: gateway" or "from: {deploy: NAME, ns: NAMESPACE}"' },
    ),
    url: z.url({ protocol: /^https?$/, error: "write a whole URL, starting with http:// or https://" }),
    status: z.number().int().min(100).max(599).optional(),
    /** true: any failure to get an HTTP answer; a number: curl's exit code, e.g. 56 for a reset connection. */
    fails: z.union([z.literal(true), z.number().int().min(1).max(99)]).optional(),
    contains: z.string().max(500).optional(),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[^\r\n]*$/)).optional(),
    /** CA file for https, relative to the workshop's folder. */
    cacert: z.string().max(200).optional(),
  })
  .refine((probe) => (probe.status === undefined) !== (probe.fails === undefined), {
    error: 'write either "status: 200" or "fails: true"',
  });

const workloadRef = z
  .string()
  .regex(/^[a-z0-9-]+\.[a-z0-9-]+$|^unknown$/, { error: "write NAME.NAMESPACE, e.g. web-api.istioinaction" });

const mtlsProbe = z.strictObject({
  /** A workload, or "unknown" for callers without a sidecar. Absent: everybody who calls. */
  from: workloadRef.optional(),
  to: workloadRef,
  /** Share of the requests in the window that came over mutual TLS, in percent. */
  min: z.number().min(0).max(100).default(0),
  max: z.number().min(0).max(100).default(100),
});

/** Keys and values that must all stand in one object, anywhere below. */
const pattern = z
  .record(z.string(), scalar)
  .refine((value) => Object.keys(value).length > 0, { error: "write at least one key to look for" });

const proxyConfigProbe = z
  .strictObject({
    deploy: name,
    ns: namespace,
    /** The part of Envoy's config_dump to look at. */
    section: z.enum(["bootstrap", "clusters", "listeners", "routes", "secrets"]),
    /** Only the entry with this name, e.g. virtualInbound. */
    name: name.optional(),
    present: pattern.optional(),
    absent: pattern.optional(),
  })
  .refine((probe) => probe.present !== undefined || probe.absent !== undefined, {
    error: 'write "present:" or "absent:" with the keys to look for',
  });

const runProbe = z.strictObject({
  command: z.string().min(1).max(2000),
  expect: z.strictObject({
    exitCode: z.number().int().min(0).max(255).default(0),
    contains: z.string().max(500).optional(),
  }),
});

const share = z
  .strictObject({ min: z.number().min(0).max(100), max: z.number().min(0).max(100) })
  .refine(({ min, max }) => min <= max, { error: '"min" is more than "max"' });

const trafficProbe = z.strictObject({
  from: workloadRef.optional(),
  /** Share in percent, by workload, of the requests that went to these workloads. */
  split: z
    .record(workloadRef, share)
    .refine((value) => Object.keys(value).length > 1, { error: "write at least two workloads" }),
});

const logProbe = z.strictObject({
  deploy: name,
  ns: namespace,
  container: name.optional(),
  contains: z.string({ error: "write words that the line holds" }).min(1).max(300),
});

const probes = {
  object: objectProbe,
  pods: podsProbe,
  http: httpProbe,
  mtls: mtlsProbe,
  proxyConfig: proxyConfigProbe,
  run: runProbe,
  traffic: trafficProbe,
  log: logProbe,
} as const;

/** What a condition asks of the cluster; one of a closed list. */
export type ConditionProbe =
  | { readonly type: "object"; readonly object: z.infer<typeof objectProbe> }
  | { readonly type: "pods"; readonly pods: z.infer<typeof podsProbe> }
  | { readonly type: "http"; readonly http: z.infer<typeof httpProbe> }
  | { readonly type: "mtls"; readonly mtls: z.infer<typeof mtlsProbe> }
  | { readonly type: "proxyConfig"; readonly proxyConfig: z.infer<typeof proxyConfigProbe> }
  | { readonly type: "run"; readonly run: z.infer<typeof runProbe> }
  | { readonly type: "traffic"; readonly traffic: z.infer<typeof trafficProbe> }
  | { readonly type: "log"; readonly log: z.infer<typeof logProbe> };

export interface ConditionSpec {
  readonly id: string;
  /** What is true when the condition holds, in the learner's words. */
  readonly title: string;
  /** Said when it does not hold. */
  readonly message: string;
  /** Said instead of what the probe would say was expected. */
  readonly expected: string | undefined;
  /** The next thing to try. */
  readonly next: string | undefined;
  /** Conditions of the same step that have to hold first; until then this one is not looked at. */
  readonly needs: readonly string[];
  readonly hints: readonly HintSpec[];
  /** True of conditions that a step keeps rather than brings about; those who prove a lab let them hold before. */
  readonly mayHoldBefore: boolean;
  /** It counts only after it has held for so many seconds without a break. */
  readonly staysForSeconds: number | undefined;
  readonly probe: ConditionProbe;
}

/** A hint shown when the learner has been at the step for so many seconds, or a check by hand failed so often. */
export interface HintSpec {
  readonly text: string;
  readonly afterSeconds: number | undefined;
  readonly afterFailures: number | undefined;
}

const hint = z
  .strictObject({
    text: z.string({ error: "write the hint's text" }).min(1).max(500),
    afterSeconds: z.number().int().min(1).max(3600).optional(),
    afterFailures: z.number().int().min(1).max(20).optional(),
  })
  .refine((value) => value.afterSeconds !== undefined || value.afterFailures !== undefined, {
    error: 'write "afterSeconds: 120" or "afterFailures: 2"',
  })
  .transform(({ text, afterSeconds, afterFailures }): HintSpec => ({ text, afterSeconds, afterFailures }));

const written = z.strictObject({
  id: conditionId,
  title: z.string({ error: "write what is true when this holds, in a learner's words" }).min(1).max(200),
  message: z.string({ error: "write what a learner reads when this does not hold" }).min(1).max(500),
  expected: z.string().max(500).optional(),
  next: z.string().max(500).optional(),
  needs: z.array(conditionId).max(5).default([]),
  hints: z.array(hint).max(5).default([]),
  mayHoldBefore: z.boolean().default(false),
  staysForSeconds: z.number().int().min(1).max(300).optional(),
  object: probes.object.optional(),
  pods: probes.pods.optional(),
  http: probes.http.optional(),
  mtls: probes.mtls.optional(),
  proxyConfig: probes.proxyConfig.optional(),
  run: probes.run.optional(),
  traffic: probes.traffic.optional(),
  log: probes.log.optional(),
});

const oneProbe = `write exactly one of ${Object.keys(probes).join(", ")}`;

export const conditionSpec = written.transform((value, context): ConditionSpec => {
  const { id, title, message, expected, next, needs, hints, mayHoldBefore, staysForSeconds } = value;
  const found = probesOf(value);
  const probe = found[0];
  if (!probe || found.length > 1) {
    context.addIssue({ code: "custom", message: oneProbe });
    return z.NEVER;
  }
  return { id, title, message, expected, next, needs, hints, mayHoldBefore, staysForSeconds, probe };
});

function probesOf(value: z.infer<typeof written>): ConditionProbe[] {
  const found: ConditionProbe[] = [];
  if (value.object) found.push({ type: "object", object: value.object });
  if (value.pods) found.push({ type: "pods", pods: value.pods });
  if (value.http) found.push({ type: "http", http: value.http });
  if (value.mtls) found.push({ type: "mtls", mtls: value.mtls });
  if (value.proxyConfig) found.push({ type: "proxyConfig", proxyConfig: value.proxyConfig });
  if (value.run) found.push({ type: "run", run: value.run });
  if (value.traffic) found.push({ type: "traffic", traffic: value.traffic });
  if (value.log) found.push({ type: "log", log: value.log });
  return found;
}
