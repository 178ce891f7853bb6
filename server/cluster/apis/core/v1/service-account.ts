import { ageColumn, integer, nameColumn } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { ServiceAccount } from "./types.ts";

export const serviceAccountStrategy: ResourceStrategy<ServiceAccount> = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  printerColumns: [nameColumn, integer("Secrets", (account) => account.secrets?.length ?? 0), ageColumn],
};
