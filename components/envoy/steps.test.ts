import { expect, it } from "vitest";
import { compareConfigs } from "./compare.ts";
import { readConfig } from "./config.ts";
import { clusterSteps, findStep, listenerSteps, routeSteps, type Step } from "./steps.ts";
import { sidecarDump } from "./testing/dump.ts";

const permissive = readConfig(sidecarDump({ strict: false }));
const strict = readConfig(sidecarDump({ strict: true }));

/** Everything below, one line a step. */
const drawn = (steps: readonly Step[], depth = 0): string[] =>
  steps.flatMap((step) => [
    `${"  ".repeat(depth)}${step.kind} ${[step.label, ...step.notes.map((note) => `[${note.text}]`)].join(" ")}`,
    ...drawn(step.next?.() ?? [], depth + 1),
  ]);

it("leads from a listener to the endpoints, the doors first", () => {
  expect(drawn(listenerSteps(permissive))).toEqual([
    "listener virtualInbound · 0.0.0.0:15006 [inbound] [2 chains]",
    "  chain port 8080 · tls · istio [mutual TLS]",
    "    filter HTTP filters [1]",
    "      filter router",
    "    host Routes [1 virtual host]",
    "      host inbound|http|8080",
    "        route /* [2 retries]",
    "          missing inbound|8080|| is not there",
    "  chain port 8080 · raw_buffer [plaintext]",
    "    filter HTTP filters [1]",
    "      filter router",
    "    host Routes [1 virtual host]",
    "      host inbound|http|8080",
    "        route /* [2 retries]",
    "          missing inbound|8080|| is not there",
    "listener 0.0.0.0:9080 [outbound] [1 chain]",
    "  chain any connection",
    "    filter HTTP filters [1]",
    "      filter router",
    '    host Routes "9080" [1 virtual host]',
    "      host reviews.default.svc.cluster.local",
    "        route /* [2 retries]",
    "          cluster outbound|9080|v1|reviews.default.svc.cluster.local [outlier detection]",
    "            endpoint 10.0.0.7:9080",
  ]);
  expect(routeSteps(permissive).map(({ label }) => label)).toEqual(["9080"]);
  expect(drawn(clusterSteps(permissive))).toEqual([
    "cluster outbound|9080|v1|reviews.default.svc.cluster.local [outlier detection]",
    "  endpoint 10.0.0.7:9080",
  ]);
});

it("every step has a name of its own", () => {
  const ids = (steps: readonly Step[]): string[] =>
    steps.flatMap((step) => [step.id, ...ids(step.next?.() ?? [])]);
  const all = ids(listenerSteps(permissive));
  expect(new Set(all).size).toBe(all.length);
  const steps = listenerSteps(permissive);
  expect(all.map((id) => findStep(steps, id)?.id)).toEqual(all);
});

it("STRICT takes away the door for plaintext, and nothing else", () => {
  expect(compareConfigs(permissive, strict).map(({ kind, what }) => [kind, what])).toEqual([
    ["removed", "Listener virtualInbound · filter chain  (port 8080 · raw_buffer)"],
  ]);
  expect(compareConfigs(strict, strict)).toEqual([]);
});

it("a dump of another shape is an empty proxy, not an error", () => {
  expect(
    listenerSteps(
      readConfig('{"configs":[{"@type":"x.ListenersConfigDump","dynamic_listeners":[null,{}]}]}'),
    ),
  ).toEqual([]);
});
