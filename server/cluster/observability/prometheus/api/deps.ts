import type { Clock } from "../../../base/index.ts";
import type { PrometheusConfig } from "../config.ts";
import type { RuleManager } from "../rules/rule-manager.ts";
import type { LabelSet } from "../scrape/relabel.ts";
import type { Scraper } from "../scrape/scraper.ts";
import type { SeriesStore } from "../storage/series-store.ts";

export interface ApiDeps {
  readonly store: SeriesStore;
  readonly scraper: Scraper;
  readonly clock: Clock;
  readonly version: string;
  /** As on the command line. */
  readonly flags: readonly string[];
  readonly defaultStep: () => number;
  readonly config: () => PrometheusConfig;
  readonly rules: RuleManager;
  readonly reloaded: () => boolean;
  readonly dropped: () => readonly {
    readonly job: string;
    readonly count: number;
    readonly labels: readonly LabelSet[];
  }[];
  readonly started: number;
}
