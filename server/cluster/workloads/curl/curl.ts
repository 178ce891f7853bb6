import type { ContainerContext } from "../../container/index.ts";
import { MAX_REDIRECTS } from "../limits.ts";
import { type CommandIO, INTERRUPTED, type ShellCommand } from "../shell/command.ts";
import { CurlError, VERIFY_HELP } from "./errors.ts";
import { METER_HEAD, METER_START, meterEnd } from "./meter.ts";
import { type CurlOptions, CurlUsageError, parseCurl } from "./options.ts";
import { CURL_VERSION, parseUrl, requestBody, requestHeaders } from "./request.ts";
import { headLines, type TransferResult, transfer } from "./transfer.ts";
import { writeOut } from "./write-out.ts";

const USAGE_EXIT = 2;

/** curl over the pod's network: real HTTP and TLS, curl's output, messages and exit codes. */
export const curl: ShellCommand = async (io, container) => {
  let options: CurlOptions;
  try {
    options = parseCurl(io.args);
  } catch (error) {
    if (!(error instanceof CurlUsageError)) throw error;
    io.stderr(`curl: ${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return USAGE_EXIT;
  }
  if (options.version) {
    io.stdout(`curl ${CURL_VERSION} (practice cluster)\nProtocols: http https\n`);
    return 0;
  }
  if (options.help || options.urls.length === 0) {
    if (options.help) io.stdout("Usage: curl [options...] <url>\n");
    else
      io.stderr(
        "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
      );
    return options.help ? 0 : USAGE_EXIT;
  }
  let exitCode = 0;
  for (const url of options.urls) exitCode = await withRetries({ io, container, options, url });
  return exitCode;
};

interface Run {
  readonly io: CommandIO;
  readonly container: ContainerContext;
  readonly options: CurlOptions;
  readonly url: string;
}

// HTTP answers that --retry counts as passing trouble.
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

async function withRetries(run: Run): Promise<number> {
  const { options, io, container } = run;
  for (let attempt = 0; ; attempt += 1) {
    const { exitCode, status } = await once(run);
    const passing =
      TRANSIENT.has(status) ||
      exitCode === 28 ||
      (exitCode !== 0 && options.retryAllErrors) ||
      (exitCode === 7 && options.retryConnRefused);
    if (!passing || attempt >= options.retries || io.signal.aborted) return exitCode;
    const wait = options.retryDelay ?? Math.min(2 ** attempt, 600);
    const left = options.retries - attempt;
    const trouble = status ? "HTTP error" : exitCode === 28 ? "timeout" : "error";
    if (!options.silent)
      io.stderr(`Warning: Problem: ${trouble}. Will retry in ${wait} seconds. ${left} retries left.\n`);
    await container.clock.sleep(wait * 1000, io.signal);
  }
}

async function once(run: Run): Promise<{ exitCode: number; status: number }> {
  const { io, options } = run;
  // The meter shows unless the body goes to a terminal, as curl has it.
  const meter = !options.silent && !options.verbose && !(io.stdoutIsTerminal && !savesBody(options));
  if (meter) io.stderr(METER_HEAD + METER_START);
  const state: State = { body: [], result: undefined, url: undefined, redirects: 0, sent: 0, method: "GET" };
  const startedAt = run.container.clock.monotonic();
  let failure: CurlError | undefined;
  try {
    await follow(run, state);
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    failure = error;
  }
  save(run, state);
  if (failure?.exitCode === INTERRUPTED) return { exitCode: INTERRUPTED, status: 0 };
  const received = state.result?.received ?? 0;
  if (meter) io.stderr(state.result ? meterEnd(transferred(state, run, startedAt)) : `${METER_START}\n`);
  if (failure && (!options.silent || options.showError)) {
    io.stderr(`curl: (${failure.exitCode}) ${failure.message}\n`);
    if (failure.exitCode === 60) io.stderr(VERIFY_HELP);
  }
  const exitCode = failure?.exitCode ?? 0;
  if (options.writeOut !== undefined) {
    const url = state.url ?? new URL("http://invalid/");
    const { text, warnings } = writeOut(options.writeOut, {
      ...state,
      options,
      url,
      exitCode,
      message: failure?.message ?? "",
    });
    io.stderr(warnings);
    io.stdout(text);
  }
  return { exitCode, status: received >= 0 ? (state.result?.response.statusCode ?? 0) : 0 };
}

interface State {
  body: Buffer[];
  result: TransferResult | undefined;
  url: URL | undefined;
  redirects: number;
  sent: number;
  method: string;
}

const savesBody = (options: CurlOptions) => options.output !== undefined || options.remoteName;

async function follow(run: Run, state: State): Promise<void> {
  const { options, io, container } = run;
  const data = await requestBody(options, io, container);
  const inQuery = data !== undefined && options.getWithData;
  let body = inQuery ? undefined : data;
  let method = options.method ?? (options.head ? "HEAD" : body ? "POST" : "GET");
  let url = parseUrl(run.url);
  if (inQuery) url.search = url.search ? `${url.search}&${data}` : `?${data}`;
  for (;;) {
    Object.assign(state, { url, method, sent: state.sent + (body?.length ?? 0) });
    const result = await request(run, { url, method, body, state });
    state.result = result;
    const status = result.response.statusCode ?? 0;
    const { location } = result.response.headers;
    if (!options.follow || !location || status < 300 || status >= 400) break;
    if (state.redirects >= MAX_REDIRECTS)
      throw new CurlError(47, `Maximum (${MAX_REDIRECTS}) redirects followed`);
    state.redirects += 1;
    state.body = [];
    url = new URL(location, url);
    if (options.method === undefined && method === "POST" && status <= 303) {
      method = "GET";
      body = undefined;
    }
  }
  const status = state.result?.response.statusCode ?? 0;
  if ((options.fail || options.failWithBody) && status >= 400) {
    if (options.fail) state.body = [];
    throw new CurlError(22, `The requested URL returned error: ${status}`);
  }
}

interface Step {
  readonly url: URL;
  readonly method: string;
  readonly body: Buffer | undefined;
  readonly state: State;
}

function request(
  { options, io, container }: Run,
  { url, method, body, state }: Step,
): Promise<TransferResult> {
  const put = (chunk: string | Uint8Array) => {
    // With -f the status decides whether the body shows, so it waits; otherwise it streams.
    if (savesBody(options) || options.fail) state.body.push(Buffer.from(chunk));
    else io.stdout(chunk);
  };
  return transfer({
    url,
    method,
    headers: requestHeaders(url, options, body),
    body,
    options,
    container,
    signal: io.signal,
    trace: (line) => {
      if (options.verbose) io.stderr(`${line}\n`);
    },
    onResponse: (response) => {
      if (options.include || options.head)
        put(
          headLines(response)
            .map((line) => `${line}\r\n`)
            .join(""),
        );
    },
    onData: (chunk) => {
      const redirected = options.follow && isRedirect(state);
      if (!redirected) put(chunk);
    },
  });
}

const isRedirect = ({ result }: State) => {
  const status = result?.response.statusCode ?? 0;
  return status >= 300 && status < 400;
};

function save({ options, io, container, url }: Run, { body }: State): void {
  if (body.length === 0 && !savesBody(options)) return;
  const content = Buffer.concat(body);
  const name = options.output ?? (options.remoteName ? (url.split("?")[0]?.split("/").pop() ?? "") : "-");
  if (name === "-") io.stdout(content);
  else if (name !== "/dev/null")
    container.files.write(name.startsWith("/") ? name : `${io.cwd === "/" ? "" : io.cwd}/${name}`, content);
}

function transferred({ result, sent }: State, { container }: Run, startedAt: number) {
  const length = result?.response.headers["content-length"];
  return {
    received: result?.received ?? 0,
    expected: length === undefined ? undefined : Number(length),
    sent,
    elapsedMs: container.clock.monotonic() - startedAt,
  };
}
