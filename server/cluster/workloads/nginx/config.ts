// The part of nginx's configuration language that this server acts on. What would change an answer and is not known is refused.

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
}

export interface Location {
  readonly prefix: string;
  readonly exact: boolean;
  readonly root?: string;
  readonly answer?: { readonly status: number; readonly text: string };
  readonly type?: string;
}

export interface NginxServer {
  readonly port: number;
  readonly names: readonly string[];
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string };
  readonly root: string;
  readonly index: readonly string[];
  readonly locations: readonly Location[];
}

export class ConfigError extends Error {}

/** Directives without an effect here: processes, logs, buffers, times. */
const PASSED_OVER = new Set(
  (
    "user worker_processes error_log pid events worker_connections types include default_type log_format access_log sendfile " +
    "tcp_nopush tcp_nodelay keepalive_timeout gzip server_tokens ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout " +
    "ssl_prefer_server_ciphers error_page charset client_max_body_size add_header daemon"
  ).split(" "),
);

export function parseConfig(text: string): readonly Directive[] {
  const tokens = [
    ...text
      .replace(/(^|\s)#[^\n]*/g, "$1")
      .matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([{};])|([^\s{};"']+)/g),
  ].map(([, double, single, mark, word]) => ({
    text: double ?? single ?? mark ?? word ?? "",
    mark: mark !== undefined,
  }));
  let at = 0;
  const block = (inner: boolean): Directive[] => {
    const found: Directive[] = [];
    let words: string[] = [];
    for (; at < tokens.length; ) {
      const token = tokens[at++];
      if (!token) break;
      if (!token.mark) words.push(token.text);
      else if (token.text === "}") {
        if (inner && words.length === 0) return found;
        throw new ConfigError('unexpected "}"');
      } else {
        const [name, ...args] = words;
        if (name === undefined) throw new ConfigError(`unexpected "${token.text}"`);
        found.push(token.text === "{" ? { name, args, block: block(true) } : { name, args });
        words = [];
      }
    }
    if (inner || words.length > 0) throw new ConfigError('unexpected end of file, expecting ";" or "}"');
    return found;
  };
  return block(false);
}

/** Servers of a whole nginx.conf, or of a conf.d file. Throws ConfigError in nginx's words, or ours. */
export function serversOf(directives: readonly Directive[]): readonly NginxServer[] {
  return directives.flatMap((directive): readonly NginxServer[] => {
    if (directive.name === "http") return serversOf(directive.block ?? []);
    if (directive.name === "server") return serverOf(directive.block ?? []);
    if (PASSED_OVER.has(directive.name)) return [];
    throw unknown(directive);
  });
}

const unknown = ({ name }: Directive) =>
  new ConfigError(`directive "${name}" is not supported by the practice cluster`);

function serverOf(directives: readonly Directive[]): readonly NginxServer[] {
  const of = (name: string) => directives.find((directive) => directive.name === name)?.args;
  const known = new Set([
    "listen",
    "server_name",
    "root",
    "index",
    "location",
    "return",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_client_certificate",
    "ssl_verify_client",
  ]);
  for (const directive of directives)
    if (!known.has(directive.name) && !PASSED_OVER.has(directive.name)) throw unknown(directive);
  const certificate = of("ssl_certificate")?.[0];
  const key = of("ssl_certificate_key")?.[0];
  const clientCa = of("ssl_verify_client")?.[0] === "on" ? of("ssl_client_certificate")?.[0] : undefined;
  const whole = answerOf(of("return"));
  const locations = directives.filter(({ name }) => name === "location").map(locationOf);
  const listens = directives.filter(({ name }) => name === "listen").map(({ args }) => args);
  const ports = new Map(
    (listens.length > 0 ? listens : [["80"]]).map((args) => [portOf(args[0] ?? "80"), args.includes("ssl")]),
  );
  return [...ports].map(([port, secure]) => ({
    port,
    names: of("server_name") ?? [],
    ...(secure && certificate && key ? { tls: { certificate, key, ...(clientCa ? { clientCa } : {}) } } : {}),
    root: of("root")?.[0] ?? "/etc/nginx/html",
    index: of("index") ?? ["index.html"],
    locations: whole ? [{ prefix: "/", exact: false, answer: whole }] : locations,
  }));
}

const portOf = (listen: string) => Number(listen.slice(listen.lastIndexOf(":") + 1)) || 80;

function locationOf({ args, block = [] }: Directive): Location {
  const modifier = args.length > 1 ? args[0] : undefined;
  if (modifier !== undefined && modifier !== "=" && modifier !== "^~")
    throw new ConfigError(`location "${args.join(" ")}" is not supported by the practice cluster`);
  const known = new Set(["root", "index", "return", "default_type"]);
  for (const directive of block)
    if (!known.has(directive.name) && !PASSED_OVER.has(directive.name)) throw unknown(directive);
  const of = (name: string) => block.find((directive) => directive.name === name)?.args;
  const root = of("root")?.[0];
  const answer = answerOf(of("return"));
  const type = of("default_type")?.[0];
  return {
    prefix: args.at(-1) ?? "/",
    exact: modifier === "=",
    ...(root ? { root } : {}),
    ...(answer ? { answer } : {}),
    ...(type ? { type } : {}),
  };
}

function answerOf(args: readonly string[] | undefined): Location["answer"] {
  if (!args) return undefined;
  const [first = "", text = ""] = args;
  const status = Number(first);
  const unescaped = (words: string) => words.replace(/\\n/g, "\n");
  return Number.isInteger(status) ? { status, text: unescaped(text) } : { status: 302, text: first };
}
