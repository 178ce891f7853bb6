import type { Duplex, Readable, Writable } from "node:stream";

export interface PodReference {
  readonly namespace: string;
  readonly name: string;
}

export interface PodLogOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

export interface ExecStreams {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly tty: boolean;
  /** Terminal sizes as they change, when tty. */
  readonly resize?: AsyncIterable<{ readonly width: number; readonly height: number }>;
  readonly signal: AbortSignal;
}

/**
 * What the API server asks of the node that runs a pod. The kubelet implements it; main.ts connects the two.
 * Methods reject with a Status error (apimachinery) whose message the client sees, e.g. container not found.
 */
export interface KubeletConnection {
  logs(pod: PodReference, options: PodLogOptions, sink: Writable, signal: AbortSignal): Promise<void>;
  /** Resolves with the exit code when the command has ended and its output is written. */
  exec(
    pod: PodReference,
    request: { readonly container?: string; readonly command: readonly string[] },
    streams: ExecStreams,
  ): Promise<number>;
  attach(pod: PodReference, request: { readonly container?: string }, streams: ExecStreams): Promise<void>;
  /** A connection to a port inside the pod's network namespace (localhost included), as `kubectl port-forward` wants it. */
  portForward(pod: PodReference, port: number): Promise<Duplex>;
}

/** How the API server reaches services and pods: webhooks and the proxy subresources. Rejects as a socket would (ECONNREFUSED …). */
export interface ServiceDialer {
  dialService(service: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | string;
  }): Promise<Duplex>;
  dialPod(pod: PodReference, port: number): Promise<Duplex>;
  /** Whatever the practice node reaches under this name or address; nothing of the machine's own network. */
  dialAddress(target: { readonly host: string; readonly port: number }): Promise<Duplex>;
}
