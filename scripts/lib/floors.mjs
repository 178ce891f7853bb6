// Which packages of the lockfile are older than security/floors.json allows. `npm audit` asks a service; this asks nobody.

/** Numbers before the first "-", and whether something follows it: 1.2.0-beta comes before 1.2.0. */
function parts(version) {
  const [numbers, ...rest] = version.split("-");
  return [...numbers.split(".").map(Number), rest.length === 0 ? 1 : 0];
}

/** Negative when the first version is older. */
export function compareVersions(one, other) {
  const [a, b] = [parts(one), parts(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : a[at] - (b[at] ?? 0);
}

/** Installed packages as [folder, name, entry]. */
const installed = (lock) =>
  Object.entries(lock.packages)
    .filter(([folder]) => folder.includes("node_modules/"))
    .map(([folder, entry]) => [folder, folder.slice(folder.lastIndexOf("node_modules/") + 13), entry]);

/** One sentence for each copy of a package that lies below its floor. */
export function belowFloors(lock, floors) {
  return floors.flatMap((floor) =>
    installed(lock)
      .filter(
        ([, name, entry]) => name === floor.package && compareVersions(entry.version, floor.minimum) < 0,
      )
      .map(([folder, , { version }]) => `${folder} is ${version}, below ${floor.minimum}: ${floor.reason}`),
  );
}

/** One sentence for each package whose content is not pinned, or that comes from somewhere else than the one registry. */
export function unpinned(lock, registry = "https://registry.npmjs.org/") {
  return installed(lock).flatMap(([folder, , { integrity, resolved }]) => [
    ...(integrity?.startsWith("sha512-") ? [] : [`${folder} has no sha512 of its content`]),
    ...(resolved === undefined || resolved.startsWith(registry) ? [] : [`${folder} comes from ${resolved}`]),
  ]);
}

/** Packages that would run something when they are installed. */
export const withInstallScripts = (lock) =>
  installed(lock)
    .filter(([, , entry]) => entry.hasInstallScript)
    .map(([, name]) => name)
    .sort();
