import type { Service } from "../../apis/index.ts";
import { LOAD_BALANCER_POOL } from "../limits.ts";

export function addressOf({ status }: Service): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

/** Whether a load balancer keeps what it has: the state may have been made under the other choice of addresses. */
export function keepsAddress(service: Service, fixed?: string): boolean {
  const address = addressOf(service);
  return fixed ? address === fixed : Boolean(address?.startsWith(LOAD_BALANCER_POOL.prefix));
}

/** The address for a load balancer: the one fixed by the installation, the one asked for if free, or the next of the pool. */
export function pickAddress(
  service: Service,
  others: readonly Service[],
  fixed?: string,
): string | undefined {
  if (fixed) return fixed;
  const taken = new Set(others.map(addressOf));
  const wanted = service.spec.loadBalancerIP;
  if (wanted?.startsWith(LOAD_BALANCER_POOL.prefix) && !taken.has(wanted)) return wanted;
  for (let last: number = LOAD_BALANCER_POOL.first; last <= LOAD_BALANCER_POOL.last; last++) {
    const address = `${LOAD_BALANCER_POOL.prefix}${last}`;
    if (!taken.has(address)) return address;
  }
  return undefined;
}
