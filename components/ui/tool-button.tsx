import { ActionIcon, Tooltip } from "@mantine/core";
import type { ComponentPropsWithRef } from "react";

interface ToolButtonProps extends Omit<ComponentPropsWithRef<"button">, "aria-label" | "style"> {
  readonly label: string;
  readonly pressed?: boolean;
  readonly testId?: string;
}

/** A small button with an icon. Its label is its name, and shown on hover. What a menu tells its target reaches the button. */
export function ToolButton({ label, pressed, testId, children, ...button }: ToolButtonProps) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color={pressed ? undefined : "gray"}
        size={26}
        aria-label={label}
        aria-pressed={pressed}
        data-test={testId}
        {...button}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
