"use client";

import { CloseButton, Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import classes from "./side-drawer.module.css";

interface Props {
  readonly title: string;
  /** Pixels; never wider than the window. */
  readonly size: number;
  readonly test: string;
  onClose(): void;
  readonly children: ReactNode;
}

/** A drawer from the right. Mantine's own header would be a second banner of the page. */
export function SideDrawer({ title, size, test, onClose, children }: Props) {
  const t = useTranslations("talk");
  return (
    <Drawer.Root opened onClose={onClose} position="right" size={size} lockScroll={false}>
      <Drawer.Overlay />
      {/* Not className: Mantine would give it to the frame around the drawer, too. */}
      <Drawer.Content classNames={{ content: classes.content ?? "" }} data-test={test}>
        <div className={classes.head}>
          <Drawer.Title className={classes.title}>{title}</Drawer.Title>
          <CloseButton aria-label={t("close")} onClick={onClose} />
        </div>
        <Drawer.Body className={classes.body}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
