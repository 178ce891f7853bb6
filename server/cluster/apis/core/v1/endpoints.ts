import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { listWithMore } from "../../meta/lists.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { Endpoints } from "./types.ts";

function addressesOf(endpoints: Endpoints): string[] {
  return (endpoints.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  );
}

export const endpointsStrategy: ResourceStrategy<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  printerColumns: [
    nameColumn,
    text("Endpoints", (endpoints) => listWithMore(addressesOf(endpoints), "<none>")),
    ageColumn,
  ],
};
