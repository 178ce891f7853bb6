import type { ContainerContext } from "../../container/index.ts";
import { CLUSTER_DNS_IP, isNetworkError } from "../../network/index.ts";
import type { CommandIO, ShellCommand } from "./command.ts";

/** BusyBox nslookup. */
export const nslookup: ShellCommand = async (io, { network }) => {
  const name = io.args.find((arg) => !arg.startsWith("-"));
  if (!name) {
    io.stderr("nslookup: an interactive session is not supported by the practice cluster\n");
    return 1;
  }
  io.stdout(`Server:\t\t${CLUSTER_DNS_IP}\nAddress:\t${CLUSTER_DNS_IP}:53\n\n`);
  try {
    for (const address of await network.resolve(name)) io.stdout(`Name:\t${name}\nAddress: ${address}\n`);
    io.stdout("\n");
    return 0;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    io.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
};

/** A command that people reach for and that has nothing to stand on here. */
export const refused =
  (name: string, reason: string): ShellCommand =>
  async (io) => {
    io.stderr(`${name}: ${reason}\n`);
    return 1;
  };

/** `getent hosts NAME`. */
export const getent: ShellCommand = async (io, { network }) => {
  const [database, name = ""] = io.args;
  if (database !== "hosts" && database !== "ahosts") {
    io.stderr(`getent: database ${database ?? ""} is not supported by the practice cluster\n`);
    return 1;
  }
  try {
    for (const address of await network.resolve(name)) io.stdout(`${address.padEnd(16)}${name}\n`);
    return 0;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    return 2;
  }
};

/** dig for addresses: the answer section, or with +short the addresses alone. Other record types are refused. */
export const dig: ShellCommand = async (io, { network }) => {
  const words = io.args.filter((arg) => !/^[-+@]/.test(arg));
  const type = words.find((word) => /^(a|aaaa|srv|ptr|any|mx|txt|cname)$/i.test(word));
  const name = words.find((word) => word !== type);
  if (!name || (type && type.toLowerCase() !== "a")) {
    io.stderr(
      `dig: ${name ? `${type} records are` : "a query without a name is"} not supported by the practice cluster\n`,
    );
    return 1;
  }
  const short = io.args.includes("+short");
  // dig asks for the name as it is given; the search path is for others.
  const absolute = io.args.includes("+search") || name.endsWith(".") ? name : `${name}.`;
  const addresses = await network.resolve(absolute).catch((error: unknown) => {
    if (!isNetworkError(error)) throw error;
    return [];
  });
  if (short) {
    for (const address of addresses) io.stdout(`${address}\n`);
    return 0;
  }
  const status = addresses.length > 0 ? "NOERROR" : "NXDOMAIN";
  io.stdout(
    `;; ->>HEADER<<- opcode: QUERY, status: ${status}\n\n;; QUESTION SECTION:\n;${absolute}\t\tIN\tA\n\n`,
  );
  if (addresses.length > 0) io.stdout(";; ANSWER SECTION:\n");
  for (const address of addresses) io.stdout(`${absolute}\t5\tIN\tA\t${address}\n`);
  io.stdout(`${addresses.length > 0 ? "\n" : ""};; SERVER: ${CLUSTER_DNS_IP}#53(${CLUSTER_DNS_IP})\n`);
  return 0;
};

/** nc: `-z` tests a port; otherwise standard input goes out and what comes back is shown. */
export const nc: ShellCommand = async (io, container) => {
  const words = io.args.filter((arg) => !arg.startsWith("-"));
  const flags = io.args.filter((arg) => arg.startsWith("-")).join("");
  if (flags.includes("l")) {
    io.stderr("nc: listening is not supported by the practice cluster\n");
    return 1;
  }
  // `-w 3` and `-w3`: the number is a word of its own only in the first form.
  const [host, port] = words.slice(/w(-|$)/.test(flags) && words.length > 2 ? 1 : 0);
  if (!host || !port || !/^\d+$/.test(port)) {
    io.stderr("usage: nc [-vz] [-w TIMEOUT] HOST PORT\n");
    return 1;
  }
  return flags.includes("z")
    ? probe(io, container, { host, port, verbose: flags.includes("v") })
    : talk(io, container, { host, port });
};

async function probe(
  io: CommandIO,
  { network }: ContainerContext,
  { host, port, verbose }: { host: string; port: string; verbose: boolean },
): Promise<number> {
  try {
    const connection = await network.connect({ host, port: Number(port), signal: io.signal });
    const { remoteAddress } = connection;
    connection.destroy();
    if (verbose) io.stderr(`${host} (${remoteAddress}:${port}) open\n`);
    return 0;
  } catch (error) {
    if (verbose) io.stderr(refusal(error, host, port));
    return 1;
  }
}

async function talk(
  io: CommandIO,
  { network }: ContainerContext,
  { host, port }: { host: string; port: string },
): Promise<number> {
  try {
    const connection = await network.connect({ host, port: Number(port), signal: io.signal });
    const stop = () => connection.destroy();
    io.signal.addEventListener("abort", stop, { once: true });
    connection.end(await io.stdin());
    for await (const chunk of connection) io.stdout(Buffer.from(chunk));
    return 0;
  } catch (error) {
    io.stderr(refusal(error, host, port));
    return 1;
  }
}

function refusal(error: unknown, host: string, port: string): string {
  const code = isNetworkError(error) ? error.code : "";
  if (code === "ENOTFOUND") return `nc: bad address '${host}'\n`;
  const address = isNetworkError(error) && "address" in error ? String(error.address) : host;
  const words: Record<string, string> = {
    ECONNREFUSED: "Connection refused",
    EHOSTUNREACH: "Host is unreachable",
    ETIMEDOUT: "Operation timed out",
    ECONNRESET: "Connection reset by peer",
  };
  return `nc: ${host} (${address}:${port}): ${words[code] ?? String(error)}\n`;
}
