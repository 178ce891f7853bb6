import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { LabProgress } from "../../contracts/index.ts";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { ask, connected, openSocket, PageTerminal, signIn, type Web, WebHarness } from "./testing/web.ts";

let bundles: Bundles;
let harness: WebHarness;
let web: Web;
beforeAll(async () => {
  bundles = await bundlePrograms({ server: "server/main.ts", workspace: "server/workspace/main.ts" });
  harness = new WebHarness(bundles);
  web = await harness.start({ MESHWORK_LOG_LEVEL: "info" });
});
afterAll(async () => {
  await harness.dispose();
  expect(processesNaming(harness.dataDir)).toEqual([]);
  bundles.dispose();
});

const lab = "secure-services-mtls";

function get(path: string, headers: Record<string, string>): Promise<{ status: number; headers: object }> {
  const { hostname, port } = new URL(web.origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on("error", reject)
      .end();
  });
}

describe("[W1] strangers", () => {
  it("another Host is refused, whatever else it carries", async () => {
    const cookie = await signIn(web);
    expect(await get("/healthz", { Host: "evil.example:3000" })).toMatchObject({ status: 421 });
    expect(await get("/", { Host: "evil.example", Cookie: cookie })).toMatchObject({ status: 421 });
    expect(await get("/healthz", {})).toMatchObject({ status: 200 });
  });

  it("without a session there is nothing but health and the start page", async () => {
    const statuses = await Promise.all(
      ["/", "/labs/x", "/_next/image?url=x", "/api/x", "/instructor"].map(
        async (path) => (await fetch(web.origin + path)).status,
      ),
    );
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    expect((await fetch(`${web.origin}/start`)).status).toBe(200);
    expect((await fetch(`${web.origin}/readyz`)).status).toBe(200);
  });

  it("a wrong token or another origin gets no cookie", async () => {
    const post = (origin: string | undefined, token: string) =>
      fetch(`${web.origin}/start`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(origin && { Origin: origin }) },
        body: JSON.stringify({ token }),
      });
    expect((await post(web.origin, "x")).status).toBe(403);
    expect((await post("http://evil.example", web.token)).status).toBe(403);
    expect((await post("null", web.token)).status).toBe(403);
    expect((await post(undefined, web.token)).status).toBe(403);
    expect((await post(web.origin, web.token)).headers.get("set-cookie")).toMatch(
      /^meshwork-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    );
  });

  it("a socket of another origin, or without one, or without a cookie, is never opened", async () => {
    const cookie = await signIn(web);
    const tries: Record<string, string>[] = [
      { Origin: "http://evil.example", Cookie: cookie },
      { Origin: "null", Cookie: cookie },
      { Origin: "http://127.0.0.1:1", Cookie: cookie },
      { Cookie: cookie },
      { Origin: web.origin },
      { Origin: web.origin, Cookie: `${cookie}x` },
    ];
    for (const headers of tries) {
      const socket = openSocket(web, headers);
      await expect(connected(socket), JSON.stringify(headers)).rejects.toThrow();
      socket.close();
    }
    const socket = openSocket(web, { Origin: web.origin, Cookie: cookie });
    await connected(socket);
    socket.close();
  });

  it("every answer carries the headers, and a page its own nonce", async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await fetch(`${web.origin}/start`);
        expect(response.headers.get("x-frame-options")).toBe("DENY");
        expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
        const policy = response.headers.get("content-security-policy") ?? "";
        expect(policy).toContain("default-src 'none'");
        const nonce = /script-src 'nonce-([^']+)' 'strict-dynamic';/.exec(policy)?.[1] ?? "none";
        expect(await response.text()).toContain(`<script nonce="${nonce}">`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });
});

it("the metrics are this machine's operator's, and count what happens", async () => {
  const cookie = await signIn(web);
  const socket = openSocket(web, { Origin: web.origin, Cookie: cookie });
  await connected(socket);
  const terminal = new PageTerminal();
  await ask(socket, "workspace:open", { lab });
  await terminal.attachTo(socket);
  await ask(socket, "terminal:input", {
    ...{ terminal: "main", writer: "a-metrics-page", seq: 1 },
    data: "echo x\r",
  });
  const read = async () => (await fetch(`${web.origin}/metrics`)).text();
  await vi.waitFor(async () => {
    const text = await read();
    expect(text).toContain("\nmeshwork_learners_connected 1\n");
    expect(text).toContain("\nmeshwork_terminals_attached 1\n");
    expect(text).toMatch(/\nmeshwork_terminal_input_seconds_count [1-9]/);
    expect(text).toMatch(/\nmeshwork_terminal_output_bytes_total [1-9]/);
  }, 10_000);
  expect(await get("/metrics", { Host: "workshop.example", Cookie: cookie })).toMatchObject({ status: 403 });
  expect(await get("/metrics", { "X-Forwarded-For": "203.0.113.9", Cookie: cookie })).toMatchObject({
    status: 403,
  });
  socket.close();
  await vi.waitFor(async () => expect(await read()).toContain("\nmeshwork_terminals_attached 0\n"), 10_000);
});

