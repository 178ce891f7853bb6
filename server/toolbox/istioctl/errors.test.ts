import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseClosedPort } from "./testing/closed-port.ts";
import { type FakeApi, fakeApi, kubeconfigFor, runIstioctl } from "./testing/fake-api.ts";
import { recordedCluster } from "./testing/recorded.ts";
import { temporaryFile } from "./testing/temporary-file.ts";

let cluster: FakeApi;
beforeAll(async () => {
  cluster = await recordedCluster();
});
afterAll(() => cluster.close());

const unsupported = (command: string) => `${command} is not supported by the practice cluster's istioctl yet`;

describe("what is typed wrongly", () => {
  it.each([
    ["foo", 64, `unknown command "foo" for "istioctl"\nRun 'istioctl --help' for usage.`],
    [
      "proxyconfig",
      64,
      `unknown command "proxyconfig" for "istioctl"\n\nDid you mean this?\n\tproxy-config\n\nRun 'istioctl --help' for usage.`,
    ],
    [
      "analyse -A",
      64,
      `unknown command "analyse" for "istioctl"\n\nDid you mean this?\n\tanalyze\n\nRun 'istioctl --help' for usage.`,
    ],
    ["x describe node a", 1, 'unknown resource type "node"'],
    [
      "pc secrte deploy/a",
      64,
      'unknown command "secrte" for "istioctl proxy-config"\n\nDid you mean this?\n\tsecret\n',
    ],
    ["pc secret --foo", 64, "unknown flag: --foo"],
    ["ps -A", 64, "unknown shorthand flag: 'A' in -A"],
    ["pc secret a -n", 64, "flag needs an argument: 'n' in -n"],
    [
      "pc l a --port x",
      64,
      'invalid argument "x" for "--port" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      "version --remote=maybe",
      64,
      'invalid argument "maybe" for "--remote" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    ["version -o xml", 1, "--output must be 'yaml' or 'json'"],
    ["pc secret", 1, "secret requires pod name or --file parameter"],
    ["pc clusters -n istioinaction", 1, "cluster requires pod name or --file parameter"],
    ["pc l deploy/recommendation -n istioinaction -o jsn", 1, 'output format "jsn" not supported'],
    ["ps -f dump.json", 1, "--file can only be used when pod-name is specified"],
    ["analyze -o xml", 64, "xml not a valid option for format. See istioctl analyze --help"],
    ["bug-report --include ns1", 1, unsupported("bug-report --include")],
    ["x waypoint list", 1, unsupported("istioctl experimental waypoint")],
    ["pc rootca-compare a", 1, "rootca-compare requires 2 pods as an argument"],
    ["pc secret a --port 1", 64, "unknown flag: --port"],
    ["pc log -n istioinaction", 1, "log requires pod name or --selector"],
    ["pc log a -r --level debug", 1, "--level cannot be combined with --reset"],
    ["pc log a -o json", 1, "--output is not applicable for this command"],
    ["pc eds a", 1, unsupported("istioctl proxy-config eds")],
    ["waypoint list", 64, `unknown command "waypoint" for "istioctl"\nRun 'istioctl --help' for usage.`],
    ["create-remote-secret --name a", 1, unsupported("istioctl create-remote-secret")],
    ["x workload group create", 1, unsupported("istioctl experimental workload")],
    ["x wait virtualservice", 1, "accepts 2 arg(s), received 1"],
    ["x wait vs bookinfo", 1, "type vs is not recognized"],
    ["x wait --for=delete virtualservice a", 1, "wait for delete is not yet implemented"],
    ["x wait --for=x virtualservice a", 1, "--for must be 'delete' or 'distribution', got: x"],
    ["x internal-debug", 64, "debug type is required"],
    ["x internal-debug --list", 64, "unknown flag: --list"],
    ["x es", 1, "stats requires pod name or label selector"],
    ["x es deploy/recommendation.istioinaction -t xds", 1, "unknown stats type xds"],
    ["ps -v 1", 64, "unknown flag: --verbosity"],
  ])("istioctl %s ends with %i", async (line, exitCode, message) => {
    expect(await cluster.run(...line.split(" "))).toEqual({
      exitCode,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  });
});

describe("what is not there", () => {
  it.each([
    ["pc secret recommendation", 'pods "recommendation" not found'],
    [
      "pc secret deploy/recommendation",
      'failed retrieving: deployments.apps "recommendation" not found in the "default" namespace',
    ],
    [
      "pc secret deploy/nope.istioinaction",
      'failed retrieving: deployments.apps "nope" not found in the "istioinaction" namespace',
    ],
    ["pc secret foo/bar", `the server doesn't have a resource type "foo"`],
    [
      "pc secret plain",
      "failed to execute command on plain.default sidecar: container istio-proxy is not valid for pod plain",
    ],
    ["pc log deploy/recommendation.istioinaction --level loud", "unrecognized logging level: loud"],
    ["pc log deploy/recommendation.istioinaction --level nope:debug", "unrecognized logger name: nope"],
  ])("istioctl %s", async (line, message) => {
    expect(await cluster.run(...line.split(" "))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  });
});

describe("without istiod", () => {
  let empty: FakeApi;
  beforeAll(async () => {
    empty = await fakeApi({
      objects: { "/api/v1/namespaces/istio-system/pods": { items: [] } },
      commands: {},
    });
  });
  afterAll(() => empty.close());

  it("version says so and prints its own", async () => {
    expect(await empty.run("version")).toEqual({
      exitCode: 0,
      stdout: "1.21.6\n",
      stderr: 'no ready Istio pods in "istio-system"\n',
    });
  });

  it("proxy-status finds nobody to ask", async () => {
    expect(await empty.run("ps")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Error: unable to find any Istiod instances\n",
    });
  });
});

it("a cluster that does not answer is named", async () => {
  const port = await chooseClosedPort();
  const kubeconfig = temporaryFile(kubeconfigFor(`http://127.0.0.1:${port}`));
  const url = `http://127.0.0.1:${port}/api/v1/namespaces/istio-system/pods?labelSelector=app%3Distiod`;
  const refused = `Get "${url}": dial tcp 127.0.0.1:${port}: connect: connection refused`;
  expect(await runIstioctl(["ps"], kubeconfig.path)).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `Error: ${refused}\n`,
  });
  expect(await runIstioctl(["version"], kubeconfig.path)).toEqual({
    exitCode: 0,
    stdout: "1.21.6\n",
    stderr: `${refused}\n`,
  });
  kubeconfig.dispose();
});

it("help lists what there is", async () => {
  const { stdout, exitCode } = await runIstioctl(["pc", "--help"]);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").filter((line) => /^ {2}\w+ +Retrieves/.test(line))).toHaveLength(9);
});
