import { Button, Menu, SegmentedControl } from "@mantine/core";
import {
  IconAffiliate,
  IconDownload,
  IconFocusCentered,
  IconHistory,
  IconInfoCircle,
  IconMinus,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconSend,
  IconSitemap,
  IconTable,
} from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslations } from "use-intl";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { ToolButton } from "../ui/index.ts";
import { badgeSentence, meshWords } from "./badge.ts";
import { DisplayMenu } from "./display-menu.tsx";
import type { GraphCanvasHandle } from "./graph-canvas.tsx";
import classes from "./mesh-graph.module.css";
import { MtlsBadge } from "./mtls-badge.tsx";
import type { DisplayOptions } from "./options.ts";
import type { VisibleGraph } from "./visible-graph.ts";

type Form = "picture" | "table";

interface Props {
  readonly graph: MeshGraph | undefined;
  readonly seen: VisibleGraph | undefined;
  readonly canvas: RefObject<GraphCanvasHandle | null>;
  readonly windowSeconds: number;
  onWindow(seconds: number): void;
  readonly options: DisplayOptions;
  onOptions(options: DisplayOptions): void;
  readonly form: Form;
  onForm(form: Form): void;
  readonly motion: boolean;
  onMotion(motion: boolean): void;
  readonly legend: boolean;
  onLegend(shown: boolean): void;
  readonly replaying: boolean;
  onReplay(replaying: boolean): void;
  readonly sending: boolean;
  /** Traffic is under way, whether its panel is open or not. */
  readonly running: boolean;
  onSending(sending: boolean): void;
  onSave(format: "svg" | "png"): void;
}

const windows = [
  { value: "30", label: "30 s" },
  { value: "60", label: "1 min" },
  { value: "300", label: "5 min" },
];

export function Toolbar(props: Props) {
  const t = useTranslations("mesh");
  const { graph, seen, canvas, options, form, motion, legend, replaying } = props;
  const namespaces = [...new Set(graph?.nodes.flatMap(({ namespace }) => namespace ?? []))].sort();
  return (
    <header className={classes.bar}>
      <IconAffiliate size={16} aria-hidden />
      <h2>{t("tool.whole")}</h2>
      {graph ? (
        <span
          className={classes.meshBadge}
          title={badgeSentence(graph.mesh)}
          data-test="mesh-badge"
          data-state={graph.mesh.state}
        >
          <MtlsBadge badge={graph.mesh} words={meshWords(graph.mesh)} large />
        </span>
      ) : null}
      <div className={classes.tools}>
        <Button
          size="compact-xs"
          variant={props.sending ? "light" : "default"}
          color={props.sending ? undefined : "gray"}
          leftSection={<IconSend size={13} />}
          className={classes.send ?? ""}
          aria-pressed={props.sending}
          data-test="graph-traffic"
          data-running={props.running}
          onClick={() => props.onSending(!props.sending)}
        >
          {t(props.running ? "tool.sending" : "tool.traffic")}
        </Button>
        <SegmentedControl
          size="xs"
          aria-label={t("tool.window")}
          value={String(props.windowSeconds)}
          onChange={(value) => props.onWindow(Number(value))}
          data={windows}
        />
        {form === "picture" ? (
          <>
            <ToolButton label={t("tool.zoomIn")} onClick={() => canvas.current?.zoomBy(1.25)}>
              <IconPlus size={15} />
            </ToolButton>
            <ToolButton label={t("tool.zoomOut")} onClick={() => canvas.current?.zoomBy(0.8)}>
              <IconMinus size={15} />
            </ToolButton>
            <ToolButton label={t("tool.fit")} onClick={() => canvas.current?.fit()}>
              <IconFocusCentered size={15} />
            </ToolButton>
            <ToolButton label={t("tool.layout")} onClick={() => canvas.current?.relayout()}>
              <IconSitemap size={15} />
            </ToolButton>
            <ToolButton
              label={t(motion ? "tool.dotsStop" : "tool.dotsShow")}
              onClick={() => props.onMotion(!motion)}
            >
              {motion ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
            </ToolButton>
          </>
        ) : null}
        <DisplayMenu
          options={options}
          namespaces={namespaces}
          found={seen?.found.size ?? 0}
          findProblem={seen?.findProblem}
          hideProblem={seen?.hideProblem}
          onChange={props.onOptions}
        />
        <ToolButton
          label={t("tool.replay")}
          pressed={replaying}
          testId="graph-replay"
          onClick={() => props.onReplay(!replaying)}
        >
          <IconHistory size={15} />
        </ToolButton>
        <ToolButton
          label={t("tool.table")}
          pressed={form === "table"}
          onClick={() => props.onForm(form === "table" ? "picture" : "table")}
        >
          <IconTable size={15} />
        </ToolButton>
        <Menu position="bottom-end" shadow="md" withinPortal>
          <Menu.Target>
            <ToolButton label={t("tool.save")} disabled={form === "table" || !seen} testId="graph-save">
              <IconDownload size={15} />
            </ToolButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => props.onSave("svg")}>{t("tool.asSvg")}</Menu.Item>
            <Menu.Item onClick={() => props.onSave("png")}>{t("tool.asPng")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <ToolButton label={t("tool.legend")} pressed={legend} onClick={() => props.onLegend(!legend)}>
          <IconInfoCircle size={15} />
        </ToolButton>
      </div>
    </header>
  );
}
