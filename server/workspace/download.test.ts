import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InstallBench, openInstallBench } from "./testing/install-bench.ts";

// Istio's releases as a learner downloads them, without internet.

let bench: InstallBench;
beforeAll(async () => {
  bench = await openInstallBench({ cluster: false });
}, 60_000);
afterAll(() => bench?.close());

/** Both streams, in no order between them. */
const said = async (command: string) => {
  const { stdout, stderr } = await bench.run(command);
  return (stdout + stderr).trimEnd();
};

describe("downloading Istio", { timeout: 60_000 }, () => {
  it("says and lays out what the script of istio.io does", async () => {
    const { exitCode, stdout: output } = await bench.run(
      "curl -sL https://istio.io/downloadIstio | ISTIO_VERSION=1.21.6 TARGET_ARCH=x86_64 TARGET_OS=Linux sh -",
    );
    expect(exitCode).toBe(0);
    const archive = "https://github.com/istio/istio/releases/download/1.21.6/istio-1.21.6-linux-amd64.tar.gz";
    const lines = [
      "",
      `Downloading istio-1.21.6 from ${archive} ...`,
      "",
      "Istio 1.21.6 download complete!",
      "",
      "The Istio release archive has been downloaded to the istio-1.21.6 directory.",
      "",
      "To configure the istioctl client tool for your workstation,",
      `add the ${bench.folder}/istio-1.21.6/bin directory to your environment path variable with:`,
      `\t export PATH="$PATH:${bench.folder}/istio-1.21.6/bin"`,
      "",
      "Begin the Istio pre-installation check by running:",
      "\t istioctl x precheck ",
      "",
    ];
    expect(output.split("\n").slice(0, lines.length)).toEqual(lines);
    expect(output.split("\n").slice(-2)).toEqual([
      "Need more information? Visit https://istio.io/latest/docs/ ",
      "",
    ]);
    expect(await said("ls; ls -F istio-1.21.6")).toBe(
      [
        "istio-1.21.6",
        "LICENSE",
        "README.md",
        "bin/",
        "manifest.yaml",
        "manifests/",
        "samples/",
        "tools/",
      ].join("\n"),
    );
  });

  it("its istioctl is of that release", async () => {
    const version =
      "export PATH=$PWD/istio-1.21.6/bin:$PATH; command -v istioctl; istioctl version --remote=false";
    expect(await said(version)).toBe(`${bench.folder}/istio-1.21.6/bin/istioctl\n1.21.6`);
  });

  it("other releases, machines and the client alone", async () => {
    const newest =
      "curl -sL https://istio.io/downloadIstio | ISTIO_VERSION= TARGET_OS=Darwin TARGET_ARCH=arm64 sh -";
    await bench.run(newest);
    expect(await said("istio-1.29.6/bin/istioctl version --remote=false")).toBe("client version: 1.29.6");
    expect(await said("grep -h apiVersion istio-1.29.6/samples/bookinfo/networking/*.yaml | sort -u")).toBe(
      "apiVersion: networking.istio.io/v1",
    );
    await bench.run("curl -sL https://istio.io/downloadIstioctl | ISTIO_VERSION=1.29.6 sh -");
    expect(await said("~/.istioctl/bin/istioctl version --remote=false")).toBe("client version: 1.29.6");
  });

  it("refuses what there is not", async () => {
    const page = "https://github.com/istio/istio/releases/download";
    expect(
      await bench.run(
        "set -o pipefail; curl -sL https://istio.io/downloadIstio | ISTIO_VERSION=1.99.0 TARGET_ARCH=amd64 TARGET_OS=Linux sh -",
      ),
    ).toEqual({
      exitCode: 1,
      stderr: "",
      stdout: [
        "",
        `Downloading istio-1.99.0 from ${page}/1.99.0/istio-1.99.0-linux-amd64.tar.gz ...`,
        "",
        `${page}/1.99.0/istio-1.99.0-linux-amd64.tar.gz is not found, please specify a valid ISTIO_VERSION and TARGET_ARCH`,
        "",
      ].join("\n"),
    });
    expect(await bench.run("curl -sL https://istio.io/downloadIstio | TARGET_ARCH=s390x sh -")).toEqual({
      exitCode: 1,
      stderr: "",
      stdout: "This system's architecture, s390x, isn't supported\n",
    });
  });

  it("leaves every other call to the host's curl", async () => {
    const front = "front=$(command -v curl); mkdir -p host";
    expect(await said(`${front}; PATH=\${front%/*}:$PWD/host $front --version`)).toBe(
      "curl: not found on this machine; Meshwork needs it for labs that call services from the shell",
    );
    const host = `printf '#!/bin/sh\\nprintf "<%%s>" "$@"' > host/curl; chmod +x host/curl`;
    const call = (words: string) =>
      said(`${front}; ${host}; PATH=\${front%/*}:$PWD/host:$PATH $front ${words}`);
    expect(await call("-s 'http://a/b c' https://istio.io/latest/")).toBe(
      "<-s><http://a/b c><https://istio.io/latest/>",
    );
    expect(await call("-L https://istio.io/downloadIstio -o 'a b'")).toMatch(
      /^<-L><file:\/\/\/.*\/toolbox\/releases\/downloadIstio><-o><a b>$/,
    );
    const real = "unset MESHWORK_TOOLBOX; $front https://istio.io/downloadIstio";
    expect(await said(`${front}; export PATH=\${front%/*}:$PWD/host; ${real}`)).toBe(
      "<https://istio.io/downloadIstio>",
    );
  });
});
