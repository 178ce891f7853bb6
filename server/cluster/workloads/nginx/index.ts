import type tls from "node:tls";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { clfTime } from "../http/clf.ts";
import { serveHttp } from "../http/server.ts";
import { handlerOf, peerOf, type WebAnswer, type WebRequest } from "../http/web.ts";
import { answer, NGINX_VERSION } from "./answer.ts";
import { ConfigError, type NginxServer, parseConfig, serversOf } from "./config.ts";

const DEFAULT: NginxServer = {
  port: 80,
  names: ["localhost"],
  root: "/usr/share/nginx/html",
  index: ["index.html", "index.htm"],
  locations: [],
};

/** nginx: static files, `return`, TLS with client certificates. A configuration that asks for more does not start. */
export const nginx: Program = {
  images: ["nginx", "nginxinc/nginx-unprivileged", "registry.k8s.io/nginx-slim"],
  entrypoint: ["/docker-entrypoint.sh"],
  cmd: ["nginx", "-g", "daemon off;"],
  hasShell: true,
  runs: (executable) => /(^|\/)(nginx|docker-entrypoint\.sh)$/.test(executable),
  start,
};

function start(context: ContainerContext): RunningProgram {
  const notice = (text: string) => context.stderr(`${slashTime(context)} [notice] 1#1: ${text}\n`);
  context.stdout("/docker-entrypoint.sh: Configuration complete; ready for start up\n");
  let servers: readonly NginxServer[];
  let secured: readonly Secured[];
  try {
    servers = configured(context);
    secured = servers.map((server) => ({ server, secure: secureContext(server, context) }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.stderr(`${slashTime(context)} [emerg] 1#1: ${error.message}\nnginx: [emerg] ${error.message}\n`);
    return { exited: Promise.resolve(1), kill: () => undefined };
  }
  notice(`nginx/${NGINX_VERSION}`);
  notice("start worker processes");
  const running = [...new Set(servers.map(({ port }) => port))].map((port) =>
    listen(
      secured.filter(({ server }) => server.port === port),
      context,
    ),
  );
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const end = (code: number) => {
    for (const server of running) server.dispose();
    exit(code);
  };
  const onTerminate = () => {
    notice("signal 15 (SIGTERM) received, exiting");
    notice("exit");
    end(0);
  };
  context.terminate.addEventListener("abort", onTerminate, { once: true });
  return { exited, kill: () => end(137) };
}

interface Secured {
  readonly server: NginxServer;
  readonly secure: tls.TlsOptions | undefined;
}

/** /etc/nginx/nginx.conf when it is given, else the files of conf.d, else the image's own server. */
function configured({ files, image }: ContainerContext): readonly NginxServer[] {
  const texts = [
    "/etc/nginx/nginx.conf",
    ...(files.list("/etc/nginx/conf.d") ?? []).map((name) => `/etc/nginx/conf.d/${name}`),
  ]
    .filter((path) => path.endsWith(".conf"))
    .flatMap((path) => {
      const content = files.read(path);
      return content ? [Buffer.from(content).toString("utf8")] : [];
    });
  const servers = texts.flatMap((text) => serversOf(parseConfig(text)));
  if (servers.length > 0) return servers;
  return [image.includes("unprivileged") ? { ...DEFAULT, port: 8080 } : DEFAULT];
}

function secureContext(
  { tls: wanted }: NginxServer,
  { files }: ContainerContext,
): tls.TlsOptions | undefined {
  if (!wanted) return undefined;
  const read = (path: string, what: string) => {
    const content = files.read(path);
    if (!content)
      throw new ConfigError(
        `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)`,
      );
    return Buffer.from(content);
  };
  const options = { cert: read(wanted.certificate, "certificate"), key: read(wanted.key, "certificate key") };
  if (!wanted.clientCa) return options;
  return {
    ...options,
    ca: read(wanted.clientCa, "client certificate"),
    requestCert: true,
    rejectUnauthorized: true,
  };
}

/** The servers of one port; the first is the default one, as in nginx. */
function listen(servers: readonly Secured[], context: ContainerContext) {
  const [first] = servers;
  const handler = handlerOf(
    {
      handle(request) {
        const host = (request.header("host") ?? "").replace(/:\d+$/, "");
        const chosen = servers.find(({ server }) => server.names.includes(host)) ?? first;
        return answer(request, chosen?.server ?? DEFAULT, context);
      },
      answered: accessLog,
    },
    context,
  );
  return serveHttp(context.network, first?.server.port ?? 80, handler, first?.secure);
}

function accessLog(
  request: WebRequest,
  { status, body = "" }: WebAnswer,
  { clock, stdout }: ContainerContext,
): void {
  const { method, target } = request;
  const at = clfTime(clock.now());
  const words = `"${method} ${target} HTTP/${request.incoming.httpVersion}" ${status} ${Buffer.byteLength(body)}`;
  const from = request.header("x-forwarded-for") ?? "-";
  const agent = request.header("user-agent") ?? "-";
  stdout(
    `${peerOf(request)} - - [${at}] ${words} "${request.header("referer") ?? "-"}" "${agent}" "${from}"\n`,
  );
}

const slashTime = ({ clock }: ContainerContext) =>
  new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
