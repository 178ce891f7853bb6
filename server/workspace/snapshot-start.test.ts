import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LabBench, makeSnapshots, openBench } from "./lab-tool/index.ts";
import { type BenchPrograms, buildBenchPrograms } from "./testing/lab-bench.ts";

// A lab that begins with its prepared start finds everything as its preparation leaves it, only sooner.

const samples = fileURLToPath(
  new URL("../../content/workshops/istio-basics/files/sample-apps", import.meta.url),
);
const lab = `---
id: one-sidecar
title: One sidecar
summary: A pod with a sidecar.
minutes: 1
prepare:
  istioProfile: demo
  commands:
    - kubectl label namespace default istio-injection=enabled
    - kubectl apply -f sample-apps/sleep.yaml
    - kubectl rollout status deployment sleep --timeout=100s
    - kubectl get pods -A -o custom-columns=N:.metadata.name,U:.metadata.uid,R:.status.containerStatuses[*].restartCount > pods.txt
---
## Look {#look}
Look.
`;

let folder: string;
let programs: BenchPrograms;
let bench: LabBench;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "mw-snapshot-start-"));
  const workshop = path.join(folder, "content", "workshops", "basics");
  mkdirSync(path.join(workshop, "01-one"), { recursive: true });
  writeFileSync(path.join(workshop, "workshop.yaml"), "id: basics\ntitle: Basics\nsummary: One lab.\n");
  writeFileSync(path.join(workshop, "01-one", "lab.md"), lab);
  cpSync(samples, path.join(workshop, "files", "sample-apps"), { recursive: true });
  programs = await buildBenchPrograms();
  const { clusterCommand, toolboxBin } = programs;
  const out = path.join(folder, "snapshots");
  const said: string[] = [];
  const { failed } = await makeSnapshots({
    signal: new AbortController().signal,
    ...{ labs: ["one-sidecar"], contentDir: path.join(folder, "content"), istioVersion: "1.21.6" },
    ...{ clusterCommand, toolboxBin, out, say: (line) => said.push(line) },
  });
  expect([failed, said.join()]).toEqual([0, expect.stringContaining("made in")]);
  const [name = ""] = readdirSync(out);
  bench = await openBench({
    ...{ filesDir: path.join(out, name, "files"), clusterCommand, toolboxBin },
    ...{ istioVersion: "1.21.6", istioProfile: "demo", restore: path.join(out, name, "cluster") },
  });
}, 300_000);
afterAll(async () => {
  await bench?.close();
  programs?.dispose();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const run = async (command: string) => (await bench.run(command)).output.trim();

it("the same pods run, none was started again, and no event says otherwise", async () => {
  const columns = "N:.metadata.name,U:.metadata.uid,R:.status.containerStatuses[*].restartCount";
  expect(await run(`kubectl get pods -A -o custom-columns='${columns}'`)).toBe(await run("cat pods.txt"));
  expect(await run("kubectl get pods --no-headers | awk '{print $2, $3, $4}'")).toBe("2/2 Running 0");
  const pulls = "kubectl get events --field-selector reason=Started -o name | wc -l";
  // istio-init, istio-proxy and sleep, from when the pod was made.
  expect(await run(pulls)).toBe("3");
});

it("the cluster has keys of its own, and every pod is told of them", async () => {
  const published = "kubectl get configmap kube-root-ca.crt -o jsonpath='{.data.ca\\.crt}'";
  const own =
    "kubectl config view --raw -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d";
  // The controller that publishes it comes after everything runs.
  const same = `for i in {1..150}; do [ "$(${published})" = "$(${own})" ] && break; sleep 0.2; done`;
  expect(await run(`${same}; [ "$(${published})" = "$(${own})" ] && echo same`)).toBe("same");
});

it("proxies are connected, with certificates of just now, and requests go through", async () => {
  expect(await run("istioctl proxy-status | grep -c sleep")).toBe("1");
  const secret = "istioctl proxy-config secret deploy/sleep | awk '$1 == \"default\" {print $4, $5}'";
  expect(await run(secret)).toBe("ACTIVE true");
  expect(
    await run(
      "kubectl exec deploy/sleep -- curl -s -o /dev/null -w '%{http_code}' istiod.istio-system:15014/version",
    ),
  ).toBe("200");
});

it("what runs on is replaced and restarted as any other", async () => {
  const restart =
    "kubectl rollout restart deployment sleep && kubectl rollout status deployment sleep --timeout=100s";
  expect((await bench.run(restart)).exitCode).toBe(0);
});
