import { type Duplex, Transform, Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { badRequest, internalError, notFound } from "../apimachinery/index.ts";
import type { Clock } from "../base/index.ts";
import type { PracticeNetwork } from "../network/index.ts";
import type { ContainerRunner } from "./container-runner.ts";
import { copyLog, type LogQuery } from "./log-reader.ts";
import type { PodWorker } from "./pod-worker.ts";
import { missingCommand } from "./prober.ts";
import type { PodUsage } from "./usage.ts";

interface PodReference {
  readonly namespace: string;
  readonly name: string;
}

interface LogOptions extends LogQuery {
  readonly container?: string;
  readonly previous?: boolean;
}

interface Streams {
  readonly stdin?: import("node:stream").Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

export interface ConnectionDeps {
  readonly network: PracticeNetwork;
  readonly clock: Clock;
  worker(pod: PodReference): PodWorker | undefined;
  workers(): readonly PodWorker[];
}

/** Exit code of a command that is not in the image: 127, as shells say it. */
const COMMAND_NOT_FOUND = 127;

/** What the API server asks of the node: logs, exec, attach, port-forward. Refusals are worded as kubelet's. */
export class NodeConnection {
  constructor(private readonly deps: ConnectionDeps) {}

  async logs(
    pod: PodReference,
    ...[options, sink, signal]: [options: LogOptions, sink: Writable, signal: AbortSignal]
  ): Promise<void> {
    const runner = this.runner(pod, options.container);
    const { name } = runner.container;
    const log = options.previous ? runner.previous() : runner.log;
    if (!log && options.previous)
      throw badRequest(`previous terminated container "${name}" in pod "${pod.name}" not found`);
    if (!log) {
      const reason = runner.state.waiting?.reason ?? "ContainerCreating";
      const failing = reason === "ErrImagePull" ? "image can't be pulled" : undefined;
      const backingOff = reason === "ImagePullBackOff" ? "trying and failing to pull image" : undefined;
      throw badRequest(
        `container "${name}" in pod "${pod.name}" is waiting to start: ${backingOff ?? failing ?? reason}`,
      );
    }
    await copyLog(log, { ...options, now: this.deps.clock.now(), signal }, sink);
  }

  async exec(
    pod: PodReference,
    request: { readonly container?: string; readonly command: readonly string[] },
    streams: Streams,
  ): Promise<number> {
    const runner = this.runner(pod, request.container);
    const { instance } = runner;
    if (!instance?.alive) throw containerNotFound(runner.container.name);
    const stdout = streams.tty ? terminalOutput(streams.stdout ?? discard()) : (streams.stdout ?? discard());
    const stderr = streams.tty ? stdout : (streams.stderr ?? discard());
    const { tty, stdin } = streams;
    // A command does not outlive its container.
    const gone = new AbortController();
    const signal = AbortSignal.any([streams.signal, gone.signal]);
    const running = instance.exec({ ...request, ...(stdin ? { stdin } : {}), stdout, stderr, tty, signal });
    if (!running) {
      stderr.write(`${missingCommand(request.command[0] ?? "")}\n`);
      return COMMAND_NOT_FOUND;
    }
    const killed = instance.exited.then(() => {
      gone.abort();
      return 137;
    });
    const code = await Promise.race([running, killed]);
    const written = streams.tty ? [stdout, streams.stdout] : [stdout, stderr];
    for (const stream of written) if (stream) await settled(stream, streams.signal);
    return code;
  }

  /** Joins the client to the container's process: output as it is written, input when the container has a stdin. */
  async attach(pod: PodReference, request: { readonly container?: string }, streams: Streams): Promise<void> {
    const runner = this.runner(pod, request.container);
    const { instance } = runner;
    if (!instance?.alive) throw containerNotFound(runner.container.name);
    const { signal, tty, stdout = discard(), stdin } = streams;
    const sink = tty ? terminalOutput(stdout) : stdout;
    await instance.attach({ stdout: sink, signal, ...(stdin ? { stdin } : {}) });
  }

  /** What every running container of the node takes, estimated. */
  usage(): readonly PodUsage[] {
    return this.deps.workers().flatMap((worker) => {
      const { metadata } = worker.current();
      const containers = worker.usage();
      return containers.length > 0
        ? [{ namespace: metadata.namespace, name: metadata.name, labels: metadata.labels ?? {}, containers }]
        : [];
    });
  }

  /** Dials from inside the pod, so that ports bound to its loopback are reached too, as kubectl port-forward does. */
  async portForward(pod: PodReference, port: number): Promise<Duplex> {
    const worker = this.worker(pod);
    return worker.network.connect({ host: "127.0.0.1", port, uid: 0 });
  }

  async dialPod(pod: PodReference, port: number): Promise<Duplex> {
    const worker = this.worker(pod);
    return this.deps.network.node.connect({ host: worker.network.ip, port });
  }

  async dialAddress(target: { readonly host: string; readonly port: number }): Promise<Duplex> {
    return this.deps.network.node.connect(target);
  }

  async dialService(service: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | string;
  }): Promise<Duplex> {
    const { namespace, name, port: wanted } = service;
    const entry = this.deps.network.service({ namespace, name });
    const port = entry?.ports.find(
      (candidate) => candidate.port === Number(wanted) || candidate.name === wanted,
    );
    if (!entry || !port) throw notFound({ group: "", resource: "services" }, name);
    return this.deps.network.node.connect({
      host: `${name}.${namespace}.svc.cluster.local`,
      port: port.port,
    });
  }

  private worker(pod: PodReference): PodWorker {
    const worker = this.deps.worker(pod);
    if (!worker) throw notFound({ group: "", resource: "pods" }, pod.name);
    return worker;
  }

  private runner(pod: PodReference, container: string | undefined): ContainerRunner {
    const worker = this.worker(pod);
    const name = container ?? worker.current().spec.containers[0]?.name ?? "";
    const runner = worker.find(name);
    if (!runner) throw badRequest(`container ${name} is not valid for pod ${pod.name}`);
    return runner;
  }
}

// kubectl prints: error: Internal error occurred: unable to upgrade connection: container not found ("web")
const containerNotFound = (name: string) =>
  internalError(`unable to upgrade connection: container not found ("${name}")`);

/** Resolves when all that was written has been taken, or nobody takes it any more. */
function settled(stream: Writable, signal: AbortSignal): Promise<void> {
  if (stream.destroyed || stream.writableEnded || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    // What a pipe has not yet handed on goes before this turn of the loop is over.
    stream.write("", () => setImmediate().then(resolve, resolve));
  });
}

const discard = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** A terminal's output processing (onlcr): every newline also returns the carriage. */
function terminalOutput(sink: Writable): Writable {
  const convert = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, Buffer.from(chunk.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1"));
    },
  });
  convert.pipe(sink, { end: false });
  return convert;
}
