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
import classes from "./app-header.module.css";
import { post } from "./post.ts";
import { useViewer } from "./viewer.tsx";

/** In a class: who is signed in, and what is theirs. On a laptop there is nobody to tell apart. */
export function AccountMenu() {
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
          aria-label={`Account of ${viewer.name}`}
          data-test="account-menu"
        >
          <bdi>{viewer.name}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{viewer.role}</Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IconUser size={16} aria-hidden />}>
          Your account
        </Menu.Item>
        {viewer.role === "learner" ? null : (
          <Menu.Item component={Link} href="/instructor" leftSection={<IconSchool size={16} aria-hidden />}>
            Classes
          </Menu.Item>
        )}
        {viewer.role === "owner" ? (
          <Menu.Item component={Link} href="/people" leftSection={<IconUsers size={16} aria-hidden />}>
            People
          </Menu.Item>
        ) : null}
        {/* Not a page of Next's: it exists for strangers, too. */}
        <Menu.Item component="a" href="/join" leftSection={<IconDoorEnter size={16} aria-hidden />}>
          Join a class
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void signOut()}
          data-test="sign-out"
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
