import { expect, it } from "vitest";
import type { Pod } from "../apis/index.ts";
import { NodeLedger } from "./ledger.ts";
import { useOf } from "./resources.ts";

const pod = (cpu: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: cpu },
  spec: { containers: [{ name: "c", image: "i", resources: { requests: { cpu, memory: "1Mi" } } }] },
});

it("knows what adding up would tell, whatever comes and goes", () => {
  const ledger = new NodeLedger();
  ledger.put("a", pod("100m"), "one");
  ledger.put("b", pod("200m"), "one");
  ledger.put("a", pod("100m"), "one");
  expect(ledger.use("one")).toEqual(useOf([pod("100m"), pod("200m")]));
  ledger.put("b", pod("200m"), "two");
  expect([ledger.use("one"), ledger.use("two")]).toEqual([useOf([pod("100m")]), useOf([pod("200m")])]);
  ledger.remove("a");
  ledger.remove("a");
  expect(ledger.use("one").pods).toBe(0);
  expect(ledger.use("one").used.get("cpu")).toBe(0n);
});
