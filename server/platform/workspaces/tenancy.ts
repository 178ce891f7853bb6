import { randomBytes } from "node:crypto";
import type { Database } from "../db/index.ts";
import { MAX_REMEMBERED_TENANTS } from "./limits.ts";

/** Which workspace is whose. */
export interface Tenancy {
  /** The learner's workspace; named now if there is none yet. Nothing is started. */
  workspaceOf(learner: string): Promise<string>;
  /** Undefined: nobody's, e.g. left behind by a learner who was deleted. */
  learnerOf(workspace: string): Promise<string | undefined>;
  /** The learner's workspace if there is one; none is named. */
  existing(learner: string): Promise<string | undefined>;
  /** The learner's workspace if it was asked for before. */
  known(learner: string): string | undefined;
  /** The learner is gone; a later question goes to the database. */
  forget(learner: string): void;
}

/** On a laptop everything is one person's. */
export function soloTenancy(workspace: string, learner: string): Tenancy {
  return {
    workspaceOf: async () => workspace,
    learnerOf: async () => learner,
    existing: async () => workspace,
    known: () => workspace,
    forget: () => undefined,
  };
}

/**
 * Each learner has one workspace under a name that says nothing of them; the database keeps which. `spare` may have one
 * ready for somebody who has none.
 */
export function classTenancy(
  db: () => Promise<Database>,
  spare?: (learner: string) => Promise<string | undefined>,
): Tenancy {
  const naming = new Map<string, Promise<string>>();
  const workspaces = new Map<string, string>();
  const learners = new Map<string, string>();
  const remember = (learner: string, workspace: string) => {
    if (workspaces.size >= MAX_REMEMBERED_TENANTS) {
      workspaces.clear();
      learners.clear();
    }
    workspaces.set(learner, workspace);
    learners.set(workspace, learner);
  };
  const nameFor = async (learner: string) => {
    const fresh = async () => (await spare?.(learner)) ?? `w-${randomBytes(8).toString("hex")}`;
    const workspace = await (await db()).workspaceOf(learner, fresh);
    remember(learner, workspace);
    return workspace;
  };
  return {
    async workspaceOf(learner) {
      const known = workspaces.get(learner) ?? naming.get(learner);
      if (known !== undefined) return known;
      // Asked twice at once, there is one answer: a second spare would be nobody's for ever.
      const name = nameFor(learner).finally(() => naming.delete(learner));
      naming.set(learner, name);
      return name;
    },
    async existing(learner) {
      return workspaces.get(learner) ?? (await db()).existingWorkspace(learner);
    },
    async learnerOf(workspace) {
      const known = learners.get(workspace);
      if (known !== undefined) return known;
      const learner = await (await db()).workspaceOwner(workspace);
      if (learner !== undefined) remember(learner, workspace);
      return learner;
    },
    known: (learner) => workspaces.get(learner),
    forget(learner) {
      const workspace = workspaces.get(learner);
      workspaces.delete(learner);
      if (workspace !== undefined) learners.delete(workspace);
    },
  };
}
