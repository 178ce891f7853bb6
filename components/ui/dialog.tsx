"use client";

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./dialog.module.css";

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly size?: string;
  onClose(): void;
  readonly children: ReactNode;
}

/** Without Modal.Header: its header element would be a second banner of the page. */
export function Dialog({ opened, title, size = "md", onClose, children }: Props) {
  return (
    <Modal.Root opened={opened} onClose={onClose} lockScroll={false} centered size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className={classes.dialog}>
          <Modal.Title component="h2" className={classes.dialogTitle}>
            {title}
          </Modal.Title>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
