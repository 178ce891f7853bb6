// Reads what Grafana is provisioned with: /etc/grafana/provisioning/{datasources,dashboards}/*.yaml and the dashboards
// that those name. Read anew for each request: a changed config map shows without a restart.
import { load } from "js-yaml";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { ContainerFiles } from "../../container/index.ts";
import { MAX_DASHBOARD_BYTES, MAX_DASHBOARDS } from "./limits.ts";

export interface Dashboard {
  readonly id: number;
  readonly uid: string;
  readonly title: string;
  readonly slug: string;
  readonly folder: string;
  readonly tags: readonly string[];
  readonly model: JsonObject;
}

export interface DataSource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly isDefault: boolean;
  readonly jsonData: JsonObject;
}

const ROOT = "/etc/grafana/provisioning";

export function dataSources(files: ContainerFiles): readonly DataSource[] {
  return provisioned(files, "datasources", "datasources").map((source, index) => ({
    id: index + 1,
    uid: stringOf(source.uid) || uidOf(stringOf(source.name)),
    name: stringOf(source.name),
    type: stringOf(source.type),
    url: stringOf(source.url),
    isDefault: source.isDefault === true,
    jsonData: objectOf(source.jsonData),
  }));
}

export function dashboards(files: ContainerFiles): readonly Dashboard[] {
  const found: Dashboard[] = [];
  for (const provider of provisioned(files, "dashboards", "providers")) {
    const folder = stringOf(provider.folder);
    const path = stringOf(valueAt(provider, "options", "path"));
    for (const name of files.list(path) ?? []) {
      if (!name.endsWith(".json") || found.length >= MAX_DASHBOARDS) continue;
      const model = readJson(files, `${path}/${name}`);
      if (model) found.push(dashboardOf(model, { id: found.length + 1, folder }));
    }
  }
  return found;
}

function dashboardOf(model: JsonObject, { id, folder }: { id: number; folder: string }): Dashboard {
  const title = stringOf(model.title);
  const slug = slugOf(title);
  const tags = arrayOf(model.tags).map(stringOf);
  return { id, uid: stringOf(model.uid) || slug, title, slug, folder, tags, model: { ...model, id } };
}

function provisioned(files: ContainerFiles, folder: string, key: string): readonly JsonObject[] {
  const names = (files.list(`${ROOT}/${folder}`) ?? []).filter((name) => /\.ya?ml$/.test(name));
  return names.flatMap((name) => {
    const bytes = files.read(`${ROOT}/${folder}/${name}`);
    return bytes ? arrayOf(valueAt(readYaml(bytes), key)).filter(isObject) : [];
  });
}

function readYaml(bytes: Uint8Array): unknown {
  try {
    return load(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined; // a file that is no YAML provisions nothing
  }
}

function readJson(files: ContainerFiles, path: string): JsonObject | undefined {
  const bytes = files.read(path);
  if (!bytes || bytes.length > MAX_DASHBOARD_BYTES) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // Grafana logs it and goes on with the next
  }
}

const slugOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** A stable uid for a data source that names none; Grafana hashes the name too, differently. */
const uidOf = (name: string) => `P${Buffer.from(name).toString("hex").toUpperCase().slice(0, 16)}`;
