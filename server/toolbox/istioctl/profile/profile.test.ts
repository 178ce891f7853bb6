import { describe, expect, it } from "vitest";
import { runIstioctl } from "../testing/fake-api.ts";
import { temporaryFile } from "../testing/temporary-file.ts";

const run = (line: string) => runIstioctl(line.split(" "));

it("profile list is said on stderr", async () => {
  const names = "ambient default demo empty external minimal openshift preview remote".split(" ");
  expect(await run("profile list")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `Istio configuration profiles:\n${names.map((name) => `    ${name}\n`).join("")}`,
  });
});

describe("profile dump", () => {
  it("is the merged IstioOperator", async () => {
    expect(await run("profile dump demo")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  components:
    base:
      enabled: true
    egressGateways:
    - enabled: true
      name: istio-egressgateway
    ingressGateways:
    - enabled: true
      name: istio-ingressgateway
    pilot:
      enabled: true
  hub: docker.io/istio
  profile: demo
  tag: 1.21.6
  values:
    defaultRevision: ""
    gateways:
      istio-egressgateway: {}
      istio-ingressgateway: {}
    global:
      configValidation: true
      istioNamespace: istio-system
    profile: demo

`,
    });
  });

  it("as flags, as JSON and in parts", async () => {
    expect((await run("profile dump empty -o flags")).stdout).toBe(
      [
        "components.base.enabled=false",
        "components.egressGateways[0].enabled=false",
        'components.egressGateways[0].name="istio-egressgateway"',
        "components.ingressGateways[0].enabled=false",
        'components.ingressGateways[0].name="istio-ingressgateway"',
        "components.pilot.enabled=false",
        'hub="docker.io/istio"',
        'profile="empty"',
        'tag="1.21.6"',
        'values.defaultRevision=""',
        "values.global.configValidation=true",
        'values.global.istioNamespace="istio-system"',
        "",
      ].join("\n"),
    );
    expect((await run("profile dump -p components.pilot -o json")).stdout).toBe(
      '{\n    "enabled": true\n}\n',
    );
    expect((await run("profile dump -p components.egressGateways[0]")).stdout).toBe(
      "enabled: false\nname: istio-egressgateway\n\n",
    );
  });

  it.each([
    ["profile dump a b", "too many positional arguments"],
    ["profile dump -o xml", "unknown output format: xml"],
    ["profile dump demo -f x.yaml", "cannot specify both profile name and filename flag"],
    ["profile dump nope", "failed to read profile nope from : open profiles/nope.yaml: file does not exist"],
    ["profile dump -p components.pilots", "path not found at element pilots in path components.pilots"],
    ["profile dump -f /no/such.yaml", "open /no/such.yaml: no such file or directory"],
  ])("refuses istioctl %s", async (line, message) => {
    expect(await run(line)).toEqual({ exitCode: 1, stdout: "", stderr: `Error: ${message}\n` });
  });
});

describe("profile diff", () => {
  it("shows the whole and what differs, and ends with 1", async () => {
    const { exitCode, stdout, stderr } = await run("profile diff default minimal");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "The difference between profiles:",
      " apiVersion: install.istio.io/v1alpha1",
      " kind: IstioOperator",
    ]);
    expect(lines.filter((line) => /^[-+]/.test(line))).toEqual([
      "-    - enabled: true",
      "+    - enabled: false",
      "-  profile: default",
      "+  profile: minimal",
    ]);
  });

  it("of the same and of files", async () => {
    expect(await run("profile diff demo demo")).toEqual({
      exitCode: 0,
      stdout: "Profiles are identical\n",
      stderr: "",
    });
    const own = temporaryFile(
      "kind: IstioOperator\nspec:\n  profile: demo\n  meshConfig: {accessLogFile: ''}\n",
    );
    const { stdout } = await run(`profile diff demo ${own.path}`);
    expect(stdout.split("\n").filter((line) => /^[-+]/.test(line))).toEqual([
      "+  meshConfig:",
      '+    accessLogFile: ""',
    ]);
    own.dispose();
    expect(await run("profile diff demo")).toMatchObject({ stderr: "Error: diff requires two profiles\n" });
    expect((await run("profile diff demo nope")).stderr).toBe(
      'Error: could not read "nope": failed to read profile nope from : open profiles/nope.yaml: file does not exist\n',
    );
  });
});
