import { createHmac, timingSafeEqual } from "node:crypto";

/** Public in productpage.py: it signs, it does not hide. */
const SECRET = Buffer.from('_5#y2L"F4Q8z\n\xec]/', "latin1");

/** Flask's session cookie: JSON, time and HMAC-SHA1, dot-separated (itsdangerous URLSafeTimedSerializer). */
export function sealSession(user: string | undefined, nowMs: number): string {
  const payload = encode(Buffer.from(JSON.stringify(user === undefined ? {} : { user })));
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(Math.floor(nowMs / 1000));
  const signed = `${payload}.${encode(seconds)}`;
  return `${signed}.${sign(signed)}`;
}

/** The user of a Cookie header; undefined without one, or with one that was not made here. */
export function userOf(cookies: string | undefined): string | undefined {
  for (const cookie of (cookies ?? "").split(/; */)) {
    const [name, value = ""] = cookie.split("=", 2);
    if (name !== "session") continue;
    const end = value.lastIndexOf(".");
    const signature = Buffer.from(value.slice(end + 1));
    const expected = Buffer.from(sign(value.slice(0, end)));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) continue;
    return userIn(value.slice(0, value.indexOf(".")));
  }
  return undefined;
}

function userIn(payload: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && "user" in value && typeof value.user === "string"
      ? value.user
      : undefined;
  } catch {
    return undefined;
  }
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

function sign(text: string): string {
  const key = createHmac("sha1", SECRET).update("cookie-session").digest();
  return encode(createHmac("sha1", key).update(text).digest());
}
