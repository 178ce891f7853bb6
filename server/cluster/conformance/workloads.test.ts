// What a learner does to workloads with kubectl, against the whole practice cluster in a process of its own.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Tool, tool } from "./kubectl.ts";
import { documents } from "./manifests.ts";
import {
  bundleCluster,
  type ClusterBundle,
  clusterFolder,
  type RunningCluster,
  startCluster,
} from "./practice-process.ts";
import { richPodSpec } from "./rich-pod.ts";
import { unpack } from "./unpack.ts";

const folder = clusterFolder();
let bundle: ClusterBundle | undefined;
let cluster: RunningCluster | undefined;
let kubectl: Tool;

// Each story is a dozen runs of a program; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  bundle = await bundleCluster();
  cluster = await startCluster(bundle, folder);
  kubectl = tool(await unpack(35), folder);
});
afterAll(async () => {
  await cluster?.end("SIGTERM");
  bundle?.dispose();
  folder.dispose();
});

const container = (image: string, rest: object = {}) => ({ name: "main", image, ...rest });
const pod = (name: string, spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 1, ...spec },
});
const path = (object: string, jsonpath: string) =>
  kubectl.ok(["get", ...object.split(" "), "-o", `jsonpath=${jsonpath}`]);

describe("a deployment", () => {
  it("[W1] is made, exposed, scaled, given a new image, paused, undone and restarted", async () => {
    await kubectl.ok("create deployment web --image=hashicorp/http-echo:1.0 --replicas=2 --port=5678");
    await kubectl.ok("rollout status deployment/web --timeout=25s");
    expect(await kubectl.ok("expose deployment web --port=80 --target-port=5678")).toBe(
      "service/web exposed\n",
    );
    expect(await kubectl.ok("scale deployment web --replicas=3")).toBe("deployment.apps/web scaled\n");
    expect(await kubectl.ok("set image deployment/web http-echo=hashicorp/http-echo:1.1")).toBe(
      "deployment.apps/web image updated\n",
    );
    expect(await kubectl.ok("rollout status deployment/web --timeout=25s")).toContain(
      'deployment "web" successfully rolled out',
    );
    expect(await kubectl.ok("rollout pause deployment/web")).toBe("deployment.apps/web paused\n");
    await kubectl.ok("set env deployment/web ECHO_TEXT=later");
    const paused = '{.status.conditions[?(@.type=="Progressing")].reason}=DeploymentPaused';
    await kubectl.ok(["wait", `--for=jsonpath=${paused}`, "deployment/web", "--timeout=25s"]);
    expect((await kubectl.ok("get rs -l app=web -o name")).trim().split("\n")).toHaveLength(2);
    expect(await kubectl.ok("rollout resume deployment/web")).toBe("deployment.apps/web resumed\n");
    await kubectl.ok("rollout status deployment/web --timeout=25s");
    expect(await kubectl.ok("rollout undo deployment/web --to-revision=1")).toBe(
      "deployment.apps/web rolled back\n",
    );
    await kubectl.ok("rollout status deployment/web --timeout=25s");
    expect(await path("deployment web", "{.spec.template.spec.containers[0].image}")).toBe(
      "hashicorp/http-echo:1.0",
    );
    await kubectl.ok("rollout restart deployment/web");
    await kubectl.ok("rollout status deployment/web --timeout=25s");
    await kubectl.ok("wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=25s");
  });

  it("[W2] is autoscaled by figures that kubectl top shows", async () => {
    await kubectl.ok(["patch", "deployment", "web", "-p", requests]);
    await kubectl.ok("rollout status deployment/web --timeout=25s");
    await kubectl.ok("autoscale deployment web --cpu=50% --min=4 --max=6");
    await kubectl.ok("wait --for=jsonpath={.status.desiredReplicas}=4 hpa/web --timeout=25s");
    await kubectl.ok("wait --for=jsonpath={.status.readyReplicas}=4 deployment/web --timeout=25s");
    expect(await kubectl.ok("top nodes --no-headers")).toMatch(
      /^practice-node +\d+m +\d+% +\d+Mi +\d+% *\n$/,
    );
    const lines = (await kubectl.ok("top pods -l app=web --no-headers")).trim().split("\n");
    expect(lines.every((line) => /^web-\S+ +\d+m +\d+Mi *$/.test(line))).toBe(true);
    await kubectl.ok("delete hpa web");
  });
});

const requests = JSON.stringify({
  spec: {
    template: { spec: { containers: [{ name: "http-echo", resources: { requests: { cpu: "100m" } } }] } },
  },
});

