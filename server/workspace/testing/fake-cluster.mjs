// Stands in for the practice cluster's program in tests of its supervision: prints the ready line, then waits.
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    "state-dir": { type: "string" },
    "kubeconfig-out": { type: "string" },
    "istio-version": { type: "string" },
    "istio-profile": { type: "string" },
    "addons-out": { type: "string" },
    edges: { type: "string" },
    "parent-watch": { type: "boolean" },
  },
});
if (values["parent-watch"]) process.stdin.resume().once("close", () => process.exit(0));
mkdirSync(values["state-dir"], { recursive: true });
writeFileSync(values["kubeconfig-out"], "apiVersion: v1\nkind: Config\n", { mode: 0o600 });
process.stdout.write(
  `${JSON.stringify({
    ready: true,
    pid: process.pid,
    apiServer: "https://127.0.0.1:1",
    kubeconfig: values["kubeconfig-out"],
    gateway:
      values.edges === "addresses"
        ? { ip: "172.18.255.200", ports: { 80: 80, 443: 443 } }
        : { ip: "127.0.0.1", ports: { 80: 31080, 443: 31443 } },
    istioVersion: values["istio-version"],
  })}\n`,
);
setInterval(() => undefined, 1000);
process.on("SIGTERM", () => process.exit(0));
