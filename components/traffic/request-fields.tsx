import { Autocomplete, NativeSelect, Textarea } from "@mantine/core";
import type { TrafficChoices } from "../../server/contracts/index.ts";
import { requestMethods } from "../../server/contracts/plain/index.ts";
import type { ReadForm, RequestForm } from "./request-form.ts";
import classes from "./traffic.module.css";

interface Props {
  readonly form: RequestForm;
  readonly choices: TrafficChoices | undefined;
  /** What is wrong, once somebody wanted to send it. */
  readonly wrong: Extract<ReadForm, { ok: false }> | undefined;
  onChange(change: Partial<RequestForm>): void;
}

export function RequestFields({ form, choices, wrong, onChange }: Props) {
  const sources = choices?.sources ?? [];
  const addresses = (form.from === "gateway" ? choices?.gateway : choices?.services) ?? [];
  const problem = (field: "from" | "url" | "headers") => (wrong?.field === field ? wrong.problem : undefined);
  const known = form.from === "gateway" || sources.some((one) => keyOf(one) === form.from);
  return (
    <>
      <div className={classes.line}>
        <NativeSelect
          size="xs"
          label="From"
          data-test="traffic-from"
          value={form.from}
          error={problem("from")}
          onChange={(event) => {
            const from = event.currentTarget.value;
            const offered = (from === "gateway" ? choices?.gateway : choices?.services) ?? [];
            // What fits the inside means nothing outside, and the other way round.
            const moves = (from === "gateway") !== (form.from === "gateway");
            onChange({ from, ...(moves ? { url: offered[0] ?? "" } : {}) });
          }}
        >
          {known ? null : <option value={form.from}>Choose who sends…</option>}
          {choices?.gateway ? <option value="gateway">Outside, through the gateway</option> : null}
          {sources.map((one) => (
            <option key={keyOf(one)} value={keyOf(one)}>
              {one.name} · {one.namespace}
              {one.sidecar ? "" : " (no sidecar)"}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          size="xs"
          label="Method"
          value={form.method}
          data={[...requestMethods]}
          onChange={({ currentTarget }) => {
            const method = requestMethods.find((one) => one === currentTarget.value);
            if (method) onChange({ method });
          }}
        />
      </div>
      <Autocomplete
        size="xs"
        label="To"
        placeholder="http://web-api.istioinaction:8080/"
        data={[...addresses]}
        limit={30}
        value={form.url}
        error={problem("url")}
        data-test="traffic-url"
        comboboxProps={{ withinPortal: true, width: 320, position: "bottom-end" }}
        onChange={(url) => onChange({ url })}
      />
      <details className={classes.more} open={form.headers !== "" || wrong?.field === "headers"}>
        <summary>Headers</summary>
        <Textarea
          size="xs"
          aria-label="Headers, one a line"
          placeholder={"x-user: alice\nend-user: jason"}
          autosize
          minRows={1}
          maxRows={5}
          value={form.headers}
          error={problem("headers")}
          data-test="traffic-headers"
          onChange={(event) => onChange({ headers: event.currentTarget.value })}
        />
      </details>
    </>
  );
}

export const keyOf = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${namespace}/${name}`;
