import { connect, type TLSSocket } from "node:tls";
import type { ContainerContext } from "../../container/index.ts";
import type { ClientMessage, ServerMessage } from "../../xds/index.ts";
import { JsonLineStream } from "../../xds/index.ts";
import { PROXY_UID } from "../upstream/dial.ts";
import { RECONNECT_FIRST_MS, RESUME_FIRST_MS } from "./limits.ts";
import { discoveryAddress } from "./node.ts";

const ROOT_CERT = "/var/run/secrets/istio/root-cert.pem";
const TOKEN = "/var/run/secrets/tokens/istio-token";

export interface IstiodConnection {
  readonly stream: JsonLineStream<ServerMessage, ClientMessage>;
  close(): void;
}

/** The pod's token for istiod; read each time, the kubelet renews the file. */
export function istiodToken(context: ContainerContext): string {
  const bytes = context.files.read(TOKEN);
  if (!bytes) throw new Error(`failed to read token: open ${TOKEN}: no such file or directory`);
  return Buffer.from(bytes).toString("utf8").trim();
}

export function rootCert(context: ContainerContext): string {
  const bytes = context.files.read(ROOT_CERT);
  if (!bytes) throw new Error(`open ${ROOT_CERT}: no such file or directory`);
  return Buffer.from(bytes).toString("utf8");
}

/** TLS to istiod, verified against the mesh root. Rejects with the reason in the agent's words. */
export async function connectIstiod(context: ContainerContext): Promise<IstiodConnection> {
  const [host = "", port] = discoveryAddress(context.env).split(":");
  const ca = rootCert(context);
  const raw = await context.network.connect({
    host,
    port: Number(port ?? 15012),
    uid: PROXY_UID,
    allowHalfOpen: false,
  });
  const socket = connect({ socket: raw, ca, servername: host });
  try {
    await secured(socket);
  } catch (error) {
    raw.destroy();
    throw error;
  }
  socket.on("error", ignore); // the reader of the stream is told too
  return { stream: new JsonLineStream(socket), close: () => socket.destroy() };
}

const ignore = () => undefined;

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`authentication handshake failed: ${error.message}`));
    socket.once("secureConnect", () => {
      socket.off("error", failed);
      resolve();
    });
    socket.once("error", failed);
    socket.once("close", () => reject(new Error("connection closed before server preface received")));
  });
}

/** How long to wait after the first attempt to reach istiod that fails. */
export const firstWait = ({ checkpoint }: ContainerContext): number =>
  checkpoint === undefined ? RECONNECT_FIRST_MS : RESUME_FIRST_MS;
