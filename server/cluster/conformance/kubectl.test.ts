// Two real kubectl versions and helm against the whole practice cluster in a process of its own.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputMatching, type Tool, tool } from "./kubectl.ts";
import { box, configMap, deployment, documents, service } from "./manifests.ts";
import {
  bundleCluster,
  type ClusterBundle,
  clusterFolder,
  type RunningCluster,
  startCluster,
} from "./practice-process.ts";
import { unpack } from "./unpack.ts";

const folder = clusterFolder();
let bundle: ClusterBundle | undefined;
let cluster: RunningCluster | undefined;

beforeAll(async () => {
  bundle = await bundleCluster();
  cluster = await startCluster(bundle, folder);
});
afterAll(async () => {
  await cluster?.end("SIGTERM");
  bundle?.dispose();
  folder.dispose();
});

describe.each([31, 35])("kubectl 1.%i", (minor) => {
  const namespace = `v${minor}`;
  let kubectl: Tool;
  const deleted = (what: string) => `${what} deleted${minor >= 34 ? ` from ${namespace} namespace` : ""}\n`;

  beforeAll(async () => {
    kubectl = tool(await unpack(minor), folder, ["--namespace", namespace]);
    await kubectl.ok(`create namespace ${namespace}`);
    await kubectl.ok("apply -f -", documents(deployment("web"), service("web"), box("box")));
    await kubectl.ok("rollout status deployment/web --timeout=20s");
    await kubectl.ok("wait --for=condition=Ready pod/box --timeout=20s");
  });

  it("[K1] applies: created, unchanged, configured; shows the difference first", async () => {
    const first = documents(configMap("a", { k: "v" }));
    const second = documents(configMap("a", { k: "w" }));
    expect(await kubectl.ok("apply -f -", first)).toBe("configmap/a created\n");
    expect(await kubectl.ok("apply -f -", first)).toBe("configmap/a unchanged\n");
    const diff = await kubectl.run("diff -f -", second);
    expect({ code: diff.code, lines: diff.out.match(/^[-+] {2}k: .*/gm) }).toEqual({
      code: 1,
      lines: ["-  k: v", "+  k: w"],
    });
    expect(await kubectl.ok("apply -f -", second)).toBe("configmap/a configured\n");
    expect(await kubectl.ok("get configmap a -o jsonpath={.data}")).toBe('{"k":"w"}');
  });

  it("[K2] applies on the server, and is told who owns a field", async () => {
    const manifest = documents(configMap("owned", { k: "v" }));
    expect(await kubectl.ok("apply --server-side --field-manager=one -f -", manifest)).toBe(
      "configmap/owned serverside-applied\n",
    );
    const other = documents(configMap("owned", { k: "w" }));
    const refusal = await kubectl.refused("apply --server-side --field-manager=two -f -", other);
    expect(refusal.split("\n")[0]).toBe('error: Apply failed with 1 conflict: conflict with "one": .data.k');
    await kubectl.ok("apply --server-side --field-manager=two --force-conflicts -f -", other);
    expect(await kubectl.ok("get configmap owned -o jsonpath={.data.k}")).toBe("w");
  });

  it("[K3] creates what kubectl sends as protobuf", async () => {
    const made: string[] = [];
    for (const what of [
      "configmap p --from-literal=a=b",
      "secret generic p --from-literal=a=b",
      "serviceaccount p",
      "service clusterip p --tcp=80:8080",
      "role p --verb=get --resource=pods",
      "rolebinding p --role=p --serviceaccount=default:default",
      "quota p --hard=pods=100",
      "ingress p --rule=a.example/x=p:80",
      "poddisruptionbudget p --selector=app=p --min-available=1",
      "job p --image=busybox:1.36 -- true",
      "deployment p --image=busybox:1.36 --replicas=0",
    ])
      made.push((await kubectl.ok(`create ${what}`)).trim());
    expect(made).toEqual([
      "configmap/p created",
      "secret/p created",
      "serviceaccount/p created",
      "service/p created",
      "role.rbac.authorization.k8s.io/p created",
      "rolebinding.rbac.authorization.k8s.io/p created",
      "resourcequota/p created",
      "ingress.networking.k8s.io/p created",
      "poddisruptionbudget.policy/p created",
      "job.batch/p created",
      "deployment.apps/p created",
    ]);
    expect(await kubectl.ok("wait --for=condition=Complete job/p --timeout=20s")).toBe(
      "job.batch/p condition met\n",
    );
    expect(await kubectl.ok("get secret p -o jsonpath={.data.a}")).toBe("Yg==");
  });

  it("[K4] patches in three ways, labels and annotates", async () => {
    await kubectl.ok("create configmap patched --from-literal=a=1");
    const patch = (type: string, body: object) =>
      kubectl.ok(["patch", "configmap", "patched", "--type", type, "-p", JSON.stringify(body)]);
    expect(await patch("strategic", { data: { b: "2" } })).toBe("configmap/patched patched\n");
    await patch("merge", { data: { a: null } });
    await patch("json", [{ op: "add", path: "/data/c", value: "3" }]);
    expect(await patch("merge", { data: { c: "3" } })).toBe("configmap/patched patched (no change)\n");
    expect(await kubectl.ok("get configmap patched -o jsonpath={.data}")).toBe('{"b":"2","c":"3"}');
    expect(await kubectl.ok("label configmap patched tier=front")).toBe("configmap/patched labeled\n");
    expect(await kubectl.refused("label configmap patched tier=back")).toBe(
      "error: 'tier' already has a value (front), and --overwrite is false\n",
    );
    expect(await kubectl.ok("annotate configmap patched note=x")).toBe("configmap/patched annotated\n");
    expect(await kubectl.ok("get configmap -l tier=front -o name")).toBe("configmap/patched\n");
  });

  it("[K5] rolls out a new image, goes back, restarts and scales", async () => {
    const image = "get deployment web -o jsonpath={.spec.template.spec.containers[0].image}";
    const done = 'deployment "web" successfully rolled out\n';
    await kubectl.ok("set image deployment/web main=nicholasjackson/fake-service:v0.26.1");
    expect(await kubectl.ok("rollout status deployment/web --timeout=20s")).toContain(done);
    expect(await kubectl.ok(image)).toBe("nicholasjackson/fake-service:v0.26.1");
    expect(await kubectl.ok("rollout history deployment/web")).toBe(
      "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n",
    );
    expect(await kubectl.ok("rollout undo deployment/web")).toBe("deployment.apps/web rolled back\n");
    await kubectl.ok("rollout status deployment/web --timeout=20s");
    expect(await kubectl.ok(image)).toBe("nicholasjackson/fake-service:v0.26.2");
    expect(await kubectl.ok("rollout restart deployment/web")).toBe("deployment.apps/web restarted\n");
    await kubectl.ok("rollout status deployment/web --timeout=20s");
    await kubectl.ok("scale deployment/web --replicas=3");
    await kubectl.ok("wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=20s");
    expect(await kubectl.ok("get deployment web --no-headers")).toMatch(/^web +3\/3 +3 +3 +\S+\n$/);
    expect(await kubectl.ok("describe deployment web")).toMatch(
      /ScalingReplicaSet .*Scaled up replica set web-/,
    );
    expect(await kubectl.ok("events --for deployment/web")).toMatch(/ScalingReplicaSet +Deployment\/web/);
  });

  it("[K6] runs commands in containers with their exit code, input and output as it comes", async () => {
    expect(await kubectl.run(["exec", "box", "--", "sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      code: 3,
      out: "out\n",
      err: "err\ncommand terminated with exit code 3\n",
    });
    expect(await kubectl.ok("exec -i box -- cat", "from outside\n")).toBe("from outside\n");
    expect(await kubectl.ok("exec box -- curl -s -o /dev/null -w %{http_code} http://web/")).toBe("200");
    const loop = kubectl.spawn(["exec", "box", "--", "sh", "-c", "while true; do echo tick; sleep 1; done"]);
    await outputMatching(loop, /tick\ntick\n/); // although the script never ends
    loop.kill();
    await once(loop, "exit");
  });

  it("[K7] copies files into a container and out of it", async () => {
    const content = "line one\n\u00fcml\u00e4ut\n";
    writeFileSync(join(folder.home, "in.txt"), content);
    await kubectl.ok("cp in.txt box:/tmp/in.txt");
    expect(await kubectl.ok("exec box -- cat /tmp/in.txt")).toBe(content);
    await kubectl.ok(`cp box:/tmp/in.txt out-${minor}.txt`);
    expect(readFileSync(join(folder.home, `out-${minor}.txt`), "utf8")).toBe(content);
  });

  it("[K8] follows logs", async () => {
    const run = "run talker --image=busybox:1.36 --restart=Never --command -- sh -c".split(" ");
    await kubectl.ok([...run, "echo one; sleep 1; echo two"]);
    await kubectl.ok("wait --for=jsonpath={.status.phase}=Running pod/talker --timeout=20s");
    expect(await kubectl.ok("logs -f talker")).toBe("one\ntwo\n");
    expect(await kubectl.ok("logs talker --tail=1")).toBe("two\n");
  });

  it("[K9] forwards a port to a real curl", async () => {
    const child = kubectl.spawn("port-forward service/web :80");
    const line = await outputMatching(child, /127\.0\.0\.1:(\d+) -> /);
    const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    const { stdout } = await promisify(execFile)("curl", ["-s", `http://127.0.0.1:${port}/`]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "web", body: "hello", code: 200 });
    child.kill();
    await once(child, "exit");
  });

  it("[K10] watches, waits for a deletion, and deletes with what is owned", async () => {
    await kubectl.ok("create configmap other --from-literal=a=b");
    const all = kubectl.spawn("get configmaps -w --output-watch-events");
    const seen = outputMatching(all, /DELETED +watched/);
    await outputMatching(all, /ADDED +other/);
    await kubectl.ok("create configmap watched --from-literal=a=b");
    await kubectl.ok("label configmap watched a=b");
    expect(await kubectl.ok("delete configmap watched")).toBe(deleted('configmap "watched"'));
    const events = (await seen).split("\n").filter((line) => line.includes("watched"));
    expect(events.map((line) => line.split(/ +/)[0])).toEqual(["ADDED", "MODIFIED", "DELETED"]);
    all.kill();
    await once(all, "exit");
    await kubectl.ok("apply -f -", documents(deployment("gone", { replicas: 1 })));
    await kubectl.ok("rollout status deployment/gone --timeout=20s");
    await kubectl.ok("delete deployment gone --cascade=foreground --timeout=20s");
    expect(await kubectl.ok("get replicasets,pods -l app=gone")).toBe("");
  });

  it("[K11] explains, lists kinds, says who asks and what may be done", async () => {
    expect(await kubectl.ok("explain pod.spec.containers.image")).toMatch(
      /KIND: +Pod\n[\s\S]*FIELD: image <string>/,
    );
    expect(await kubectl.ok("api-resources --api-group=apps --no-headers")).toMatch(
      /^deployments +deploy +apps\/v1 +true +Deployment$/m,
    );
    expect(await kubectl.ok("auth whoami -o jsonpath={.status.userInfo.username}")).toBe("kubernetes-admin");
    expect(await kubectl.ok("auth can-i delete pods")).toBe("yes\n");
  });

  it("[K11a] lets others do what their roles say, and says why not", async () => {
    await kubectl.ok("create serviceaccount robot");
    await kubectl.ok("create role reader --verb=get,list --resource=pods,pods/log");
    await kubectl.ok(`create rolebinding reader --role=reader --serviceaccount=${namespace}:robot`);
    const user = `system:serviceaccount:${namespace}:robot`;
    const robot = `--as=${user}`;
    expect(await kubectl.ok(`auth can-i list pods ${robot}`)).toBe("yes\n");
    const cannot = await kubectl.run(`auth can-i delete pods ${robot}`);
    expect(cannot).toMatchObject({ code: 1, out: "no\n" });
    expect(await kubectl.ok(`auth can-i --list ${robot}`)).toMatch(/^pods +\[\] +\[\] +\[get list\]$/m);
    expect(await kubectl.refused(`delete pod any ${robot}`)).toBe(
      `Error from server (Forbidden): pods "any" is forbidden: User "${user}" cannot delete resource "pods" in API group "" in the namespace "${namespace}"\n`,
    );
    const token = (await kubectl.ok("create token robot")).trim();
    const server = (
      await kubectl.ok("config view --minify -o jsonpath={.clusters[0].cluster.server}")
    ).trim();
    const bearer = `--kubeconfig=/dev/null --server=${server} --insecure-skip-tls-verify --token=${token}`;
    expect(await kubectl.ok(`auth whoami -o jsonpath={.status.userInfo.username} ${bearer}`)).toBe(user);
    expect(await kubectl.ok(`get pods -l app=nobody ${bearer}`)).toBe("");
    expect(await kubectl.refused(`get secrets ${bearer}`)).toBe(
      `Error from server (Forbidden): secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" in the namespace "${namespace}"\n`,
    );
    // The rules of the view role are the sum of others'.
    await expect
      .poll(() => kubectl.ok("get clusterrole view -o jsonpath={.rules[*].resources}"), { timeout: 10_000 })
      .toContain("configmaps");
    await kubectl.ok("delete serviceaccount/robot role/reader rolebinding/reader");
  });

  it("[K12] passes on the API server's own refusals", async () => {
    const refused = (manifest: string) => kubectl.refused("apply -f -", manifest);
    const prefix = 'Error from server (BadRequest): error when creating "STDIN": ';
    expect(await refused("a: [b\n")).toBe(
      "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'\n",
    );
    expect(await refused(documents({ ...configMap("x", {}), datta: { a: "b" } }))).toBe(
      `${prefix}ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "datta"\n`,
    );
    expect(await refused(documents(configMap("x", { a: 1 })))).toBe(
      `${prefix}ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string\n`,
    );
    const wrong = deployment("x");
    const replicas = { ...wrong, spec: { ...wrong.spec, replicas: "two" } };
    expect(await refused(documents(replicas))).toBe(
      `${prefix}Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n`,
    );
    const selector = { ...wrong, spec: { ...wrong.spec, selector: { matchLabels: { app: "y" } } } };
    expect(await refused(documents(selector))).toBe(
      'The Deployment "x" is invalid: spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`\n',
    );
    expect(await kubectl.refused("get pod nosuch")).toBe(
      'Error from server (NotFound): pods "nosuch" not found\n',
    );
    expect(await kubectl.refused("get nosuch")).toBe(
      'error: the server doesn\'t have a resource type "nosuch"\n',
    );
  });

  it("[K13] is told why an unknown image does not start", async () => {
    await kubectl.ok("run missing --image=nosuch/image:1 --restart=Never");
    const reason = "{.status.containerStatuses[0].state.waiting.reason}";
    await kubectl.ok(`wait --for=jsonpath=${reason}=ImagePullBackOff pod/missing --timeout=20s`);
    const events = await kubectl.ok([
      ..."get events --field-selector involvedObject.name=missing,type=Warning".split(" "),
      ...["-o", 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}'],
    ]);
    expect(events.split("\n").sort()).toEqual([
      "",
      "Failed: Error: ErrImagePull",
      "Failed: Error: ImagePullBackOff",
      'Failed: Failed to pull image "nosuch/image:1": not available on the practice node',
    ]);
  });

  it("[K13b] is told that a kind of volume is not there, instead of being given an empty folder", async () => {
    const { metadata, spec, ...pod } = box("mounting");
    const volumes = [{ name: "data", hostPath: { path: "/data" } }];
    const events = kubectl.spawn("get events -w --field-selector involvedObject.name=mounting,type=Warning");
    const told = outputMatching(events, /FailedMount .*\n/);
    await kubectl.ok("apply -f -", documents({ ...pod, metadata, spec: { ...spec, volumes } }));
    expect(await told).toContain(
      'MountVolume.SetUp failed for volume "data" : volumes of kind hostPath are not supported by the practice cluster\n',
    );
    events.kill();
    await once(events, "exit");
    await kubectl.ok("delete pod mounting --now");
  });

  it("[K14] empties and removes a namespace", async () => {
    await kubectl.ok(`create namespace gone-${minor}`);
    await kubectl.ok(`-n gone-${minor} create configmap a --from-literal=a=b`);
    expect(await kubectl.ok(`delete namespace gone-${minor} --timeout=20s`)).toBe(
      `namespace "gone-${minor}" deleted\n`,
    );
    expect(await kubectl.refused(`-n gone-${minor} create configmap a`)).toBe(
      `error: failed to create configmap: namespaces "gone-${minor}" not found\n`,
    );
  });
});

describe("helm", () => {
  it("[K15] installs, upgrades, rolls back and uninstalls a chart", async () => {
    const helm = tool(await unpack(35, "helm"), folder);
    const kubectl = tool(await unpack(35), folder);
    const chart = join(folder.home, "chart");
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: tiny\nversion: 0.1.0\n");
    writeFileSync(join(chart, "values.yaml"), "greeting: hello\n");
    const template = configMap("{{ .Release.Name }}-tiny", { greeting: "{{ .Values.greeting }}" });
    writeFileSync(join(chart, "templates", "configmap.yaml"), JSON.stringify(template));
    const greeting = () => kubectl.ok("get configmap first-tiny -o jsonpath={.data.greeting}");
    await helm.ok("install first chart --wait");
    expect(await greeting()).toBe("hello");
    await helm.ok("upgrade first chart --set greeting=ciao");
    expect(await greeting()).toBe("ciao");
    await helm.ok("rollback first 1");
    expect(await greeting()).toBe("hello");
    expect(await helm.ok("uninstall first")).toBe('release "first" uninstalled\n');
    expect(await kubectl.refused("get configmap first-tiny")).toContain("not found");
  });
});
