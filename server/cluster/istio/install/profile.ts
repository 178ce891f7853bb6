/** What a profile puts into the cluster; the profiles' own words (istioctl's merged IstioOperator) are made from this. */
export type ProfileName = "default" | "demo" | "empty" | "minimal";

export interface Profile {
  readonly name: ProfileName;
  readonly controlPlane: boolean;
  readonly ingressGateway: boolean;
  readonly egressGateway: boolean;
  /** Percent of requests that start a trace. */
  readonly traceSampling: number;
  readonly accessLogFile: string;
  /** The ingress also opens 31400 and 15443. */
  readonly extraIngressPorts: boolean;
  readonly autoscale: boolean;
  readonly proxyRequests: { readonly cpu: string; readonly memory: string };
  readonly pilotRequests: { readonly cpu: string; readonly memory: string };
  readonly gatewayRequests: { readonly cpu: string; readonly memory: string };
  readonly telemetryProviders: boolean;
}

const base: Profile = {
  name: "default",
  controlPlane: true,
  ingressGateway: true,
  egressGateway: false,
  traceSampling: 1,
  accessLogFile: "",
  extraIngressPorts: false,
  autoscale: true,
  proxyRequests: { cpu: "100m", memory: "128Mi" },
  pilotRequests: { cpu: "500m", memory: "2048Mi" },
  gatewayRequests: { cpu: "100m", memory: "128Mi" },
  telemetryProviders: false,
};

const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  default: base,
  minimal: { ...base, name: "minimal", ingressGateway: false },
  empty: { ...base, name: "empty", controlPlane: false, ingressGateway: false },
  demo: {
    ...base,
    name: "demo",
    egressGateway: true,
    traceSampling: 100,
    accessLogFile: "/dev/stdout",
    extraIngressPorts: true,
    autoscale: false,
    proxyRequests: { cpu: "10m", memory: "40Mi" },
    pilotRequests: { cpu: "10m", memory: "100Mi" },
    gatewayRequests: { cpu: "10m", memory: "40Mi" },
    telemetryProviders: true,
  },
};

export const PROFILE_NAMES: readonly ProfileName[] = ["default", "demo", "empty", "minimal"];

export function profileNamed(name: ProfileName): Profile {
  return PROFILES[name];
}
