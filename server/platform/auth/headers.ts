import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

export interface PagePolicy {
  readonly nonce: string;
  readonly policy: string;
}

/** A policy for one response. Development adds what Next's live reload needs, and nothing else. */
export function pagePolicy(options: { development: boolean; host: string; secure?: boolean }): PagePolicy {
  const { development, host, secure = false } = options;
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    development ? "style-src-elem 'self' 'unsafe-inline'" : `style-src-elem 'self' 'nonce-${nonce}'`,
    // Components render style attributes on the server. An attribute cannot load anything under this policy.
    "style-src-attr 'unsafe-inline'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    // 'self' covers ws: in the newer browsers only.
    `connect-src 'self' ${secure ? "wss" : "ws"}://${host}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
  return { nonce, policy };
}

/** On every response. No HSTS on plain http: a browser would ignore it there. */
export function setSecurityHeaders(response: ServerResponse, secure = false): void {
  if (secure) response.setHeader("Strict-Transport-Security", "max-age=63072000");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Origin-Agent-Cluster", "?1");
  response.setHeader(
    "Permissions-Policy",
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
  );
}
