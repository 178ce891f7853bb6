import { StatusError } from "../../apimachinery/index.ts";
import { apiVersionOf, type Resource } from "./resource.ts";

/** Every resource that the server serves right now. Built-ins are there from the start; CRDs come and go. */
export class Resources {
  private readonly byPath = new Map<string, Resource>();
  private changes = 0;

  /** Grows with every change, so that discovery and OpenAPI know when to build again. */
  get generation(): number {
    return this.changes;
  }

  add(resource: Resource): void {
    const { group, version, plural } = resource.strategy;
    this.byPath.set(pathOf(group, version, plural), resource);
    this.changes++;
  }

  remove(resource: Resource): void {
    const { group, version, plural } = resource.strategy;
    this.byPath.delete(pathOf(group, version, plural));
    this.changes++;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.byPath.get(pathOf(group, version, plural));
  }

  /** The first version of a resource, for those who only know group and plural. */
  findAny(group: string, plural: string): Resource | undefined {
    return this.all().find(({ strategy }) => strategy.group === group && strategy.plural === plural);
  }

  all(): Resource[] {
    return [...this.byPath.values()];
  }
}

function pathOf(group: string, version: string, plural: string): string {
  return `${apiVersionOf(group, version)}/${plural}`;
}

/** What kube-apiserver answers for a path that nothing serves. */
export function noSuchResource(): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "the server could not find the requested resource",
    reason: "NotFound",
    details: {},
    code: 404,
  });
}
