import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jq } from "./jq.ts";

const folder = mkdtempSync(path.join(tmpdir(), "meshwork-jq-"));
afterAll(() => rmSync(folder, { recursive: true }));

const chains = (...matches: object[]) => ({
  configs: [
    { bootstrap: {} },
    {
      dynamic_listeners: [
        { name: "0.0.0.0_8080", active_state: { listener: { transport_protocol: "raw_buffer" } } },
        {
          name: "virtualInbound",
          active_state: {
            listener: { filter_chains: matches.map((match) => ({ filter_chain_match: match })) },
          },
        },
      ],
    },
  ],
});
const tls = { destination_port: 8081, transport_protocol: "tls" };
const plain = { destination_port: 8081, transport_protocol: "raw_buffer" };
writeFileSync(path.join(folder, "permissive.json"), JSON.stringify(chains(tls, plain), null, 4));
writeFileSync(path.join(folder, "strict.json"), JSON.stringify(chains(tls), null, 4));

const run = (words: string[], input = "") => jq(words, { cwd: folder, stdin: () => input });

// The filters of the mutual TLS lab, as they stand in its text and its checks.
const doors =
  '.configs[] | .dynamic_listeners[]? | select(.name == "virtualInbound") | .active_state.listener.filter_chains[] | .filter_chain_match | select(.destination_port == 8081)';
const open =
  '[.configs[] | .dynamic_listeners[]? | select(.name == "virtualInbound") | .. | objects | select(.transport_protocol? == "raw_buffer")] | length > 0';
const shut =
  '[.configs[] | .dynamic_listeners[]? | select(.name == "virtualInbound")] | length > 0 and ([.. | objects | select(.transport_protocol? == "raw_buffer")] | length == 0)';
const mounts =
  '.items[0].spec.containers[] | select(.name == "istio-proxy") | .volumeMounts[] | "\\(.name)  \\(.mountPath)"';
const pods = {
  items: [
    { spec: { containers: [{ name: "istio-proxy", volumeMounts: [{ name: "a", mountPath: "/b" }] }] } },
  ],
};

describe("the stand-in for jq", () => {
  it.each([
    [["-c", doors, "permissive.json"], `${JSON.stringify(tls)}\n${JSON.stringify(plain)}\n`, 0],
    [["-c", doors, "strict.json"], `${JSON.stringify(tls)}\n`, 0],
    [["-e", open, "permissive.json"], "true\n", 0],
    [["-e", open, "strict.json"], "false\n", 1],
    [["-e", shut, "strict.json"], "true\n", 0],
    [["-e", shut, "permissive.json"], "false\n", 1],
    [["-n", "--arg", "a", "x y", "$a"], '"x y"\n', 0],
  ])("%j", async (words, stdout, exitCode) => {
    expect(await run(words)).toEqual({ stdout, stderr: "", exitCode });
  });

  it("reads its standard input when no file is named", async () => {
    expect(await run(["-r", mounts], JSON.stringify(pods))).toEqual({
      stdout: "a  /b\n",
      stderr: "",
      exitCode: 0,
    });
  });

  it("says which file there is not, with exit code 2", async () => {
    expect(await run([".", "nope.json"])).toMatchObject({
      stdout: "",
      stderr: expect.stringContaining("nope.json: No such file or directory"),
      exitCode: 2,
    });
  });

  it("takes a proxy's whole configuration in its stride", async () => {
    const many = chains(...Array.from({ length: 5_000 }, () => plain));
    const result = await run(["."], JSON.stringify(many));
    expect(result.stdout.split("\n").length).toBeGreaterThan(20_000);
  });
});
