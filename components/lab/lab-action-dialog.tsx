"use client";

import { Button, Modal, SegmentedControl } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
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

const choices = [
  { value: "solve", label: "Solve this step" },
  { value: "jump", label: "Jump here" },
  { value: "reset", label: "Begin again" },
];
const explained: Readonly<Record<string, string>> = {
  solve: "Runs this step's commands for you, one after the other.",
  jump: "Does all the steps before this one, so that you can go on from here.",
  reset: "Puts the lab back to its beginning: the cluster is made anew. Your files and terminals stay.",
};

/** First what would happen, then, when the learner says so, it happens. */
export function LabActionDialog({ lab, step, onClose }: Props) {
  const wire = useWire();
  const [choice, setChoice] = useState("solve");
  const [preview, setPreview] = useState<LabActionPreview>();
  const [trouble, setTrouble] = useState<string>();
  const [sending, setSending] = useState(false);
  const action = useMemo(
    (): LabAction =>
      choice === "reset"
        ? { lab, action: "reset" }
        : { lab, action: choice === "jump" ? "jump" : "solve", step: step.id },
    [choice, lab, step.id],
  );
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
    const result = await wire.ask("lab:act", action);
    setSending(false);
    if (result.ok) onClose();
    else setTrouble(result.error.message);
  };
  return (
    <Modal.Root opened onClose={onClose} lockScroll={false} size={640}>
      <Modal.Overlay />
      <Modal.Content data-test="lab-action">
        <Modal.Body className={classes.body}>
          <Modal.Title className={classes.title}>Help with “{step.title}”</Modal.Title>
          <SegmentedControl
            fullWidth
            aria-label="What shall be done"
            value={choice}
            onChange={setChoice}
            data={choices}
          />
          <p>{explained[choice]}</p>
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
              {preview.commands.length > 0 ? (
                <Commands
                  text={preview.commands.join("\n")}
                  label="What would be typed"
                  test="lab-action-commands"
                />
              ) : null}
            </>
          ) : trouble ? null : (
            <p role="status">Looking what would be done…</p>
          )}
          <div className={classes.foot}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              disabled={!preview}
              loading={sending}
              onClick={() => void act()}
              data-test="lab-action-confirm"
            >
              {choices.find(({ value }) => value === choice)?.label}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
