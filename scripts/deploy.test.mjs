// Docker is not needed to see that what it would be given holds together.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { afterAll, describe, expect, it } from "vitest";
import { configVariables } from "../server/platform/config/index.ts";
import { quotaNames } from "../server/workspace/index.ts";
import { inRoot } from "./lib/paths.mjs";

const run = promisify(execFile);
const text = (file) => readFileSync(inRoot(file), "utf8");
const compose = load(text("docker-compose.yml"));
const { web, database, tls } = compose.services;
const folder = mkdtempSync(path.join(tmpdir(), "mwdeploy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names in .env.example, also those that are commented out. */
const documented = [...text(".env.example").matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
const inCompose = [...text("docker-compose.yml").matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]);

describe("settings", () => {
  it("every one that the server knows is explained in .env.example or in docs/operations.md", () => {
    const manual = text("docs/operations.md");
    const unknown = [...configVariables, ...quotaNames].filter(
      (name) => !documented.includes(name) && !new RegExp(`\\b${name}\\b`).test(manual),
    );
    // Node's own name for what is set by the image and the supervisor.
    expect(unknown).toEqual(["NODE_ENV"]);
  });

  it("every one in .env.example is known to the server or to compose, and compose passes on those that it can have", () => {
    const known = new Set([...configVariables, ...quotaNames, ...inCompose]);
    expect(documented.filter((name) => !known.has(name))).toEqual([]);
    expect(inCompose.filter((name) => !documented.includes(name))).toEqual([]);
    for (const name of Object.keys(web.environment))
      expect([...configVariables, ...quotaNames], name).toContain(name);
  });

  it("nothing has to be set: every variable of the file has what stands in for it", () => {
    expect(text("docker-compose.yml")).not.toMatch(/\$\{[A-Z_]+(:?\?[^}]*)?\}/);
  });
});

describe("docker-compose.yml", () => {
  it("names services, networks and volumes that are there, and files that exist", () => {
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(name);
      for (const name of service.networks) expect(compose.networks).toHaveProperty(name);
      for (const volume of service.volumes) {
        const [source] = volume.split(":");
        if (source.startsWith(".")) expect(existsSync(inRoot(source)), source).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
    expect(existsSync(inRoot(web.build.dockerfile))).toBe(true);
    const [seccomp] = web.security_opt.filter((option) => option.startsWith("seccomp="));
    expect(existsSync(inRoot(seccomp.slice("seccomp=".length)))).toBe(true);
  });

  it("gives nobody more than they need", () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.security_opt, name).toContain("no-new-privileges:true");
      expect(service, name).toMatchObject({
        ...{ restart: "unless-stopped", mem_limit: expect.any(String), pids_limit: expect.any(Number) },
        healthcheck: { test: expect.any(Array) },
      });
      expect(service.image ?? "built:here", name).toMatch(/:(?!latest$)[\w.-]+$/);
      for (const forbidden of ["privileged", "network_mode", "pid", "devices"])
        expect(service, name).not.toHaveProperty(forbidden);
    }
    expect([web.cap_drop, web.cap_add, web.read_only]).toEqual([["ALL"], undefined, true]);
    expect([tls.cap_drop, tls.cap_add, tls.read_only, tls.profiles]).toEqual([
      ["ALL"],
      ["NET_BIND_SERVICE"],
      true,
      ["tls"],
    ]);
  });

  it("keeps the database to web, and web to this machine until somebody says otherwise", () => {
    expect([database.networks, database.ports, compose.networks.inside]).toEqual([
      ["inside"],
      undefined,
      { internal: true },
    ]);
    expect(web.ports).toEqual([`\${MESHWORK_BIND:-127.0.0.1}:\${PORT:-3000}:3000`]);
    expect(tls.networks).toEqual(["outside"]);
  });
});

