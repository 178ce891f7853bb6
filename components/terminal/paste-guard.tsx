import { Button, Checkbox, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { PasteQuestion } from "./paste.ts";
import classes from "./terminal-pane.module.css";
import type { TerminalUse } from "./use-terminal.ts";

interface Props {
  readonly use: TerminalUse;
  readonly question: PasteQuestion;
}

/** Several lines are shown before they reach the shell. */
export function PasteGuard({ use, question }: Props) {
  const t = useTranslations("terminal");
  const [quiet, setQuiet] = useState(false);
  return (
    <Modal.Root
      opened
      onClose={() => use.decidePaste(false)}
      returnFocus={false}
      // The page behind does not scroll, and the lock would add a style element without a nonce.
      lockScroll={false}
    >
      <Modal.Overlay />
      <Modal.Content data-test="paste-guard">
        <Modal.Body className={classes.guard}>
          {/* Without Modal.Header: its header element would be a second banner of the page. */}
          <Modal.Title className={classes.guardTitle}>
            {t("paste.title", { lines: question.lines })}
          </Modal.Title>
          <p>{t("paste.look")}</p>
          <pre className={classes.preview}>
            {question.preview}
            {question.more > 0 ? `\n${t("paste.more", { count: question.more })}` : ""}
          </pre>
          <Checkbox
            label={t("paste.quiet")}
            checked={quiet}
            onChange={(event) => setQuiet(event.currentTarget.checked)}
          />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => use.decidePaste(false)}>
              {t("paste.cancel")}
            </Button>
            <Button data-autofocus onClick={() => use.decidePaste(true, quiet)} data-test="paste-accept">
              {t("paste.accept")}
            </Button>
          </Group>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
