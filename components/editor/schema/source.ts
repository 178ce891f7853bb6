import type { Wire } from "../../socket/index.ts";
import type { KnownKind } from "./options.ts";
import { type KindSchema, parseSchema } from "./schema.ts";
import type { Head } from "./yaml-lines.ts";

/** The cluster's schemas, each asked for once; what it did not know it may know later. */
export interface SchemaSource {
  schema(head: Head): Promise<KindSchema | undefined>;
  kinds(): Promise<readonly KnownKind[]>;
}

const againMs = 20_000;
const mostKept = 40;

export function schemaSource(wire: () => Wire | undefined): SchemaSource {
  const kept = new Map<string, { at: number; schema: Promise<KindSchema | undefined> }>();
  let kinds: { at: number; list: Promise<readonly KnownKind[]> } | undefined;
  const isKind = ({ apiVersion, kind }: Head) =>
    /^([a-z0-9.-]{1,200}\/)?v[a-z0-9]{1,20}$/.test(apiVersion) && /^[A-Za-z0-9]{1,100}$/.test(kind);
  return {
    async schema(head) {
      // What is half typed is no kind: the server is not asked for it.
      if (!isKind(head)) return undefined;
      const key = `${head.apiVersion} ${head.kind}`;
      const known = kept.get(key);
      if (known && (Date.now() - known.at < againMs || (await known.schema))) return known.schema;
      const schema = wire()
        ?.read("schema:read", { apiVersion: head.apiVersion, kind: head.kind })
        .then((answer) => (answer.ok ? parseSchema(answer.value.schema) : undefined));
      if (!schema) return undefined;
      kept.set(key, { at: Date.now(), schema });
      for (const oldest of kept.keys()) {
        if (kept.size <= mostKept) break;
        kept.delete(oldest);
      }
      return schema;
    },
    async kinds() {
      if (!kinds || Date.now() - kinds.at > againMs) {
        const list = wire()
          ?.read("schema:kinds", {})
          .then((answer) => (answer.ok ? answer.value.kinds : []));
        if (!list) return [];
        kinds = { at: Date.now(), list };
      }
      return kinds.list;
    },
  };
}
