import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { HOST_PROTOCOL_VERSION, type HostEvent } from "../../contracts/host-protocol.ts";
import type { HostPicture, TerminalAttached, TerminalOutput } from "../../contracts/index.ts";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { HostClient } from "./host-client.ts";
import { LocalLauncher } from "./local-launcher.ts";

const fakeCluster = path.resolve(import.meta.dirname, "../../workspace/testing/fake-cluster.mjs");
let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
});
afterAll(() => bundles.dispose());

let data: string;
let launcher: LocalLauncher;
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), "mwd-"));
  launcher = new LocalLauncher({
    workspacesDir: data,
    command: [process.execPath, bundles.file("workspace")],
    hostArguments: ["--cluster-command", JSON.stringify([process.execPath, fakeCluster])],
  });
});
afterEach(async () => {
  await launcher.stop("one");
  expect(processesNaming(data)).toEqual([]);
  rmSync(data, { recursive: true, force: true });
});

/** A browser's stand-in: shows output as text, in order, and acknowledges what it is told to. */
async function openViewer() {
  const viewer = {
    text: "",
    offset: 0,
    gaps: 0,
    events: [] as HostEvent[],
    closed: false,
    acknowledge: true,
  };
  const client = await HostClient.connect(await launcher.ensure("one"), "viewer", {
    output(output: TerminalOutput) {
      if (output.offset !== viewer.offset) viewer.gaps++;
      viewer.offset = output.offset + output.data.length;
      viewer.text += Buffer.from(output.data).toString("latin1");
      if (viewer.acknowledge) {
        client
          .request("terminal.ack", {
            terminal: output.terminal,
            epoch: output.epoch,
            offset: viewer.offset,
          })
          .catch(() => undefined); // the host may be gone by now
      }
    },
    event: (event) => viewer.events.push(event),
    closed: () => {
      viewer.closed = true;
    },
  });
  const attach = async (place: { after?: number; epoch?: string } = {}): Promise<TerminalAttached> => {
    const attached = await client.attach({ terminal: "main", cols: 80, rows: 24, ...place });
    viewer.offset = attached.offset;
    if (attached.screen !== undefined) viewer.text = attached.screen;
    return attached;
  };
  let seq = 0;
  const type = (data: string, writer = "writer-of-the-test") =>
    client.request("terminal.input", { terminal: "main", writer, seq: ++seq, data });
  const shows = (text: string) =>
    vi.waitFor(() => expect(viewer.text).toContain(text), { timeout: 10_000, interval: 10 });
  return { viewer, client, attach, type, shows };
}

