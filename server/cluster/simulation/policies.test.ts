import { afterAll } from "vitest";
import { disposeMesh } from "./table.ts";
import "./tables/peer-authentication.ts";
import "./tables/authorization-policy.ts";
import "./tables/request-authentication.ts";
import "./tables/telemetry.ts";
import "./tables/tracing.ts";
import "./tables/envoy-filter.ts";

afterAll(disposeMesh);
