import { expect, it } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

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
  expect(() => readConfig({ MESHWORK_CONTEXT: "kind" })).toThrow(
    "MESHWORK_CONTEXT needs MESHWORK_KUBECONFIG",
  );
  expect(() => readConfig({ MESHWORK_CLUSTER_COMMAND: "node x" })).toThrow("must be a JSON array");
});

it("an empty value counts as not set", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 3000, databaseUrl: undefined });
});
