import http2 from "node:http2";
import type { Connection } from "../network/index.ts";

/** grpc.health.v1.HealthCheckResponse.ServingStatus by number. */
const VERDICTS = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface HealthCheck {
  readonly service: string;
  readonly signal: AbortSignal;
}

/** One grpc.health.v1.Health/Check without TLS. Rejects with the call's status when it fails. */
export function grpcHealth(socket: Connection, { service, signal }: HealthCheck): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const session = http2.connect("http://grpc", { createConnection: () => socket });
    const end = () => session.destroy();
    signal.addEventListener("abort", end, { once: true });
    session.on("error", reject).once("close", () => {
      signal.removeEventListener("abort", end);
      reject(new Error("connection closed"));
    });
    const call = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kube-probe/1.35",
    });
    const chunks: Buffer[] = [];
    let status = "";
    const seen = (headers: http2.IncomingHttpHeaders) => {
      status = String(headers["grpc-status"] ?? status);
    };
    call.on("response", seen).on("trailers", seen).on("error", reject);
    call.on("data", (chunk: Buffer) => chunks.push(chunk));
    call.on("end", () => {
      if (status === "0") resolve(verdictOf(Buffer.concat(chunks)));
      else reject(new Error(`rpc error: code = ${status || "Unknown"}`));
      session.close();
    });
    call.end(framed(service));
  });
}

/** A length-prefixed HealthCheckRequest: field 1, the service's name, left out when empty. */
function framed(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length > 0 ? Buffer.concat([Buffer.from([0x0a, name.length]), name]) : Buffer.alloc(0);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Field 1 of the answer is the status; an empty message means its default. */
function verdictOf(body: Buffer): Verdict {
  const [tag, value = 0] = body.subarray(5);
  return (tag === 0x08 ? VERDICTS[value] : undefined) ?? "UNKNOWN";
}
