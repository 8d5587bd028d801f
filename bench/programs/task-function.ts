/** The worker file of piscina and tinypool: a module that exports the task. */
import { work } from './work.js';

export default ({ microseconds }: { readonly microseconds: number }): number => work(microseconds);
