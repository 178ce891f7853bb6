import { z } from "zod";
import { analyzersOf, runAnalyzers } from "../analyzers/index.ts";
import { parseDocuments } from "../documents.ts";
import { meshConfigOf } from "../from-cluster.ts";
import { kindOf } from "../kinds.ts";
import { sorted, toLine } from "../message.ts";
import { metadata, type Resource } from "../resource.ts";
import { worldOf } from "../world.ts";

const head = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata });

/** What the analyzers say of a cluster that has these objects, line by line. */
export function analyzed(yaml: string, { release = "1.21.6", only = "" } = {}): string[] {
  const resources = parseDocuments(yaml).documents.map(({ value }): Resource => {
    const object = head.parse(value);
    const kind = kindOf(object.apiVersion, object.kind);
    if (!kind) throw new Error(`no analyzer reads ${object.kind}`);
    return { kind: kind.kind, metadata: object.metadata, spec: kind.whole ? object : object.spec };
  });
  const world = worldOf(resources, meshConfigOf(resources, "istio-system"), release);
  const analyzers = analyzersOf(release, () => new Date("2026-11-23T12:00:00Z"));
  const wanted = analyzers.filter(({ name }) => name.startsWith(only));
  return sorted(runAnalyzers(world, wanted)).map((message) => toLine(message));
}

/** One case of a table: a cluster, and every line said of it. */
export interface Case {
  readonly name: string;
  readonly yaml: string;
  readonly says: readonly string[];
  /** Analyzers whose names begin so; all of them when left out. */
  readonly only?: string;
  readonly release?: string;
}
