import { mkdtempSync, rmSync, statSync } from "node:fs";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readCookie } from "./cookies.ts";
import { pagePolicy } from "./headers.ts";
import { loopbackOrigins } from "./origin.ts";
import { openStartToken } from "./start-token.ts";

describe("[W1] origins", () => {
  const origins = loopbackOrigins(() => 3000);
  const message = (headers: Record<string, string>) => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, headers);
    return request;
  };
  it.each([
    [{ host: "127.0.0.1:3000", origin: "http://127.0.0.1:3000" }, true, true],
    [{ host: "localhost:3000", origin: "http://localhost:3000" }, true, true],
    [{ host: "[::1]:3000", origin: "http://[::1]:3000" }, true, true],
    [{ host: "127.0.0.1:3000", origin: "http://localhost:3000" }, true, false],
    [{ host: "127.0.0.1:3000", origin: "https://127.0.0.1:3000" }, true, false],
    [{ host: "127.0.0.1:3000", origin: "http://127.0.0.1:5173" }, true, false],
    [{ host: "127.0.0.1:3000", origin: "null" }, true, false],
    [{ host: "127.0.0.1:3000" }, true, false],
    [{ host: "evil.example:3000", origin: "http://evil.example:3000" }, false, false],
    [{ host: "127.0.0.1:3001", origin: "http://127.0.0.1:3001" }, false, false],
    [{ host: "127.0.0.1" }, false, false],
    [{}, false, false],
  ])("%j", (headers, host, origin) => {
    const request = message(headers);
    expect([origins.hostAllowed(request), origins.originAllowed(request)]).toEqual([host, origin]);
  });
});

describe("the start token", () => {
  it("has 256 bits, is kept for its owner alone, and stays the same", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwork-auth-"));
    try {
      const token = openStartToken(folder);
      expect(Buffer.from(token.value, "base64url")).toHaveLength(32);
      expect(statSync(path.join(folder, "start-token")).mode & 0o777).toBe(0o600);
      expect(openStartToken(folder).value).toBe(token.value);
      expect([token.accepts(token.value), token.accepts(`${token.value}x`), token.accepts("")]).toEqual([
        true,
        false,
        false,
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("headers", () => {
  it("a page's policy lets nothing in but its own scripts; development alone evaluates strings", () => {
    const { nonce, policy } = pagePolicy({ development: false, host: "127.0.0.1:3000" });
    expect(Buffer.from(nonce, "base64")).toHaveLength(16);
    expect(policy.split("; ").slice(0, 2)).toEqual([
      "default-src 'none'",
      `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    ]);
    expect(policy).not.toContain("unsafe-eval");
    expect(pagePolicy({ development: true, host: "x" }).policy).toContain("'unsafe-eval'");
  });

  it("a cookie is found by its whole name", () => {
    expect(readCookie("xmeshwork-1=a; meshwork-1=b=c; meshwork-12=d", "meshwork-1")).toBe("b=c");
    expect(readCookie("xmeshwork-1=a", "meshwork-1")).toBeUndefined();
    expect(readCookie(undefined, "meshwork-1")).toBeUndefined();
  });
});
