import { describe, expect, it } from "vitest";
import type {
  Result,
  TerminalAck,
  TerminalAttach,
  TerminalAttached,
  TerminalInput,
} from "../../server/contracts/index.ts";
import { type LinkNotice, TerminalLink } from "./terminal-link.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (data: Uint8Array | string) =>
  typeof data === "string" ? data : new TextDecoder().decode(data);

/** A host and a screen under the test's hand: nothing is answered or parsed before the test says so. */
function rig() {
  const attaches: { request: TerminalAttach; answer: (value: Result<TerminalAttached>) => void }[] = [];
  const inputs: { request: TerminalInput; answer: (value: Result<{ seq: number }>) => void }[] = [];
  const acks: TerminalAck[] = [];
  const shown: string[] = [];
  const parsers: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const notices: LinkNotice[] = [];
  const sizes: string[] = [];
  let size = { cols: 80, rows: 24 };
  const link = new TerminalLink({
    terminal: "main",
    writer: "writer-1",
    screen: {
      size: () => size,
      reset: () => shown.push("<reset>"),
      write: (data, parsed) => {
        shown.push(decode(data));
        if (parsed) parsers.push(parsed);
      },
    },
    attach: (request) => new Promise((answer) => attaches.push({ request, answer })),
    input: (request) => new Promise((answer) => inputs.push({ request, answer })),
    resize: ({ cols, rows }) => sizes.push(`${cols}x${rows}`),
    acknowledge: (ack) => acks.push(ack),
    later: (_ms, callback) => {
      timers.push(callback);
      return () => {
        const index = timers.indexOf(callback);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    onState: () => undefined,
    onNotice: (notice) => notices.push(notice),
  });
  const answerAttach = async (value: Partial<TerminalAttached>) => {
    const waiting = attaches.at(-1);
    waiting?.answer({
      ok: true,
      value: { terminal: "main", epoch: "e1", pid: 7, mode: "resume", offset: 0, ...value },
    });
    await flush();
  };
  const output = (offset: number, text: string, epoch = "e1") =>
    link.output({ terminal: "main", epoch, offset, data: encode(text) });
  const parseAll = () => {
    for (const parsed of parsers.splice(0)) parsed();
  };
  const resize = (cols: number) => {
    size = { cols, rows: 24 };
    link.resized();
  };
  return {
    resize,
    sizes,
    link,
    attaches,
    inputs,
    acks,
    shown,
    timers,
    notices,
    answerAttach,
    output,
    parseAll,
  };
}
const flush = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe("TerminalLink output", () => {
  it("[TL1] a first attach names no place; a later one names the byte after the last shown", async () => {
    const { link, attaches, answerAttach, output } = rig();
    void link.attach();
    await answerAttach({});
    output(0, "hello");
    link.detach();
    void link.attach();
    expect(attaches.map(({ request }) => request)).toEqual([
      { terminal: "main", cols: 80, rows: 24 },
      { terminal: "main", cols: 80, rows: 24, after: 5, epoch: "e1" },
    ]);
  });

  it("[TL12] a size that changes while an attach is under way is told after it, and no size twice", async () => {
    const { link, resize, sizes, attaches, answerAttach } = rig();
    resize(60);
    void link.attach();
    resize(40);
    resize(120);
    expect(sizes).toEqual([]);
    await answerAttach({});
    expect([attaches[0]?.request.cols, ...sizes]).toEqual([60, "120x24"]);
    resize(120);
    resize(100);
    link.detach();
    resize(90);
    void link.attach();
    await answerAttach({});
    expect([attaches[1]?.request.cols, ...sizes]).toEqual([90, "120x24", "100x24"]);
  });

  it("[TL2] shows a byte once although it arrives twice, and none out of order", async () => {
    const { link, attaches, answerAttach, output, shown } = rig();
    void link.attach();
    await answerAttach({});
    output(0, "abc");
    output(0, "abc");
    output(1, "bcde");
    output(9, "later");
    expect(shown).toEqual(["<reset>", "abc", "de"]);
    expect(attaches.at(-1)?.request.after).toBe(5);
  });

  it("[TL3] output that overtakes the answer to attach is kept, and shown after it", async () => {
    const { link, answerAttach, output, shown } = rig();
    void link.attach();
    output(3, "def");
    await answerAttach({ mode: "snapshot", offset: 3, screen: "abc" });
    expect(shown).toEqual(["<reset>", "abc", "def"]);
  });

  it("[TL4] a place of a shell that is gone is not used: the new shell's output is asked for from its start", async () => {
    const { link, attaches, answerAttach, output, shown } = rig();
    void link.attach();
    await answerAttach({});
    output(0, "old");
    void link.attach();
    await answerAttach({ epoch: "e2", offset: 3 });
    expect(attaches.at(-1)?.request.after).toBeUndefined();
    await answerAttach({ epoch: "e2", mode: "snapshot", offset: 9, screen: "new shell" });
    output(3, "late", "e1");
    output(9, "$ ", "e2");
    expect(shown).toEqual(["<reset>", "old", "<reset>", "new shell", "$ "]);
  });
});

describe("TerminalLink refusals", () => {
  it("[TL11] a host that does not answer yet is asked again, one that refuses is not", async () => {
    const { link, attaches, timers } = rig();
    void link.attach();
    attaches[0]?.answer({ ok: false, error: { code: "unavailable", message: "The workspace is starting." } });
    await flush();
    expect(link.state()).toEqual({ phase: "refused", message: "The workspace is starting." });
    for (const fire of timers.splice(0)) fire();
    attaches[1]?.answer({ ok: false, error: { code: "forbidden", message: "Not yours." } });
    await flush();
    expect([attaches.length, timers.length, link.state()]).toEqual([
      2,
      0,
      { phase: "refused", message: "Not yours." },
    ]);
  });
});

describe("TerminalLink acknowledgements", () => {
  it("[TL5] acknowledges what was parsed: at 64 KiB at once, less when output is quiet", async () => {
    const { link, acks, answerAttach, output, parseAll, timers } = rig();
    void link.attach();
    await answerAttach({});
    acks.length = 0;
    output(0, "x".repeat(65_536));
    expect(acks).toEqual([]);
    parseAll();
    expect(acks).toEqual([{ terminal: "main", epoch: "e1", offset: 65_536 }]);
    output(65_536, "tail");
    parseAll();
    expect(acks).toHaveLength(1);
    for (const fire of timers.splice(0)) fire();
    expect(acks.at(-1)).toEqual({ terminal: "main", epoch: "e1", offset: 65_540 });
  });
});

describe("TerminalLink input", () => {
  it("[TL6] is numbered from 1 and what was not answered is sent again after a reconnect, in order", async () => {
    const { link, inputs, answerAttach } = rig();
    void link.attach();
    await answerAttach({});
    link.input("a");
    link.input("b");
    inputs[0]?.answer({ ok: true, value: { seq: 1 } });
    inputs[1]?.answer({ ok: false, error: { code: "unavailable", message: "gone" } });
    await flush();
    link.detach();
    link.input("c");
    void link.attach();
    await answerAttach({});
    expect(inputs.map(({ request }) => `${request.seq}${request.data}`)).toEqual(["1a", "2b", "2b", "3c"]);
  });

  it("[TL7] typed for a dead shell, it is not run by the next one", async () => {
    const { link, inputs, notices, answerAttach } = rig();
    void link.attach();
    await answerAttach({});
    link.detach();
    link.input("rm -r half");
    void link.attach();
    await answerAttach({ epoch: "e2", mode: "snapshot", offset: 0, screen: "" });
    expect(inputs).toEqual([]);
    expect(notices).toEqual(["lost"]);
  });

  it("[TL8] while a snapshot is replayed, answers to its questions are dropped and typing is not", async () => {
    const { link, inputs, answerAttach, parseAll } = rig();
    void link.attach();
    await answerAttach({ mode: "snapshot", offset: 4, screen: "\x1b[6n" });
    link.input("\x1b[1;1R");
    link.input("l");
    parseAll();
    link.input("\x1b[1;1R");
    expect(inputs.map(({ request }) => request.data)).toEqual(["l", "\x1b[1;1R"]);
  });

  it("[TL9] a long paste is cut into pieces the contract allows", async () => {
    const { link, inputs, answerAttach } = rig();
    void link.attach();
    await answerAttach({});
    link.input("p".repeat(40_000));
    expect(inputs.map(({ request }) => request.data.length)).toEqual([16_384, 16_384, 7_232]);
  });

  it("[TL10] refuses more than it can keep, and says so", async () => {
    const { link, notices } = rig();
    link.input("p".repeat(1024 * 1024));
    link.input("q");
    expect(link.pendingSize()).toBe(1024 * 1024);
    expect(notices).toEqual(["full"]);
  });
});
