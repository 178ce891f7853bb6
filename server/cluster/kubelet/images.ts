import { createHash } from "node:crypto";
import type { Program } from "../container/index.ts";

/** Registry, repository and tag of an image reference, Docker's defaults filled in. */
export function parseImage(image: string): { registry: string; repository: string; tag: string } {
  const [withoutDigest = "", digest] = image.split("@");
  const slash = withoutDigest.lastIndexOf("/");
  const colon = withoutDigest.indexOf(":", slash + 1);
  const path = colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
  const tag = digest ?? (colon < 0 ? "latest" : withoutDigest.slice(colon + 1));
  const [first = "", ...rest] = path.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? first : "docker.io";
  const repository = hasRegistry ? rest.join("/") : path;
  return { registry, repository: repository.replace(/^library\//, ""), tag };
}

/** `docker.io/library/busybox:1.36`, as a runtime reports an image. */
export function fullName(image: string): string {
  const { registry, repository, tag } = parseImage(image);
  const library = registry === "docker.io" && !repository.includes("/") ? "library/" : "";
  return `${registry}/${library}${repository}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`;
}

/** A repository digest. Ours is of the name, as there are no layers to digest. */
export function imageID(image: string): string {
  const name = fullName(image);
  const repository = name.replace(/(@sha256)?:[^:/]*$/, "");
  return `${repository}@sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/** The program an image runs; a program may name a repository with or without its registry. */
export function findProgram(programs: readonly Program[], image: string): Program | undefined {
  const { registry, repository } = parseImage(image);
  const names = new Set([repository, `${registry}/${repository}`]);
  return programs.find((program) => program.images.some((name) => names.has(name)));
}
