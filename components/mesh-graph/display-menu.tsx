import { Checkbox, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconEyeOff, IconSearch } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import { ToolButton } from "../ui/index.ts";
import { boxKinds } from "./boxes.ts";
import classes from "./display-menu.module.css";
import { operands } from "./find-expression.ts";
import { type DisplayOptions, edgeLabels } from "./options.ts";
import { graphTypes } from "./regroup.ts";

interface Props {
  readonly options: DisplayOptions;
  readonly namespaces: readonly string[];
  readonly findProblem: string | undefined;
  readonly hideProblem: string | undefined;
  readonly found: number;
  onChange(options: DisplayOptions): void;
}

/** What the picture shows. Everything here is remembered in this browser. */
export function DisplayMenu({ options, namespaces, findProblem, hideProblem, found, onChange }: Props) {
  const t = useTranslations("mesh");
  const set = (change: Partial<DisplayOptions>) => onChange({ ...options, ...change });
  const toggled = <T,>(list: readonly T[], item: T): T[] =>
    list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
  return (
    <Popover position="bottom-end" shadow="md" width={360} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ToolButton label={t("display.title")} testId="graph-display">
          <IconAdjustmentsHorizontal size={15} />
        </ToolButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} data-test="graph-display-menu">
        <fieldset>
          <legend>{t("display.shape")}</legend>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t("display.shape")}
            value={options.type}
            onChange={(value) => set({ type: graphTypes.find((type) => type === value) ?? "workload" })}
            data={graphTypes.map((type) => ({ value: type, label: t(`display.types.${type}`) }))}
          />
        </fieldset>
        <fieldset>
          <legend>{t("display.edges")}</legend>
          {edgeLabels.map((label) => (
            <Checkbox
              key={label}
              size="xs"
              label={t(`display.labels.${label}`)}
              checked={options.labels.includes(label)}
              onChange={() => set({ labels: toggled(options.labels, label) })}
            />
          ))}
          <Checkbox
            size="xs"
            label={t("display.idle")}
            checked={options.idleEdges}
            onChange={({ currentTarget }) => set({ idleEdges: currentTarget.checked })}
          />
        </fieldset>
        <fieldset>
          <legend>{t("display.boxes")}</legend>
          {boxKinds.map((kind) => (
            <Checkbox
              key={kind}
              size="xs"
              label={t(`display.boxesOf.${kind}`)}
              checked={options.boxes.includes(kind)}
              onChange={() => set({ boxes: toggled(options.boxes, kind) })}
            />
          ))}
        </fieldset>
        {namespaces.length > 1 ? (
          <fieldset>
            <legend>{t("display.namespaces")}</legend>
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
          label={options.find && !findProblem ? t("display.found", { count: found }) : t("display.find")}
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
          label={t("display.hide")}
          leftSection={<IconEyeOff size={13} aria-hidden />}
          placeholder="idle OR ns = default"
          value={options.hide}
          error={hideProblem}
          spellCheck={false}
          data-test="graph-hide"
          onChange={({ currentTarget }) => set({ hide: currentTarget.value })}
        />
        <details>
          <summary>{t("display.askable")}</summary>
          <p>
            {t.rich("display.help", {
              c: (words) => <code>{words}</code>,
            })}
          </p>
          <p>
            <code>{Object.keys(operands).join(" ")}</code>
          </p>
        </details>
      </Popover.Dropdown>
    </Popover>
  );
}
