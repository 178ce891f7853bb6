import { isNetworkError } from "../../network/index.ts";
import { type CommandIO, INTERRUPTED, type ShellCommand } from "../shell/command.ts";
import { CurlError } from "./errors.ts";
import { parseCurl } from "./options.ts";
import { parseUrl, requestHeaders } from "./request.ts";
import { transfer } from "./transfer.ts";

interface WgetOptions {
  quiet: boolean;
  spider: boolean;
  showHeaders: boolean;
  insecure: boolean;
  output: string | undefined;
  timeout: number | undefined;
  headers: string[];
  post: string | undefined;
  url: string | undefined;
}

/** BusyBox wget: -q -S -O FILE -T SEC --header --post-data --spider --no-check-certificate. */
export const wget: ShellCommand = async (io, container) => {
  const options = parse(io);
  if (!options) return 1;
  if (!options.url) {
    io.stderr("wget: missing URL\nUsage: wget [-q] [-S] [-O FILE] [-T SEC] [--header STR] URL\n");
    return 1;
  }
  const chunks: Buffer[] = [];
  try {
    const url = parseUrl(options.url);
    const body = options.post === undefined ? undefined : Buffer.from(options.post);
    const settings = {
      ...parseCurl(["-A", "Wget", ...options.headers.flatMap((header) => ["-H", header])]),
      insecure: options.insecure,
      maxTime: options.timeout,
    };
    const { response, peer } = await transfer({
      url,
      method: body ? "POST" : options.spider ? "HEAD" : "GET",
      headers: requestHeaders(url, settings, body),
      body,
      options: settings,
      container,
      signal: io.signal,
      trace: () => undefined,
      onResponse: () => undefined,
      onData: (chunk) => chunks.push(chunk),
    });
    const say = (text: string) => {
      if (!options.quiet) io.stderr(text);
    };
    say(`Connecting to ${url.host} (${peer.remoteAddress}:${peer.remotePort})\n`);
    const { statusCode = 0, statusMessage, httpVersion, rawHeaders } = response;
    if (options.showHeaders) {
      io.stderr(`  HTTP/${httpVersion} ${statusCode} ${statusMessage}\n`);
      for (let i = 0; i < rawHeaders.length; i += 2) io.stderr(`  ${rawHeaders[i]}: ${rawHeaders[i + 1]}\n`);
    }
    if (statusCode >= 400) {
      io.stderr(`wget: server returned error: HTTP/${httpVersion} ${statusCode} ${statusMessage}\n`);
      return 1;
    }
    if (options.spider) return 0;
    const content = Buffer.concat(chunks);
    const name = options.output ?? (url.pathname.split("/").pop() || "index.html");
    if (name === "-") io.stdout(content);
    else if (name !== "/dev/null") {
      container.files.write(name.startsWith("/") ? name : `${io.cwd === "/" ? "" : io.cwd}/${name}`, content);
      say(`saving to '${name}'\n'${name}' saved\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    if (error.exitCode === INTERRUPTED) return INTERRUPTED;
    io.stderr(`wget: ${words(error, options.url)}\n`);
    return 1;
  }
};

function words(error: CurlError, address: string): string {
  const url = parseUrl(address);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (error.exitCode === 6) return `bad address '${url.host}'`;
  if (error.exitCode === 7)
    return `can't connect to remote host (${url.hostname}:${port}): Connection refused`;
  if (error.exitCode === 28) return "download timed out";
  if (error.exitCode === 52 || error.exitCode === 56)
    return "error getting response: Connection reset by peer";
  return isNetworkError(error) ? error.code : error.message;
}

function parse(io: CommandIO): WgetOptions | undefined {
  const options: WgetOptions = {
    quiet: false,
    spider: false,
    showHeaders: false,
    insecure: false,
    output: undefined,
    timeout: undefined,
    headers: [],
    post: undefined,
    url: undefined,
  };
  // -qO- is -q -O -; a value may stand in the same word.
  const rest = io.args.flatMap((arg) => {
    const [, flags, value] = /^-([qSc]*)([OT].*)$/.exec(arg) ?? [];
    if (value === undefined) return [arg];
    return [
      ...(flags ? [`-${flags}`] : []),
      `-${value.charAt(0)}`,
      ...(value.length > 1 ? [value.slice(1)] : []),
    ];
  });
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = "", inline] = arg.startsWith("--") ? arg.split(/=(.*)/s) : [arg];
    const value = () => inline ?? rest.shift() ?? "";
    if (/^-[qSc]+$/.test(name)) {
      options.quiet ||= name.includes("q");
      options.showHeaders ||= name.includes("S");
    } else if (name === "--quiet") options.quiet = true;
    else if (name === "--spider") options.spider = true;
    else if (name === "--server-response") options.showHeaders = true;
    else if (name === "--no-check-certificate") options.insecure = true;
    else if (name === "-O" || name === "--output-document") options.output = value();
    else if (name === "-T" || name === "--timeout") options.timeout = Number(value());
    else if (name === "--header") options.headers.push(value());
    else if (name === "--post-data") options.post = value();
    else if (name.startsWith("-")) {
      io.stderr(`wget: unrecognized option: ${name.replace(/^-+/, "")}\n`);
      return undefined;
    } else options.url = name;
  }
  return options;
}
