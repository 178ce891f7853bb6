import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Whom a limit counts. X-Forwarded-For is believed only as far as our own proxies wrote it: with one proxy its last entry,
 * with two the one before; all that stands further left a client can invent. IPv6 counts by /64, which is one subscriber.
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (proxies === 0) return grouped(direct);
  const given = [request.headers["x-forwarded-for"] ?? []].flat().join(",");
  const chain = given
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const client = chain.at(-proxies);
  return grouped(client !== undefined && isIP(client) !== 0 ? client : direct);
}

function grouped(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head.split(":").filter((part) => part !== "");
  const right = (tail ?? "").split(":").filter((part) => part !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return `${groups.slice(0, 4).join(":")}::`;
}
