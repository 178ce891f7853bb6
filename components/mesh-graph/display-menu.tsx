import { Checkbox, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconEyeOff, IconSearch } from "@tabler/icons-react";
import { ToolButton } from "../ui/index.ts";
import classes from "./display-menu.module.css";
import { operands } from "./find-expression.ts";
import { type DisplayOptions, type EdgeLabel, edgeLabels } from "./options.ts";
import { type GraphType, graphTypes } from "./regroup.ts";

interface Props {
  readonly options: DisplayOptions;
  readonly namespaces: readonly string[];
  readonly findProblem: string | undefined;
  readonly hideProblem: string | undefined;
  readonly found: number;
  onChange(options: DisplayOptions): void;
}

const typeWords: Readonly<Record<GraphType, string>> = {
  workload: "Versions",
  app: "Apps",
  service: "Services",
};
const labelWords: Readonly<Record<EdgeLabel, string>> = {
  rate: "Requests per second and errors",
  "response-time": "Response time (95th percentile)",
  throughput: "Throughput of bodies",
};

/** What the picture shows. Everything here is remembered in this browser. */
export function DisplayMenu({ options, namespaces, findProblem, hideProblem, found, onChange }: Props) {
  const set = (change: Partial<DisplayOptions>) => onChange({ ...options, ...change });
  const toggled = <T,>(list: readonly T[], item: T): T[] =>
    list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
  return (
    <Popover position="bottom-end" shadow="md" width={330} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ToolButton label="What the graph shows" testId="graph-display">
          <IconAdjustmentsHorizontal size={15} />
        </ToolButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} data-test="graph-display-menu">
        <fieldset>
          <legend>One shape for</legend>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="One shape for"
            value={options.type}
            onChange={(value) => set({ type: graphTypes.find((type) => type === value) ?? "workload" })}
            data={graphTypes.map((type) => ({ value: type, label: typeWords[type] }))}
          />
        </fieldset>
        <fieldset>
          <legend>On the edges</legend>
          {edgeLabels.map((label) => (
            <Checkbox
              key={label}
              size="xs"
              label={labelWords[label]}
              checked={options.labels.includes(label)}
              onChange={() => set({ labels: toggled(options.labels, label) })}
            />
          ))}
          <Checkbox
            size="xs"
            label="Edges that are allowed but saw no traffic"
            checked={options.idleEdges}
            onChange={({ currentTarget }) => set({ idleEdges: currentTarget.checked })}
          />
        </fieldset>
        {namespaces.length > 1 ? (
          <fieldset>
            <legend>Namespaces</legend>
            {namespaces.map((namespace) => (
              <Checkbox
                key={namespace}
                size="xs"
                label={namespace}
                checked={!options.hiddenNamespaces.includes(namespace)}
                onChange={() => set({ hiddenNamespaces: toggled(options.hiddenNamespaces, namespace) })}
              />
            ))}
          </fieldset>
        ) : null}
        <TextInput
          size="xs"
          label={options.find && !findProblem ? `Find (${found} found)` : "Find"}
          leftSection={<IconSearch size={13} aria-hidden />}
          placeholder="%error > 0 OR name = web-api"
          value={options.find}
          error={findProblem}
          spellCheck={false}
          data-test="graph-find"
          onChange={({ currentTarget }) => set({ find: currentTarget.value })}
        />
        <TextInput
          size="xs"
          label="Hide"
          leftSection={<IconEyeOff size={13} aria-hidden />}
          placeholder="idle OR ns = default"
          value={options.hide}
          error={hideProblem}
          spellCheck={false}
          data-test="graph-hide"
          onChange={({ currentTarget }) => set({ hide: currentTarget.value })}
        />
        <details>
          <summary>What can be asked</summary>
          <p>
            Compare with <code>=</code> <code>!=</code> <code>&gt;</code> <code>&lt;</code> or <code>*=</code>{" "}
            (contains), <code>^=</code> (starts), <code>$=</code> (ends); a word alone asks whether it is so,{" "}
            <code>!</code> turns it round; join with <code>AND</code>, <code>OR</code>.
          </p>
          <p>
            <code>{Object.keys(operands).join(" ")}</code>
          </p>
        </details>
      </Popover.Dropdown>
    </Popover>
  );
}
