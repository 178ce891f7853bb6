import { ageColumn, formatLabels, nameColumn, text, wide } from "../../meta/columns.ts";
import type { PrinterColumn } from "../../strategy.ts";
import type { Service, ServicePort } from "./types.ts";

function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  if (spec.type === "ExternalName") return spec.externalName ?? "<none>";
  if (spec.type !== "LoadBalancer") return external.join(",") || "<none>";
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  return [...new Set(ingress.filter(Boolean)), ...external].join(",") || "<pending>";
}

function portCell({ port, nodePort, protocol = "TCP" }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

export const serviceColumns: readonly PrinterColumn<Service>[] = [
  nameColumn,
  text("Type", ({ spec }) => spec.type ?? ""),
  text("Cluster-IP", ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || "<none>"),
  text("External-IP", externalAddress),
  text("Port(s)", ({ spec }) => (spec.ports ?? []).map(portCell).join(",") || "<none>"),
  ageColumn,
  wide(text("Selector", ({ spec }) => formatLabels(spec.selector))),
];
