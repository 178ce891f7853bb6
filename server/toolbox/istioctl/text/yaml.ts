import { dump } from "js-yaml";

/** JSON as Go's sigs.k8s.io/yaml writes it: keys in order, sequences not indented, long lines left whole, nothing as "". */
export function toYaml(value: unknown): string {
  const options = { sortKeys: true, noArrayIndent: true, lineWidth: -1, noRefs: true };
  return dump(value, options).replaceAll(/^( *(?:- )*(?:[^\s'"][^:]*: )?)''$/gm, '$1""');
}
