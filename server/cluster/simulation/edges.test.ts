import { afterAll } from "vitest";
import { disposeMesh } from "./table.ts";
import "./tables/gateway.ts";
import "./tables/gateway-api.ts";
import "./tables/service-entry.ts";
import "./tables/sidecar.ts";

afterAll(disposeMesh);
