import type { CurlOptions } from "./options.ts";
import type { TransferResult } from "./transfer.ts";

export interface Outcome {
  readonly options: CurlOptions;
  readonly url: URL;
  readonly method: string;
  readonly redirects: number;
  readonly exitCode: number;
  readonly message: string;
  readonly sent: number;
  /** Absent when nothing was answered. */
  readonly result: TransferResult | undefined;
}

const seconds = (ms: number) => (ms / 1000).toFixed(6);

/** Expands -w: `%{name}`, `%%`, and backslash escapes. Unknown names are left out with curl's warning. */
export function writeOut(
  format: string,
  outcome: Outcome,
): { readonly text: string; readonly warnings: string } {
  let warnings = "";
  const variables = variablesOf(outcome);
  const text = format
    .replace(/\\([nrt\\])/g, (_whole, letter: string) => ({ n: "\n", r: "\r", t: "\t" })[letter] ?? letter)
    .replace(/%(?:%|\{([^}]*)\})/g, (_whole, name: string | undefined) => {
      if (name === undefined) return "%";
      const value = variables[name];
      if (value === undefined) warnings += `curl: unknown --write-out variable: '${name}'\n`;
      return value ?? "";
    });
  return { text, warnings };
}

function variablesOf({
  url,
  method,
  redirects,
  exitCode,
  message,
  sent,
  result,
}: Outcome): Record<string, string> {
  const response = result?.response;
  const code = String(response?.statusCode ?? 0).padStart(3, "0");
  const { timings, peer } = result ?? {};
  const location = response?.headers.location;
  return {
    http_code: code,
    response_code: code,
    http_connect: "000",
    http_version: response ? response.httpVersion.replace(/\.0$/, "") : "0",
    content_type: response?.headers["content-type"] ?? "",
    errormsg: message,
    exitcode: String(exitCode),
    method,
    num_connects: result ? "1" : "0",
    num_headers: String((response?.rawHeaders.length ?? 0) / 2),
    num_redirects: String(redirects),
    redirect_url: location ? new URL(location, url).href : "",
    remote_ip: peer?.remoteAddress ?? "",
    remote_port: String(peer?.remotePort ?? 0),
    local_ip: peer?.localAddress ?? "",
    local_port: String(peer?.localPort ?? 0),
    scheme: url.protocol.slice(0, -1),
    size_download: String(result?.received ?? 0),
    size_upload: String(sent),
    speed_download: String(timings ? Math.floor((result?.received ?? 0) / (timings.total / 1000)) : 0),
    ssl_verify_result: "0",
    time_appconnect: seconds(timings?.appConnect ?? 0),
    time_connect: seconds(timings?.connect ?? 0),
    time_namelookup: seconds(timings?.nameLookup ?? 0),
    time_pretransfer: seconds(timings?.appConnect || timings?.connect || 0),
    time_redirect: seconds(0),
    time_starttransfer: seconds(timings?.startTransfer ?? 0),
    time_total: seconds(timings?.total ?? 0),
    url: url.href,
    url_effective: url.href,
  };
}
