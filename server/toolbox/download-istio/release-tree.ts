import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { profileFile, UPSTREAM_PROFILES } from "../../cluster/istio/install/index.ts";
import type { ArchiveFile } from "./tar.ts";

export interface Release {
  readonly version: string;
  /** When upstream tagged it: what `ls -l` shows of the files. */
  readonly date: string;
  /** What this release's samples say otherwise than ours, which are written as 1.21's. */
  readonly sampleChanges: readonly (readonly [from: string, to: string])[];
}

export const RELEASES: readonly Release[] = [
  { version: "1.21.6", date: "2024-09-20T00:00:00Z", sampleChanges: [] },
  {
    version: "1.29.6",
    date: "2026-07-13T00:00:00Z",
    sampleChanges: [
      ["networking.istio.io/v1alpha3", "networking.istio.io/v1"],
      [":1.18.0", ":1.20.3"], // Bookinfo's images
    ],
  },
];

export interface Sources {
  /** Where this folder's shell scripts lie. */
  readonly scripts: string;
  /** `content/istio-samples`. */
  readonly samples: string;
}

/** The tree of an unpacked release archive (release-builder pkg/build/archive.go), in our own words and without charts. */
export function releaseTree(release: Release, sources: Sources): readonly ArchiveFile[] {
  const { version } = release;
  const file = (name: string, content: string | Uint8Array, executable = false): ArchiveFile => ({
    path: `istio-${version}/${name}`,
    content: typeof content === "string" ? Buffer.from(content) : content,
    executable,
  });
  return [
    file("LICENSE", NOTE),
    file("README.md", readme(version)),
    file("manifest.yaml", `version: ${version}\ndocker: docker.io/istio\n`),
    file("bin/istioctl", istioctl(release, sources), true),
    file("manifests/charts/README.md", CHARTS),
    ...UPSTREAM_PROFILES.map((name) =>
      file(`manifests/profiles/${name}.yaml`, dump(profileFile(name), { noArrayIndent: true, noRefs: true })),
    ),
    ...filesBelow(sources.samples).map((name) => {
      const content = readFileSync(path.join(sources.samples, name));
      return file(`samples/${name}`, changed(content, release), name.endsWith(".sh"));
    }),
    file("tools/istioctl.bash", "# . tools/istioctl.bash\n. <(istioctl completion bash)\n"),
    file("tools/_istioctl", "#compdef istioctl\n. <(istioctl completion zsh)\n"),
  ];
}

/** bin/istioctl: the workspace's own istioctl, which then is of this release. */
export function istioctl({ version }: Release, { scripts }: Sources): string {
  return readFileSync(path.join(scripts, "istioctl.sh"), "utf8").replaceAll("@VERSION@", version);
}

function changed(content: Buffer, { sampleChanges }: Release): Buffer {
  if (sampleChanges.length === 0) return content;
  const text = sampleChanges.reduce(
    (said, [from, to]) => said.replaceAll(from, to),
    content.toString("utf8"),
  );
  return Buffer.from(text);
}

/** Paths of the regular files in a folder, relative and sorted. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .sort();
}

const NOTE = `These files are Meshwork's, written for its practice cluster. They are not the Istio project's: their names and layout
are those of an Istio release so that instructions written for one work in a workspace.
`;

const readme = (version: string) => `# Istio ${version} for the practice cluster

- \`bin/istioctl\`: add this folder to your PATH
- \`samples/\`: applications, configuration and telemetry add-ons to try a mesh with
- \`manifests/\`: what an installation starts from
- \`tools/\`: completion for your shell

Real releases are at https://github.com/istio/istio/releases.
`;

const CHARTS = `Helm charts are not part of this release tree: istioctl has its own objects to install. Charts of a real release can be
installed from a folder with \`helm install\`.
`;
