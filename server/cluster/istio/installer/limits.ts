/** istioctl's own patience; at its end the installation fails and names what is not ready. */
export const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** How often readiness is asked for. Small against the 3 seconds in which all of demo is ready. */
export const INSTALL_POLL_MS = 25;
