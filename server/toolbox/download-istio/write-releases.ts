import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { istioctl, RELEASES, releaseTree, type Sources } from "./release-tree.ts";
import { tarball } from "./tar.ts";

/** As upstream's archives are named. Ours run anywhere, so one file bears all names. */
const PLATFORMS = ["linux-amd64", "linux-arm64", "linux-armv7", "osx", "osx-amd64", "osx-arm64"];

/**
 * Writes what the workspace's curl (curl.sh) finds where Istio's releases are downloaded from: the two scripts of istio.io
 * and, for each release that can be practised, the archives of GitHub's release page. What stood there before goes.
 */
export function writeReleases(folder: string, sources: Sources): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const script = (name: string) => readFileSync(path.join(sources.scripts, name), "utf8");
  const start = script("find-archive.sh");
  writeFileSync(path.join(folder, "downloadIstio"), start + script("download-istio.sh"));
  writeFileSync(path.join(folder, "downloadIstioctl"), start + script("download-istioctl.sh"));
  const index = RELEASES.map(({ version }) => `/istio/istio/releases/${version}\n`);
  writeFileSync(path.join(folder, "index"), index.join(""));
  for (const release of RELEASES) {
    const { version } = release;
    const date = new Date(release.date);
    const below = path.join(folder, "download", version);
    mkdirSync(below, { recursive: true });
    const client = { path: "istioctl", content: Buffer.from(istioctl(release, sources)), executable: true };
    const archives = { istio: releaseTree(release, sources), istioctl: [client] };
    for (const [name, files] of Object.entries(archives))
      writeForAllPlatforms(path.join(below, `${name}-${version}`), tarball(files, date));
  }
}

function writeForAllPlatforms(prefix: string, archive: Uint8Array): void {
  const [first, ...others] = PLATFORMS.map((platform) => `${prefix}-${platform}.tar.gz`);
  if (first === undefined) return;
  writeFileSync(first, archive);
  for (const other of others) linkSync(first, other);
}
