// One program in a pod of a real practice network, and another pod that talks to it.
import { request } from "node:http";
import { type Clock, DisposableStore, seededRandom, silentLogger, systemClock } from "../../base/index.ts";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { createPracticeNetwork, type PracticeNetwork } from "../../network/index.ts";

export interface PodOptions {
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** By path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly name?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Asked {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export class PodBench {
  readonly started = new DisposableStore();
  readonly network: PracticeNetwork = createPracticeNetwork({
    clock: systemClock,
    random: seededRandom(),
    logger: silentLogger,
  });
  private readonly client = this.started.add(
    this.network.attachPod({ namespace: "istio-system", name: "client" }),
  );

  run(program: Program, options: PodOptions) {
    const pod = this.started.add(
      this.network.attachPod({ namespace: "istio-system", name: options.name ?? "pod" }),
    );
    const log: string[] = [];
    const terminate = new AbortController();
    const files = options.files ?? {};
    const context: ContainerContext = {
      pod: {
        namespace: "istio-system",
        name: options.name ?? "pod",
        uid: "1",
        ip: pod.ip,
        hostIP: "172.18.0.2",
        nodeName: "practice-node",
        serviceAccountName: "default",
        labels: () => ({}),
        annotations: () => ({}),
      },
      container: "main",
      image: options.image,
      command: options.command ?? program.entrypoint,
      env: options.env ?? {},
      files: {
        read: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
        list: (path) => {
          const inside = Object.keys(files).filter((one) => one.startsWith(`${path}/`));
          return inside.length > 0 ? inside.map((one) => one.slice(path.length + 1)).sort() : undefined;
        },
        write: () => undefined,
      },
      network: pod,
      stdout: (text) => log.push(text),
      stderr: (text) => log.push(text),
      terminate: terminate.signal,
      clock: options.clock ?? systemClock,
      random: seededRandom(),
    };
    const running: RunningProgram = program.start(context);
    this.started.add({ dispose: () => running.kill() });
    return { ip: pod.ip, running, log, terminate: () => terminate.abort() };
  }

  /** `at` is host:port. */
  async ask(at: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { hostname: host, port: digits } = new URL(`http://${at}`);
    const port = Number(digits || 80);
    const connection = await this.client.connect({ host, port, allowHalfOpen: false });
    const { method = asked.body === undefined ? "GET" : "POST", headers } = asked;
    return new Promise((resolve, reject) => {
      const options = { createConnection: () => connection, path, method };
      request({ ...options, headers: { host, connection: "close", ...headers } }, (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: message.statusCode ?? 0, text, json: parsed(text), headers: message.headers });
        });
      })
        .on("error", reject)
        .end(asked.body);
    });
  }

  dispose(): void {
    this.started.dispose();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
