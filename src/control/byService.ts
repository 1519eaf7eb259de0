import type { Description } from '../model/status.js';
import { serviceKey } from '../sources/serviceKey.js';

/** The children of each service: a command for one service must not depend on another service with the same name. */
export function groupByService(descriptions: readonly Description[]): readonly (readonly Description[])[] {
  const services = new Map<string, Description[]>();
  for (const description of descriptions) {
    const key = serviceKey(description.spec);
    services.set(key, [...(services.get(key) ?? []), description]);
  }
  return [...services.values()];
}
