import { mkdtempSync, rmSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtinStrategies } from "../../apis/index.ts";
import { silentLogger, systemClock, systemRandom } from "../../base/index.ts";
import { ensureBootstrapPolicy } from "../authorization/seed.ts";
import { openObjectStorage } from "../registry/object-storage.ts";
import { createApiServer } from "../server.ts";
import { type Harness, startHarness } from "../testing/harness.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly warnings: string;
  readonly text: string;
  json(): { [key: string]: unknown };
}

describe("HTTPS", () => {
  let api: Harness;
  let port = 0;
  beforeEach(async () => {
    api = await startHarness();
    ({ port } = await api.server.listen({ port: 0 }));
  });
  afterEach(() => api.server.dispose());

  function send(
    method: string,
    path: string,
    options: { body?: string; headers?: Record<string, string>; until?: (text: string) => boolean } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          port,
          host: "127.0.0.1",
          ca: api.server.caPem,
          method,
          path,
          headers: { Authorization: `Bearer ${api.server.adminToken}`, ...options.headers },
        },
        (answer) => {
          let text = "";
          const finish = () =>
            resolve({
              status: answer.statusCode ?? 0,
              type: answer.headers["content-type"] ?? "",
              warnings: String(answer.headers.warning ?? ""),
              text,
              json: () => JSON.parse(text),
            });
          answer.setEncoding("utf8");
          answer.on("data", (part: string) => {
            text += part;
            if (options.until?.(text)) {
              outgoing.destroy();
              finish();
            }
          });
          answer.on("end", finish);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(options.body);
    });
  }

  it("[HTTP1] wants a token, but for health and version", async () => {
    await ensureBootstrapPolicy(api);
    const anonymous = { Authorization: "" };
    expect(await send("GET", MAPS, { headers: anonymous })).toMatchObject({ status: 401 });
    expect((await send("GET", MAPS, { headers: { Authorization: "Bearer x" } })).json()).toMatchObject({
      reason: "Unauthorized",
    });
    expect(await send("GET", "/livez", { headers: anonymous })).toMatchObject({ status: 200, text: "ok" });
    expect((await send("GET", "/version")).json()).toMatchObject({ gitVersion: "v1.35.2" });
  });

  it("[HTTP2] takes YAML, warns about unknown fields and drops them", async () => {
    const body = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {k: v}\nextra: 1\n";
    const headers = { "Content-Type": "application/yaml" };
    const made = await send("POST", MAPS, { body, headers });
    expect(made.status).toBe(201);
    expect(made.warnings).toBe('299 - "unknown field \\"extra\\""');
    expect(made.json()).not.toHaveProperty("extra");
    const strict = await send("POST", `${MAPS}?fieldValidation=Strict`, { body, headers });
    expect(strict.json()).toMatchObject({
      code: 400,
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "extra"',
    });
  });

  it("[HTTP6] warns of kinds that are deprecated", async () => {
    const table = { Accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
    const parts = await send("GET", "/api/v1/componentstatuses", { headers: table });
    expect(parts.warnings).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
    expect(parts.json()).toMatchObject({
      columnDefinitions: [{ name: "Name" }, { name: "Status" }, { name: "Message" }, { name: "Error" }],
      rows: [
        { cells: ["scheduler", "Healthy", "ok", ""] },
        { cells: ["controller-manager", "Healthy", "ok", ""] },
        { cells: ["etcd-0", "Healthy", "ok", ""] },
      ],
    });
    expect((await send("GET", "/api/v1/endpoints")).warnings).toBe(
      '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
    );
  });

  it("[HTTP8] reads bodies as Go would, and says what it could not", async () => {
    const headers = { "Content-Type": "application/json" };
    const told = async (path: string, body: object) => {
      const { message } = (await send("POST", path, { body: JSON.stringify(body), headers })).json();
      return message;
    };
    const core = "/api/v1/namespaces/default";
    const container = { name: "a", image: "nginx", resources: { limits: { cpu: "1x" } } };
    const cron = (spec: object) => ({
      metadata: { name: "c" },
      spec: {
        ...spec,
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "b" }] } } },
        },
      },
    });
    const crons = "/apis/batch/v1/namespaces/default/cronjobs";
    expect([
      await told(`${core}/secrets`, { metadata: { name: "s" }, data: { a: "not base64!" } }),
      await told(`${core}/pods`, { metadata: { name: "p" }, spec: { containers: [container] } }),
      await told(`${core}/pods`, {
        metadata: { name: "p" },
        spec: { runtimeClassName: "gvisor", containers: [{ name: "a", image: "nginx" }] },
      }),
      await told(crons, cron({ schedule: "bad", timeZone: "Mars/Base" })),
      await told(crons, cron({ schedule: "@often" })),
    ]).toEqual([
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3',
      `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
      'pods "p" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
      'CronJob.batch "c" is invalid: [spec.schedule: Invalid value: "bad": expected exactly 5 fields, found 1: [bad], spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base]',
      'CronJob.batch "c" is invalid: spec.schedule: Invalid value: "@often": unrecognized descriptor: @often',
    ]);
    await send("POST", crons, { body: JSON.stringify(cron({ schedule: "@every 5m" })), headers });
    const strategic = { "Content-Type": "application/strategic-merge-patch+json" };
    const patch = async (body: unknown) =>
      (await send("PATCH", `${crons}/c`, { body: JSON.stringify(body), headers: strategic })).json().message;
    expect([
      await patch({ spec: { suspend: "yes", jobTemplate: null } }),
      await patch({ spec: { startingDeadlineSeconds: "soon" } }),
      await patch("nope"),
    ]).toEqual([
      ' "" is invalid: patch: Invalid value: "map[spec:map[jobTemplate:<nil> suspend:yes]]": unrecognized type: bool',
      ' "" is invalid: patch: Invalid value: "map[spec:map[startingDeadlineSeconds:soon]]": unrecognized type: int64',
      "json: cannot unmarshal string into Go value of type map[string]interface {}",
    ]);
  });

  it("[HTTP7] counts what it is asked", async () => {
    await send("POST", MAPS, {
      body: JSON.stringify({ metadata: { name: "counted" } }),
      headers: { "Content-Type": "application/json" },
    });
    await send("GET", "/apis/invented.io/v1/things");
    const { text } = await send("GET", "/metrics");
    const lines = text.split("\n");
    const made = `component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"`;
    expect(lines).toContain(`apiserver_request_total{code="201",${made}} 1`);
    expect(lines).toContain(`apiserver_request_duration_seconds_count{${made}} 1`);
    expect(lines).toContain('apiserver_storage_objects{resource="configmaps"} 1');
    expect(text).toContain("# TYPE apiserver_request_duration_seconds histogram\n");
    expect(text).not.toContain("invented");
  });

  it("[HTTP3] refuses bodies that are too long, too deep, or of an unknown type", async () => {
    const headers = { "Content-Type": "application/json" };
    const long = JSON.stringify({ data: { k: "x".repeat(3 * 1024 * 1024) } });
    expect((await send("POST", MAPS, { body: long, headers })).status).toBe(413);
    const deep = `{"data":${"[".repeat(5000)}${"]".repeat(5000)}}`;
    expect((await send("POST", MAPS, { body: deep, headers })).json()).toMatchObject({
      message: "the body is nested deeper than 100 levels",
    });
    const text = await send("POST", MAPS, { body: "x", headers: { "Content-Type": "text/plain" } });
    expect(text.status).toBe(415);
  });

  it("[HTTP4] prints tables for who asks", async () => {
    await api.create(MAPS, { metadata: { name: "a" }, data: { k: "v" } });
    const table = await send("GET", MAPS, {
      headers: { Accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" },
    });
    expect(table.json()).toMatchObject({
      kind: "Table",
      columnDefinitions: [{ name: "Name" }, { name: "Data" }, { name: "Age" }],
      rows: [{ cells: ["a", 1, "0s"], object: { kind: "PartialObjectMetadata", metadata: { name: "a" } } }],
    });
  });

  it("[HTTP5] streams a watch, a line an event", async () => {
    await api.create(MAPS, { metadata: { name: "a" } });
    const { text } = await send("GET", `${MAPS}?watch=true`, { until: (lines) => lines.endsWith("}\n") });
    expect(JSON.parse(text)).toMatchObject({ type: "ADDED", object: { metadata: { name: "a" } } });
    const old = await send("GET", `${MAPS}?watch=true&resourceVersion=99999`);
    expect(old.status).toBe(504);
  });

  it("[HTTP5b] tells of a field that stands twice, or refuses it", async () => {
    const headers = { "Content-Type": "application/json" };
    const body = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}';
    const strict = await send("POST", `${MAPS}?fieldValidation=Strict`, { headers, body });
    expect(strict.json()).toMatchObject({
      code: 400,
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"',
    });
    const warned = await send("POST", MAPS, { headers, body });
    expect(warned.warnings).toBe('299 - "duplicate field \\"data.a\\""');
    expect(warned.json()).toMatchObject({ data: { a: "2" } });
  });

  it("[HTTP6] has the same objects, authority and tokens after it was killed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "apiserver-"));
    const base = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const start = async () => {
      const store = openObjectStorage({ ...base, directory: join(directory, "objects") });
      const deps = { ...base, storage: store.storage, strategies: builtinStrategies, stateDir: directory };
      const server = await createApiServer(deps);
      return { server, store, client: server.transportFor({ name: "x", groups: ["system:masters"] }) };
    };
    const first = await start();
    const path = "/api/v1/namespaces";
    const made = await first.client.request({ method: "POST", path, body: { metadata: { name: "kept" } } });
    const second = await start(); // the first was not closed
    expect(await second.client.request({ method: "GET", path: `${path}/kept` })).toEqual(made);
    expect(second.server.caPem).toBe(first.server.caPem);
    expect(second.server.adminToken).toBe(first.server.adminToken);
    for (const { server, store } of [first, second]) {
      server.dispose();
      store.dispose();
    }
    rmSync(directory, { recursive: true });
  });
});
