import { bulk, failure, list, NIL, number, type Reply, status } from "./protocol.ts";
import { OutOfMemory, type RedisStore } from "./store.ts";

type Command = (args: readonly string[], store: RedisStore) => Reply;

interface Known {
  /** Arguments after the name, at least and at most. */
  readonly least: number;
  readonly most?: number;
  readonly run: Command;
}

const OK = status("OK");
const WRONG_TYPE = failure("WRONGTYPE Operation against a key holding the wrong kind of value");
const NOT_INTEGER = failure("ERR value is not an integer or out of range");
const SYNTAX = failure("ERR syntax error");

/** Runs one command; names are case-insensitive. */
export function runCommand(
  [name = "", ...args]: readonly string[],
  store: RedisStore,
  info: () => string,
): Reply {
  const lower = name.toLowerCase();
  if (lower === "info") return bulk(info());
  const known = COMMANDS.get(lower);
  if (!known) {
    const shown = args.slice(0, 20).map((arg) => `'${arg}' `);
    return failure(`ERR unknown command '${name}', with args beginning with: ${shown.join("")}`);
  }
  if (args.length < known.least || args.length > (known.most ?? Number.POSITIVE_INFINITY))
    return failure(`ERR wrong number of arguments for '${lower}' command`);
  try {
    return known.run(args, store);
  } catch (error) {
    if (error instanceof OutOfMemory) return failure(error.message);
    throw error;
  }
}

const set: Command = ([key = "", value = "", ...options], store) => {
  let ttl: number | undefined;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase();
    if (option === "NX" && store.get(key) !== undefined) return NIL;
    if (option === "XX" && store.get(key) === undefined) return NIL;
    if (option === "EX" || option === "PX") {
      const amount = Number(options[++i]);
      if (!Number.isInteger(amount) || amount <= 0)
        return failure("ERR invalid expire time in 'set' command");
      ttl = option === "EX" ? amount * 1000 : amount;
    } else if (option !== "NX" && option !== "XX") return SYNTAX;
  }
  store.set(key, value, ttl);
  return OK;
};

const get: Command = ([key = ""], store) => {
  const value = store.get(key);
  if (value === undefined) return NIL;
  return typeof value === "string" ? bulk(value) : WRONG_TYPE;
};

const add =
  (sign: 1 | -1): Command =>
  ([key = "", by = "1"], store) => {
    const value = store.get(key) ?? "0";
    if (typeof value !== "string") return WRONG_TYPE;
    if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(by)) return NOT_INTEGER;
    const sum = Number(value) + sign * Number(by);
    store.update(key, String(sum));
    return number(sum);
  };

const push =
  (side: "left" | "right"): Command =>
  ([key = "", ...values], store) => {
    const items = store.get(key) ?? [];
    if (!Array.isArray(items)) return WRONG_TYPE;
    const after = side === "right" ? [...items, ...values] : [...values.reverse(), ...items];
    store.update(key, after);
    return number(after.length);
  };

const pop =
  (side: "left" | "right"): Command =>
  ([key = ""], store) => {
    const items = store.get(key);
    if (items === undefined) return NIL;
    if (!Array.isArray(items)) return WRONG_TYPE;
    const taken = side === "left" ? items[0] : items.at(-1);
    const rest = side === "left" ? items.slice(1) : items.slice(0, -1);
    if (rest.length === 0) store.delete(key);
    else store.update(key, rest);
    return taken === undefined ? NIL : bulk(taken);
  };

const range: Command = ([key = "", first = "", last = ""], store) => {
  const items = store.get(key) ?? [];
  if (!Array.isArray(items)) return WRONG_TYPE;
  const [from, to] = [Number(first), Number(last)];
  if (!Number.isInteger(from) || !Number.isInteger(to)) return NOT_INTEGER;
  const end = to < 0 ? items.length + to + 1 : to + 1;
  return list(items.slice(from < 0 ? Math.max(0, items.length + from) : from, end).map(bulk));
};

const hashSet: Command = ([key = "", ...pairs], store) => {
  const hash = store.get(key) ?? new Map<string, string>();
  if (!(hash instanceof Map)) return WRONG_TYPE;
  if (pairs.length % 2 !== 0) return failure("ERR wrong number of arguments for 'hset' command");
  const after = new Map(hash);
  for (let i = 0; i < pairs.length; i += 2) after.set(pairs[i] ?? "", pairs[i + 1] ?? "");
  store.update(key, after);
  return number(after.size - hash.size);
};

