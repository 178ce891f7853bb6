"use client";

import { ActionIcon, Anchor, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconShieldCheck, IconShieldOff, IconSun } from "@tabler/icons-react";
import Link from "next/link";
import type { ReactNode } from "react";
import type { WorkspaceStatus } from "../../server/contracts/index.ts";
import { useConnectionState } from "../socket/index.ts";
import { AccountMenu } from "./account-menu.tsx";
import classes from "./app-header.module.css";
import { connectionWords } from "./connection-words.ts";
import { useDarkMode } from "./use-dark-mode.ts";
import { useNow } from "./use-now.ts";
import { useWorkspace } from "./workspace-provider.tsx";

/** `live`: the page has a connection whose state is worth showing. */
export function AppHeader({ live = false, children }: { live?: boolean; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <Anchor component={Link} href="/" className={classes.brand} underline="never">
        <Mark />
        <span>Meshwork</span>
      </Anchor>
      <div className={classes.middle}>{children}</div>
      {live ? <LiveState /> : null}
      <ThemeSwitch />
      <AccountMenu />
    </header>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#3b4fc0" />
      <path d="M9 22 16 9l7 13z" stroke="#fff" strokeWidth="2.2" fill="none" />
      <circle cx="9" cy="22" r="3.4" fill="#fff" />
      <circle cx="23" cy="22" r="3.4" fill="#fff" />
      <circle cx="16" cy="9" r="3.4" fill="#fff" />
    </svg>
  );
}

function LiveState() {
  const connection = useConnectionState();
  const now = useNow(1000);
  const { status } = useWorkspace();
  const words = connectionWords(connection, now ?? Number.MAX_SAFE_INTEGER);
  return (
    <div className={classes.live}>
      {status ? <ClusterBadge status={status} /> : null}
      <span className={classes.connection} data-tone={words.tone} data-test="connection-state">
        <span className={classes.dot} aria-hidden />
        <span className={classes.connectionText}>{words.text}</span>
      </span>
    </div>
  );
}

function ClusterBadge({ status }: { status: WorkspaceStatus }) {
  const { cluster, isolation } = status;
  const name = cluster.kind === "practice" ? "practice cluster" : `real cluster: ${cluster.name}`;
  const isolated = isolation !== "none";
  return (
    <>
      <span className={classes.badge} data-kind={cluster.kind} data-test="cluster-badge">
        {name}
        {cluster.istioVersion ? <span className={classes.version}>Istio {cluster.istioVersion}</span> : null}
      </span>
      <Tooltip label={isolationWords[isolation]} multiline w={260}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tip must be reachable by keyboard. */}
        <span className={classes.isolation} tabIndex={0} role="note" data-test="isolation-badge">
          {isolated ? <IconShieldCheck size={15} aria-hidden /> : <IconShieldOff size={15} aria-hidden />}
          <span className={classes.isolationText}>isolation: {isolation}</span>
        </span>
      </Tooltip>
    </>
  );
}

const isolationWords = {
  strong: "Your shell runs in a sandbox of its own: own processes, own files, no way to the network outside.",
  shared: "Your shell runs as its own user on this server; the network is shared with it.",
  none: "Your shell runs as an ordinary process of this machine. Meant for one person on their own computer.",
} as const;

function ThemeSwitch() {
  const dark = useDarkMode();
  const { setColorScheme } = useMantineColorScheme();
  const label = dark ? "Use the light theme" : "Use the dark theme";
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={label}
        data-test="theme-switch"
        onClick={() => setColorScheme(dark ? "light" : "dark")}
      >
        {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}
