import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/index.ts";
import { builtinStrategies } from "../apis/index.ts";
import { createApiServer, type KubeletConnection, type ServiceDialer } from "../apiserver/index.ts";
import { DisposableStore, seededRandom, silentLogger, systemClock } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { createPracticeNetwork } from "../network/index.ts";
import { Storage } from "../storage/index.ts";
import { builtinPrograms, createContainerShell } from "../workloads/index.ts";
import { startKubelet } from "./kubelet.ts";
import { asPod, type Pod } from "./pod.ts";

let running = new DisposableStore();
afterEach(() => {
  running.dispose();
  running = new DisposableStore();
});

async function node() {
  const base = { clock: systemClock, random: seededRandom(), logger: silentLogger };
  const storage = new Storage<KubeObject>();
  const api = await createApiServer({
    ...base,
    storage,
    strategies: builtinStrategies,
    serviceCIDR: "10.43.0.0/16",
  });
  const transport = api.transportFor({ name: "system:test", groups: ["system:masters"] });
  const network = createPracticeNetwork(base);
  const signal = new AbortController().signal;
  const start = () =>
    startKubelet({
      ...base,
      transport,
      network,
      programs: builtinPrograms,
      shell: createContainerShell(),
      signal,
    });
  const kubelet = start();
  // What the API server asks for, checked by the compiler.
  const connection: KubeletConnection = kubelet.connection;
  const dialer: ServiceDialer = kubelet.dialer;
  api.setKubelet(connection);
  api.setDialer(dialer);
  running.add({
    dispose() {
      kubelet.dispose();
      api.dispose();
    },
  });
  await kubelet.ready;
  const post = (path: string, body: object) => transport.request({ method: "POST", path, body });
  await post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  // The service account controller would make it.
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
  await post("/api/v1/namespaces/shop/serviceaccounts", account);
  return { transport, network, kubelet, post, start };
}

type Fixture = Awaited<ReturnType<typeof node>>;

interface PodPlan {
  readonly name: string;
  readonly spec: object;
  readonly labels?: Record<string, string>;
}

const pods = "/api/v1/namespaces/shop/pods";

async function runPod(
  { post, transport }: Fixture,
  { name, spec, labels }: PodPlan,
  until = isReady,
): Promise<Pod> {
  const whole = { nodeName: "practice-node", automountServiceAccountToken: false, ...spec };
  await post(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...(labels ? { labels } : {}) },
    spec: whole,
  });
  return waitFor(transport, name, until);
}

const isReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

async function waitFor(transport: Transport, name: string, until: (pod: Pod) => boolean): Promise<Pod> {
  const stop = new AbortController();
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: "0" };
  for await (const event of transport.watch({ method: "GET", path: pods, query, signal: stop.signal })) {
    const pod = asPod(event.object);
    if (!until(pod)) continue;
    stop.abort();
    return pod;
  }
  throw new Error(`the watch of ${name} ended`);
}

async function exec({ kubelet }: Fixture, name: string, command: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdout, stderr, tty: false, signal: new AbortController().signal };
  const code = await kubelet.connection.exec({ namespace: "shop", name }, { command }, streams);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

async function expose({ post }: Fixture, name: string, pod: Pod): Promise<void> {
  const targetPort = 8080;
  await post("/api/v1/namespaces/shop/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 8080, targetPort }] },
  });
  await post("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-abcde`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: [{ addresses: [pod.status?.podIP], conditions: { ready: true } }],
    ports: [{ name: "http", port: targetPort, protocol: "TCP" }],
  });
}

const fake = (name: string, upstream: string, message: string) => ({
  containers: [
    {
      name,
      image: "nicholasjackson/fake-service:v0.7.8",
      env: [
        { name: "LISTEN_ADDR", value: "0.0.0.0:8080" },
        { name: "UPSTREAM_URIS", value: upstream },
        { name: "NAME", value: name },
        { name: "MESSAGE", value: message },
      ],
      ports: [{ containerPort: 8080 }],
      readinessProbe: { httpGet: { path: "/health", port: 8080 } },
    },
  ],
});

const sleeper = {
  containers: [
    { name: "sleep", image: "governmentpaas/curl-ssl:terraform-14", command: ["/bin/sleep", "3650d"] },
  ],
};

