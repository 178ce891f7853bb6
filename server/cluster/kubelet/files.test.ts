import { describe, expect, it } from "vitest";
import { containerFiles } from "./files.ts";
import { findProgram, fullName, parseImage } from "./images.ts";
import { emptyDir } from "./volumes.ts";

const read = (files: ReturnType<typeof containerFiles>, path: string) => {
  const content = files.read(path);
  return content && Buffer.from(content).toString();
};

describe("a container's files", () => {
  it("come from the deepest mount, with the container's own layer beneath", () => {
    const [outer, inner] = [emptyDir(), emptyDir()];
    inner.write?.("a", Buffer.from("inner"));
    outer.write?.("a", Buffer.from("outer"));
    const files = containerFiles({
      mounts: [
        { name: "outer", mountPath: "/data" },
        { name: "inner", mountPath: "/data/deep/", readOnly: true },
      ],
      volumes: new Map([
        ["outer", outer],
        ["inner", inner],
      ]),
      system: new Map([["/etc/hostname", "web-0\n"]]),
      readOnlyRoot: false,
    });
    expect([read(files, "/data/a"), read(files, "/data/x/../deep/a")]).toEqual(["outer", "inner"]);
    expect(files.list("/data")).toEqual(["a", "deep"]);
    expect(files.list("/")).toEqual(["data", "etc"]);
    expect(files.list("/nothing")).toBeUndefined();
    files.write("/tmp/mine", Buffer.from("own"));
    expect(read(files, "/tmp/mine")).toBe("own");
    expect(() => files.write("/data/deep/a", Buffer.from(""))).toThrow(
      "EROFS: read-only file system, open '/data/deep/a'",
    );
  });

  it("cannot be written on a read-only root, except where a volume is mounted", () => {
    const volumes = new Map([["tmp", emptyDir()]]);
    const mounts = [{ name: "tmp", mountPath: "/tmp" }];
    const files = containerFiles({ mounts, volumes, system: new Map(), readOnlyRoot: true });
    expect(() => files.write("/etc/x", Buffer.from(""))).toThrow("EROFS");
    files.write("/tmp/x", Buffer.from("fine"));
    expect(read(files, "/tmp/x")).toBe("fine");
  });
});

describe("image names", () => {
  it("are read as Docker reads them", () => {
    expect(parseImage("busybox")).toEqual({ registry: "docker.io", repository: "busybox", tag: "latest" });
    expect(parseImage("localhost:5000/a/b:1")).toEqual({
      registry: "localhost:5000",
      repository: "a/b",
      tag: "1",
    });
    expect(fullName("busybox:1.36")).toBe("docker.io/library/busybox:1.36");
    expect(fullName("docker.io/istio/proxyv2:1.21.6")).toBe("docker.io/istio/proxyv2:1.21.6");
  });

  it("find a program by repository, with or without its registry", () => {
    const program = {
      images: ["busybox", "registry.k8s.io/pause"],
      entrypoint: [],
      hasShell: true,
      start: () => ({ exited: Promise.resolve(0), kill: () => undefined }),
    };
    expect(findProgram([program], "docker.io/library/busybox:1")).toBe(program);
    expect(findProgram([program], "registry.k8s.io/pause:3.9")).toBe(program);
    expect(findProgram([program], "other/busybox")).toBeUndefined();
  });
});