describe("the image", () => {
  const dockerfile = text("deploy/Dockerfile");

  it("installs what learners type and what walls are built with", async () => {
    const bin = path.join(folder, "bin");
    const lists = path.join(folder, "lists");
    mkdirSync(bin);
    mkdirSync(lists);
    writeFileSync(path.join(lists, "index"), "");
    const log = path.join(folder, "apt.log");
    writeFileSync(path.join(bin, "apt-get"), `#!/bin/sh\necho "$@" >> ${log}\n`);
    chmodSync(path.join(bin, "apt-get"), 0o755);
    for (const program of ["bash", "curl", "openssl", "bwrap", "ip", "setpriv", "prlimit"]) {
      writeFileSync(path.join(bin, program), "#!/bin/sh\n");
      chmodSync(path.join(bin, program), 0o755);
    }
    for (const program of ["rm", "sh", "echo"])
      await run("ln", ["-s", (await run("which", [program])).stdout.trim(), path.join(bin, program)]);
    const env = { PATH: bin, APT_LISTS: lists };
    await run("/bin/sh", [inRoot("deploy/install-system.sh")], { env });
    const [update, install] = readFileSync(log, "utf8").trim().split("\n");
    expect(update).toBe("update");
    expect(install).toMatch(/^install --yes --no-install-recommends /);
    for (const name of ["bubblewrap", "iproute2", "util-linux", "bash", "curl", "jq", "openssl"])
      expect(install.split(" ")).toContain(name);
    expect(existsSync(path.join(lists, "index"))).toBe(false);

    rmSync(path.join(bin, "bwrap"));
    await expect(run("/bin/sh", [inRoot("deploy/install-system.sh")], { env })).rejects.toMatchObject({
      stderr: "missing after the installation: bwrap\n",
    });
  });

  it("runs as an ordinary user, from a folder that learners' shells do not show", () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^WORKDIR \/srv\/meshwork$/m);
    expect(dockerfile).not.toMatch(/:latest\b|\bADD\b|--privileged/);
    for (const [, source] of dockerfile.matchAll(/^COPY (deploy\/\S+)/gm))
      expect(existsSync(inRoot(source))).toBe(true);
    const last = dockerfile.split(/^FROM /m).pop();
    expect(last.indexOf("install-system.sh")).toBeLessThan(last.indexOf("USER node"));
  });
});

describe("deploy/seccomp-bubblewrap.json", () => {
  const profile = JSON.parse(text("deploy/seccomp-bubblewrap.json"));
  const refused = profile.syscalls.filter(({ args }) => !args).flatMap(({ names }) => names);

  it("leaves bubblewrap what it makes a sandbox with", () => {
    // As strace shows them of bubblewrap 0.8.0 started by an ordinary user; clone3 is answered ENOSYS on purpose.
    const needed = [
      ...[
        "capget",
        "capset",
        "chdir",
        "clone",
        "execve",
        "fchdir",
        "mkdir",
        "mount",
        "pipe2",
        "pivot_root",
        "prctl",
      ],
      ...[
        "sethostname",
        "setresuid",
        "signalfd4",
        "socket",
        "symlink",
        "umount2",
        "unshare",
        "wait4",
        "eventfd2",
      ],
    ];
    expect(needed.filter((name) => refused.includes(name))).toEqual([]);
    expect(profile.defaultAction).toBe("SCMP_ACT_ALLOW");
  });

  it("refuses what reaches past a container", () => {
    for (const name of [
      ...[
        "bpf",
        "init_module",
        "finit_module",
        "kexec_load",
        "open_by_handle_at",
        "perf_event_open",
        "ptrace",
      ],
      ...["io_uring_setup", "keyctl", "add_key", "request_key", "userfaultfd", "setns", "reboot", "swapon"],
      ...[
        "process_vm_readv",
        "process_vm_writev",
        "settimeofday",
        "quotactl",
        "fsopen",
        "move_mount",
        "syslog",
      ],
    ])
      expect(refused, name).toContain(name);
    for (const { action, errnoRet } of profile.syscalls)
      expect([action, errnoRet > 0]).toEqual(["SCMP_ACT_ERRNO", true]);
  });
});

describe("deploy/Caddyfile", () => {
  const caddyfile = text("deploy/Caddyfile");

  it("is balanced, hands everything to web on its port, and keeps the figures inside", () => {
    const code = caddyfile.replace(/^\s*#.*$/gm, "");
    let depth = 0;
    for (const line of code.split("\n")) {
      // A brace opens a block at a line's end, after a space; {$NAME} and {name} are placeholders.
      if (/(^|\s)\{$/.test(line)) depth++;
      if (line.trim() === "}") depth--;
      expect(depth, line).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    const directives = new Set([...code.matchAll(/^\t([a-z_]+)/gm)].map((match) => match[1]));
    expect([...directives].sort()).toEqual(["admin", "log", "request_body", "respond", "reverse_proxy"]);
    expect(code).toContain(`reverse_proxy web:${web.environment.PORT} {`);
    expect(code).toMatch(/^\trespond \/metrics 404$/m);
    for (const [, name] of code.matchAll(/\{\$([A-Z_]+)/g)) expect(tls.environment).toHaveProperty(name);
    expect(compose.services).toHaveProperty("web");
  });
});
