"use client";

import { Button, Popover } from "@mantine/core";
import type { LabSummary } from "../../../server/contracts/index.ts";
import { Tell } from "../../help-desk/index.ts";

interface Props {
  readonly classroom: string;
  readonly learners: readonly string[];
  readonly labs: readonly LabSummary[];
}

/** One hint for all whom the same condition stops. */
export function GroupHint({ classroom, learners, labs }: Props) {
  return (
    <Popover width={420} position="bottom-end" withinPortal trapFocus shadow="md">
      <Popover.Target>
        <Button size="compact-sm" variant="default">
          {learners.length === 1 ? "Send a hint" : `Send all ${learners.length} a hint`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Tell classroom={classroom} learners={learners} labs={labs} label="What might help them" />
      </Popover.Dropdown>
    </Popover>
  );
}
