import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { istioctl } from "./istioctl.ts";
import { eventually, type PracticeMesh, practiceMesh } from "./testing/practice-mesh.ts";
import { SHOP } from "./testing/shop.ts";
import { temporaryFile } from "./testing/temporary-file.ts";

// Each command is many requests, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

let mesh: PracticeMesh;
let front: string;
let back: string;
beforeAll(async () => {
  mesh = await practiceMesh();
  await mesh.readyPod("istio-system", "istio-ingressgateway");
  await mesh.create(SHOP);
  [front, back] = [await mesh.readyPod("shop", "front"), await mesh.readyPod("shop", "back")];
  // The last of the objects has reached the proxies.
  await eventually("the policies", async () => {
    const { stdout } = await mesh.run("x", "authz", "check", "deploy/front.shop");
    return stdout.includes("never.shop") && stdout.includes("front.shop") ? stdout : undefined;
  });
  for (const [target, rule] of [
    ["deploy/istio-ingressgateway.istio-system", "front.shop"],
    ["deploy/back.shop", "back.shop"],
  ])
    await eventually(`the routes of ${target}`, async () => {
      const { stdout } = await mesh.run("pc", "routes", target ?? "");
      return stdout.includes(`${rule}\n`) ? stdout : undefined;
    });
}, 300_000);
afterAll(() => mesh?.stop());

const lines = (...text: string[]) => text.map((line) => `${line}\n`).join("");

describe("admin log", () => {
  const level = async (scope: string) => {
    const { stdout } = await mesh.run("admin", "log", "-o", "json");
    const scopes: { scope_name: string; log_level: string }[] = JSON.parse(stdout);
    return scopes.find(({ scope_name }) => scope_name === scope)?.log_level;
  };

  it("lists istiod's scopes, sets a level and puts it back", async () => {
    const { stdout } = await mesh.run("admin", "log");
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "ACTIVE SCOPE           DESCRIPTION                                  LOG LEVEL",
      "ads                    ads debugging                                info",
    ]);
    expect(await mesh.run("admin", "log", "--level", "ads:debug,model:error")).toEqual({
      ...{ exitCode: 0, stdout: "", stderr: "" },
    });
    expect([await level("ads"), await level("model")]).toEqual(["debug", "error"]);
    await mesh.run("admin", "log", "--reset");
    expect([await level("ads"), await level("model")]).toEqual(["info", "info"]);
  });

  it("refuses what cannot be", async () => {
    expect((await mesh.run("admin", "log", "--level", "ads:loud")).stderr).toBe(
      "Error: pattern ads:loud did not match\n",
    );
    expect((await mesh.run("admin", "log", "--level", "nobody:info")).stderr).toBe(
      "Error: failed updating Scope nobody: cannot update resource nobody, got status 400 Bad Request\n",
    );
    expect((await mesh.run("admin", "log", "--revision", "v2")).stderr).toBe("Error: no pods found\n");
  });
});

