import { thrownText } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { withInstance } from '../model/spec/instance.js';
import type { DesiredService, ServiceKey } from '../reconcile/desired.js';
import type { ServiceProgress } from '../reconcile/observed.js';
import { specAt } from '../reconcile/requests.js';
import type { Child } from './child.js';
import { type InstanceRecord, takeIdle } from './instanceRecords.js';
import type { Supervisor } from './supervisor.js';

/** Makes the child of an instance for a generation. If its spec cannot be started, it calls `onError` and returns undefined. */
export type InstanceChildren = (
  service: DesiredService<ChildSpec>,
  record: InstanceRecord,
  generation: number,
  onError: (message: string) => void,
) => Child | undefined;

/** Makes the maker of children. All children of an instance have the same id. An idle child of this generation is reused. */
export function instanceChildren(
  supervisor: Pick<Supervisor, 'add'>,
  progressOf: (key: ServiceKey) => ServiceProgress | undefined,
): InstanceChildren {
  return (service, record, generation, onError) => {
    const idle = takeIdle(record);
    if (idle?.generation === generation) return idle.child;
    try {
      const child = supervisor.add(specOf(service, record, generation), { id: record.id });
      record.id = child.id;
      return child;
    } catch (error) {
      onError(thrownText(error));
      return undefined;
    } finally {
      void idle?.child.remove();
    }
  };

  function specOf(service: DesiredService<ChildSpec>, { slot }: InstanceRecord, generation: number): ChildSpec {
    const spec = specAt(service, generation, progressOf(service.key), slot);
    const isOnly = service.instances.length === 1 && slot.instance === 0;
    return isOnly ? spec : withInstance(spec, slot.instance);
  }
}
