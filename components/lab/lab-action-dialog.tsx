"use client";

import { Button, Checkbox, Modal, SegmentedControl } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import type { LabAction, LabActionPreview } from "../../server/contracts/index.ts";
import { useWire } from "../socket/index.ts";
import { Commands } from "../ui/index.ts";
import classes from "./lab-action-dialog.module.css";
import { PlainText } from "./plain-text.tsx";

interface Props {
  readonly lab: string;
  readonly step: { readonly id: string; readonly title: string };
  onClose(): void;
}

const choices = ["solve", "jump", "step", "reset"] as const;

/** First what would happen, then, when the learner says so, it happens. */
export function LabActionDialog({ lab, step, onClose }: Props) {
  const t = useTranslations("lab");
  const wire = useWire();
  const [choice, setChoice] = useState<(typeof choices)[number]>("solve");
  const [preview, setPreview] = useState<LabActionPreview>();
  const [trouble, setTrouble] = useState<string>();
  const [sending, setSending] = useState(false);
  const [keep, setKeep] = useState(true);
  const action = useMemo((): LabAction => {
    if (choice === "reset") return { lab, action: choice };
    return { lab, action: choice === "step" ? "reset" : choice, step: step.id };
  }, [choice, lab, step.id]);
  useEffect(() => {
    let outdated = false;
    setPreview(undefined);
    setTrouble(undefined);
    void wire?.ask("lab:preview", action).then((result) => {
      if (outdated) return;
      if (result.ok) setPreview(result.value);
      else setTrouble(result.error.message);
    });
    return () => {
      outdated = true;
    };
  }, [wire, action]);
  const act = async () => {
    if (!wire) return;
    setSending(true);
    const keeping = action.action === "reset" && keep && (preview?.lost.length ?? 0) > 0;
    const result = await wire.ask("lab:act", keeping ? { ...action, keep } : action);
    setSending(false);
    if (result.ok) onClose();
    else setTrouble(result.error.message);
  };
  return (
    <Modal.Root opened onClose={onClose} lockScroll={false} size={640}>
      <Modal.Overlay />
      <Modal.Content data-test="lab-action">
        <Modal.Body className={classes.body}>
          <Modal.Title className={classes.title}>{t("action.title", { step: step.title })}</Modal.Title>
          <SegmentedControl
            fullWidth
            aria-label={t("action.what")}
            value={choice}
            onChange={(value) => setChoice(choices.find((known) => known === value) ?? "solve")}
            data={choices.map((value) => ({ value, label: t(`action.${value}`) }))}
          />
          <p>{t(`action.explained.${choice}`)}</p>
          {trouble ? (
            <p className={classes.trouble} role="alert">
              {trouble}
            </p>
          ) : null}
          {preview ? (
            <>
              {preview.notes.map((note) => (
                <p key={note}>
                  <PlainText text={note} />
                </p>
              ))}
              {preview.lost.length > 0 ? <Lost names={preview.lost} keep={keep} onKeep={setKeep} /> : null}
              {preview.commands.length > 0 ? (
                <Commands
                  text={preview.commands.join("\n")}
                  label={t("action.typed")}
                  test="lab-action-commands"
                />
              ) : null}
            </>
          ) : trouble ? null : (
            <p role="status">{t("action.looking")}</p>
          )}
          <div className={classes.foot}>
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button
              disabled={!preview}
              loading={sending}
              onClick={() => void act()}
              data-test="lab-action-confirm"
            >
              {t(`action.${choice}`)}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface LostProps {
  readonly names: readonly string[];
  readonly keep: boolean;
  onKeep(keep: boolean): void;
}

/** What goes with the cluster, and the offer to keep it. */
function Lost({ names, keep, onKeep }: LostProps) {
  const t = useTranslations("lab");
  return (
    <div className={classes.lost} data-test="lab-action-lost">
      <p>
        <strong>{t("action.lost")}</strong>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard. */}
      <ul tabIndex={0}>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <Checkbox
        label={t("action.keep")}
        checked={keep}
        onChange={(event) => onKeep(event.currentTarget.checked)}
      />
    </div>
  );
}
