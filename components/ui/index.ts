export { AppHeader } from "./app-header.tsx";
export { Chip, type ChipTone } from "./chip.tsx";
export { type Comfort, useComfort } from "./comfort.ts";
export { Commands } from "./commands.tsx";
export { type ConnectionWords, connectionWords } from "./connection-words.ts";
export { DetailFrame } from "./detail-frame.tsx";
export { isNumberRecord, isString, recall, remember } from "./guarded-storage.ts";
export { HelpPage } from "./help-page.tsx";
export { IdleNotice } from "./idle-notice.tsx";
export { Dialog } from "./lazy-dialog.ts";
export { EmptyState, PaneError, PaneFrame, type PaneProps, PaneWarning } from "./pane.tsx";
export {
  type PaneLinks,
  PaneLinksProvider,
  type PaneName,
  type PaneTarget,
  paneNames,
  usePaneLinks,
} from "./pane-links.tsx";
export { type Posted, post } from "./post.ts";
export { Providers, useNonce } from "./providers.tsx";
export { randomId } from "./random-id.ts";
export { type Decision, decisionOf } from "./response-details.ts";
export { responseFlags } from "./response-flags.ts";
export { ScrollRegion } from "./scroll-region.tsx";
export { SidePanel } from "./side-panel.tsx";
export { StatusBanner } from "./status-banner.tsx";
export { type Texts, TextsProvider, useChooseLanguage } from "./texts.tsx";
export { ToolButton } from "./tool-button.tsx";
export { Tree, type TreeItem } from "./tree.tsx";
export { useDarkMode } from "./use-dark-mode.ts";
export { useLabTimes } from "./use-lab-times.ts";
export { useNow } from "./use-now.ts";
export { useRelativeTime } from "./use-relative-time.ts";
export { useViewer, ViewerProvider } from "./viewer.tsx";
export { WeakIsolationBanner } from "./weak-isolation-banner.tsx";
export { useWorkspace, WorkspaceProvider } from "./workspace-provider.tsx";
