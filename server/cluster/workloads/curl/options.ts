/** curl's command line, as far as the practice cluster knows it. */
export interface CurlOptions {
  readonly urls: readonly string[];
  readonly method: string | undefined;
  readonly headers: readonly string[];
  readonly data: readonly {
    readonly kind: "data" | "binary" | "raw" | "urlencode";
    readonly value: string;
  }[];
  readonly getWithData: boolean;
  readonly head: boolean;
  readonly include: boolean;
  readonly insecure: boolean;
  readonly follow: boolean;
  readonly silent: boolean;
  readonly showError: boolean;
  readonly verbose: boolean;
  readonly progressBar: boolean;
  readonly fail: boolean;
  readonly failWithBody: boolean;
  readonly output: string | undefined;
  readonly remoteName: boolean;
  readonly writeOut: string | undefined;
  readonly maxTime: number | undefined;
  readonly connectTimeout: number | undefined;
  readonly retries: number;
  readonly retryDelay: number | undefined;
  readonly retryAllErrors: boolean;
  readonly retryConnRefused: boolean;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly resolve: readonly string[];
  readonly userAgent: string | undefined;
  readonly user: string | undefined;
  readonly referer: string | undefined;
  readonly cookie: string | undefined;
  readonly http10: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

export class CurlUsageError extends Error {}

type Mutable = { -readonly [K in keyof CurlOptions]: CurlOptions[K] };

const initial = (): Mutable => ({
  urls: [],
  method: undefined,
  headers: [],
  data: [],
  getWithData: false,
  head: false,
  include: false,
  insecure: false,
  follow: false,
  silent: false,
  showError: false,
  verbose: false,
  progressBar: false,
  fail: false,
  failWithBody: false,
  output: undefined,
  remoteName: false,
  writeOut: undefined,
  maxTime: undefined,
  connectTimeout: undefined,
  retries: 0,
  retryDelay: undefined,
  retryAllErrors: false,
  retryConnRefused: false,
  caFile: undefined,
  certFile: undefined,
  keyFile: undefined,
  resolve: [],
  userAgent: undefined,
  user: undefined,
  referer: undefined,
  cookie: undefined,
  http10: false,
  version: false,
  help: false,
});

const SHORT: Readonly<Record<string, string>> = {
  A: "user-agent",
  b: "cookie",
  d: "data",
  e: "referer",
  E: "cert",
  f: "fail",
  G: "get",
  h: "help",
  H: "header",
  i: "include",
  I: "head",
  k: "insecure",
  L: "location",
  m: "max-time",
  o: "output",
  O: "remote-name",
  s: "silent",
  S: "show-error",
  u: "user",
  v: "verbose",
  V: "version",
  w: "write-out",
  X: "request",
  "0": "http1.0",
  "4": "ipv4",
  "#": "progress-bar",
  N: "no-buffer",
};

const FLAGS: Readonly<Record<string, (o: Mutable) => void>> = {
  fail: (o) => Object.assign(o, { fail: true }),
  "fail-with-body": (o) => Object.assign(o, { failWithBody: true }),
  get: (o) => Object.assign(o, { getWithData: true }),
  help: (o) => Object.assign(o, { help: true }),
  include: (o) => Object.assign(o, { include: true }),
  "show-headers": (o) => Object.assign(o, { include: true }),
  head: (o) => Object.assign(o, { head: true }),
  insecure: (o) => Object.assign(o, { insecure: true }),
  location: (o) => Object.assign(o, { follow: true }),
  silent: (o) => Object.assign(o, { silent: true }),
  "show-error": (o) => Object.assign(o, { showError: true }),
  verbose: (o) => Object.assign(o, { verbose: true }),
  version: (o) => Object.assign(o, { version: true }),
  "remote-name": (o) => Object.assign(o, { remoteName: true }),
  "progress-bar": (o) => Object.assign(o, { progressBar: true }),
  "no-progress-meter": (o) => Object.assign(o, { silent: true, showError: true }),
  "retry-all-errors": (o) => Object.assign(o, { retryAllErrors: true }),
  "retry-connrefused": (o) => Object.assign(o, { retryConnRefused: true }),
  "http1.0": (o) => Object.assign(o, { http10: true }),
};

/** Accepted and without effect here: we speak HTTP/1.1 over IPv4 and never buffer. */
const NO_EFFECT = new Set([
  "http1.1",
  "ipv4",
  "no-buffer",
  "no-keepalive",
  "compressed",
  "no-sessionid",
  "globoff",
]);

const seconds = (option: string, value: string) => {
  if (!/^[0-9]*\.?[0-9]+$/.test(value))
    throw new CurlUsageError(`option ${option}: expected a proper numerical parameter`);
  return Number(value);
};

const VALUES: Readonly<Record<string, (o: Mutable, value: string, option: string) => void>> = {
  "user-agent": (o, value) => Object.assign(o, { userAgent: value }),
  cookie: (o, value) => Object.assign(o, { cookie: value }),
  data: (o, value) => Object.assign(o, { data: [...o.data, { kind: "data", value }] }),
  "data-ascii": (o, value) => Object.assign(o, { data: [...o.data, { kind: "data", value }] }),
  "data-binary": (o, value) => Object.assign(o, { data: [...o.data, { kind: "binary", value }] }),
  "data-raw": (o, value) => Object.assign(o, { data: [...o.data, { kind: "raw", value }] }),
  "data-urlencode": (o, value) => Object.assign(o, { data: [...o.data, { kind: "urlencode", value }] }),
  json: (o, value) =>
    Object.assign(o, {
      data: [...o.data, { kind: "binary", value }],
      headers: ["Content-Type: application/json", "Accept: application/json", ...o.headers],
    }),
  referer: (o, value) => Object.assign(o, { referer: value }),
  cert: (o, value) => Object.assign(o, { certFile: value.split(":")[0] }),
  key: (o, value) => Object.assign(o, { keyFile: value }),
  cacert: (o, value) => Object.assign(o, { caFile: value }),
  header: (o, value) => Object.assign(o, { headers: [...o.headers, value] }),
  "max-time": (o, value, option) => Object.assign(o, { maxTime: seconds(option, value) }),
  "connect-timeout": (o, value, option) => Object.assign(o, { connectTimeout: seconds(option, value) }),
  output: (o, value) => Object.assign(o, { output: value }),
  user: (o, value) => Object.assign(o, { user: value }),
  "write-out": (o, value) => Object.assign(o, { writeOut: value }),
  request: (o, value) => Object.assign(o, { method: value }),
  resolve: (o, value) => Object.assign(o, { resolve: [...o.resolve, value] }),
  retry: (o, value, option) => Object.assign(o, { retries: seconds(option, value) }),
  "retry-delay": (o, value, option) => Object.assign(o, { retryDelay: seconds(option, value) }),
  url: (o, value) => Object.assign(o, { urls: [...o.urls, value] }),
};

/** Throws CurlUsageError with curl's words. */
export function parseCurl(args: readonly string[]): CurlOptions {
  const options = initial();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith("--") && word.length > 2) long(options, { name: word.slice(2), shown: word, rest });
    else if (word.startsWith("-") && word.length > 1) short(options, word, rest);
    else options.urls = [...options.urls, word];
  }
  return options;
}

function short(options: Mutable, word: string, rest: string[]): void {
  for (let i = 1; i < word.length; i += 1) {
    const letter = word.charAt(i);
    const name = SHORT[letter];
    if (name === undefined) throw new CurlUsageError(`option ${word}: is unknown`);
    // The rest of the word is the value: -XPOST, -ofile.
    if (name in VALUES && i + 1 < word.length) rest.unshift(word.slice(i + 1));
    long(options, { name, shown: `-${letter}`, rest });
    if (name in VALUES) return;
  }
}

function long(
  options: Mutable,
  { name, shown, rest }: { name: string; shown: string; rest: string[] },
): void {
  const flag = FLAGS[name];
  const value = VALUES[name];
  if (flag) flag(options);
  else if (value) {
    const given = rest.shift();
    if (given === undefined) throw new CurlUsageError(`option ${shown}: requires parameter`);
    value(options, given, shown);
  } else if (!NO_EFFECT.has(name)) throw new CurlUsageError(`option ${shown}: is unknown`);
}
