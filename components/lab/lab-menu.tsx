"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconWand } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl";

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
  const t = useTranslations("lab");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tooltip label={t("action.tip")} openDelay={400}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={t("action.open")}
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
