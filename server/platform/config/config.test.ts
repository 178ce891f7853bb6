import { describe, expect, it } from "vitest";
import { judgeExposure, readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";

it("without anything set it listens on loopback only", () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    pages: "next",
    stopWorkspaces: false,
  });
});

it("listening elsewhere is refused with the reason", () => {
  expect(() => readConfig({ HOST: "0.0.0.0" })).toThrow(
    new ConfigError(
      "HOST=0.0.0.0 is refused: this mode gives whoever opens the page a shell of yours, without a sandbox, so it listens on 127.0.0.1 only.",
    ),
  );
});

it("a value that cannot be is refused by its name", () => {
  expect(() => readConfig({ PORT: "70000" })).toThrow(/^PORT: /);
  expect(() => readConfig({ MESHWORK_LIMIT_MEMORY_MB: "12" })).toThrow(/^MESHWORK_LIMIT_MEMORY_MB: /);
  expect(() => readConfig({ MESHWORK_CONTEXT: "kind" })).toThrow(
    "MESHWORK_CONTEXT needs MESHWORK_KUBECONFIG",
  );
  expect(() => readConfig({ MESHWORK_CLUSTER_COMMAND: "node x" })).toThrow("must be a JSON array");
});

it("an empty value counts as not set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 3000, databaseUrl: undefined });
});

describe("class mode", () => {
  const inClass = (extra: Record<string, string> = {}) => readConfig({ MESHWORK_MODE: "class", ...extra });
  const none = { level: "none" as const, reason: "no bubblewrap" };

  it("may listen elsewhere, and knows its public address", () => {
    const { host, publicUrl } = inClass({ HOST: "0.0.0.0", MESHWORK_PUBLIC_URL: "https://mesh.example.org" });
    expect([host, publicUrl?.origin]).toEqual(["0.0.0.0", "https://mesh.example.org"]);
  });

  it("refuses what cannot be meant", () => {
    expect(() => inClass({ MESHWORK_KUBECONFIG: "k" })).toThrow("every learner would hold the rights");
    expect(() => inClass({ MESHWORK_PUBLIC_URL: "https://a.example/x" })).toThrow("without a path");
    expect(() => inClass({ MESHWORK_PUBLIC_URL: "ftp://a.example" })).toThrow(/^MESHWORK_PUBLIC_URL: /);
    expect(() => readConfig({ MESHWORK_PUBLIC_URL: "https://a.example" })).toThrow("belongs to");
  });

  it("demands isolated shells; less only by the flag, and never beyond loopback without any", () => {
    expect(() => judgeExposure(inClass(), none)).toThrow(
      'A class needs isolated shells, and here they would be "none": no bubblewrap. MESHWORK_ALLOW_WEAK_ISOLATION=1 accepts that.',
    );
    const weak = { MESHWORK_ALLOW_WEAK_ISOLATION: "1" };
    expect(() => judgeExposure(inClass(weak), none)).not.toThrow();
    expect(() => judgeExposure(inClass({ ...weak, HOST: "0.0.0.0" }), none)).toThrow(
      "HOST=0.0.0.0 is refused",
    );
    const shared = { level: "shared" as const, reason: "no user namespaces" };
    expect(() => judgeExposure(inClass({ ...weak, HOST: "0.0.0.0" }), shared)).not.toThrow();
    expect(() => judgeExposure(inClass(), { level: "strong", reason: "" })).not.toThrow();
    expect(() => judgeExposure(readConfig({}), none)).not.toThrow();
  });
});

it("a sandbox is looked for where it is needed or asked for, and is not to be had with a real cluster", () => {
  expect(readConfig({}).sandbox).toBe(false);
  expect(readConfig({ MESHWORK_ISOLATION: "sandbox" }).sandbox).toBe(true);
  expect(readConfig({ MESHWORK_MODE: "class" }).sandbox).toBe(true);
  expect(readConfig({ MESHWORK_MODE: "class", MESHWORK_ISOLATION: "none" }).sandbox).toBe(false);
  expect(() => readConfig({ MESHWORK_ISOLATION: "sandbox", MESHWORK_KUBECONFIG: "file" })).toThrow(
    /^MESHWORK_ISOLATION=sandbox is refused with MESHWORK_KUBECONFIG: /,
  );
  const reason = "no sandbox (bubblewrap is not installed)";
  expect(() =>
    judgeExposure(readConfig({ MESHWORK_ISOLATION: "sandbox" }), { level: "none", reason }),
  ).toThrow(new ConfigError(`MESHWORK_ISOLATION=sandbox cannot be had here: ${reason}.`));
});