describe("a learner's page", () => {
  const open = async () => {
    const socket = openSocket(web, { Origin: web.origin, Cookie: await signIn(web) });
    await connected(socket);
    return socket;
  };

  it("opens a workspace and types into a real shell", async () => {
    const socket = await open();
    const statuses: string[] = [];
    socket.on("workspace", (status) => statuses.push(status.phase));
    expect(await ask(socket, "workspace:open", { lab })).toMatchObject({
      cluster: { kind: "practice" },
      isolation: "none",
    });
    const terminal = new PageTerminal();
    await terminal.attachTo(socket);
    const writer = "page-of-the-test";
    expect(
      await ask(socket, "terminal:input", {
        ...{ terminal: "main", writer, seq: 1 },
        data: "echo gateway=$GATEWAY_IP:$SECURE_INGRESS_PORT istio=$ISTIO_VERSION\r",
      }),
    ).toEqual({ seq: 1 });
    await vi.waitFor(() => expect(terminal.text).toContain("gateway=127.0.0.1:31443 istio=1.21.6"), 10_000);
    expect(terminal.faults).toEqual([]);
    socket.close();
  });

  it("nonsense is refused by name, and too much of it ends the socket", async () => {
    const socket = await open();
    await expect(ask(socket, "terminal:attach", { terminal: "../x", cols: 80, rows: 24 })).rejects.toThrow(
      "bad-request: terminal:attach: terminal is not as agreed.",
    );
    await expect(ask(socket, "no:such:event", {})).rejects.toThrow("bad-request: There is no such event.");
    await expect(ask(socket, "__proto__", {})).rejects.toThrow("bad-request: There is no such event.");
    await expect(ask(socket, "workspace:open", { lab: "no-such-lab" })).rejects.toThrow("not-found");
    for (let i = 0; i < 25; i++) ask(socket, "terminal:resize", { cols: -1 }).catch(() => undefined);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5_000);
  });

  it("every refusal is in the log, with what was wrong; bytes that are no message end the socket and are, too", async () => {
    const socket = await open();
    await expect(ask(socket, "terminal:resize", { cols: -1 })).rejects.toThrow(
      "bad-request: terminal:resize: cols is not as agreed.",
    );
    await vi.waitFor(() =>
      expect(web.errors()).toMatch(
        /"event":"terminal:resize","code":"bad-request","learner":"owner","msg":"terminal:resize: cols is not as agreed\."/,
      ),
    );
    const gone = new Promise((resolve) => socket.once("disconnect", resolve));
    socket.io.engine.write("2{not json");
    await gone;
    await vi.waitFor(() =>
      expect(web.errors()).toContain(
        '"learner":"owner","error":"Error: invalid payload","msg":"unreadable message"',
      ),
    );
    expect((await fetch(`${web.origin}/healthz`)).status).toBe(200);
  });

  it("progress is kept once per id and shown to the learner's other page and the board", async () => {
    const [page, other] = [await open(), await open()];
    const seen: LabProgress[] = [];
    other.on("progress", (progress) => seen.push(progress));
    await ask(other, "board:subscribe", {});
    const rows: (string | undefined)[] = [];
    other.on("board", (changed) => rows.push(...changed.map(({ lastEvent }) => lastEvent?.text)));
    const report = { id: crypto.randomUUID(), kind: "lab-opened", lab };
    const first = await ask(page, "progress:report", report);
    expect(await ask(page, "progress:report", report)).toEqual(first);
    expect(await ask(page, "progress:get", { lab })).toEqual(first);
    await vi.waitFor(() => {
      expect(seen).toContainEqual(first);
      expect(rows).toContain("opened the lab");
    });
    await expect(
      ask(page, "progress:report", { ...report, id: crypto.randomUUID(), lab: "no-such-lab" }),
    ).rejects.toThrow("not-found: There is no such lab or step.");
    page.close();
    other.close();
  });

  it("a flood of events is refused, not queued", async () => {
    const socket = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 150 }, () => ask(socket, "progress:get", { lab })),
    );
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(30);
    expect(String(refused[0]?.status === "rejected" && refused[0].reason)).toContain("too-many");
    socket.close();
  });
});
