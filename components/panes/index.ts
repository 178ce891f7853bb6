export { PaneTabs } from "./pane-tabs.tsx";
