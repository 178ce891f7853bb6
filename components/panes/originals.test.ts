import { expect, it } from "vitest";
import type { ObjectRow } from "../../server/contracts/index.ts";
import { originalsOf } from "./originals.ts";

const service = (name: string, namespace: string): ObjectRow => ({
  ...{
    uid: `${namespace}/${name}`,
    kind: "Service",
    name,
    namespace,
    labels: {},
    summary: "",
    tone: "quiet",
  },
  ...{ apiVersion: "v1", resourceVersion: "1" },
});

it("offers what the cluster runs, from where it runs, and nothing else", () => {
  const rows = [service("kiali", "istio-system"), service("grafana", "monitoring")];
  expect(originalsOf("mesh", rows)).toEqual([
    {
      title: "Kiali",
      command: "kubectl port-forward -n istio-system service/kiali 20001:20001 > /dev/null &",
      url: "http://localhost:20001/kiali",
    },
  ]);
  expect(originalsOf("metrics", rows).map(({ command }) => command)).toEqual([
    "kubectl port-forward -n monitoring service/grafana 3000:3000 > /dev/null &",
  ]);
  expect([originalsOf("traces", rows), originalsOf("editor", rows)]).toEqual([[], []]);
});

it("puts nothing of a hostile name into a command", () => {
  expect(originalsOf("mesh", [service("kiali", "a; reboot")])).toEqual([]);
});
