import { supervise } from 'rxvisor';
import { programs } from '../programs.mjs';

supervise(programs.map(({ name, file, args, script }) => (script ? { name, script } : { name, command: file, args })));
