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
