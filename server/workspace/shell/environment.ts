import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ShellCommand } from "../terminals/index.ts";

export interface GatewayAddress {
  readonly ip: string;
  readonly ports: Readonly<Record<string, number>>;
}

export interface EnvironmentOptions {
  readonly dir: string;
  readonly home: string;
  readonly toolboxBin: string | undefined;
  readonly kubeconfig: string;
  readonly istioVersion: string;
  readonly workshop: string;
  /** The toolbox's istioctl and downloads are for a practice cluster; with a real one the learner's own are used. */
  readonly practice: boolean;
}

/** Marks every process that was started in this workspace, so that stopping the workspace finds them all. */
export const WORKSPACE_MARK = "MESHWORK_WORKSPACE_DIR";

/** What the learner's programs see. Built from nothing: the server's own variables stay with the server. */
export class ShellEnvironment {
  private gateway: GatewayAddress | undefined;

  constructor(private readonly options: EnvironmentOptions) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    writeFileSync(this.rcFile, bashrc(this.gatewayFile), { mode: 0o600 });
    this.writeGateway();
  }

  setGateway(gateway: GatewayAddress): void {
    this.gateway = gateway;
    this.writeGateway();
  }

  /** Manifests of the telemetry add-ons, written by the practice cluster. */
  get addonsDir(): string {
    return path.join(this.options.dir, "addons");
  }

  /** Where a learner works: the workshop's folder. */
  get workshopFolder(): string {
    return path.join(this.options.home, "istio-workshops", this.options.workshop);
  }

  variables(): Record<string, string> {
    const { home, toolboxBin, kubeconfig, istioVersion, dir, practice } = this.options;
    const inherited = ["LANG", "LC_ALL", "TZ"].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value] as const] : [];
    });
    return {
      LANG: "C.UTF-8",
      ...Object.fromEntries(inherited),
      HOME: home,
      USER: "learner",
      LOGNAME: "learner",
      SHELL: "/bin/bash",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      PATH: [toolboxBin, path.join(home, "bin"), systemPath()].filter(Boolean).join(path.delimiter),
      KUBECONFIG: kubeconfig,
      ISTIO_VERSION: istioVersion,
      MESHWORK_ADDONS: this.addonsDir,
      ...(practice && toolboxBin && { MESHWORK_TOOLBOX: path.dirname(toolboxBin) }),
      [WORKSPACE_MARK]: dir,
      ...this.gatewayVariables(),
    };
  }

  shell(cwd: string | undefined): ShellCommand {
    const candidates = [cwd, this.workshopFolder, this.options.home];
    const start = candidates.find((folder) => folder !== undefined && existsSync(folder));
    return {
      file: "bash",
      args: ["--rcfile", this.rcFile, "-i"],
      cwd: start ?? this.options.home,
      env: this.variables(),
    };
  }

  private get rcFile(): string {
    return path.join(this.options.dir, "bashrc");
  }

  private get gatewayFile(): string {
    return path.join(this.options.dir, "gateway.sh");
  }

  private gatewayVariables(): Record<string, string> {
    if (!this.gateway) return {};
    const { ip, ports } = this.gateway;
    return {
      GATEWAY_IP: ip,
      ...(ports["80"] !== undefined && { INGRESS_PORT: String(ports["80"]) }),
      ...(ports["443"] !== undefined && { SECURE_INGRESS_PORT: String(ports["443"]) }),
    };
  }

  private writeGateway(): void {
    const lines = Object.entries(this.gatewayVariables()).map(
      ([name, value]) => `export ${name}='${value}'\n`,
    );
    writeFileSync(this.gatewayFile, lines.join(""), { mode: 0o600 });
  }
}

function systemPath(): string {
  return process.env.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/**
 * The learner's own ~/.bashrc comes last but one and may change anything but the tools: a PATH it has replaced still
 * gets the toolbox in front. The gateway's address may change when the cluster restarts, so each prompt reads it again.
 */
function bashrc(gatewayFile: string): string {
  const quoted = `'${gatewayFile.replaceAll("'", `'\\''`)}'`;
  return `# Written by Meshwork at every start of the workspace; put your own settings into ~/.bashrc.
__meshwork_path=$PATH
PS1='\\[\\e[32m\\]learner\\[\\e[0m\\]:\\[\\e[34m\\]\\w\\[\\e[0m\\]\\$ '
HISTSIZE=10000
HISTFILESIZE=20000
HISTCONTROL=ignoredups
shopt -s histappend checkwinsize
alias ls='ls --color=auto' ll='ls -l' k=kubectl
if [ -r ~/.bashrc ]; then . ~/.bashrc; fi
case ":$PATH:" in *":\${__meshwork_path%%:*}:"*) ;; *) PATH="\${__meshwork_path%%:*}:$PATH" ;; esac
__meshwork_prompt() { history -a; if [ -r ${quoted} ]; then . ${quoted}; fi; }
PROMPT_COMMAND="__meshwork_prompt\${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
unset __meshwork_path
`;
}
