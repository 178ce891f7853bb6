import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELEASES, releaseTree } from "./release-tree.ts";
import { tarball } from "./tar.ts";
import { writeReleases } from "./write-releases.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const sources = { scripts: import.meta.dirname, samples: path.join(root, "content/istio-samples") };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mw-tar-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an archive", () => {
  const long = `${"a".repeat(60)}/${"b".repeat(60)}/c`;
  const files = [
    { path: "x/run.sh", content: Buffer.from("#!/bin/sh\n"), executable: true },
    { path: long, content: Buffer.from("é".repeat(600)), executable: false },
    { path: "x/empty", content: Buffer.alloc(0), executable: false },
  ];

  it("is unpacked by tar", () => {
    const archive = path.join(folder, "a.tar.gz");
    writeFileSync(archive, tarball(files, new Date("2024-09-20T00:00:00Z")));
    execFileSync("tar", ["-xzf", archive, "-C", folder]);
    for (const { path: name, content, executable } of files) {
      const file = path.join(folder, name);
      expect(readFileSync(file)).toEqual(content);
      expect((statSync(file).mode & 0o100) !== 0).toBe(executable);
      expect(statSync(file).mtime).toEqual(new Date("2024-09-20T00:00:00Z"));
    }
  });

  it("is whole blocks, the same each time, and refuses a path that is too long", () => {
    const at = new Date(0);
    expect(gunzipSync(tarball(files, at)).length % 512).toBe(0);
    expect(tarball(files, at)).toEqual(tarball(files, at));
    const name = "d".repeat(101);
    expect(() => tarball([{ path: name, content: Buffer.alloc(0), executable: false }], at)).toThrow(
      `${name}: too long for a tar archive`,
    );
  });
});

describe("a release", () => {
  it.each(RELEASES.map((release) => [release.version, release] as const))(
    "%s has upstream's names",
    (version, release) => {
      const names = releaseTree(release, sources).map(({ path: name }) =>
        name.replace(`istio-${version}/`, ""),
      );
      expect(names).toEqual(
        expect.arrayContaining([
          ...[
            "LICENSE",
            "README.md",
            "bin/istioctl",
            "manifest.yaml",
            "tools/istioctl.bash",
            "tools/_istioctl",
          ],
          ...["samples/addons/prometheus.yaml", "samples/bookinfo/platform/kube/bookinfo.yaml"],
          ...["bookinfo-gateway", "destination-rule-all", "virtual-service-all-v1"].map(
            (name) => `samples/bookinfo/networking/${name}.yaml`,
          ),
          ...["helloworld/helloworld", "httpbin/httpbin", "sleep/sleep", "tcp-echo/tcp-echo"].map(
            (name) => `samples/${name}.yaml`,
          ),
        ]),
      );
    },
  );

  it("is there for every machine", () => {
    const out = path.join(folder, "releases");
    writeReleases(out, sources);
    expect(readdirSync(out).sort()).toEqual(["download", "downloadIstio", "downloadIstioctl", "index"]);
    expect(
      readdirSync(path.join(out, "download/1.29.6")).filter((name) => name.startsWith("istio-")),
    ).toEqual(
      ["linux-amd64", "linux-arm64", "linux-armv7", "osx-amd64", "osx-arm64", "osx"].map(
        (platform) => `istio-1.29.6-${platform}.tar.gz`,
      ),
    );
  });
});
