import type { KubeObject } from "../../../apimachinery/index.ts";
import type { ObjectReference } from "../../core/v1/types.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { notSupported } from "../../meta/fields.ts";
import { listWithMore } from "../../meta/lists.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: ObjectReference;
}

export interface EndpointPort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly appProtocol?: string;
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports?: readonly EndpointPort[];
}

const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"];

export const endpointSliceStrategy: ResourceStrategy<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  namespaced: true,
  defaults: (slice) => ({
    ...slice,
    endpoints: slice.endpoints ?? [],
    ...(slice.ports
      ? { ports: slice.ports.map((port) => withDefaults(port, { name: "", protocol: "TCP" })) }
      : {}),
  }),
  validate: (slice) => [
    ...(ADDRESS_TYPES.includes(slice.addressType)
      ? []
      : [notSupported("addressType", slice.addressType ?? "", ADDRESS_TYPES)]),
  ],
  validateUpdate: (slice, old) => immutable("addressType", slice.addressType, old.addressType),
  printerColumns: [
    nameColumn,
    text("AddressType", (slice) => slice.addressType),
    text("Ports", ({ ports = [] }) =>
      listWithMore(
        ports.map(({ port, name }) => (port === undefined ? name || "*" : String(port))),
        "<unset>",
      ),
    ),
    text("Endpoints", ({ endpoints }) =>
      listWithMore(
        endpoints.flatMap(({ addresses }) => addresses),
        "<unset>",
      ),
    ),
    ageColumn,
  ],
};
