/** Whether an IPv4 address lies in a CIDR range. */
export function inRange(
  address: string,
  range: { readonly addressPrefix: string; readonly prefixLen?: number | undefined },
): boolean {
  const bits = range.prefixLen ?? 0;
  if (bits === 0) return true;
  const mask = bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits) >>> 0;
  const left = toNumber(address);
  const right = toNumber(range.addressPrefix);
  return left !== undefined && right !== undefined && (left & mask) >>> 0 === (right & mask) >>> 0;
}

function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}
