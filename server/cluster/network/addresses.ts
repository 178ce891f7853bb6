/** IPv4 arithmetic, pure. The practice cluster has no IPv6. */

export function isAddress(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

export function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

export function inRange(address: string, cidr: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.");
}

export function inAnyRange(address: string, ranges: readonly string[]): boolean {
  return ranges.some((range) => range === "*" || inRange(address, range));
}
