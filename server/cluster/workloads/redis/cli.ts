import type { ContainerContext, ExecIO } from "../../container/index.ts";
import { isNetworkError } from "../../network/index.ts";

interface Target {
  readonly host: string;
  readonly port: number;
  readonly words: readonly string[];
}

function parse(args: readonly string[]): Target {
  let [host, port, at] = ["127.0.0.1", 6379, 0];
  for (; at < args.length && /^-[hpn]$/.test(args[at] ?? ""); at += 2) {
    if (args[at] === "-h") host = args[at + 1] ?? host;
    if (args[at] === "-p") port = Number(args[at + 1]) || port;
  }
  return { host, port, words: args.slice(at) };
}

/** `redis-cli [-h HOST] [-p PORT] COMMAND …`; its prompt is not there. */
export async function redisCli(
  args: readonly string[],
  io: ExecIO,
  { network }: ContainerContext,
): Promise<number> {
  const { host, port, words } = parse(args);
  if (words.length === 0 || words[0]?.startsWith("-")) {
    io.stderr.write(
      "redis-cli: give a command; its prompt and other options are not supported by the practice cluster\n",
    );
    return 1;
  }
  try {
    const connection = await network.connect({ host, port, signal: io.signal });
    io.signal.addEventListener("abort", () => connection.destroy(), { once: true });
    const bytes = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
    connection.end(`*${words.length}\r\n${bytes}`);
    const chunks: Buffer[] = [];
    for await (const chunk of connection) chunks.push(Buffer.from(chunk));
    const [text] = show(Buffer.concat(chunks).toString("utf8").split("\r\n"), io.tty);
    io.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    const reason = error.code === "ENOTFOUND" ? "Name or service not known" : "Connection refused";
    io.stderr.write(`Could not connect to Redis at ${host}:${port}: ${reason}\n`);
    return 1;
  }
}

/** The first reply of the lines, and what is left. On a terminal replies tell their kind. */
function show(lines: readonly string[], tty: boolean): [string, readonly string[]] {
  const [head = "", ...rest] = lines;
  const text = head.slice(1);
  switch (head[0]) {
    case "+":
      return [text, rest];
    case "-":
      return [tty ? `(error) ${text}` : text, rest];
    case ":":
      return [tty ? `(integer) ${text}` : text, rest];
    case "$":
      return text === "-1"
        ? [tty ? "(nil)" : "", rest]
        : bulkText({ length: Number(text), lines: rest, tty });
    case "*":
      return listText(Number(text), rest, tty);
    default:
      return [head, rest];
  }
}

/** A bulk string may hold line ends of its own. */
function bulkText({
  length,
  lines,
  tty,
}: {
  length: number;
  lines: readonly string[];
  tty: boolean;
}): [string, readonly string[]] {
  let [text = "", ...rest] = lines;
  while (Buffer.byteLength(text) < length && rest.length > 0) {
    text += `\r\n${rest[0]}`;
    rest = rest.slice(1);
  }
  return [tty ? JSON.stringify(text) : text, rest];
}

function listText(count: number, lines: readonly string[], tty: boolean): [string, readonly string[]] {
  if (count === 0) return [tty ? "(empty array)" : "", lines];
  const items: string[] = [];
  let rest = lines;
  for (let index = 1; index <= count; index++) {
    const [text, left] = show(rest, tty);
    items.push(tty ? `${index}) ${text}` : text);
    rest = left;
  }
  return [items.join("\n"), rest];
}