describe("what istiod and proxies say of themselves", () => {
  it("one revision's istiod, and none of another", async () => {
    const { stdout } = await mesh.run("version", "--revision", "default");
    expect(stdout).toContain("control plane version: 1.21.6\n");
    expect(await mesh.run("version", "--revision", "v2")).toMatchObject({
      stdout: "1.21.6\n",
      stderr: 'no ready Istio pods in "istio-system"\n',
    });
    expect((await mesh.run("ps", "--revision", "v2")).stderr).toBe(
      "Error: unable to find any Istiod instances\n",
    );
    expect((await mesh.run("x", "version")).stdout).toBe((await mesh.run("version")).stdout);
    expect((await mesh.run("version", "--short=false")).stdout).toContain(
      'pilot version: version.BuildInfo{Version:"1.21.6", GitRevision:"82f36589b0dacb7c5429d01661f094be9d4531c0"',
    );
  });

  it("remote-clusters: none but its own", async () => {
    const { stdout } = await mesh.run("remote-clusters");
    expect(stdout).toBe("NAME     SECRET     STATUS     ISTIOD\n");
  });

  it("wait ends as against an istiod that does not track what reached whom", async () => {
    expect(await mesh.run("x", "wait", "virtualservice", "front.shop")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "Error: pilot version tracking is disabled (To enable this feature, please set PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING=true)\n",
    });
    expect((await mesh.run("x", "wait", "--timeout", "10ms", "gateway", "nope.shop")).stderr).toBe(
      "Error: unable to retrieve Kubernetes resource : context deadline exceeded\n",
    );
  });

  it("internal-debug: a page, one that needs a name, and one that is not there", async () => {
    const { stdout: synced } = await mesh.run("x", "internal-debug", "syncz");
    expect(JSON.parse(synced)).toContainEqual(expect.objectContaining({ proxy: `${front}.shop` }));
    expect((await mesh.run("x", "internal-debug", "config_dump")).stderr).toBe(
      "Error:  You must provide a proxyID in the query string, e.g. [edsz?proxyID=istio-ingressgateway]\n",
    );
    expect((await mesh.run("x", "internal-debug", "nope")).stdout).toMatch(
      /^error: according to below command list[^\n]*\n\[\n {2}"adsz",/,
    );
  });

  it("envoy-stats: of the proxy, of its clusters, with the application's", async () => {
    const stats = (...words: string[]) => mesh.run("x", "envoy-stats", `${front}.shop`, ...words);
    expect((await stats()).stdout).toMatch(/^cluster_manager\.active_clusters: \d+$/m);
    expect((await stats("-t", "clusters")).stdout).toContain("::default_priority::max_connections::");
    expect((await stats("-o", "prom")).stdout).toContain("# TYPE envoy_");
    expect((await stats("-o", "prom-merged")).stdout).toContain("# TYPE istio_build gauge");
    expect((await stats("-o", "yaml")).stdout).toMatch(/^stats:\n- name: /);
  });

  it("bug-report: an archive of logs, debug pages and what the cluster holds", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwork-report-"));
    try {
      const { exitCode, stdout } = await mesh.run("bug-report", "--output-dir", folder);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`\nshop/front/${front}/istio-proxy\n`);
      expect(stdout).toMatch(/Revision default: Versions \{1\.21\.6\}\n/);
      expect(stdout).toMatch(/Creating an archive at .*bug-report\.tar\.gz\.\n.*\nDone\.\n$/);
      const archive = gunzipSync(readFileSync(path.join(folder, "bug-report.tar.gz"))).toString("latin1");
      for (const file of [
        ...["bug-report/versions", "bug-report/cluster/crs", "bug-report/cluster/k8s-resources"],
        `bug-report/proxies/shop/${front}/istio-proxy.log`,
        `bug-report/proxies/shop/${front}/config_dump?include_eds`,
      ])
        expect(archive).toContain(`${file}\0`);
      expect(archive).toMatch(/bug-report\/istio\/istio-system\/istiod-[^/]+\/debug\/syncz\0/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect((await mesh.run("bug-report", "--dry-run")).stdout).toContain(
      "Dry run, skipping archive creation at ",
    );
  });
});

describe("experimental describe", () => {
  it("tells of a pod: services, policies, mTLS, the way in", async () => {
    expect(await mesh.run("x", "describe", "pod", front, "-n", "shop")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: lines(
        `Pod: ${front}`,
        "   Pod Revision: default",
        "   Pod Ports: 8080 (front), 15090 (istio-proxy)",
        "--------------------",
        "Service: front",
        "   Port: http 8080/HTTP targets pod port 8080",
        "RBAC policies: ns[shop]-policy[never]-rule[0]",
        "--------------------",
        "Effective PeerAuthentication:",
        "   Workload mTLS mode: STRICT",
        "Applied PeerAuthentication:",
        "   default.istio-system",
        "",
        "",
        "Exposed on Ingress Gateway http://127.0.0.1",
        "VirtualService: front",
        "   1 HTTP route(s)",
      ),
    });
  });

  it("names what is elsewhere with its namespace, and subsets that reach the pod", async () => {
    const { stdout } = await mesh.run("experimental", "describe", "pod", `${back}.shop`);
    expect(stdout).toBe(
      lines(
        `Pod: ${back}.shop`,
        "   Pod Revision: default",
        "   Pod Ports: 8080 (back), 15090 (istio-proxy)",
        "--------------------",
        "Service: back.shop",
        "   Port: http 8080/HTTP targets pod port 8080",
        'DestinationRule: back.shop for "back.shop.svc.cluster.local"',
        "   Matching subsets: v1",
        "      (Non-matching subsets v2)",
        "   load balancer",
        "VirtualService: back.shop",
        '   Route to host "back.shop.svc.cluster.local" subset "v1" with weight 90%',
        "   1 additional destination(s) that will not reach this pod",
        "--------------------",
        "Effective PeerAuthentication:",
        "   Workload mTLS mode: STRICT",
        "   Port Level mTLS mode:",
        "      9090: DISABLE",
        "Applied PeerAuthentication:",
        "   default.istio-system, back.shop",
      ),
    );
  });

  it("tells of a service", async () => {
    const { stdout } = await mesh.run("x", "describe", "svc", "front", "-n", "shop");
    expect(stdout).toBe(
      lines(
        "Service: front",
        "   Port: http 8080/HTTP targets pod port 8080",
        "RBAC policies: ns[shop]-policy[never]-rule[0]",
        "",
        "",
        "Exposed on Ingress Gateway http://127.0.0.1",
        "VirtualService: front",
        "   1 HTTP route(s)",
      ),
    );
  });

  it("says who is not in the mesh", async () => {
    const istiod = await mesh.readyPod("istio-system", "istiod");
    const { stdout, stderr, exitCode } = await mesh.run("x", "describe", "pod", istiod, "-n", "istio-system");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`WARNING: ${istiod} is not part of mesh; no Istio sidecar\n`);
    expect(stderr).toBe(
      `Error: failed to execute command on sidecar: container istio-proxy is not valid for pod ${istiod}\n`,
    );
    expect((await mesh.run("x", "describe", "svc", "istiod", "-n", "istio-system")).stdout).toBe(
      lines(
        `Pod ${istiod}: no container "istio-proxy" in pod`,
        'Service "istiod" has no Istio pods.  (1 pods in service).',
        "Use `istioctl kube-inject` or redeploy with Istio automatic sidecar injection.",
      ),
    );
  });

  it("needs one name, of something that is there", async () => {
    expect((await mesh.run("x", "describe", "pod")).stderr).toBe("Error: expecting pod name\n");
    expect((await mesh.run("x", "describe", "pod", "nope")).stderr).toBe('Error: pods "nope" not found\n');
    expect((await mesh.run("x", "describe", "svc", "nope")).stderr).toBe(
      'Error: services "nope" not found\n',
    );
  });
});

