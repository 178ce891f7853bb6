import { z } from "zod";

// As much of each kind as an analyzer reads. What is absent or null is empty, as in protobuf.

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((found) => found ?? []);
const map = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((found) => found ?? {});
const text = z
  .string()
  .nullish()
  .transform((found) => found ?? "");
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((found) => found ?? undefined);
/** Protobuf's JSON takes numbers as strings too. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

const labels = map(z.string());
const selector = optional(z.object({ matchLabels: labels }));

const stringMatch = optional(z.object({ exact: text, prefix: text, regex: text }));
export type StringMatch = z.infer<typeof stringMatch>;

const destination = z.object({
  host: text,
  subset: text,
  port: optional(z.object({ number: optional(number) })),
});
export type Destination = z.infer<typeof destination>;
const weighted = z.object({ destination: optional(destination), weight: optional(number) });

/** Loose: two matches are the same when all their fields are. */
const httpMatch = z.looseObject({
  name: text,
  uri: stringMatch,
  scheme: stringMatch,
  method: stringMatch,
  authority: stringMatch,
  headers: map(stringMatch),
  queryParams: map(stringMatch),
  withoutHeaders: map(stringMatch),
  port: optional(number),
});
export type HttpMatch = z.infer<typeof httpMatch>;

const httpRoute = z.object({
  name: text,
  match: list(httpMatch),
  route: list(weighted),
  redirect: z.unknown().optional(),
  directResponse: z.unknown().optional(),
  delegate: z.unknown().optional(),
  mirror: optional(destination),
  mirrors: list(z.object({ destination: optional(destination) })),
  fault: optional(z.object({ delay: optional(z.object({ percent: optional(number) })) })),
  corsPolicy: optional(z.object({ allowOrigins: list(stringMatch) })),
});
export type HttpRoute = z.infer<typeof httpRoute>;

const l4Route = z.object({ match: list(z.looseObject({})), route: list(weighted) });

export const virtualService = z.object({
  hosts: list(z.string()),
  gateways: list(z.string()),
  exportTo: list(z.string()),
  http: list(httpRoute),
  tcp: list(l4Route),
  tls: list(l4Route),
});
export type VirtualService = z.infer<typeof virtualService>;

const serverTls = optional(
  z.object({
    mode: text,
    credentialName: text,
    serverCertificate: text,
    privateKey: text,
  }),
);
export type ServerTls = z.infer<typeof serverTls>;

export const gateway = z.object({
  selector: labels,
  servers: list(
    z.object({
      port: optional(z.object({ number: optional(number), name: text, protocol: text })),
      hosts: list(z.string()),
      bind: text,
      tls: serverTls,
    }),
  ),
});
export type Gateway = z.infer<typeof gateway>;

const clientTls = optional(z.object({ mode: text, caCertificates: text, credentialName: text }));

export const destinationRule = z.object({
  host: text,
  exportTo: list(z.string()),
  workloadSelector: z.unknown().optional(),
  subsets: list(z.object({ name: text, labels })),
  trafficPolicy: optional(
    z.object({
      tls: clientTls,
      portLevelSettings: list(
        z.object({ port: optional(z.object({ number: optional(number) })), tls: clientTls }),
      ),
    }),
  ),
});

export const serviceEntry = z.object({
  hosts: list(z.string()),
  exportTo: list(z.string()),
  addresses: optional(z.array(z.string())),
  workloadSelector: optional(z.object({ labels })),
  ports: list(z.object({ number: optional(number), name: text, protocol: text })),
});

export const sidecar = z.object({
  workloadSelector: optional(z.object({ labels })),
  outboundTrafficPolicy: optional(z.object({ egressProxy: z.unknown().optional() })),
});

export const authorizationPolicy = z.object({
  selector,
  targetRef: z.unknown().optional(),
  rules: list(
    z.object({
      from: list(
        z.object({
          source: optional(z.object({ namespaces: list(z.string()), notNamespaces: list(z.string()) })),
        }),
      ),
    }),
  ),
});

/** RequestAuthentication, WasmPlugin: only whom they select. */
export const selecting = z.object({ selector, targetRef: z.unknown().optional() });

export const telemetry = z.object({
  selector,
  targetRef: z.unknown().optional(),
  accessLogging: list(
    z.object({ disabled: optional(z.boolean()), providers: list(z.object({ name: text })) }),
  ),
});

export const envoyFilter = z.object({
  priority: optional(number),
  configPatches: list(
    z.object({
      applyTo: text,
      match: optional(
        z.object({
          proxy: optional(z.object({ proxyVersion: text })),
          listener: optional(
            z.object({ filterChain: optional(z.object({ filter: optional(z.object({ name: text })) })) }),
          ),
        }),
      ),
      patch: optional(
        z.object({ operation: text, value: optional(z.looseObject({ name: z.unknown().optional() })) }),
      ),
    }),
  ),
});
export type EnvoyFilter = z.infer<typeof envoyFilter>;

const securityContext = optional(z.object({ runAsUser: optional(number) }));
const container = z.object({ name: text, image: text, securityContext });

export const podSpec = z.object({
  hostNetwork: optional(z.boolean()),
  securityContext,
  containers: list(container),
  initContainers: list(container),
});
export type PodSpec = z.infer<typeof podSpec>;

export const deployment = z.object({
  template: z.object({
    metadata: optional(z.object({ labels, annotations: labels })),
    spec: podSpec,
  }),
});

export const service = z.object({
  type: text,
  selector: labels,
  ports: list(
    z.object({
      name: text,
      port: number,
      protocol: text,
      appProtocol: optional(z.string()),
      targetPort: optional(z.union([z.number(), z.string()])),
    }),
  ),
});
export type ServicePort = z.infer<typeof service>["ports"][number];

export const empty = z.unknown();
export const configMap = z.object({ data: map(z.string()) });
export const secret = z.object({ data: map(z.string()), type: text });

const labelSelector = optional(
  z.object({
    matchLabels: labels,
    matchExpressions: list(z.object({ key: text, operator: text, values: list(z.string()) })),
  }),
);
export type LabelSelector = z.infer<typeof labelSelector>;

export const mutatingWebhookConfiguration = z.object({
  webhooks: list(
    z.object({
      name: text,
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
      clientConfig: optional(z.object({ service: optional(z.object({ namespace: text, name: text })) })),
    }),
  ),
});
export type Webhook = z.infer<typeof mutatingWebhookConfiguration>["webhooks"][number];

const conditions = list(z.object({ type: text, status: text, reason: text, message: text }));

/** Gateways and routes of the Gateway API: what became of them. */
export const conditioned = z.object({
  status: optional(z.object({ conditions, parents: list(z.object({ conditions })) })),
});

export const meshConfig = z.object({
  rootNamespace: z.string().default("istio-system"),
  defaultProviders: optional(z.object({ accessLogging: list(z.string()) })),
  defaultConfig: optional(
    z.object({
      proxyMetadata: map(z.string()),
      image: optional(z.object({ imageType: text })),
    }),
  ),
});
export type MeshConfig = z.infer<typeof meshConfig>;
