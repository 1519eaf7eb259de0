import { instanceOf } from './instanceOf.js';
import type { Plan } from './plan.js';
import type { Status } from './status.js';

/** Who a child is, as far as its spec says. */
export function identityOf({ name, namespace, program }: Plan): Pick<Status, 'name' | 'namespace' | 'instance'> {
  const instance = instanceOf(program);
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(instance !== undefined && { instance }),
  };
}
