import type { IncomingMessage, ServerResponse } from "node:http";
import { certificatePage, noCertificatePage } from "./certificate-page.ts";
import { certificatePdf } from "./certificate-pdf.ts";
import { CERTIFICATES_PER_MINUTE } from "./limits.ts";
import type { StudyDesk } from "./study.ts";

export interface CertificateDoorDeps {
  readonly study: StudyDesk;
  readonly now: () => number;
}

interface Asked {
  readonly path: string;
  /** Sets the page's policy. */
  readonly nonce: () => string;
  /** As browsers know this server, without a slash at the end. */
  readonly origin: string;
}

export type CertificateDoor = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
) => Promise<boolean>;

/** Certificates for whoever has the code, signed in or not. False: the path is another's. */
export function certificateDoor({ study, now }: CertificateDoorDeps): CertificateDoor {
  let minute = 0;
  let count = 0;
  return async (request, response, { path, nonce, origin }) => {
    const match = /^\/certificate\/([^/]{1,40}?)(\.pdf)?$/.exec(path);
    if (!match || (request.method !== "GET" && request.method !== "HEAD")) return false;
    response.setHeader("Cache-Control", "no-store");
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      count = 0;
    }
    count++;
    if (count > CERTIFICATES_PER_MINUTE) {
      response.writeHead(429, { "Content-Type": "text/plain", "Retry-After": "60" });
      response.end("Too many requests for certificates; try again in a minute.\n");
      return true;
    }
    const found = await study.verify(decoded(match[1] ?? ""));
    if (!found) send(response, 404, { type: "text/html; charset=utf-8", body: noCertificatePage(nonce()) });
    else if (match[2] === undefined)
      send(response, 200, { type: "text/html; charset=utf-8", body: certificatePage(found, nonce()) });
    else {
      const body = await certificatePdf(found, `${origin}/certificate/${found.code}`);
      response.setHeader("Content-Disposition", `inline; filename="certificate-${found.code}.pdf"`);
      send(response, 200, { type: "application/pdf", body });
    }
    return true;
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ""; // no code has a percent sign
  }
}

function send(
  response: ServerResponse,
  status: number,
  { type, body }: { type: string; body: string | Buffer },
): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
