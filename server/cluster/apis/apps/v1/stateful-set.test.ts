import { expect, it } from "vitest";
import { statefulSetStrategy } from "./stateful-set.ts";
import type { StatefulSet } from "./types.ts";

const set = (mount: string): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db" },
  spec: {
    selector: { matchLabels: { app: "db" } },
    serviceName: "db",
    template: {
      metadata: { labels: { app: "db" } },
      spec: {
        containers: [{ name: "db", image: "redis", volumeMounts: [{ name: mount, mountPath: "/data" }] }],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: "data" } }],
  },
});

const errors = (object: StatefulSet) => {
  const whole = statefulSetStrategy.defaults?.(object) ?? object;
  return statefulSetStrategy.validate?.(whole).map(({ field, message }) => `${field}: ${message}`);
};

it("containers may mount what claim templates bring, and nothing that is not there", () => {
  expect(errors(set("data"))).toEqual([]);
  expect(errors(set("date"))).toEqual([
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "date"',
  ]);
});
