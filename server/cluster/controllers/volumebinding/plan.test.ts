import { describe, expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim } from "../../apis/index.ts";
import { planClaim, provisioned, STANDARD_CLASS } from "./plan.ts";

const claim = (spec: PersistentVolumeClaim["spec"] = {}): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "shop", uid: "u1" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
  status: { phase: "Pending" },
});

const volume = (name: string, spec: PersistentVolume["spec"] = {}): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: { capacity: { storage: "2Gi" }, accessModes: ["ReadWriteOnce"], ...spec },
});

const world = { volumes: [], classes: [STANDARD_CLASS], consumed: false };

describe("a claim", () => {
  it("that names no class gets the default one, then a volume of its own", () => {
    expect(planClaim(claim(), world)).toEqual({ kind: "default", storageClass: "standard" });
    const named = claim({ storageClassName: "standard" });
    expect(planClaim(named, world)).toEqual({ kind: "provision", storageClass: STANDARD_CLASS });
    const made = provisioned(named, STANDARD_CLASS);
    expect(planClaim(named, { ...world, volumes: [made] })).toEqual({ kind: "bind", volume: made });
  });

  it("is bound to the smallest volume that fits", () => {
    const volumes = [
      volume("big", { capacity: { storage: "9Gi" } }),
      volume("fits"),
      volume("small", { capacity: { storage: "1Mi" } }),
    ];
    expect(planClaim(claim({ storageClassName: "" }), { ...world, volumes })).toMatchObject({
      kind: "bind",
      volume: { metadata: { name: "fits" } },
    });
  });

  it.each([
    [
      { storageClassName: "" },
      "FailedBinding",
      "no persistent volumes available for this claim and no storage class is set",
    ],
    [{ storageClassName: "gold" }, "ProvisioningFailed", 'storageclass.storage.k8s.io "gold" not found'],
  ])("%j waits, and says why", (spec, reason, message) => {
    expect(planClaim(claim(spec), world)).toMatchObject({ kind: "wait", reason, message });
  });

  it("of a class that waits for a consumer does", () => {
    const late = { ...STANDARD_CLASS, volumeBindingMode: "WaitForFirstConsumer" };
    const named = claim({ storageClassName: "standard" });
    expect(planClaim(named, { ...world, classes: [late] })).toMatchObject({ reason: "WaitForFirstConsumer" });
    expect(planClaim(named, { ...world, classes: [late], consumed: true })).toMatchObject({
      kind: "provision",
    });
  });
});
