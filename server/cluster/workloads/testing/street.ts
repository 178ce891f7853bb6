// A street of containers for tests: programs started on a real practice network, called as one pod calls another.
import http from "node:http";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import type { ContainerContext, ExecIO, Program, RunningProgram } from "../../container/index.ts";
import { createPracticeNetwork, type PodNetwork } from "../../network/index.ts";
import { createContainerShell } from "../shell/index.ts";

export interface House {
  readonly network: PodNetwork;
  readonly running: RunningProgram;
  readonly context: ContainerContext;
  /** Standard output and standard error so far. */
  log(): string;
  terminate(): void;
}

export interface Tenant {
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function childrenOf(path: string, all: readonly string[]): readonly string[] | undefined {
  const prefix = `${path.replace(/\/$/, "")}/`;
  const below = all
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length).split("/")[0] ?? "");
  return below.length > 0 ? [...new Set(below)].sort() : undefined;
}

export function street(clock = new TestClock()) {
  const random = seededRandom();
  const network = createPracticeNetwork({ clock, random, logger: silentLogger });
  const caller = network.attachPod({ namespace: "shop", name: "caller" });
  const ends: (() => void)[] = [];
  let count = 0;

  const contextOf = (pod: PodNetwork, name: string, tenant: Tenant & { command: readonly string[] }) => {
    const stop = new AbortController();
    const files = new Map(
      Object.entries(tenant.files ?? {}).map(([path, text]) => [path, Buffer.from(text)]),
    );
    let log = "";
    const write = (text: string) => {
      log += text;
    };
    const facts = {
      namespace: "shop",
      name,
      uid: "",
      ip: pod.ip,
      hostIP: "",
      nodeName: "",
      serviceAccountName: "",
    };
    const context: ContainerContext = {
      pod: { ...facts, labels: () => ({}), annotations: () => ({}) },
      container: name,
      image: tenant.image,
      command: tenant.command,
      env: { HOSTNAME: name, ...tenant.env },
      files: {
        read: (path) => files.get(path),
        list: (path) => childrenOf(path, [...files.keys()]),
        write: (path, content) => files.set(path, Buffer.from(content)),
      },
      network: pod,
      stdout: write,
      stderr: write,
      terminate: stop.signal,
      clock,
      random,
    };
    return { context, stop, log: () => log };
  };

  return {
    clock,
    caller,
    /** Starts a program as a pod of that name, known to the others by a service of the same name and port. */
    move(name: string, program: Program, { port, ...tenant }: Tenant & { readonly port?: number }): House {
      count += 1;
      const pod = network.attachPod({ namespace: "shop", name });
      const command = tenant.command ?? [...program.entrypoint, ...(tenant.args ?? program.cmd ?? [])];
      const {
        context: plain,
        stop,
        log,
      } = contextOf(pod, name, {
        ...tenant,
        env: { ...program.env, ...tenant.env },
        command,
      });
      const { commands } = program;
      const own = commands && { commands, exec: (io: ExecIO) => running.exec?.(io) };
      const context: ContainerContext = own ? { ...plain, own } : plain;
      const running: RunningProgram = program.start(context);
      ends.push(() => running.kill());
      if (port !== undefined)
        network.setService({
          namespace: "shop",
          name,
          clusterIP: `10.43.9.${count}`,
          ports: [{ port, endpoints: [{ address: pod.ip, port }] }],
        });
      return { network: pod, running, context, log, terminate: () => stop.abort() };
    },
    /** One request from a pod next door. */
    async call(url: string, { method = "GET", headers = {}, body = "" }: CallOptions = {}): Promise<Reply> {
      const { hostname, port, pathname, search, host } = new URL(url);
      const socket = await caller.connect({ host: hostname, port: Number(port || 80), allowHalfOpen: false });
      return new Promise((resolve, reject) => {
        const request = http.request({
          createConnection: () => socket,
          method,
          path: `${pathname}${search}`,
          headers: { host, connection: "close", ...headers },
        });
        request.on("error", reject).on("response", (response) => {
          const chunks: Buffer[] = [];
          response.on("error", reject).on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        });
        request.end(body);
      });
    },
    /** Runs a command as `kubectl exec` does: the program's own first, then the shell's. */
    async exec(
      { running, context }: House,
      command: readonly string[],
      signal = new AbortController().signal,
    ) {
      const [out, err] = [new PassThrough(), new PassThrough()];
      const texts = { stdout: "", stderr: "" };
      out.on("data", (chunk: Buffer) => {
        texts.stdout += chunk.toString();
      });
      err.on("data", (chunk: Buffer) => {
        texts.stderr += chunk.toString();
      });
      const io = { command, env: context.env, stdout: out, stderr: err, tty: false, signal };
      const code = await (running.exec?.(io) ?? createContainerShell().exec(context, io));
      await setImmediate();
      return { code, ...texts };
    },
    close(): void {
      for (const end of ends) end();
    },
  };
}
