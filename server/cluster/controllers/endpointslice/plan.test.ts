import { describe, expect, it } from "vitest";
import type { EndpointSlice, Pod, Service } from "../../apis/index.ts";
import { endpointsFor } from "./endpoints.ts";
import { endpointOf, groupPods, planSlices } from "./plan.ts";

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default", uid: "s" },
  spec: { ports: [{ name: "http", port: 80, targetPort: "http" }], selector: { app: "web" } },
};

function pod(
  name: string,
  rest: { port?: number; ready?: boolean; deleted?: boolean; ip?: string } = {},
): Pod {
  const { port = 8080, ready = true, deleted = false, ip = `10.42.0.${name.length}` } = rest;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "default",
      uid: name,
      ...(deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { containers: [{ name: "a", ports: [{ name: "http", containerPort: port, protocol: "TCP" }] }] },
    status: { podIP: ip, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("the conditions of an endpoint", () => {
  it.each([
    ["ready", pod("a"), {}, { ready: true, serving: true, terminating: false }],
    ["not ready", pod("a", { ready: false }), {}, { ready: false, serving: false, terminating: false }],
    ["on its way out", pod("a", { deleted: true }), {}, { ready: false, serving: true, terminating: true }],
    [
      "published before it is ready",
      pod("a", { ready: false }),
      { publishNotReadyAddresses: true },
      { ready: true, serving: false, terminating: false },
    ],
  ])("of a pod that is %s", (...row) => {
    const [, subject, spec, conditions] = row;
    const publishing = { ...service, spec: { ...service.spec, ...spec } };
    expect(endpointOf(publishing, subject).conditions).toEqual(conditions);
  });
});

describe("slices", () => {
  const slicesOf = (pods: readonly Pod[], existing: readonly EndpointSlice[] = []) =>
    planSlices(service, groupPods(service, pods), existing);

  it("are one for each set of port numbers; pods without an address are in none", () => {
    const { create } = slicesOf([pod("a"), pod("bb", { port: 9090 }), pod("c", { ip: "" })]);
    expect(create.map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.length])).toEqual([
      [8080, 1],
      [9090, 1],
    ]);
  });

  it("hold a hundred endpoints at most", () => {
    const { create } = slicesOf(Array.from({ length: 150 }, (_, i) => pod(`p${i}`, { ip: `10.42.1.${i}` })));
    expect(create.map(({ endpoints }) => endpoints.length)).toEqual([100, 50]);
  });

  it("that are right already are left alone; one for no pods becomes the one for the first", () => {
    const empty = slicesOf([]).create.map((slice) => ({
      ...slice,
      metadata: { ...slice.metadata, name: "w" },
    }));
    expect(slicesOf([], empty)).toEqual({ create: [], update: [], remove: [] });
    const plan = slicesOf([pod("a")], empty);
    expect(plan.update.map(({ metadata, endpoints }) => [metadata.name, endpoints.length])).toEqual([
      ["w", 1],
    ]);
    expect([plan.create, plan.remove]).toEqual([[], []]);
  });

  it("beyond need are removed", () => {
    const two = slicesOf([pod("a"), pod("bb", { port: 9090 })]).create;
    expect(slicesOf([pod("a")], two).remove.map(({ ports }) => ports?.[0]?.port)).toEqual([9090]);
  });
});

it("Endpoints part the ready from the others and leave out the dying", () => {
  const pods = [pod("a"), pod("bb", { ready: false }), pod("ccc", { deleted: true })];
  expect(endpointsFor(service, groupPods(service, pods)).subsets).toEqual([
    {
      addresses: [{ ip: "10.42.0.1", targetRef: { kind: "Pod", name: "a", namespace: "default", uid: "a" } }],
      notReadyAddresses: [
        { ip: "10.42.0.2", targetRef: { kind: "Pod", name: "bb", namespace: "default", uid: "bb" } },
      ],
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    },
  ]);
});
