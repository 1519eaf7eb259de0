import type { ChildSpec } from '../model/childSpec.js';
import { withInstance } from '../model/withInstance.js';
import { instanceCount } from '../sources/instanceCount.js';

/** A service so many times, each with its number; as it is, when nothing is said of that. */
export function expandInstances(spec: ChildSpec, instances: number | 'max' | undefined): readonly ChildSpec[] {
  if (instances === undefined) return [spec];
  return Array.from({ length: instanceCount(instances) }, (_, index) => withInstance(spec, index));
}
