import { MAX_REDIS_COMMAND_BYTES } from "../limits.ts";

/** What a command answers: text (`+OK`), a number, a bulk string, nothing, a list, or an error. */
export type Reply =
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "bulk"; readonly text: string }
  | { readonly kind: "nil" }
  | { readonly kind: "list"; readonly items: readonly Reply[] };

export const status = (text: string): Reply => ({ kind: "status", text });
export const failure = (text: string): Reply => ({ kind: "error", text });
export const number = (value: number): Reply => ({ kind: "number", value });
export const bulk = (text: string): Reply => ({ kind: "bulk", text });
export const list = (items: readonly Reply[]): Reply => ({ kind: "list", items });
export const NIL: Reply = { kind: "nil" };

/** RESP 2. */
export function encode(reply: Reply): string {
  switch (reply.kind) {
    case "status":
      return `+${reply.text}\r\n`;
    case "error":
      return `-${reply.text}\r\n`;
    case "number":
      return `:${reply.value}\r\n`;
    case "bulk":
      return `$${Buffer.byteLength(reply.text)}\r\n${reply.text}\r\n`;
    case "nil":
      return "$-1\r\n";
    case "list":
      return `*${reply.items.length}\r\n${reply.items.map(encode).join("")}`;
  }
}

export class ProtocolError extends Error {}

/** Cuts a stream into commands: RESP arrays, and the inline form that people type into nc. */
export class CommandReader {
  private waiting = Buffer.alloc(0);

  push(chunk: Uint8Array): readonly (readonly string[])[] {
    this.waiting = Buffer.concat([this.waiting, chunk]);
    const commands: (readonly string[])[] = [];
    for (let next = this.next(); next; next = this.next()) if (next.length > 0) commands.push(next);
    if (this.waiting.length > MAX_REDIS_COMMAND_BYTES) throw new ProtocolError("too big bulk count string");
    return commands;
  }

  private next(): readonly string[] | undefined {
    const end = this.waiting.indexOf("\n");
    if (end < 0) return undefined;
    const line = this.waiting.subarray(0, end).toString("utf8").replace(/\r$/, "");
    if (!line.startsWith("*")) {
      this.waiting = this.waiting.subarray(end + 1);
      return line.split(/\s+/).filter(Boolean);
    }
    const words: string[] = [];
    let at = end + 1;
    for (let left = Number(line.slice(1)); left > 0; left--) {
      const cut = this.waiting.indexOf("\r\n", at);
      if (cut < 0) return undefined;
      const head = this.waiting.subarray(at, cut).toString("latin1");
      const length = Number(head.slice(1));
      if (!head.startsWith("$") || !Number.isInteger(length) || length < 0)
        throw new ProtocolError(`expected '$', got '${head.slice(0, 1)}'`);
      if (this.waiting.length < cut + 2 + length + 2) return undefined;
      words.push(this.waiting.subarray(cut + 2, cut + 2 + length).toString("utf8"));
      at = cut + 2 + length + 2;
    }
    this.waiting = this.waiting.subarray(at);
    return words;
  }
}
