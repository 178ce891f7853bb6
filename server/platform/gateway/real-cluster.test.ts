// `meshwork start --kubeconfig FILE`: the product beside a cluster that it did not start. A practice cluster stands for
// the real one; nothing but the kubeconfig joins the two.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { meshGraph, stepConditions, type WorkspaceStatus } from "../../contracts/index.ts";
import { type Bundles, bundleProduct, processesNaming } from "../../workspace/testing/bundles.ts";
import {
  ask,
  connected,
  openSocket,
  type PageSocket,
  PageTerminal,
  signIn,
  WebHarness,
} from "./testing/web.ts";

const lab = "secure-services-mtls";
let bundles: Bundles;
let harness: WebHarness;
let folder: string;
let cluster: { child: ChildProcess; gateway: { ip: string; ports: Record<string, number> } };
const inFolder = (name: string) => path.join(folder, name);
const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 50 });

async function startCluster() {
  const args = ["--kubeconfig-out", inFolder("kubeconfig"), "--state-dir", inFolder("state")];
  const more = ["--addons-out", inFolder("addons"), "--istio-profile", "demo"];
  const child = spawn(process.execPath, [bundles.file("cluster"), ...args, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, gateway: JSON.parse(String(line)).gateway };
}

async function stopCluster(signal: NodeJS.Signals) {
  const ended = once(cluster.child, "exit");
  cluster.child.kill(signal);
  await ended;
}

beforeAll(async () => {
  bundles = await bundleProduct();
  harness = new WebHarness(bundles, "real");
  folder = mkdtempSync(path.join(tmpdir(), "mwr-"));
  cluster = await startCluster();
}, 120_000);
afterAll(async () => {
  await harness?.dispose();
  if (cluster) await stopCluster("SIGTERM");
  if (harness) expect(processesNaming(harness.dataDir)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
  bundles?.dispose();
});

async function shell(socket: PageSocket) {
  const terminal = new PageTerminal();
  await terminal.attachTo(socket);
  let seq = 0;
  return async (command: string): Promise<string> => {
    terminal.text = "";
    const data = `${command}; echo "en""ded:$?"\r`;
    await ask(socket, "terminal:input", { terminal: "main", writer: "page-of-the-test", seq: ++seq, data });
    await soon(() => expect(terminal.text).toMatch(/ended:\d/));
    return terminal.text;
  };
}

it("works on the cluster that the kubeconfig names, starts none, and follows it through its death", async () => {
  const web = await harness.start({ MESHWORK_KUBECONFIG: inFolder("kubeconfig") });
  const socket = openSocket(web, { Origin: web.origin, Cookie: await signIn(web) });
  const statuses: WorkspaceStatus[] = [];
  socket.on("workspace", (status) => statuses.push(status));
  await connected(socket);
  await ask(socket, "workspace:open", { lab });
  const real = { kind: "real", name: "practice" };
  const ready = { phase: "ready", detail: "The real cluster practice is ready.", cluster: real };
  await soon(() => expect(statuses.at(-1)).toMatchObject(ready));
  expect(processesNaming(harness.dataDir).length).toBeGreaterThan(0);
  expect(processesNaming(bundles.file("cluster"))).toEqual([cluster.child.pid]);

  const run = await shell(socket);
  const { ip, ports } = cluster.gateway;
  expect(
    await run("echo at $GATEWAY_IP $INGRESS_PORT $SECURE_INGRESS_PORT on $(kubectl config current-context)"),
  ).toContain(`at ${ip} ${ports["80"]} ${ports["443"]} on practice\r\n`);
  const prepare = [
    "kubectl rollout status -n istio-system deployment/istiod --timeout=60s",
    "kubectl apply -f labs/06/namespace.yaml",
    "kubectl apply -n istioinaction -f sample-apps/",
    `kubectl apply -f ${inFolder("addons")}/prometheus.yaml`,
    "kubectl wait -n istioinaction --for=condition=Available deployment --all --timeout=50s",
  ];
  expect(await run(prepare.join(" && "))).toContain("ended:0");

  const step = { lab, step: "permissive-mesh" };
  const outsider = async () =>
    stepConditions
      .parse(await ask(socket, "conditions:check", step))
      .results.find(({ id }) => id === "sleep-outside-mesh");
  expect(await outsider()).toMatchObject({ status: "failed" });
  expect(
    await run(
      "kubectl apply -n default -f sample-apps/sleep.yaml && kubectl rollout status deployment/sleep",
    ),
  ).toContain("ended:0");
  expect(await outsider()).toMatchObject({ status: "passed" });
  await soon(async () => {
    const graph = meshGraph.parse(await ask(socket, "mesh:graph", { namespaces: ["istioinaction"] }));
    expect(JSON.stringify(graph)).toContain("web-api");
  });

  await stopCluster("SIGKILL");
  await soon(() => {
    expect(statuses.at(-1)).toMatchObject({ phase: "recovering", cluster: real });
    expect(statuses.at(-1)?.detail).toMatch(
      /^The real cluster practice does not answer \(.+\)\. Looking again until it does\.$/,
    );
  });
  cluster = await startCluster();
  await soon(() => expect(statuses.at(-1)).toMatchObject(ready));
  expect(await run("kubectl get deployment -n istioinaction web-api -o name")).toContain(
    "deployment.apps/web-api\r\n",
  );
  socket.close();
  await harness.kill(web, "SIGKILL");
}, 180_000);

it("a kubeconfig that will not do is refused before anything listens", async () => {
  const start = (name: string, context?: string) =>
    harness.start({ MESHWORK_KUBECONFIG: inFolder(name), ...(context && { MESHWORK_CONTEXT: context }) });
  await expect(start("missing")).rejects.toThrow(
    `web ended with 78: ${inFolder("missing")} does not exist.\n`,
  );
  await expect(start("kubeconfig", "prod")).rejects.toThrow(
    `web ended with 78: ${inFolder("kubeconfig")} has no context "prod"; it knows practice.\n`,
  );
  writeFileSync(inFolder("evil"), "users: [{name: u, user: {exec: {command: touch}}}]\n");
  await expect(start("evil")).rejects.toThrow("evil has no current context");
});