const hash =
  (run: (found: ReadonlyMap<string, string>, args: readonly string[]) => Reply): Command =>
  ([key = "", ...args], store) => {
    const found = store.get(key) ?? new Map<string, string>();
    return found instanceof Map ? run(found, args) : WRONG_TYPE;
  };

const optional = (text: string | undefined): Reply => (text === undefined ? NIL : bulk(text));

const COMMANDS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ["ping", { least: 0, most: 1, run: ([text]) => (text === undefined ? status("PONG") : bulk(text)) }],
  ["echo", { least: 1, most: 1, run: ([text = ""]) => bulk(text) }],
  ["set", { least: 2, run: set }],
  ["get", { least: 1, most: 1, run: get }],
  [
    "mget",
    {
      least: 1,
      run: (keys, store) =>
        list(keys.map((key) => get([key], store)).map((reply) => (reply.kind === "error" ? NIL : reply))),
    },
  ],
  ["del", { least: 1, run: (keys, store) => number(keys.filter((key) => store.delete(key)).length) }],
  [
    "exists",
    { least: 1, run: (keys, store) => number(keys.filter((key) => store.get(key) !== undefined).length) },
  ],
  ["incr", { least: 1, most: 1, run: add(1) }],
  ["incrby", { least: 2, most: 2, run: add(1) }],
  ["decr", { least: 1, most: 1, run: add(-1) }],
  ["decrby", { least: 2, most: 2, run: add(-1) }],
  [
    "expire",
    {
      least: 2,
      most: 2,
      run: ([key = "", seconds = ""], store) => number(store.expire(key, Number(seconds) * 1000) ? 1 : 0),
    },
  ],
  ["ttl", { least: 1, most: 1, run: ([key = ""], store) => number(seconds(store.ttl(key))) }],
  ["pttl", { least: 1, most: 1, run: ([key = ""], store) => number(store.ttl(key)) }],
  ["keys", { least: 1, most: 1, run: ([pattern = "*"], store) => list(store.keys(pattern).map(bulk)) }],
  ["dbsize", { least: 0, most: 0, run: (_args, store) => number(store.keys("*").length) }],
  ["flushall", { least: 0, most: 1, run: clear }],
  ["flushdb", { least: 0, most: 1, run: clear }],
  ["type", { least: 1, most: 1, run: ([key = ""], store) => status(typeOf(store, key)) }],
  ["lpush", { least: 2, run: push("left") }],
  ["rpush", { least: 2, run: push("right") }],
  ["lpop", { least: 1, most: 1, run: pop("left") }],
  ["rpop", { least: 1, most: 1, run: pop("right") }],
  ["lrange", { least: 3, most: 3, run: range }],
  ["llen", { least: 1, most: 1, run: ([key = ""], store) => lengthOf(store, key) }],
  ["hset", { least: 3, run: hashSet }],
  ["hget", { least: 2, most: 2, run: hash((found, [field = ""]) => optional(found.get(field))) }],
  ["hgetall", { least: 1, most: 1, run: hash((found) => list([...found].flat().map(bulk))) }],
  [
    "select",
    { least: 1, most: 1, run: ([index]) => (index === "0" ? OK : failure("ERR DB index is out of range")) },
  ],
  ["command", { least: 0, run: () => list([]) }],
  ["client", { least: 1, run: () => OK }],
  [
    "auth",
    {
      least: 1,
      run: () =>
        failure(
          "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
        ),
    },
  ],
  [
    "config",
    {
      least: 1,
      run: ([verb]) =>
        verb?.toLowerCase() === "get"
          ? list([])
          : failure("ERR CONFIG is not supported by the practice cluster"),
    },
  ],
  ["quit", { least: 0, run: () => OK }],
]);

const seconds = (ms: number) => (ms < 0 ? ms : Math.round(ms / 1000));

function clear(_args: readonly string[], store: RedisStore): Reply {
  store.clear();
  return OK;
}

function typeOf(store: RedisStore, key: string): string {
  const value = store.get(key);
  if (value === undefined) return "none";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "list" : "hash";
}

function lengthOf(store: RedisStore, key: string): Reply {
  const items = store.get(key) ?? [];
  return Array.isArray(items) ? number(items.length) : WRONG_TYPE;
}
