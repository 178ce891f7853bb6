"use client";

import { Button, Menu } from "@mantine/core";
import {
  IconChevronDown,
  IconDoorEnter,
  IconLogout,
  IconSchool,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import classes from "./app-header.module.css";
import { post } from "./post.ts";
import { useViewer } from "./viewer.tsx";

/** In a class: who is signed in, and what is theirs. On a laptop there is nobody to tell apart. */
export function AccountMenu() {
  const t = useTranslations("shell");
  const viewer = useViewer();
  if (!viewer) return null;
  const signOut = async () => {
    await post("/api/auth/sign-out", {});
    window.location.assign("/");
  };
  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          classNames={{ root: classes.account ?? "", label: classes.accountName ?? "" }}
          leftSection={<IconUser size={17} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t("account.of", { name: viewer.name })}
          data-test="account-menu"
        >
          <bdi>{viewer.name}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("account.role", { role: viewer.role })}</Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IconUser size={16} aria-hidden />}>
          {t("account.yours")}
        </Menu.Item>
        {viewer.role === "learner" ? null : (
          <Menu.Item component={Link} href="/instructor" leftSection={<IconSchool size={16} aria-hidden />}>
            {t("account.classes")}
          </Menu.Item>
        )}
        {viewer.role === "owner" ? (
          <Menu.Item component={Link} href="/people" leftSection={<IconUsers size={16} aria-hidden />}>
            {t("account.people")}
          </Menu.Item>
        ) : null}
        {/* Not a page of Next's: it exists for strangers, too. */}
        <Menu.Item component="a" href="/join" leftSection={<IconDoorEnter size={16} aria-hidden />}>
          {t("account.join")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void signOut()}
          data-test="sign-out"
        >
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
