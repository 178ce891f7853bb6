"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconWand } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useState } from "react";

const LabActionDialog = dynamic(
  () => import("./lab-action-dialog.tsx").then((part) => part.LabActionDialog),
  { ssr: false },
);

interface Props {
  readonly lab: string;
  readonly step: { readonly id: string; readonly title: string };
}

/** Help that does things: solve this step, jump to it, begin the lab again. Nothing happens before it was shown. */
export function LabMenu({ lab, step }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tooltip label="Solve, jump or begin again" openDelay={400}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label="Solve this step, jump here or begin again"
          data-test="lab-menu"
          onClick={() => setOpen(true)}
        >
          <IconWand size={15} />
        </ActionIcon>
      </Tooltip>
      {open ? <LabActionDialog lab={lab} step={step} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
