import { z } from "zod";

// The fields the graph reads of each kind; everything else passes unread. null counts as absent: Go writes both.

const labels = z.record(z.string(), z.string()).nullish();
const envVariable = z.looseObject({ name: z.string(), value: z.string().optional() });
const container = z.looseObject({
  name: z.string(),
  env: z.array(envVariable).nullish(),
  restartPolicy: z.string().optional(),
});

export const workloadObject = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    selector: z.looseObject({ matchLabels: labels }).nullish(),
    template: z.looseObject({
      metadata: z.looseObject({ labels }).nullish(),
      spec: z.looseObject({ containers: z.array(container).default([]) }),
    }),
  }),
  status: z.looseObject({ desiredNumberScheduled: z.number().optional() }).nullish(),
});

export const podObject = z.looseObject({
  spec: z.looseObject({
    containers: z.array(container).default([]),
    initContainers: z.array(container).nullish(),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).nullish(),
    })
    .nullish(),
});

export const serviceObject = z.looseObject({
  spec: z.looseObject({
    selector: labels,
    ports: z
      .array(z.looseObject({ port: z.number(), targetPort: z.union([z.number(), z.string()]).optional() }))
      .nullish(),
  }),
});

export const gatewayObject = z.looseObject({ spec: z.looseObject({ selector: labels }).nullish() });

const routed = z.looseObject({
  route: z.array(z.looseObject({ destination: z.looseObject({ host: z.string() }).optional() })).nullish(),
  mirror: z.looseObject({ host: z.string() }).nullish(),
  mirrors: z.array(z.unknown()).nullish(),
  match: z.array(z.unknown()).nullish(),
  fault: z.unknown().optional(),
  timeout: z.string().optional(),
});

export const virtualServiceObject = z.looseObject({
  spec: z
    .looseObject({
      hosts: z.array(z.string()).nullish(),
      gateways: z.array(z.string()).nullish(),
      http: z.array(routed).nullish(),
      tcp: z.array(routed).nullish(),
      tls: z.array(routed).nullish(),
    })
    .nullish(),
});

const mode = z.enum(["STRICT", "PERMISSIVE", "DISABLE", "UNSET"]).catch("UNSET");

export const peerAuthenticationObject = z.looseObject({
  spec: z
    .looseObject({
      selector: z.looseObject({ matchLabels: labels }).nullish(),
      mtls: z.looseObject({ mode: mode.optional() }).nullish(),
      portLevelMtls: z.record(z.string(), z.looseObject({ mode: mode.optional() })).nullish(),
    })
    .nullish(),
});

const trafficPolicy = z
  .looseObject({
    tls: z.looseObject({ mode: z.string().optional() }).nullish(),
    connectionPool: z.unknown().optional(),
    outlierDetection: z.unknown().optional(),
  })
  .nullish();

export const destinationRuleObject = z.looseObject({
  spec: z.looseObject({
    host: z.string(),
    trafficPolicy,
    subsets: z.array(z.looseObject({ trafficPolicy })).nullish(),
  }),
});
