/** Dashboards read from the provisioned folders; further files are left out. */
export const MAX_DASHBOARDS = 100;
/** Bytes of one dashboard file; a larger one is left out. */
export const MAX_DASHBOARD_BYTES = 1024 * 1024;
/** Milliseconds a data source has to answer. */
export const DATASOURCE_TIMEOUT_MS = 30_000;
/** Panels a page asks its data source about. */
export const MAX_PANELS = 40;
/** Series a page shows of one query. */
export const MAX_ROWS = 20;
