import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

const absolute = z.string().transform((value) => path.resolve(value));

const schema = z.object({
  /** The workspace's own folder: state, logs, kubeconfig, lock. Not the learner's. */
  dir: absolute,
  home: absolute,
  socket: absolute,
  "token-file": absolute,
  content: absolute.optional(),
  /** Prepared starts of labs; who may write here decides what learners begin with. */
  snapshots: absolute.optional(),
  "toolbox-bin": absolute.optional(),
  workshop: z.string().default("istio-basics"),
  "istio-version": z.string().default("1.21.6"),
  /** A real cluster instead of a practice cluster. */
  kubeconfig: absolute.optional(),
  context: z.string().optional(),
  /** The practice cluster's program with its arguments, as JSON: ["node", "dist/cluster.mjs"]. */
  "cluster-command": z
    .string()
    .transform((text) => z.array(z.string()).min(1).parse(JSON.parse(text)))
    .optional(),
  /** Where the practice cluster is to be found: see its own option. A sandbox leads the cluster's addresses to itself. */
  edges: z.enum(["loopback", "addresses"]).optional(),
  name: z.string().default("learner"),
  /** What the launcher has put around this process, and this process shall put around the learner's programs. */
  isolation: z.enum(["strong", "shared", "none"]).default("none"),
});

export type HostOptions = z.infer<typeof schema>;

export function parseOptions(args: readonly string[]): HostOptions {
  const names = Object.keys(schema.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  return schema.parse(parseArgs({ args: [...args], options, strict: true }).values);
}

/** Beside this bundle: dist/workspace.mjs and dist/cluster.mjs. */
export function clusterCommand(options: HostOptions): readonly string[] {
  return options["cluster-command"] ?? [process.execPath, path.join(import.meta.dirname, "cluster.mjs")];
}
