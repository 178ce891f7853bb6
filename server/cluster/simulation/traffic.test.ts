import { afterAll } from "vitest";
import { disposeMesh } from "./table.ts";
import "./tables/virtual-service.ts";
import "./tables/mirror.ts";
import "./tables/destination-rule.ts";
import "./tables/locality.ts";

afterAll(disposeMesh);