describe("a workspace host", () => {
  it("gives a real shell in the learner's home, with the learner's environment and nothing of the server's", async () => {
    process.env.MESHWORK_TEST_SECRET = "of the server";
    const { attach, type, shows, viewer } = await openViewer();
    const attached = await attach();
    expect(attached).toMatchObject({ terminal: "main", mode: "snapshot" });
    await type("tty; pwd; echo home=$HOME term=$TERM secret=[$MESHWORK_TEST_SECRET] kc=$KUBECONFIG\r");
    await shows("/dev/pts/");
    await shows(`home=${path.join(data, "one", "home")} term=xterm-256color secret=[] kc=`);
    expect(viewer.text).toContain("istio-workshops/istio-basics");
    expect(viewer.gaps).toBe(0);
  });

  it("a wrong token is refused", async () => {
    const address = await launcher.ensure("one");
    await expect(HostClient.connect({ ...address, token: "wrong" }, "viewer", {})).rejects.toThrow(
      "hello refused",
    );
  });

  it("a second host for the same folder refuses to start and names the first", async () => {
    const { pid } = await launcher.ensure("one");
    const dir = path.join(data, "one");
    const args = [
      "--dir",
      dir,
      "--home",
      `${dir}/home`,
      "--socket",
      `${dir}/run/x`,
      "--token-file",
      `${dir}/token`,
    ];
    expect(() =>
      execFileSync(process.execPath, [bundles.file("workspace"), ...args], { stdio: "pipe" }),
    ).toThrow();
    const second = (() => {
      try {
        return execFileSync(process.execPath, [bundles.file("workspace"), ...args], {
          stdio: "pipe",
        }).toString();
      } catch (error) {
        return error instanceof Error && "stdout" in error ? String(error.stdout) : "";
      }
    })();
    expect(second).toContain(`host.pid is held by process ${pid}, which is running.`);
  });

  it("a client that comes back gets exactly what it missed, and a resent key is typed once", async () => {
    const first = await openViewer();
    const { epoch } = await first.attach();
    await first.type("echo fir''st\r");
    await first.shows("first");
    const after = first.viewer.offset;
    await first.client.request("terminal.input", {
      terminal: "main",
      writer: "writer-of-the-test",
      seq: 99,
      data: "echo cou''nted $((++n))\r",
    });
    first.client.close();
    const second = await openViewer();
    const attached = await second.attach({ after, epoch });
    expect(attached).toMatchObject({ mode: "resume", offset: after });
    await second.client.request("terminal.input", {
      terminal: "main",
      writer: "writer-of-the-test",
      seq: 99,
      data: "echo cou''nted $((++n))\r",
    });
    await second.shows("counted 1");
    await second.type("echo the e''nd\r", "another-writer");
    await second.shows("the end");
    expect(second.viewer.text).not.toContain("counted 2");
    expect(second.viewer.text).not.toContain("first");
  });

  it("[R5] a client that does not read stops the pty, and the rest flows when it reads", async () => {
    const { viewer, attach, type, client, shows } = await openViewer();
    const { epoch } = await attach();
    viewer.acknowledge = false;
    const from = viewer.offset;
    await type("head -c 2000000 /dev/zero | tr '\\0' x; echo do''ne\r");
    await vi.waitFor(() => expect(viewer.offset - from).toBeGreaterThan(100_000), { timeout: 10_000 });
    await vi.waitFor(
      async () => {
        const before = viewer.offset;
        await setTimeout(300);
        expect(viewer.offset).toBe(before);
      },
      { timeout: 20_000 },
    );
    // The window (384 KiB) and one read of the pty; never what the program would like to write.
    expect(viewer.offset - from).toBeLessThan((384 + 128) * 1024);
    viewer.acknowledge = true;
    await client.request("terminal.ack", { terminal: "main", epoch, offset: viewer.offset });
    await shows("done");
    expect(viewer.gaps).toBe(0);
    expect(viewer.offset - from).toBeGreaterThan(2_000_000);
  });

  it("input that nobody reads is refused with a sentence, and Ctrl-C gets through", async () => {
    const { viewer, attach, type, shows } = await openViewer();
    await attach();
    await type("echo as''leep; sleep 1000; echo sl''ept\r");
    await shows("asleep");
    await expect(
      (async () => {
        for (let i = 0; i < 4; i++) await type(`${"y".repeat(60_000)}`);
      })(),
    ).rejects.toThrow("The program in this terminal does not read its input; press Ctrl-C, then try again.");
    await type("\x03");
    await type("echo aw''ake\r");
    await shows("awake");
    expect(viewer.text).not.toContain("slept");
  });

  it("a shell that ends says so; the next attach opens a new one", async () => {
    const { viewer, attach, type } = await openViewer();
    const { epoch, offset } = await attach();
    await type("exit 7\r");
    await vi.waitFor(() =>
      expect(viewer.events).toContainEqual({
        event: "terminal-exit",
        exit: { terminal: "main", epoch, exitCode: 7 },
      }),
    );
    const again = await attach({ after: offset, epoch });
    expect(again).toMatchObject({ mode: "snapshot", notice: "The shell had ended; this is a new one." });
    expect(again.epoch).not.toBe(epoch);
  });

  it("kill -9 of the host: a new shell in the same folder, the old screen above it, files intact", async () => {
    const first = await openViewer();
    const { epoch, offset } = await first.attach();
    expect(offset).toBe(0);
    await first.type("mkdir -p deep; cd deep; echo kept > note; echo on the scr''een\r");
    await first.shows("on the screen");
    const { pid } = await launcher.ensure("one");
    const saved = path.join(data, "one", "screens", "main.json");
    await vi.waitFor(
      () => expect(existsSync(saved) && readFileSync(saved, "utf8")).toContain("on the screen"),
      {
        timeout: 12_000,
      },
    );
    process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(first.viewer.closed).toBe(true));
    const second = await openViewer();
    const attached = await second.attach({ after: first.viewer.offset, epoch });
    // Offsets of both shells begin at nothing: only the epoch tells them apart.
    expect(attached).toMatchObject({ mode: "snapshot" });
    expect(attached.epoch).not.toBe(epoch);
    expect(attached.notice).toContain("The workspace was restarted");
    await second.shows("on the screen");
    await second.type("cat note; pwd\r");
    await second.shows("kept");
    await second.shows("istio-basics/deep");
  }, 40_000);

  it("stopping a workspace leaves no process behind, not even one that was hidden from its terminal", async () => {
    const { attach, type, shows } = await openViewer();
    await attach();
    await type("setsid nohup sleep 12345 >/dev/null 2>&1 & echo sta''rted\r");
    await shows("started");
    await vi.waitFor(() => expect(processesNaming("sleep 12345")).toHaveLength(1));
    await launcher.stop("one");
    await vi.waitFor(() => expect(processesNaming("sleep 12345")).toEqual([]));
  });
});

