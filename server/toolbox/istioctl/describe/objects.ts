import { z } from "zod";

const labels = z.record(z.string(), z.string()).default({});
const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(""),
  labels,
  annotations: labels,
  creationTimestamp: z.string().default(""),
});
export type Metadata = z.infer<typeof metadata>;

const securityContext = z.object({ runAsUser: z.number().optional() }).default({});
const containerStatuses = z
  .array(z.object({ name: z.string(), ready: z.boolean().default(false) }))
  .default([]);

export const pod = z.object({
  metadata: metadata.extend({ uid: z.string().default("") }),
  spec: z.object({
    securityContext,
    containers: z.array(
      z.object({
        name: z.string(),
        securityContext,
        ports: z
          .array(
            z.object({
              name: z.string().default(""),
              containerPort: z.number(),
              protocol: z.string().default("TCP"),
            }),
          )
          .default([]),
      }),
    ),
    initContainers: z.array(z.object({ name: z.string() })).default([]),
  }),
  status: z
    .object({
      phase: z.string().default(""),
      hostIP: z.string().default(""),
      containerStatuses,
      initContainerStatuses: containerStatuses,
    })
    .default({ phase: "", hostIP: "", containerStatuses: [], initContainerStatuses: [] }),
});
export type Pod = z.infer<typeof pod>;
export const podList = z.object({ items: z.array(pod) });

export const service = z.object({
  metadata,
  spec: z.object({
    selector: labels,
    ports: z
      .array(
        z.object({
          name: z.string().default(""),
          port: z.number(),
          protocol: z.string().default("TCP"),
          appProtocol: z.string().optional(),
          targetPort: z.union([z.number(), z.string()]).default(0),
        }),
      )
      .default([]),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({ ingress: z.array(z.object({ ip: z.string().default("") })).default([]) })
        .default({ ingress: [] }),
    })
    .default({ loadBalancer: { ingress: [] } }),
});
export type Service = z.infer<typeof service>;
export type ServicePort = Service["spec"]["ports"][number];
export const serviceList = z.object({ items: z.array(service) });

/** An Istio resource as the API has it. */
export const config = z.object({ metadata, spec: z.record(z.string(), z.unknown()).default({}) });
export type Config = z.infer<typeof config>;
export const configList = z.object({ items: z.array(config) });

export const selects = (
  selector: Readonly<Record<string, string>>,
  of: Readonly<Record<string, string>>,
): boolean => Object.entries(selector).every(([key, value]) => of[key] === value);
