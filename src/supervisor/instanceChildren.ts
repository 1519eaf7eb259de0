import { thrownText } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { withInstance } from '../model/spec/instance.js';
import type { DesiredService, ServiceKey } from '../reconcile/desired.js';
import type { ServiceProgress } from '../reconcile/observed.js';
import { specAt } from '../reconcile/requests.js';
import type { Child } from './child.js';
import { type Place, takeIdle } from './servicePlaces.js';
import type { Supervisor } from './supervisor.js';

/** Makes the child of an instance for a generation; undefined, with a message, if its spec cannot be started. */
export type InstanceChildren = (
  service: DesiredService<ChildSpec>,
  place: Place,
  generation: number,
  onError: (message: string) => void,
) => Child | undefined;

/** All children of an instance have one id. An idle child of the right generation is used. */
export function instanceChildren(
  supervisor: Pick<Supervisor, 'add'>,
  progressOf: (key: ServiceKey) => ServiceProgress | undefined,
): InstanceChildren {
  return (service, place, generation, onError) => {
    const idle = takeIdle(place);
    if (idle?.generation === generation) return idle.child;
    try {
      const child = supervisor.add(specOf(service, place, generation), { id: place.id });
      place.id = child.id;
      return child;
    } catch (error) {
      onError(thrownText(error));
      return undefined;
    } finally {
      void idle?.child.remove();
    }
  };

  function specOf(service: DesiredService<ChildSpec>, { slot }: Place, generation: number): ChildSpec {
    const spec = specAt(service, generation, progressOf(service.key), slot);
    const isOnly = service.instances.length === 1 && slot.instance === 0;
    return isOnly ? spec : withInstance(spec, slot.instance);
  }
}
