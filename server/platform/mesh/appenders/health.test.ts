import { describe, expect, it } from "vitest";
import { graphOf } from "../testing/input.ts";
import { app, requests } from "../testing/shop.ts";
import { errorPercent } from "./health.ts";

const calls = (good: number, bad: number, code: string) => [
  requests("a.shop", "b.shop", { rate: good }),
  requests("a.shop", "b.shop", { rate: bad, labels: { response_code: code } }),
];

async function healthOf(samples: ReturnType<typeof calls>, ready = true): Promise<string | undefined> {
  const graph = await graphOf(app("b", { namespace: "shop", ready }), { httpBySource: samples });
  return graph.nodes.find((node) => node.name === "b")?.health;
}

describe("health", () => {
  it.each([
    { name: "no errors", samples: calls(1, 0, "500"), health: "healthy" },
    { name: "any server error", samples: calls(99, 1, "500"), health: "degraded" },
    { name: "a tenth of server errors", samples: calls(90, 10, "500"), health: "failing" },
    { name: "few client errors", samples: calls(95, 5, "404"), health: "healthy" },
    { name: "a tenth of client errors", samples: calls(90, 10, "404"), health: "degraded" },
    { name: "a fifth of client errors", samples: calls(80, 20, "404"), health: "failing" },
    { name: "a tenth without an answer", samples: calls(90, 10, "0"), health: "failing" },
  ])("$name: $health", async ({ samples, health }) => {
    expect(await healthOf(samples)).toBe(health);
  });

  it("pods that are not ready fail, whatever the traffic says", async () => {
    expect(await healthOf([], false)).toBe("failing");
    expect(await healthOf(calls(1, 0, "500"), false)).toBe("failing");
  });

  it("errors of all kinds make the percentage", () => {
    const rates = { total: 10, clientErrors: 1, serverErrors: 2, noResponse: 1, grpcErrors: 0 };
    expect(errorPercent(rates)).toBe(40);
    expect(errorPercent(undefined)).toBe(0);
  });
});