describe("[I1] somebody who helps", () => {
  async function openHelper() {
    const pictures: HostPicture[] = [];
    const client = await HostClient.connect(await launcher.ensure("one"), "viewer", {
      event: (event) => event.event === "terminal-picture" && pictures.push(event.picture),
    });
    const sees = (text: string) =>
      vi.waitFor(() => expect(pictures.at(-1)?.screen).toContain(text), { timeout: 10_000, interval: 10 });
    return { client, pictures, sees };
  }

  it("sees what the learner sees, and types only by the call that is made for it", async () => {
    const { attach, type, shows, viewer } = await openViewer();
    await attach();
    await type("echo lear$((1))ner\r");
    await shows("lear1ner");
    const helper = await openHelper();
    expect(await helper.client.request("terminal.list", {})).toEqual(["main"]);
    await helper.client.request("terminal.observe", { terminal: "main" });
    await helper.sees("lear1ner");
    expect(helper.pictures.at(-1)).toMatchObject({ terminal: "main", cols: 80, rows: 24 });
    // What a terminal says by itself is not typed for the learner.
    await helper.client.request("terminal.assist", { terminal: "main", data: "\x1b[24;80R" });
    await helper.client.request("terminal.assist", { terminal: "main", data: "echo hel$((2))per\r" });
    await helper.sees("hel2per");
    await shows("hel2per");
    expect(viewer.text).not.toContain("24;80R");
    expect(viewer.gaps).toBe(0);
  });

  it("sees no more once it stopped watching, and nothing that scrolled away before", async () => {
    const { attach, type, shows } = await openViewer();
    await attach();
    await type("echo se$((7))cret; seq 100; echo e$((0))nd\r");
    await shows("e0nd");
    const helper = await openHelper();
    await helper.client.request("terminal.observe", { terminal: "main" });
    await helper.sees("e0nd");
    expect(helper.pictures.at(-1)?.screen).not.toContain("se7cret");
    await helper.client.request("terminal.observe", {});
    const before = helper.pictures.length;
    await type("echo af$((3))ter\r");
    await shows("af3ter");
    // Two more answers on the same connection: a picture that was under way would have come before them.
    await helper.client.request("terminal.list", {});
    await helper.client.request("terminal.list", {});
    expect(helper.pictures.length).toBe(before);
  });

  it("[R5] one who reads nothing holds nobody up", async () => {
    const { attach, type, shows } = await openViewer();
    await attach();
    const { socketPath, token } = await launcher.ensure("one");
    const deaf = new WebSocket(`ws+unix:${socketPath}:/`);
    const heard = once(deaf, "message");
    await once(deaf, "open");
    deaf.send(JSON.stringify({ hello: { protocol: HOST_PROTOCOL_VERSION, token, role: "viewer" } }));
    await heard;
    deaf.send(JSON.stringify({ id: 1, method: "terminal.observe", params: { terminal: "main" } }));
    await once(deaf, "message");
    deaf.pause();
    await type("for n in $(seq 300); do seq 1 50; done; echo do$((5))ne\r");
    await shows("do5ne");
    deaf.terminate();
  });

  it("reads the last commands from the history, not through a link", async () => {
    const { attach, type, client, shows } = await openViewer();
    await attach();
    await type("echo on$((1))e\r");
    await shows("on1e");
    const history = () => client.request("shell.history", {});
    await vi.waitFor(async () => expect(await history()).toEqual(["echo on$((1))e"]), { timeout: 10_000 });
    await type("ln -sf /etc/hostname ~/.bash_history; echo li$((4))nked\r");
    await shows("li4nked");
    expect(await history()).toEqual([]);
  });
});
