import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Our own server compresses nothing on loopback and leaves it to the proxy in front elsewhere.
  compress: false,
  typedRoutes: true,
  // The optimiser would fetch and decode images on the server; we show none that need it.
  images: { unoptimized: true },
  // Messages are parsed on the server (app/texts.tsx): the ICU parser is 9 kB that no browser needs.
  turbopack: { resolveAlias: { "use-intl/format-message": "use-intl/format-message/format-only" } },
  // Types are checked once for the whole repository by `npm run check`; a build on a learner's machine need not repeat it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "node-pty",
    "pg",
    "@electric-sql/pglite",
    "pglite-prisma-adapter",
    "@prisma/client",
    "@kubernetes/client-node",
    "pino",
    "shiki",
  ],
  devIndicators: false,
};

export default config;
