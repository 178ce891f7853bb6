import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from "node:net";
import { type CelFunc, type CelMap, CelScalar, celFunc, celMethod } from "@bufbuild/cel";
import { isOpaque, OPAQUE, opaque, textOf } from "./opaque.ts";

// Follows apiserver pkg/cel/library/ip.go and cidr.go: no zones, no IPv4 inside IPv6.

const { BOOL, INT, STRING } = CelScalar;
const [IP, CIDR] = ["ip", "cidr"];

const isAddress = (text: string) => isIP(text) !== 0 && !text.includes("%") && !/^::ffff:.*\./i.test(text);
const familyOf = (text: string) => (isIPv4(text) ? "ipv4" : "ipv6");
const canonical = (text: string) => new SocketAddress({ address: text, family: familyOf(text) }).address;

function addressOf(text: string): string {
  if (!isAddress(text))
    throw new Error(
      `IP Address '${text}' parse error during conversion from string: ParseAddr("${text}"): unable to parse IP`,
    );
  return canonical(text);
}

interface Network {
  readonly address: string;
  readonly bits: number;
}

function networkOf(text: string): Network | undefined {
  const [, address = "", length = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (!isAddress(address) || (length.length > 1 && length.startsWith("0"))) return undefined;
  const bits = Number(length);
  return bits <= (isIPv4(address) ? 32 : 128) ? { address: canonical(address), bits } : undefined;
}

function parsedNetwork(text: string): Network {
  const network = networkOf(text);
  if (!network)
    throw new Error(
      `network address parse error during conversion from string: netip.ParsePrefix("${text}"): no '/'`,
    );
  return network;
}

const makeIp = (text: string) => opaque(IP, addressOf(text));
function makeCidr(text: string) {
  const { address, bits } = parsedNetwork(text);
  return opaque(CIDR, `${address}/${bits}`);
}

function inside({ address, bits }: Network, other: string): boolean {
  if (familyOf(address) !== familyOf(other)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, familyOf(address));
  return list.check(other, familyOf(other));
}

/** The network with every bit behind its prefix cleared. */
function masked({ address, bits }: Network): string {
  const bytes = bytesOf(address).map((byte, index) => {
    const kept = Math.max(0, Math.min(8, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  if (bytes.length === 4) return `${bytes.join(".")}/${bits}`;
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return `${canonical(groups.join(":"))}/${bits}`;
}

function bytesOf(address: string): number[] {
  if (isIPv4(address)) return address.split(".").map(Number);
  const [head = "", tail] = address.split("::");
  const groups = (text: string | undefined) => (text ? text.split(":") : []);
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

const ipMethod = (name: string, v4: string, v6: string) =>
  celMethod(name, OPAQUE, [], BOOL, function () {
    const address = textOf(IP, this);
    return inside(parsedNetwork(isIPv4(address) ? v4 : v6), address);
  });

const cidr = (value: CelMap) => parsedNetwork(textOf(CIDR, value));
const GLOBAL_EXCEPTIONS = [
  "0.0.0.0/32",
  "127.0.0.0/8",
  "224.0.0.0/4",
  "169.254.0.0/16",
  "255.255.255.255/32",
  "::/128",
  "::1/128",
  "ff00::/8",
  "fe80::/10",
];

export const addressFunctions: readonly CelFunc[] = [
  celFunc("ip", [STRING], OPAQUE, makeIp),
  celFunc("isIP", [STRING], BOOL, isAddress),
  celFunc("ip.isCanonical", [STRING], BOOL, (text) => addressOf(text) === text),
  celMethod("family", OPAQUE, [], INT, function () {
    return isIPv6(textOf(IP, this)) ? 6n : 4n;
  }),
  ipMethod("isUnspecified", "0.0.0.0/32", "::/128"),
  ipMethod("isLoopback", "127.0.0.0/8", "::1/128"),
  ipMethod("isLinkLocalMulticast", "224.0.0.0/24", "ff02::/16"),
  ipMethod("isLinkLocalUnicast", "169.254.0.0/16", "fe80::/10"),
  celMethod("isGlobalUnicast", OPAQUE, [], BOOL, function () {
    const address = textOf(IP, this);
    return !GLOBAL_EXCEPTIONS.some((network) => inside(parsedNetwork(network), address));
  }),
  celFunc("cidr", [STRING], OPAQUE, makeCidr),
  celFunc("isCIDR", [STRING], BOOL, (text) => networkOf(text) !== undefined),
  celMethod("containsIP", OPAQUE, [OPAQUE], BOOL, function (address) {
    return inside(cidr(this), textOf(IP, address));
  }),
  celMethod("containsIP", OPAQUE, [STRING], BOOL, function (address) {
    return inside(cidr(this), addressOf(address));
  }),
  celMethod("containsCIDR", OPAQUE, [OPAQUE], BOOL, function (other) {
    const [outer, inner] = [cidr(this), cidr(other)];
    return outer.bits <= inner.bits && inside(outer, inner.address);
  }),
  celMethod("containsCIDR", OPAQUE, [STRING], BOOL, function (other) {
    const [outer, inner] = [cidr(this), parsedNetwork(other)];
    return outer.bits <= inner.bits && inside(outer, inner.address);
  }),
  celMethod("ip", OPAQUE, [], OPAQUE, function () {
    return makeIp(cidr(this).address);
  }),
  celMethod("masked", OPAQUE, [], OPAQUE, function () {
    return opaque(CIDR, masked(cidr(this)));
  }),
  celMethod("prefixLength", OPAQUE, [], INT, function () {
    return BigInt(cidr(this).bits);
  }),
  celFunc("string", [OPAQUE], STRING, (value) => textOf(isOpaque(IP, value) ? IP : CIDR, value)),
];
