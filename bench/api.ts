// The API server under two kinds of load: a list of many pods, and one change told to many watches. Its peer is a bare
// node:https server with the same objects; both are asked by the same client over connections that stay open.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { median, pause, samples, sized, within } from "./lib/measure.ts";
import { ApiClient, startCluster } from "./lib/practice-cluster.ts";
import { benchmark, jsonWith, lineOf, peer, start, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";

const SIZES = sized([10, 100, 1_000], [10, 100]);
const WATCHES = sized([10, 100, 1_000], [10, 100]);
const LISTS = sized(30, 10);
/** Events delivered in one measurement, over all watches. */
const DELIVERIES = sized(20_000, 5_000);
const LIST_BUDGET_PODS = 1_000;
const pods = "/api/v1/namespaces/default/pods";

/** No scheduler knows its name: the pods stay as they are, and nothing but the API server works. */
const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { app: "bench", number: name } },
  spec: {
    schedulerName: "nobody",
    containers: [
      {
        ...{ name: "app", image: "curlimages/curl", command: ["sleep", "3650d"] },
        env: [{ name: "GREETING", value: "hello" }],
        resources: { requests: { cpu: "10m", memory: "16Mi" } },
      },
    ],
  },
});

async function bareApi(example: string): Promise<ApiClient> {
  const folder = temporaryFolder();
  const [key, cert, file] = ["key.pem", "cert.pem", "pod.json"].map((name) => path.join(folder, name));
  if (!key || !cert || !file) throw new Error("no files");
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  writeFileSync(file, example);
  const child = start([process.execPath, peer("bare-api"), key, cert, file]);
  const { port } = await lineOf(child, jsonWith("port"));
  return new ApiClient(`https://127.0.0.1:${port}`, { ca: readFileSync(cert) });
}

/** Lines that arrive on all watches together; resolves when there are enough. */
class Watches {
  private lines = 0;
  private readonly open: { destroy(): void }[] = [];
  private wanted = Number.POSITIVE_INFINITY;
  private reached: () => void = () => undefined;

  async start(client: ApiClient, { path: watchPath, count }: { path: string; count: number }): Promise<void> {
    for (let n = 0; n < count; n++) {
      const message = await client.open({ path: watchPath });
      if (message.statusCode !== 200) throw new Error(`watch ${n}: ${message.statusCode}`);
      message.on("data", (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines++;
        if (this.lines >= this.wanted) this.reached();
      });
      message.on("error", () => undefined); // our own end of it, at the end
      this.open.push(message);
    }
  }

  expect(more: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.reached = resolve;
    });
    this.wanted = this.lines + more;
    return within(120_000, `${more} events`, reached);
  }

  stop(): void {
    for (const message of this.open) message.destroy();
  }
}

interface FanOut {
  readonly client: ApiClient;
  readonly watch: string;
  readonly count: number;
  readonly change: (n: number) => Promise<unknown>;
}

/** Events delivered a second. Changes are sent one after the other; what is measured includes them. */
async function fanOut({ client, watch, count, change }: FanOut): Promise<number> {
  const watches = new Watches();
  await watches.start(client, { path: watch, count });
  await pause(300);
  const changes = Math.ceil(DELIVERIES / count);
  const all = watches.expect(changes * count);
  const begun = performance.now();
  for (let n = 0; n < changes; n++) await change(n);
  await all;
  const seconds = (performance.now() - begun) / 1000;
  watches.stop();
  return (changes * count) / seconds;
}

await benchmark(async () => {
  const { kubeconfig } = await startCluster();
  const api = ApiClient.of(kubeconfig);
  const figures: Figure[] = [];
  let made = 0;
  await api.ask({ method: "POST", path: pods, body: pod("pod-0") });
  const bare = await bareApi(await api.ask({ path: `${pods}/pod-0` }));
  for (const size of SIZES) {
    for (made = Math.max(made, 1); made < size; made++)
      await api.ask({ method: "POST", path: pods, body: pod(`pod-${made}`) });
    const list = () => api.drain({ path: pods });
    const bareList = () => bare.drain({ path: `/list?count=${size}` });
    const bytes = await list();
    await Promise.all([samples(5, list), samples(5, bareList)]); // warmed up
    const theirs = median(await samples(LISTS, bareList));
    figures.push({
      ...{ what: `list of ${size} pods`, ours: median(await samples(LISTS, list)), unit: "ms" },
      peer: { name: "bare node:https", value: theirs },
      ...(size === LIST_BUDGET_PODS && { budget: { limit: 10, is: "at most" } }),
      note: `${(bytes / 1024).toFixed(0)} KiB`,
    });
  }
  for (const count of WATCHES) {
    const theirs = await fanOut({
      ...{ client: bare, watch: "/watch", count },
      change: () => bare.ask({ method: "POST", path: "/send", body: pod("pod-0") }),
    });
    const ours = await fanOut({
      ...{
        client: api,
        watch: `${pods}?watch=1&fieldSelector=metadata.name%3Dpod-0&resourceVersion=0`,
        count,
      },
      change: (n) =>
        api.ask({
          ...{ method: "PATCH", path: `${pods}/pod-0`, contentType: "application/merge-patch+json" },
          body: { metadata: { labels: { change: `c${n}` } } },
        }),
    });
    figures.push({
      ...{ what: `watch fan-out, ${count} watches`, ours, unit: "events/s" },
      peer: { name: "bare node:https", value: theirs },
      ...(count === 100 && { budget: { limit: 20_000, is: "at least" } }),
    });
  }
  api.close();
  bare.close();
  report(`api (whole answers over TLS, medians of ${LISTS})`, figures);
});
