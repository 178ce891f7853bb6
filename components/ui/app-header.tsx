"use client";

import { ActionIcon, Anchor, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconShieldCheck, IconShieldOff, IconSun } from "@tabler/icons-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { WorkspaceStatus } from "../../server/contracts/index.ts";
import { useConnectionState } from "../socket/index.ts";
import { AccountMenu } from "./account-menu.tsx";
import classes from "./app-header.module.css";
import { connectionWords } from "./connection-words.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { useDarkMode } from "./use-dark-mode.ts";
import { useNow } from "./use-now.ts";
import { useWorkspace } from "./workspace-provider.tsx";

/** `live`: the page has a connection whose state is worth showing. */
export function AppHeader({ live = false, children }: { live?: boolean; children?: ReactNode }) {
  const t = useTranslations("shell");
  return (
    <header className={classes.header}>
      <a href="#content" className={classes.skip}>
        {t("skip")}
      </a>
      <Anchor component={Link} href="/" className={classes.brand} underline="never">
        <Mark />
        <span>Meshwork</span>
      </Anchor>
      <div className={classes.middle}>{children}</div>
      {live ? <LiveState /> : null}
      <LanguageSwitch />
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
  const t = useTranslations("shell");
  const connection = useConnectionState();
  const now = useNow(1000);
  const { status } = useWorkspace();
  const words = connectionWords(t, connection, now ?? Number.MAX_SAFE_INTEGER);
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
  const t = useTranslations("shell");
  const { cluster, isolation } = status;
  const name = cluster.kind === "practice" ? t("practiceCluster") : t("realCluster", { name: cluster.name });
  const isolated = isolation !== "none";
  return (
    <>
      <span className={classes.badge} data-kind={cluster.kind} data-test="cluster-badge">
        {name}
        {cluster.istioVersion ? <span className={classes.version}>Istio {cluster.istioVersion}</span> : null}
      </span>
      <Tooltip label={t(`isolation.${isolation}`)} multiline w={260}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tip must be reachable by keyboard. */}
        <span className={classes.isolation} tabIndex={0} role="note" data-test="isolation-badge">
          {isolated ? <IconShieldCheck size={15} aria-hidden /> : <IconShieldOff size={15} aria-hidden />}
          <span className={classes.isolationText}>{t("isolation.badge", { level: isolation })}</span>
        </span>
      </Tooltip>
    </>
  );
}

function ThemeSwitch() {
  const t = useTranslations("shell");
  const dark = useDarkMode();
  const { setColorScheme } = useMantineColorScheme();
  const label = t(dark ? "light" : "dark");
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