describe("the practice node", () => {
  it("answers curl in a pod through three services, each naming its upstream", async () => {
    const fixture = await node();
    const history = await runPod(fixture, {
      name: "history-0",
      spec: fake("purchase-history", "", "History"),
    });
    await expose(fixture, "purchase-history", history);
    const upstream = "http://purchase-history:8080";
    const middle = await runPod(fixture, {
      name: "middle-0",
      spec: fake("recommendation", upstream, "Middle"),
    });
    await expose(fixture, "recommendation", middle);
    const web = await runPod(fixture, {
      name: "web-0",
      spec: fake("web-api", "http://recommendation:8080", "Web"),
    });
    await expose(fixture, "web-api", web);
    await runPod(fixture, { name: "sleep-0", spec: sleeper });
    const command = ["curl", "-s", "http://web-api.shop:8080/"];
    const { code, stdout, stderr } = await exec(fixture, "sleep-0", command);
    expect([code, stderr]).toEqual([0, ""]);
    const answer = JSON.parse(stdout);
    expect(Object.keys(answer)).toEqual([
      "name",
      "uri",
      "type",
      "ip_addresses",
      "start_time",
      "end_time",
      "duration",
      "body",
      "upstream_calls",
      "code",
    ]);
    expect([answer.name, answer.uri, answer.body, answer.code]).toEqual(["web-api", "/", "Web", 200]);
    const [call] = answer.upstream_calls;
    expect([call.name, call.uri]).toEqual(["recommendation", "http://recommendation:8080"]);
    expect(call.upstream_calls[0].body).toBe("History");
    expect(stdout.endsWith("}\n")).toBe(true);
  });

  it("shows curl's meter, its words and its exit codes without a terminal", async () => {
    const fixture = await node();
    const pod = await runPod(fixture, { name: "sleep-0", spec: sleeper });
    const unknown = await exec(fixture, "sleep-0", ["curl", "http://nowhere:8080/"]);
    expect(unknown.code).toBe(6);
    expect(unknown.stderr).toBe(
      "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
        "                                 Dload  Upload   Total   Spent    Left  Speed\n" +
        "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0" +
        "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n" +
        "curl: (6) Could not resolve host: nowhere\n",
    );
    const refused = await exec(fixture, "sleep-0", ["curl", "-sS", `http://${pod.status?.podIP}:9/`]);
    expect(refused.stderr).toMatch(
      /^curl: \(7\) Failed to connect to 10\.42\.0\.10 port 9 after \d+ ms: Couldn't connect to server\n$/,
    );
    const written = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "http://nowhere/"];
    expect(await exec(fixture, "sleep-0", written)).toEqual({ code: 6, stdout: "000\n", stderr: "" });
  });

  it("runs shell scripts in a container and says what a missing command is", async () => {
    const fixture = await node();
    await runPod(fixture, { name: "sleep-0", spec: sleeper });
    const script = "for i in 1 2; do echo $i; done > /tmp/x; cat /tmp/x | wc -l; hostname";
    const result = await exec(fixture, "sleep-0", ["sh", "-c", script]);
    expect([result.code, result.stdout.trim().split(/\s+/)]).toEqual([0, ["2", "sleep-0"]]);
    expect((await exec(fixture, "sleep-0", ["cat", "/tmp/x"])).stdout).toBe("1\n2\n");
    expect(await exec(fixture, "sleep-0", ["nosuch"])).toEqual({
      code: 127,
      stdout: "",
      stderr:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\n',
    });
  });

  it("tells an unknown image by status and events", async () => {
    const fixture = await node();
    const spec = { containers: [{ name: "web", image: "example.com/unknown:1" }] };
    const waiting = (pod: Pod) =>
      pod.status?.containerStatuses?.[0]?.state.waiting?.reason === "ErrImagePull";
    const pod = await runPod(fixture, { name: "web-0", spec }, waiting);
    expect(pod.status?.phase).toBe("Pending");
    expect(pod.status?.containerStatuses?.[0]?.state.waiting?.message).toBe(
      'pull image "example.com/unknown:1": not available on the practice node',
    );
  });

  it("runs init containers first, mounts config maps and sets the environment", async () => {
    const fixture = await node();
    const configMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { "a.txt": "from map" },
    };
    const mounting = runPod(
      fixture,
      {
        name: "job-0",
        labels: { app: "job" },
        spec: {
          restartPolicy: "Never",
          initContainers: [
            {
              name: "first",
              image: "busybox:1.36",
              command: ["sh", "-c", "echo ready > /shared/flag"],
              volumeMounts: [{ name: "shared", mountPath: "/shared" }],
            },
          ],
          containers: [
            {
              name: "main",
              image: "busybox:1.36",
              command: ["sh", "-c", "cat /shared/flag /etc/config/a.txt; echo; echo $POD $APP"],
              env: [
                { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "APP", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
              ],
              volumeMounts: [
                { name: "shared", mountPath: "/shared" },
                { name: "config", mountPath: "/etc/config" },
              ],
            },
          ],
          volumes: [
            { name: "shared", emptyDir: {} },
            { name: "config", configMap: { name: "settings" } },
          ],
        },
      },
      (pod) => pod.status?.phase === "Succeeded",
    );
    await fixture.post("/api/v1/namespaces/shop/configmaps", configMap);
    const pod = await mounting;
    expect(pod.status?.initContainerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 0,
      reason: "Completed",
    });
    const sink = new PassThrough();
    await fixture.kubelet.connection.logs(
      { namespace: "shop", name: "job-0" },
      {},
      sink,
      new AbortController().signal,
    );
    sink.end();
    expect(await text(sink)).toBe("ready\nfrom map\njob-0 job\n");
  });

  it("deletes gracefully and gives the address back", async () => {
    const fixture = await node();
    const pod = await runPod(fixture, { name: "web-0", spec: fake("web", "", "Hi") });
    const gone = new AbortController();
    const watch = fixture.transport.watch({
      method: "GET",
      path: pods,
      query: { resourceVersion: "0" },
      signal: gone.signal,
    });
    await fixture.transport.request({ method: "DELETE", path: `${pods}/web-0` });
    for await (const event of watch) if (event.type === "DELETED") break;
    gone.abort();
    const ip = pod.status?.podIP ?? "";
    await expect(fixture.network.node.connect({ host: ip, port: 8080 })).rejects.toMatchObject({
      code: "EHOSTUNREACH",
    });
  });

  it("starts pods again after the node came back, with address and one more restart", async () => {
    const fixture = await node();
    const before = await runPod(fixture, { name: "web-0", spec: fake("web", "", "Hi") });
    fixture.kubelet.dispose();
    const again = fixture.start();
    running.add(again);
    const after = await waitFor(
      fixture.transport,
      "web-0",
      (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
    );
    expect([after.metadata.uid, after.status?.podIP]).toEqual([before.metadata.uid, before.status?.podIP]);
    expect(after.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 255,
      reason: "Unknown",
    });
  });
});
