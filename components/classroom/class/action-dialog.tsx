"use client";

import { Button, CloseButton, Group, Modal, Select, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import type {
  ClassAction,
  ClassActionNews,
  ClassActionPreview,
  LabSummary,
} from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError, ScrollRegion } from "../../ui/index.ts";
import classes from "./action-dialog.module.css";

const strict = `apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
`;
const fault = `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: class-fault
  namespace: istioinaction
spec:
  hosts: [web-api]
  http:
    - fault:
        abort: { percentage: { value: 50 }, httpStatus: 503 }
      route:
        - destination: { host: web-api }
`;

interface Props {
  readonly id: string;
  readonly labs: readonly LabSummary[];
  /** Whom it is for: those who are shown on the board. */
  readonly learners: readonly string[];
  readonly nameOf: (learner: string) => string;
  onClose(): void;
}

type Kind = "strict" | "fault" | "jump" | "reset";
const kinds = [
  { value: "strict", label: "Demand mutual TLS (STRICT) in every mesh" },
  { value: "fault", label: "Apply a manifest, e.g. a fault, in every mesh" },
  { value: "jump", label: "Bring to a step, everything before it done" },
  { value: "reset", label: "Begin a lab afresh, with a new practice cluster" },
];

/** One action for many: chosen, shown by one learner's workspace, confirmed, and told for each how it went. */
export function ActionDialog({ id, labs, learners, nameOf, onClose }: Props) {
  const wire = useWire();
  const [kind, setKind] = useState<Kind>("strict");
  const [manifest, setManifest] = useState(strict);
  const [lab, setLab] = useState(labs[0]?.id ?? "");
  const [step, setStep] = useState("");
  const [preview, setPreview] = useState<ClassActionPreview>();
  const [news, setNews] = useState<ClassActionNews>();
  const [run, setRun] = useState<string>();
  const [error, setError] = useState<string>();
  const [asking, setAsking] = useState(false);
  useEffect(() => wire?.on("class:action-news", (told) => setNews(told)), [wire]);
  const steps = labs.find((known) => known.id === lab)?.steps ?? [];
  const action: ClassAction =
    kind === "reset"
      ? { kind, lab }
      : kind === "jump"
        ? { kind, lab, step: step || (steps[0]?.id ?? "") }
        : { kind: "apply", manifest };
  const request = { class: id, learners: [...learners], action };
  const show = () => {
    setAsking(true);
    void wire?.ask("class:action-preview", request).then((result) => {
      setAsking(false);
      setPreview(result.ok ? result.value : undefined);
      setError(result.ok ? undefined : result.error.message);
    });
  };
  const start = () =>
    void wire?.ask("class:action", request).then((result) => {
      setRun(result.ok ? result.value.run : undefined);
      setError(result.ok ? undefined : result.error.message);
    });
  const choose = (next: string | null) => {
    const found = kinds.find(({ value }) => value === next)?.value;
    if (found !== "strict" && found !== "fault" && found !== "jump" && found !== "reset") return;
    setKind(found);
    setPreview(undefined);
    if (found === "strict") setManifest(strict);
    if (found === "fault") setManifest(fault);
  };
  const told = run !== undefined && news?.run === run ? news : undefined;
  return (
    <Modal.Root opened onClose={onClose} size="lg" lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content data-test="class-action">
        {/* Mantine's own header would be a second banner of the page. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>
            {learners.length === 1 ? "For one learner" : `For ${learners.length} learners`}
          </Modal.Title>
          <CloseButton aria-label="Close" onClick={onClose} />
        </div>
        <Modal.Body className={classes.form}>
          {run === undefined ? (
            <>
              <Select label="What" data={kinds} value={kind} onChange={choose} allowDeselect={false} />
              {kind === "strict" || kind === "fault" ? (
                <Textarea
                  label="Manifest"
                  autosize
                  minRows={8}
                  maxRows={16}
                  value={manifest}
                  onChange={(event) => {
                    setManifest(event.currentTarget.value);
                    setPreview(undefined);
                  }}
                  classNames={{ input: classes.code ?? "" }}
                />
              ) : (
                <Group grow>
                  <Select
                    label="Lab"
                    allowDeselect={false}
                    data={labs.map((known) => ({ value: known.id, label: known.title }))}
                    value={lab}
                    onChange={(value) => {
                      setLab(value ?? "");
                      setStep("");
                      setPreview(undefined);
                    }}
                  />
                  {kind === "jump" ? (
                    <Select
                      label="Step"
                      allowDeselect={false}
                      data={steps.map((known) => ({ value: known.id, label: known.title }))}
                      value={step || (steps[0]?.id ?? null)}
                      onChange={(value) => {
                        setStep(value ?? "");
                        setPreview(undefined);
                      }}
                    />
                  ) : null}
                </Group>
              )}
              {preview ? <Shown preview={preview} /> : null}
              {error ? <PaneError>{error}</PaneError> : null}
              <Group justify="flex-end">
                <Button variant="default" onClick={show} loading={asking} data-test="preview-action">
                  Show what it does
                </Button>
                <Button
                  color="red"
                  disabled={!preview || preview.reached === 0}
                  onClick={start}
                  data-test="start-action"
                >
                  {preview ? `Do it for ${preview.reached}` : "Do it"}
                </Button>
              </Group>
            </>
          ) : (
            <Results told={told} of={learners.length} nameOf={nameOf} />
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Shown({ preview }: { preview: ClassActionPreview }) {
  return (
    <div>
      <p>
        {preview.reached} {preview.reached === 1 ? "workspace runs" : "workspaces run"} and would be reached
        {preview.notRunning > 0 ? `; ${preview.notRunning} do not run and stay as they are` : ""}.
      </p>
      {preview.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {preview.sample ? (
        <ScrollRegion className={classes.sample} label="What it does">
          <pre>{preview.sample}</pre>
        </ScrollRegion>
      ) : null}
    </div>
  );
}

const words = { done: "done", refused: "refused", "not-running": "workspace does not run" } as const;

function Results({
  told,
  of,
  nameOf,
}: {
  told: ClassActionNews | undefined;
  of: number;
  nameOf: (learner: string) => string;
}) {
  const results = told?.results ?? [];
  return (
    <div data-test="action-results">
      <p role="status">
        {told?.finished ? "Finished" : "Under way"}: {results.length} of {of},{" "}
        {results.filter(({ outcome }) => outcome === "done").length} done.
      </p>
      <ScrollRegion className={classes.sample} label="How it went for each">
        <table className={classes.table}>
          <tbody>
            {results.map((result) => (
              <tr key={result.learner} data-outcome={result.outcome}>
                <th scope="row">{nameOf(result.learner)}</th>
                <td>{words[result.outcome]}</td>
                <td>{result.said}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