describe("a pod", () => {
  it("[W3] is run with input, and its exit code is kubectl's", async () => {
    const script = "echo hi from $HOSTNAME; exit 3\n";
    const { code, out } = await kubectl.run("run box -i --rm --restart=Never --image=busybox -- sh", script);
    expect([code, out.includes("hi from box\n")]).toEqual([3, true]);
  });

  it("[W4] takes a debugging container, and files by cp", async () => {
    await kubectl.ok("apply -f -", documents(pod("page", { containers: [container("nginx")] })));
    await kubectl.ok("wait --for=condition=Ready pod/page --timeout=25s");
    await kubectl.ok(
      "debug page --image=busybox --target=main -c look --profile=general -- wget -qO- localhost",
    );
    const ended = "{.status.ephemeralContainerStatuses[0].state.terminated.reason}=Completed";
    await kubectl.ok(`wait --for=jsonpath=${ended} pod/page --timeout=25s`);
    expect(await kubectl.ok("logs page -c look")).toContain("<title>Welcome to nginx!</title>");
    await kubectl.ok("cp kubeconfig page:/tmp/copied -c main");
    expect(await kubectl.ok("exec page -c main -- cat /tmp/copied")).toContain('"kind": "Config"');
  });

  it("[W5] keeps the log of the run before, and says why a container ended", async () => {
    const failing = { command: ["sh", "-c", "echo once; exit 4"] };
    const hungry = { args: ["--vm", "1", "--vm-bytes", "50M"], resources: { limits: { memory: "20Mi" } } };
    await kubectl.ok(
      "apply -f -",
      documents(
        pod("failing", { containers: [container("busybox", failing)] }),
        pod("hungry", {
          restartPolicy: "Never",
          containers: [container("polinux/stress", { command: ["stress"], ...hungry })],
        }),
        pod("lost", { containers: [container("busybox", { command: ["nope"] })] }),
      ),
    );
    await kubectl.ok(
      "wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/failing --timeout=25s",
    );
    expect(await kubectl.ok("logs failing --previous")).toBe("once\n");
    await kubectl.ok("wait --for=jsonpath={.status.phase}=Failed pod/hungry --timeout=25s");
    expect(await path("pod hungry", "{.status.containerStatuses[0].state.terminated.reason}")).toBe(
      "OOMKilled",
    );
    const waited = "{.status.containerStatuses[0].lastState.terminated.reason}=StartError";
    await kubectl.ok(`wait --for=jsonpath=${waited} pod/lost --timeout=25s`);
    await kubectl.ok("delete pod failing hungry lost page --wait=false");
  });

  it("[W6] finds in a volume what another has left there", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const user = (name: string, script: string) =>
      pod(name, {
        restartPolicy: "Never",
        containers: [
          container("busybox", {
            command: ["sh", "-c", script],
            volumeMounts: [{ name: "d", mountPath: "/data" }],
          }),
        ],
        volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }],
      });
    await kubectl.ok("apply -f -", documents(user("writer", "echo kept > /data/x")));
    await kubectl.ok("wait --for=condition=PodScheduled=false pod/writer --timeout=25s");
    expect(await path("pod writer", "{.status.conditions[0].message}")).toBe(
      '0/1 nodes are available: persistentvolumeclaim "data" not found. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    );
    await kubectl.ok("apply -f -", documents(claim));
    await kubectl.ok("wait --for=jsonpath={.status.phase}=Bound pvc/data --timeout=25s");
    await kubectl.ok("wait --for=jsonpath={.status.phase}=Succeeded pod/writer --timeout=25s");
    await kubectl.ok("apply -f -", documents(user("reader", "cat /data/x")));
    await kubectl.ok("wait --for=jsonpath={.status.phase}=Succeeded pod/reader --timeout=25s");
    expect(await kubectl.ok("logs reader")).toBe("kept\n");
    await kubectl.ok("delete pod/writer pod/reader pvc/data");
    await kubectl.ok("wait --for=delete pv --all --timeout=25s");
  });
});

