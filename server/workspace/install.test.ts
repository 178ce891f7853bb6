import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InstallBench, openInstallBench } from "./testing/install-bench.ts";

// The workshop's first lab, as it is typed: from a cluster without Istio to one with it and back.

let bench: InstallBench;
beforeAll(async () => {
  bench = await openInstallBench();
  await bench.run("curl -sL https://istio.io/downloadIstio | sh -");
}, 60_000);
afterAll(() => bench?.close());

/** Both streams, in no order between them. */
const said = async (command: string) => {
  const { stdout, stderr } = await bench.run(command);
  return (stdout + stderr).trimEnd();
};

const removed = (line: string) => line.startsWith("  Removed ") || line.includes(" no longer exists");

describe("from nothing to a mesh and back", { timeout: 60_000 }, () => {
  it("says that nothing is there", async () => {
    expect(await bench.run("istioctl version")).toEqual({
      exitCode: 0,
      stdout: "1.21.6\n",
      stderr: 'no ready Istio pods in "istio-system"\n',
    });
    expect(await bench.run("istioctl verify-install")).toEqual({
      exitCode: 1,
      stdout: [
        '0 Istio control planes detected, checking --revision "default" only',
        "Checked 0 custom resource definitions",
        "Checked 0 Istio Deployments",
        "! No Istio installation found",
        "",
      ].join("\n"),
      stderr: "Error: no Istio installation found\n",
    });
    expect(await said("kubectl get all,cm,secrets,envoyfilters -n istio-system")).toBe(
      'error: the server doesn\'t have a resource type "envoyfilters"',
    );
  });

  it("may be installed: precheck and profiles", async () => {
    expect(await bench.run("istioctl x precheck")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "✔ No issues found when checking the cluster. Istio is safe to install or upgrade!\n  To get started, check out https://istio.io/latest/docs/setup/getting-started/\n",
    });
    expect((await bench.run("istioctl profile list")).stderr).toContain("    demo\n");
    const files =
      "cd istio-*/manifests/profiles && istioctl profile diff default.yaml demo.yaml | grep '^[+-]'";
    expect(await said(files)).toBe("-    - enabled: false\n+    - enabled: true\n+    profile: demo");
    expect(await said("istioctl tag list")).toBe(
      "No Istio revision tag MutatingWebhookConfigurations to list",
    );
  });

  it("may not be installed beside a Gateway API that is too old", async () => {
    const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: {
        name: "httproutes.gateway.networking.k8s.io",
        annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api" },
      },
      spec: {
        group: "gateway.networking.k8s.io",
        scope: "Namespaced",
        names: { kind: "HTTPRoute", plural: "httproutes" },
        versions: [{ name: "v1alpha2", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
    await bench.run("kubectl apply -f -", JSON.stringify(definition));
    expect(await bench.run("istioctl x precheck")).toEqual({
      exitCode: 1,
      stdout:
        "Error [IST0156] (CustomResourceDefinition httproutes.gateway.networking.k8s.io) The Gateway API CRD version v1alpha2 is lower than the minimum version: v1beta1\n",
      stderr:
        "Error: Issues found when checking the cluster. Istio may not be safe to install or upgrade.\nSee https://istio.io/v1.21/docs/reference/config/analysis for more information about causes and resolutions.\n",
    });
    await bench.run("kubectl delete crd httproutes.gateway.networking.k8s.io");
  });

  it("asks before it installs, and takes no for an answer", async () => {
    const question =
      'This will install the Istio 1.21.6 "demo" profile (with components: Istio core, Istiod, Ingress gateways, and Egress gateways) into the cluster. Proceed? (y/N) ';
    const { stdout, ...rest } = await bench.run("istioctl install --set profile=demo", "maybe\nn\n");
    expect(rest).toEqual({ exitCode: 1, stderr: "Cancelled.\n" });
    expect(stdout.split("\n").at(-1)).toBe(question + question);
    expect(await said("kubectl get ns istio-system")).toContain("NotFound");
  });

  it("shows with --dry-run what it would do, and does nothing", async () => {
    const flags = "-f istio-*/samples/bookinfo/demo-profile-no-gateways.yaml --set values.pilot.env.A=b";
    const { exitCode, stderr } = await bench.run(`istioctl install ${flags} --dry-run`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: [
        "WARNING: values.pilot.env.A has no effect: not supported by the practice cluster",
        "- Processing resources for Istio core.",
        "✔ Istio core installed",
        "- Processing resources for Istiod.",
        "✔ Istiod installed",
        "✔ Installation complete",
        "Made this installation the default for injection and validation.",
        "",
      ].join("\n"),
    });
    expect(await said("kubectl get crds")).toBe("No resources found");
  });

  it("installs the demo profile and waits until it is ready", async () => {
    const { exitCode, stdout, stderr } = await bench.run("istioctl install --set profile=demo -y");
    expect(stdout).toBe(
      "WARNING: Istio 1.21.0 may be out of support (EOL) already: see https://istio.io/latest/docs/releases/supported-releases/ for supported releases\n",
    );
    const lines = stderr.trimEnd().split("\n");
    const done = lines.filter((line) => !line.startsWith("- Processing"));
    expect({ exitCode, done: [...done.slice(0, 2), ...done.slice(2, 4).sort(), ...done.slice(4)] }).toEqual({
      exitCode: 0,
      done: [
        "✔ Istio core installed",
        "✔ Istiod installed",
        "✔ Egress gateways installed",
        "✔ Ingress gateways installed",
        "- Pruning removed resources",
        "✔ Installation complete",
        "Made this installation the default for injection and validation.",
      ],
    });
    expect(lines).toContain("- Processing resources for Istiod. Waiting for Deployment/istio-system/istiod");
    expect(await said("kubectl get deploy -n istio-system --no-headers | awk '{print $1, $2}'")).toBe(
      "istio-egressgateway 1/1\nistio-ingressgateway 1/1\nistiod 1/1",
    );
  });

  it("then all of Istio is there to be listed", async () => {
    expect(
      await said(
        "kubectl get all,cm,secrets,envoyfilters -n istio-system --no-headers | awk 'NF {print $1}' | sed -E 's/-[0-9a-f]{8,10}(-[a-z0-9]{5})?$//'",
      ),
    ).toBe(
      [
        ...["pod/istio-egressgateway", "pod/istio-ingressgateway", "pod/istiod"],
        ...["service/istio-egressgateway", "service/istio-ingressgateway", "service/istiod"],
        ...["istio-egressgateway", "istio-ingressgateway", "istiod"].map((name) => `deployment.apps/${name}`),
        ...["istio-egressgateway", "istio-ingressgateway", "istiod"].map((name) => `replicaset.apps/${name}`),
        ...["istio", "istio-ca-root-cert", "istio-gateway-status-leader", "istio-leader"].map(
          (name) => `configmap/${name}`,
        ),
        "configmap/istio-namespace-controller-election",
        ...["configmap/istio-sidecar-injector", "configmap/kube-root-ca.crt", "secret/istio-ca-secret"],
      ].join("\n"),
    );
    await expect
      .poll(() => said("istioctl version"), { timeout: 20_000, interval: 100 })
      .toBe("client version: 1.21.6\ncontrol plane version: 1.21.6\ndata plane version: 1.21.6 (2 proxies)");
    expect(await said("kubectl get cm istio -n istio-system -o yaml | grep trustDomain -m 1")).toBe(
      "    trustDomain: cluster.local",
    );
  });

  it("verifies every object of it", async () => {
    const { exitCode, stdout, stderr } = await bench.run("istioctl verify-install");
    const lines = stdout.trimEnd().split("\n");
    expect({ exitCode, stderr, first: lines.slice(0, 4), last: lines.slice(-3) }).toEqual({
      exitCode: 0,
      stderr: "",
      first: [
        '1 Istio control planes detected, checking --revision "default" only',
        "✔ Deployment: istio-egressgateway.istio-system checked successfully",
        "✔ Deployment: istio-ingressgateway.istio-system checked successfully",
        "✔ Deployment: istiod.istio-system checked successfully",
      ],
      last: [
        "Checked 14 custom resource definitions",
        "Checked 3 Istio Deployments",
        "✔ Istio is installed and verified successfully",
      ],
    });
    expect(lines).toContain(
      "✔ CustomResourceDefinition: virtualservices.networking.istio.io.istio-system checked successfully",
    );
  });

  it("points tags at revisions", async () => {
    expect(await bench.run("istioctl tag set prod --revision default")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout:
        'Revision tag "prod" created, referencing control plane revision "default". To enable injection using this\nrevision tag, use \'kubectl label namespace <NAMESPACE> istio.io/rev=prod\'\n',
    });
    await bench.run("kubectl create ns tagged; kubectl label ns tagged istio.io/rev=prod");
    expect(await said("istioctl tag list")).toBe(
      "TAG     REVISION NAMESPACES\ndefault default  \nprod    default  tagged",
    );
    await expect
      .poll(() => said("kubectl get sa default -n tagged -o name"), { timeout: 20_000, interval: 100 })
      .toBe("serviceaccount/default");
    expect(
      await said(
        "kubectl run probe -n tagged --image=nginx --dry-run=server -o jsonpath='{.spec.containers[*].name}'",
      ),
    ).toBe("probe istio-proxy");
    expect(await said("istioctl tag set prod --revision default")).toBe(
      'Error: revision tag "prod" already exists, and --overwrite is false',
    );
    expect(await bench.run("istioctl tag remove prod", "y\n")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout:
        'Caution, found 1 namespace(s) still injected by tag "prod": tagged\nProceed with operation? [y/N] Revision tag prod removed\n',
    });
    expect(await said("istioctl tag set prod")).toBe('Error: required flag(s) "revision" not set');
    expect(await said("istioctl tag set x --revision nope")).toBe(
      'Error: cannot modify tag: cannot find MutatingWebhookConfiguration with revision "nope"',
    );
  });

  it("puts sidecars into manifests", async () => {
    const sample = "istio-1.21.6/samples/sleep/sleep.yaml";
    const { exitCode, stdout, stderr } = await bench.run(`istioctl kube-inject -f ${sample}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.split("---\n")[0]).toBe(
      "# A pod that waits, to call other services from: kubectl exec deploy/sleep -- curl …\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: sleep\n",
    );
    await bench.run(`istioctl kube-inject -f ${sample} -o injected.yaml`);
    const made = "kubectl apply -f injected.yaml --dry-run=server -o jsonpath";
    expect(await said(`${made}='{.items[2].spec.template.spec.containers[*].name}'`)).toBe(
      "sleep istio-proxy",
    );
    expect(
      await said(
        `${made}='{.items[2].spec.template.spec.containers[1].env[?(@.name=="ISTIO_META_OWNER")].value}'`,
      ),
    ).toBe("kubernetes://apis/apps/v1/namespaces/default/deployments/sleep");
    expect(await said("istioctl kube-inject")).toContain("filename not specified (see --filename or -f)");
  });

  it("takes away what a later installation does not have", async () => {
    const { exitCode, stdout } = await bench.run("istioctl install -y");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.startsWith("  Removed D"))).toEqual([
      "  Removed Deployment:istio-system:istio-egressgateway.",
    ]);
    expect(await said("kubectl get hpa -n istio-system -o name")).toBe(
      "horizontalpodautoscaler.autoscaling/istio-ingressgateway\nhorizontalpodautoscaler.autoscaling/istiod",
    );
  });

  it("runs a second revision beside the first, until it is taken away", async () => {
    const { exitCode, stderr } = await bench.run("istioctl install --set profile=minimal -r canary -y");
    expect({ exitCode, last: stderr.trimEnd().split("\n").at(-1) }).toEqual({
      exitCode: 0,
      last: "✔ Installation complete",
    });
    expect(
      await said(
        "kubectl get deploy,mutatingwebhookconfigurations -n istio-system -o name | sed 's/.*\\///'",
      ),
    ).toBe(
      [
        ...["istio-ingressgateway", "istiod", "istiod-canary"],
        ...["istio-revision-tag-default", "istio-sidecar-injector", "istio-sidecar-injector-canary"],
      ].join("\n"),
    );
    await bench.run("kubectl create ns birds; kubectl label ns birds istio.io/rev=canary");
    await expect
      .poll(() => said("kubectl get sa default -n birds -o name"), { timeout: 20_000, interval: 100 })
      .toBe("serviceaccount/default");
    await bench.run("kubectl run tit -n birds --image=nicholasjackson/fake-service:v0.7.8");
    expect(await said("kubectl wait -n birds --for=condition=Ready pod/tit --timeout=30s")).toBe(
      "pod/tit condition met",
    );
    await expect
      .poll(() => said("istioctl ps -n birds | awk '/^tit/ {print $1, $NF, $(NF-1)}'"), {
        timeout: 20_000,
        interval: 200,
      })
      .toMatch(/^tit\.birds 1\.21\.6 istiod-canary-/);
    const warned = await bench.run("istioctl uninstall --revision canary", "n\n");
    expect(warned).toMatchObject({ exitCode: 1, stderr: "Cancelled.\n" });
    expect(warned.stdout).toBe(
      "There are still 1 proxies pointing to the control plane revision canary\ntit.birds\nIf you proceed with the uninstall, these proxies will become detached from any control plane and will not function correctly.\nProceed? (y/N) ",
    );
    expect(await bench.run("istioctl uninstall --revision canary -y")).toMatchObject({ exitCode: 0 });
    expect(await said("kubectl get deploy -n istio-system -o name")).toBe(
      "deployment.apps/istio-ingressgateway\ndeployment.apps/istiod",
    );
    expect(await said("istioctl uninstall --revision canary")).toBe("Error: could not find target revision");
  });

  it("names what does not become ready", async () => {
    const flags = "--set profile=minimal --set hub=example.com/nobody --readiness-timeout 6s -y";
    const { exitCode, stderr } = await bench.run(`istioctl install ${flags}`);
    const lines = stderr.trimEnd().split("\n");
    expect({ exitCode, last: lines.slice(-3) }).toEqual({
      exitCode: 1,
      last: [
        "✘ Istiod encountered an error: failed to wait for resource: resources not ready after 6s: context deadline exceeded",
        expect.stringMatching(
          /^ {2}Deployment\/istio-system\/istiod \(container failed to start: (ErrImagePull|ImagePullBackOff): .*example\.com\/nobody\/pilot:1\.21\.6.*\)$/,
        ),
        "Error: failed to install manifests: errors occurred during operation",
      ],
    });
    expect((await bench.run("istioctl verify-install")).stderr).toMatch(
      /^Error: Istio installation failed, incomplete or does not match "generated from default": waiting for deployment "istiod" rollout to finish: /,
    );
  });

  it("is upgraded in place", async () => {
    const line = "ISTIO_VERSION=1.29.6 istioctl upgrade --set profile=minimal -y";
    const { exitCode, stderr } = await bench.run(line);
    expect({ exitCode, lines: stderr.split("\n").filter((one) => !one.startsWith("- ")) }).toEqual({
      exitCode: 0,
      lines: [
        "WARNING: Istio is being upgraded from 1.21.6 to 1.29.6.",
        "         Running this command will overwrite it; use revisions to upgrade alongside the existing version.",
        "         Before upgrading, you may wish to use 'istioctl x precheck' to check for upgrade warnings.",
        "✔ Istio core installed ⛵️",
        "✔ Istiod installed 🧠",
        "✔ Installation complete",
        "",
      ],
    });
    await expect
      .poll(() => said("istioctl version"), { timeout: 20_000, interval: 200 })
      .toBe("client version: 1.21.6\ncontrol plane version: 1.29.6\ndata plane version: 1.21.6 (1 proxies)");
    expect(
      await said(
        "kubectl get crd virtualservices.networking.istio.io -o jsonpath='{.spec.versions[*].name}'",
      ),
    ).toBe("v1 v1alpha3 v1beta1");
  });

  it("1.29 names in its own way what it would take", async () => {
    const dryRun = "ISTIO_VERSION=1.29.6 istioctl uninstall --purge --dry-run";
    const lines = (await said(dryRun)).split("\n");
    expect(lines).toContain(
      "Not pruning object apps/v1, Kind=Deployment/istiod.istio-system because of dry run.",
    );
    expect(lines).toContain("Not pruning object /v1, Kind=Service/istiod.istio-system because of dry run.");
    expect(await said("kubectl get deploy istiod -n istio-system -o name")).toBe("deployment.apps/istiod");
  });

  it("uninstalls everything but what upstream leaves", async () => {
    expect(await bench.run("istioctl uninstall")).toMatchObject({
      exitCode: 1,
      stderr:
        "Error: at least one of the --revision (or --set revision=<revision>), --filename or --purge flags must be set\n",
    });
    const { exitCode, stdout, stderr } = await bench.run("istioctl uninstall --purge", "y\n");
    const lines = stdout.trimEnd().split("\n");
    expect({ exitCode, stderr, first: lines[0] }).toEqual({
      exitCode: 0,
      stderr: "✔ Uninstall complete\n",
      first: "All Istio resources will be pruned from the cluster",
    });
    expect(lines[1]?.startsWith("Proceed? (y/N)   Removed Deployment:istio-system:")).toBe(true);
    expect(lines.slice(2).filter((line) => !removed(line))).toEqual([]);
    expect(await said("kubectl get crds")).toBe("No resources found");
    expect(await said("kubectl get cm,secret -n istio-system -o name | grep -v kube-root")).toBe(
      [
        "configmap/istio-ca-root-cert",
        "configmap/istio-gateway-status-leader",
        "configmap/istio-leader",
        "configmap/istio-namespace-controller-election",
        "secret/istio-ca-secret",
      ].join("\n"),
    );
  });
});
