import "reflect-metadata";
import { PassThrough } from "node:stream";
import * as x509 from "@peculiar/x509";
import { afterEach, describe, expect, it } from "vitest";
import { DisposableStore, seededRandom, silentLogger, systemClock } from "../../base/index.ts";
import type { RunningProgram } from "../../container/index.ts";
import { createPracticeNetwork, type PracticeNetwork } from "../../network/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { createTestIstiod, istiodPod, sidecarContext } from "../testing/istiod.ts";
import { fetchFrom } from "../testing/mesh.ts";
import { createProxyProgram } from "./program.ts";

let started = new DisposableStore();
afterEach(() => {
  started.dispose();
  started = new DisposableStore();
});

async function run(
  program: RunningProgram,
  ...command: string[]
): Promise<{ code: number | undefined; out: string }> {
  const stdout = new PassThrough();
  const code = await program.exec?.({
    command,
    env: {},
    stdout,
    stderr: stdout,
    tty: false,
    signal: new AbortController().signal,
  });
  return { code, out: String(stdout.read() ?? "") };
}

function meshNetwork(): PracticeNetwork {
  return createPracticeNetwork({ clock: systemClock, random: seededRandom(), logger: silentLogger });
}

describe("pilot-agent", () => {
  it("gets a certificate, follows istiod, becomes ready and shows what it runs", async () => {
    const network = meshNetwork();
    const istiod = await createTestIstiod(systemClock);
    istiod.listen(started.add(istiodPod(network)));
    started.add({ dispose: () => istiod.stop() });
    const { seen, rootPem } = istiod;
    const pod = started.add(network.attachPod({ namespace: "demo", name: "web-1" }));
    const log: string[] = [];
    const program = createProxyProgram().start(sidecarContext(pod, { rootPem, log, clock: systemClock }));
    started.add({ dispose: () => program.kill() });
    const ready = () => fetchFrom(network.node, { host: pod.ip, port: 15021, path: "/healthz/ready" });
    await expect.poll(ready, { timeout: 10_000 }).toMatchObject({ status: 200 });
    expect(log.join("")).toContain("Envoy proxy is ready");
    expect(seen[0]).toMatchObject({
      typeUrl: TYPE_URL.cluster,
      node: {
        id: `sidecar~${pod.ip}~web-1.demo~demo.svc.cluster.local`,
        cluster: "web.demo",
        metadata: { WORKLOAD_NAME: "web", ISTIO_VERSION: "1.21.6" },
      },
    });
    expect(seen.some((one) => one.errorDetail)).toBe(false);

    const dump = await run(program, "pilot-agent", "request", "GET", "config_dump");
    const { configs } = JSON.parse(dump.out);
    expect(configs.map((one: { "@type": string }) => one["@type"].split(".").at(-1))).toEqual([
      "BootstrapConfigDump",
      "ClustersConfigDump",
      "ListenersConfigDump",
      "ScopedRoutesConfigDump",
      "RoutesConfigDump",
      "SecretsConfigDump",
    ]);
    expect(
      configs[1].dynamic_active_clusters[0].cluster.transport_socket_matches?.[0].match ??
        configs[1].dynamic_active_clusters[1].cluster.transport_socket_matches[0].match,
    ).toEqual({ tlsMode: "istio" });
    const [own] = configs[5].dynamic_active_secrets;
    expect(own.secret.tls_certificate.private_key.inline_bytes).toBe("W3JlZGFjdGVkXQ==");
    const chain = Buffer.from(own.secret.tls_certificate.certificate_chain.inline_bytes, "base64").toString();
    expect(
      new x509.X509Certificate(
        `${chain.split("-----END CERTIFICATE-----")[0]}-----END CERTIFICATE-----`,
      ).getExtension(x509.SubjectAlternativeNameExtension)?.names.items[0]?.value,
    ).toBe("spiffe://cluster.local/ns/demo/sa/web");
    expect(
      await fetchFrom(network.node, { host: pod.ip, port: 15090, path: "/stats/prometheus" }),
    ).toMatchObject({
      status: 200,
      body: expect.stringContaining('istio_build{component="proxy",tag="1.21.6"} 1'),
    });
    expect((await run(program, "pilot-agent", "istio-iptables", "--help")).out).toContain(
      "-p, --envoy-port string",
    );
    expect((await run(program, "pilot-agent", "request", "GET", "/ready")).out).toBe("LIVE\n");
    expect(
      program.exec?.({
        command: ["ls"],
        env: {},
        stdout: new PassThrough(),
        stderr: new PassThrough(),
        tty: false,
        signal: new AbortController().signal,
      }),
    ).toBeUndefined();
  });

  it("sets the redirect as istio-init and says so", async () => {
    const network = meshNetwork();
    const pod = started.add(network.attachPod({ namespace: "demo", name: "web-1" }));
    const log: string[] = [];
    const command = [
      "istio-iptables",
      "-p",
      "15001",
      "-z",
      "15006",
      "-u",
      "1337",
      "-m",
      "REDIRECT",
      "-i",
      "*",
      "-x",
      '""',
      "-b",
      "*",
      "-d",
      "15090,15021,15020",
      "--log_output_level=default:info",
    ];
    const program = createProxyProgram().start({
      ...sidecarContext(pod, { rootPem: "", log, clock: systemClock }),
      command,
    });
    expect(await program.exited).toBe(0);
    expect(log.join("")).toContain("PROXY_PORT=15001\nPROXY_INBOUND_CAPTURE_PORT=15006\n");
    const captured = new Promise((resolve) => {
      started.add(pod.listen({ port: 15001 }, (connection) => resolve(connection.originalDestination)));
    });
    await pod.connect({ host: "10.43.0.99", port: 80 });
    expect(await captured).toEqual({ address: "10.43.0.99", port: 80 });
  });
});
