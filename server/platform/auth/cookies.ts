import { createHmac, timingSafeEqual } from "node:crypto";

/** Cookies ignore ports: another program on this host would overwrite a name without one. */
export const loopbackCookie = (port: number) => `meshwork-${port}`;

/** A browser takes this name only over https, from this very host, for all of it. */
export const HOST_COOKIE = "__Host-meshwork";

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** What a signed cookie says, if its signature is ours: value, dot, HMAC-SHA256 in base64, all percent-encoded. */
export function openSignedCookie(cookie: string, secret: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(cookie);
  } catch {
    return undefined; // not one of ours
  }
  const dot = text.lastIndexOf(".");
  const value = text.slice(0, dot);
  const given = Buffer.from(text.slice(dot + 1), "base64");
  const expected = createHmac("sha256", secret).update(value).digest();
  return dot > 0 && given.length === expected.length && timingSafeEqual(given, expected) ? value : undefined;
}
