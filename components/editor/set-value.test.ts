import { describe, expect, it } from "vitest";
import { keysOf, setYamlValue } from "./set-value.ts";

const file = `# the door
kind: Gateway
metadata:
  name: web # ours
---
kind: VirtualService
spec:
  http:
    - route:
        - destination: { host: web, subset: v1 }
          weight: 80   # most
        - weight: 20

  # kept
  hosts: [a]
`;

describe("setting a value in a YAML file", () => {
  it.each([
    { path: "metadata.name", value: "other", changed: "  name: other # ours", line: 4 },
    {
      ...{ path: "spec.http[0].route[0].weight", value: "50" },
      ...{ changed: "          weight: 50   # most", line: 11 },
    },
    { path: "spec.http[0].route[1].weight", value: "50", changed: "        - weight: 50", line: 12 },
    {
      ...{ path: "spec.http[0].route[0].destination.subset", value: "v2" },
      ...{ changed: "        - destination: { host: web, subset: v2 }", line: 10 },
    },
  ])("$path changes its own line only", async ({ path, value, changed, line }) => {
    const lines = file.split("\n");
    lines[line - 1] = changed;
    expect(await setYamlValue(file, { path, value })).toEqual({ kind: "set", text: lines.join("\n"), line });
  });

  it("a new key stands behind its neighbours", async () => {
    expect(
      await setYamlValue("spec:\n  mtls:\n    a: 1\n\nother: x\n", {
        path: "spec.mtls.mode",
        value: "STRICT",
      }),
    ).toEqual({
      kind: "set",
      text: "spec:\n  mtls:\n    a: 1\n    mode: STRICT\n\nother: x\n",
      line: 4,
    });
    const route = await setYamlValue(file, { path: "spec.http[0].timeout", value: "1s" });
    expect(route).toMatchObject({
      kind: "set",
      text: expect.stringContaining("        - weight: 20\n      timeout: 1s\n"),
    });
  });

  it.each([
    { name: "not YAML", text: "a: [", path: "a", why: "not-yaml" },
    { name: "nowhere to put it", text: file, path: "spec.tcp[0].match", why: "no-place" },
    { name: "a whole part of the file", text: file, path: "spec.http", why: "no-place" },
  ])("is refused: $name", async ({ text, path, why }) => {
    expect(await setYamlValue(text, { path, value: "1" })).toEqual({ kind: "refused", why });
  });

  it("reads paths as conditions write them", () => {
    expect(keysOf("spec.servers[0].tls.mode")).toEqual(["spec", "servers", 0, "tls", "mode"]);
  });
});
