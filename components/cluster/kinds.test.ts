import { expect, it } from "vitest";
import type { ObjectRow } from "../../server/contracts/index.ts";
import { changedSince } from "./changed.ts";
import { kindGroups } from "./kinds.ts";

const row = (kind: string, name: string, more: Partial<ObjectRow> = {}): ObjectRow => ({
  ...{ uid: `${kind}-${name}`, apiVersion: "v1", kind, name, resourceVersion: "1" },
  ...{ summary: "", tone: "quiet", labels: {} },
  ...more,
});

it("groups what there is; the two kinds called Gateway are kept apart", () => {
  expect(
    kindGroups([
      row("Pod", "a"),
      row("Pod", "b"),
      row("Gateway", "g", { apiVersion: "networking.istio.io/v1beta1" }),
      row("Gateway", "h", { apiVersion: "gateway.networking.k8s.io/v1" }),
    ]),
  ).toEqual([
    { title: "Workloads", kinds: [{ kind: "Pod", count: 2 }] },
    {
      title: "Istio",
      kinds: [
        { kind: "Gateway", count: 1 },
        { kind: "Gateway (Gateway API)", count: 1 },
      ],
    },
  ]);
});

it("the last change is what is new or has another version; a first look changes nothing", () => {
  const first = [row("Pod", "a"), row("Service", "s")];
  const start = changedSince(undefined, first, 1_000);
  expect([...start.changed]).toEqual([]);
  const later = changedSince(
    start,
    [row("Pod", "a", { resourceVersion: "2" }), row("Service", "s"), row("Pod", "b")],
    2_000,
  );
  expect([...later.changed]).toEqual([
    ["Pod-a", 2_000],
    ["Pod-b", 2_000],
  ]);
  expect([...changedSince(later, [row("Pod", "a", { resourceVersion: "2" })], 3_000).changed]).toEqual([
    ["Pod-a", 2_000],
  ]);
});
