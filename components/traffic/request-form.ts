import type { HttpRequest } from "../../server/contracts/index.ts";
import {
  headerName,
  headerValue,
  isRequestUrl,
  mostHeaders,
  type RequestMethod,
  requestMethods,
} from "../../server/contracts/plain/index.ts";

/** A request as it is typed. */
export interface RequestForm {
  /** "gateway", or "namespace/workload". */
  readonly from: string;
  readonly method: RequestMethod;
  readonly url: string;
  /** A header a line. */
  readonly headers: string;
  readonly rate: number;
  readonly minutes: number;
}

export const emptyForm: RequestForm = {
  ...{ from: "", method: "GET", url: "", headers: "", rate: 2, minutes: 10 },
};

export function isRequestForm(value: unknown): value is RequestForm {
  if (typeof value !== "object" || value === null) return false;
  const { from, method, url, headers, rate, minutes } = { ...emptyForm, from: undefined, ...value };
  return (
    [from, url, headers].every((one) => typeof one === "string") &&
    requestMethods.some((known) => known === method) &&
    [rate, minutes].every((one) => typeof one === "number")
  );
}

export type ReadForm =
  | { readonly ok: true; readonly request: HttpRequest }
  | { readonly ok: false; readonly field: "from" | "url" | "headers"; readonly problem: string };

/** The request that is meant, or what is wrong with it. */
export function readForm({ from, method, url, headers }: RequestForm): ReadForm {
  const [namespace = "", name = ""] = from.split("/");
  if (from !== "gateway" && name === "")
    return { ok: false, field: "from", problem: "Choose who sends the request." };
  const address = url.trim();
  if (!isRequestUrl(address))
    return { ok: false, field: "url", problem: "An address such as http://web-api.istioinaction:8080/path." };
  const lines = headers.split("\n").filter((line) => line.trim() !== "");
  const read = lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, Math.max(0, colon)).trim(), value: line.slice(colon + 1).trim(), line };
  });
  const wrong = read.find((one) => !headerName.test(one.name) || !headerValue.test(one.value));
  if (wrong) return { ok: false, field: "headers", problem: `Not "Name: value": ${wrong.line.slice(0, 80)}` };
  if (read.length > mostHeaders)
    return { ok: false, field: "headers", problem: `At most ${mostHeaders} headers.` };
  return {
    ok: true,
    request: {
      from: from === "gateway" ? { kind: "gateway" } : { kind: "workload", namespace, name },
      ...{ method, url: address },
      headers: read.map(({ name: header, value }) => ({ name: header, value })),
    },
  };
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;

/** The same request as a learner would type it. */
export function commandOf({ from, method, url, headers }: HttpRequest): string {
  const shaped = [
    ...(method === "HEAD" ? ["-I"] : method === "GET" ? ["-i"] : ["-i", "-X", method]),
    ...headers.flatMap(({ name, value }) => ["-H", quoted(`${name}: ${value}`)]),
  ];
  if (from.kind === "workload")
    return [
      ...["kubectl", "exec", `deploy/${from.name}`, "-n", from.namespace, "--", "curl", "-s"],
      ...[...shaped, quoted(url)],
    ].join(" ");
  const at = new URL(url);
  const secure = at.protocol === "https:";
  const port = secure ? "$SECURE_INGRESS_PORT" : "$INGRESS_PORT";
  const address = `"${at.protocol}//${at.hostname}:${port}"${at.pathname + at.search === "/" ? "" : quoted(at.pathname + at.search)}`;
  return [
    ...["curl", "-s", ...(secure ? ["-k"] : []), ...shaped],
    ...["--resolve", `"${at.hostname}:${port}:$GATEWAY_IP"`, address],
  ].join(" ");
}
