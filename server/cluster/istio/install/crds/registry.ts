import {
  anything,
  duration,
  int,
  list,
  map,
  networkSelector,
  object,
  oneOf,
  type Schema,
  say,
  str,
  stringMap,
  strings,
} from "./schema.ts";

const workloadEntry = {
  address: str,
  ports: map(int),
  labels: stringMap,
  network: str,
  locality: str,
  weight: int,
  serviceAccount: str,
};

const port = object({ number: int, protocol: str, name: str, targetPort: int }, ["number", "name"]);

export const serviceEntrySpec: Schema = say(
  object(
    {
      hosts: strings,
      addresses: strings,
      ports: list(port),
      location: oneOf("MESH_EXTERNAL", "MESH_INTERNAL"),
      resolution: oneOf("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN"),
      endpoints: list(object(workloadEntry)),
      workloadSelector: networkSelector,
      exportTo: strings,
      subjectAltNames: strings,
    },
    ["hosts"],
  ),
  "A service that is not in Kubernetes, added to the mesh's registry.",
);

export const workloadEntrySpec: Schema = say(object(workloadEntry), "One machine outside Kubernetes.");

const probe = {
  initialDelaySeconds: int,
  timeoutSeconds: int,
  periodSeconds: int,
  successThreshold: int,
  failureThreshold: int,
  httpGet: object(
    { path: str, port: int, host: str, scheme: str, httpHeaders: list(object({ name: str, value: str })) },
    ["port"],
  ),
  tcpSocket: object({ host: str, port: int }, ["port"]),
  exec: object({ command: strings }),
};

export const workloadGroupSpec: Schema = say(
  object(
    {
      metadata: object({ labels: stringMap, annotations: stringMap }),
      template: object(workloadEntry),
      probe: object(probe),
    },
    ["template"],
  ),
  "A group of machines outside Kubernetes that join by themselves.",
);

const outboundTrafficPolicy = object({
  mode: oneOf("REGISTRY_ONLY", "ALLOW_ANY"),
  egressProxy: object({ host: str, subset: str, port: object({ number: int }) }, ["host"]),
});

const captureMode = oneOf("DEFAULT", "IPTABLES", "NONE");

export const sidecarSpec: Schema = say(
  object({
    workloadSelector: networkSelector,
    ingress: list(
      object(
        { port, bind: str, captureMode, defaultEndpoint: str, tls: anything, connectionPool: anything },
        ["port"],
      ),
    ),
    egress: list(object({ port, bind: str, captureMode, hosts: strings }, ["hosts"])),
    inboundConnectionPool: anything,
    outboundTrafficPolicy,
  }),
  "What a sidecar knows and reaches.",
);

const patch = object({
  operation: oneOf(
    "INVALID",
    "MERGE",
    "ADD",
    "REMOVE",
    "INSERT_BEFORE",
    "INSERT_AFTER",
    "INSERT_FIRST",
    "REPLACE",
  ),
  value: anything,
  filterClass: oneOf("UNSPECIFIED", "AUTHN", "AUTHZ", "STATS"),
});

export const envoyFilterSpec: Schema = say(
  object({
    workloadSelector: networkSelector,
    targetRefs: list(object({ group: str, kind: str, name: str, namespace: str })),
    configPatches: list(object({ applyTo: str, match: anything, patch })),
    priority: int,
  }),
  "Changes to the generated proxy configuration itself.",
);

export const proxyConfigSpec: Schema = say(
  object({
    selector: object({ matchLabels: stringMap }),
    concurrency: { type: "integer", nullable: true },
    environmentVariables: stringMap,
    image: object({ imageType: str }),
  }),
  "Settings a proxy starts with.",
);

const providers = list(object({ name: str }, ["name"]));
const telemetryMode = oneOf("CLIENT_AND_SERVER", "CLIENT", "SERVER");
const metricMatch = object({ metric: str, customMetric: str, mode: telemetryMode });
const tagOverride = object({ operation: oneOf("UPSERT", "REMOVE"), value: str });

/** `tracesByFormat`: what releases of 1.25 and later know of traces. */
export const telemetrySpec = (tracesByFormat: boolean): Schema =>
  say(
    object({
      selector: object({ matchLabels: stringMap }),
      targetRef: object({ group: str, kind: str, name: str, namespace: str }),
      targetRefs: list(object({ group: str, kind: str, name: str, namespace: str })),
      tracing: list(
        object({
          match: object({ mode: telemetryMode }),
          providers,
          randomSamplingPercentage: { type: "number", nullable: true, minimum: 0, maximum: 100 },
          disableSpanReporting: { type: "boolean", nullable: true },
          customTags: map(
            object({
              literal: object({ value: str }),
              environment: object({ name: str, defaultValue: str }),
              header: object({ name: str, defaultValue: str }),
              ...(tracesByFormat ? { formatter: object({ value: str }) } : {}),
            }),
          ),
          useRequestIdForTraceSampling: { type: "boolean", nullable: true },
          ...(tracesByFormat ? { enableIstioTags: { type: "boolean", nullable: true } } : {}),
        }),
      ),
      metrics: list(
        object({
          providers,
          overrides: list(
            object({
              match: metricMatch,
              disabled: { type: "boolean", nullable: true },
              tagOverrides: map(tagOverride),
            }),
          ),
          reportingInterval: duration,
        }),
      ),
      accessLogging: list(
        object({
          match: object({ mode: telemetryMode }),
          providers,
          disabled: { type: "boolean", nullable: true },
          filter: object({ expression: str }),
        }),
      ),
    }),
    "Metrics, traces and access logs of some workloads.",
  );

export const wasmPluginSpec: Schema = say(
  object({
    selector: object({ matchLabels: stringMap }),
    targetRef: object({ group: str, kind: str, name: str, namespace: str }),
    targetRefs: list(object({ group: str, kind: str, name: str, namespace: str })),
    url: str,
    sha256: str,
    imagePullPolicy: oneOf("UNSPECIFIED_POLICY", "IfNotPresent", "Always"),
    imagePullSecret: str,
    verificationKey: str,
    pluginConfig: anything,
    pluginName: str,
    phase: oneOf("UNSPECIFIED_PHASE", "AUTHN", "AUTHZ", "STATS"),
    priority: { type: "integer", nullable: true },
    failStrategy: oneOf("FAIL_CLOSE", "FAIL_OPEN"),
    vmConfig: object({
      env: list(object({ name: str, valueFrom: oneOf("INLINE", "HOST"), value: str }, ["name"])),
    }),
    match: list(
      object({
        mode: oneOf("UNDEFINED", "CLIENT", "SERVER", "CLIENT_AND_SERVER"),
        ports: list(object({ number: int })),
      }),
    ),
    type: oneOf("UNSPECIFIED_PLUGIN_TYPE", "HTTP", "NETWORK"),
  }),
  "A WebAssembly filter for some proxies.",
);