describe("jobs and their kin", () => {
  it("[W7] a job is made from a cron job, and goes when its time is up", async () => {
    await kubectl.ok([
      "create",
      "cronjob",
      "night",
      "--image=busybox",
      "--schedule=0 3 * * *",
      "--",
      "echo",
      "done",
    ]);
    await kubectl.ok("create job --from=cronjob/night now");
    await kubectl.ok("wait --for=condition=Complete job/now --timeout=25s");
    expect(await kubectl.ok("logs job/now")).toBe("done\n");
    await kubectl.ok(["patch", "job", "now", "-p", '{"spec":{"ttlSecondsAfterFinished":0}}']);
    await kubectl.ok("wait --for=delete job/now --timeout=25s");
  });

  it("[W10] a job made from a cron job has all of its template: kubectl sends it as protobuf", async () => {
    const template = { spec: richPodSpec };
    const spec = { schedule: "0 3 * * *", suspend: true, jobTemplate: { spec: { suspend: true, template } } };
    const metadata = { name: "rich" };
    await kubectl.ok("apply -f -", documents({ apiVersion: "batch/v1", kind: "CronJob", metadata, spec }));
    await kubectl.ok("create job --from=cronjob/rich copy");
    const [from, to] = [
      await path("cronjob rich", "{.spec.jobTemplate.spec.template.spec}"),
      await path("job copy", "{.spec.template.spec}"),
    ];
    expect(JSON.parse(to)).toEqual(JSON.parse(from));
    expect(JSON.parse(to)).toMatchObject(richPodSpec);
    await kubectl.ok("delete job/copy cronjob/rich");
  });

  it("[W8] a replication controller keeps its pods, and a quota counts them", async () => {
    const controller = {
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: "old" },
      spec: {
        replicas: 1,
        selector: { app: "old" },
        template: {
          metadata: { labels: { app: "old" } },
          spec: { terminationGracePeriodSeconds: 1, containers: [container("nginx")] },
        },
      },
    };
    await kubectl.ok("create namespace counted");
    await kubectl.ok("create quota few --hard=pods=5,services=1 -n counted");
    await kubectl.ok("apply -n counted -f -", documents(controller));
    await kubectl.ok("scale rc old --replicas=2 -n counted");
    await kubectl.ok("wait --for=jsonpath={.status.readyReplicas}=2 rc/old -n counted --timeout=25s");
    await kubectl.ok("wait --for=jsonpath={.status.used.pods}=2 quota/few -n counted --timeout=25s");
    await kubectl.ok("delete namespace counted");
  });
});

it("[W11] a pod of a higher class ends a lower one and takes its place", async () => {
  await kubectl.ok("create priorityclass urgent --value=1000");
  const half = (name: string, priorityClassName?: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      ...(priorityClassName && { priorityClassName }),
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "a",
          image: "registry.k8s.io/pause:3.10",
          resources: { requests: { "example.com/seat": "1" }, limits: { "example.com/seat": "1" } },
        },
      ],
    },
  });
  const seats = {
    status: { allocatable: { "example.com/seat": "1" }, capacity: { "example.com/seat": "1" } },
  };
  await kubectl.ok([
    "patch",
    "node",
    "practice-node",
    "--subresource=status",
    "--type=merge",
    "-p",
    JSON.stringify(seats),
  ]);
  await kubectl.ok("apply -f -", documents(half("lower")));
  await kubectl.ok("wait --for=condition=Ready pod/lower --timeout=25s");
  await kubectl.ok("apply -f -", documents(half("higher", "urgent")));
  await kubectl.ok("wait --for=condition=Ready pod/higher --timeout=25s");
  const uid = await path("pod higher", "{.metadata.uid}");
  expect(
    await kubectl.ok("get events --field-selector=reason=Preempted -o jsonpath={.items[*].message}"),
  ).toBe(`Preempted by pod ${uid} on node practice-node`);
  expect(await kubectl.refused("get pod lower")).toBe(
    'Error from server (NotFound): pods "lower" not found\n',
  );
  await kubectl.ok("delete pod higher --now");
});

// Last: it empties the node.
it("[W9] a drain asks the disruption budget, and a taint keeps pods away", async () => {
  await kubectl.ok("create pdb web --selector=app=web --min-available=4");
  await kubectl.ok("wait --for=jsonpath={.status.currentHealthy}=4 pdb/web --timeout=25s");
  const drain = "drain practice-node --ignore-daemonsets --force --delete-emptydir-data";
  const refusal = await kubectl.refused(`${drain} --timeout=4s`);
  expect(refusal).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
  await kubectl.ok("delete pdb web");
  expect(await kubectl.ok(`${drain} --timeout=25s`)).toContain("node/practice-node drained\n");
  expect(await path("node practice-node", "{.spec.taints[0].key}")).toBe("node.kubernetes.io/unschedulable");
  await kubectl.ok("taint nodes practice-node dedicated=x:NoExecute");
  expect(await kubectl.ok("uncordon practice-node")).toBe("node/practice-node uncordoned\n");
  const tainted = "0/1 nodes are available: 1 node(s) had untolerated taint(s).";
  await kubectl.ok(["run", "guest", "--image=nginx"]);
  await kubectl.ok("wait --for=condition=PodScheduled=false pod/guest --timeout=25s");
  expect(await path("pod guest", "{.status.conditions[0].message}")).toContain(tainted);
  expect(await kubectl.ok("taint nodes practice-node dedicated-")).toBe("node/practice-node untainted\n");
  await kubectl.ok("wait --for=condition=Ready pod/guest --timeout=25s");
});
