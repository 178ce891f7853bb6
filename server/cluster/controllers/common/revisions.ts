import { deepEqual, isNotFound, type KubeObject, valueAt } from "../../apimachinery/index.ts";
import {
  type ControllerRevision,
  type LabelSelectorObject,
  type PodTemplateSpec,
  resourceTypes,
} from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { type ControllerContext, clientFor } from "./context.ts";
import { controllerReference, isControlledBy } from "./owners.ts";
import { templateHash } from "./template-hash.ts";

export const REVISION_HASH = "controller-revision-hash";

/** What stateful sets and daemon sets have in common here. */
export interface RevisionedOwner extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelectorObject;
    readonly template: PodTemplateSpec;
    readonly revisionHistoryLimit?: number;
  };
}

export interface Revisions {
  /** The value of controller-revision-hash on pods of the present template. */
  readonly hash: string;
  /** The name of its ControllerRevision. */
  readonly name: string;
  readonly all: readonly ControllerRevision[];
}

/** Keeps one ControllerRevision per template that an owner has had. Follows pkg/controller/history. */
export class RevisionKeeper {
  private readonly client;
  private readonly lister;

  constructor(context: ControllerContext) {
    this.client = clientFor(context, resourceTypes.controllerRevisions);
    this.lister = context.informers.of(resourceTypes.controllerRevisions).lister;
  }

  async current(owner: RevisionedOwner): Promise<Revisions> {
    const all = this.lister
      .ownedBy(owner.metadata.uid ?? "")
      .filter((revision) => isControlledBy(revision, owner));
    const data = { spec: { template: { ...owner.spec.template, $patch: "replace" } } };
    const latest = Math.max(0, ...all.map(({ revision }) => revision));
    const known = all.find((revision) => deepEqual(revision.data, data));
    const hash = templateHash(owner.spec.template);
    const name = `${owner.metadata.name}-${hash}`;
    if (known && known.revision < latest) {
      // Rolled back: an old template is the newest again.
      await this.client.patch(refOf(keyOf(known)), { type: "merge", body: { revision: latest + 1 } });
    }
    if (!known) await this.create(owner, { name, hash, data, revision: latest + 1 });
    return { hash, name, all };
  }

  /** The template of an earlier revision, by its hash. */
  templateOf({ all }: Revisions, hash: string): PodTemplateSpec | undefined {
    const found = all.find(({ metadata }) => metadata.labels?.[REVISION_HASH] === hash);
    const template = valueAt(found?.data, "spec", "template");
    // Written by `current` from an owner's template.
    return template === undefined ? undefined : (template as PodTemplateSpec);
  }

  /** Removes revisions beyond the owner's history limit that no pod uses. */
  async trim(owner: RevisionedOwner, { all, hash }: Revisions, used: ReadonlySet<string | undefined>) {
    const unused = all
      .filter(({ metadata }) => {
        const its = metadata.labels?.[REVISION_HASH];
        return its !== hash && !used.has(its);
      })
      .sort((a, b) => a.revision - b.revision);
    const surplus = Math.max(0, unused.length - (owner.spec.revisionHistoryLimit ?? 10));
    for (const revision of unused.slice(0, surplus)) {
      try {
        await this.client.delete(refOf(keyOf(revision)));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  private async create(
    owner: RevisionedOwner,
    { name, hash, data, revision }: { name: string; hash: string; data: object; revision: number },
  ): Promise<void> {
    const { namespace } = owner.metadata;
    const wanted: ControllerRevision = {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name,
        ...(namespace ? { namespace } : {}),
        labels: { ...owner.spec.template.metadata?.labels, [REVISION_HASH]: hash },
        ownerReferences: [controllerReference(owner)],
      },
      data,
      revision,
    };
    try {
      await this.client.create(wanted);
    } catch (error) {
      const present = await this.client.get({ ...(namespace ? { namespace } : {}), name });
      // Ours already: the lister had not heard of it yet.
      if (!isControlledBy(present, owner)) throw error;
    }
  }
}
