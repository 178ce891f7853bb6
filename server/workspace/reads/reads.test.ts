import { describe, expect, it } from "vitest";
import { MemoryCluster } from "../../platform/kube/index.ts";
import { noEnclosure } from "../sandbox/index.ts";
import { Timeline } from "../timeline/index.ts";
import { createReads } from "./reads.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", managedFields: [{ manager: "x" }] },
};
const dump = {
  configs: [
    { "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump", dynamic_listeners: [] },
    {
      "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
      dynamic_active_secrets: [{ name: "default" }],
    },
  ],
};
const asked: string[] = [];
const cluster = new MemoryCluster({
  objects: [pod],
  podLog: async ({ tailLines }) => {
    asked.push(`log ${tailLines}`);
    return "2026-11-23T10:00:00.000000001Z first\n2026-11-23T10:00:01Z \n not timed\n";
  },
  exec: async ({ container, command }) => {
    asked.push(`${container}: ${command.join(" ")}`);
    return { stdout: JSON.stringify(dump), stderr: "", exitCode: 0 };
  },
});
const life = new AbortController().signal;
const reads = createReads({
  cluster: async () => ({ cluster, life }),
  command: () => ({ cwd: "/", env: {}, signal: life, enclosure: noEnclosure }),
  now: () => 42,
  timeline: async () => new Timeline({ kinds: [], now: () => 42 }),
});

describe("what a page may ask of its workspace", () => {
  it("is judged by the read's own schema", async () => {
    await expect(
      reads.answer("logs:read", { namespace: "shop", pod: "web", container: "app", tail: 1e9 }),
    ).rejects.toThrow("logs:read: the request is not as agreed.");
    await expect(reads.answer("files:read", { path: "../etc/passwd" })).rejects.toThrow(
      "files:read: the request is not as agreed.",
    );
  });

  it("lines of a log with their times", async () => {
    expect(
      await reads.answer("logs:read", { namespace: "shop", pod: "web", container: "app", tail: 3 }),
    ).toEqual({
      lines: [
        { at: "2026-11-23T10:00:00.000000001Z", text: "first" },
        { at: "2026-11-23T10:00:01Z", text: "" },
        { at: "", text: " not timed" },
      ],
      cut: false,
    });
    expect(asked).toContain("log 3");
  });

  it("a proxy's configuration without its secrets", async () => {
    expect(await reads.answer("envoy:dump", { namespace: "shop", pod: "web" })).toEqual({
      readAt: 42,
      dump: JSON.stringify({ configs: [dump.configs[0]] }),
    });
    expect(asked).toContain("istio-proxy: pilot-agent request GET config_dump?include_eds");
  });

  it("an object as kubectl prints it, or the API's own refusal", async () => {
    expect(
      await reads.answer("objects:read", { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" }),
    ).toEqual({
      yaml: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n",
      cut: false,
    });
    await expect(
      reads.answer("objects:read", { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "none" }),
    ).rejects.toThrow('pods "none" not found');
  });
});