describe("experimental authz check", () => {
  it("lists the policies that the proxy holds", async () => {
    expect(await mesh.run("x", "authz", "check", "deploy/front", "-n", "shop")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: lines(
        "ACTION   AuthorizationPolicy   RULES",
        "DENY     never.shop            1",
        "ALLOW    front.shop            2",
      ),
    });
    expect((await mesh.run("x", "authz", "check", back, "-n", "shop")).stdout).toBe(
      "ACTION   AuthorizationPolicy   RULES\n",
    );
  });
});

describe("analyze", () => {
  it("finds nothing wrong with a mesh in order", async () => {
    expect(await mesh.run("analyze", "-n", "shop")).toEqual({
      exitCode: 0,
      stdout: "\n",
      stderr: "✔ No validation issues found when analyzing namespace: shop.\n",
    });
    expect((await mesh.run("analyze", "-n", "istio-system")).stdout).toBe("\n");
  });
});

describe("proxy-status of one proxy", () => {
  it("says that it has what istiod sent", async () => {
    const stdout = await eventually("a proxy that has everything", async () => {
      const said = await mesh.run("ps", "deploy/front.shop");
      expect({ ...said, stdout: "" }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      return said.stdout.includes("---") ? undefined : said.stdout;
    });
    expect(stdout).toMatch(
      /^Clusters Match\nListeners Match\nRoutes Match \(RDS last loaded at \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC\)\n$/,
    );
  });

  it("shows where another's configuration differs", async () => {
    const other = await mesh.run("pc", "all", "deploy/back.shop", "-o", "json");
    const file = temporaryFile(other.stdout);
    const { stdout } = await mesh.run("x", "ps", "deploy/front.shop", "-f", file.path);
    file.dispose();
    expect(stdout.split("\n").slice(0, 2)).toEqual(["--- Istiod Clusters", "+++ Envoy Clusters"]);
    expect(stdout).toContain('-                                    "name": "front",\n');
    expect(stdout).toContain('+                                    "name": "back",\n');
  });

  it("knows nobody outside the mesh", async () => {
    const gateway = await mesh.run("pc", "all", "deploy/front.shop", "-o", "json");
    const file = temporaryFile(gateway.stdout);
    const istiod = await mesh.run("ps", "deploy/istiod.istio-system", "-f", file.path);
    file.dispose();
    expect(istiod).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Error: unable to find config dump in Istiod responses\n",
    });
  });
});

describe("proxy-config", () => {
  it("bootstrap -o short names the releases, ecds what was given by name", async () => {
    const { stdout } = await mesh.run("pc", "bootstrap", "deploy/front.shop", "-o", "short");
    expect(stdout.split("\n").map((line) => line.split(":")[0])).toEqual([
      "Istio Version",
      "Istio Proxy Version",
      "Envoy Version",
      "",
    ]);
    expect(stdout).toContain("Istio Version:       1.21.6\n");
    expect((await mesh.run("pc", "ecds", "deploy/front.shop")).stdout).toBe("ECDS NAME     TYPE\n");
  });
});

