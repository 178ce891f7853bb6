// What a cluster refuses, and whom it knows, told to the real kubectl.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Tool, tool } from "./kubectl.ts";
import { deployment, documents } from "./manifests.ts";
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
let kubectl: Tool;

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

const apply = (object: object) => kubectl.ok("apply -f -", JSON.stringify(object));

describe("policy", () => {
  it("[PO1] limits what a namespace takes, and shows how much is left", async () => {
    await kubectl.ok("create namespace small");
    await kubectl.ok("create quota q --hard=pods=2,requests.cpu=500m -n small");
    const limits = [{ type: "Container", defaultRequest: { cpu: "200m" }, max: { cpu: "1" } }];
    await apply({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "l", namespace: "small" },
      spec: { limits },
    });
    expect(await kubectl.ok("describe limits l -n small")).toContain(
      "Container   cpu       -    1    200m             1              -",
    );
    await kubectl.ok(
      "apply -n small -f -",
      documents({ ...deployment("web"), spec: { ...deployment("web").spec, replicas: 3 } }),
    );
    await kubectl.ok("wait -n small --for=condition=ReplicaFailure deployment/web --timeout=20s");
    await kubectl.ok("wait -n small --for=jsonpath={.status.used.pods}=2 quota/q --timeout=20s");
    expect(await kubectl.ok("describe quota q -n small")).toBe(
      "Name:         q\nNamespace:    small\nResource      Used  Hard\n--------      ----  ----\npods          2     2\nrequests.cpu  400m  500m\n",
    );
    expect(
      await kubectl.ok(
        "get events -n small --field-selector reason=FailedCreate -o jsonpath={.items[0].message}",
      ),
    ).toMatch(
      /^Error creating: pods "web-[a-z0-9]+-[a-z0-9]+" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=200m, used: pods=2,requests.cpu=400m, limited: pods=2,requests.cpu=500m$/,
    );
    expect(
      await kubectl.refused(
        'run big -n small --image=nginx --overrides={"spec":{"containers":[{"name":"big","image":"nginx","resources":{"limits":{"cpu":"2"}}}]}}',
      ),
    ).toBe(
      'Error from server (Forbidden): pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2\n',
    );
  });

  it("[PO2] evaluates a definition's rules", async () => {
    const rule = {
      rule: "self.minReplicas <= self.replicas",
      message: "replicas should not be less than minReplicas",
    };
    const integer = { type: "integer" };
    const spec = {
      type: "object",
      "x-kubernetes-validations": [rule],
      properties: { replicas: integer, minReplicas: integer },
    };
    await apply({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "scales.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "scales", kind: "Scale" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
          },
        ],
      },
    });
    await kubectl.ok("wait --for=condition=Established crd/scales.example.com --timeout=20s");
    const scale = {
      apiVersion: "example.com/v1",
      kind: "Scale",
      metadata: { name: "s" },
      spec: { replicas: 1, minReplicas: 2 },
    };
    expect(await kubectl.refused("create -f -", JSON.stringify(scale))).toBe(
      'The Scale "s" is invalid: spec: Invalid value: replicas should not be less than minReplicas\n',
    );
  });

  it("[PO3] signs a certificate for a user, and knows the user by it", async () => {
    const openssl = (...words: string[]) => promisify(execFile)("openssl", words, { cwd: folder.home });
    await openssl(
      "req",
      "-new",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "john.key",
      "-out",
      "john.csr",
      "-subj",
      "/CN=john/O=devs",
    );
    const { stdout: request } = await openssl("req", "-in", "john.csr");
    await apply({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: "john" },
      spec: {
        request: Buffer.from(request).toString("base64"),
        signerName: "kubernetes.io/kube-apiserver-client",
        expirationSeconds: 86_400,
        usages: ["client auth"],
      },
    });
    expect(await kubectl.ok("certificate approve john")).toBe(
      "certificatesigningrequest.certificates.k8s.io/john approved\n",
    );
    await kubectl.ok("wait --for=jsonpath={.status.certificate} csr/john --timeout=20s");
    expect((await kubectl.ok("get csr john --no-headers")).split(/ +/).slice(2)).toEqual([
      "kubernetes.io/kube-apiserver-client",
      "kubernetes-admin",
      "24h",
      "Approved,Issued\n",
    ]);
    const certificate = await kubectl.ok("get csr john -o jsonpath={.status.certificate}");
    writeFileSync(join(folder.home, "john.crt"), Buffer.from(certificate, "base64"));
    await kubectl.ok(
      "config set-credentials john --client-certificate=john.crt --client-key=john.key --embed-certs=true",
    );
    await kubectl.ok("config set-context john --cluster=practice --user=john");
    expect(await kubectl.ok("--context john auth whoami")).toBe(
      "ATTRIBUTE   VALUE\nUsername    john\nGroups      [devs system:authenticated]\n",
    );
    expect(await kubectl.refused("--context john get pods")).toBe(
      'Error from server (Forbidden): pods is forbidden: User "john" cannot list resource "pods" in API group "" in the namespace "default"\n',
    );
    await kubectl.ok("create rolebinding john --clusterrole=admin --group=devs");
    expect(
      await kubectl.refused("--context john create rolebinding more --clusterrole=cluster-admin --user=john"),
    ).toMatch(
      /^error: failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "more" is forbidden: user "john" \(groups=\["devs" "system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\["\*"\], Resources:\["\*"\], Verbs:\["\*"\]\}\n\{NonResourceURLs:\["\*"\], Verbs:\["\*"\]\}\n$/,
    );
    expect(await kubectl.ok("--context john create rolebinding same --clusterrole=admin --user=jane")).toBe(
      "rolebinding.rbac.authorization.k8s.io/same created\n",
    );
  });

  it("[PO4] asks ValidatingAdmissionPolicies, which deny or warn", async () => {
    const api = { apiVersion: "admissionregistration.k8s.io/v1" };
    const rule = {
      apiGroups: ["apps"],
      apiVersions: ["v1"],
      operations: ["CREATE"],
      resources: ["deployments"],
    };
    await apply({
      ...{ ...api, kind: "ValidatingAdmissionPolicy", metadata: { name: "few" } },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: "object.spec.replicas <= 5" }],
      },
    });
    const bind = (action: string) =>
      apply({
        ...{ ...api, kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "few" } },
        spec: {
          policyName: "few",
          validationActions: [action],
          matchResources: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "policed" } },
          },
        },
      });
    await bind("Deny");
    await kubectl.ok("create namespace policed");
    expect(await kubectl.refused("create deployment many -n policed --image=nginx --replicas=6")).toBe(
      "error: failed to create deployment: deployments.apps \"many\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: failed expression: object.spec.replicas <= 5\n",
    );
    expect(
      (await kubectl.ok("get validatingadmissionpolicies --no-headers")).split(/ +/).slice(0, 3),
    ).toEqual(["few", "1", "<unset>"]);
    await bind("Warn");
    const warned = await kubectl.run("create deployment many -n policed --image=nginx --replicas=6");
    expect(warned).toEqual({
      code: 0,
      out: "deployment.apps/many created\n",
      err: "Warning: Validation failed for ValidatingAdmissionPolicy 'few' with binding 'few': failed expression: object.spec.replicas <= 5\n",
    });
  });

  it("[PO5] names the service, the port and the selector that are wrong", async () => {
    expect(await kubectl.refused("create service nodeport np --tcp=80:80 --node-port=99")).toBe(
      'error: failed to create NodePort service: Service "np" is invalid: spec.ports[0].nodePort: Invalid value: 99: provided port is not in the valid range. The range of valid ports is 30000-32767\n',
    );
    await kubectl.ok("create service clusterip empty --tcp=80:80");
    const proxy = (service: string) =>
      kubectl.refused(`get --raw /api/v1/namespaces/default/services/${service}/proxy/`);
    expect([await proxy("empty:80"), await proxy("empty:81")]).toEqual([
      'Error from server (ServiceUnavailable): no endpoints available for service "empty"\n',
      'Error from server (ServiceUnavailable): no service port "81" found for service "empty"\n',
    ]);
    expect(await kubectl.refused(["get", "pods", "-l", "a in (b"])).toMatch(
      /unable to parse requirement: found '', expected: ',', '\)' or identifier\n$/,
    );
  });

  it("[PO6] tells its health check by check, and its own API services", async () => {
    expect(await kubectl.ok("get --raw /livez?verbose")).toBe(
      "[+]ping ok\n[+]log ok\n[+]etcd ok\nlivez check passed\n",
    );
    expect(await kubectl.ok("get --raw /readyz/etcd")).toBe("ok");
    expect((await kubectl.ok("get apiservice v1.apps --no-headers")).split(/ +/).slice(0, 3)).toEqual([
      "v1.apps",
      "Local",
      "True",
    ]);
  });
});
