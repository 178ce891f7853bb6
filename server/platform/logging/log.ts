import { AsyncLocalStorage } from "node:async_hooks";
import pino, { type DestinationStream, type Logger } from "pino";

/** What every line says that is written while a request is answered. */
export interface RequestContext {
  readonly request: string;
}

const contexts = new AsyncLocalStorage<RequestContext>();

export const inRequest = <T>(context: RequestContext, work: () => T): T => contexts.run(context, work);

/** Names of fields whose value is nobody's business. */
const secretFields = ["token", "code", "password", "secret", "cookie", "authorization", "set-cookie", "link"];

/** Secrets inside of texts: URLs with a password, query or fragment fields, cookies of ours, bearer tokens, join links. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/(\w+:\/\/[^\s:@/"\\]+:)[^\s@"\\]+@/g, "$1[secret]@"],
  [/([?&#](?:token|code|secret|password|state)=)[^&\s"\\]+/gi, "$1[secret]"],
  [/((?:__Host-|__Secure-)?(?:meshwork|better-auth)[\w.-]*=)[^;\s"\\]{8,}/gi, "$1[secret]"],
  [/(Bearer )[\w.~+/=-]+/gi, "$1[secret]"],
  [/(\/(?:join|invite|invitation|start)\/)[^/?#\s"\\]+/gi, "$1[secret]"],
];

export function withoutSecrets(line: string): string {
  return secretTexts.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}

/** "bad-request", ENOENT, ERR_STREAM_DESTROYED, P2039, 53100: what errors are called. Codes to join with are longer or mixed. */
const errorCode = /^([a-z-]{1,40}|E[A-Z_]+|ERR_[A-Z_]+|Z_[A-Z_]+|P\d{4}|\d{1,5})$/;

const censor = (value: unknown, path: readonly string[]) =>
  path.at(-1) === "code" && (typeof value === "number" || errorCode.test(String(value))) ? value : "[secret]";

/** One JSON object a line, to stderr unless told otherwise. */
export function createLog(name: string, level: string, to?: DestinationStream): Logger {
  const fields = secretFields.map((field) => `["${field}"]`);
  return pino(
    {
      ...{ name, level },
      mixin: () => ({ ...contexts.getStore() }),
      redact: { paths: [...fields, ...fields.map((field) => `*${field}`)], censor },
      hooks: { streamWrite: withoutSecrets },
    },
    to ?? pino.destination({ dest: 2, sync: false }),
  );
}