describe("proxy-config of several pods", () => {
  it("log shows, and sets, those of all pods with a label", async () => {
    const { stdout } = await mesh.run(
      "pc",
      "log",
      "-n",
      "shop",
      "-l",
      "version=v1",
      "--level",
      "rbac:debug,jwt=info",
    );
    const pods = [...stdout.matchAll(/^(\S+)\.shop:\nactive loggers:$/gm)].map(([, pod]) => pod);
    expect(new Set(pods)).toEqual(new Set([front, back]));
    expect(stdout.match(/^ *rbac: debug$/gm)).toHaveLength(2);
    expect(stdout.match(/^ *jwt: info$/gm)).toHaveLength(2);
    expect((await mesh.run("pc", "log", "-n", "shop", "-l", "app=nobody")).stderr).toBe(
      "Error: no pods found\n",
    );
  });

  it("rootca-compare finds one root in one mesh", async () => {
    expect(await mesh.run("pc", "rootca-compare", `${front}.shop`, `${back}.shop`)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `Both [${front}.shop] and [${back}.shop] have the identical ROOTCA, theoretically the connectivity between them is available\n`,
    });
  });
});

describe("dashboard", () => {
  it("forwards a port through the API until it is interrupted", async () => {
    const stop = new AbortController();
    let stdout = "";
    const words = ["dashboard", "--address", "127.0.0.1", "envoy", "deploy/front.shop", "--browser=false"];
    const running = istioctl(["--kubeconfig", mesh.kubeconfig, ...words], {
      version: "1.21.6",
      signal: stop.signal,
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => expect(text).toBe(""),
    });
    const said = await eventually("the address", async () =>
      stdout.includes("browser") ? stdout : undefined,
    );
    const [, url] = /^(http:\/\/127\.0\.0\.1:\d+)\nskipping opening a browser$/.exec(said) ?? [];
    const answers = await Promise.all(
      ["ready", "server_info", "stats", "config_dump"].map(async (page) =>
        (await fetch(`${url}/${page}`)).text(),
      ),
    );
    expect(answers[0]).toBe("LIVE\n");
    expect(answers[1]).toContain(`"id": "sidecar~`);
    expect(answers[3]).toContain("BootstrapConfigDump");
    stop.abort();
    expect(await running).toBe(0);
    await expect(fetch(`${url}/ready`)).rejects.toThrow();
  });

  it.each([
    ["dashboard kiali", "no pods found with selector app=kiali"],
    ["d nothing", 'unknown dashboard "nothing"'],
    ["dash envoy", "specify a pod or --selector"],
    ["dash envoy a -l app=b", "name cannot be provided when a selector is specified"],
  ])("istioctl %s", async (line, message) => {
    expect(await mesh.run(...line.split(" "))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  });
});

describe("experimental injector and check-inject", () => {
  it("list who injects what where", async () => {
    expect((await mesh.run("x", "injector", "list")).stdout).toBe(
      lines(
        "NAMESPACE ISTIO-REVISION POD-REVISIONS",
        // Of an unlabelled namespace the hook for labelled pods takes care.
        "default   default        <no pods>",
        "shop      default        default: 2",
        "",
        "NAMESPACES          INJECTOR-HOOK              ISTIO-REVISION SIDECAR-IMAGE",
        "default             istio-revision-tag-default default        docker.io/istio/proxyv2:1.21.6",
        "shop                istio-revision-tag-default default        docker.io/istio/proxyv2:1.21.6",
        "DOES NOT AUTOINJECT istio-sidecar-injector     default        docker.io/istio/proxyv2:1.21.6",
      ),
    );
  });

  it("tell why a pod has a sidecar", async () => {
    expect((await mesh.run("x", "check-inject", "deploy/front", "-n", "shop")).stdout).toBe(
      lines(
        "WEBHOOK                     REVISION  INJECTED      REASON",
        "istio-revision-tag-default  default   \u001b[32m✔\u001b[0m             Namespace label istio-injection=enabled matches",
        "istio-sidecar-injector      default   \u001b[31m✘\u001b[0m             The injection webhook is deactivated, and will never match labels.",
      ),
    );
  });

  it("metrics need Prometheus", async () => {
    expect(await mesh.run("x", "metrics", "front.shop")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Error: no Prometheus pods found\n",
    });
  });
});
