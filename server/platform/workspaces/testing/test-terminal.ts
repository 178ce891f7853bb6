import { setTimeout as sleep } from "node:timers/promises";
import { HostClient } from "../host-client.ts";
import type { HostAddress } from "../launcher.ts";

export interface TestTerminal {
  type(keys: string): Promise<void>;
  /** Whether the text has come, or comes within 30 s. */
  shows(text: string | RegExp): Promise<boolean>;
  /** Ends the shell with all it runs, and gets a new one. */
  reopen(): Promise<void>;
  readonly client: HostClient;
  text(): string;
  close(): void;
}

/** A browser's stand-in: shows output as text and acknowledges it. Ready when the shell's prompt is there. */
export async function openTestTerminal(address: HostAddress, terminal: string): Promise<TestTerminal> {
  let text = "";
  let seq = 0;
  const client: HostClient = await HostClient.connect(address, "viewer", {
    output({ epoch, offset, data }) {
      text = (text + Buffer.from(data).toString("latin1")).slice(-1_000_000);
      client
        .request("terminal.ack", { terminal, epoch, offset: offset + data.length })
        .catch(() => undefined); // the host may be gone by now
    },
  });
  const shows = async (wanted: string | RegExp) => {
    for (let tries = 0; tries < 1_500; tries++) {
      if (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text)) return true;
      await sleep(20);
    }
    return false;
  };
  // A key that comes before the prompt may be lost to the terminal's own line editing.
  const attach = async () => {
    text = "";
    await client.attach({ terminal, cols: 200, rows: 40 });
    if (!(await shows("$ "))) throw new Error(`no prompt: ${JSON.stringify(text)}`);
  };
  await attach();
  return {
    client,
    shows,
    text: () => text,
    async type(data) {
      await client.request("terminal.input", { terminal, writer: `writer-of-${terminal}`, seq: ++seq, data });
    },
    async reopen() {
      await client.request("terminal.close", { terminal });
      await attach();
    },
    close: () => client.close(),
  };
}
